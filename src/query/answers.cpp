#include <tagdb/query/answers.hpp>

namespace tagdb::query {

std::string_view to_string(EvidenceLevel level) {
  switch (level) {
  case EvidenceLevel::observed:
    return "observed";
  case EvidenceLevel::between:
    return "between";
  case EvidenceLevel::inferred:
    return "inferred";
  case EvidenceLevel::reference:
    return "reference";
  }
  return "";
}

std::optional<EvidenceLevel> parse_evidence_level(std::string_view text) {
  for (const auto level :
       {EvidenceLevel::observed, EvidenceLevel::between, EvidenceLevel::inferred, EvidenceLevel::reference})
    if (to_string(level) == text)
      return level;
  return std::nullopt;
}

} // namespace tagdb::query

#pragma once

#include "moments.hpp"
#include "support/manual_clock.hpp"
#include "support/record_builder.hpp"
#include "support/temp_dir.hpp"
#include <tagdb/query/resolve.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::query::test {

using tagdb::test::must;
using tagdb::test::RecordBuilder;
using tagdb::test::TestImage;

/// A database filled once, and questions to it. "Today" is 2026-11-20.
class Record {
 public:
  explicit Record(const std::function<void(RecordBuilder&)>& fill) {
    tagdb::test::ManualClock clock(t("2020-01-01"));
    RecordBuilder builder(m_dir / "tagdb.sqlite", clock);
    fill(builder);
    builder.close();
    m_reader.emplace(*must(store::Reader::open(m_dir / "tagdb.sqlite")));
  }

  const store::Reader& reader() const { return *m_reader; }
  Scope& scope() { return m_scope; }

  /// `at`: as t() reads it; empty for now.
  base::Result<Resolution> ask(std::string_view reference, std::string_view at = "",
                               EvidenceLevel weakest = EvidenceLevel::reference) const {
    ResolveOptions options;
    if (!at.empty())
      options.at = t(at);
    options.weakest = weakest;
    return resolve(*m_reader, m_scope, must(parse_reference_query(reference)), options);
  }
  Resolution answer(std::string_view reference, std::string_view at = "") const {
    return must(ask(reference, at));
  }
  /// The error that a question must give.
  base::Error refusal(std::string_view reference, std::string_view at = "",
                      EvidenceLevel weakest = EvidenceLevel::reference) const {
    auto answer = ask(reference, at, weakest);
    if (answer)
      throw std::runtime_error("answered: " + std::string(reference));
    return std::move(answer).error();
  }

 private:
  tagdb::test::TempDir m_dir;
  std::optional<store::Reader> m_reader;
  Scope m_scope{t("2026-11-20"), std::nullopt, "amd64"};
};

/// "10.0.17763.1040", or "-" where it is not known.
inline std::string revision_of(const Resolution& answer) {
  return answer.revision ? answer.revision->to_string() : "-";
}
inline std::string kb_of(const Resolution& answer) {
  return answer.kb ? answer.kb->to_string() : "-";
}
inline std::string level_of(const Resolution& answer) {
  return std::string(to_string(answer.evidence.level));
}
/// "1809= 10.0.17763.1040= 1809-KB4546852~": = the same digest, ~ the same revision.
inline std::string aliases_of(const Resolution& answer) {
  std::string text;
  for (const auto& alias : answer.aliases)
    text += (text.empty() ? "" : " ") + alias.tag + (alias.same_digest ? "=" : "~");
  return text;
}
/// "between createdDate"
inline std::string all_warnings_of(const Resolution& answer) {
  std::string text;
  for (const auto& warning : answer.warnings)
    text += (text.empty() ? "" : " ") + warning.code;
  return text;
}
/// Those about the record: what a test makes up contradicts the real reference, which is not its point.
inline std::string warnings_of(Resolution answer) {
  std::erase_if(answer.warnings, [](const Warning& warning) {
    return warning.code == "contradiction" || warning.code == "endOfSupport";
  });
  return all_warnings_of(answer);
}
inline std::string message_of(const Resolution& answer, std::string_view code) {
  for (const auto& warning : answer.warnings)
    if (warning.code == code)
      return warning.message;
  return "";
}

} // namespace tagdb::query::test

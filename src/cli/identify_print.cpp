#include "identify_print.hpp"

#include "documents.hpp"
#include "open_database.hpp"
#include "table.hpp"
#include <tagdb/base/json.hpp>
#include <tagdb/base/text.hpp>

#include <fmt/format.h>

namespace tagdb::cli {

namespace {

constexpr std::size_t k_label_width = 11;

std::string line(std::string_view label, std::string_view value) {
  return "  " + padded(label, k_label_width) + std::string(value) + "\n";
}

std::string_view article(std::string_view word) {
  return !word.empty() && std::string_view("aeiou").find(word.front()) != std::string_view::npos ? "an" : "a";
}

std::string base_words(const query::Identification& answer) {
  std::string where = answer.repository.empty() ? base::join(answer.candidates, " or ")
                                                : repository_for_people(answer.registry, answer.repository);
  if (where.empty())
    where = "repository not known";
  return base::escape_untrusted(where);
}

std::string match_words(const query::Identification& answer) {
  if (answer.by_name)
    return "its name, which the reference knows; no such image is in the record";
  switch (*answer.match) {
  case query::MatchKind::digest:
    return "it is the base image itself, by its digest";
  case query::MatchKind::diff_ids: {
    auto text = answer.base_layers == answer.layers ? std::string("all its layers are the base's")
                                                    : fmt::format("its first {} of {} layers are the base's",
                                                                  answer.base_layers, answer.layers);
    if (answer.layers_rebuilt == true)
      text += ", compressed anew (the same contents under other digests)";
    return text;
  }
  case query::MatchKind::history:
    return answer.evidence == query::EvidenceLevel::observed ? "its history begins as the base's does"
                                                             : "its history names the revision";
  case query::MatchKind::os_version:
    return "os.version, which is what the image says of itself";
  }
  return "";
}

std::string behind_words(const query::Identification& answer) {
  if (*answer.behind == 0)
    return "nothing: it is the newest revision of its build";
  return fmt::format("{} revision{}, the newest is {}", *answer.behind, *answer.behind == 1 ? "" : "s",
                     answer.newest ? answer.newest->to_string() : "not known");
}

} // namespace

std::string identification_document(const query::Identification& answer) {
  base::JsonWriter json;
  begin_document(json, answer.as_of);
  json.member("subject", answer.subject);
  json.member("os", answer.os.empty() ? "windows" : answer.os);
  write_known(json, "registry", answer.registry);
  write_known(json, "repository", answer.repository);
  json.key("candidates").begin_array();
  for (const auto& candidate : answer.candidates)
    json.value(candidate);
  json.end_array();
  write_revision(json, answer.revision);
  write_text(json, "kb", answer.kb);
  write_release(json, answer.release);
  write_known(json, "match", answer.match ? query::to_string(*answer.match) : std::string_view());
  json.key("layers");
  if (answer.match == query::MatchKind::diff_ids)
    json.begin_object()
        .member("base", static_cast<std::uint64_t>(answer.base_layers))
        .member("image", static_cast<std::uint64_t>(answer.layers))
        .member("rebuilt", answer.layers_rebuilt)
        .end_object();
  else
    json.null();
  json.member("behind", answer.behind);
  write_text(json, "newest", answer.newest);
  write_known(json, "reference", answer.reference);
  write_known(json, "newestReference", answer.newest_reference);
  write_support(json, answer.support);
  json.key("evidence");
  if (answer.match)
    json.value(query::to_string(answer.evidence));
  else
    json.null();
  write_warnings(json, answer.warnings);
  json.end_object();
  return json.text() + "\n";
}

std::string identification_text(const query::Identification& answer) {
  std::string text = base::escape_untrusted(answer.subject) + "\n";
  if (!answer.match) {
    const auto os = base::escape_untrusted(answer.os, 40);
    return text + line("base", fmt::format("none: this is {} {} image", article(os), os));
  }
  text += line("base", base_words(answer));
  text += line("revision", answer.revision->to_string());
  if (answer.kb)
    text += line("KB", answer.kb->to_string());
  if (answer.release)
    text += line("release", release_for_people(*answer.release));
  text += line("match", match_words(answer));
  if (!answer.reference.empty())
    text += line("reference", base::escape_untrusted(answer.reference, 400));
  if (answer.behind)
    text += line("behind", behind_words(answer));
  if (!answer.newest_reference.empty())
    text += line("newest", base::escape_untrusted(answer.newest_reference, 400));
  if (answer.support)
    if (const auto support = support_for_people(*answer.support); !support.empty())
      text += line("support", support);
  if (answer.evidence == query::EvidenceLevel::reference)
    text += line("evidence", "reference");
  return text;
}

} // namespace tagdb::cli

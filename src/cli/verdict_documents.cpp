#include "documents.hpp"
#include "sides.hpp"
#include "verdicts.hpp"

namespace tagdb::cli {

namespace {

void write_day(base::JsonWriter& json, std::string_view key, const std::optional<windows::Date>& day) {
  json.key(key).value(day ? std::optional(windows::format_day(*day)) : std::nullopt);
}

void write_support(base::JsonWriter& json, const std::vector<windows::HostSupport>& support) {
  json.key("hostSupport").begin_array();
  for (const auto& each : support) {
    json.begin_object().member("product", each.product).member("phase", windows::to_string(each.phase));
    write_day(json, "mainstreamEnd", each.mainstream_end);
    write_day(json, "extendedEnd", each.extended_end);
    json.end_object();
  }
  json.end_array();
}

/// What both commands say of a verdict, from `verdict` to `advice`.
void write_verdict(base::JsonWriter& json, const windows::Compatibility& answer) {
  json.member("verdict", windows::to_string(answer.verdict)).member("rule", windows::to_string(answer.rule));
  json.member("reason", answer.reason).member("source", answer.source);
  json.key("advice").begin_array();
  for (const auto& each : answer.advice)
    json.value(each);
  json.end_array();
}

/// Where the image's version was not looked up, the verdict rests on the reference alone.
void write_evidence(base::JsonWriter& json, query::EvidenceLevel level, windows::Date knowledge_as_of) {
  json.member("evidence", query::to_string(level));
  json.member("knowledgeAsOf", windows::format_day(knowledge_as_of));
}

void write_others(base::JsonWriter& json, const std::vector<windows::PassedOver>& passed_over) {
  json.key("others").begin_array();
  for (const auto& each : passed_over)
    json.begin_object()
        .member("newest", each.newest.to_string())
        .member("oldest", each.oldest.to_string())
        .member("count", static_cast<std::uint64_t>(each.count))
        .member("host", each.host)
        .member("verdict", windows::to_string(windows::verdict_of(each.rule)))
        .member("rule", windows::to_string(each.rule))
        .member("reason", each.reason)
        .end_object();
  json.end_array();
}

} // namespace

std::string pair_document(const JudgedPair& pair, base::Instant now) {
  base::JsonWriter json;
  begin_document(json, now);
  json.member("host", host_name(*pair.host)).member("image", pair.image->name);
  json.member("isolation", windows::to_string(pair.isolation));
  write_verdict(json, pair.judged.answer);
  write_warnings(json, pair.warnings);
  json.member("hostVersion", pair.host->version.to_string());
  json.member("hostSku", windows::to_string(pair.host->sku));
  write_known(json, "hostProduct", pair.host->product);
  write_text(json, "imageVersion", pair.judged.version.version);
  write_evidence(
      json, pair.image->resolution ? pair.image->resolution->evidence.level : query::EvidenceLevel::reference,
      pair.knowledge_as_of);
  write_support(json, pair.support);
  json.end_object();
  return json.text() + "\n";
}

std::string chosen_document(const ChosenImage& chosen, base::Instant now) {
  base::JsonWriter json;
  begin_document(json, now);
  json.key("hosts").begin_array();
  for (const auto& host : chosen.hosts)
    json.value(host_name(host));
  json.end_array();
  json.key("image").value(chosen.choice.chosen ? std::optional(chosen.choice.chosen->name) : std::nullopt);
  json.key("isolation")
      .value(chosen.isolation ? std::optional(windows::to_string(*chosen.isolation)) : std::nullopt);
  write_verdict(json, chosen.answer);
  write_warnings(json, chosen.warnings);
  write_known(json, "reference", chosen.reference());
  write_others(json, chosen.choice.passed_over);
  write_text(json, "digest", chosen.resolution ? chosen.resolution->digest : std::nullopt);
  write_evidence(json, chosen.candidates.level, chosen.knowledge_as_of);
  write_support(json, chosen.support);
  json.end_object();
  return json.text() + "\n";
}

} // namespace tagdb::cli

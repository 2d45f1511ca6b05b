#include "documents.hpp"

#include <tagdb/cli/print_events.hpp>

namespace tagdb::cli {

namespace {

void write_platforms(base::JsonWriter& json, const std::vector<query::PlatformAnswer>& platforms) {
  json.key("platforms").begin_array();
  for (const auto& platform : platforms) {
    json.begin_object();
    write_known(json, "os", platform.os);
    write_known(json, "architecture", platform.architecture);
    write_known(json, "osVersion", platform.os_version);
    json.member("digest", platform.digest.to_string());
    write_text(json, "config", platform.config);
    json.member("size", platform.size);
    json.end_object();
  }
  json.end_array();
}

void write_aliases(base::JsonWriter& json, const std::vector<query::Alias>& aliases) {
  json.key("aliases").begin_array();
  for (const auto& alias : aliases)
    json.begin_object()
        .member("tag", alias.tag)
        .member("relation", alias.same_digest ? "sameDigest" : "sameRevision")
        .end_object();
  json.end_array();
}

void write_evidence(base::JsonWriter& json, const query::Evidence& evidence) {
  json.key("evidence").begin_object();
  json.member("level", query::to_string(evidence.level));
  write_instant(json, "firstSeen", evidence.first_seen);
  write_instant(json, "lastSeen", evidence.last_seen);
  write_instant(json, "lastChecked", evidence.last_checked);
  write_side(json, "before", evidence.before);
  write_side(json, "after", evidence.after);
  json.key("checkId");
  if (evidence.check)
    json.value(static_cast<std::int64_t>(*evidence.check));
  else
    json.null();
  write_known(json, "source", evidence.source);
  json.end_object();
}

void write_date(base::JsonWriter& json, std::string_view key, const std::optional<windows::Date>& date) {
  write_known(json, key, date ? windows::format_day(*date) : std::string());
}

void write_host_release(base::JsonWriter& json, const std::optional<query::HostReleaseAnswer>& host) {
  json.key("hostRelease");
  if (!host) {
    json.null();
    return;
  }
  json.begin_object().member("revision", host->version.to_string());
  write_date(json, "published", host->date);
  write_text(json, "kb", host->kb);
  json.member("type", windows::to_string(host->type));
  write_text(json, "label", host->label);
  write_known(json, "source", host->source);
  json.end_object();
}

} // namespace

void begin_document(base::JsonWriter& json, base::Instant as_of) {
  json.begin_object().member("schema", 1).member("asOf", base::format_rfc3339(as_of));
}

void write_instant(base::JsonWriter& json, std::string_view key,
                   const std::optional<base::Instant>& instant) {
  json.key(key);
  if (instant)
    json.value(base::format_rfc3339(*instant));
  else
    json.null();
}

void write_revision(base::JsonWriter& json, const std::optional<windows::OsVersion>& revision) {
  write_text(json, "revision", revision);
  json.key("build");
  if (revision)
    json.value(static_cast<std::int64_t>(revision->build()));
  else
    json.null();
}

void write_known(base::JsonWriter& json, std::string_view key, std::string_view text) {
  json.key(key);
  if (text.empty())
    json.null();
  else
    json.value(text);
}

void write_side(base::JsonWriter& json, std::string_view key, const std::optional<query::EventSide>& side) {
  json.key(key);
  if (!side) {
    json.null();
    return;
  }
  json.begin_object().member("digest", side->digest.to_string());
  write_text(json, "revision", side->revision);
  write_text(json, "kb", side->kb);
  json.end_object();
}

void write_release(base::JsonWriter& json, const std::optional<query::ReleaseAnswer>& release) {
  json.key("release");
  if (!release) {
    json.null();
    return;
  }
  json.begin_object().member("label", release->label.to_string());
  write_known(json, "channel", release->channel ? windows::to_string(*release->channel) : std::string_view());
  write_date(json, "published", release->published);
  json.member("outOfBand", release->out_of_band);
  json.member("superseded", release->superseded_by.has_value());
  write_text(json, "supersededBy", release->superseded_by);
  json.member("source", release->source == query::ReleaseAnswer::Source::reference ? "reference" : "derived");
  json.end_object();
}

void write_support(base::JsonWriter& json, const std::optional<query::SupportAnswer>& support) {
  json.key("support");
  if (!support) {
    json.null();
    return;
  }
  json.begin_object();
  write_known(json, "phase",
              support->phase == windows::SupportPhase::unknown ? std::string_view()
                                                               : windows::to_string(support->phase));
  write_date(json, "mainstreamEnd", support->mainstream_end);
  write_date(json, "extendedEnd", support->extended_end);
  json.end_object();
}

void write_warnings(base::JsonWriter& json, const std::vector<query::Warning>& warnings) {
  json.key("warnings").begin_array();
  for (const auto& warning : warnings)
    json.begin_object().member("code", warning.code).member("message", warning.message).end_object();
  json.end_array();
}

std::string resolution_document(const query::Resolution& answer) {
  base::JsonWriter json;
  begin_document(json, answer.as_of);
  json.member("reference", answer.reference);
  json.member("repository", answer.repository);
  json.member("registry", answer.registry);
  write_known(json, "tag", answer.tag);
  json.key("kind");
  if (answer.kind)
    json.value(windows::to_string(*answer.kind));
  else
    json.null();
  write_revision(json, answer.revision);
  write_text(json, "kb", answer.kb);
  write_release(json, answer.release);
  write_text(json, "index", answer.is_index ? answer.digest : std::nullopt);
  write_known(json, "mediaType", answer.media_type);
  write_platforms(json, answer.platforms);
  write_aliases(json, answer.aliases);
  write_evidence(json, answer.evidence);
  json.key("next");
  if (answer.next)
    write_event(json, {answer.registry, answer.repository, answer.tag, *answer.next});
  else
    json.null();
  write_support(json, answer.support);
  write_host_release(json, answer.host_release);
  write_text(json, "nearest", answer.nearest);
  write_warnings(json, answer.warnings);
  json.end_object();
  return json.text() + "\n";
}

} // namespace tagdb::cli

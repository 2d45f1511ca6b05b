#pragma once

#include <tagdb/base/json.hpp>
#include <tagdb/base/time.hpp>
#include <tagdb/query/answers.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace tagdb::cli {

/// Begins a document with its first keys (cli.md section 3); the caller ends the object.
void begin_document(base::JsonWriter& json, base::Instant as_of);

/// RFC 3339, or null.
void write_instant(base::JsonWriter& json, std::string_view key, const std::optional<base::Instant>& instant);
/// Anything with to_string(), or null.
template <class T>
void write_text(base::JsonWriter& json, std::string_view key, const std::optional<T>& value) {
  json.key(key);
  if (value)
    json.value(value->to_string());
  else
    json.null();
}
/// "revision": "10.0.17763.1040" and "build": 17763, or null both.
void write_revision(base::JsonWriter& json, const std::optional<windows::OsVersion>& revision);
/// A text that is empty where it is not known.
void write_known(base::JsonWriter& json, std::string_view key, std::string_view text);
/// {digest, revision, kb}, or null.
void write_side(base::JsonWriter& json, std::string_view key, const std::optional<query::EventSide>& side);
/// "release": {label, channel, published, outOfBand, superseded, supersededBy, source}, or null.
void write_release(base::JsonWriter& json, const std::optional<query::ReleaseAnswer>& release);
/// "support": {phase, mainstreamEnd, extendedEnd}, or null.
void write_support(base::JsonWriter& json, const std::optional<query::SupportAnswer>& support);
void write_warnings(base::JsonWriter& json, const std::vector<query::Warning>& warnings);

/// `resolve --format json` (cli.md section 4), with its newline.
std::string resolution_document(const query::Resolution& answer);
/// `resolve --format text`.
std::string resolution_text(const query::Resolution& answer);

/// "2020-02B (out of band), published 2020-02-18"
std::string release_for_people(const query::ReleaseAnswer& release);
/// "mainstream until 2024-01-09, extended until 2029-01-09", "extended until 2029-01-09", "ended 2019-11-12";
/// empty where no dates are known.
std::string support_for_people(const query::SupportAnswer& support);
/// In a column: "until 2029-01-09", "ended 2019-11-12".
std::string support_end_for_people(const query::SupportAnswer& support);

/// "10.0.17763.1040 (KB4546852)", "sha256:0123456789ab" where the revision is not known, "nothing".
std::string side_for_people(const std::optional<query::EventSide>& side);

/// "windows/servercore:ltsc2019", "windows/servercore@sha256:…", with the registry where it is not
/// Microsoft's.
std::string name_for_people(const query::Resolution& answer);

} // namespace tagdb::cli

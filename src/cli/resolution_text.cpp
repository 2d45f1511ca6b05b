#include "documents.hpp"
#include "open_database.hpp"
#include "table.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/windows/tag_grammar.hpp>

#include <algorithm>

namespace tagdb::cli {

namespace {

/// The column of the labels in cli.md section 4.
constexpr std::size_t k_label_width = 11;
constexpr std::size_t k_width = 100;

std::string line(std::string_view label, std::string_view value) {
  return "  " + padded(base::escape_untrusted(label), k_label_width) + std::string(value) + "\n";
}

std::string words_of(const query::EventSide& side) {
  return side.revision ? side.revision->to_string() : side.digest.abbreviated();
}

/// "amd64"; with what tells it from the others where an index has several of one architecture.
std::string platform_words(const query::PlatformAnswer& platform,
                           const std::vector<query::PlatformAnswer>& all) {
  std::string text = platform.digest.to_string();
  const auto alike = std::count_if(
      all.begin(), all.end(), [&](const auto& other) { return other.architecture == platform.architecture; });
  if (alike > 1 && !platform.os_version.empty())
    text += "  " + base::escape_untrusted(platform.os_version);
  return text;
}

std::string observed_words(const query::Resolution& answer) {
  const auto& evidence = answer.evidence;
  std::string text = "observed";
  if (evidence.first_seen)
    text += " " + base::format_rfc3339(*evidence.first_seen);
  if (evidence.last_seen) {
    text += ", confirmed " + base::format_rfc3339(*evidence.last_seen);
    if (*evidence.last_seen < answer.as_of)
      text += " (" + base::format_age(answer.as_of - *evidence.last_seen) + " old)";
  }
  return text;
}

std::string between_words(const query::Evidence& evidence) {
  const auto seen = [](const std::optional<base::Instant>& at) {
    return at ? " seen " + base::format_rfc3339(*at) : std::string();
  };
  std::string text = "between";
  if (evidence.before)
    text += " " + words_of(*evidence.before) + seen(evidence.seen_before);
  return text + " and " + (evidence.after ? words_of(*evidence.after) : std::string("nothing")) +
         seen(evidence.seen_after);
}

std::string evidence_words(const query::Resolution& answer) {
  switch (answer.evidence.level) {
  case query::EvidenceLevel::observed:
    return observed_words(answer);
  case query::EvidenceLevel::between:
    return between_words(answer.evidence);
  case query::EvidenceLevel::inferred: {
    std::string text = "inferred";
    if (answer.evidence.source == "created")
      text += " from when the images were created";
    else if (answer.evidence.source == "reference")
      text += " from the release dates of the reference";
    else if (!answer.evidence.source.empty())
      text += " from " + base::escape_untrusted(answer.evidence.source);
    return text;
  }
  case query::EvidenceLevel::reference:
    // No check of the repository showed such an image.
    return base::escape_untrusted(answer.evidence.source) +
           (answer.evidence.last_checked
                ? "; the last check, " + base::format_rfc3339(*answer.evidence.last_checked) +
                      ", has no such image"
                : "");
  }
  return "";
}

/// "Preview of 2020-10-20, KB4580390"
std::string host_words(const query::HostReleaseAnswer& host) {
  std::string text =
      std::string(windows::to_string(host.type)) + " update of " + windows::format_day(host.date);
  if (host.kb)
    text += ", " + host.kb->to_string();
  return text;
}

/// What a revision of hosts is, where that is all it is, or where the image of the same number is not to be
/// used. Of others it stands in the JSON.
std::string host_lines(const query::Resolution& answer) {
  if (!answer.host_release)
    return "";
  const auto words = host_words(*answer.host_release);
  if (answer.release)
    return answer.release->superseded_by ? line("host", words + ", has the same number") : "";
  if (answer.digest)
    return "";
  const std::string image =
      answer.nearest ? "no image carries it; the newest at or below it is " + answer.nearest->to_string()
                     : std::string("no image carries it");
  return line("host", words) + line("image", image);
}

std::string next_line(const query::Event& event) {
  const auto at = base::format_rfc3339(event.at);
  const auto to = event.to ? " to " + words_of(*event.to) : std::string();
  switch (event.kind) {
  case query::EventKind::moved:
    return line("moved on", at + to);
  case query::EventKind::rollback:
    return line("went back", at + to);
  case query::EventKind::republished:
    return line("published", "again " + at + (event.to ? " as " + event.to->digest.abbreviated() : ""));
  case query::EventKind::vanished:
    return line("vanished", at);
  case query::EventKind::unpullable:
    return line("refused", "by the registry from " + at);
  case query::EventKind::first:
  case query::EventKind::reappeared:
  case query::EventKind::lag:
  case query::EventKind::lag_ended:
  case query::EventKind::alias_differs:
    return line("then", std::string(query::to_string(event.kind)) + " " + at);
  }
  return "";
}

/// Aliases as people ask for them: plain names, and those with the suffixes of the tag itself. That ltsc2019
/// is also found as 1809-amd64 and in six more spellings with an architecture stands in the JSON.
std::vector<std::string> aliases_for_people(const query::Resolution& answer) {
  const auto asked = windows::parse_tag_name(answer.tag);
  std::vector<std::string> names;
  for (const auto& alias : answer.aliases) {
    const auto name = windows::parse_tag_name(alias.tag);
    const bool fits = name.architecture.empty() || name.architecture == asked.architecture;
    if (fits && (name.locale.empty() || name.locale == asked.locale))
      names.push_back(alias.tag);
  }
  return names;
}

std::string aliases_line(const std::vector<std::string>& aliases) {
  std::string text;
  std::size_t column = 2 + k_label_width;
  for (const auto& alias : aliases) {
    const auto tag = base::escape_untrusted(alias);
    // Names are kept whole, two spaces apart, as the contract shows them.
    if (!text.empty() && column + 2 + tag.size() > k_width) {
      text += "\n" + std::string(2 + k_label_width, ' ');
      column = 2 + k_label_width;
    } else if (!text.empty()) {
      text += "  ";
      column += 2;
    }
    text += tag;
    column += tag.size();
  }
  return line("also", text);
}

} // namespace

std::string name_for_people(const query::Resolution& answer) {
  std::string name = repository_for_people(answer.registry, answer.repository);
  if (!answer.tag.empty())
    name += ":" + answer.tag;
  else if (answer.digest)
    name += "@" + answer.digest->to_string();
  else if (answer.revision) // known from the reference, which tells of no tags
    name += " " + answer.revision->to_string();
  return base::escape_untrusted(name);
}

std::string resolution_text(const query::Resolution& answer) {
  std::string text = name_for_people(answer) + "\n";
  text += line("revision", answer.revision ? answer.revision->to_string() : "not known");
  if (answer.kb)
    text += line("KB", answer.kb->to_string());
  if (answer.release)
    text += line("release", release_for_people(*answer.release));
  text += host_lines(answer);
  if (answer.digest && answer.is_index)
    text += line("index", answer.digest->to_string());
  for (const auto& platform : answer.platforms)
    text += line(platform.architecture.empty() ? "manifest" : platform.architecture,
                 platform_words(platform, answer.platforms));
  if (answer.digest && !answer.is_index && answer.platforms.empty())
    text += line("manifest", answer.digest->to_string());
  if (const auto aliases = aliases_for_people(answer); !aliases.empty())
    text += aliases_line(aliases);
  text += line("evidence", evidence_words(answer));
  // Between two looks the answer may be what the next event brought.
  const bool is_next = answer.next && answer.next->to && answer.next->to->digest == answer.digest;
  if (answer.next && !(is_next && answer.evidence.level == query::EvidenceLevel::between))
    text += next_line(*answer.next);
  if (answer.support) {
    if (const auto words = support_for_people(*answer.support); !words.empty())
      text += line("support", words);
  }
  return text;
}

std::string release_for_people(const query::ReleaseAnswer& release) {
  std::string text = release.label.to_string();
  if (release.out_of_band && !release.label.is_out_of_band())
    text += " (out of band)";
  if (release.source == query::ReleaseAnswer::Source::derived)
    text += " (derived)";
  if (release.published)
    text += ", published " + windows::format_day(*release.published);
  if (release.superseded_by)
    text += ", superseded by " + release.superseded_by->to_string();
  return text;
}

std::string support_for_people(const query::SupportAnswer& support) {
  const auto& mainstream = support.mainstream_end;
  const auto& extended = support.extended_end;
  if (!mainstream || support.phase == windows::SupportPhase::unknown)
    return "";
  switch (support.phase) {
  case windows::SupportPhase::unreleased:
    return "not released yet";
  case windows::SupportPhase::mainstream:
    return "mainstream until " + windows::format_day(*mainstream) +
           (extended ? ", extended until " + windows::format_day(*extended) : "");
  case windows::SupportPhase::extended:
    return "extended until " + windows::format_day(extended.value_or(*mainstream));
  case windows::SupportPhase::ended:
  case windows::SupportPhase::unknown:
    break;
  }
  return "ended " + windows::format_day(extended.value_or(*mainstream));
}

std::string support_end_for_people(const query::SupportAnswer& support) {
  const auto end = support.extended_end ? support.extended_end : support.mainstream_end;
  if (!end || support.phase == windows::SupportPhase::unknown)
    return "";
  return (support.phase == windows::SupportPhase::ended ? "ended " : "until ") + windows::format_day(*end);
}

} // namespace tagdb::cli

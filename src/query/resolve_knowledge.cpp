#include "question.hpp"
#include <tagdb/base/text.hpp>

#include <algorithm>

namespace tagdb::query {
namespace {

/// How long after the beginning of a release's day a floating tag may still be seen on the image before
/// without contradicting the reference: 10:00 in Redmond is 18:00Z at the latest, images appear within hours
/// of that, and a day is given.
constexpr std::chrono::hours k_time_to_move{18 + 24};

std::string day(windows::Date date) {
  return windows::format_day(date);
}

std::string name_of(const Resolution& answer) {
  return answer.repository + (answer.tag.empty() ? "" : ":" + answer.tag);
}

/// "ltsc2019" of ltsc2019-amd64; empty for anything that does not float.
std::string product_of(const Resolution& answer) {
  if (answer.kind != windows::TagKind::floating)
    return {};
  const auto name = windows::parse_tag_name(answer.tag);
  return name.locale.empty() ? name.product : std::string();
}

const windows::Version* product_row(const windows::Knowledge& knowledge, const Resolution& answer) {
  if (answer.revision)
    return knowledge.version_of_image(answer.repository, answer.revision->build());
  return knowledge.version_of_tag(answer.repository, product_of(answer));
}

/// `at`, or where the product of these images had ended by then, while another one of the same build went on,
/// its last second.
base::Instant last_instant(const windows::Knowledge& knowledge, std::string_view repository,
                           std::uint32_t build, base::Instant at) {
  const auto* own = knowledge.version_of_image(repository, build);
  if (own == nullptr)
    return at;
  const auto end = windows::end_of_support(own->lifecycle);
  for (const auto& other : knowledge.tables().versions) {
    const auto its_end = windows::end_of_support(other.lifecycle);
    if (&other != own && other.build == build && other.has_images() && end && its_end && *end < *its_end)
      at = std::min<base::Instant>(at, *end + std::chrono::days(1) - std::chrono::seconds(1));
  }
  return at;
}

/// The incident that a floating tag was in. One whose end is not known ends with the next release: the tags
/// have moved since.
const windows::Incident* incident_of(const windows::Knowledge& knowledge, const Resolution& answer,
                                     const windows::Release* newest) {
  const auto* incident = knowledge.incident(answer.repository, product_of(answer), answer.as_of);
  if (incident == nullptr || incident->to || newest == nullptr)
    return incident;
  return newest->version <= incident->should_have_been ? incident : nullptr;
}

void warn_of_incident(const windows::Knowledge& knowledge, const windows::Release* newest,
                      Resolution& answer) {
  const auto* incident = incident_of(knowledge, answer, newest);
  if (incident == nullptr || answer.evidence.level == EvidenceLevel::observed)
    return;
  const std::string until = incident->to ? " to " + day(*incident->to) : ", end not known";
  answer.warnings.push_back(
      {"knownIncident", "known incident (" + incident->kind + ", " + day(incident->from) + until +
                            "): " + name_of(answer) + " pointed at " + incident->pointed_at.to_string() +
                            ", where it should have been " + incident->should_have_been.to_string() +
                            "; no check saw what it was at this instant"});
}

/// A KB tag that names another KB than the reference does for the same revision.
void compare_kbs(Resolution& answer, const std::vector<store::PointingTag>& tags, const windows::Kb& known) {
  const auto carries = [&](const store::PointingTag& p) { return p.tag.kb == known; };
  if (!answer.kb || *answer.kb == known || std::any_of(tags.begin(), tags.end(), carries))
    return;
  answer.warnings.push_back({"contradiction", "the KB tag of " + answer.revision->to_string() + " names " +
                                                  answer.kb->to_string() + ", the reference " +
                                                  known.to_string() + "; the answer is the tag's"});
}

/// Where a floating tag was seen, against the image that the reference dates last before the instant.
/// `listed`: the reference has the tag's revision too.
std::string against_newest(const Resolution& answer, const windows::Release& newest, bool listed,
                           windows::Date edition) {
  const auto& revision = *answer.revision;
  const std::string known = newest.version.to_string() + ", published " + day(newest.date);
  if (revision < newest.version) {
    if (answer.evidence.level == EvidenceLevel::inferred)
      return "the newest image that is stored is " + revision.to_string() + ", and the reference has " +
             known;
    if (answer.as_of < newest.date + k_time_to_move)
      return {};
    if (answer.evidence.level == EvidenceLevel::between)
      return "neither look tells of this instant, and the reference has " + known;
    const auto look = std::min(answer.as_of, answer.evidence.last_seen.value_or(answer.as_of));
    if (look < newest.date + k_time_to_move)
      return "nobody has looked at " + name_of(answer) + " after " + base::format_rfc3339(look) +
             ", and the reference has " + known;
    return name_of(answer) + " was seen on " + revision.to_string() + " at " + base::format_rfc3339(look) +
           ", where the reference has " + known;
  }
  if (!listed && answer.as_of < edition + std::chrono::days(1))
    return "the reference does not list " + revision.to_string() + "; as the newest image of " +
           day(std::chrono::floor<std::chrono::days>(answer.as_of)) + " it has " + known;
  return {};
}

/// What was seen before it can have been published.
void warn_of_early_look(Resolution& answer) {
  // The day has begun in Redmond when it has in UTC, or hours later.
  const auto published = answer.release ? answer.release->published : std::nullopt;
  if (published && answer.evidence.first_seen && *answer.evidence.first_seen < *published)
    answer.warnings.push_back(
        {"contradiction", answer.revision->to_string() + " was seen at " +
                              base::format_rfc3339(*answer.evidence.first_seen) +
                              ", before the reference dates its publication: " + day(*published)});
}

/// A floating tag at an image that is not the one that the reference dates last before the instant.
void warn_of_contradiction(const windows::Knowledge& knowledge, const windows::Release& newest,
                           Resolution& answer) {
  const auto* incident = incident_of(knowledge, answer, &newest);
  if (newest.version == *answer.revision || (incident != nullptr && incident->pointed_at == *answer.revision))
    return;
  const bool listed = answer.release && answer.release->source == ReleaseAnswer::Source::reference;
  auto words = against_newest(answer, newest, listed, knowledge.edition().as_of);
  if (!words.empty())
    answer.warnings.push_back({"contradiction", std::move(words)});
}

/// The image that a floating tag of a product should have been on; nothing for other names.
base::Result<std::optional<windows::Release>> expected_image(Question& question, const Resolution& answer,
                                                             const windows::Knowledge& products) {
  const auto product = product_of(answer);
  const auto* version = products.version_of_tag(answer.repository, product);
  if (product.empty() || version == nullptr || version->build != answer.revision->build())
    return std::optional<windows::Release>{};
  return question.reader().newest_release(
      version->build, last_instant(products, answer.repository, version->build, answer.as_of));
}

/// Whether an observed answer is what the reference expects, as far as one row can tell: that spares an
/// answer the tables.
base::Result<bool> is_as_expected(Question& question, const Resolution& answer) {
  if (answer.evidence.level != EvidenceLevel::observed)
    return false;
  if (answer.kind != windows::TagKind::floating)
    return true; // what does not move is held against nothing
  if (!answer.release || answer.release->source != ReleaseAnswer::Source::reference ||
      answer.release->superseded_by)
    return false;
  TAGDB_TRY_ASSIGN(const auto next, question.reader().release_after(*answer.revision));
  return !next || answer.as_of < next->date;
}

void warn_of_derivation(Resolution& answer) {
  // An answer that is itself inferred from that date has said so.
  if (!answer.release || !answer.release->from_created || answer.evidence.source == "created")
    return;
  answer.warnings.push_back({"createdDate", "the release " + answer.release->label.to_string() +
                                                " is derived from when the image was created, 2 to 14 days "
                                                "before its publication; the reference does not list " +
                                                answer.revision->to_string() + " yet"});
}

void warn_of_end(Resolution& answer) {
  if (!answer.support || answer.support->phase != windows::SupportPhase::ended)
    return;
  const auto end =
      answer.support->extended_end ? answer.support->extended_end : answer.support->mainstream_end;
  answer.warnings.push_back(
      {"endOfSupport", answer.support->product + ": support of its images ended on " + day(*end)});
}

} // namespace

const windows::Release* newest_of_product(const windows::Knowledge& knowledge, std::string_view repository,
                                          std::uint32_t build, base::Instant at) {
  return knowledge.newest_release(build, last_instant(knowledge, repository, build, at));
}

SupportAnswer support_of(const windows::Version& version, base::Instant at) {
  return {version.name, windows::support_phase(version.lifecycle, at), version.lifecycle.mainstream_end,
          version.lifecycle.extended_end};
}

HostReleaseAnswer host_answer(const windows::HostRelease& row) {
  return {row.version, row.date, row.kb, row.type, row.label, row.source};
}

base::Status add_knowledge(Question& question, Resolution& answer, std::string_view architecture) {
  TAGDB_TRY_ASSIGN(const auto* products, question.lookup.products());
  if (const auto* version = product_row(*products, answer))
    answer.support = support_of(*version, question.at);
  if (!answer.revision)
    return {};
  const std::string spelled(architecture);
  TAGDB_TRY_ASSIGN(const auto row, question.reader().release(*answer.revision));
  if (row) {
    answer.release = listed_release(*row);
  } else {
    TAGDB_TRY_ASSIGN(answer.release, derived_release(question.lookup, *products, *answer.revision, spelled));
  }
  if (answer.release && answer.release->kb && answer.kb) {
    TAGDB_TRY_ASSIGN(const auto* tags, question.lookup.tags_of_version(*answer.revision, spelled));
    compare_kbs(answer, *tags, *answer.release->kb);
  }
  if (answer.release && !answer.kb)
    answer.kb = answer.release->kb;
  TAGDB_TRY_ASSIGN(const auto host, question.reader().host_release(*answer.revision));
  if (host)
    answer.host_release = host_answer(*host);
  return {};
}

void warn_of_reference(const windows::Knowledge& products, const windows::Release* newest,
                       Resolution& answer) {
  warn_of_end(answer);
  warn_of_incident(products, newest, answer);
}

base::Status warn_of_knowledge(Question& question, Resolution& answer) {
  if (answer.evidence.level == EvidenceLevel::reference)
    return {}; // what the reference answers has its warnings already
  TAGDB_TRY_ASSIGN(const auto* products, question.lookup.products());
  std::optional<windows::Release> newest;
  if (answer.revision) {
    warn_of_derivation(answer);
    warn_of_early_look(answer);
    TAGDB_TRY_ASSIGN(const bool expected, is_as_expected(question, answer));
    if (!expected) {
      TAGDB_TRY_ASSIGN(newest, expected_image(question, answer, *products));
    }
  }
  if (newest)
    warn_of_contradiction(*products, *newest, answer);
  warn_of_reference(*products, newest ? &*newest : nullptr, answer);
  return {};
}

} // namespace tagdb::query

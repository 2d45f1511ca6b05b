#include "question.hpp"
#include <tagdb/base/text.hpp>

#include <algorithm>

namespace tagdb::query {
namespace {

using Moment = std::optional<base::Instant>;

/// Whether a label means this release: the images of 2020-02-18 are 2020-02B, and the out-of-band ones of
/// that month all the same.
bool means(const windows::ReleaseLabel& label, const windows::ReleaseLabel& own, bool out_of_band) {
  return own == label || (label.is_out_of_band() && out_of_band && own.month() == label.month());
}

std::string tag_name(const Subject& subject) {
  if (const auto* version = std::get_if<windows::OsVersion>(&subject))
    return version->to_string();
  if (const auto* tag = std::get_if<oci::Tag>(&subject))
    return tag->to_string();
  return {};
}

/// The build of a reference as far as its words say it.
base::Result<std::optional<std::uint32_t>> build_of(const store::Reader& reader, const ReferenceQuery& query,
                                                    std::string_view repository) {
  using Build = std::optional<std::uint32_t>;
  if (const auto* version = std::get_if<windows::OsVersion>(&query.subject))
    return Build(version->build());
  if (const auto* kb = std::get_if<windows::Kb>(&query.subject)) {
    TAGDB_TRY_ASSIGN(const auto knowledge, reader.knowledge());
    const auto rows = knowledge.releases_of(*kb);
    return rows.empty() ? Build{} : Build(rows.front()->version.build());
  }
  const auto name = windows::parse_tag_name(tag_name(query.subject));
  if (name.revision)
    return Build(name.revision->build());
  TAGDB_TRY_ASSIGN(const auto knowledge, reader.knowledge(std::nullopt, store::Reader::Part::products));
  const auto* version = knowledge.version_of_tag(repository, name.product);
  return version != nullptr ? Build(version->build) : Build{};
}

/// Whether what a stretch shows is an image of the release, and not a superseded one.
base::Result<bool> is_of(Question& question, const Segment& segment, const store::TagRecord& tag,
                         const windows::ReleaseLabel& label) {
  if (!segment.content)
    return false;
  TAGDB_TRY_ASSIGN(const auto* images, question.lookup.images(*segment.content));
  const auto* image = revision_image(*images, wanted_of(question.scope, tag));
  if (image == nullptr || !image->version)
    return false;
  TAGDB_TRY_ASSIGN(const auto* knowledge, question.lookup.knowledge(image->version->build()));
  TAGDB_TRY_ASSIGN(const auto release,
                   release_of_revision(question.reader(), *knowledge, question.repository().id,
                                       *image->version, image->architecture));
  return release && means(label, release->label, release->out_of_band) && !release->superseded_by;
}

base::Result<Moment> as_observed(Question& question, const windows::ReleaseLabel& label) {
  TAGDB_TRY_ASSIGN(const auto tag,
                   question.reader().find_tag(question.repository().id, tag_name(question.query.subject)));
  if (!tag)
    return Moment{};
  TAGDB_TRY_ASSIGN(const auto timeline, question.lookup.timeline(tag->id));
  for (const auto& segment : timeline.segments()) {
    TAGDB_TRY_ASSIGN(const auto found, is_of(question, segment, *tag, label));
    if (found)
      return Moment(segment.first_seen);
  }
  return Moment{};
}

base::Error no_such_release(const windows::Knowledge& knowledge, const windows::ReleaseLabel& label) {
  std::vector<std::string> others;
  for (const auto& row : knowledge.tables().instants)
    if (row.label.month() == label.month() && row.released != false)
      others.push_back(row.label.to_string());
  others.erase(std::unique(others.begin(), others.end()), others.end());
  return base::Error(base::ErrorKind::usage, "there is no release " + label.to_string(),
                     others.empty() ? "`tagdb calendar` prints the release days"
                                    : "of that month there is " + base::join(others, ", "));
}

base::Result<base::Instant> past(base::Instant at, base::Instant now, const windows::ReleaseLabel& label) {
  if (at > now)
    return base::Error(base::ErrorKind::usage,
                       label.to_string() + " lies in the future: it is due at " + base::format_rfc3339(at));
  return at;
}

/// As the reference dates it: the image of the build that is not superseded, else the release itself.
base::Result<base::Instant> as_dated(const windows::Knowledge& knowledge, base::Instant now,
                                     std::optional<std::uint32_t> build, const windows::ReleaseLabel& label) {
  const windows::Release* image = build ? knowledge.release_of(*build, label) : nullptr;
  const auto* instant = image == nullptr ? knowledge.instant_of(label) : nullptr;
  if (image == nullptr && instant == nullptr) // rows go up by revision: the newest of a build
    for (const auto& row : knowledge.tables().releases)
      if (means(label, row.label, row.out_of_band) && !row.superseded_by &&
          (!build || row.version.build() == *build))
        image = &row;
  if (image != nullptr)
    if (const auto published = knowledge.published(*image))
      return past(*published, now, label);
  return instant != nullptr ? past(instant->instant, now, label) : no_such_release(knowledge, label);
}

} // namespace

base::Result<base::Instant> instant_of_release(const store::Reader& reader, const Scope& scope,
                                               const ReferenceQuery& query,
                                               const windows::ReleaseLabel& label) {
  // Content may be in any repository, and is of no build by its name.
  if (std::holds_alternative<oci::Digest>(query.subject) ||
      std::holds_alternative<DigestPrefix>(query.subject))
    return instant_of_release(reader, scope.now, label);
  TAGDB_TRY_ASSIGN(auto place, choose_place(reader, scope, query));
  if (place.crawled) {
    Question question{scope, query, scope.now, Lookup(reader, *place.crawled)};
    TAGDB_TRY_ASSIGN(const auto seen, as_observed(question, label));
    if (seen)
      return past(*seen, scope.now, label);
  }
  TAGDB_TRY_ASSIGN(const auto build, build_of(reader, query, place.repository));
  TAGDB_TRY_ASSIGN(const auto knowledge, reader.knowledge(build.value_or(0)));
  return as_dated(knowledge, scope.now, build, label);
}

base::Result<base::Instant> instant_of_release(const store::Reader& reader, base::Instant now,
                                               const windows::ReleaseLabel& label) {
  TAGDB_TRY_ASSIGN(const auto knowledge, reader.knowledge());
  return as_dated(knowledge, now, std::nullopt, label);
}

base::Error ambiguous_label(const store::Reader& reader, const windows::ShortLabel& label) {
  auto knowledge = reader.knowledge(0);
  if (!knowledge)
    return std::move(knowledge).error();
  const auto candidates = knowledge->labels_of(label);
  const std::string name =
      windows::ReleaseLabel(std::chrono::year(2000) / label.month, label.letter).to_short_string();
  if (candidates.empty())
    return base::Error(base::ErrorKind::usage, "there was never a release " + name,
                       "a release is named as in 2020-02B");
  std::vector<std::string> names;
  for (const auto& candidate : candidates)
    names.push_back(candidate.to_string());
  return base::Error(base::ErrorKind::usage,
                     name + " does not say which year: it may be " + base::join(names, ", "),
                     "name one, as in --at " + names.front());
}

} // namespace tagdb::query

#include "question.hpp"
#include "repository_record.hpp"
#include "truth_floating.hpp"
#include "truth_sweep.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/query/landing.hpp>
#include <tagdb/query/status.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace tagdb::query {
namespace {

using store::SpanState;

/// How long before its end a product's support is called to mind.
constexpr std::chrono::days k_end_is_near{180};
/// More explicit tags above a floating one than any registry keeps of one build.
constexpr std::size_t k_revisions_above = 1000;

bool is_plain_floating(const store::TagRecord& tag) {
  return tag.kind == windows::TagKind::floating && tag.architecture.empty() && tag.locale.empty();
}

std::string instant(base::Instant at) {
  return base::format_rfc3339(at);
}

/// One repository's part of the status.
class Inspector {
 public:
  Inspector(const store::Reader& reader, const Scope& scope, const windows::Knowledge& knowledge,
            store::RepositoryRecord repository, Status& status)
      : m_scope(scope), m_knowledge(knowledge), m_lookup(reader, std::move(repository)), m_status(status) {}

  base::Status inspect() {
    const auto& reader = m_lookup.reader();
    const auto repository = m_lookup.repository().id;
    TAGDB_TRY_ASSIGN(auto moments, Moments::of(reader, repository));
    FloatingSweep sweep(m_lookup, m_scope, m_knowledge, std::move(moments));
    TAGDB_TRY(for_each_tag(reader, repository, [&](const auto& tag, const auto& spans) -> base::Status {
      if (!FloatingSweep::takes_part(tag))
        return {};
      Timeline timeline(spans);
      if (is_plain_floating(tag))
        m_floats.emplace(tag.name, std::make_pair(tag, timeline));
      sweep.add(tag, std::move(timeline));
      return {};
    }));
    TAGDB_TRY(sweep.run());
    TAGDB_TRY_ASSIGN(auto truths, sweep.truths());
    for (auto& truth : truths)
      if (is_plain_floating(truth.tag))
        TAGDB_TRY(add_version(std::move(truth)));
    for (const auto& [name, floating] : m_floats)
      TAGDB_TRY(warn_of_absence(floating.first, floating.second));
    return {};
  }

 private:
  /// The product a tag names; where the reference does not know the name, that of the build.
  const windows::Version* product_of(const store::TagRecord& tag, std::optional<std::uint32_t> build) const {
    const auto& repository = m_lookup.repository().name;
    if (const auto* named = m_knowledge.version_of_tag(repository, tag.name))
      return named;
    return build ? m_knowledge.version_of_image(repository, *build) : nullptr;
  }

  static bool has_ended(const std::optional<SupportAnswer>& support) {
    return support && support->phase == windows::SupportPhase::ended;
  }

  base::Status add_version(FloatingTruth truth) {
    VersionStatus version;
    version.registry = m_lookup.repository().registry;
    version.repository = m_lookup.repository().name;
    if (const auto* product = product_of(truth.tag, truth.revision->build())) {
      version.support = support_of(*product, m_scope.now);
      version.support_end = windows::end_of_support(product->lifecycle);
    }
    if (has_ended(version.support)) {
      ++m_status.ended;
      return {};
    }
    version.truth = std::move(truth);
    const auto& revision = *version.truth.revision;
    TAGDB_TRY_ASSIGN(version.release, release_of(revision));
    if (!version.truth.kb && version.release)
      version.truth.kb = version.release->kb;
    TAGDB_TRY_ASSIGN(version.behind, behind(version));
    TAGDB_TRY_ASSIGN(version.landed, landed(version.truth));
    switch (version.truth.state) {
    case FloatingState::lag:
      version.state = VersionState::lag;
      break;
    case FloatingState::rollback:
      version.state = VersionState::rollback;
      break;
    case FloatingState::current:
      version.state = version.landed == false ? VersionState::pending : VersionState::current;
      break;
    }
    TAGDB_TRY(add_warnings(version));
    m_status.versions.push_back(std::move(version));
    return {};
  }

  base::Result<std::optional<ReleaseAnswer>> release_of(const windows::OsVersion& revision) {
    return release_of_revision(m_lookup.reader(), m_knowledge, m_lookup.repository().id, revision,
                               image_architecture(m_scope.architecture));
  }

  /// Whether the reference knows all images of a release day. Of the day of its edition it may lack some.
  bool is_covered(const windows::ReleaseInstant& row) const { return row.date < m_knowledge.edition().as_of; }

  base::Result<std::size_t> behind(const VersionStatus& version) {
    const auto& revision = *version.truth.revision;
    std::set<windows::OsVersion> newer;
    std::optional<std::chrono::year_month> newest_month;
    const auto note = [&](const windows::ReleaseLabel& label) {
      if (!newest_month || *newest_month < label.month())
        newest_month = label.month();
    };
    if (version.release)
      note(version.release->label);
    for (const auto& release : m_knowledge.releases_of_build(revision.build())) {
      const auto published = m_knowledge.published(release);
      if (published && *published <= m_scope.now)
        note(release.label);
      if (revision < release.version && !release.superseded_by && published && *published <= m_scope.now)
        newer.insert(release.version);
    }
    // What the reference does not list yet, and the registry has.
    if (version.truth.newest && revision < *version.truth.newest) {
      TAGDB_TRY_ASSIGN(const auto tags, m_lookup.reader().revision_tags_above(m_lookup.repository().id,
                                                                              revision, k_revisions_above));
      for (const auto& tag : tags) {
        if (!tag.revision || *version.truth.newest < *tag.revision ||
            m_knowledge.release(*tag.revision) != nullptr)
          continue;
        newer.insert(*tag.revision);
      }
      // To work out a release costs a look at its history; the newest revision has the newest.
      TAGDB_TRY_ASSIGN(const auto release, release_of(*version.truth.newest));
      if (release)
        note(release->label);
    }
    std::size_t due = 0; // beyond the reference, and not seen
    for (const auto& row : m_knowledge.tables().instants)
      if (newest_month && row.label.letter() == windows::ReleaseLetter::b && !is_covered(row) &&
          row.released != false && *newest_month < row.label.month() && row.instant <= m_scope.now)
        ++due;
    return newer.size() + due;
  }

  base::Result<std::optional<bool>> landed(const FloatingTruth& truth) {
    if (!m_status.due)
      return std::optional<bool>{};
    const auto build = truth.revision->build();
    if (is_covered(*m_status.due) && m_knowledge.release_of(build, m_status.due->label) == nullptr)
      return std::optional<bool>{}; // a month without an image of this build
    TAGDB_TRY_ASSIGN(const auto landing,
                     landing_of(m_lookup.reader(), m_knowledge, m_scope, m_lookup.repository(),
                                truth.tag.name, m_status.due->label));
    if (!landing)
      return std::optional<bool>{};
    return std::optional(landing->state == LandingState::landed);
  }

  base::Status add_warnings(VersionStatus& version) {
    const auto& [tag, timeline] = m_floats.at(version.truth.tag.name);
    const auto look = timeline.at(m_scope.now);
    if (look.before == nullptr)
      return {};
    const auto segment = static_cast<std::size_t>(look.before - timeline.segments().data());
    TAGDB_TRY_ASSIGN(version.warnings,
                     floating_warnings(m_lookup, m_scope, tag, timeline, segment, m_scope.now, m_knowledge));
    TAGDB_TRY_ASSIGN(const auto republished,
                     republished_warning(m_lookup, m_scope, tag, timeline, segment, m_scope.now));
    if (republished)
      version.warnings.push_back(*republished);
    if (!version.support_end)
      return {};
    const base::Instant end = *version.support_end + std::chrono::days(1);
    if (end - m_scope.now <= k_end_is_near)
      version.warnings.push_back(
          {"endOfSupport",
           m_lookup.name_of(tag.name) + ": support of " + version.support->product + " ends on " +
               windows::format_day(*version.support_end) + ", in " +
               base::format_age(std::max(std::chrono::seconds(0), std::chrono::seconds(end - m_scope.now)))});
    return {};
  }

  /// A floating tag of a supported product that is gone, or cannot be had.
  base::Status warn_of_absence(const store::TagRecord& tag, const Timeline& timeline) {
    const auto* now = timeline.at(m_scope.now).before;
    if (now == nullptr || now->state == SpanState::present)
      return {};
    const Segment* last = nullptr;
    for (const auto& segment : timeline.segments())
      if (segment.digest && segment.first_seen <= m_scope.now)
        last = &segment;
    std::optional<EventSide> side;
    if (last != nullptr) {
      TAGDB_TRY_ASSIGN(side, m_lookup.describe(*last, tag, wanted_of(m_scope, tag), true));
    }
    const auto* product =
        product_of(tag, side && side->revision ? std::optional(side->revision->build()) : std::nullopt);
    if (product != nullptr && has_ended(support_of(*product, m_scope.now))) {
      ++m_status.ended;
      return {};
    }
    const std::string name = m_lookup.name_of(tag.name);
    const bool gone = now->state == SpanState::absent;
    std::string message = gone ? name + " is gone since " + instant(now->first_seen)
                               : name + " is listed, but the registry refuses it since " +
                                     instant(now->first_seen) + ": " + base::escape_untrusted(now->answer);
    if (side) {
      TAGDB_TRY_ASSIGN(const auto use, words_for_use(m_lookup, tag, *side, m_scope.now));
      message += "; it pointed at " + words_of(*side) + ": use " + use;
    }
    m_status.warnings.push_back({gone ? "vanished" : "unpullable", std::move(message)});
    return {};
  }

  const Scope& m_scope;
  const windows::Knowledge& m_knowledge;
  Lookup m_lookup;
  Status& m_status;
  std::map<std::string, std::pair<store::TagRecord, Timeline>> m_floats;
};

base::Result<RepositoryStatus> repository_status(const store::Reader& reader,
                                                 const store::RepositoryRecord& repository,
                                                 const Scope& scope, const StatusOptions& options) {
  RepositoryStatus status;
  status.registry = repository.registry;
  status.repository = repository.name;
  TAGDB_TRY_ASSIGN(status.freshness, freshness(reader, repository.id, scope.now, options.limit));
  TAGDB_TRY_ASSIGN(const auto checks, reader.checks(repository.id));
  for (const auto& check : checks) {
    // One that runs, or was killed, has not said how it ended.
    if (check.outcome == store::CheckOutcome::running)
      continue;
    status.last_check = check.started;
    status.outcome = check.outcome;
  }
  return status;
}

} // namespace

std::string_view to_string(VersionState state) {
  switch (state) {
  case VersionState::current:
    return "current";
  case VersionState::lag:
    return "lag";
  case VersionState::rollback:
    return "rollback";
  case VersionState::pending:
    return "pending";
  }
  return "";
}

std::optional<std::chrono::seconds> Status::age() const {
  std::optional<std::chrono::seconds> oldest;
  for (const auto& repository : repositories) {
    if (!repository.freshness.age)
      return std::nullopt;
    oldest = std::max(oldest.value_or(std::chrono::seconds(0)), *repository.freshness.age);
  }
  return oldest;
}

bool Status::complete() const {
  return std::all_of(repositories.begin(), repositories.end(),
                     [](const auto& repository) { return repository.complete(); });
}

bool Status::stale() const {
  return std::any_of(repositories.begin(), repositories.end(),
                     [](const auto& repository) { return repository.freshness.stale; });
}

std::size_t Status::behind() const {
  std::size_t most = 0;
  for (const auto& version : versions)
    most = std::max(most, version.behind);
  return most;
}

base::Result<Status> status(const store::Reader& reader, const Scope& scope, const StatusOptions& options) {
  TAGDB_TRY_ASSIGN(const auto repositories, repositories_in_scope(reader, scope, options.repository));
  TAGDB_TRY_ASSIGN(const auto knowledge, reader.knowledge());
  Status status;
  status.as_of = scope.now;
  TAGDB_TRY_ASSIGN(status.due, reader.release_due(scope.now));
  if (const auto* next =
          knowledge.first_at_or_after(scope.now + std::chrono::seconds(1), windows::Knowledge::Which::b))
    status.next = *next;
  for (const auto& repository : repositories) {
    TAGDB_TRY_ASSIGN(auto own, repository_status(reader, repository, scope, options));
    status.repositories.push_back(std::move(own));
    TAGDB_TRY(Inspector(reader, scope, knowledge, repository, status).inspect());
  }
  std::stable_sort(status.versions.begin(), status.versions.end(), [](const auto& a, const auto& b) {
    const auto key = [](const VersionStatus& version) {
      return std::make_tuple(std::string_view(version.repository),
                             -static_cast<std::int64_t>(version.truth.revision->build()),
                             std::string_view(version.truth.tag.name));
    };
    return key(a) < key(b);
  });
  return status;
}

} // namespace tagdb::query

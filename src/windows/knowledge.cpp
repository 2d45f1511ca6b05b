#include <tagdb/windows/knowledge.hpp>

#include <algorithm>
#include <utility>

namespace tagdb::windows {

namespace {

bool contains(const std::vector<std::string>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

template <class Row>
const Row* find_version(const std::vector<Row>& rows, const OsVersion& version) {
  const auto found =
      std::lower_bound(rows.begin(), rows.end(), version,
                       [](const Row& row, const OsVersion& wanted) { return row.version < wanted; });
  return found != rows.end() && found->version == version ? &*found : nullptr;
}

template <class Row>
std::span<const Row> of_build(const std::vector<Row>& rows, std::uint32_t build) {
  const auto first = std::partition_point(rows.begin(), rows.end(),
                                          [&](const Row& row) { return row.version.build() < build; });
  const auto last =
      std::partition_point(first, rows.end(), [&](const Row& row) { return row.version.build() == build; });
  return {first, last};
}

template <class Row, class Fits>
std::vector<const Row*> pick(const std::vector<Row>& rows, Fits fits) {
  std::vector<const Row*> found;
  for (const auto& row : rows)
    if (fits(row))
      found.push_back(&row);
  return found;
}

template <class Row>
const Row* of_number(const std::vector<Row>& rows, std::uint32_t build) {
  const auto found =
      std::find_if(rows.begin(), rows.end(), [&](const Row& row) { return row.build == build; });
  return found == rows.end() ? nullptr : &*found;
}

/// The database gives rows in order; looking is cheaper than sorting again.
void order(auto& rows, auto before) {
  if (!std::is_sorted(rows.begin(), rows.end(), before))
    std::stable_sort(rows.begin(), rows.end(), before);
}

void order_by_version(auto& rows) {
  order(rows, [](const auto& a, const auto& b) { return a.version < b.version; });
}

bool is_wanted(const ReleaseInstant& row, Knowledge::Which which) {
  return row.released != false && (which == Knowledge::Which::any || row.label.letter() == ReleaseLetter::b);
}

} // namespace

Knowledge::Knowledge(KnowledgeTables tables) : m_tables(std::move(tables)) {
  order_by_version(m_tables.releases);
  order_by_version(m_tables.host_releases);
  order(m_tables.versions, [](const Version& a, const Version& b) { return a.build > b.build; });
  order(m_tables.instants, [](const ReleaseInstant& a, const ReleaseInstant& b) {
    return std::pair(a.instant, a.label) < std::pair(b.instant, b.label);
  });
}

const Release* Knowledge::release(const OsVersion& version) const {
  return find_version(m_tables.releases, version);
}

std::span<const Release> Knowledge::releases_of_build(std::uint32_t build) const {
  return of_build(m_tables.releases, build);
}

std::vector<const Release*> Knowledge::releases_of(const Kb& kb) const {
  return pick(m_tables.releases, [&](const Release& row) { return row.kb == kb; });
}

std::vector<const Release*> Knowledge::releases_of(const ReleaseLabel& label) const {
  return pick(m_tables.releases, [&](const Release& row) { return row.label == label; });
}

const Release* Knowledge::release_of(std::uint32_t build, const ReleaseLabel& label) const {
  const Release* found = nullptr;
  for (const auto& row : releases_of_build(build))
    if (row.label == label && !row.superseded_by)
      found = &row; // rows go up by revision: of several the newest is what the label came to mean
  return found;
}

const Release* Knowledge::newest_at_or_below(const OsVersion& version) const {
  const Release* found = nullptr;
  for (const auto& row : releases_of_build(version.build()))
    if (row.version <= version && !row.superseded_by)
      found = &row;
  return found;
}

const Release* Knowledge::newest_release(std::uint32_t build, std::optional<base::Instant> at) const {
  const Release* found = nullptr;
  for (const auto& row : releases_of_build(build)) {
    const auto when = at ? published(row) : std::nullopt;
    if (!row.superseded_by && (!at || (when && *when <= *at)))
      found = &row;
  }
  return found;
}

std::vector<ReleaseLabel> Knowledge::labels_of(const ShortLabel& label) const {
  std::vector<ReleaseLabel> labels;
  for (const auto& row : m_tables.instants)
    if (row.label.month().month() == label.month && row.label.letter() == label.letter &&
        row.released == true)
      labels.push_back(row.label);
  std::sort(labels.rbegin(), labels.rend());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  return labels;
}

const HostRelease* Knowledge::host_release(const OsVersion& version) const {
  return find_version(m_tables.host_releases, version);
}

std::span<const HostRelease> Knowledge::host_releases_of_build(std::uint32_t build) const {
  return of_build(m_tables.host_releases, build);
}

std::vector<const HostRelease*> Knowledge::host_releases_of(const Kb& kb) const {
  return pick(m_tables.host_releases, [&](const HostRelease& row) { return row.kb == kb; });
}

const HostBuild* Knowledge::host_build(std::uint32_t build) const {
  return of_number(m_tables.host_builds, build);
}

const Baseline* Knowledge::baseline(std::uint32_t build) const {
  return of_number(m_tables.baselines, build);
}

const Version* Knowledge::version_of_image(std::string_view repository, std::uint32_t build) const {
  const Version* other = nullptr;
  for (const auto& row : m_tables.versions) {
    if (row.build != build || !row.has_images())
      continue;
    if (contains(row.repositories, repository))
      return &row;
    if (!other)
      other = &row;
  }
  return other;
}

const Version* Knowledge::version_of_tag(std::string_view repository, std::string_view floating_tag) const {
  for (const auto& row : m_tables.versions)
    if (row.has_images() && contains(row.floating_tags, floating_tag) &&
        (repository.empty() || contains(row.repositories, repository)))
      return &row;
  return nullptr;
}

std::vector<const Version*> Knowledge::versions_of_host(std::uint32_t build) const {
  return pick(m_tables.versions, [&](const Version& row) {
    const bool nano_alone = row.repositories.size() == 1 && row.repositories.front() == "windows/nanoserver";
    return row.build == build && !nano_alone;
  });
}

std::vector<std::uint32_t> Knowledge::ltsc_builds() const {
  std::vector<std::uint32_t> builds;
  for (const auto& row : m_tables.versions)
    if (row.channel == Channel::ltsc)
      builds.push_back(row.build);
  std::sort(builds.begin(), builds.end());
  builds.erase(std::unique(builds.begin(), builds.end()), builds.end());
  return builds;
}

std::optional<base::Instant> Knowledge::published(const Release& release) const {
  const auto* row = instant_of(release.date, release.label);
  return row ? std::optional(row->instant) : std::nullopt;
}

const ReleaseInstant* Knowledge::instant_of(Date date, const ReleaseLabel& label) const {
  // An instant lies on its date, so the rows of a date stand together.
  const auto first = std::partition_point(m_tables.instants.begin(), m_tables.instants.end(),
                                          [&](const ReleaseInstant& row) { return row.instant < date; });
  for (auto row = first; row != m_tables.instants.end() && row->date == date; ++row)
    if (row->label == label)
      return &*row;
  return nullptr;
}

const ReleaseInstant* Knowledge::instant_of(const ReleaseLabel& label) const {
  for (const auto& row : m_tables.instants)
    if (row.label == label && row.released != false)
      return &row;
  return nullptr;
}

const ReleaseInstant* Knowledge::first_at_or_after(base::Instant at, Which which) const {
  for (const auto& row : m_tables.instants)
    if (row.instant >= at && is_wanted(row, which))
      return &row;
  return nullptr;
}

const ReleaseInstant* Knowledge::last_at_or_before(base::Instant at, Which which) const {
  const ReleaseInstant* found = nullptr;
  for (const auto& row : m_tables.instants)
    if (row.instant <= at && is_wanted(row, which))
      found = &row;
  return found;
}

const Incident* Knowledge::incident(std::string_view repository, std::string_view tag,
                                    base::Instant at) const {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  for (const auto& row : m_tables.incidents)
    if (row.from <= day && (!row.to || day <= *row.to) && contains(row.repositories, repository) &&
        contains(row.tags, tag))
      return &row;
  return nullptr;
}

} // namespace tagdb::windows

#include "lookup.hpp"
#include "question.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/query/release.hpp>
#include <tagdb/query/releases.hpp>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace tagdb::query {
namespace {

using windows::ReleaseLabel;
using windows::ReleaseLetter;

constexpr std::string_view k_default_repository = "windows/servercore";

template <class T>
bool contains(const std::vector<T>& all, std::string_view one) {
  return std::find(all.begin(), all.end(), one) != all.end();
}

/// A release of one build, from the reference or derived.
struct Known {
  windows::OsVersion revision;
  ReleaseAnswer release;
  EvidenceLevel evidence = EvidenceLevel::reference;
};

/// Where a column stands: by month, then day. What has no day stands last in its month.
using Place = std::tuple<std::chrono::year_month, windows::Date, ReleaseLabel>;

windows::Date last_day(std::chrono::year_month month) {
  return windows::Date(month / std::chrono::last);
}

Place place_of(const ReleaseLabel& label, const std::optional<windows::Date>& day) {
  return {label.month(), day.value_or(last_day(label.month())), label};
}

/// "Windows Server 2016" of "Windows Server 2016 (version 1607)". A tag that is a version number ("1809") and
/// does not occur in the product's name has a product name of its own in the documentation.
std::string row_name(const windows::Version& version, std::string_view tag) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool number = tag.size() == 4 && is_digit(tag[0]) && is_digit(tag[1]) && is_digit(tag[3]);
  if (number && version.name.find(tag) == std::string::npos)
    return "Windows Server, version " + std::string(tag);
  return version.name.substr(0, version.name.find(" ("));
}

class Table {
 public:
  Table(const store::Reader& reader, const Scope& scope, const ReleasesOptions& options,
        const windows::Knowledge& knowledge, std::optional<store::RepositoryRecord> crawled,
        std::string repository)
      : m_reader(reader),
        m_scope(scope),
        m_options(options),
        m_knowledge(knowledge),
        m_architecture(image_architecture(scope.architecture)),
        m_answer{scope.now, std::move(repository), std::move(crawled), knowledge.edition(), {}, {}, {}, {}} {
    if (m_answer.crawled)
      m_lookup.emplace(reader, *m_answer.crawled);
  }

  base::Result<Releases> make() {
    TAGDB_TRY(find_versions());
    for (const auto* version : m_versions) {
      TAGDB_TRY(learn(version->build));
    }
    collect_columns();
    TAGDB_TRY_ASSIGN(const auto first, bound(m_options.from, false));
    TAGDB_TRY_ASSIGN(const auto last, bound(m_options.to, true));
    if (last < first)
      return base::Error(base::ErrorKind::usage, "the range of releases ends before it begins");
    take_columns(first, last);
    for (const auto* version : m_versions) {
      TAGDB_TRY(add_rows(*version));
    }
    drop_columns_without_cells();
    return std::move(m_answer);
  }

 private:
  bool asked(const windows::Version& version) const {
    return !m_options.build || version.build == *m_options.build;
  }

  base::Status find_versions() {
    std::set<std::string> repositories;
    for (const auto& version : m_knowledge.tables().versions) {
      repositories.insert(version.repositories.begin(), version.repositories.end());
      if (contains(version.repositories, m_answer.repository))
        m_versions.push_back(&version);
    }
    if (m_versions.empty())
      return not_found("no base image of Windows is in " + base::escape_untrusted(m_answer.repository),
                       "they are in " +
                           base::join(std::vector(repositories.begin(), repositories.end()), ", "));
    if (m_options.build &&
        std::none_of(m_versions.begin(), m_versions.end(), [&](const auto* row) { return asked(*row); }))
      return not_found("no image in " + m_answer.repository + " is of build " +
                           std::to_string(*m_options.build),
                       "its builds are " + builds());
    std::sort(m_versions.begin(), m_versions.end(), [](const auto* a, const auto* b) {
      return std::tie(a->build, a->name) < std::tie(b->build, b->name);
    });
    return {};
  }

  std::string builds() const {
    std::set<std::uint32_t> numbers;
    for (const auto* version : m_versions)
      numbers.insert(version->build);
    std::vector<std::string> words;
    for (const auto number : numbers)
      words.push_back(std::to_string(number));
    return base::join(words, ", ");
  }

  /// All releases of a build that are not superseded, those that were crawled marked as such.
  base::Status learn(std::uint32_t build) {
    if (m_known.contains(build))
      return {};
    auto& known = m_known[build];
    std::set<windows::OsVersion> seen;
    if (m_answer.crawled) {
      TAGDB_TRY_ASSIGN(const auto images, m_reader.images_of_build(m_answer.crawled->id, build));
      for (const auto& image : images)
        if (image.version && image.architecture == m_architecture)
          seen.insert(*image.version);
    }
    for (const auto& row : m_knowledge.releases_of_build(build))
      if (!row.superseded_by)
        known.push_back({row.version,
                         {row.label, row.channel, row.kb, row.date, row.out_of_band, row.superseded_by,
                          ReleaseAnswer::Source::reference, false},
                         seen.contains(row.version) ? EvidenceLevel::observed : EvidenceLevel::reference});
    for (const auto& revision : seen) {
      if (m_knowledge.release(revision) != nullptr)
        continue;
      TAGDB_TRY_ASSIGN(auto release, release_of_revision(m_reader, m_knowledge, m_answer.crawled->id,
                                                         revision, m_architecture));
      if (release)
        known.push_back({revision, *std::move(release), EvidenceLevel::observed});
    }
    return {};
  }

  void collect_columns() {
    for (const auto& [build, releases] : m_known)
      for (const auto& known : releases) {
        const auto& label = known.release.label;
        auto& day = m_days[label];
        if (known.release.published && (!day || *known.release.published < *day))
          day = known.release.published;
      }
  }

  /// Where a range begins or ends. A release that nobody has had yet is known by its instant.
  base::Result<Place> bound(const ReleaseBound& given, bool end) const {
    if (const auto* month = std::get_if<std::chrono::year_month>(&given)) {
      // A release belongs to the month of its label, whenever it came: 2018-10D came in November.
      if (end)
        return Place{*month, windows::Date::max(), ReleaseLabel(*month, ReleaseLetter::oob)};
      return Place{*month, windows::Date::min(), ReleaseLabel(*month, ReleaseLetter::a)};
    }
    const auto& label = std::get<ReleaseLabel>(given);
    if (const auto known = m_days.find(label); known != m_days.end())
      return place_of(label, known->second);
    for (const auto& row : m_knowledge.tables().instants)
      if (row.label == label)
        return place_of(label, row.date);
    return not_found("no release " + label.to_string() + " is known",
                     "a month can be named instead: 2020-02");
  }

  void take_columns(const Place& first, const Place& last) {
    for (const auto& [label, day] : m_days) {
      const auto place = place_of(label, day);
      if (first <= place && place <= last)
        m_answer.columns.push_back({label, day});
    }
    std::sort(m_answer.columns.begin(), m_answer.columns.end(), [](const auto& a, const auto& b) {
      return place_of(a.label, a.published) < place_of(b.label, b.published);
    });
  }

  /// A release of a build that several products share belongs to the one that it names; to another only
  /// while that was supported: Nano Server 2016 ended long before the other images of build 14393.
  static bool belongs(const Known& known, const windows::Release* row, const windows::Version& version) {
    if (row == nullptr || known.evidence == EvidenceLevel::observed ||
        contains(version.floating_tags, row->floating_tag))
      return true;
    const auto end = windows::end_of_support(version.lifecycle);
    return row->date >= version.lifecycle.released && (!end || row->date <= *end);
  }

  const Known* find(const windows::Version& version, const ReleaseLabel& label) const {
    const Known* found = nullptr;
    for (const auto& known : m_known.at(version.build))
      if (known.release.label == label && belongs(known, m_knowledge.release(known.revision), version))
        found = &known; // by revision: the highest, where a label is there twice
    return found;
  }

  base::Status add_rows(const windows::Version& version) {
    if (!asked(version))
      return {};
    std::vector<ReleasesCell> cells;
    bool has_release = false, supported = false;
    for (std::size_t column = 0; column < m_answer.columns.size(); ++column) {
      const auto& [label, published] = m_answer.columns[column];
      const auto day = published.value_or(windows::patch_tuesday(label.month()));
      const auto phase = windows::support_phase(version.lifecycle, base::Instant(day));
      ReleasesCell cell{0, column, {}, {}, {}, EvidenceLevel::reference, false};
      if (const auto* known = find(version, label)) {
        TAGDB_TRY(fill(cell, *known));
        has_release = true;
      } else if (phase == windows::SupportPhase::ended) {
        cell.end_of_support = true;
      } else {
        supported = supported || phase != windows::SupportPhase::unreleased;
        continue;
      }
      if (cell.evidence <= m_options.weakest)
        cells.push_back(std::move(cell));
    }
    const bool too_weak = cells.empty() && m_options.weakest != EvidenceLevel::reference;
    if (too_weak || (!has_release && !supported && (!m_options.build || cells.empty())))
      return {};
    for (const auto& tag : sorted(version.floating_tags)) {
      for (auto& cell : cells) {
        cell.row = m_answer.rows.size();
        m_answer.cells.push_back(cell);
      }
      m_answer.rows.push_back({tag, row_name(version, tag), version.build, support_of(version, m_scope.now)});
    }
    return {};
  }

  static std::vector<std::string> sorted(std::vector<std::string> tags) {
    std::sort(tags.begin(), tags.end());
    return tags;
  }

  base::Status fill(ReleasesCell& cell, const Known& known) {
    cell.revision = known.revision;
    cell.kb = known.release.kb;
    cell.release = known.release;
    cell.evidence = known.evidence;
    if (!m_lookup || known.evidence != EvidenceLevel::observed)
      return {};
    TAGDB_TRY_ASSIGN(const auto observed, m_lookup->kb_of(known.revision, m_architecture));
    if (!observed)
      return {};
    if (cell.kb && *cell.kb != *observed)
      m_answer.warnings.push_back({"contradiction", known.revision.to_string() + " carries " +
                                                        observed->to_string() + " in " + m_answer.repository +
                                                        "; the reference says " + cell.kb->to_string()});
    cell.kb = observed;
    return {};
  }

  /// A B that some product had stays, so that the end of support of others shows; anything else only where a
  /// row of the answer has it.
  void drop_columns_without_cells() {
    std::vector<bool> used(m_answer.columns.size(), false);
    for (const auto& cell : m_answer.cells)
      if (cell.revision || m_answer.columns[cell.column].label.letter() == ReleaseLetter::b)
        used[cell.column] = true;
    std::vector<std::size_t> number(m_answer.columns.size(), 0);
    std::vector<ReleasesColumn> columns;
    for (std::size_t i = 0; i < used.size(); ++i) {
      number[i] = columns.size();
      if (used[i])
        columns.push_back(m_answer.columns[i]);
    }
    std::erase_if(m_answer.cells, [&](const ReleasesCell& cell) { return !used[cell.column]; });
    for (auto& cell : m_answer.cells)
      cell.column = number[cell.column];
    m_answer.columns = std::move(columns);
  }

  const store::Reader& m_reader;
  const Scope& m_scope;
  const ReleasesOptions& m_options;
  const windows::Knowledge& m_knowledge;
  std::string m_architecture;
  Releases m_answer;
  std::optional<Lookup> m_lookup;
  std::vector<const windows::Version*> m_versions;
  std::map<std::uint32_t, std::vector<Known>> m_known;
  std::map<ReleaseLabel, std::optional<windows::Date>> m_days; ///< of all columns that there can be
};

/// The repository where it was crawled; nothing where only the reference can answer.
base::Result<std::optional<store::RepositoryRecord>>
crawled_repository(const store::Reader& reader, const Scope& scope, const std::string& name) {
  TAGDB_TRY_ASSIGN(const auto all, reader.repositories());
  std::vector<store::RepositoryRecord> named;
  for (const auto& repository : all)
    if (repository.name == name)
      named.push_back(repository);
  if (named.empty())
    return std::optional<store::RepositoryRecord>{};
  TAGDB_TRY_ASSIGN(const auto registry, choose_registry(named, scope, std::nullopt));
  for (const auto& repository : named)
    if (repository.registry == registry)
      return std::optional(repository);
  return std::optional<store::RepositoryRecord>{};
}

} // namespace

base::Result<Releases> releases(const store::Reader& reader, const Scope& scope,
                                const ReleasesOptions& options) {
  const std::string name = options.repository ? expand_repository(*options.repository).to_string()
                                              : std::string(k_default_repository);
  TAGDB_TRY_ASSIGN(auto crawled, crawled_repository(reader, scope, name));
  TAGDB_TRY_ASSIGN(const auto knowledge, reader.knowledge());
  return Table(reader, scope, options, knowledge, std::move(crawled), name).make();
}

} // namespace tagdb::query

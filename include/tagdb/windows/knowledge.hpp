#pragma once

#include <tagdb/base/time.hpp>
#include <tagdb/windows/knowledge_rows.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace tagdb::windows {

/// What is known about Windows releases without asking a registry: the reference tables with their lookups.
/// Immutable. A pointer that a lookup returns lives as long as the Knowledge, and is null where nothing fits.
///
/// It may hold a part only (the rows of one build, read from the database for one answer): a lookup then
/// speaks of that part.
class Knowledge {
 public:
  /// Takes the tables as they are and orders them; knowledge_csv.hpp has the parser that checks them.
  explicit Knowledge(KnowledgeTables tables);

  const KnowledgeEdition& edition() const { return m_tables.edition; }
  /// Ordered: releases and host releases by version, instants by instant, versions newest build first.
  const KnowledgeTables& tables() const { return m_tables; }

  // Images.

  const Release* release(const OsVersion& version) const;
  /// All of a build, by revision.
  std::span<const Release> releases_of_build(std::uint32_t build) const;
  /// One KB can be the KB of two builds (KB4546853: 18362 and 18363).
  std::vector<const Release*> releases_of(const Kb& kb) const;
  /// Superseded ones included; by version.
  std::vector<const Release*> releases_of(const ReleaseLabel& label) const;
  /// The image of a build that a label names: the one that is not superseded.
  const Release* release_of(std::uint32_t build, const ReleaseLabel& label) const;
  /// The newest image of the same build at or below a revision that is not superseded: of host release
  /// 17763.1554 it is 17763.1518.
  const Release* newest_at_or_below(const OsVersion& version) const;
  /// The newest image of a build that had been published at `at` and is not superseded: what its floating
  /// tags should have meant then. Without `at` the newest of all.
  const Release* newest_release(std::uint32_t build, std::optional<base::Instant> at = std::nullopt) const;
  /// The labels that "2B" can mean, newest first.
  std::vector<ReleaseLabel> labels_of(const ShortLabel& label) const;

  // Hosts.

  const HostRelease* host_release(const OsVersion& version) const;
  std::span<const HostRelease> host_releases_of_build(std::uint32_t build) const;
  std::vector<const HostRelease*> host_releases_of(const Kb& kb) const;
  const HostBuild* host_build(std::uint32_t build) const;
  const Baseline* baseline(std::uint32_t build) const;

  // Products.

  /// The product of an image: that of its build in this repository, else the one that has images of it.
  /// `repository` may be empty.
  const Version* version_of_image(std::string_view repository, std::uint32_t build) const;
  /// The product a floating tag names in a repository ("1809" and "ltsc2019" name the same). An empty
  /// repository takes any. The host-only row that shares the name 1809 is no answer.
  const Version* version_of_tag(std::string_view repository, std::string_view floating_tag) const;
  /// The server products that hosts of a build can be: for 17763 both Windows Server 2019 and version 1809,
  /// which have different lifecycles. Never a product of nanoserver alone.
  std::vector<const Version*> versions_of_host(std::uint32_t build) const;
  /// Builds of the long-term servicing channel, ascending: 14393, 17763, 20348, 26100.
  std::vector<std::uint32_t> ltsc_builds() const;

  // Times.

  /// When a release was published: its row in the instants. Falls back to nothing, never to midnight.
  std::optional<base::Instant> published(const Release& release) const;
  /// The row of a date and label.
  const ReleaseInstant* instant_of(Date date, const ReleaseLabel& label) const;
  /// The first instant of a label: where an answer "as of 2020-02B" begins, if nothing was observed.
  const ReleaseInstant* instant_of(const ReleaseLabel& label) const;
  enum class Which : std::uint8_t { any, b };
  /// The first instant at or after `at` at which images were released, or may yet be. Patch Tuesdays known to
  /// have brought none are passed over.
  const ReleaseInstant* first_at_or_after(base::Instant at, Which which = Which::any) const;
  /// The last such at or before `at`: the release that is due.
  const ReleaseInstant* last_at_or_before(base::Instant at, Which which = Which::any) const;
  /// The incident a floating tag was in on the day of `at`.
  const Incident* incident(std::string_view repository, std::string_view tag, base::Instant at) const;

 private:
  KnowledgeTables m_tables;
};

} // namespace tagdb::windows

#pragma once

#include <tagdb/query/resolve.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace tagdb::query {

/// One end of a range of releases: a whole month, or one release of it.
using ReleaseBound = std::variant<std::chrono::year_month, windows::ReleaseLabel>;

struct ReleasesOptions {
  std::optional<oci::RepositoryName> repository; ///< nothing: windows/servercore
  ReleaseBound from, to;                         ///< both belong to the range
  std::optional<std::uint32_t> build;            ///< only the rows of this build
  /// Cells that are known less well than this are left out, and rows that have no others.
  EvidenceLevel weakest = EvidenceLevel::reference;
};

/// A row: one floating tag. "1809" and "ltsc2019" are two, as in Microsoft's documentation.
struct ReleasesRow {
  std::string floating_tag;
  /// As the documentation names the row: "Windows Server 2019"; of a tag that is a version number of its own,
  /// "Windows Server, version 1809".
  std::string name;
  std::uint32_t build = 0;
  SupportAnswer support; ///< of the product that the row's images are of
};

/// A column: one release.
struct ReleasesColumn {
  windows::ReleaseLabel label;
  /// The first day on which an image of it was published that is not superseded: 2020-02-18 of 2020-02B.
  /// Nothing where all of it is derived.
  std::optional<windows::Date> published;
};

/// What stands in one place of the table. Places of which nothing is known have no cell: the product was not
/// there yet, or has no image of that release.
struct ReleasesCell {
  std::size_t row = 0, column = 0;
  /// The image of the release that is not superseded; nothing where support had ended and none came.
  std::optional<windows::OsVersion> revision;
  std::optional<windows::Kb> kb;
  std::optional<ReleaseAnswer> release;
  EvidenceLevel evidence = EvidenceLevel::reference; ///< observed: the revision was crawled
  bool end_of_support = false; ///< support had ended before, and there is no image: what the cell says
};

/// The monthly table of Microsoft's documentation.
struct Releases {
  base::Instant as_of;
  std::string repository;
  std::optional<store::RepositoryRecord> crawled; ///< where observations came from
  windows::KnowledgeEdition edition;
  std::vector<ReleasesRow> rows;       ///< as the documentation has them: by build, then tag
  std::vector<ReleasesColumn> columns; ///< in the order of publication
  std::vector<ReleasesCell> cells;     ///< by row, then column; at most one a place
  std::vector<Warning> warnings;       ///< contradiction
};

/// The table for a range. Labels are data: columns are the releases that something is known of (a B that some
/// product of the repository had; any other where a row of the answer has it). Rows are the floating tags of
/// products with images in the repository, leaving out those that were not there yet, and, unless their build
/// was asked for, those whose support had ended before and that have no release in the range.
///
/// A release that was crawled is `observed`, whatever the reference says; where its KB tag names another KB
/// than the reference, the record wins and a warning says so. Crawled revisions that the reference does not
/// list stand in the column of their derived label.
///
/// Failure: usage where the range ends before it begins or `registry` must be named; not_found where the
/// reference has no images in the repository or of the build, or a bound is a release that nobody knows.
base::Result<Releases> releases(const store::Reader& reader, const Scope& scope,
                                const ReleasesOptions& options);

} // namespace tagdb::query

#pragma once

#include "sqlite.hpp"
#include <tagdb/base/result.hpp>
#include <tagdb/windows/knowledge_rows.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tagdb::store {

// The knowledge tables of a database as values. A field that its type refuses is damage, as in rows.hpp.

/// Nothing where no knowledge was loaded yet.
base::Result<std::optional<windows::KnowledgeEdition>> read_edition(Connection& connection);
/// Which rows are wanted, as Reader::knowledge() says.
struct KnowledgePart {
  std::optional<std::uint32_t> build;
  bool hosts = true;
  bool images = true; ///< releases and instants
};
/// The edition must be there.
base::Result<windows::KnowledgeTables> read_knowledge(Connection& connection, const KnowledgePart& part);

base::Result<std::optional<windows::Release>> read_release(Connection& connection,
                                                           const windows::OsVersion& version);
base::Result<std::optional<windows::ReleaseInstant>> read_release_next(Connection& connection,
                                                                       base::Instant at);
base::Result<std::optional<windows::Release>> read_newest_release(Connection& connection, std::uint32_t build,
                                                                  base::Instant at);
base::Result<std::optional<windows::Release>> read_release_below(Connection& connection,
                                                                 const windows::OsVersion& version,
                                                                 const windows::ReleaseLabel& label);
/// The next one of the build that is not superseded.
base::Result<std::optional<windows::Release>> read_release_after(Connection& connection,
                                                                 const windows::OsVersion& version);
base::Result<std::optional<windows::HostRelease>> read_host_release(Connection& connection,
                                                                    const windows::OsVersion& version);
/// The B release that was due at `at`: Knowledge::last_at_or_before(at, Which::b).
base::Result<std::optional<windows::ReleaseInstant>> read_release_due(Connection& connection,
                                                                      base::Instant at);

/// Puts `tables` in the place of what is there, inside the caller's transaction. Release instants beyond the
/// last of `tables` stay.
base::Status write_knowledge(Connection& connection, const windows::KnowledgeTables& tables);
/// Those whose date and label are not there yet; how many there were.
base::Result<std::size_t> insert_new_instants(Connection& connection,
                                              std::span<const windows::ReleaseInstant> rows);

/// Whether `a` is a later edition than `b`.
bool is_newer(const windows::KnowledgeEdition& a, const windows::KnowledgeEdition& b);

/// A row that cannot be read at all.
struct UnreadableRow {
  std::string table;
  std::string message;
};
/// All rows that can be read; those that cannot are added to `unreadable`. For verify.
base::Result<windows::KnowledgeTables> read_what_is_sound(Connection& connection,
                                                          std::vector<UnreadableRow>& unreadable);

} // namespace tagdb::store

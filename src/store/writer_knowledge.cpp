#include "built_in.hpp"
#include "knowledge_tables.hpp"
#include "writer_impl.hpp"

namespace tagdb::store {

base::Status Writer::Impl::load_built_in() {
  TAGDB_TRY_ASSIGN(const auto built_in, built_in_edition());
  TAGDB_TRY_ASSIGN(const auto held, read_edition(*db));
  if (held && !is_newer(built_in, *held))
    return {};
  TAGDB_TRY_ASSIGN(const auto tables, built_in_tables());
  TAGDB_TRY_ASSIGN(auto transaction, Transaction::begin(*db, "BEGIN IMMEDIATE"));
  TAGDB_TRY(write_knowledge(*db, tables));
  return transaction.commit();
}

base::Status Writer::replace_knowledge(const windows::KnowledgeTables& tables) {
  auto& self = *m_impl;
  // Looked at before anything is written: a refusal leaves the writer as it is.
  TAGDB_TRY_ASSIGN(const auto held, self.read([&] { return read_edition(*self.db); }));
  if (held && is_newer(*held, tables.edition))
    return base::Error(base::ErrorKind::usage,
                       "the knowledge of " + windows::format_day(tables.edition.as_of) + " (revision " +
                           std::to_string(tables.edition.revision) + ") is older than what " +
                           self.db->path() + " has: that of " + windows::format_day(held->as_of) +
                           " (revision " + std::to_string(held->revision) + ")");
  return self.write([&] { return write_knowledge(*self.db, tables); });
}

base::Result<windows::Knowledge> Writer::knowledge() {
  auto& self = *m_impl;
  return self.read([&]() -> base::Result<windows::Knowledge> {
    TAGDB_TRY_ASSIGN(auto tables, read_knowledge(*self.db, {}));
    return windows::Knowledge(std::move(tables));
  });
}

base::Result<std::size_t> Writer::add_release_instants(std::span<const windows::ReleaseInstant> rows) {
  auto& self = *m_impl;
  return self.write([&] { return insert_new_instants(*self.db, rows); });
}

} // namespace tagdb::store

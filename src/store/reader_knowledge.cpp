#include "built_in.hpp"
#include "knowledge_tables.hpp"
#include "reader_impl.hpp"

namespace tagdb::store {

base::Result<Reader> Reader::built_in() {
  auto impl = std::make_unique<Impl>();
  TAGDB_TRY_ASSIGN(impl->db, open_built_in());
  impl->knowledge = impl->db.get();
  return Reader(std::move(impl));
}

base::Result<Connection*> Reader::Impl::knowledge_source() {
  if (knowledge == nullptr) {
    TAGDB_TRY_ASSIGN(const auto edition, read_edition(*db));
    if (!edition) {
      // A writer was killed between making the tables and filling them; the next one fills them.
      TAGDB_TRY_ASSIGN(substitute, open_built_in());
    }
    knowledge = edition ? db.get() : substitute.get();
  }
  return knowledge;
}

base::Result<windows::Knowledge> Reader::knowledge(std::optional<std::uint32_t> build, Part part) const {
  TAGDB_TRY_ASSIGN(auto* source, m_impl->knowledge_source());
  TAGDB_TRY_ASSIGN(auto tables, read_knowledge(*source, {.build = build,
                                                         .hosts = part == Part::whole,
                                                         .images = part != Part::products}));
  return windows::Knowledge(std::move(tables));
}

base::Result<windows::KnowledgeEdition> Reader::knowledge_edition() const {
  TAGDB_TRY_ASSIGN(auto* source, m_impl->knowledge_source());
  TAGDB_TRY_ASSIGN(auto edition, read_edition(*source));
  return std::move(edition).value();
}

base::Result<std::optional<windows::ReleaseInstant>> Reader::release_due(base::Instant at) const {
  TAGDB_TRY_ASSIGN(auto* source, m_impl->knowledge_source());
  return read_release_due(*source, at);
}

base::Result<std::optional<windows::ReleaseInstant>> Reader::release_next(base::Instant at) const {
  TAGDB_TRY_ASSIGN(auto* source, m_impl->knowledge_source());
  return read_release_next(*source, at);
}

base::Result<std::optional<windows::Release>> Reader::newest_release(std::uint32_t build,
                                                                     base::Instant at) const {
  TAGDB_TRY_ASSIGN(auto* source, m_impl->knowledge_source());
  return read_newest_release(*source, build, at);
}

base::Result<std::optional<windows::Release>>
Reader::release_below(const windows::OsVersion& version, const windows::ReleaseLabel& label) const {
  TAGDB_TRY_ASSIGN(auto* source, m_impl->knowledge_source());
  return read_release_below(*source, version, label);
}

base::Result<std::optional<windows::Release>> Reader::release(const windows::OsVersion& version) const {
  TAGDB_TRY_ASSIGN(auto* source, m_impl->knowledge_source());
  return read_release(*source, version);
}

base::Result<std::optional<windows::Release>> Reader::release_after(const windows::OsVersion& version) const {
  TAGDB_TRY_ASSIGN(auto* source, m_impl->knowledge_source());
  return read_release_after(*source, version);
}

base::Result<std::optional<windows::HostRelease>>
Reader::host_release(const windows::OsVersion& version) const {
  TAGDB_TRY_ASSIGN(auto* source, m_impl->knowledge_source());
  return read_host_release(*source, version);
}

} // namespace tagdb::store

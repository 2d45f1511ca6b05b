#include "rows.hpp"
#include "writer_impl.hpp"
#include <tagdb/base/sha256.hpp>
#include <tagdb/store/outbox.hpp>

#include <utility>

namespace tagdb::store {

namespace {

std::optional<TargetKind> parse_target_kind(std::string_view text) {
  for (const auto kind : {TargetKind::command, TargetKind::webhook})
    if (to_string(kind) == text)
      return kind;
  return std::nullopt;
}

base::Result<NotifyTarget> read_target(const Query& row) {
  NotifyTarget target{row.id<TargetId>(0),
                      parse_target_kind(row.text(1)).value_or(TargetKind::command),
                      row.string(2),
                      {},
                      {},
                      row.count(5)};
  TAGDB_TRY_ASSIGN(target.added, read_instant(row, 3));
  TAGDB_TRY_ASSIGN(target.named, read_instant(row, 4));
  return target;
}

base::Result<std::vector<NotifyTarget>> read_targets(Query& query) {
  std::vector<NotifyTarget> targets;
  for (;;) {
    TAGDB_TRY_ASSIGN(const bool more, query.step());
    if (!more)
      return targets;
    TAGDB_TRY_ASSIGN(auto target, read_target(query));
    targets.push_back(std::move(target));
  }
}

#define TAGDB_TARGET_SELECT                                                                                  \
  "SELECT t.id, t.kind, t.label, t.added, t.named, "                                                         \
  "(SELECT count(*) FROM outbox_event e WHERE e.number > t.confirmed AND e.document IS NOT NULL) "           \
  "FROM notify_target t "

} // namespace

std::string_view to_string(TargetKind kind) {
  return kind == TargetKind::command ? "command" : "webhook";
}

base::Result<TargetId> Outbox::name_target(TargetKind kind, std::string_view secret, std::string_view label,
                                           base::Instant now) {
  static constexpr const char* k_salt = "SELECT uid FROM observer WHERE is_self = 1";
  static constexpr const char* k_add = R"(
    INSERT INTO notify_target (kind, hash, label, added, named, confirmed)
    VALUES (?1, ?2, ?3, ?4, ?4, coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'outbox_event'), 0))
    ON CONFLICT (hash) DO UPDATE SET named = max(named, excluded.named), label = excluded.label)";
  static constexpr const char* k_find = "SELECT id FROM notify_target WHERE hash = ?";
  auto& self = *m_writer.m_impl;
  return self.write([&]() -> base::Result<TargetId> {
    std::string salted;
    {
      auto query = self.db->use(k_salt);
      TAGDB_TRY(query.step());
      salted = query.string(0);
    }
    ((salted += '\n') += to_string(kind)) += '\n';
    salted += secret;
    const std::string hash = base::sha256_hex(salted);
    const std::string at = base::format_rfc3339(now);
    TAGDB_TRY(self.db->use(k_add).bind(to_string(kind)).bind(hash).bind(label).bind(at).run());
    auto query = self.db->use(k_find);
    TAGDB_TRY(query.bind(hash).step());
    return query.id<TargetId>(0);
  });
}

base::Result<std::vector<NotifyTarget>> Outbox::targets() {
  static constexpr const char* k_sql = TAGDB_TARGET_SELECT "ORDER BY t.id";
  auto& self = *m_writer.m_impl;
  return self.read([&]() -> base::Result<std::vector<NotifyTarget>> {
    auto query = self.db->use(k_sql);
    return read_targets(query);
  });
}

base::Result<std::vector<NotifyTarget>> Outbox::forget_targets(base::Instant now) {
  static constexpr const char* k_find = TAGDB_TARGET_SELECT "WHERE t.named < ? ORDER BY t.id";
  static constexpr const char* k_drop = "DELETE FROM notify_target WHERE named < ?";
  auto& self = *m_writer.m_impl;
  const std::string oldest = base::format_rfc3339(now - k_keeps_target);
  auto forgotten = self.read([&]() -> base::Result<std::vector<NotifyTarget>> {
    auto query = self.db->use(k_find);
    return read_targets(query.bind(oldest));
  });
  if (!forgotten || forgotten->empty())
    return forgotten;
  TAGDB_TRY(self.write([&]() -> base::Status { return self.db->use(k_drop).bind(oldest).run(); }));
  TAGDB_TRY(prune(now));
  return forgotten;
}

base::Status Outbox::mark_dirty(base::Instant now) {
  // What only a later look makes sure of is dated from the first one that showed it: an absence (of a tag's
  // newest span), and whatever is judged at the end of a whole look after several that were not.
  static constexpr const char* k_sql = R"(
    INSERT INTO outbox_dirty (id, marked, since)
    SELECT 1, ?1, max(?2, min(
      ?1,
      coalesce((SELECT min(s.first_seen) FROM span s
                WHERE s.state = 'absent' AND s.observer_id = ?3
                  AND unixepoch(s.last_seen) - unixepoch(s.first_seen) < 3600
                  AND NOT EXISTS (SELECT 1 FROM span n WHERE n.tag_id = s.tag_id
                                  AND n.observer_id = ?3 AND n.number > s.number)), ?1),
      coalesce((SELECT min(last) FROM (SELECT max(started) AS last FROM check_run
                                       WHERE observer_id = ?3 AND outcome = 'complete'
                                       GROUP BY repository_id)), ?1)))
    WHERE true ON CONFLICT (id) DO NOTHING)";
  auto& self = *m_writer.m_impl;
  const std::string at = base::format_rfc3339(now);
  const std::string oldest = base::format_rfc3339(now - k_keeps_ids);
  return self.write(
      [&]() -> base::Status { return self.db->use(k_sql).bind(at).bind(oldest).bind(self.observer).run(); });
}

base::Result<std::optional<DirtyMark>> Outbox::dirty() {
  static constexpr const char* k_sql = "SELECT marked, since FROM outbox_dirty WHERE id = 1";
  auto& self = *m_writer.m_impl;
  return self.read([&]() -> base::Result<std::optional<DirtyMark>> {
    auto query = self.db->use(k_sql);
    TAGDB_TRY_ASSIGN(const bool row, query.step());
    if (!row)
      return std::nullopt;
    DirtyMark mark;
    TAGDB_TRY_ASSIGN(mark.marked, read_instant(query, 0));
    TAGDB_TRY_ASSIGN(mark.since, read_instant(query, 1));
    return mark;
  });
}

base::Status Outbox::clear_dirty() {
  static constexpr const char* k_sql = "DELETE FROM outbox_dirty";
  auto& self = *m_writer.m_impl;
  return self.write([&]() -> base::Status { return self.db->use(k_sql).run(); });
}

base::Result<std::size_t> Outbox::enqueue(std::span<const OutboxEvent> events, base::Instant now) {
  static constexpr const char* k_sql = R"(
    INSERT INTO outbox_event (event_id, registry, document, added)
    SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM notify_target)
      AND NOT EXISTS (SELECT 1 FROM outbox_event WHERE event_id = ?1))";
  auto& self = *m_writer.m_impl;
  const std::string at = base::format_rfc3339(now);
  return self.write([&]() -> base::Result<std::size_t> {
    std::size_t added = 0;
    for (const auto& event : events) {
      TAGDB_TRY(self.db->use(k_sql).bind(event.id).bind(event.registry).bind(event.document).bind(at).run());
      added += self.db->changes() > 0 ? 1 : 0;
    }
    return added;
  });
}

base::Result<std::vector<OutboxEvent>> Outbox::pending(TargetId target, std::size_t limit) {
  static constexpr const char* k_sql = R"(
    SELECT number, event_id, registry, document FROM outbox_event
    WHERE number > (SELECT confirmed FROM notify_target WHERE id = ?1) AND document IS NOT NULL
    ORDER BY number LIMIT ?2)";
  auto& self = *m_writer.m_impl;
  return self.read([&]() -> base::Result<std::vector<OutboxEvent>> {
    std::vector<OutboxEvent> events;
    auto query = self.db->use(k_sql);
    query.bind(target).bind_count(limit);
    for (;;) {
      TAGDB_TRY_ASSIGN(const bool more, query.step());
      if (!more)
        return events;
      events.push_back({query.integer(0), query.string(1), query.string(2), query.string(3)});
    }
  });
}

base::Status Outbox::confirm(TargetId target, std::int64_t number, base::Instant now) {
  // Two runs may tell one target at the same time; what one has confirmed stays so.
  static constexpr const char* k_sql =
      "UPDATE notify_target SET confirmed = max(confirmed, ?2) WHERE id = ?1";
  auto& self = *m_writer.m_impl;
  TAGDB_TRY(
      self.write([&]() -> base::Status { return self.db->use(k_sql).bind(target).bind(number).run(); }));
  return prune(now);
}

base::Status Outbox::prune(base::Instant now) {
  static constexpr const char* k_text = R"(
    UPDATE outbox_event SET document = NULL
    WHERE document IS NOT NULL
      AND number <= coalesce((SELECT min(confirmed) FROM notify_target), 9223372036854775807))";
  static constexpr const char* k_ids = "DELETE FROM outbox_event WHERE document IS NULL AND added < ?";
  auto& self = *m_writer.m_impl;
  const std::string oldest = base::format_rfc3339(now - k_keeps_ids);
  return self.write([&]() -> base::Status {
    TAGDB_TRY(self.db->use(k_text).run());
    return self.db->use(k_ids).bind(oldest).run();
  });
}

} // namespace tagdb::store

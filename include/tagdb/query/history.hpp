#pragma once

#include <tagdb/query/resolve.hpp>

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tagdb::query {

/// A stretch of a tag's history together with what began it.
struct HistoryItem {
  std::string registry, repository, tag;
  std::optional<Event> event; ///< what began it; nothing for the baseline
  Segment segment;
  std::optional<EventSide> side; ///< what it pointed at, with revision and KB
};

/// All stretches of a tag, newest first. Failure as for resolve.
base::Result<std::vector<HistoryItem>> history(const store::Reader& reader, const Scope& scope,
                                               const ReferenceQuery& query);

struct ChangesOptions {
  std::optional<base::Instant> since; ///< nothing: from the beginning
  std::optional<base::Instant> until; ///< nothing: now
  std::optional<oci::RepositoryName> repository;
};

/// An event with its tag, for a list over all tags.
struct Change {
  std::string registry, repository, tag;
  Event event;
};

/// Events with since < at <= until of all tags (of one repository where asked), oldest first.
base::Result<std::vector<Change>> changes(const store::Reader& reader, const Scope& scope,
                                          const ChangesOptions& options);

/// What one check made known: the events of the tags that changed in it (`changed`: names, as a report of
/// sync has them), and lag, lagEnded and aliasDiffers, which follow from several tags and are known only with
/// the end of a whole check; oldest first. For sync, wait and the outbox, whenever the check has ended and is
/// visible to `reader`. Where nothing changed and the check before was whole this is two point queries.
base::Result<std::vector<Change>> events_of_check(const store::Reader& reader, const Scope& scope,
                                                  store::CheckId check, std::span<const std::string> changed);

} // namespace tagdb::query

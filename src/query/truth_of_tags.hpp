#pragma once

#include "truth_sweep.hpp"
#include <tagdb/query/history.hpp>

#include <optional>
#include <vector>

namespace tagdb::query {

/// What the knowledge says of products; nothing of any build.
base::Result<windows::Knowledge> product_knowledge(const store::Reader& reader);

/// The ordinary event that began a stretch of a tag; of a floating tag in trouble it names the explicit tag
/// to use. Nothing where it is none.
base::Result<std::optional<Event>> event_of_stretch(Lookup& lookup, const Scope& scope,
                                                    const store::TagRecord& tag, const Timeline& timeline,
                                                    std::size_t segment,
                                                    std::optional<base::Instant> baseline);

/// lag, lag_ended and alias_differs of one floating tag, oldest first. Reads only the tags it is compared
/// with.
base::Result<std::vector<Event>> comparison_events(Lookup& lookup, const Scope& scope,
                                                   const store::TagRecord& tag, const Timeline& timeline);

/// Oldest first, then by name; of one tag and instant what it did before what follows from it.
void sort_changes(std::vector<Change>& changes);

} // namespace tagdb::query

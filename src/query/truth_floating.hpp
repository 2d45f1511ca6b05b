#pragma once

#include "lookup.hpp"
#include <tagdb/query/truth.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tagdb::query {

/// truth_of() of a stretch that a caller already holds: for resolve, which has read the history.
base::Result<std::optional<FloatingTruth>> truth_of_stretch(Lookup& lookup, const Scope& scope,
                                                            const store::TagRecord& tag,
                                                            const Timeline& timeline, std::size_t segment,
                                                            base::Instant at);

/// The warnings lag, rollback and aliasDiffers of a floating tag at the instant, each with the tag or digest
/// to use instead. None for other kinds of tags, and where the stretch shows no known revision.
base::Result<std::vector<Warning>> floating_warnings(Lookup& lookup, const Scope& scope,
                                                     const store::TagRecord& tag, const Timeline& timeline,
                                                     std::size_t segment, base::Instant at,
                                                     const windows::Knowledge& knowledge);

/// Where the stretch (of any kind of tag) began as another digest of the same revision.
base::Result<std::optional<Warning>> republished_warning(Lookup& lookup, const Scope& scope,
                                                         const store::TagRecord& tag,
                                                         const Timeline& timeline, std::size_t segment,
                                                         base::Instant at);

/// alias_differences() of a tag that shows this stretch at the instant.
base::Result<std::vector<AliasDifference>> alias_differences_of(Lookup& lookup, const store::TagRecord& tag,
                                                                const Segment& segment, const Scope& scope,
                                                                const windows::Knowledge& knowledge,
                                                                base::Instant at);

/// The tag that names this revision for the architecture of `tag` and was there at the instant: what to write
/// instead of a floating tag. Empty where there is none.
base::Result<std::string> explicit_tag_of(Lookup& lookup, const store::TagRecord& tag,
                                          const windows::OsVersion& revision, base::Instant at);
/// "the tag 10.0.17763.1040", else "the digest sha256:…".
base::Result<std::string> words_for_use(Lookup& lookup, const store::TagRecord& tag, const EventSide& side,
                                        base::Instant at);

} // namespace tagdb::query

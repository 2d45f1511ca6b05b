#pragma once

#include <tagdb/query/history.hpp>
#include <tagdb/windows/knowledge.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tagdb::report {

struct ChangesRange {
  std::optional<base::Instant> since; ///< nothing: from the beginning
  base::Instant until;
};

/// Changes as the body of a pull request, in GitHub's Markdown: one row for each tag that moved or is in
/// trouble (from, to, the KB of the new image with its article, support as of `until`, warnings), below it
/// the tags that are new. Names from the registry stand in code, so that nothing in them is markup or a
/// mention. `knowledge` must be whole: KBs that no tag names come from it.
std::string changes_markdown(const std::vector<query::Change>& changes, const windows::Knowledge& knowledge,
                             const ChangesRange& range);

} // namespace tagdb::report

#pragma once

#include "awaited.hpp"
#include "notifier.hpp"
#include "pace.hpp"
#include "pause.hpp"
#include "progress.hpp"
#include "stop.hpp"
#include "sync_report.hpp"
#include <tagdb/cli/program.hpp>
#include <tagdb/sync/sync.hpp>

#include <optional>
#include <vector>

namespace tagdb::remote {

/// What a wait came to.
struct WaitResult {
  AwaitedRelease release;
  std::vector<query::Landing> tags;
  /// All looks as one: counts added up, outcome and failures of the newest look at each repository.
  SyncResult looks;
  bool interrupted = false;     ///< by the user
  bool deadline_passed = false; ///< before all had landed
  /// Why no look could list anything, where none could.
  std::optional<base::Error> error;

  bool landed() const { return all_landed(tags); }
};

/// What a wait stands on; all of it outlives the call.
struct WaitTools {
  const cli::Session& session;
  const sync::Crawl& crawl; ///< its `stop` is asked through `stop`
  const registry::Endpoint& endpoint;
  ShownProgress& progress;
  Pause& pause;
  Pace& pace;
  const Stop& stop;
  Notifier& notifier;
};

/// Adds a look to those before it.
void add_look(SyncResult& looks, SyncResult look);

/// Looks until every tag has landed, the deadline has passed or a signal came: first at the release's
/// instant, from then on with the pauses of the pace, which begins anew whenever a tag has arrived. A look
/// asks for the tag list and the tags that can move of the repositories where something is missing, and
/// records them as sync does; between two looks the database is free for others, and what they record counts.
/// Where `tags` is empty the featured tags are waited for, of the default repositories where nothing was
/// crawled yet.
///
/// Failure: nothing can be recorded, the registry refuses the first look for good, or a name is mistyped.
base::Result<WaitResult> wait_for_release(const WaitTools& tools, const AwaitedRelease& release,
                                          std::vector<AwaitedTag> tags);

/// The same without a look: where things stand by the record. Puts the featured tags into `tags` where that
/// is empty and something was crawled.
base::Result<std::vector<query::Landing>> landings_now(const cli::Session& session,
                                                       const oci::RegistryName& registry,
                                                       const AwaitedRelease& release,
                                                       std::vector<AwaitedTag>& tags);

} // namespace tagdb::remote

#pragma once

#include "notifier.hpp"
#include "sync_report.hpp"
#include "targets.hpp"
#include <tagdb/cli/program.hpp>
#include <tagdb/sync/sync.hpp>

namespace tagdb::remote {

/// One look at each repository, one after the other, into the session's database, which is made where it is
/// not there and folded up at the end. What the looks made known is in the result and, for whoever is told of
/// events, in the outbox. A look that was stopped ends it.
///
/// Failure: nothing could be recorded; busy where another writer holds the database.
base::Result<SyncResult> look_and_record(const cli::Session& session, const sync::Crawl& crawl,
                                         const Targets& targets, const sync::SyncOptions& options,
                                         Notifier& notifier);

} // namespace tagdb::remote

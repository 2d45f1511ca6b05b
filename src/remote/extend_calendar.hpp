#pragma once

#include <tagdb/base/log.hpp>
#include <tagdb/base/result.hpp>
#include <tagdb/store/writer.hpp>
#include <tagdb/windows/pacific_time.hpp>

#include <functional>

namespace tagdb::remote {

/// Makes the release instants in the database reach two years beyond `now`, so that an answer never needs a
/// time zone. Where they do already, nothing is done and no time zone loaded. Without time zone data it is a
/// warning: a crawl does not fail for it. Failure: the writer's.
base::Status
extend_calendar(store::Writer& writer, base::Instant now, base::Log& log,
                const std::function<base::Result<windows::PacificTime>()>& load = windows::PacificTime::load);

} // namespace tagdb::remote

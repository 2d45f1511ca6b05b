#pragma once

#include <tagdb/query/status.hpp>

#include <string>

namespace tagdb::report {

/// The status in Prometheus' text exposition format 0.0.4, for node_exporter's textfile collector: HELP and
/// TYPE before each metric, one value for each series, no timestamps of samples (the collector refuses them);
/// instants are gauges in Unix seconds. What is not known has no series.
///
///     tagdb_status_timestamp_seconds                                   when this was written
///     tagdb_last_complete_check_timestamp_seconds{registry,repository}
///     tagdb_data_complete, tagdb_data_stale {registry,repository}      1 or 0
///     tagdb_floating_tag_state{registry,repository,tag,state}          1 for the one state of the four, else
///     0 tagdb_floating_tag_info{…,revision,newest_revision,newest_tag}   1 tagdb_releases_behind,
///     tagdb_release_landed {registry,repository,tag}
///     tagdb_support_end_timestamp_seconds{registry,repository,tag,product}  end of the last supported day
///     tagdb_floating_tags_in_trouble                                   warnings, endOfSupport not counted
///     tagdb_due_release_timestamp_seconds, tagdb_next_release_timestamp_seconds
std::string prometheus(const query::Status& status);

} // namespace tagdb::report

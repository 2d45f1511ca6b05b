#pragma once

#include "grammar.hpp"
#include <tagdb/cli/options.hpp>

namespace tagdb::cli {

/// --on-change, --webhook and --notify-timeout, for the commands that look at a registry.
void declare_notify_options(Grammar& grammar, NotifyOptions& options);

/// The most requests in flight that can be asked for: a ceiling that no registry grants; a typing error is
/// more likely.
inline constexpr unsigned k_most_jobs = 1000;

} // namespace tagdb::cli

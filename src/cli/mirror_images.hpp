#pragma once

#include "values.hpp"
#include <tagdb/cli/program.hpp>
#include <tagdb/query/resolve.hpp>

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace tagdb::cli {

/// "oci:DIR".
bool is_layout(std::string_view place);

/// "500k", "20M", "1.5G", "1000": bytes a second, k, M and G being powers of 1000. Failure: usage.
base::Result<std::uint64_t> parse_rate(std::string_view text);

/// Which images a mirror is asked to carry.
struct MirrorQuestion {
  const Session& session;
  const query::Scope& scope;
  const MirrorOptions& options;
  std::optional<Moment> at;
  std::optional<base::Instant> since;
};

/// What the database says is meant, each name once, with the warnings of the answers logged. All of one
/// registry, unless the options name a source. Failure: as for resolve; usage where two registries are meant.
base::Result<std::vector<MirrorImage>> images_meant(const MirrorQuestion& question,
                                                    const store::Reader& reader);

} // namespace tagdb::cli

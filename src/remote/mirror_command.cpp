#include "mirror_command.hpp"

#include "connection.hpp"
#include "mirror_progress.hpp"
#include "mirror_report.hpp"
#include "named_images.hpp"
#include "places.hpp"
#include <tagdb/base/terminal.hpp>
#include <tagdb/base/text.hpp>
#include <tagdb/mirror/copy.hpp>

#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace tagdb::remote {

namespace {

constexpr std::string_view k_microsoft = "mcr.microsoft.com";

/// Both ends of a copy, in the order in which they stand on each other.
struct Ends {
  Place from, to;
  std::optional<Connections> connections;
  std::unique_ptr<registry::RegistryClient> source_client, target_client;
  std::optional<mirror::Layout> layout; ///< that it comes from
  std::unique_ptr<mirror::Source> source;
  std::unique_ptr<mirror::Destination> destination;
};

/// The registry of names that say none.
base::Result<oci::RegistryName> home_of(const cli::Session& session) {
  if (!session.options.registry)
    return oci::RegistryName::parse(k_microsoft);
  TAGDB_TRY_ASSIGN(const auto endpoint, registry::Endpoint::parse(*session.options.registry));
  return endpoint.name;
}

/// Where the bytes come from: --from, else the registry that the database speaks of. --registry may say more
/// than that name (http://, a port that is the scheme's own).
base::Result<Place> source_of(const cli::Session& session, const cli::MirrorOptions& options) {
  if (options.from)
    return parse_place(*options.from);
  const auto& name = options.images->front().registry;
  TAGDB_TRY_ASSIGN(auto endpoint, registry::Endpoint::parse(name.to_string()));
  if (session.options.registry) {
    TAGDB_TRY_ASSIGN(auto said, registry::Endpoint::parse(*session.options.registry));
    if (said.name == name)
      endpoint = std::move(said);
  }
  Place place;
  place.registry = Place::Registry{std::move(endpoint), std::nullopt};
  return place;
}

base::Status connect(Ends& ends, const cli::Session& session, const cli::MirrorOptions& options,
                     base::Log& log) {
  std::vector<registry::Endpoint> endpoints;
  for (const auto* place : {&ends.from, &ends.to})
    if (place->registry)
      endpoints.push_back(place->registry->endpoint);
  if (endpoints.empty())
    return {};
  TAGDB_TRY_ASSIGN(ends.connections,
                   Connections::open(endpoints, options.network, options.limit_rate, session.clock, log));
  if (ends.from.registry) {
    TAGDB_TRY_ASSIGN(ends.source_client,
                     ends.connections->registry(ends.from.registry->endpoint, registry::Access::pull,
                                                options.network, session.clock, log));
  }
  if (ends.to.registry) {
    TAGDB_TRY_ASSIGN(ends.target_client,
                     ends.connections->registry(ends.to.registry->endpoint, registry::Access::push,
                                                options.network, session.clock, log));
  }
  return {};
}

base::Status open_source(Ends& ends, const store::Reader* database) {
  if (!ends.from.layout) {
    ends.source = mirror::make_registry_source(*ends.source_client, ends.from.registry->prefix, database);
    return {};
  }
  TAGDB_TRY_ASSIGN(ends.layout, mirror::Layout::open(*ends.from.layout));
  ends.source = mirror::make_layout_source(*ends.layout);
  return {};
}

base::Status open_destination(Ends& ends, const cli::MirrorOptions& options, base::Log& log) {
  if (ends.to.layout) {
    TAGDB_TRY_ASSIGN(ends.destination, mirror::make_layout_destination(*ends.to.layout, log));
    return {};
  }
  TAGDB_TRY_ASSIGN(auto spool, mirror::Spool::open(options.spool));
  ends.destination =
      mirror::make_registry_destination(*ends.target_client, ends.to.registry->prefix, std::move(spool));
  return {};
}

base::Result<std::vector<mirror::Image>> images_of(Ends& ends, const cli::Session& session,
                                                   const cli::MirrorOptions& options, base::Log& log) {
  if (options.images) {
    std::vector<mirror::Image> images;
    for (const auto& one : *options.images)
      images.push_back({one.registry, one.repository, one.tag, one.digest, one.media_type});
    return images;
  }
  TAGDB_TRY_ASSIGN(const auto home, home_of(session));
  if (ends.layout)
    return images_of_layout(*ends.layout, options, home, log);
  return images_of_registry(*ends.source_client, *ends.from.registry, options, home, log);
}

int report(const cli::Session& session, const MirrorResult& result) {
  if (session.json()) {
    session.print(mirror_document(result));
  } else {
    for (const auto& line : mirror_failures(result.copy))
      session.log.warning(line);
    session.print(mirror_text(result));
  }
  if (result.copy.outcome == mirror::CopyOutcome::interrupted)
    session.log.error("interrupted: what has arrived is kept, and the same command goes on from there");
  else if (result.copy.outcome == mirror::CopyOutcome::failed && !result.copy.failures.empty())
    session.log.error("nothing could be copied to " + result.to);
  return exit_code_of(result.copy);
}

} // namespace

base::Result<int> run_mirror(const cli::Session& session, const cli::MirrorOptions& options,
                             const store::Reader* database) {
  const auto progress = make_copy_progress(session, options.network.progress);
  base::Log log(session.options.log_level, log_beside(session, [&progress] { progress->hide(); }));
  Ends ends;
  TAGDB_TRY_ASSIGN(ends.from, source_of(session, options));
  TAGDB_TRY_ASSIGN(ends.to, parse_place(options.to));
  TAGDB_TRY(connect(ends, session, options, log));
  TAGDB_TRY(open_source(ends, database));
  TAGDB_TRY_ASSIGN(const auto images, images_of(ends, session, options, log));
  // Only now: a reference that is not there leaves no folder behind.
  TAGDB_TRY(open_destination(ends, options, log));
  mirror::CopyOptions copy;
  if (options.platform)
    copy.platforms.push_back(*options.platform);
  copy.metadata_only = options.metadata_only;
  const mirror::CopyContext context{ends.connections ? &ends.connections->http() : nullptr, log, *progress,
                                    [] { return base::stop_requested(); }};
  auto copied = mirror::copy_images(context, *ends.source, *ends.destination, images, copy);
  progress->hide();
  if (!copied)
    return std::move(copied).error().while_doing("copying to " + ends.to.to_string());
  return report(session,
                {ends.from.to_string(), ends.to.to_string(), session.clock.now(), *std::move(copied)});
}

} // namespace tagdb::remote

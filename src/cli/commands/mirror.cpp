#include "command.hpp"
#include "global_options.hpp"
#include "mirror_emit.hpp"
#include "mirror_images.hpp"
#include "open_database.hpp"
#include "values.hpp"
#include <tagdb/base/text.hpp>

#include <algorithm>

namespace tagdb::cli {

namespace {

class Mirror final : public Command {
 public:
  void declare(Grammar& grammar) override;
  base::Result<int> run(const Context& context) override;

 private:
  base::Status check(const Session& session) const;
  base::Result<int> emit(const Session& session) const;
  /// What the database says is meant, and the database.
  base::Result<store::Reader> ask_database(const Session& session);

  MirrorOptions m_options;
  std::optional<std::string> m_to, m_at, m_since;
  std::optional<MirrorClient> m_emit;
};

void Mirror::declare(Grammar& grammar) {
  grammar.positional("REFERENCE", 0, SIZE_MAX, m_options.references,
                     "an image, as for resolve; with --all-tags or --kind a repository, as for sync; none: "
                     "every name of the layout that --from names");
  // Other commands have a --from and --to of their own, which a variable would reach too.
  grammar.text("to", "oci:DIR|HOST/PREFIX", m_to, "where to: an OCI layout on disk, or a registry")
      .configurable = false;
  grammar
      .text("from", "oci:DIR|HOST/PREFIX", m_options.from,
            "where from, instead of the registry that was crawled; it says itself what a tag means")
      .configurable = false;
  grammar.flag("metadata-only", m_options.metadata_only, "manifests and configs, no layers");
  grammar.value(
      "platform", "OS/ARCH", "only this platform of each index; also os/arch:os.version",
      [this](std::string_view text) -> base::Status {
        TAGDB_TRY_ASSIGN(const auto filter, parse_platform(text));
        m_options.platform = oci::Platform{filter.os, filter.architecture, {}, filter.os_version, {}};
        return {};
      });
  grammar.text("at", "TIME", m_at,
               "the tag as it was then: a date (its last second, UTC), an RFC 3339 instant or a release "
               "(2020-02B)");
  grammar.text("since", "TIME", m_since,
               "every image that the tags pointed at from then on, each under its revision tag; also a "
               "duration (35d)");
  grammar.flag("all-tags", m_options.all_tags, "every tag of the repositories named");
  auto& kind =
      grammar.value("kind", "KIND", "every tag of this kind of the repositories named", [this](auto text) {
        m_options.kind = windows::parse_tag_kind(text);
        return base::Status();
      });
  for (const auto each : {windows::TagKind::floating, windows::TagKind::revision, windows::TagKind::kb})
    kind.choices.push_back(windows::to_string(each));
  kind.choices_elsewhere = {windows::to_string(windows::TagKind::other)};
  grammar.value("limit-rate", "BYTES", "bytes a second, both directions together, as in 500k, 20M or 1G",
                [this](std::string_view text) -> base::Status {
                  TAGDB_TRY_ASSIGN(m_options.limit_rate, parse_rate(text));
                  return {};
                });
  auto& emit = grammar.value("emit", "CLIENT", "copy nothing; print what makes this client use the mirror",
                             [this](std::string_view text) -> base::Status {
                               m_emit = text == "docker"       ? MirrorClient::docker
                                        : text == "containerd" ? MirrorClient::containerd
                                                               : MirrorClient::registries_conf;
                               return {};
                             });
  emit.choices = {"containerd", "docker", "registries.conf"};
  emit.configurable = false;
  declare_network_options(grammar, m_options.network);
  grammar.note("Bytes and digests stay as they are; foreign layers come along as ordinary blobs, while the "
               "manifest keeps its bytes. A name appears once everything under it is there. What is there "
               "already is asked for and not sent again; a copy that was stopped goes on where it was. What "
               "could not be had is listed, blob by blob, and the exit code is 8.");
  grammar.note("Without --from the database says what a tag means, and the bytes come from the registry that "
               "was crawled. With --from the source itself says it, and no database is needed, except for "
               "--at and --since. docker-registry refuses manifests of images with foreign layers unless its "
               "configuration has validation.manifests.urls.allow: ['^https://mcr\\.microsoft\\.com/'].");
  grammar.note(
      "--emit docker prints the references under the mirror's name: dockerd's registry-mirrors serves "
      "docker.io only. A bare Windows Docker host needs a registry, for docker load reads no OCI layout.");
  grammar.example("tagdb mirror servercore:ltsc2019 --to oci:/media/disk/images", "carry an image on a disk");
  grammar.example("tagdb mirror --from oci:/media/disk/images --to harbor.corp/mcr",
                  "load everything on it into a registry");
  grammar.example("tagdb mirror ltsc2019 ltsc2022 --since 2025-01-01 --to harbor.corp/mcr --metadata-only",
                  "the manifests of a year");
}

base::Status Mirror::check(const Session& session) const {
  if (!m_to)
    return base::Error(base::ErrorKind::usage, "where to?", "say --to oci:DIR or --to HOST/PREFIX");
  if (m_at && m_since)
    return base::Error(base::ErrorKind::usage, "--at and --since exclude each other");
  const bool layout = m_options.from && is_layout(*m_options.from);
  if (session.options.offline && !(layout && is_layout(*m_to)))
    return base::Error(base::ErrorKind::usage, "a mirror asks a registry, and --offline forbids that",
                       "from one layout to another it works offline");
  const bool all_names = layout && !m_at && !m_since;
  if (m_options.references.empty() && !all_names && !m_options.all_tags && !m_options.kind)
    return base::Error(base::ErrorKind::usage, "which images?",
                       "name them, as in tagdb mirror servercore:ltsc2019; only a layout can be taken whole");
  return {};
}

base::Result<int> Mirror::emit(const Session& session) const {
  if (!m_to)
    return base::Error(base::ErrorKind::usage, "which mirror?", "say --to HOST/PREFIX");
  if (session.json())
    return base::Error(base::ErrorKind::usage, "--emit prints a file's text, not JSON");
  TAGDB_TRY_ASSIGN(const auto place, parse_mirror_place(*m_to));
  TAGDB_TRY_ASSIGN(const auto of, parse_registry(session.options.registry.value_or("mcr.microsoft.com")));
  TAGDB_TRY_ASSIGN(const auto text, mirror_settings(*m_emit, place, of, m_options.references));
  session.print(text);
  if (*m_emit == MirrorClient::docker)
    session.log.warning("dockerd's registry-mirrors serves docker.io only: pull these names instead");
  return 0;
}

base::Result<store::Reader> Mirror::ask_database(const Session& session) {
  TAGDB_TRY_ASSIGN(const auto scope, make_scope(session));
  MirrorQuestion question{session, scope, m_options, {}, {}};
  if (m_at) {
    TAGDB_TRY_ASSIGN(question.at, parse_time(*m_at, scope.now));
  }
  std::optional<Moment> since;
  if (m_since) {
    TAGDB_TRY_ASSIGN(since, parse_since(*m_since, scope.now));
  }
  TAGDB_TRY_ASSIGN(auto reader, open_database(session));
  if (since) {
    TAGDB_TRY_ASSIGN(question.since, instant_of(*since, reader, scope.now));
  }
  TAGDB_TRY_ASSIGN(m_options.images, images_meant(question, reader));
  return reader;
}

base::Result<int> Mirror::run(const Context& context) {
  if (m_emit)
    return emit(context.session);
  TAGDB_TRY(check(context.session));
  if (!context.carriers.mirror)
    return context.world.start_remote(context.world.arguments);
  m_options.to = *m_to;
  m_options.network.by_host = context.config.hosts();
  if (!is_layout(m_options.to)) {
    const auto cache = user_folder(context.world.environment, "XDG_CACHE_HOME", ".cache");
    if (cache.empty())
      return base::Error(base::ErrorKind::usage,
                         "no place for blobs on their way is known: neither HOME nor XDG_CACHE_HOME is set");
    m_options.spool = std::filesystem::path(cache) / "tagdb" / "blobs";
  }
  if (m_options.from && !m_at && !m_since)
    return context.carriers.mirror(context.session, m_options, nullptr);
  TAGDB_TRY_ASSIGN(const auto reader, ask_database(context.session));
  return context.carriers.mirror(context.session, m_options, &reader);
}

} // namespace

std::unique_ptr<Command> make_mirror() {
  return std::make_unique<Mirror>();
}

} // namespace tagdb::cli

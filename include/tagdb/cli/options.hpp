#pragma once

#include <tagdb/base/log.hpp>
#include <tagdb/oci/manifest.hpp>
#include <tagdb/oci/reference.hpp>
#include <tagdb/query/answers.hpp>
#include <tagdb/windows/release_label.hpp>
#include <tagdb/windows/tag_grammar.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tagdb::cli {

enum class ColorMode : std::uint8_t { automatic, always, never };
enum class FreshnessMode : std::uint8_t { fail, warn, ignore };
enum class ProgressMode : std::uint8_t { automatic, json, none };

/// How one registry host is reached: `[host."HOST"]` in the configuration. Empty means the general setting.
struct HostOptions {
  std::string ca_file, authfile, client_cert, client_key;
};

/// Options of every command that uses the network.
struct NetworkOptions {
  HostOptions general;
  std::map<std::string, HostOptions> by_host;
  ProgressMode progress = ProgressMode::automatic;
};

/// Options of every command, merged from command line, TAGDB_… variables, configuration file and defaults, in
/// that order.
struct GlobalOptions {
  std::filesystem::path db;
  bool db_named = false; ///< by --db, TAGDB_DB or the configuration: then it must exist for an answer
  std::string format = "text";
  bool offline = false;
  ColorMode color = ColorMode::automatic;
  std::optional<std::string> registry; ///< host or URL as given
  base::LogLevel log_level = base::LogLevel::warning;
  std::string architecture = "amd64";
  FreshnessMode freshness = FreshnessMode::warn;
  std::optional<std::chrono::seconds> max_data_age;
  query::EvidenceLevel evidence = query::EvidenceLevel::reference;
};

/// Who is told of events, by sync and wait. Both may hold a secret (a webhook's address usually does):
/// neither is logged, printed or stored.
struct NotifyOptions {
  std::optional<std::string> on_change;        ///< a command for the shell, events on its standard input
  std::optional<std::string> webhook;          ///< a URL that gets them as body
  std::optional<std::chrono::seconds> timeout; ///< of one delivery; nothing: a minute
};

/// `tagdb sync`.
struct SyncOptions {
  std::vector<std::string> repositories; ///< as typed; none: windows/servercore and windows/nanoserver
  bool full = false;
  bool dry_run = false;
  bool strict = false;
  std::optional<unsigned> jobs;
  std::optional<std::chrono::seconds> deadline;
  NotifyOptions notify;
  NetworkOptions network;
};

/// `tagdb wait`.
struct WaitOptions {
  std::vector<std::string> tags; ///< as typed; none: the featured tags of the crawled repositories
  std::optional<windows::ReleaseLabel> release; ///< nothing: the last one due
  /// From the start on; nothing: a day, from the release's instant on where that is later.
  std::optional<std::chrono::seconds> deadline;
  std::optional<std::chrono::seconds> interval; ///< the first pause between two looks; nothing: a minute
  std::optional<unsigned> jobs;
  NotifyOptions notify;
  NetworkOptions network;
};

/// `tagdb calendar`, of years that lie beyond the release instants in the database.
struct CalendarOptions {
  std::optional<std::chrono::year> year; ///< 2003 to 9999; nothing: this year
  bool next = false;                     ///< only the next release day
  bool previous = false;                 ///< only the last one; both may be asked
};

/// `tagdb identify`.
struct IdentifyOptions {
  std::vector<std::string> subjects; ///< as typed: files, "-", diff_ids, image IDs, references
  bool online = false;               ///< fetch what is not stored
  NetworkOptions network;
};

/// An image that the database says is meant.
struct MirrorImage {
  oci::RegistryName registry;
  oci::RepositoryName repository;
  std::optional<oci::Tag> tag; ///< the name it will have; nothing: carried under its digest
  oci::Digest digest;
  std::string media_type;
};

/// `tagdb mirror`.
struct MirrorOptions {
  std::vector<std::string> references; ///< as typed; with `from` none means every name of a layout
  std::string to;                      ///< as typed: "oci:DIR", "HOST/PREFIX", "http://HOST:PORT/PREFIX"
  std::optional<std::string> from;     ///< the same; nothing: the registry that was crawled
  std::optional<std::vector<MirrorImage>> images; ///< nothing: the source itself says what names mean
  bool all_tags = false;                          ///< references are repositories
  std::optional<windows::TagKind> kind;           ///< so they are here, and only tags of this kind are meant
  bool metadata_only = false;
  std::optional<oci::Platform> platform;
  std::optional<std::uint64_t> limit_rate; ///< bytes a second
  std::filesystem::path spool;             ///< where blobs lie on their way to a registry
  NetworkOptions network;
};

/// `tagdb verify` and `tagdb gc` of a layout.
struct LayoutOptions {
  std::string layout;                        ///< "oci:DIR"
  bool write = false;                        ///< gc: remove, do not only say
  std::optional<std::chrono::seconds> grace; ///< gc: what is younger stays; nothing: a day
};

} // namespace tagdb::cli

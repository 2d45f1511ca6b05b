#pragma once

#include <tagdb/windows/calendar.hpp>
#include <tagdb/windows/kb.hpp>
#include <tagdb/windows/lifecycle.hpp>
#include <tagdb/windows/os_version.hpp>
#include <tagdb/windows/release_label.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::windows {

// The rows of the reference tables, schema/reference/*.csv, described column by column in its README.md.

enum class Channel : std::uint8_t { ltsc, sac, ac };
std::string_view to_string(Channel channel); ///< "LTSC", "SAC", "AC"

/// A revision that was published as a base image. Key: `version`.
struct Release {
  Date date;
  ReleaseLabel label;
  Channel channel = Channel::ltsc;
  std::string floating_tag; ///< of servercore: "ltsc2019", "20H2"; Version has the other tags of the product
  OsVersion version;
  std::optional<Kb> kb;     ///< nothing where no source names it (19041.264)
  bool out_of_band = false; ///< not on its month's regular day, whatever its label says
  /// The image that replaced this one under the same label: of 17763.1039, 17763.1040. Such an image was
  /// built and tagged, but the floating tags were not left on it.
  std::optional<OsVersion> superseded_by;
  std::string source;
};

enum class HostReleaseType : std::uint8_t { standard, preview, out_of_band, hotpatch, hotpatch_out_of_band };
std::string_view to_string(HostReleaseType type); ///< "Standard", "Hotpatch-OOB": as in the table

/// An update of Windows itself. Its revision may have no image (17763.1554), and an image's may be no host's
/// (17763.1040). Key: `version`.
struct HostRelease {
  OsVersion version;
  Date date;
  std::optional<Kb> kb;
  HostReleaseType type = HostReleaseType::standard;
  std::optional<ReleaseLabel> label; ///< of B releases only
  /// For which product lines the source lists it. 26100 forked in 2026: a revision of one line says nothing
  /// about the other.
  bool client = false, server = false;
  std::string source;

  bool is_hotpatch() const {
    return type == HostReleaseType::hotpatch || type == HostReleaseType::hotpatch_out_of_band;
  }
};

/// A product whose images (or, with no repositories, hosts) have a lifecycle of their own. Key: `name`.
struct Version {
  std::string name;
  std::vector<std::string> floating_tags;
  std::uint32_t build = 0;
  Channel channel = Channel::ltsc;
  Lifecycle lifecycle;
  std::vector<std::string> repositories; ///< empty: no base image, a host only
  std::string source;
  std::string note;

  bool has_images() const { return !repositories.empty(); }
};

/// A revision with the KB that brought it.
struct Milestone {
  std::uint32_t revision = 0;
  Kb kb;
};

/// One build's thresholds of February 2020, when a security change made images and hosts of different sides
/// incompatible. Host and container thresholds are different numbers: never compare one with the other.
/// Key: `build`.
struct Baseline {
  std::uint32_t build = 0;
  std::string name;
  Milestone container_1b;
  Date container_1b_date;
  std::uint32_t container_superseded = 0; ///< the image of 2020-02-11, withdrawn a week later
  Date container_superseded_date;
  Milestone container_2b;
  Date container_2b_date;
  std::optional<Milestone> container_3b; ///< nothing for 17134: its support had ended
  Milestone host_1b;
  Milestone host_last_before;
  Milestone host_2b;
  Date host_2b_date;
  Milestone host_2c;
  Milestone host_3b;
  std::uint32_t container_after = 0; ///< an image from this revision on is after the change
  std::uint32_t host_after = 0;      ///< a host from this revision on is after the change
  std::string source;
  std::string note;
};

/// What runs under a build number. Key: `build`.
struct HostBuild {
  std::uint32_t build = 0;
  std::string server_name; ///< empty where no server has it
  std::string client_name; ///< empty where no client has it
  std::string source;

  bool is_shared() const { return !server_name.empty() && !client_name.empty(); }
};

/// A time in which floating tags did not mean what they should have.
struct Incident {
  Date from;
  std::optional<Date> to; ///< the last day; nothing where its end is not known
  std::vector<std::string> repositories;
  std::vector<std::string> tags;
  std::string kind; ///< "rollback", "lag"
  OsVersion pointed_at;
  OsVersion should_have_been;
  std::string source;
  std::string note;
};

/// Which edition of the knowledge this is. A later `as_of`, or the same with a higher `revision`, is newer.
struct KnowledgeEdition {
  Date as_of; ///< nothing published after this day is in the tables
  std::uint32_t revision = 1;
  std::string source;
};

struct KnowledgeTables {
  KnowledgeEdition edition;
  std::vector<Version> versions;
  std::vector<Release> releases;
  std::vector<HostRelease> host_releases;
  std::vector<Baseline> baselines;
  std::vector<HostBuild> host_builds;
  std::vector<Incident> incidents;
  std::vector<ReleaseInstant> instants;
};

} // namespace tagdb::windows

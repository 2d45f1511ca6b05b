#pragma once

#include "world.hpp"
#include <tagdb/base/result.hpp>
#include <tagdb/cli/options.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::cli {

struct ConfigKey {
  std::string name;
  std::string value; ///< as one would type it: "true", "16", "warn"
  unsigned line = 0;
};

/// The configuration file, read: TOML whose keys are the long options, and tables [host."HOST"].
class ConfigFile {
 public:
  /// Reads `path`; where there is no file and none was named, an empty configuration. Failure:
  /// ErrorKind::usage, for a named file that is not there, bad TOML, an unknown key (with the nearest known
  /// one) and a value of a type that no option has; each with its line. `known_keys` is called only where
  /// there is a file: knowing them all costs more than an answer.
  static base::Result<ConfigFile> read(std::filesystem::path path, bool named,
                                       const std::function<std::vector<std::string>()>& known_keys);

  const std::filesystem::path& path() const { return m_path; }
  bool present() const { return m_present; }
  const ConfigKey* find(std::string_view name) const;
  /// By registry name ("harbor.corp:5000"); paths already resolved against the file's folder.
  const std::map<std::string, HostOptions>& hosts() const { return m_hosts; }
  std::string where(unsigned line) const;
  /// A path as written in the file: "~/" is the home, relative means beside the file.
  std::string resolve_path(std::string_view written, const Environment& environment) const;
  void resolve_host_paths(const Environment& environment);

 private:
  friend class ConfigReader;
  std::filesystem::path m_path;
  bool m_present = false;
  std::vector<ConfigKey> m_keys;
  std::map<std::string, HostOptions> m_hosts;
};

} // namespace tagdb::cli

#include "config_file.hpp"

#include "values.hpp"
#include <tagdb/base/file.hpp>
#include <tagdb/base/text.hpp>

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <array>

namespace tagdb::cli {

namespace {

/// A configuration is a page of text; what is larger is something else.
constexpr std::size_t k_max_bytes = 1u << 20;

struct HostKey {
  std::string_view name;
  std::string HostOptions::*target;
};

constexpr std::array k_host_keys = {
    HostKey{"ca-file", &HostOptions::ca_file},
    HostKey{"authfile", &HostOptions::authfile},
    HostKey{"client-cert", &HostOptions::client_cert},
    HostKey{"client-key", &HostOptions::client_key},
};

} // namespace

class ConfigReader {
 public:
  ConfigReader(ConfigFile& file, std::vector<std::string> known) : m_file(file), m_known(std::move(known)) {}

  base::Status read(const toml::table& root) {
    for (const auto& [key, node] : root) {
      if (key.str() == "host") {
        TAGDB_TRY(read_hosts(node));
        continue;
      }
      TAGDB_TRY(check_known(key, m_known));
      auto text = text_of(node);
      if (!text)
        return refuse(node, quoted(key.str()) + " must be a text, a whole number, true or false");
      m_file.m_keys.push_back({std::string(key.str()), *std::move(text), node.source().begin.line});
    }
    return {};
  }

  base::Error refuse(unsigned line, std::string message, std::string hint = {}) const {
    return base::Error(base::ErrorKind::usage, m_file.where(line) + ": " + std::move(message),
                       std::move(hint));
  }

 private:
  base::Status read_hosts(const toml::node& node) {
    const auto* hosts = node.as_table();
    if (hosts == nullptr)
      return refuse(node, "host must be tables, as in [host.\"harbor.corp\"]");
    for (const auto& [key, settings] : *hosts) {
      const auto name = parse_registry(key.str());
      if (!name || key.str().find("://") != std::string_view::npos)
        return refuse(settings, quoted(key.str()) + " is no registry's host",
                      "write it as in [host.\"harbor.corp:5000\"]");
      const auto* table = settings.as_table();
      if (table == nullptr)
        return refuse(settings,
                      quoted(key.str()) + " must be a table, as in [host.\"" + name->to_string() + "\"]");
      TAGDB_TRY(read_host(*table, m_file.m_hosts[name->to_string()]));
    }
    return {};
  }

  base::Status read_host(const toml::table& table, HostOptions& host) {
    std::vector<std::string> names;
    for (const auto& known : k_host_keys)
      names.emplace_back(known.name);
    for (const auto& [key, node] : table) {
      TAGDB_TRY(check_known(key, names));
      const auto text = node.value<std::string>();
      if (!text || text->empty())
        return refuse(node, quoted(key.str()) + " must name a file");
      for (const auto& known : k_host_keys)
        if (known.name == key.str())
          host.*known.target = *text;
    }
    return {};
  }

  base::Status check_known(const toml::key& key, const std::vector<std::string>& names) const {
    const std::string name(key.str());
    if (std::find(names.begin(), names.end(), name) != names.end())
      return {};
    std::string hint;
    if (const auto near = base::nearest(name, names, 1); !near.empty())
      hint = "did you mean " + near.front() + "?";
    return refuse(key.source().begin.line, "unknown key " + quoted(name), std::move(hint));
  }

  static std::optional<std::string> text_of(const toml::node& node) {
    if (const auto* text = node.as_string())
      return text->get();
    if (const auto* number = node.as_integer())
      return std::to_string(number->get());
    if (const auto* truth = node.as_boolean())
      return truth->get() ? "true" : "false";
    return std::nullopt;
  }

  static std::string quoted(std::string_view text) { return "\"" + base::escape_untrusted(text) + "\""; }
  base::Error refuse(const toml::node& node, std::string message, std::string hint = {}) const {
    return refuse(node.source().begin.line, std::move(message), std::move(hint));
  }

  ConfigFile& m_file;
  std::vector<std::string> m_known;
};

base::Result<ConfigFile> ConfigFile::read(std::filesystem::path path, bool named,
                                          const std::function<std::vector<std::string>()>& known_keys) {
  ConfigFile file;
  file.m_path = std::move(path);
  if (file.m_path.empty())
    return file;
  auto bytes = base::read_file(file.m_path, k_max_bytes);
  if (!bytes)
    return std::move(bytes).error().while_doing("reading the configuration");
  if (!*bytes) {
    if (named)
      return base::Error(base::ErrorKind::usage, "there is no configuration file " + file.m_path.string(),
                         "--config and TAGDB_CONFIG name a file that must be there");
    return file;
  }
  file.m_present = true;
  ConfigReader reader(file, known_keys());
  const auto parsed = toml::parse(std::string_view(**bytes), file.m_path.string());
  if (!parsed) {
    const auto& error = parsed.error();
    return reader.refuse(error.source().begin.line, std::string(error.description()));
  }
  TAGDB_TRY(reader.read(parsed.table()));
  return file;
}

const ConfigKey* ConfigFile::find(std::string_view name) const {
  for (const auto& key : m_keys)
    if (key.name == name)
      return &key;
  return nullptr;
}

std::string ConfigFile::where(unsigned line) const {
  return m_path.string() + " line " + std::to_string(line);
}

std::string ConfigFile::resolve_path(std::string_view written, const Environment& environment) const {
  if (written.empty())
    return {};
  if (written.starts_with("~/"))
    if (const auto home = environment("HOME"))
      return (std::filesystem::path(*home) / written.substr(2)).string();
  return (m_path.parent_path() / written).string();
}

void ConfigFile::resolve_host_paths(const Environment& environment) {
  for (auto& [name, host] : m_hosts)
    for (const auto& key : k_host_keys)
      host.*key.target = resolve_path(host.*key.target, environment);
}

} // namespace tagdb::cli

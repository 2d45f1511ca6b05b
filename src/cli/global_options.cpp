#include "global_options.hpp"

#include "values.hpp"
#include <tagdb/base/text.hpp>

namespace tagdb::cli {

namespace {

// All that any command prints (cli.md section 3): the preference of a user who sets one in the environment or
// a file must not stop the commands that do not have it.
const std::vector<std::string_view> k_all_formats = {"text",  "json", "revision",   "kb",        "digest",
                                                     "ref",   "pull", "docker-arg", "env",       "github",
                                                     "azure", "csv",  "markdown",   "prometheus"};

base::Status parse_architecture(std::string_view text, std::string& target) {
  for (const char c : text)
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
      return base::Error(base::ErrorKind::usage,
                         "\"" + base::escape_untrusted(text) + "\" is no architecture",
                         "write it as images do: amd64, arm64, arm");
  target = text;
  return {};
}

} // namespace

void GlobalArguments::declare(Grammar& grammar) {
  grammar.begin_globals();
  auto& db = grammar.path("db", m_db, "the database");
  db.default_text = "$XDG_DATA_HOME/tagdb/tagdb.sqlite";
  auto& format = grammar.value("format", "FORMAT", "how the answer is printed",
                               [this](std::string_view text) -> base::Status {
                                 m_options.format = text;
                                 return {};
                               });
  format.choices = grammar.formats();
  format.choices_elsewhere = k_all_formats;
  format.default_text = "text";
  auto& registry =
      grammar.value("registry", "HOST|URL", "which registry; plain http only where the URL says so",
                    [this](std::string_view text) -> base::Status {
                      TAGDB_TRY(parse_registry(text));
                      m_options.registry = std::string(text);
                      return {};
                    });
  registry.default_text = "";
  grammar
      .value("arch", "ARCH", "whose revision is meant",
             [this](std::string_view text) { return parse_architecture(text, m_options.architecture); })
      .default_text = "amd64";
  grammar.choice<query::EvidenceLevel>("evidence", "LEVEL", m_options.evidence,
                                       {{"observed", query::EvidenceLevel::observed},
                                        {"between", query::EvidenceLevel::between},
                                        {"inferred", query::EvidenceLevel::inferred},
                                        {"reference", query::EvidenceLevel::reference}},
                                       "reference", "the weakest evidence to accept, else exit 3");
  if (grammar.stale_is_failure())
    m_options.freshness = FreshnessMode::fail;
  grammar.choice<FreshnessMode>(
      "freshness", "MODE", m_options.freshness,
      {{"fail", FreshnessMode::fail}, {"warn", FreshnessMode::warn}, {"ignore", FreshnessMode::ignore}},
      grammar.stale_is_failure() ? "fail" : "warn", "what to do when the data is stale");
  grammar.duration("max-data-age", m_options.max_data_age, "the oldest data to answer from, else exit 4");
  grammar.flag("offline", m_options.offline, "never use the network");
  grammar.choice<ColorMode>(
      "color", "WHEN", m_options.color,
      {{"auto", ColorMode::automatic}, {"always", ColorMode::always}, {"never", ColorMode::never}}, "auto",
      "whether in colours (NO_COLOR is obeyed)");
  auto& config = grammar.path("config", m_config, "the configuration file");
  config.default_text = "$XDG_CONFIG_HOME/tagdb/tagdb.toml";
  grammar.flag("quiet", m_quiet, "only errors").letter = 'q';
  grammar.counter("verbose", 'v', m_verbose, "say what is being done; twice: each request");
  auto& help = grammar.flag("help", m_ignored, "this text");
  help.letter = 'h';
  help.configurable = false;
  grammar.flag("version", m_ignored, "the version of tagdb").configurable = false;
}

base::Status GlobalArguments::finish(const Grammar& grammar, const Settings& settings,
                                     const Environment& environment) {
  if (!m_db.empty()) {
    m_options.db = m_db;
    m_options.db_named = true;
  } else if (const auto folder = user_folder(environment, "XDG_DATA_HOME", ".local/share"); !folder.empty()) {
    m_options.db = std::filesystem::path(folder) / "tagdb" / "tagdb.sqlite";
  }
  // Said on the command line, either beats what a file or variable says of the other.
  const auto quiet = settings.origin_of(grammar, "quiet");
  const auto verbose = settings.origin_of(grammar, "verbose");
  if (m_quiet && m_verbose > 0 && quiet == verbose)
    return base::Error(base::ErrorKind::usage, "--quiet and --verbose exclude each other");
  if (m_quiet && (m_verbose == 0 || quiet > verbose))
    m_options.log_level = base::LogLevel::error;
  else if (m_verbose > 0)
    m_options.log_level = m_verbose == 1 ? base::LogLevel::info : base::LogLevel::debug;
  return {};
}

std::string user_folder(const Environment& environment, std::string_view variable,
                        std::string_view fallback) {
  // The XDG base directory specification: a relative path there is to be ignored.
  if (auto folder = environment(variable); folder && std::filesystem::path(*folder).is_absolute())
    return *std::move(folder);
  if (auto home = environment("HOME"))
    return (std::filesystem::path(*home) / fallback).string();
  return {};
}

void declare_network_options(Grammar& grammar, NetworkOptions& options) {
  grammar.path("ca-file", options.general.ca_file, "certificates to trust beside the system's (PEM)");
  grammar.path("authfile", options.general.authfile, "a docker config.json with credentials");
  grammar.path("client-cert", options.general.client_cert, "our certificate for the registry (PEM)");
  grammar.path("client-key", options.general.client_key, "the key of that certificate (PEM)");
  grammar.choice<ProgressMode>(
      "progress", "HOW", options.progress,
      {{"auto", ProgressMode::automatic}, {"json", ProgressMode::json}, {"none", ProgressMode::none}}, "auto",
      "a bar on a terminal, lines of JSON, or nothing");
}

} // namespace tagdb::cli

#pragma once

#include "grammar.hpp"
#include "merge.hpp"
#include "world.hpp"
#include <tagdb/cli/options.hpp>

#include <string>

namespace tagdb::cli {

/// The options of every command as they are typed, before finish().
class GlobalArguments {
 public:
  /// Declares them behind the command's own, whose formats become the choices of --format.
  void declare(Grammar& grammar);
  /// Works out what depends on several of them or on the environment: where the database lies, how much is
  /// said. Failure: usage.
  base::Status finish(const Grammar& grammar, const Settings& settings, const Environment& environment);
  const GlobalOptions& options() const { return m_options; }

 private:
  GlobalOptions m_options;
  std::string m_db;
  std::string m_config;
  bool m_quiet = false;
  unsigned m_verbose = 0;
  bool m_ignored = false;
};

/// `$XDG_<KIND>_HOME`, else `$HOME/<fallback>`; empty where neither is set (a service without a home).
std::string user_folder(const Environment& environment, std::string_view variable, std::string_view fallback);

/// The options of every command that uses the network.
void declare_network_options(Grammar& grammar, NetworkOptions& options);

} // namespace tagdb::cli

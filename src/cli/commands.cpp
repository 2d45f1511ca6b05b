#include "command.hpp"

#include <array>

namespace tagdb::cli {

namespace {

constexpr std::array k_commands = {
    CommandEntry{"sync", "crawl the registry and record what changed", make_sync},
    CommandEntry{"wait", "until a release has landed at each tag", make_wait},
    CommandEntry{"resolve", "what a tag, revision, KB or digest means: now, or at a time", make_resolve},
    CommandEntry{"history", "what a tag pointed at, newest first", make_history},
    CommandEntry{"changes", "what moved between two times", make_changes},
    CommandEntry{"list", "the tags, with what they point at", make_list},
    CommandEntry{"diff", "two references side by side, and the bytes to pull", make_diff},
    CommandEntry{"releases", "the monthly table: which image is which release", make_releases},
    CommandEntry{"calendar", "when releases are published", make_calendar},
    CommandEntry{"compat", "does this image run on this host, and what to do if not", make_compat},
    CommandEntry{"which", "the newest tag that runs on all given hosts", make_which},
    CommandEntry{"explain", "what an error of docker, containerd or Kubernetes means", make_explain},
    CommandEntry{"identify", "which base revision is under an image", make_identify},
    CommandEntry{"status", "how old the data is, what lags or went back, what is due", make_status},
    CommandEntry{"knowledge", "the built-in reference tables, and their replacement", make_knowledge},
    CommandEntry{"mirror", "copy images to a layout on disk or to another registry", make_mirror},
    CommandEntry{"verify", "check the database or a layout from end to end", make_verify},
    CommandEntry{"gc", "drop what nothing in a layout leads to", make_gc},
    CommandEntry{"config", "the merged options, and where each value came from", make_config},
    CommandEntry{"completion", "the completion script of a shell", make_completion},
};

} // namespace

std::span<const CommandEntry> commands() {
  return k_commands;
}

const CommandEntry* find_command(std::string_view name) {
  for (const auto& entry : k_commands)
    if (entry.name == name)
      return &entry;
  return nullptr;
}

} // namespace tagdb::cli

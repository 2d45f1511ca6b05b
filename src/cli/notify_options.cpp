#include "notify_options.hpp"

namespace tagdb::cli {

void declare_notify_options(Grammar& grammar, NotifyOptions& options) {
  // Both may hold a key: the address of a webhook usually is one.
  grammar
      .text("on-change", "COMMAND", options.on_change,
            "a shell command that gets what changed as one JSON document on its standard input")
      .secret = true;
  grammar.text("webhook", "URL", options.webhook, "where the same document is sent, by POST; 2xx is success")
      .secret = true;
  grammar.duration("notify-timeout", options.timeout, "how long each of the two may take (default 1m)");
}

} // namespace tagdb::cli

#pragma once

#include <tagdb/base/clock.hpp>
#include <tagdb/base/log.hpp>
#include <tagdb/base/result.hpp>
#include <tagdb/base/secret.hpp>
#include <tagdb/cli/options.hpp>
#include <tagdb/store/outbox.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::remote {

/// Brings a document to somebody. What it says about a failure never holds the command or the URL.
class Courier {
 public:
  virtual ~Courier() = default;
  /// Success: whoever it was has accepted the document. Failure: anything else, ErrorKind::interrupted where
  /// a stop signal came.
  virtual base::Status deliver(std::string_view document) = 0;
};

/// Somebody whom the options name.
struct Recipient {
  store::TargetKind kind = store::TargetKind::command;
  base::Secret secret; ///< the command or URL, as typed
  std::string label;   ///< for people and the database: gives nothing away
  std::unique_ptr<Courier> courier;
};

/// The recipients that the options name, none where they name nobody. `clock` and `log` outlive them.
/// Failure: ErrorKind::usage for an empty command and for what is no http or https URL.
base::Result<std::vector<Recipient>> recipients_of(const cli::NotifyOptions& options,
                                                   const cli::NetworkOptions& network,
                                                   const base::Clock& clock, base::Log& log);

/// Runs the command with /bin/sh, the document on its standard input. Exit code 0 is success; it is killed
/// with its process group once the time is over. What it prints goes to the log.
std::unique_ptr<Courier> make_command_courier(base::Secret command, std::chrono::seconds timeout,
                                              base::Log& log);

/// Sends the document by POST as application/json, in one try: what failed is tried again with the next sync.
/// 2xx is success. A redirect is none: the document goes to whom the user named, and to nobody else. TLS as
/// for the registry: --ca-file counts, [host."HOST"] of the configuration too, the general client certificate
/// does not.
base::Result<std::unique_ptr<Courier>> make_webhook_courier(const base::Secret& url,
                                                            const cli::NetworkOptions& network,
                                                            std::chrono::seconds timeout,
                                                            const base::Clock& clock);

} // namespace tagdb::remote

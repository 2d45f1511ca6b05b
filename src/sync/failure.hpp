#pragma once

#include <tagdb/base/error.hpp>
#include <tagdb/store/model.hpp>

#include <string>
#include <string_view>

namespace tagdb::sync {

/// Whether the registry gave a final answer about this very thing: 404, 403, a page that is no manifest,
/// bytes with another hash, a body beyond all limits. Everything else says something about the network, the
/// registry or our credentials, and may pass: 429, 5xx, resets, TLS, 401.
bool is_refusal(const base::Error& error);

/// A refusal in a few words, the same each time: "404 MANIFEST_UNKNOWN", "wrong digest". Recorded, and
/// compared to tell a known refusal from a new one.
std::string answer_of(const base::Error& error);

/// `reference` as people know it: "windows/servercore:1809". `stage` is list, resolve, manifest or config.
store::FailureRecord make_failure(std::string reference, std::string_view stage, const base::Error& error,
                                  bool known);

} // namespace tagdb::sync

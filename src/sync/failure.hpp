#pragma once

#include <tagdb/base/error.hpp>
#include <tagdb/store/model.hpp>

#include <string>
#include <string_view>

namespace tagdb::sync {

/// A refusal in a few words, the same each time: "404 MANIFEST_UNKNOWN", "wrong digest". Recorded, and
/// compared to tell a known refusal from a new one.
std::string answer_of(const base::Error& error);

/// `reference` as people know it: "windows/servercore:1809". `stage` is list, resolve, manifest or config.
store::FailureRecord make_failure(std::string reference, std::string_view stage, const base::Error& error,
                                  bool known);

} // namespace tagdb::sync

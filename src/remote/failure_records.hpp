#pragma once

#include <tagdb/base/json.hpp>
#include <tagdb/store/model.hpp>

#include <string>

namespace tagdb::remote {

/// One of `failures` of cli.md section 5.
void write_failure(base::JsonWriter& json, const store::FailureRecord& failure);
/// The same in a line, fit for a terminal.
std::string failure_line(const store::FailureRecord& failure);

} // namespace tagdb::remote

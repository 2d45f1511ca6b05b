#pragma once

#include <tagdb/base/result.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tagdb::base {

enum class Stream : unsigned char { standard_input, standard_output, standard_error };

/// Whether a person looks at it.
bool is_terminal(Stream stream);

/// The width of the terminal in columns; nothing where there is none.
std::optional<int> terminal_width(Stream stream);

/// Writes all of it to standard output or error, unbuffered. False: the reader went away (EPIPE), which is no
/// failure of ours. Failure: ErrorKind::internal, as when the disk behind it is full.
Result<bool> write_stream(Stream stream, std::string_view text);

/// All of standard input. Failure: ErrorKind::usage where it is longer than `max_bytes`, ::internal where it
/// cannot be read.
Result<std::string> read_standard_input(std::size_t max_bytes);

/// From the first SIGINT or SIGTERM on, `stop_requested()` is true, and it stays so. A second signal ends the
/// process at once, for whoever has no patience. Call once, from main.
void catch_stop_signals();
bool stop_requested();

} // namespace tagdb::base

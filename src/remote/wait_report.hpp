#pragma once

#include "wait_loop.hpp"

#include <optional>
#include <string>

namespace tagdb::remote {

/// 0 where all have landed, 130 where the user stopped it, else 9. Where no look could list anything the
/// error ends the command instead.
int exit_code_of(const WaitResult& result);

/// The document of cli.md section 5: as of sync, with `release` {`label`, `due`} and `tags`. Of a tag,
/// `release`, `revision` and `at` are of the image that is there: what the tag points at where it has landed,
/// what `explicitTag` names where only that is there, null where nothing is; `pointsAt` is where the tag is
/// now.
std::string wait_document(const WaitResult& result);
/// The same for people: one line for each tag, what is missing last.
std::string wait_text(const WaitResult& result);
/// What is still missing of a wait that was stopped or ran out of time, and what is kept; nothing where all
/// have landed.
std::optional<std::string> unfinished_line(const WaitResult& result);

} // namespace tagdb::remote

#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/cli/options.hpp>
#include <tagdb/cli/program.hpp>
#include <tagdb/query/identify.hpp>

#include <functional>

namespace tagdb::cli {

/// Asks a registry about an image that is not stored. Nothing: it cannot be asked (a KB, digits of an ID).
using FetchImage = std::function<base::Result<query::ImageFacts>(const query::ReferenceQuery&)>;

/// `tagdb identify`: reads the subjects, answers each from the database (or from built-in knowledge where
/// there is none), prints. With `fetch`, what is named by a reference and not stored is asked for. Gives back
/// the exit code: that of the first subject that could not be identified.
base::Result<int> answer_identify(const Session& session, const IdentifyOptions& options,
                                  const FetchImage& fetch);

} // namespace tagdb::cli

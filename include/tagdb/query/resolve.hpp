#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/query/answers.hpp>
#include <tagdb/query/reference.hpp>
#include <tagdb/store/reader.hpp>

#include <optional>
#include <string>

namespace tagdb::query {

/// What all questions share.
struct Scope {
  base::Instant now;
  std::optional<oci::RegistryName> registry; ///< --registry
  std::string architecture = "amd64";        ///< --arch: which platform a revision speaks of
};

struct ResolveOptions {
  std::optional<base::Instant> at; ///< nothing: now
  EvidenceLevel weakest = EvidenceLevel::reference;
};

/// The repository a question is about: the one typed, else windows/servercore; on the registry typed, else
/// `scope.registry`, else mcr.microsoft.com where it was crawled, else the only one that was. Failure: usage
/// with the candidates where several could be meant, not_found where it was never crawled (with what was, and
/// the `tagdb sync` to type).
base::Result<store::RepositoryRecord> choose_repository(const store::Reader& reader, const Scope& scope,
                                                        const ReferenceQuery& query);

/// Which image a reference means, at an instant.
///
/// - A tag answers from its timeline: `observed` inside a stretch or after the last look, `between` where the
/// looks before and after
///   differ (the answer is the earlier one), `inferred` before its first look.
/// - `inferred` (floating tags): the newest revision of the build that the tag's first known image has, for
/// the same architecture, among
///   the images of the repository that had been released by then (see release_instant).
/// - A revision without a tag of that name answers from the images. A KB answers from the tags that carry it:
/// two builds under one KB are
///   ambiguous (usage, with the candidates), plain tags win over those with an architecture or locale.
/// - A digest answers what it is (index, manifest or config), the tags that point at it at the instant, else
/// the tag that did last.
///
/// Failure: not_found with the nearest names, also in other repositories; for a tag that vanished, when it
/// last was; integrity where a tag@digest does not agree; not_found where the evidence is weaker than asked.
base::Result<Resolution> resolve(const store::Reader& reader, const Scope& scope, const ReferenceQuery& query,
                                 const ResolveOptions& options);

/// When an image was released, as far as is known: its `created`, which is 2 to 14 days early. The reference
/// tables of Windows servicing go in front of this.
std::optional<base::Instant> release_instant(const store::ImageRecord& image);

} // namespace tagdb::query

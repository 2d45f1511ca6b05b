#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/query/answers.hpp>
#include <tagdb/query/reference.hpp>
#include <tagdb/store/reader.hpp>
#include <tagdb/windows/knowledge.hpp>

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
  /// Instead of `at`: when the reference first meant an image of this release (see instant_of_release).
  std::optional<windows::ReleaseLabel> at_release;
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
///   looks before and after differ (the answer is the earlier one, or the later one where the reference dates
///   its release after the look before and at or before the instant), `inferred` before its first look.
/// - `inferred` (floating tags): the newest revision of the build that the tag's first known image has, for
///   the same architecture, among the images of the repository that had been released by then and were not
///   superseded (see release_instant).
/// - A revision without a tag of that name answers from the images. A KB answers from the tags that carry it,
///   else from the revision that it brought: two builds under one KB are ambiguous (usage, with the
///   candidates), plain tags win over those with an architecture or locale.
/// - A digest answers what it is (index, manifest or config), the tags that point at it at the instant, else
///   the tag that did last.
/// - `reference` (built-in knowledge alone, without digests): tags, revisions and KBs of a base repository on
///   mcr.microsoft.com that was never crawled; a floating tag before its first look, where the reference has
///   a newer image than all that are stored; revisions and KBs that no crawled tag carries, those of hosts
///   included (see Resolution::host_release).
///
/// Release, KB and support come from the reference where nothing was observed. Where the record and the
/// reference disagree the record answers, with a warning `contradiction`.
///
/// Failure: not_found with the nearest names, also in other repositories; for a tag that vanished, when it
/// last was; integrity where a tag@digest does not agree; not_found where the evidence is weaker than asked.
base::Result<Resolution> resolve(const store::Reader& reader, const Scope& scope, const ReferenceQuery& query,
                                 const ResolveOptions& options);

/// The instant that "as of this release" means for a reference: the first at which its tag was seen pointing
/// at an image of the release that is not superseded, else the one at which the reference dates the image of
/// its build, else the release. Failure: usage where there is no such release, or it lies in the future; else
/// as for resolve.
base::Result<base::Instant> instant_of_release(const store::Reader& reader, const Scope& scope,
                                               const ReferenceQuery& query,
                                               const windows::ReleaseLabel& label);
/// The same where no one reference is asked about: the release's first instant.
base::Result<base::Instant> instant_of_release(const store::Reader& reader, base::Instant now,
                                               const windows::ReleaseLabel& label);
/// Why a label without its year is no time, with those that it can mean.
base::Error ambiguous_label(const store::Reader& reader, const windows::ShortLabel& label);

/// When an image was released, as far as is known.
struct Released {
  base::Instant at;
  bool from_reference = false; ///< else it is `created`, which is 2 to 14 days early
};
std::optional<Released> release_instant(const windows::Knowledge& knowledge, const store::ImageRecord& image);

} // namespace tagdb::query

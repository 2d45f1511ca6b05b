#pragma once

#include <tagdb/query/resolve.hpp>
#include <tagdb/windows/compatibility.hpp>
#include <tagdb/windows/pasted.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::query {

/// An image as a verdict needs it: what was asked, and the Windows it brings.
struct AskedImage {
  std::string name; ///< as given: "ltsc2019", "10.0.17763.1040", a local name out of docker's output
  /// One, as a rule. Several where an index has images of several Windows versions for the architecture,
  /// newest first: a runtime takes the one that fits its host.
  std::vector<windows::ImageVersion> versions;
  /// How a reference was looked up; nothing where the text itself said the version.
  std::optional<Resolution> resolution;
  /// noSuchImage (a revision that only hosts have), idNotStored (a local image was taken by its name).
  std::vector<Warning> warnings;
};

/// Finds out which Windows version an image has. A text that says it is believed; a tag, KB, digest or image
/// ID is resolved as `resolve` does, an image of docker's output by its ID before its name. Of an index the
/// images for the scope's architecture count.
///
/// Failure: resolve's own (not_found with the nearest names, usage where several could be meant); not_found
/// too where the name means no image (a revision that only hosts have, another architecture, another system
/// than Windows), or where the database does not know the image's Windows version.
base::Result<AskedImage> find_image(const store::Reader& reader, const Scope& scope,
                                    const ResolveOptions& options, const windows::Knowledge& knowledge,
                                    const windows::PastedImage& image);

/// What the host does with the image: of several versions the one that fits it best, then the newest.
struct JudgedImage {
  windows::ImageVersion version;
  windows::Compatibility answer;
};
JudgedImage judge_image(const windows::HostSystem& host, const AskedImage& image,
                        windows::Isolation isolation, const windows::Knowledge& knowledge);

/// What `which` chooses from.
struct ImageCandidates {
  std::string registry, repository;
  std::optional<store::RepositoryRecord> crawled; ///< nothing: from the reference alone
  std::vector<windows::Candidate> tags;
  /// observed, or reference. What is known of the chosen one, `resolve` tells.
  EvidenceLevel level = EvidenceLevel::observed;
  std::string source; ///< as Evidence::source: "check", or the edition of the reference
};

/// The revision tags that are in the repository now and can be pulled, for the scope's architecture, one for
/// each revision (the plain name before one with an architecture). Where the repository was never crawled,
/// the images that the reference lists for it and that nothing superseded, on the scope's registry, else
/// Microsoft's.
///
/// Failure: usage where several registries could be meant; not_found where neither knows any image, and where
/// `weakest` asks for more than the reference.
base::Result<ImageCandidates> image_candidates(const store::Reader& reader, const Scope& scope,
                                               EvidenceLevel weakest, const windows::Knowledge& knowledge,
                                               const std::optional<oci::RepositoryName>& repository);

} // namespace tagdb::query

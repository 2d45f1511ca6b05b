#pragma once

#include <tagdb/oci/digest.hpp>
#include <tagdb/oci/image_config.hpp>
#include <tagdb/query/answers.hpp>
#include <tagdb/query/reference.hpp>
#include <tagdb/query/resolve.hpp>
#include <tagdb/store/reader.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::query {

/// What somebody says of an image: its config, `docker inspect`, a row of `docker images`, a registry. Any of
/// it may be absent, and none of it is trusted further than the record bears it out.
struct ImageFacts {
  std::string name; ///< what to call it: a tag, an ID; as it was given
  std::string os;   ///< "windows", "linux"; empty where nothing says it
  std::string architecture;
  std::string os_version; ///< verbatim
  /// What may name it in the record: its config (the image ID), its manifest or its index. Under Docker's
  /// containerd store the image ID is one of the latter two.
  std::vector<oci::Digest> digests;
  std::string short_id;              ///< the first hexadecimal digits of one of them, 12 or more; or empty
  std::vector<oci::Digest> diff_ids; ///< uncompressed layers, the base first
  std::vector<oci::HistoryEntry> history;
  std::vector<oci::Digest> layers; ///< compressed layers, where a manifest was at hand
};

/// One image to identify: what is said of it, or what names it, or both.
struct IdentifySubject {
  ImageFacts facts;
  /// As typed, where it names a repository or a tag: to be looked up in the record, or fetched.
  std::optional<ReferenceQuery> reference;
};

/// A document or table about images: an image config, `docker inspect` of images or containers (one object,
/// an array, or one document a line), `crictl inspecti`, a manifest, `docker images` as table or JSON, a JSON
/// list of diff_ids; else words as for identify_words. UTF-8, or UTF-16 with a byte order mark. At most 8 MiB
/// and 10,000 images. `name` is what to call an image that has no name in the text.
///
/// Failure: usage, where nothing is recognised or the text is damaged. What is wrong with one of several
/// words stands in its place.
base::Result<std::vector<base::Result<IdentifySubject>>>
read_identify_text(const store::Reader& reader, std::string_view bytes, std::string_view name);

/// References, digests, image IDs and diff_ids, one a word. Digests that follow each other without a
/// repository are the layers of one image, the base first, unless one of them names an image in the record:
/// then each is an image.
std::vector<base::Result<IdentifySubject>> identify_words(const store::Reader& reader,
                                                          std::span<const std::string> words);

/// What tied the image to its base, strongest first.
enum class MatchKind : std::uint8_t {
  digest,   ///< it is the base, by the digest of its config, manifest or index
  diff_ids, ///< its first layers are all the layers of the base; equal also where layers were compressed anew
  history,  ///< its history begins as the base's does, with the same times; or names the revision
  os_version, ///< it says so itself: the builder copied it from the base, or wrote what it liked
};
std::string_view to_string(MatchKind kind); ///< "digest", "diffIds", "history", "osVersion"

/// The base under an image.
struct Identification {
  std::string subject; ///< as given
  base::Instant as_of;
  std::string os; ///< of an image that is no Windows image ("linux"): then there is nothing else
  std::optional<MatchKind> match;
  std::string registry, repository; ///< empty where nothing says which
  /// Where `repository` is empty: those that have images of the revision.
  std::vector<std::string> candidates;
  /// The crawled ones of both: whose age is the answer's. Empty where the reference answered.
  std::vector<store::RepositoryId> homes;
  std::optional<windows::OsVersion> revision;
  std::optional<windows::Kb> kb;
  std::optional<ReleaseAnswer> release;
  std::optional<SupportAnswer> support;
  /// How many newer revisions of the build the repository has for this architecture: by the record, else by
  /// the reference. Withdrawn images do not count.
  std::optional<std::uint64_t> behind;
  /// "mcr.microsoft.com/windows/servercore:10.0.17763.1040@sha256:…": what to write to get this base; without
  /// the digest where the record has none. Empty where the repository is not known.
  std::string reference;
  /// The newest revision of the build, to move to; nothing where the base is it, or none is known.
  std::optional<windows::OsVersion> newest;
  std::string newest_reference;
  EvidenceLevel evidence = EvidenceLevel::observed; ///< observed, or reference
  bool by_name = false; ///< a tag or revision was asked for that the reference alone knows: no image was seen
  /// How many of the image's layers are the base's, and how many there are; 0 where layers decided nothing.
  std::size_t base_layers = 0, layers = 0;
  /// The compressed layers differ from the base's although the contents are equal: a host that has the base
  /// pulls them again. Nothing where they are not known.
  std::optional<bool> layers_rebuilt;
  std::vector<Warning> warnings;
};

/// Which base is under an image (identify.cpp says how candidates are chosen).
///
/// Failure: not_found where it cannot be told, with what is known and what would help; usage where a digest
/// names images of several versions, or short digits several images; not_found where the evidence is weaker
/// than asked.
base::Result<Identification> identify(const store::Reader& reader, const Scope& scope,
                                      const IdentifySubject& subject,
                                      EvidenceLevel weakest = EvidenceLevel::reference);

} // namespace tagdb::query

#pragma once

#include "lookup.hpp"
#include <tagdb/query/resolve.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::query {

/// One `resolve`, with what its parts share.
struct Question {
  const Scope& scope;
  const ReferenceQuery& query;
  base::Instant at; ///< the instant the answer speaks about
  Lookup lookup;

  const store::Reader& reader() const { return lookup.reader(); }
  const store::RepositoryRecord& repository() const { return lookup.repository(); }
};

// Scope: which registry, which repository (scope.cpp).

/// Which repository a question is about.
struct Place {
  std::string registry, repository;
  /// Nothing where it was never crawled; only Microsoft's registry gets that far, since the reference may
  /// know the answer.
  std::optional<store::RepositoryRecord> crawled;
  /// Why it cannot be asked, where it was never crawled.
  base::Error never_crawled{base::ErrorKind::not_found, ""};
};
/// As choose_repository, but a repository on Microsoft's registry that was never crawled is no failure.
base::Result<Place> choose_place(const store::Reader& reader, const Scope& scope,
                                 const ReferenceQuery& query);

/// The registry of a question over several repositories: as for choose_repository.
base::Result<std::string> choose_registry(const std::vector<store::RepositoryRecord>& repositories,
                                          const Scope& scope, const std::optional<oci::RegistryName>& typed);
/// Whether this is mcr.microsoft.com, the registry that the reference speaks about.
bool is_default_registry(std::string_view registry);
/// The `tagdb sync` that would bring a repository in.
std::string sync_command(std::string_view repository, std::string_view registry);

// Kinds of subject, one file each.

/// A tag of the repository (resolve_tag.cpp).
base::Result<Resolution> resolve_tag(Question& question, const store::TagRecord& tag);
/// An instant before the first look at the tag (infer.cpp).
base::Result<Resolution> resolve_before_first_look(Question& question, const store::TagRecord& tag,
                                                   const Timeline& timeline);
/// A revision that no tag names (resolve_revision.cpp).
base::Result<Resolution> resolve_revision(Question& question, const windows::OsVersion& version);
base::Result<Resolution> resolve_kb(Question& question, const windows::Kb& kb);
/// Content by digest, in the question's repository; nothing where no tag of it ever led there
/// (resolve_digest.cpp).
base::Result<std::optional<Resolution>> resolve_content(Question& question,
                                                        const store::ContentRecord& content);

// Answers from knowledge alone (resolve_reference.cpp).

/// A question that no record answers.
struct ReferenceQuestion {
  const store::Reader& reader;
  const Scope& scope;
  const ReferenceQuery& query;
  base::Instant at;
  std::string registry, repository;
};
ReferenceQuestion reference_question(const Question& question);
/// A repository that was never crawled. Failure: not_found with the nearest names and the `tagdb sync` to
/// type, usage where a KB belongs to several builds.
base::Result<Resolution> resolve_from_reference(const ReferenceQuestion& question, const Place& place);
/// What the reference knows of a revision; nothing where neither an image nor a host has it, or another
/// architecture is asked. Failure: not_found where it was not out yet at the instant.
base::Result<std::optional<Resolution>> revision_from_reference(const ReferenceQuestion& question,
                                                                const windows::OsVersion& version);
/// The revision that a KB brought, of an image or else of a host; nothing where the reference does not know
/// it, or its images are not of this repository. Failure: usage where it belongs to several builds.
base::Result<std::optional<windows::OsVersion>>
revision_of_kb(const ReferenceQuestion& question, const windows::Kb& kb, std::optional<std::uint32_t> build);
/// What a floating tag should have meant at the instant; nothing where the reference does not say.
base::Result<std::optional<Resolution>> floating_from_reference(const ReferenceQuestion& question,
                                                                std::string_view tag, std::uint32_t build);

// Knowledge beside the record (resolve_knowledge.cpp).

/// What a floating tag of this build and repository should have meant at an instant: the newest image that
/// was published and is not superseded. Of two products that share a build (ltsc2016 and sac2016) the one
/// that ended first gets no image from after its end.
const windows::Release* newest_of_product(const windows::Knowledge& knowledge, std::string_view repository,
                                          std::uint32_t build, base::Instant at);
/// Adds KB, release, support and host release of the answer's revision.
base::Status add_knowledge(Question& question, Resolution& answer, std::string_view architecture);
/// How long a product is supported, as of an instant.
SupportAnswer support_of(const windows::Version& version, base::Instant at);
HostReleaseAnswer host_answer(const windows::HostRelease& row);
/// endOfSupport and knownIncident: of any answer, also one from the reference. `newest`: what a floating tag
/// should have been on, where that is known.
void warn_of_reference(const windows::Knowledge& products, const windows::Release* newest,
                       Resolution& answer);
/// The same for an answer from the record, with what in it contradicts the reference.
base::Status warn_of_knowledge(Question& question, Resolution& answer);

// Parts of an answer.

/// An answer with what does not depend on the image: instants, names, the last check.
base::Result<Resolution> begin_answer(Question& question);
/// Everything that follows from the content: digest, platforms, revision, KB, aliases (describe.cpp). `tag`
/// is what was asked, if any.
base::Status fill_content(Question& question, Resolution& answer, store::ContentId content,
                          const store::TagRecord* tag, const Wanted& wanted);
/// The tags that meant the same image at the instant (aliases.cpp).
base::Result<std::vector<Alias>> aliases_of(Question& question, const Resolution& answer,
                                            store::ContentId content, const store::ImageRecord* image,
                                            const store::TagRecord* asked);

/// A tag that leads to a content, with the stretch in which it does (pointing.cpp).
struct Pointing {
  enum class Rank { now, before, later }; ///< at the instant; only earlier; only later
  store::TagRecord tag;
  Segment segment;
  Rank rank = Rank::now;
};
/// The best tag that leads to any of these contents: at the instant, else the one that did last, else the one
/// that did first after it; then those that point at `preferred` itself, without locale, without
/// architecture, by kind and name.
base::Result<std::optional<Pointing>> best_pointing(Question& question,
                                                    std::span<const store::ContentId> contents,
                                                    std::optional<store::ContentId> preferred);
/// Fills an answer that does not depend on a tag's movement: its meaning is certain whenever the image
/// existed. Failure: not_found where the instant lies before the image was created.
base::Result<Resolution> answer_fixed(Question& question, const Pointing& pointing, store::ContentId content,
                                      const Wanted& wanted);

/// "10.0.17763.973", else the abbreviated digest.
std::string words_of(const EventSide& side);
/// Marks an answer as inferred from a release instant; with a warning where that is only `created`.
void mark_inferred(Resolution& answer, const Released& released, base::Instant first_look);
/// When the newest of these images was released; nothing where one has no date.
base::Result<std::optional<Released>>
release_of(Question& question, const std::vector<store::ImageRecord>& images, const Wanted& wanted);
/// "published 2020-02-18T18:00:00Z", "created 2020-02-14T02:38:03Z"
std::string words_of(const Released& released);

// Suggestions (suggest.cpp).

/// For a name that is not there: nearest names here and elsewhere.
base::Error unknown_tag(Question& question, std::string_view name);
base::Error unknown_kb(Question& question, const windows::Kb& kb,
                       const std::vector<store::TagRecord>& elsewhere);
base::Error not_found(std::string message, std::string hint = {});

} // namespace tagdb::query

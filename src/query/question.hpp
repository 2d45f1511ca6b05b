#pragma once

#include "lookup.hpp"
#include <tagdb/query/resolve.hpp>

#include <optional>
#include <span>
#include <string>
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

/// The registry of a question over several repositories: as for choose_repository.
base::Result<std::string> choose_registry(const std::vector<store::RepositoryRecord>& repositories,
                                          const Scope& scope, const std::optional<oci::RegistryName>& typed);
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
/// Marks an answer as inferred from the image's creation date, with its warning.
void mark_inferred(Resolution& answer, base::Instant created, base::Instant first_look);
/// When the newest of these images was released; nothing where one has no date.
std::optional<base::Instant> release_of(const std::vector<store::ImageRecord>& images, const Wanted& wanted);

// Suggestions (suggest.cpp).

/// For a name that is not there: nearest names here and elsewhere.
base::Error unknown_tag(Question& question, std::string_view name);
base::Error unknown_kb(Question& question, const windows::Kb& kb,
                       const std::vector<store::TagRecord>& elsewhere);
base::Error not_found(std::string message, std::string hint = {});

} // namespace tagdb::query

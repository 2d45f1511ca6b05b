#pragma once

#include "question.hpp"
#include <tagdb/query/identify.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tagdb::query {

/// One identification, with what its parts share.
class Identifier {
 public:
  static base::Result<Identifier> open(const store::Reader& reader, const Scope& scope);

  const store::Reader& reader() const { return m_reader; }
  const Scope& scope() const { return m_scope; }
  /// Every row that is of no one build: the products, with their repositories.
  const windows::Knowledge& products() const { return m_products; }

  /// Whether base images live there, by name: "windows/servercore", also below a prefix of a mirror's
  /// ("mcr/windows/servercore"). What is built on them ("windows/servercore/iis") lives elsewhere.
  bool is_base_repository(std::string_view name) const;
  /// Those on one registry: the scope's, else Microsoft's, else the first that has any.
  std::vector<store::RepositoryRecord> on_one_registry(std::vector<store::RepositoryRecord> all) const;
  /// The repositories whose base this image is: those named so, else, where its history says that it is a
  /// base
  /// ("Apply image …", "Install update …" and nothing else), all that lead to it. Empty for what was built on
  /// a base.
  base::Result<std::vector<store::RepositoryRecord>> homes_of(const store::ImageRecord& image) const;
  /// The history of a stored config; empty where it is not held.
  base::Result<std::vector<oci::HistoryEntry>> history_of(const store::ContentRecord& config) const;

 private:
  Identifier(const store::Reader& reader, const Scope& scope, windows::Knowledge products)
      : m_reader(reader), m_scope(scope), m_products(std::move(products)) {}

  const store::Reader& m_reader;
  const Scope& m_scope;
  windows::Knowledge m_products;
};

/// A stored image that can be the base, and how much of the image it explains.
struct BaseCandidate {
  store::ImageRecord image;
  std::vector<store::RepositoryRecord> homes; ///< on one registry, not empty
  std::size_t length = 0;                     ///< layers, or history entries
};

/// The base that was found.
struct FoundBase {
  MatchKind match;
  windows::OsVersion revision;
  std::string architecture;
  std::vector<store::RepositoryRecord> homes; ///< several where nothing tells which; of the record
  std::vector<std::string> named;             ///< the same by the reference alone
  std::optional<store::ImageRecord> image;    ///< the very image; nothing where only its revision is known
  std::size_t base_layers = 0;
  bool by_reference = false; ///< the record has no image of this revision
};

/// A first layer that revisions of a build share, under an update layer that no stored one has.
struct SharedLayer {
  std::uint32_t build = 0;
  std::vector<store::RepositoryRecord> homes;
};

/// The stored image that the subject itself is (identify_stored.cpp).
struct Own {
  ImageFacts facts;                        ///< the subject's, completed from the record
  std::optional<store::ImageRecord> image; ///< nothing where the record does not have it
  /// Of a reference that only the reference tables answer: its repository.
  std::string repository;
  /// Why the record does not have what was asked for; only where a reference was.
  std::optional<base::Error> failure;
  /// The image that the subject's digest names, where it has other layers than the subject says.
  std::optional<oci::Digest> contradicted;
};
base::Result<Own> look_up(const Identifier& identifier, const IdentifySubject& subject);

/// By layers and history (identify_layers.cpp): the longest base that the image begins with. Longest, because
/// after a change of the base layer the first revision has that layer alone, and every later one begins with
/// it.
base::Result<std::optional<BaseCandidate>>
base_by_layers(const Identifier& identifier, const ImageFacts& facts, std::optional<SharedLayer>& shared);
base::Result<std::optional<BaseCandidate>> base_by_history(const Identifier& identifier,
                                                           const ImageFacts& facts);
/// The revision that a newer history names: "Install update 10.0.26100.32522", else "Apply image …".
std::optional<windows::OsVersion> revision_in(const std::vector<oci::HistoryEntry>& history);

/// Everything that follows from the base (identify_answer.cpp).
base::Status describe_base(const Identifier& identifier, const FoundBase& base, Identification& answer);

} // namespace tagdb::query

#pragma once

#include <tagdb/oci/digest.hpp>

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace tagdb::oci {

/// A repository's name on its registry: "windows/servercore" (distribution-spec: lower-case parts joined by
/// "/").
class RepositoryName {
 public:
  static base::Result<RepositoryName> parse(std::string_view text);
  const std::string& to_string() const { return m_text; }
  auto operator<=>(const RepositoryName&) const = default;

 private:
  explicit RepositoryName(std::string text) : m_text(std::move(text)) {}
  std::string m_text;
};

/// A tag: [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}. Case-sensitive; never decoded, never folded.
class Tag {
 public:
  static base::Result<Tag> parse(std::string_view text);
  const std::string& to_string() const { return m_text; }
  auto operator<=>(const Tag&) const = default;

 private:
  explicit Tag(std::string text) : m_text(std::move(text)) {}
  std::string m_text;
};

/// A registry as references name it: host and, where it is not the scheme's own, port: "mcr.microsoft.com",
/// "127.0.0.1:5055", "[::1]:5000". Lower case.
class RegistryName {
 public:
  static base::Result<RegistryName> parse(std::string_view text);
  const std::string& to_string() const { return m_text; }
  auto operator<=>(const RegistryName&) const = default;

 private:
  explicit RegistryName(std::string text) : m_text(std::move(text)) {}
  std::string m_text;
};

/// An image reference as docker writes it, with every part optional:
/// [registry/][repository][:tag][@digest]. What a bare word means (a tag, a KB, an image ID) is not decided
/// here; see query/reference.hpp.
struct Reference {
  std::optional<RegistryName> registry;
  std::optional<RepositoryName> repository;
  std::optional<Tag> tag;
  std::optional<Digest> digest;

  /// "mcr.microsoft.com/windows/servercore:ltsc2019@sha256:…", as far as the parts are there.
  std::string to_string() const;
};

/// Parses a reference that has a repository: "servercore:ltsc2019", "windows/nanoserver@sha256:…",
/// "mcr.microsoft.com/windows/servercore:ltsc2019". The first part is a registry where it has a dot or a
/// colon or is "localhost" (docker's rule). With neither tag nor digest it parses too: docker means `latest`
/// then, and whether that is wanted the caller knows. Failure: ErrorKind::usage.
base::Result<Reference> parse_reference(std::string_view text);

} // namespace tagdb::oci

#pragma once

#include <tagdb/base/result.hpp>

#include <compare>
#include <functional>
#include <string>
#include <string_view>

namespace tagdb::oci {

/// The name of content by its hash: "sha256:" and 64 lower-case hexadecimal digits (image-spec
/// descriptor.md). Other registered algorithms parse, but cannot be verified here.
class Digest {
 public:
  static base::Result<Digest> parse(std::string_view text);
  /// The sha256 digest of these bytes.
  static Digest of(std::string_view bytes);

  const std::string& to_string() const { return m_text; }
  std::string_view algorithm() const;
  /// The part behind the colon.
  std::string_view encoded() const;
  /// "sha256:0123456789ab", for people.
  std::string abbreviated() const;
  bool verifiable() const { return algorithm() == "sha256"; }
  /// Whether these bytes hash to this digest; false where it is not verifiable.
  bool matches(std::string_view bytes) const;

  auto operator<=>(const Digest&) const = default;

 private:
  explicit Digest(std::string text) : m_text(std::move(text)) {}
  std::string m_text;
};

} // namespace tagdb::oci

template <>
struct std::hash<tagdb::oci::Digest> {
  std::size_t operator()(const tagdb::oci::Digest& digest) const noexcept {
    return std::hash<std::string>{}(digest.to_string());
  }
};

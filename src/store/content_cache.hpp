#pragma once

#include <tagdb/oci/digest.hpp>
#include <tagdb/store/model.hpp>

#include <array>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

namespace tagdb::store {

/// A content row as the writer finds it.
struct ContentRow {
  ContentId id{};
  bool held = false; ///< its bytes are in the database
};

/// Which row a digest has, for the contents that were touched last: an index names its manifests a moment
/// before they arrive, and they their configs. Of fixed size, because a crawl meets any number of digests; a
/// newer one takes the place of an older.
class ContentCache {
 public:
  std::optional<ContentRow> find(const oci::Digest& digest) const {
    if (!digest.verifiable() || m_slots.empty())
      return std::nullopt;
    const auto& slot = m_slots[place(digest)];
    if (slot.row.id == ContentId{} ||
        digest.encoded() != std::string_view(slot.encoded.data(), slot.encoded.size()))
      return std::nullopt;
    return slot.row;
  }

  void remember(const oci::Digest& digest, ContentRow row) {
    // sha256 only: its length is fixed, and nothing else is met in practice.
    if (!digest.verifiable())
      return;
    if (m_slots.empty())
      m_slots.resize(k_slots);
    auto& slot = m_slots[place(digest)];
    std::memcpy(slot.encoded.data(), digest.encoded().data(), slot.encoded.size());
    slot.row = row;
  }

 private:
  static constexpr std::size_t k_slots = 2048; ///< 160 KiB; more than what a crawl has in flight by far
  struct Slot {
    std::array<char, 64> encoded{};
    ContentRow row;
  };

  /// The digits are as good as random already; four of them are taken.
  static std::size_t place(const oci::Digest& digest) {
    std::size_t place = 0;
    for (const char c : digest.encoded().substr(0, 4))
      place = place * 16 + static_cast<std::size_t>(c <= '9' ? c - '0' : c - 'a' + 10);
    return place % k_slots;
  }

  std::vector<Slot> m_slots;
};

} // namespace tagdb::store

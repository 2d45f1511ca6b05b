#pragma once

#include <tagdb/base/result.hpp>

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tagdb::windows {

/// The letter of a monthly release. B is the regular one, on the second Tuesday as a rule; C and D are
/// previews that hosts get and images do not; A and E occur in Microsoft's release information and are
/// defined nowhere. The letter is data, never arithmetic: 2018-01 B came on a Wednesday, 2020-02 C on a
/// fourth Tuesday, 2017-02 had no B.
enum class ReleaseLetter : std::uint8_t { a, b, c, d, e, oob };

/// "B", "OOB".
std::string_view to_string(ReleaseLetter letter);

/// What Microsoft calls one monthly release: 2020-02 B. A label is not the key of a release: two images of
/// one build can carry the same one (17763.1039 and 17763.1040 are both 2020-02 B); the OS version is the
/// key.
class ReleaseLabel {
 public:
  /// The month must be a month (`month.ok()`).
  ReleaseLabel(std::chrono::year_month month, ReleaseLetter letter) : m_month(month), m_letter(letter) {}

  /// As people write it, letters in any case: "2020-02B", "2020-02 B", "2020-02-B", "2020.02 B", "2020-2B",
  /// "2020-02 OOB", "2B 2020", "2020 2B". Years 2003 (the first Patch Tuesday) to 9999. "2B" alone fails:
  /// every year has one; the hint says so. A month without a letter fails: which release of it?
  static base::Result<ReleaseLabel> parse(std::string_view text);

  std::chrono::year_month month() const { return m_month; }
  ReleaseLetter letter() const { return m_letter; }
  bool is_out_of_band() const { return m_letter == ReleaseLetter::oob; }

  /// "2020-02B", "2020-02 OOB": what tagdb prints, and what parse() reads back.
  std::string to_string() const;
  /// "2B", "2 OOB": as Microsoft's container documentation abbreviates it.
  std::string to_short_string() const;

  /// By year and month. Within a month the letter breaks the tie, so that the order is total; it says nothing
  /// about which came first (2021-07 OOB was a week before 2021-07 B).
  auto operator<=>(const ReleaseLabel&) const = default;

 private:
  std::chrono::year_month m_month;
  ReleaseLetter m_letter;
};

/// A label without its year, "2B" or "11 OOB": ambiguous. Knowledge::labels_of() lists what it can mean.
struct ShortLabel {
  std::chrono::month month;
  ReleaseLetter letter = ReleaseLetter::b;
  bool operator==(const ShortLabel&) const = default;
};

/// Nothing where the text is no short label ("02B" is one, "2020-02B" and "13B" are not).
std::optional<ShortLabel> parse_short_label(std::string_view text);

} // namespace tagdb::windows

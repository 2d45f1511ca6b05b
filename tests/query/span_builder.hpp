#pragma once

#include "moments.hpp"
#include <tagdb/store/model.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace tagdb::query::test {

/// A digest that is named by one letter: what the letters stand for is the test's affair.
inline oci::Digest letter_digest(char letter) {
  return oci::Digest::of(std::string(1, letter));
}

/// Spans of one tag. `what` is a letter for an image, "-" for absence, "!" and an optional letter for a
/// refusal.
class SpanBuilder {
 public:
  explicit SpanBuilder(std::int64_t observer = 1) : m_observer(observer) {}

  store::SpanRecord span(std::string_view what, base::Instant first, base::Instant last) {
    store::SpanRecord record{};
    record.id = store::SpanId{100 * m_observer + ++m_count};
    record.tag = store::TagId{1};
    record.observer = store::ObserverId{m_observer};
    record.state = what[0] == '-'   ? store::SpanState::absent
                   : what[0] == '!' ? store::SpanState::unpullable
                                    : store::SpanState::present;
    if (what[0] == '!')
      record.answer = "404 MANIFEST_UNKNOWN";
    if (what.back() >= 'A' && what.back() <= 'Z') {
      record.content = store::ContentId{what.back()};
      record.digest = letter_digest(what.back());
    }
    record.first_seen = first;
    record.last_seen = last;
    record.opened_by = store::CheckId{first.time_since_epoch().count()};
    record.confirmed_by = store::CheckId{last.time_since_epoch().count()};
    return record;
  }

 private:
  std::int64_t m_observer;
  std::int64_t m_count = 0;
};

/// "A", "-", "!", "!B": the state of a stretch in the builder's words.
template <class Stretch>
std::string state_of(const Stretch& stretch) {
  std::string text = stretch.state == store::SpanState::absent       ? "-"
                     : stretch.state == store::SpanState::unpullable ? "!"
                                                                     : "";
  if (stretch.content)
    text += static_cast<char>(*stretch.content);
  return text;
}

} // namespace tagdb::query::test

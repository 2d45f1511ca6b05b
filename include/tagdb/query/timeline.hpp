#pragma once

#include <tagdb/store/model.hpp>

#include <optional>
#include <vector>

namespace tagdb::query {

/// One stretch of a tag's history in which every look, of whichever observer, showed the same state.
struct Segment {
  store::SpanState state = store::SpanState::present;
  std::optional<store::ContentId> content;
  std::optional<oci::Digest> digest;
  std::string answer; ///< of an unpullable stretch
  base::Instant first_seen;
  base::Instant last_seen;
  store::CheckId opened_by;
  store::CheckId confirmed_by;
};

/// What is known of a tag at an instant.
struct Look {
  const Segment* before = nullptr; ///< the newest stretch that had begun by then; null before the first look
  const Segment* after = nullptr;  ///< the next stretch, if any
  bool inside = false;             ///< the instant lies between two looks (or at one) that showed `before`
};

/// A tag's history, made of the spans of all observers: each span is two looks at least (its ends); looks are
/// put in the order of time and equal neighbours run together, so that a second observer fills gaps and
/// contradicts nothing.
///
/// An absence counts only when it is sure: absent looks at least an hour apart (two complete lists without
/// the tag, and 404 when asked). A shorter one is left out, as if it had not been looked.
class Timeline {
 public:
  Timeline() = default; ///< never looked at
  explicit Timeline(const std::vector<store::SpanRecord>& spans);

  const std::vector<Segment>& segments() const { return m_segments; }
  bool empty() const { return m_segments.empty(); }
  Look at(base::Instant instant) const;

 private:
  std::vector<Segment> m_segments;
};

} // namespace tagdb::query

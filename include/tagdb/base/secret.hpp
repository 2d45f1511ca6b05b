#pragma once

#include <string>
#include <utility>

namespace tagdb::base {

/// A password, token or header that must not be seen: it has no way into a stream, a format call or an Error,
/// and only `reveal()` gives it out, so that a review finds every use with one grep.
class Secret {
 public:
  Secret() = default;
  explicit Secret(std::string value) : m_value(std::move(value)) {}
  const std::string& reveal() const { return m_value; }
  bool empty() const { return m_value.empty(); }
  bool operator==(const Secret&) const = default;

 private:
  std::string m_value;
};

} // namespace tagdb::base

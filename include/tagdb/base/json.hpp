#pragma once

#include <tagdb/base/result.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace tagdb::base {

/// What a document may cost. Checked while parsing, so a hostile one is refused before it is held.
struct JsonLimits {
  std::size_t max_bytes = 8u << 20;
  unsigned max_depth = 32;
};

class JsonDocument;

/// A look into a JsonDocument, valid while the document lives. Copies are cheap. Every accessor answers
/// "nothing" where the value is of another type: hostile input reads as absent, never as a crash.
class JsonValue {
 public:
  bool is_object() const;
  bool is_array() const;
  bool is_null() const;

  /// The member with exactly this name. Of repeated names the first.
  std::optional<JsonValue> find(std::string_view name) const;
  /// As Go's encoding/json matches: the exact name, else the first that is equal ignoring ASCII case.
  /// Microsoft's old configs say "rootfS" and rely on it.
  std::optional<JsonValue> find_folded(std::string_view name) const;

  /// How many members are this one to a reader that ignores ASCII case. Go takes the last of them and others
  /// the first, so a document whose meaning must be beyond doubt has at most one.
  std::size_t count_folded(std::string_view name) const;

  std::optional<std::string_view> string() const;
  /// An integer that fits; 1.0 and 1e3 are not integers here.
  std::optional<std::int64_t> integer() const;
  std::optional<bool> boolean() const;

  /// Elements of an array, members of an object; 0 for anything else.
  std::size_t size() const;
  /// Element `index` of an array; must be below size().
  JsonValue at(std::size_t index) const;
  /// Calls back with each name and value of an object, in order; does nothing for anything else.
  void for_each_member(const std::function<void(std::string_view, JsonValue)>& visit) const;

  /// `find(name)` and `string()` in one, for the common case.
  std::optional<std::string_view> string_at(std::string_view name) const;
  std::optional<std::int64_t> integer_at(std::string_view name) const;

 private:
  friend class JsonDocument;
  explicit JsonValue(const void* value) : m_value(value) {}
  const void* m_value;
};

/// A parsed document. Parsing is iterative, counts its depth, validates UTF-8 and refuses trailing text.
class JsonDocument {
 public:
  /// Failure: ErrorKind::integrity, with the byte offset and what was expected.
  static Result<JsonDocument> parse(std::string_view bytes, JsonLimits limits = {});
  ~JsonDocument();
  JsonDocument(JsonDocument&&) noexcept;
  JsonDocument& operator=(JsonDocument&&) noexcept;

  JsonValue root() const;

 private:
  struct Impl;
  explicit JsonDocument(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> m_impl;
};

/// Writes one compact document. The caller keeps begin and end in pairs; strings are escaped, invalid UTF-8
/// becomes U+FFFD.
class JsonWriter {
 public:
  JsonWriter();
  ~JsonWriter();
  JsonWriter(JsonWriter&&) noexcept;
  JsonWriter& operator=(JsonWriter&&) noexcept;

  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_array();
  JsonWriter& end_array();
  JsonWriter& key(std::string_view name);
  JsonWriter& value(std::string_view text);
  JsonWriter& value(const char* text) { return value(std::string_view(text)); }
  JsonWriter& value(const std::string& text) { return value(std::string_view(text)); }
  JsonWriter& value(std::int64_t number);
  JsonWriter& value(int number) { return value(static_cast<std::int64_t>(number)); }
  JsonWriter& value(std::uint64_t number);
  JsonWriter& value(bool truth);
  JsonWriter& null();
  /// The value, or null where there is none.
  template <class T>
  JsonWriter& value(const std::optional<T>& maybe) {
    return maybe ? value(*maybe) : null();
  }
  /// `key(name)` and `value(what)` in one.
  template <class T>
  JsonWriter& member(std::string_view name, const T& what) {
    key(name);
    return value(what);
  }

  /// What was written so far; complete once every begin has its end.
  std::string text() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> m_impl;
};

} // namespace tagdb::base

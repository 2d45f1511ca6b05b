#include "utf8.hpp"
#include <tagdb/base/json.hpp>
#include <tagdb/base/text.hpp>

#include <fmt/format.h>
#include <rapidjson/document.h>
#include <rapidjson/error/en.h>
#include <rapidjson/reader.h>

#include <algorithm>

namespace tagdb::base {

namespace {

using Encoding = rapidjson::UTF8<char>;
using Pool = rapidjson::MemoryPoolAllocator<>;
using Document = rapidjson::GenericDocument<Encoding, Pool>;
using Value = Document::ValueType;

const Value& as_value(const void* value) {
  return *static_cast<const Value*>(value);
}

std::string_view text_of(const Value& value) {
  return {value.GetString(), value.GetStringLength()};
}

/// Iterative, because the recursive reader dies of 300,000 opening brackets before any handler could count
/// them. In place, because the document keeps its own bytes anyway and every string then needs no copy. Not
/// with kParseValidateEncodingFlag: of a character that is cut off at the end, 1.1.0 takes, and in place even
/// writes, up to three bytes beyond the buffer. The bytes are validated before instead.
constexpr unsigned k_flags = rapidjson::kParseIterativeFlag | rapidjson::kParseInsituFlag;

/// Builds the document, but ends the parse at the bracket that is one too deep, and at a string that is no
/// text.
class Guard {
 public:
  using Ch = char;

  Guard(Document& document, unsigned max_depth) : m_document(document), m_left(max_depth) {}

  bool too_deep() const { return m_too_deep; }
  bool lone_surrogate() const { return m_lone_surrogate; }

  bool Null() { return m_document.Null(); }
  bool Bool(bool truth) { return m_document.Bool(truth); }
  bool Int(int number) { return m_document.Int(number); }
  bool Uint(unsigned number) { return m_document.Uint(number); }
  bool Int64(std::int64_t number) { return m_document.Int64(number); }
  bool Uint64(std::uint64_t number) { return m_document.Uint64(number); }
  bool Double(double number) { return m_document.Double(number); }
  bool RawNumber(const char* text, rapidjson::SizeType length, bool copy) {
    return m_document.RawNumber(text, length, copy);
  }
  bool String(const char* text, rapidjson::SizeType length, bool copy) {
    return is_text({text, length}) && m_document.String(text, length, copy);
  }
  bool Key(const char* text, rapidjson::SizeType length, bool copy) {
    return is_text({text, length}) && m_document.Key(text, length, copy);
  }
  bool StartObject() { return enter() && m_document.StartObject(); }
  bool EndObject(rapidjson::SizeType count) { return leave() && m_document.EndObject(count); }
  bool StartArray() { return enter() && m_document.StartArray(); }
  bool EndArray(rapidjson::SizeType count) { return leave() && m_document.EndArray(count); }

 private:
  /// Bytes were validated before, but not what the reader makes itself: of "\udc00" without its first half it
  /// makes invalid UTF-8. Such bytes begin with ED, and few others do.
  bool is_text(std::string_view text) {
    m_lone_surrogate = text.find('\xED') != std::string_view::npos && !is_valid_utf8(text);
    return !m_lone_surrogate;
  }
  bool enter() {
    if (m_left == 0) {
      m_too_deep = true;
      return false;
    }
    --m_left;
    return true;
  }
  bool leave() {
    ++m_left;
    return true;
  }

  Document& m_document;
  unsigned m_left;
  bool m_too_deep = false;
  bool m_lone_surrogate = false;
};

/// The pool's chunk: large enough that a manifest needs one, small enough that 16,000 of them cost little.
std::size_t chunk_size(std::size_t bytes) {
  constexpr std::size_t k_smallest = 2048;
  constexpr std::size_t k_largest = 64 * 1024;
  return std::clamp(bytes * 4, k_smallest, k_largest);
}

void append_escaped(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const auto step = read_utf8(text);
    const auto c = step.code_point;
    if (!step.valid)
      out += "\uFFFD";
    else if (c == '"' || c == '\\')
      out.append({'\\', static_cast<char>(c)});
    else if (c == '\n')
      out += "\\n";
    else if (c == '\t')
      out += "\\t";
    else if (is_invisible(c) && c <= 0xFFFF)
      // Valid unescaped, except for C0; but a document is often looked at in a terminal.
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    else
      out += text.substr(0, step.length);
    text.remove_prefix(step.length);
  }
  out += '"';
}

} // namespace

bool JsonValue::is_object() const {
  return as_value(m_value).IsObject();
}
bool JsonValue::is_array() const {
  return as_value(m_value).IsArray();
}
bool JsonValue::is_null() const {
  return as_value(m_value).IsNull();
}

std::optional<JsonValue> JsonValue::find(std::string_view name) const {
  const auto& value = as_value(m_value);
  if (!value.IsObject())
    return std::nullopt;
  for (auto member = value.MemberBegin(); member != value.MemberEnd(); ++member)
    if (text_of(member->name) == name)
      return JsonValue(&member->value);
  return std::nullopt;
}

std::optional<JsonValue> JsonValue::find_folded(std::string_view name) const {
  if (const auto exact = find(name))
    return exact;
  const auto& value = as_value(m_value);
  if (!value.IsObject())
    return std::nullopt;
  for (auto member = value.MemberBegin(); member != value.MemberEnd(); ++member)
    if (equals_ignoring_case(text_of(member->name), name))
      return JsonValue(&member->value);
  return std::nullopt;
}

std::size_t JsonValue::count_folded(std::string_view name) const {
  const auto& value = as_value(m_value);
  if (!value.IsObject())
    return 0;
  return static_cast<std::size_t>(
      std::count_if(value.MemberBegin(), value.MemberEnd(),
                    [&](const auto& member) { return equals_ignoring_case(text_of(member.name), name); }));
}

std::optional<std::string_view> JsonValue::string() const {
  const auto& value = as_value(m_value);
  if (!value.IsString())
    return std::nullopt;
  return text_of(value);
}

std::optional<std::int64_t> JsonValue::integer() const {
  const auto& value = as_value(m_value);
  if (!value.IsInt64())
    return std::nullopt;
  return value.GetInt64();
}

std::optional<bool> JsonValue::boolean() const {
  const auto& value = as_value(m_value);
  if (!value.IsBool())
    return std::nullopt;
  return value.GetBool();
}

std::size_t JsonValue::size() const {
  const auto& value = as_value(m_value);
  if (value.IsArray())
    return value.Size();
  return value.IsObject() ? value.MemberCount() : 0;
}

JsonValue JsonValue::at(std::size_t index) const {
  return JsonValue(&as_value(m_value)[static_cast<rapidjson::SizeType>(index)]);
}

void JsonValue::for_each_member(const std::function<void(std::string_view, JsonValue)>& visit) const {
  const auto& value = as_value(m_value);
  if (!value.IsObject())
    return;
  for (auto member = value.MemberBegin(); member != value.MemberEnd(); ++member)
    visit(text_of(member->name), JsonValue(&member->value));
}

std::optional<std::string_view> JsonValue::string_at(std::string_view name) const {
  const auto member = find(name);
  return member ? member->string() : std::nullopt;
}

std::optional<std::int64_t> JsonValue::integer_at(std::string_view name) const {
  const auto member = find(name);
  return member ? member->integer() : std::nullopt;
}

struct JsonDocument::Impl {
  explicit Impl(std::string_view text) : bytes(text), pool(chunk_size(text.size())), document(&pool) {}

  std::string bytes; ///< the strings of the document lie in here
  Pool pool;
  Document document;
};

Result<JsonDocument> JsonDocument::parse(std::string_view bytes, JsonLimits limits) {
  if (bytes.size() > limits.max_bytes)
    return Error(ErrorKind::integrity,
                 fmt::format("JSON document of {} is larger than the {} that are allowed",
                             format_bytes(bytes.size()), format_bytes(limits.max_bytes)));
  if (const auto valid = valid_utf8_prefix(bytes); valid != bytes.size())
    return Error(ErrorKind::integrity, fmt::format("not valid JSON at byte {}: not UTF-8", valid));
  auto impl = std::make_unique<Impl>(bytes);
  Guard guard(impl->document, limits.max_depth);
  rapidjson::GenericInsituStringStream<Encoding> stream(impl->bytes.data());
  rapidjson::ParseResult result;
  const auto read = [&](Document&) {
    rapidjson::GenericReader<Encoding, Encoding> reader;
    result = reader.Parse<k_flags>(stream, guard);
    return !result.IsError();
  };
  impl->document.Populate(read);
  if (guard.too_deep())
    return Error(ErrorKind::integrity,
                 fmt::format("JSON document is nested more than {} deep", limits.max_depth));
  if (guard.lone_surrogate())
    return Error(ErrorKind::integrity,
                 fmt::format("not valid JSON at byte {}: half of a surrogate pair", result.Offset()));
  if (result.IsError())
    return Error(ErrorKind::integrity, fmt::format("not valid JSON at byte {}: {}", result.Offset(),
                                                   rapidjson::GetParseError_En(result.Code())));
  // The reader takes a NUL byte for the end; whatever stands behind it has not been looked at.
  if (stream.Tell() != bytes.size())
    return Error(ErrorKind::integrity, fmt::format("not valid JSON at byte {}: a NUL byte", stream.Tell()));
  return JsonDocument(std::move(impl));
}

JsonDocument::JsonDocument(std::unique_ptr<Impl> impl) : m_impl(std::move(impl)) {}
JsonDocument::~JsonDocument() = default;
JsonDocument::JsonDocument(JsonDocument&&) noexcept = default;
JsonDocument& JsonDocument::operator=(JsonDocument&&) noexcept = default;

JsonValue JsonDocument::root() const {
  return JsonValue(static_cast<const Value*>(&m_impl->document));
}

struct JsonWriter::Impl {
  std::string out;
  bool needs_comma = false;

  /// What stands before every value and key, and the state after it.
  void next(bool comma_follows) {
    if (needs_comma)
      out += ',';
    needs_comma = comma_follows;
  }
};

JsonWriter::JsonWriter() : m_impl(std::make_unique<Impl>()) {}
JsonWriter::~JsonWriter() = default;
JsonWriter::JsonWriter(JsonWriter&&) noexcept = default;
JsonWriter& JsonWriter::operator=(JsonWriter&&) noexcept = default;

JsonWriter& JsonWriter::begin_object() {
  m_impl->next(false);
  m_impl->out += '{';
  return *this;
}

JsonWriter& JsonWriter::end_object() {
  m_impl->out += '}';
  m_impl->needs_comma = true;
  return *this;
}

JsonWriter& JsonWriter::begin_array() {
  m_impl->next(false);
  m_impl->out += '[';
  return *this;
}

JsonWriter& JsonWriter::end_array() {
  m_impl->out += ']';
  m_impl->needs_comma = true;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  m_impl->next(false);
  append_escaped(m_impl->out, name);
  m_impl->out += ':';
  return *this;
}

JsonWriter& JsonWriter::value(std::string_view text) {
  m_impl->next(true);
  append_escaped(m_impl->out, text);
  return *this;
}

JsonWriter& JsonWriter::value(std::int64_t number) {
  m_impl->next(true);
  fmt::format_to(std::back_inserter(m_impl->out), "{}", number);
  return *this;
}

JsonWriter& JsonWriter::value(std::uint64_t number) {
  m_impl->next(true);
  fmt::format_to(std::back_inserter(m_impl->out), "{}", number);
  return *this;
}

JsonWriter& JsonWriter::value(bool truth) {
  m_impl->next(true);
  m_impl->out += truth ? "true" : "false";
  return *this;
}

JsonWriter& JsonWriter::null() {
  m_impl->next(true);
  m_impl->out += "null";
  return *this;
}

std::string JsonWriter::text() const {
  return m_impl->out;
}

} // namespace tagdb::base

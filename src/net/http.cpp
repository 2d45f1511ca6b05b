#include <tagdb/base/text.hpp>
#include <tagdb/net/http.hpp>

namespace tagdb::net {

std::string_view to_string(Method method) {
  switch (method) {
  case Method::get:
    return "GET";
  case Method::head:
    return "HEAD";
  case Method::post:
    return "POST";
  case Method::put:
    return "PUT";
  case Method::patch:
    return "PATCH";
  case Method::del:
    return "DELETE";
  }
  return "?";
}

std::string_view to_string(TransferFault fault) {
  switch (fault) {
  case TransferFault::resolve:
    return "resolve";
  case TransferFault::connect:
    return "connect";
  case TransferFault::tls:
    return "tls";
  case TransferFault::reset:
    return "reset";
  case TransferFault::short_body:
    return "shortBody";
  case TransferFault::stalled:
    return "stalled";
  case TransferFault::too_large:
    return "tooLarge";
  case TransferFault::forbidden_peer:
    return "forbiddenPeer";
  case TransferFault::offline:
    return "offline";
  case TransferFault::cancelled:
    return "cancelled";
  case TransferFault::refused:
    return "refused";
  case TransferFault::protocol:
    return "protocol";
  }
  return "?";
}

void Headers::reserve() {
  m_text.reserve(512);
  m_spans.reserve(16);
}

void Headers::add(std::string_view name, std::string_view value) {
  m_spans.push_back({static_cast<std::uint32_t>(m_text.size()), static_cast<std::uint32_t>(name.size()),
                     static_cast<std::uint32_t>(value.size())});
  m_text.append(name).append(value);
}

std::string_view Headers::name_of(const Span& span) const {
  return std::string_view(m_text).substr(span.begin, span.name_length);
}

std::string_view Headers::value_of(const Span& span) const {
  return std::string_view(m_text).substr(span.begin + span.name_length, span.value_length);
}

std::optional<std::string_view> Headers::find(std::string_view name) const {
  for (const auto& span : m_spans)
    if (span.name_length == name.size() && base::equals_ignoring_case(name_of(span), name))
      return value_of(span);
  return std::nullopt;
}

std::vector<std::string_view> Headers::find_all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& span : m_spans)
    if (span.name_length == name.size() && base::equals_ignoring_case(name_of(span), name))
      values.push_back(value_of(span));
  return values;
}

std::vector<Headers::Field> Headers::fields() const {
  std::vector<Field> fields;
  for (const auto& span : m_spans)
    fields.emplace_back(name_of(span), value_of(span));
  return fields;
}

} // namespace tagdb::net

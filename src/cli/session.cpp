#include "streams.hpp"
#include <tagdb/base/json.hpp>
#include <tagdb/base/text.hpp>
#include <tagdb/cli/program.hpp>

namespace tagdb::cli {

namespace {

/// Longer than any sentence of ours; parts that came from outside were cut where they were put in.
constexpr std::size_t k_hint_bytes = 1000;

std::string error_document(const Session& session, const base::Error& error) {
  base::JsonWriter json;
  json.begin_object().member("schema", 1).member("asOf", base::format_rfc3339(session.clock.now()));
  json.key("error").begin_object();
  json.member("kind", base::to_string(error.kind())).member("message", error.message());
  json.key("while").begin_array();
  for (const auto& doing : error.context())
    json.value(doing);
  json.end_array();
  json.key("hint");
  if (error.hint().empty())
    json.null();
  else
    json.value(error.hint());
  json.member("exitCode", base::exit_code(error.kind())).end_object().end_object();
  return json.text() + "\n";
}

} // namespace

void Session::print(std::string_view text) const {
  ProcessStreams own;
  (streams != nullptr ? *streams : own).out(text);
}

base::Result<std::string> Session::read_input(std::size_t max_bytes) const {
  ProcessStreams own;
  return (streams != nullptr ? *streams : own).in(max_bytes);
}

void Session::print_error(std::string_view text) const {
  ProcessStreams own;
  (streams != nullptr ? *streams : own).err(text);
}

int report_error(const Session& session, const base::Error& error) {
  if (session.json()) {
    session.print_error(error_document(session, error));
    return base::exit_code(error.kind());
  }
  std::string text = session.error_color ? "\033[31mtagdb:\033[0m " : "tagdb: ";
  text += error.to_string() + "\n";
  if (!error.hint().empty())
    text += "  hint: " + base::escape_untrusted(error.hint(), k_hint_bytes) + "\n";
  session.print_error(text);
  return base::exit_code(error.kind());
}

} // namespace tagdb::cli

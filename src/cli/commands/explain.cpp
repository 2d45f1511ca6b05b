#include "command.hpp"
#include "documents.hpp"
#include "input.hpp"
#include "table.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/windows/explain.hpp>

namespace tagdb::cli {

namespace {

constexpr std::size_t k_width = 100;
constexpr std::size_t k_indent = 11; // of what stands beside a word

/// "  missing  …": the word once, every entry on a line of its own.
std::string lines(std::string_view word, const std::vector<std::string>& entries, bool wrap) {
  std::string text;
  for (const auto& entry : entries) {
    const auto safe = base::escape_untrusted(entry, 1000);
    text += padded(&entry == &entries.front() ? "  " + std::string(word) : "", k_indent) +
            (wrap ? wrapped(safe, k_width, k_indent) : safe) + "\n";
  }
  return text;
}

std::string explanation_text(const windows::Explanation& one, bool bold) {
  std::string text = bold ? "\033[1m" + one.id + "\033[0m" : one.id;
  text += " (" + base::escape_untrusted(one.matched) + ")\n";
  text += lines("means", {one.meaning}, true);
  if (one.host)
    text += lines("host", {one.host->to_string() + ", as the message says"}, true);
  if (one.image)
    text += lines("image", {one.image->to_string() + ", as the message says"}, true);
  if (!one.image_name.empty())
    text += lines("image", {one.image_name}, false);
  text += lines("missing", one.missing, true);
  text += lines("note", one.notes, true);
  text += lines("next", one.next, false); // to be copied: never broken
  return text;
}

void write_strings(base::JsonWriter& json, std::string_view key, const std::vector<std::string>& entries) {
  json.key(key).begin_array();
  for (const auto& entry : entries)
    json.value(entry);
  json.end_array();
}

std::string explanations_document(const std::vector<windows::Explanation>& all, base::Instant now) {
  base::JsonWriter json;
  begin_document(json, now);
  json.key("items").begin_array();
  for (const auto& one : all) {
    json.begin_object().member("id", one.id).member("matched", one.matched).member("meaning", one.meaning);
    write_text(json, "host", one.host);
    write_text(json, "image", one.image);
    write_known(json, "imageName", one.image_name);
    write_strings(json, "missing", one.missing);
    write_strings(json, "notes", one.notes);
    write_strings(json, "next", one.next);
    json.end_object();
  }
  json.end_array().end_object();
  return json.text() + "\n";
}

class Explain final : public Command {
 public:
  void declare(Grammar& grammar) override {
    grammar.positional("TEXT", 0, SIZE_MAX, m_words,
                       "the error as it was printed, or a file that has it; none or -: standard input");
    grammar.note(
        "Known are the numbers 0xC0370101, 0xC0370106, 0xC0370112 (also as 0x8037…), 0xC0000139 and "
        "0xC0000142, also as decimal exit codes; \"no matching manifest for …\", \"no match for "
        "platform in manifest\"; \"… is incompatible with a … host\"; \"the container operating system "
        "does not match the host operating system\"; and a Linux engine that was asked for Windows.");
    grammar.example("tagdb explain 0xC0370101", "a number alone");
    grammar.example("docker run mcr.microsoft.com/windows/servercore:ltsc2022 2>&1 | tagdb explain",
                    "what docker says");
  }

  base::Result<int> run(const Context& context) override {
    const auto& session = context.session;
    TAGDB_TRY_ASSIGN(const auto text, text_asked(context));
    const auto all = windows::explain_errors(text);
    if (all.empty())
      return base::Error(
          base::ErrorKind::not_found, "no error in this text is one of those that come of Windows versions",
          "known are 0xC0370101, 0xC0370106, 0xC0370112, 0xC0000139, 0xC0000142, \"no matching "
          "manifest …\", \"… is incompatible with a … host\" and their like: tagdb explain "
          "--help");
    if (session.json()) {
      session.print(explanations_document(all, session.clock.now()));
      return 0;
    }
    std::string printed;
    for (const auto& one : all)
      printed += (printed.empty() ? "" : "\n") + explanation_text(one, session.color);
    session.print(printed);
    return 0;
  }

 private:
  base::Result<std::string> text_asked(const Context& context) const {
    Input input(context.session);
    if (m_words.size() > 1)
      return base::join(m_words, " ");
    const std::string word = m_words.empty() ? "-" : m_words.front();
    if (word == "-" && context.world.streams.is_terminal(base::Stream::standard_input))
      context.session.print_error("paste the error here, then press Ctrl-D\n");
    TAGDB_TRY_ASSIGN(auto text, input.read(word, true));
    return text ? *std::move(text) : word;
  }

  std::vector<std::string> m_words;
};

} // namespace

std::unique_ptr<Command> make_explain() {
  return std::make_unique<Explain>();
}

} // namespace tagdb::cli

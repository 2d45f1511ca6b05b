#include "command.hpp"
#include "documents.hpp"
#include "open_database.hpp"
#include "table.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/query/diff.hpp>

#include <algorithm>

namespace tagdb::cli {

namespace {

std::string known(const std::optional<std::string>& text) {
  return text.value_or("not known");
}

template <class T>
std::optional<std::string> text_of(const std::optional<T>& value) {
  return value ? std::optional(value->to_string()) : std::nullopt;
}

std::string pull_words(const query::Diff& diff) {
  if (!diff.pull_bytes)
    return "not known: a manifest is not held";
  if (*diff.pull_bytes == 0)
    return "nothing: a host that has A has all of B";
  return base::format_bytes(*diff.pull_bytes) + " on a host that has A";
}

std::string diff_text(const query::Diff& diff, bool bold) {
  std::vector<std::vector<std::string>> rows{{"", "A", "B"}};
  rows.push_back({"reference", name_for_people(diff.a), name_for_people(diff.b)});
  rows.push_back({"revision", known(text_of(diff.a.revision)), known(text_of(diff.b.revision))});
  if (diff.a.kb || diff.b.kb)
    rows.push_back({"KB", known(text_of(diff.a.kb)), known(text_of(diff.b.kb))});
  if (diff.a.digest && diff.b.digest)
    rows.push_back({diff.a.is_index && diff.b.is_index ? "index" : "digest", diff.a.digest->abbreviated(),
                    diff.b.digest->abbreviated()});
  if (diff.manifest_a && diff.manifest_b)
    rows.push_back({"manifest", diff.manifest_a->abbreviated(), diff.manifest_b->abbreviated()});
  std::string text = table(rows, bold);
  if (diff.same_image)
    return text + "\nThe same image.\n";
  if (!diff.layers.empty()) {
    text += "\n";
    std::vector<std::vector<std::string>> layers{{"LAYER", "SIZE", "IN"}};
    for (const auto& layer : diff.layers)
      layers.push_back({layer.digest.abbreviated(), base::format_bytes(layer.size),
                        layer.in_a && layer.in_b ? "A B"
                        : layer.in_a             ? "A"
                                                 : "B"});
    text += table(layers, bold);
  }
  return text + "\nto pull for B: " + pull_words(diff) + "\n";
}

void write_reference(base::JsonWriter& json, std::string_view key, const query::Resolution& answer,
                     const std::optional<oci::Digest>& manifest) {
  json.key(key).begin_object();
  json.member("reference", answer.reference)
      .member("repository", answer.repository)
      .member("registry", answer.registry);
  write_known(json, "tag", answer.tag);
  write_text(json, "revision", answer.revision);
  write_text(json, "kb", answer.kb);
  json.key("release").null();
  write_text(json, "index", answer.is_index ? answer.digest : std::nullopt);
  write_text(json, "manifest", manifest);
  json.member("evidence", query::to_string(answer.evidence.level));
  write_warnings(json, answer.warnings);
  json.end_object();
}

std::string diff_document(const query::Diff& diff, base::Instant now) {
  base::JsonWriter json;
  begin_document(json, now);
  write_reference(json, "a", diff.a, diff.manifest_a);
  write_reference(json, "b", diff.b, diff.manifest_b);
  json.member("sameImage", diff.same_image);
  json.key("layers").begin_array();
  for (const auto& layer : diff.layers)
    json.begin_object()
        .member("digest", layer.digest.to_string())
        .member("size", layer.size)
        .member("inA", layer.in_a)
        .member("inB", layer.in_b)
        .end_object();
  json.end_array();
  json.member("pullBytes", diff.pull_bytes);
  json.end_object();
  return json.text() + "\n";
}

class DiffCommand final : public Command {
 public:
  void declare(Grammar& grammar) override {
    grammar.positional("A", 1, 1, m_a, "a reference, as for resolve");
    grammar.positional("B", 1, 1, m_b, "another one");
    grammar.example("tagdb diff 10.0.17763.973 ltsc2019",
                    "how far an image is behind, and what the update costs a host");
    grammar.example("tagdb diff 1809 ltsc2019", "whether two tags are one image");
  }

  base::Result<int> run(const Context& context) override {
    const auto& session = context.session;
    TAGDB_TRY_ASSIGN(const auto scope, make_scope(session));
    TAGDB_TRY_ASSIGN(const auto a, query::parse_reference_query(m_a.front()));
    TAGDB_TRY_ASSIGN(const auto b, query::parse_reference_query(m_b.front()));
    TAGDB_TRY_ASSIGN(const auto reader, open_database(session));
    query::ResolveOptions options;
    options.weakest = session.options.evidence;
    TAGDB_TRY_ASSIGN(const auto diff, query::diff(reader, scope, a, b, options));
    TAGDB_TRY_ASSIGN(auto repositories, reader.repositories());
    std::erase_if(repositories, [&](const auto& record) {
      return (record.registry != diff.a.registry || record.name != diff.a.repository) &&
             (record.registry != diff.b.registry || record.name != diff.b.repository);
    });
    TAGDB_TRY_ASSIGN(const auto stale, judge_freshness(session, reader, repositories, std::nullopt));
    session.print(session.json() ? diff_document(diff, scope.now) : diff_text(diff, session.color));
    if (!session.json())
      for (const auto* answer : {&diff.a, &diff.b})
        for (const auto& warning : answer->warnings)
          session.log.warning_once(warning.message);
    for (const auto& warning : stale)
      session.log.warning(warning.message);
    return 0;
  }

 private:
  std::vector<std::string> m_a;
  std::vector<std::string> m_b;
};

} // namespace

std::unique_ptr<Command> make_diff() {
  return std::make_unique<DiffCommand>();
}

} // namespace tagdb::cli

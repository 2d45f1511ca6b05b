#include "command.hpp"
#include "documents.hpp"
#include "open_database.hpp"
#include "resolve_values.hpp"
#include <tagdb/base/text.hpp>

#include <algorithm>

namespace tagdb::cli {

namespace {

bool is_variable_name(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

class Resolve final : public Command {
 public:
  void declare(Grammar& grammar) override;
  base::Result<int> run(const Context& context) override;

 private:
  struct Question {
    const Session& session;
    query::Scope scope;
    query::ResolveOptions options;
    std::optional<PlatformFilter> platform;
    std::optional<Moment> moment; ///< --at
  };
  base::Result<Question> ask(const Session& session) const;
  base::Status set_time(Question& question, const store::Reader& reader) const;
  base::Status answer(const Question& question, const store::Reader& reader, std::string_view reference,
                      bool first) const;
  base::Result<std::string> printed(const Question& question, const query::Resolution& answer) const;
  static base::Status fits_one_value(const Question& question, const query::Resolution& answer);
  static base::Status add_staleness(const Question& question, const store::Reader& reader,
                                    query::Resolution& answer);

  std::vector<std::string> m_references;
  std::optional<std::string> m_at;
  std::optional<std::string> m_platform;
  std::optional<std::string> m_argument;
};

void Resolve::declare(Grammar& grammar) {
  grammar.positional(
      "REFERENCE", 1, SIZE_MAX, m_references,
      "a tag (ltsc2019), a revision (10.0.17763.1040), a KB (KB4546852), a digest or an image ID; "
      "windows/servercore is meant unless a repository stands before it (nanoserver:1809)");
  grammar.formats(
      {"text", "json", "revision", "kb", "digest", "ref", "pull", "docker-arg", "env", "github", "azure"});
  grammar.text(
      "at", "TIME", m_at,
      "what it meant then: a date (its last second, UTC), an RFC 3339 instant or a release (2020-02B)");
  grammar.text("platform", "OS/ARCH", m_platform,
               "only this platform, whose digest is meant then; also os/arch:os.version");
  grammar.value("arg", "NAME", "the build argument of --format docker-arg (default BASE)",
                [this](std::string_view text) -> base::Status {
                  if (!is_variable_name(text))
                    return base::Error(base::ErrorKind::usage, "\"" + base::escape_untrusted(text) +
                                                                   "\" is no name of a build argument");
                  m_argument = text;
                  return {};
                });
  grammar.note(
      "The formats from revision to docker-arg print one value and nothing else, or nothing and "
      "exit 3. What a tag is now and was never crawled, the built-in reference tells in text and json "
      "alone; the other formats print nothing then and exit 4. Warnings go to standard error. Several "
      "references are answered one after the other, as NDJSON with --format json.");
  grammar.example("tagdb resolve ltsc2019 --at 2020-02-20", "which revision was it on a day in the past");
  grammar.example("tagdb resolve ltsc2019 --at 2020-02B", "as of a monthly release");
  grammar.example("docker build $(tagdb resolve ltsc2019 --format docker-arg) .",
                  "build on the image of today, pinned");
  grammar.example("tagdb resolve nanoserver:1809 --platform windows/amd64 --format digest",
                  "the digest of one platform's image");
}

base::Result<Resolve::Question> Resolve::ask(const Session& session) const {
  TAGDB_TRY_ASSIGN(auto scope, make_scope(session));
  Question question{session, std::move(scope), {}, {}, {}};
  question.options.weakest = session.options.evidence;
  if (m_platform) {
    TAGDB_TRY_ASSIGN(question.platform, parse_platform(*m_platform));
    // The revision that is told is that of the platform asked for.
    question.scope.architecture = question.platform->architecture;
  }
  if (m_at) {
    TAGDB_TRY_ASSIGN(question.moment, parse_time(*m_at, question.scope.now));
  }
  if (m_argument && session.options.format != "docker-arg")
    return base::Error(base::ErrorKind::usage, "--arg goes with --format docker-arg only");
  return question;
}

base::Status Resolve::set_time(Question& question, const store::Reader& reader) const {
  if (!question.moment)
    return {};
  // A label means another instant for each tag.
  if (const auto* label = std::get_if<windows::ReleaseLabel>(&*question.moment)) {
    question.options.at_release = *label;
    return {};
  }
  TAGDB_TRY_ASSIGN(question.options.at, instant_of(*question.moment, reader, question.scope.now));
  return {};
}

base::Status Resolve::add_staleness(const Question& question, const store::Reader& reader,
                                    query::Resolution& answer) {
  TAGDB_TRY_ASSIGN(auto repositories, reader.repositories());
  std::erase_if(repositories, [&](const auto& record) {
    return record.registry != answer.registry || record.name != answer.repository;
  });
  const auto at = question.moment ? std::optional(answer.as_of) : std::nullopt;
  TAGDB_TRY_ASSIGN(auto stale, repositories.empty()
                                   ? judge_reference(question.session, reader, answer)
                                   : judge_freshness(question.session, reader, repositories, at));
  for (auto& warning : stale)
    answer.warnings.push_back(std::move(warning));
  return {};
}

/// Scripts take a value for an image of today: what is known from the reference alone is none, and neither is
/// a revision of hosts.
base::Status Resolve::fits_one_value(const Question& question, const query::Resolution& answer) {
  if (answer.evidence.level != query::EvidenceLevel::reference)
    return {};
  if (!answer.release)
    return base::Error(base::ErrorKind::not_found,
                       answer.revision->to_string() + " is a release of hosts; no image carries it",
                       answer.nearest ? "the newest image at or below it is " + answer.nearest->to_string()
                                      : "");
  if (question.moment)
    return {};
  return base::Error(base::ErrorKind::stale,
                     "what " + name_for_people(answer) + " is now is known from the reference alone (" +
                         answer.evidence.source + "), which is for people: --format " +
                         question.session.options.format + " prints nothing",
                     "run `tagdb sync`, or ask about a time with --at");
}

base::Result<std::string> Resolve::printed(const Question& question, const query::Resolution& answer) const {
  const auto& format = question.session.options.format;
  if (format == "json")
    return resolution_document(answer);
  if (format == "text")
    return resolution_text(answer);
  TAGDB_TRY(fits_one_value(question, answer));
  auto digest = answer.digest;
  if (question.platform && !answer.platforms.empty()) {
    if (answer.platforms.size() > 1 && format != "revision" && format != "kb")
      return base::Error(base::ErrorKind::usage,
                         std::to_string(answer.platforms.size()) + " images of " + name_for_people(answer) +
                             " fit --platform " + base::escape_untrusted(*m_platform),
                         "name the version too, as in " + question.platform->os + "/" +
                             question.platform->architecture + ":" +
                             base::escape_untrusted(answer.platforms.front().os_version));
    digest = answer.platforms.front().digest;
  }
  return resolution_value(answer, format, digest, m_argument.value_or("BASE"));
}

base::Status Resolve::answer(const Question& question, const store::Reader& reader,
                             std::string_view reference, bool first) const {
  TAGDB_TRY_ASSIGN(const auto query, query::parse_reference_query(reference));
  TAGDB_TRY_ASSIGN(auto answer, query::resolve(reader, question.scope, query, question.options));
  TAGDB_TRY(add_staleness(question, reader, answer));
  if (question.platform)
    TAGDB_TRY(narrow_to(answer, *question.platform));
  TAGDB_TRY_ASSIGN(const auto text, printed(question, answer));
  const bool for_people = question.session.options.format == "text";
  question.session.print(for_people && !first ? "\n" + text : text);
  if (!question.session.json())
    for (const auto& warning : answer.warnings)
      question.session.log.warning(warning.message);
  return {};
}

base::Result<int> Resolve::run(const Context& context) {
  TAGDB_TRY_ASSIGN(auto question, ask(context.session));
  TAGDB_TRY_ASSIGN(const auto reader, open_database_or_built_in(context.session));
  TAGDB_TRY(set_time(question, reader));
  int code = 0;
  bool first = true;
  for (const auto& reference : m_references) {
    const auto status = answer(question, reader, reference, first);
    if (status) {
      first = false;
      continue;
    }
    const int failed = report_error(context.session, status.error());
    code = code == 0 ? failed : code;
  }
  return code;
}

} // namespace

std::unique_ptr<Command> make_resolve() {
  return std::make_unique<Resolve>();
}

} // namespace tagdb::cli

#include "identify_print.hpp"
#include "input.hpp"
#include "open_database.hpp"
#include <tagdb/cli/identify.hpp>

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <optional>
#include <utility>

namespace tagdb::cli {

namespace {

using Subjects = std::vector<base::Result<query::IdentifySubject>>;

/// The arguments in their order: what is a text is read, words that follow each other are taken together.
Subjects read_subjects(const Session& session, const store::Reader& reader,
                       const std::vector<std::string>& arguments) {
  Subjects subjects;
  std::vector<std::string> words;
  const auto add = [&](Subjects more) {
    subjects.insert(subjects.end(), std::make_move_iterator(more.begin()),
                    std::make_move_iterator(more.end()));
  };
  const auto flush = [&] {
    add(query::identify_words(reader, words));
    words.clear();
  };
  Input input(session);
  for (const auto& argument : arguments) {
    std::error_code ignored; // a folder beside us may be called as an image is
    auto text = input.read(argument, !std::filesystem::is_directory(argument, ignored));
    if (text && !*text) {
      words.push_back(argument);
      continue;
    }
    flush();
    if (!text) {
      subjects.emplace_back(std::move(text).error());
      continue;
    }
    auto read = query::read_identify_text(reader, **text, input_name(argument));
    if (read)
      add(*std::move(read));
    else
      subjects.emplace_back(std::move(read).error().while_doing("reading " + input_name(argument)));
  }
  flush();
  return subjects;
}

class Answerer {
 public:
  Answerer(const Session& session, const store::Reader& reader, query::Scope scope, const FetchImage& fetch)
      : m_session(session), m_reader(reader), m_scope(std::move(scope)), m_fetch(fetch) {}

  base::Status answer(query::IdentifySubject subject) {
    TAGDB_TRY_ASSIGN(auto answer, identify(std::move(subject)));
    TAGDB_TRY(judge_age(answer));
    if (m_session.json()) {
      m_session.print(identification_document(answer));
      return {};
    }
    m_session.print((m_first ? "" : "\n") + identification_text(answer));
    m_first = false;
    for (const auto& warning : answer.warnings)
      m_session.log.warning(warning.message);
    return {};
  }

 private:
  base::Result<query::Identification> identify(query::IdentifySubject subject) const {
    const auto weakest = m_session.options.evidence;
    auto answer = query::identify(m_reader, m_scope, subject, weakest);
    if (answer || !m_fetch || !subject.reference || answer.error().kind() != base::ErrorKind::not_found)
      return answer;
    TAGDB_TRY_ASSIGN(auto facts, m_fetch(*subject.reference));
    facts.name = subject.facts.name;
    subject.facts = std::move(facts);
    return query::identify(m_reader, m_scope, subject, weakest);
  }

  /// The base under an image does not change, but how far it is behind does.
  base::Status judge_age(query::Identification& answer) const {
    if (!answer.match)
      return {};
    std::vector<query::Warning> stale;
    if (answer.homes.empty()) {
      query::Resolution about{};
      about.as_of = answer.as_of;
      about.kind = windows::TagKind::floating; // the newest revision moves as such a tag does
      TAGDB_TRY_ASSIGN(stale, judge_reference(m_session, m_reader, about));
    } else {
      TAGDB_TRY_ASSIGN(auto repositories, m_reader.repositories());
      std::erase_if(repositories, [&](const auto& record) {
        return std::find(answer.homes.begin(), answer.homes.end(), record.id) == answer.homes.end();
      });
      TAGDB_TRY_ASSIGN(stale, judge_freshness(m_session, m_reader, repositories, std::nullopt));
    }
    answer.warnings.insert(answer.warnings.end(), std::make_move_iterator(stale.begin()),
                           std::make_move_iterator(stale.end()));
    return {};
  }

  const Session& m_session;
  const store::Reader& m_reader;
  query::Scope m_scope;
  const FetchImage& m_fetch;
  bool m_first = true;
};

} // namespace

base::Result<int> answer_identify(const Session& session, const IdentifyOptions& options,
                                  const FetchImage& fetch) {
  TAGDB_TRY_ASSIGN(auto scope, make_scope(session));
  TAGDB_TRY_ASSIGN(const auto reader, open_database_or_built_in(session));
  Answerer answerer(session, reader, std::move(scope), fetch);
  int code = 0;
  for (auto& subject : read_subjects(session, reader, options.subjects)) {
    auto status = subject ? answerer.answer(*std::move(subject)) : base::Status(std::move(subject).error());
    if (status)
      continue;
    const int failed = report_error(session, status.error());
    code = code == 0 ? failed : code;
  }
  return code;
}

} // namespace tagdb::cli

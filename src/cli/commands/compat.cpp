#include "command.hpp"
#include "open_database.hpp"
#include "sides.hpp"
#include "verdicts.hpp"
#include <tagdb/base/text.hpp>

#include <algorithm>

namespace tagdb::cli {

namespace {

/// A question about more pairs than this is a mistake, such as the same list given for both sides.
constexpr std::size_t k_most_pairs = 10'000;

query::Warning said(const windows::Warning& warning) {
  return {warning.code, warning.message};
}

/// Of several images, which one it was.
base::Error named(base::Error error, const windows::PastedImage& image, bool several) {
  if (!several)
    return error;
  return std::move(error).while_doing("looking for image " +
                                      (image.image.name.empty() ? image.id : image.image.name));
}

class Compat final : public Command {
 public:
  void declare(Grammar& grammar) override;
  base::Result<int> run(const Context& context) override;

 private:
  struct Question {
    const Session& session;
    const store::Reader& reader;
    query::Scope scope;
    query::ResolveOptions options;
    windows::Knowledge knowledge;
  };
  base::Result<query::AskedImage> find(const Question& question, const windows::PastedImage& image) const;
  JudgedPair judge(const Question& question, const windows::HostSystem& host,
                   const query::AskedImage& image) const;
  void warn(const Session& session, const std::vector<JudgedPair>& pairs) const;

  SideArguments m_sides;
  bool m_strict = false;
};

void Compat::declare(Grammar& grammar) {
  m_sides.declare(grammar, SideArguments::Wants::hosts_and_images);
  grammar.flag("strict", m_strict, "a reservation (warn) is a no");
  grammar.note(
      "Each image is judged on each host: yes, warn (runs, or is documented to, but not for production), "
      "no, or unknown (a fact is missing), with the rule that decided, where it is written, and the way "
      "out. The exit code is that of the worst: no 9, unknown 3, warn 0 (9 with --strict), yes 0. "
      "Whether the host itself is still supported is said apart, and changes no verdict.");
  grammar.example("tagdb compat --host 10.0.17763.973 --image ltsc2019",
                  "does today's image run on a host that was not patched");
  grammar.example("kubectl get nodes -o json | tagdb compat - --image ltsc2022",
                  "which nodes of a cluster run it");
  grammar.example("docker info | tagdb compat - --image @inspect.json",
                  "the machine at hand, and an image as docker inspect printed it");
}

base::Result<query::AskedImage> Compat::find(const Question& question,
                                             const windows::PastedImage& image) const {
  TAGDB_TRY_ASSIGN(auto asked, query::find_image(question.reader, question.scope, question.options,
                                                 question.knowledge, image));
  if (!asked.resolution)
    return asked;
  for (const auto& warning : asked.resolution->warnings)
    asked.warnings.push_back(warning);
  TAGDB_TRY_ASSIGN(auto repositories, question.reader.repositories());
  std::erase_if(repositories, [&](const auto& record) {
    return record.registry != asked.resolution->registry || record.name != asked.resolution->repository;
  });
  TAGDB_TRY_ASSIGN(const auto stale,
                   judge_freshness(question.session, question.reader, repositories, std::nullopt));
  for (const auto& warning : stale)
    asked.warnings.push_back(warning);
  return asked;
}

JudgedPair Compat::judge(const Question& question, const windows::HostSystem& host,
                         const query::AskedImage& image) const {
  const auto isolation = m_sides.isolation().value_or(windows::default_isolation(host, question.knowledge));
  JudgedPair pair{&host,
                  &image,
                  isolation,
                  query::judge_image(host, image, isolation, question.knowledge),
                  {},
                  windows::host_support(host, question.scope.now, question.knowledge),
                  question.knowledge.edition().as_of};
  for (const auto& warning : pair.judged.answer.warnings)
    pair.warnings.push_back(said(warning));
  for (const auto& warning : image.warnings)
    pair.warnings.push_back(warning);
  return pair;
}

/// Each sentence once. Where it does not concern all pairs, whom it concerns stands behind it.
void Compat::warn(const Session& session, const std::vector<JudgedPair>& pairs) const {
  std::vector<std::pair<query::Warning, std::vector<std::string>>> said;
  for (const auto& pair : pairs)
    for (const auto& warning : pair.warnings) {
      auto known = std::find_if(said.begin(), said.end(),
                                [&](const auto& each) { return each.first.message == warning.message; });
      if (known == said.end())
        known = said.insert(said.end(), {warning, {}});
      known->second.push_back(host_name(*pair.host) + " with " + pair.image->name);
    }
  for (const auto& [warning, whom] : said) {
    auto message = warning_for_people(warning);
    if (whom.size() < pairs.size())
      message += " (" + base::escape_untrusted(whom.front()) +
                 (whom.size() > 1 ? " and " + std::to_string(whom.size() - 1) + " more" : "") + ")";
    session.log.warning(message);
  }
}

base::Result<int> Compat::run(const Context& context) {
  const auto& session = context.session;
  TAGDB_TRY_ASSIGN(const auto sides, m_sides.read(context));
  if (sides.hosts.size() > k_most_pairs / sides.images.size())
    return base::Error(base::ErrorKind::usage,
                       std::to_string(sides.hosts.size()) + " hosts with " +
                           std::to_string(sides.images.size()) + " images are more than 10000 pairs",
                       "ask in parts");
  TAGDB_TRY_ASSIGN(auto scope, make_scope(session));
  TAGDB_TRY_ASSIGN(const auto reader, open_database_or_built_in(session));
  TAGDB_TRY_ASSIGN(auto knowledge, reader.knowledge());
  query::ResolveOptions options;
  options.weakest = session.options.evidence;
  const Question question{session, reader, std::move(scope), options, std::move(knowledge)};

  std::vector<query::AskedImage> images;
  std::optional<int> fault;
  auto worst = windows::Verdict::yes;
  for (const auto& image : sides.images) {
    auto found = find(question, image);
    if (found) {
      images.push_back(*std::move(found));
      continue;
    }
    const auto error = named(std::move(found).error(), image, sides.images.size() > 1);
    const int code = report_error(session, error);
    // An image that is not there is a fact that is missing; anything else must not be taken for an answer.
    if (error.kind() == base::ErrorKind::not_found)
      worst = windows::worse(worst, windows::Verdict::unknown);
    else if (!fault)
      fault = code;
  }

  std::vector<JudgedPair> pairs;
  std::string documents;
  for (const auto& host : sides.hosts)
    for (const auto& image : images) {
      pairs.push_back(judge(question, host, image));
      worst = windows::worse(worst, pairs.back().judged.answer.verdict);
      if (session.json())
        documents += pair_document(pairs.back(), question.scope.now);
    }
  session.print(session.json() ? documents : pairs_text(pairs, session.color));
  if (!session.json())
    warn(session, pairs);
  return fault.value_or(exit_code_of(worst, m_strict));
}

} // namespace

std::unique_ptr<Command> make_compat() {
  return std::make_unique<Compat>();
}

} // namespace tagdb::cli

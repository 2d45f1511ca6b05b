#include "documents.hpp"
#include "open_database.hpp"
#include "sides.hpp"
#include "table.hpp"
#include "verdicts.hpp"
#include <tagdb/base/text.hpp>

#include <algorithm>
#include <set>

namespace tagdb::cli {

namespace {

constexpr std::size_t k_label_width = 11; // as in `resolve`
constexpr std::size_t k_width = 100;
/// More explanations than these are no screen any more; the JSON has all.
constexpr std::size_t k_most_groups = 8;
constexpr std::size_t k_longest_advice = 1000; ///< it may name hosts, which call themselves what they like

std::string line(std::string_view label, std::string_view value) {
  return "  " + padded(label, k_label_width) + wrapped(value, k_width, 2 + k_label_width) + "\n";
}

std::string colored(windows::Verdict verdict, bool color) {
  const std::string word(windows::to_string(verdict));
  if (!color)
    return word;
  const auto code = verdict == windows::Verdict::yes ? "32" : verdict == windows::Verdict::no ? "31" : "33";
  return "\033[" + std::string(code) + "m" + word + "\033[0m";
}

std::string image_for_people(const JudgedPair& pair) {
  constexpr std::string_view k_microsoft = "mcr.microsoft.com/";
  std::string_view given = pair.image->name;
  if (given.starts_with(k_microsoft))
    given.remove_prefix(k_microsoft.size());
  const auto name = base::escape_untrusted(given);
  const auto& version = pair.judged.version.version;
  if (!version || name.ends_with(version->to_string()))
    return name;
  return name + " (" + version->to_string() + ")";
}

std::string headline(const JudgedPair& pair, bool color) {
  const auto host = host_for_people(*pair.host);
  const auto image = image_for_people(pair);
  const auto verdict = pair.judged.answer.verdict;
  std::string text = colored(verdict, color) + ": ";
  switch (verdict) {
  case windows::Verdict::yes:
    return text + image + " runs on host " + host;
  case windows::Verdict::warn:
    return text + image + " runs on host " + host + ", with a reservation";
  case windows::Verdict::no:
    return text + image + " does not run on host " + host;
  case windows::Verdict::unknown:
    break;
  }
  return text + "whether " + image + " runs on host " + host + " depends on what is not known";
}

std::string advice_lines(const std::vector<std::string>& advice) {
  std::string text;
  for (const auto& each : advice)
    text += line(text.empty() ? "do" : "",
                 (text.empty() ? "" : "or ") + base::escape_untrusted(each, k_longest_advice));
  return text;
}

std::string support_words(const windows::HostSupport& support) {
  std::string text = base::escape_untrusted(support.product) + ": ";
  if (support.phase == windows::SupportPhase::unknown || !support.mainstream_end)
    return text + "its support dates are not known";
  text += "mainstream until " + windows::format_day(*support.mainstream_end);
  if (support.extended_end)
    text += ", extended until " + windows::format_day(*support.extended_end);
  if (support.phase == windows::SupportPhase::ended)
    text += " (ended)";
  return text;
}

std::string support_lines(const std::vector<windows::HostSupport>& support) {
  std::string text;
  for (const auto& each : support)
    text += line(text.empty() ? "host" : "", support_words(each));
  return text;
}

std::string evidence_words(const query::Resolution& resolution) {
  const auto& evidence = resolution.evidence;
  std::string text(query::to_string(evidence.level));
  if (evidence.level == query::EvidenceLevel::observed && evidence.last_seen)
    return text + ", confirmed " + base::format_rfc3339(*evidence.last_seen);
  if (evidence.level == query::EvidenceLevel::reference && !evidence.source.empty())
    return base::escape_untrusted(evidence.source);
  return text;
}

/// How the image's version is known; of a version that was typed the knowledge that judged it.
std::string evidence_of(const JudgedPair& pair) {
  if (pair.image->resolution)
    return evidence_words(*pair.image->resolution);
  return "reference as of " + windows::format_day(pair.knowledge_as_of);
}

std::string pair_text(const JudgedPair& pair, bool color) {
  const auto& answer = pair.judged.answer;
  std::string text = headline(pair, color) + "\n";
  text += line("isolation", windows::to_string(pair.isolation));
  text += line("reason", answer.reason);
  text += line("rule", windows::to_string(answer.rule));
  text += line("source", answer.source);
  text += advice_lines(answer.advice);
  return text + line("evidence", evidence_of(pair)) + support_lines(pair.support);
}

std::string pairs_table(const std::vector<JudgedPair>& pairs, bool color) {
  std::vector<std::vector<std::string>> rows{{"HOST", "IMAGE", "ISOLATION", "VERDICT", "RULE"}};
  for (const auto& pair : pairs)
    rows.push_back({host_for_people(*pair.host), image_for_people(pair),
                    std::string(windows::to_string(pair.isolation)),
                    std::string(windows::to_string(pair.judged.answer.verdict)),
                    std::string(windows::to_string(pair.judged.answer.rule))});
  return table(rows, color);
}

bool needs_words(const windows::Compatibility& answer) {
  return answer.verdict != windows::Verdict::yes || !answer.advice.empty();
}

std::string explanation(const windows::Compatibility& answer, bool color) {
  std::string text =
      colored(answer.verdict, color) + ": " + std::string(windows::to_string(answer.rule)) + "\n";
  return text + line("reason", answer.reason) + line("source", answer.source) + advice_lines(answer.advice);
}

/// What is known of all of them together, each thing once.
std::string several_footer(const std::vector<JudgedPair>& pairs) {
  const bool alike = std::all_of(pairs.begin(), pairs.end(), [&](const auto& pair) {
    return evidence_of(pair) == evidence_of(pairs.front());
  });
  std::set<std::string> said;
  std::string evidence, support;
  for (const auto& pair : pairs) {
    const auto words = (alike ? "" : image_for_people(pair) + ": ") + evidence_of(pair);
    if (said.insert(words).second)
      evidence += line(evidence.empty() ? "evidence" : "", words);
    for (const auto& each : pair.support)
      if (said.insert(each.product).second)
        support += line(support.empty() ? "host" : "", support_words(each));
  }
  return evidence + support;
}

std::string several_text(const std::vector<JudgedPair>& pairs, bool color) {
  std::string text = pairs_table(pairs, color);
  std::set<std::string> said;
  std::size_t left_out = 0;
  for (const auto& pair : pairs) {
    if (!needs_words(pair.judged.answer))
      continue;
    auto words = explanation(pair.judged.answer, color);
    if (said.contains(words))
      continue;
    if (said.size() < k_most_groups)
      text += "\n" + words;
    else
      ++left_out;
    said.insert(std::move(words));
  }
  if (left_out > 0)
    text += "\n" + std::to_string(left_out) + " more explained by --format json\n";
  return text + "\n" + several_footer(pairs);
}

std::string range_of(const windows::PassedOver& passed_over) {
  if (passed_over.count == 1)
    return passed_over.newest.to_string();
  return passed_over.newest.to_string() + " to " + passed_over.oldest.to_string() + " (" +
         std::to_string(passed_over.count) + ")";
}

/// Why images were passed over, of the newest of each stretch.
std::string passed_over_text(const ChosenImage& chosen) {
  std::string text;
  std::size_t shown = 0;
  for (const auto& each : chosen.choice.passed_over) {
    if (++shown > k_most_groups)
      continue;
    const auto host = chosen.hosts.size() > 1 ? " on " + base::escape_untrusted(each.host) : std::string();
    text += line(text.empty() ? (chosen.choice.chosen ? "newer" : "tried") : "",
                 range_of(each) + ": " + std::string(windows::to_string(windows::verdict_of(each.rule))) +
                     host + " (" + std::string(windows::to_string(each.rule)) + "): " + each.reason);
  }
  if (shown > k_most_groups)
    text += line("", std::to_string(shown - k_most_groups) + " more stretches, in --format json");
  return text;
}

std::string hosts_lines(const std::vector<windows::HostSystem>& hosts) {
  std::string names;
  constexpr std::size_t k_most_hosts = 12;
  for (std::size_t i = 0; i < hosts.size() && i < k_most_hosts; ++i)
    names += (i > 0 ? ", " : "") + host_for_people(hosts[i]);
  if (hosts.size() > k_most_hosts)
    names += " and " + std::to_string(hosts.size() - k_most_hosts) + " more";
  return line(hosts.size() == 1 ? "host" : "hosts", names);
}

std::string candidates_words(const ChosenImage& chosen) {
  const auto& candidates = chosen.candidates;
  if (candidates.level == query::EvidenceLevel::reference)
    return candidates.source;
  return chosen.resolution ? evidence_words(*chosen.resolution)
                           : std::string(query::to_string(candidates.level));
}

} // namespace

std::string ChosenImage::reference() const {
  return choice.chosen ? candidates.registry + "/" + candidates.repository + ":" + choice.chosen->name
                       : std::string();
}

std::string warning_for_people(const query::Warning& warning) {
  return warning.code == "skuUnknown" ? warning.message + "; --host-sku says which it is" : warning.message;
}

int exit_code_of(windows::Verdict verdict, bool strict) {
  switch (verdict) {
  case windows::Verdict::yes:
    return 0;
  case windows::Verdict::warn:
    return strict ? base::exit_code(base::ErrorKind::no) : 0;
  case windows::Verdict::no:
    return base::exit_code(base::ErrorKind::no);
  case windows::Verdict::unknown:
    break;
  }
  return base::exit_code(base::ErrorKind::not_found);
}

std::string pairs_text(const std::vector<JudgedPair>& pairs, bool color) {
  if (pairs.empty())
    return "";
  return pairs.size() == 1 ? pair_text(pairs.front(), color) : several_text(pairs, color);
}

std::string chosen_text(const ChosenImage& chosen, bool color) {
  const auto repository =
      base::escape_untrusted(repository_for_people(chosen.candidates.registry, chosen.candidates.repository));
  const bool one = chosen.hosts.size() == 1;
  const auto& choice = chosen.choice;
  std::string text;
  if (choice.chosen)
    text = base::escape_untrusted(chosen.reference()) + "\n";
  else
    text = colored(choice.verdict, color) + ": " +
           (choice.verdict == windows::Verdict::unknown
                ? "which image of " + repository + " runs depends on what is not known\n"
                : "no image of " + repository + " runs on " + (one ? "this host\n" : "all of these hosts\n"));
  text += hosts_lines(chosen.hosts);
  if (chosen.isolation)
    text += line("isolation", windows::to_string(*chosen.isolation));
  if (choice.chosen)
    text += line("verdict", std::string(windows::to_string(choice.verdict)) + " (" +
                                std::string(windows::to_string(chosen.answer.rule)) +
                                "): " + chosen.answer.reason);
  if (choice.chosen)
    text += line("source", chosen.answer.source);
  text += advice_lines(chosen.answer.advice);
  text += passed_over_text(chosen);
  text += line("evidence", candidates_words(chosen));
  for (const auto& each : chosen.support)
    text += line(&each == &chosen.support.front() ? "support" : "", support_words(each));
  return text;
}

} // namespace tagdb::cli

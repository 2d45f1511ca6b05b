#include "question.hpp"
#include <tagdb/base/text.hpp>

#include <algorithm>

namespace tagdb::query {
namespace {

void add(std::string& hint, const std::string& part) {
  if (!hint.empty())
    hint += "; ";
  hint += part;
}

/// "A", "A or B", "A, B or C"
std::string either(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (i > 0)
      text += i + 1 == names.size() ? " or " : ", ";
    text += names[i];
  }
  return text;
}

/// Other repositories of the same registry, by name.
base::Result<std::vector<store::RepositoryRecord>> neighbours(const Question& question) {
  TAGDB_TRY_ASSIGN(auto all, question.reader().repositories());
  std::erase_if(all, [&](const auto& other) {
    return other.id == question.repository().id || other.registry != question.repository().registry;
  });
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  return all;
}

base::Result<std::string> hint_for_tag(const Question& question, std::string_view name) {
  const auto& here = question.repository();
  TAGDB_TRY_ASSIGN(const auto names, question.reader().tag_names(here.id));
  std::string hint;
  const auto near = base::nearest(name, names);
  if (!near.empty())
    add(hint, "did you mean " + either(near) + "?");
  TAGDB_TRY_ASSIGN(const auto others, neighbours(question));
  for (const auto& other : others) {
    TAGDB_TRY_ASSIGN(const auto same, question.reader().find_tag(other.id, name));
    if (same) {
      add(hint, other.name + " has " + std::string(name));
      continue;
    }
    TAGDB_TRY_ASSIGN(const auto other_names, question.reader().tag_names(other.id));
    const auto nearest = base::nearest(name, other_names, 1);
    if (!nearest.empty() && std::find(near.begin(), near.end(), nearest.front()) == near.end())
      add(hint, other.name + " has " + nearest.front());
  }
  if (hint.empty())
    hint = "`tagdb list --repo " + here.name + "` prints all tags";
  return hint;
}

base::Result<std::string> hint_for_kb(const Question& question, const windows::Kb& kb,
                                      const std::vector<store::TagRecord>& elsewhere) {
  std::string hint;
  TAGDB_TRY_ASSIGN(const auto others, neighbours(question));
  for (const auto& other : others) {
    const auto tag = std::find_if(elsewhere.begin(), elsewhere.end(),
                                  [&](const auto& candidate) { return candidate.repository == other.id; });
    if (tag != elsewhere.end())
      add(hint, other.name + " has " + tag->name);
  }
  TAGDB_TRY_ASSIGN(const auto tags, question.reader().tags(question.repository().id));
  std::vector<std::string> kbs;
  for (const auto& tag : tags)
    if (tag.kb)
      kbs.push_back(tag.kb->to_string());
  std::sort(kbs.begin(), kbs.end());
  kbs.erase(std::unique(kbs.begin(), kbs.end()), kbs.end());
  const auto near = base::nearest(kb.to_string(), kbs);
  if (!near.empty())
    add(hint, "did you mean " + either(near) + "?");
  if (hint.empty())
    hint = "`tagdb list --kind kb --repo " + question.repository().name +
           "` prints the KB tags; not every update has an image";
  return hint;
}

} // namespace

base::Error unknown_tag(Question& question, std::string_view name) {
  auto hint = hint_for_tag(question, name);
  if (!hint)
    return std::move(hint).error();
  return not_found(question.repository().name + " has no tag " + base::escape_untrusted(name),
                   *std::move(hint));
}

base::Error unknown_kb(Question& question, const windows::Kb& kb,
                       const std::vector<store::TagRecord>& elsewhere) {
  auto hint = hint_for_kb(question, kb, elsewhere);
  if (!hint)
    return std::move(hint).error();
  return not_found("no tag of " + question.repository().name + " carries " + kb.to_string(),
                   *std::move(hint));
}

} // namespace tagdb::query

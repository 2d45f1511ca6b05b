#include <tagdb/report/changes_markdown.hpp>
#include <tagdb/windows/tag_grammar.hpp>

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>

namespace tagdb::report {
namespace {

using query::Change;
using query::EventKind;
using query::EventSide;

/// A code span that ends nowhere too early, also inside a table.
std::string code(std::string_view text) {
  std::size_t longest = 0, run = 0;
  std::string inside;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
    if (c == '|') // a table is cut into cells before code is looked for
      inside += '\\';
    inside += c == '\n' || c == '\r' ? ' ' : c;
  }
  const std::string fence(longest + 1, '`');
  const std::string space = longest > 0 ? " " : "";
  return fence + space + inside + space + fence;
}

std::string words_of(const EventSide& side) {
  return code(side.revision ? side.revision->to_string() : side.digest.abbreviated());
}

/// That of its KB tag, else the one the reference names.
std::string kb_link(const std::optional<EventSide>& side, const windows::Knowledge& knowledge) {
  if (!side)
    return "";
  auto kb = side->kb;
  if (!kb && side->revision)
    if (const auto* release = knowledge.release(*side->revision))
      kb = release->kb;
  if (!kb)
    return "";
  return "[" + kb->to_string() + "](https://support.microsoft.com/help/" + std::to_string(kb->number()) + ")";
}

std::string reference_of(const Change& change) {
  return change.registry + "/" + change.repository + ":" + change.tag;
}

/// Everything that happened to one tag.
struct Row {
  const Change* first = nullptr; ///< any of them, for the names
  std::optional<EventSide> from, to;
  bool known_from = false, moved = false, fresh = false;
  std::vector<std::string> warnings;

  void add(const Change& change);
};

bool has_own_sides(EventKind kind) {
  return kind != EventKind::lag && kind != EventKind::lag_ended && kind != EventKind::alias_differs;
}

std::string warning_of(const query::Event& event) {
  const std::string day = base::format_date(event.at);
  const std::string use = event.use.empty() ? "" : ": use " + code(event.use);
  const auto from = event.from ? words_of(*event.from) : "nothing";
  const auto to = event.to ? words_of(*event.to) : "nothing";
  switch (event.kind) {
  case EventKind::rollback:
    return "went back from " + from + " to " + to + " on " + day + use;
  case EventKind::lag:
    return "lags behind " + to + " since " + day + use;
  case EventKind::lag_ended:
    return "caught up on " + day;
  case EventKind::alias_differs:
    return "differs since " + day + " from " + code(event.other) + ", which is at " + to + use;
  case EventKind::republished:
    return "the same revision, published again on " + day;
  case EventKind::vanished:
    return "vanished on " + day + use;
  case EventKind::unpullable:
    return "refused by the registry since " + day + use;
  case EventKind::reappeared:
    return "there again since " + day;
  case EventKind::first:
  case EventKind::moved:
    break;
  }
  return "";
}

void Row::add(const Change& change) {
  const auto& event = change.event;
  first = first != nullptr ? first : &change;
  if (!known_from) {
    from = event.kind == EventKind::first ? std::nullopt : event.from;
    to = event.from;
    known_from = true;
  }
  if (has_own_sides(event.kind))
    to = event.to;
  fresh = fresh || event.kind == EventKind::first;
  moved = moved || event.kind != EventKind::first;
  if (auto warning = warning_of(event); !warning.empty())
    warnings.push_back(std::move(warning));
}

std::string support_words(const Row& row, const windows::Knowledge& knowledge, base::Instant at) {
  const auto& side = row.to ? row.to : row.from;
  if (!side || !side->revision)
    return "";
  const auto name = windows::parse_tag_name(row.first->tag);
  const auto* version = knowledge.version_of_tag(row.first->repository, name.product);
  if (version == nullptr)
    version = knowledge.version_of_image(row.first->repository, side->revision->build());
  if (version == nullptr)
    return "";
  const auto& lifecycle = version->lifecycle;
  const auto until = [](std::string_view phase, const std::optional<windows::Date>& end) {
    return std::string(phase) + (end ? " until " + windows::format_day(*end) : "");
  };
  switch (windows::support_phase(lifecycle, at)) {
  case windows::SupportPhase::mainstream:
    return until("mainstream", lifecycle.mainstream_end);
  case windows::SupportPhase::extended:
    return until("extended", lifecycle.extended_end);
  case windows::SupportPhase::ended: {
    const auto end = windows::end_of_support(lifecycle);
    return "**ended**" + (end ? " " + windows::format_day(*end) : "");
  }
  case windows::SupportPhase::unreleased:
  case windows::SupportPhase::unknown:
    break;
  }
  return "";
}

/// What people build on first: floating tags with plain names, then the rest by name.
auto order_of(const Row& row) {
  const auto name = windows::parse_tag_name(row.first->tag);
  return std::make_tuple(std::string_view(row.first->registry), std::string_view(row.first->repository),
                         name.kind, !name.architecture.empty(), !name.locale.empty(),
                         std::string_view(row.first->tag));
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const auto& part : parts)
    text += (text.empty() ? "" : "; ") + part;
  return text;
}

} // namespace

std::string changes_markdown(const std::vector<Change>& changes, const windows::Knowledge& knowledge,
                             const ChangesRange& range) {
  std::map<std::string, Row> by_tag;
  for (const auto& change : changes)
    by_tag[reference_of(change)].add(change);
  std::vector<const Row*> rows;
  for (const auto& [reference, row] : by_tag)
    rows.push_back(&row);
  std::stable_sort(rows.begin(), rows.end(),
                   [](const Row* a, const Row* b) { return order_of(*a) < order_of(*b); });

  const std::string until = base::format_rfc3339(range.until);
  std::string text = "## Windows base images\n\n";
  text += range.since ? "What changed from " + base::format_rfc3339(*range.since) + " to " + until + ".\n"
                      : "What changed up to " + until + ".\n";
  if (rows.empty())
    return text + "\nNothing.\n";
  std::string table, fresh;
  for (const auto* row : rows) {
    if (!row->moved) {
      const auto kb = kb_link(row->to, knowledge);
      fresh += "- " + code(reference_of(*row->first)) + (kb.empty() ? "" : " " + kb) + "\n";
      continue;
    }
    table += "| " + code(reference_of(*row->first)) + " | " + (row->from ? words_of(*row->from) : "") +
             " | " + (row->to ? words_of(*row->to) : "") + " | " + kb_link(row->to, knowledge) + " | " +
             support_words(*row, knowledge, range.until) + " | " + joined(row->warnings) + " |\n";
  }
  if (!table.empty())
    text += "\n| image | from | to | KB | support | warnings |\n|---|---|---|---|---|---|\n" + table;
  if (!fresh.empty())
    text += "\n### New tags\n\n" + fresh;
  return text;
}

} // namespace tagdb::report

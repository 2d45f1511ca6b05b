#include "releases_print.hpp"

#include "documents.hpp"
#include "table.hpp"
#include <tagdb/base/text.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace tagdb::cli {

namespace {

using Rows = std::vector<std::vector<std::string>>;

constexpr std::size_t k_gap = 2; // between the columns of table()

std::string cell_text(const query::ReleasesCell& cell) {
  if (!cell.revision)
    return cell.end_of_support ? "end of support" : "";
  std::string text = cell.revision->to_string();
  if (cell.kb)
    text += " (" + cell.kb->to_string() + ")";
  return text;
}

bool is_derived(const query::ReleasesCell& cell) {
  return cell.release && cell.release->source == query::ReleaseAnswer::Source::derived;
}

/// All cells by row and column, empty texts where there are none.
Rows cell_texts(const query::Releases& answer) {
  Rows texts(answer.rows.size(), std::vector<std::string>(answer.columns.size()));
  for (const auto& cell : answer.cells)
    texts[cell.row][cell.column] = cell_text(cell);
  return texts;
}

std::string day_of(const query::ReleasesColumn& column) {
  return column.published ? windows::format_day(*column.published) : "";
}

/// The columns from `first` on that fit beside the tags, at least one.
std::size_t columns_that_fit(const std::vector<std::size_t>& widths, std::size_t first, std::size_t tags,
                             std::optional<std::size_t> width) {
  if (!width)
    return widths.size() - first;
  std::size_t used = tags;
  std::size_t count = 0;
  for (auto i = first; i < widths.size(); ++i, ++count) {
    used += k_gap + widths[i];
    if (used > *width && count > 0)
      break;
  }
  return count;
}

std::string blocks(const query::Releases& answer, const Rows& texts, std::optional<std::size_t> width,
                   bool bold) {
  std::vector<std::size_t> widths;
  for (std::size_t column = 0; column < answer.columns.size(); ++column) {
    auto widest = std::max(display_width(answer.columns[column].label.to_string()),
                           display_width(day_of(answer.columns[column])));
    for (const auto& row : texts)
      widest = std::max(widest, display_width(row[column]));
    widths.push_back(widest);
  }
  std::size_t tags = 0;
  for (const auto& row : answer.rows)
    tags = std::max(tags, display_width(base::escape_untrusted(row.floating_tag)));

  std::string text;
  for (std::size_t first = 0; first < widths.size();) {
    const auto end = first + columns_that_fit(widths, first, tags, width);
    std::vector<std::string> labels{""}, days{""};
    for (auto column = first; column < end; ++column) {
      labels.push_back(answer.columns[column].label.to_string());
      days.push_back(day_of(answer.columns[column]));
    }
    Rows rows{std::move(labels), std::move(days)};
    for (std::size_t row = 0; row < answer.rows.size(); ++row) {
      std::vector<std::string> line{base::escape_untrusted(answer.rows[row].floating_tag)};
      line.insert(line.end(), texts[row].begin() + static_cast<std::ptrdiff_t>(first),
                  texts[row].begin() + static_cast<std::ptrdiff_t>(end));
      rows.push_back(std::move(line));
    }
    text += (first == 0 ? "" : "\n") + table(rows, bold);
    first = end;
  }
  return text;
}

/// How the cells are known, and how old the reference is.
std::string evidence_lines(const query::Releases& answer) {
  std::size_t releases = 0, observed = 0, derived = 0;
  for (const auto& cell : answer.cells) {
    releases += cell.revision ? 1 : 0;
    observed += cell.evidence == query::EvidenceLevel::observed ? 1 : 0;
    derived += is_derived(cell) ? 1 : 0;
  }
  std::string text = "evidence  ";
  if (observed > 0)
    text += "observed " + std::to_string(observed) + " of " + std::to_string(releases) + "; ";
  text += edition_for_people(answer.edition, answer.as_of) + "\n";
  if (derived > 0)
    text += "* worked out from the crawl: the reference does not list it yet\n";
  return text;
}

void write_optional(base::JsonWriter& json, std::string_view key, const std::optional<windows::Date>& day) {
  json.key(key);
  if (day)
    json.value(windows::format_day(*day));
  else
    json.null();
}

void write_cell(base::JsonWriter& json, const query::Releases& answer, const query::ReleasesCell& cell) {
  const auto& row = answer.rows[cell.row];
  json.begin_object().member("floatingTag", row.floating_tag);
  json.member("build", static_cast<std::int64_t>(row.build));
  json.member("label", answer.columns[cell.column].label.to_string());
  write_text(json, "revision", cell.revision);
  write_text(json, "kb", cell.kb);
  write_optional(json, "published", cell.release ? cell.release->published : std::nullopt);
  json.key("outOfBand");
  if (cell.release)
    json.value(cell.release->out_of_band);
  else
    json.null();
  json.key("source");
  if (cell.release)
    json.value(is_derived(cell) ? "derived" : "reference");
  else
    json.null();
  json.member("evidence", query::to_string(cell.evidence));
  json.member("endOfSupport", cell.end_of_support);
  json.end_object();
}

} // namespace

std::string edition_for_people(const windows::KnowledgeEdition& edition, base::Instant now) {
  std::string text = "reference as of " + windows::format_day(edition.as_of);
  const auto today = std::chrono::floor<std::chrono::days>(now);
  if (today > edition.as_of)
    text += ", " + base::format_age(today - edition.as_of) + " old";
  return text;
}

std::string releases_text(const query::Releases& answer, std::optional<std::size_t> width, bool bold) {
  auto texts = cell_texts(answer);
  for (const auto& cell : answer.cells)
    if (is_derived(cell))
      texts[cell.row][cell.column] += " *";
  std::string text = blocks(answer, texts, width, bold);
  Rows products;
  for (const auto& row : answer.rows)
    products.push_back({base::escape_untrusted(row.floating_tag), base::escape_untrusted(row.support.product),
                        support_for_people(row.support)});
  text += "\n" + table(products, false);
  return text + "\n" + evidence_lines(answer);
}

std::string releases_csv(const query::Releases& answer) {
  std::vector<std::string> heading{"name", "floatingTag", "build"};
  for (const auto& column : answer.columns)
    heading.push_back(column.label.to_string());
  std::string text = csv_record(heading);
  const auto texts = cell_texts(answer);
  for (std::size_t i = 0; i < answer.rows.size(); ++i) {
    const auto& row = answer.rows[i];
    std::vector<std::string> fields{base::escape_untrusted(row.name),
                                    base::escape_untrusted(row.floating_tag), std::to_string(row.build)};
    fields.insert(fields.end(), texts[i].begin(), texts[i].end());
    text += csv_record(fields);
  }
  return text;
}

std::string releases_markdown(const query::Releases& answer) {
  std::vector<std::string> heading{"Windows Server version (floating tag)"};
  for (const auto& column : answer.columns)
    heading.push_back(column.label.to_string() +
                      (column.published ? " (" + windows::format_day(*column.published) + ")" : ""));
  Rows rows{std::move(heading)};
  const auto texts = cell_texts(answer);
  for (std::size_t i = 0; i < answer.rows.size(); ++i) {
    std::vector<std::string> line{answer.rows[i].name + " (" + answer.rows[i].floating_tag + ")"};
    line.insert(line.end(), texts[i].begin(), texts[i].end());
    rows.push_back(std::move(line));
  }
  return markdown_table(rows);
}

std::string releases_document(const query::Releases& answer) {
  base::JsonWriter json;
  begin_document(json, answer.as_of);
  json.member("repository", answer.repository);
  json.key("registry");
  if (answer.crawled)
    json.value(answer.crawled->registry);
  else
    json.null();
  json.key("knowledge").begin_object();
  json.member("asOf", windows::format_day(answer.edition.as_of));
  json.member("revision", static_cast<std::int64_t>(answer.edition.revision));
  json.end_object();
  json.key("versions").begin_array();
  for (const auto& row : answer.rows) {
    json.begin_object().member("name", row.name).member("floatingTag", row.floating_tag);
    json.member("build", static_cast<std::int64_t>(row.build)).member("product", row.support.product);
    write_support(json, std::optional(row.support));
    json.end_object();
  }
  json.end_array();
  json.key("releases").begin_array();
  for (const auto& column : answer.columns) {
    json.begin_object().member("label", column.label.to_string());
    write_optional(json, "published", column.published);
    json.end_object();
  }
  json.end_array();
  json.key("cells").begin_array();
  for (const auto& cell : answer.cells)
    write_cell(json, answer, cell);
  json.end_array();
  write_warnings(json, answer.warnings);
  json.end_object();
  return json.text() + "\n";
}

} // namespace tagdb::cli

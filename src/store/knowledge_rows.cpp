#include "knowledge_rows.hpp"

#include "rows.hpp"
#include <tagdb/base/text.hpp>

#include <array>
#include <limits>
#include <utility>

namespace tagdb::store {

namespace {

constexpr std::array<windows::Channel, 3> k_channels = {windows::Channel::ltsc, windows::Channel::sac,
                                                        windows::Channel::ac};
constexpr std::array<windows::HostReleaseType, 5> k_types = {
    windows::HostReleaseType::standard, windows::HostReleaseType::preview,
    windows::HostReleaseType::out_of_band, windows::HostReleaseType::hotpatch,
    windows::HostReleaseType::hotpatch_out_of_band};

constexpr std::string_view sku_of(bool client, bool server) {
  return client && server ? "client+server" : server ? "server" : "client";
}

} // namespace

void RowReader::fail(std::string_view what, std::string_view value) {
  if (!m_failure)
    m_failure = damaged(what, value);
}

bool RowReader::skip_null() {
  const bool null = m_row.is_null(m_column);
  if (null)
    ++m_column;
  return null;
}

std::string RowReader::text() {
  return m_row.string(next());
}

std::uint32_t RowReader::number() {
  const auto number = m_row.integer(next());
  if (number < 0 || number > std::numeric_limits<std::uint32_t>::max())
    fail("build or revision", std::to_string(number));
  return static_cast<std::uint32_t>(number);
}

bool RowReader::flag() {
  return m_row.integer(next()) != 0;
}

std::optional<bool> RowReader::optional_flag() {
  return skip_null() ? std::nullopt : std::optional(flag());
}

windows::Date RowReader::date() {
  const auto field = m_row.text(next());
  const auto date = base::parse_date(field);
  if (!date)
    fail("day", field);
  return date ? std::chrono::floor<std::chrono::days>(*date) : windows::Date();
}

std::optional<windows::Date> RowReader::optional_date() {
  return skip_null() ? std::nullopt : std::optional(date());
}

base::Instant RowReader::instant() {
  const auto field = m_row.text(next());
  const auto instant = base::parse_rfc3339(field);
  if (!instant)
    fail("instant", field);
  return instant.value_or(base::Instant());
}

windows::OsVersion RowReader::version() {
  const auto field = m_row.text(next());
  const auto version = windows::OsVersion::parse(field);
  if (!version)
    fail("OS version", field);
  return version.value_or(windows::OsVersion(0, 0, 0, 0));
}

std::optional<windows::OsVersion> RowReader::optional_version() {
  return skip_null() ? std::nullopt : std::optional(version());
}

std::optional<windows::Kb> RowReader::optional_kb() {
  if (skip_null())
    return std::nullopt;
  const auto field = m_row.text(next());
  const auto kb = windows::Kb::parse(field);
  if (!kb)
    fail("KB", field);
  return kb ? std::optional(*kb) : std::nullopt;
}

windows::ReleaseLabel RowReader::label() {
  const auto field = m_row.text(next());
  const auto label = windows::ReleaseLabel::parse(field);
  if (!label)
    fail("release label", field);
  return label.value_or(
      windows::ReleaseLabel(std::chrono::year(2016) / std::chrono::January, windows::ReleaseLetter::b));
}

std::optional<windows::ReleaseLabel> RowReader::optional_label() {
  return skip_null() ? std::nullopt : std::optional(label());
}

windows::Milestone RowReader::milestone() {
  static const auto k_placeholder = *windows::Kb::parse("KB1000000");
  const auto revision = number();
  const auto kb = optional_kb();
  if (!kb)
    fail("KB", "");
  return {revision, kb.value_or(k_placeholder)};
}

std::optional<windows::Milestone> RowReader::optional_milestone() {
  if (!skip_null())
    return milestone();
  ++m_column; // its KB
  return std::nullopt;
}

std::vector<std::string> RowReader::list() {
  const auto field = m_row.text(next());
  std::vector<std::string> words;
  if (!field.empty())
    for (const auto word : base::split(field, ';'))
      words.emplace_back(word);
  return words;
}

windows::Channel RowReader::channel() {
  const auto field = m_row.text(next());
  for (const auto channel : k_channels)
    if (windows::to_string(channel) == field)
      return channel;
  fail("channel", field);
  return {};
}

windows::HostReleaseType RowReader::host_release_type() {
  const auto field = m_row.text(next());
  for (const auto type : k_types)
    if (windows::to_string(type) == field)
      return type;
  fail("type of a host release", field);
  return {};
}

std::pair<bool, bool> RowReader::sku() {
  const auto field = m_row.text(next());
  for (const auto& [client, server] : {std::pair(true, true), {true, false}, {false, true}})
    if (sku_of(client, server) == field)
      return {client, server};
  fail("product line", field);
  return {};
}

RowBinder& RowBinder::keep(std::string text) {
  m_query.bind(m_kept.emplace_back(std::move(text)));
  return *this;
}
RowBinder& RowBinder::operator<<(const std::string& text) {
  m_query.bind(text);
  return *this;
}
RowBinder& RowBinder::operator<<(std::string_view text) {
  m_query.bind(text);
  return *this;
}
RowBinder& RowBinder::operator<<(std::uint32_t number) {
  m_query.bind(std::int64_t{number});
  return *this;
}
RowBinder& RowBinder::operator<<(bool flag) {
  m_query.bind(std::int64_t{flag});
  return *this;
}
RowBinder& RowBinder::operator<<(windows::Date date) {
  return keep(windows::format_day(date));
}
RowBinder& RowBinder::operator<<(const windows::OsVersion& version) {
  return keep(version.to_string());
}
RowBinder& RowBinder::operator<<(const windows::Kb& kb) {
  return keep(kb.to_string());
}
RowBinder& RowBinder::operator<<(const windows::ReleaseLabel& label) {
  return keep(label.to_string());
}
RowBinder& RowBinder::operator<<(const windows::Milestone& milestone) {
  return *this << milestone.revision << milestone.kb;
}
RowBinder& RowBinder::operator<<(const std::optional<windows::Milestone>& milestone) {
  if (milestone)
    return *this << *milestone;
  m_query.bind_null().bind_null();
  return *this;
}
RowBinder& RowBinder::operator<<(const std::vector<std::string>& list) {
  return keep(base::join(list, ";"));
}
RowBinder& RowBinder::instant(base::Instant instant) {
  return keep(base::format_rfc3339(instant));
}

windows::KnowledgeEdition Columns<windows::KnowledgeEdition>::read(RowReader& in) {
  return {in.date(), in.number(), in.text()};
}
void Columns<windows::KnowledgeEdition>::write(RowBinder& out, const windows::KnowledgeEdition& row) {
  out << row.as_of << row.revision << row.source;
}

windows::Version Columns<windows::Version>::read(RowReader& in) {
  return {in.text(),
          in.list(),
          in.number(),
          in.channel(),
          windows::Lifecycle{in.date(), in.optional_date(), in.optional_date()},
          in.list(),
          in.text(),
          in.text()};
}
void Columns<windows::Version>::write(RowBinder& out, const windows::Version& row) {
  out << row.name << row.floating_tags << row.build << windows::to_string(row.channel)
      << row.lifecycle.released << row.lifecycle.mainstream_end << row.lifecycle.extended_end
      << row.repositories << row.source << row.note;
}

windows::Release Columns<windows::Release>::read(RowReader& in) {
  return {in.date(),        in.label(), in.channel(),          in.text(), in.version(),
          in.optional_kb(), in.flag(),  in.optional_version(), in.text()};
}
void Columns<windows::Release>::write(RowBinder& out, const windows::Release& row) {
  out << row.date << row.label << windows::to_string(row.channel) << row.floating_tag << row.version << row.kb
      << row.out_of_band << row.superseded_by << row.source;
}

windows::HostRelease Columns<windows::HostRelease>::read(RowReader& in) {
  windows::HostRelease row{
      in.version(), in.date(), in.optional_kb(), in.host_release_type(), in.optional_label(), false,
      false,        {}};
  const auto sku = in.sku();
  row.client = sku.first;
  row.server = sku.second;
  row.source = in.text();
  return row;
}
void Columns<windows::HostRelease>::write(RowBinder& out, const windows::HostRelease& row) {
  out << row.version << row.date << row.kb << windows::to_string(row.type) << row.label
      << sku_of(row.client, row.server) << row.source;
}

windows::Baseline Columns<windows::Baseline>::read(RowReader& in) {
  return {in.number(),
          in.text(),
          in.milestone(), // container 1B
          in.date(),
          in.number(), // superseded
          in.date(),
          in.milestone(), // container 2B
          in.date(),
          in.optional_milestone(), // container 3B
          in.milestone(),          // host 1B
          in.milestone(),          // last before
          in.milestone(),          // host 2B
          in.date(),
          in.milestone(), // host 2C
          in.milestone(), // host 3B
          in.number(),
          in.number(),
          in.text(),
          in.text()};
}
void Columns<windows::Baseline>::write(RowBinder& out, const windows::Baseline& row) {
  out << row.build << row.name << row.container_1b << row.container_1b_date << row.container_superseded
      << row.container_superseded_date << row.container_2b << row.container_2b_date << row.container_3b
      << row.host_1b << row.host_last_before << row.host_2b << row.host_2b_date << row.host_2c << row.host_3b
      << row.container_after << row.host_after << row.source << row.note;
}

windows::HostBuild Columns<windows::HostBuild>::read(RowReader& in) {
  windows::HostBuild row{in.number(), in.text(), in.text(), {}};
  in.text(); // sku, which the names imply
  row.source = in.text();
  return row;
}
void Columns<windows::HostBuild>::write(RowBinder& out, const windows::HostBuild& row) {
  const std::string_view sku = row.is_shared() ? "shared" : row.server_name.empty() ? "client" : "server";
  out << row.build << row.server_name << row.client_name << sku << row.source;
}

windows::Incident Columns<windows::Incident>::read(RowReader& in) {
  return {in.date(),    in.optional_date(), in.list(), in.list(), in.text(),
          in.version(), in.version(),       in.text(), in.text()};
}
void Columns<windows::Incident>::write(RowBinder& out, const windows::Incident& row) {
  out << row.from << row.to << row.repositories << row.tags << row.kind << row.pointed_at
      << row.should_have_been << row.source << row.note;
}

windows::ReleaseInstant Columns<windows::ReleaseInstant>::read(RowReader& in) {
  return {in.date(), in.label(), in.instant(), in.text(), in.flag(), in.optional_flag(), in.text()};
}
void Columns<windows::ReleaseInstant>::write(RowBinder& out, const windows::ReleaseInstant& row) {
  out << row.date << row.label;
  out.instant(row.instant);
  out << row.zone << row.patch_tuesday << row.released << row.source;
}

} // namespace tagdb::store

#include "knowledge_formats.hpp"

#include <tagdb/base/text.hpp>

namespace tagdb::windows {

namespace {

constexpr std::array<std::string_view, 3> k_skus = {"client", "server", "client+server"};
constexpr std::array<std::string_view, 3> k_build_skus = {"client", "server", "shared"};
constexpr std::array<std::string_view, 2> k_zones = {"PST", "PDT"};

std::string print(bool truth) {
  return truth ? "yes" : "no";
}
std::string print(std::uint32_t number) {
  return std::to_string(number);
}
std::string print(Date date) {
  return format_day(date);
}
std::string print(const Kb& kb) {
  return kb.to_string();
}
std::string print(const OsVersion& version) {
  return version.to_string();
}
std::string print(const ReleaseLabel& label) {
  return label.to_string();
}
std::string print(const std::vector<std::string>& words) {
  return base::join(words, ";");
}
template <class T>
std::string print(const std::optional<T>& value) {
  return value ? print(*value) : std::string();
}

/// The word of host_builds.csv's sku column, which its two names imply.
std::size_t sku_of(const HostBuild& row) {
  return row.is_shared() ? 2 : row.server_name.empty() ? 0 : 1;
}

} // namespace

std::string_view to_string(Channel channel) {
  return k_channels[static_cast<std::size_t>(channel)];
}
std::string_view to_string(HostReleaseType type) {
  return k_host_release_types[static_cast<std::size_t>(type)];
}

Fields Format<KnowledgeEdition>::write(const KnowledgeEdition& row) {
  return {print(row.as_of), print(row.revision), row.source};
}

Version Format<Version>::read(FieldReader& in) {
  return {in.word(),
          in.list(),
          in.number(),
          static_cast<Channel>(in.choice(k_channels)),
          Lifecycle{in.date(), in.optional_date(), in.optional_date()},
          in.list(),
          in.word(),
          in.text()};
}
Fields Format<Version>::write(const Version& row) {
  return {row.name,
          print(row.floating_tags),
          print(row.build),
          std::string(to_string(row.channel)),
          print(row.lifecycle.released),
          print(row.lifecycle.mainstream_end),
          print(row.lifecycle.extended_end),
          print(row.repositories),
          row.source,
          row.note};
}

Release Format<Release>::read(FieldReader& in) {
  return {in.date(),
          in.label(),
          static_cast<Channel>(in.choice(k_channels)),
          in.word(),
          in.version(),
          in.optional_kb(),
          in.yes_no(),
          in.optional_version(),
          in.word()};
}
Fields Format<Release>::write(const Release& row) {
  return {print(row.date),        print(row.label),         std::string(to_string(row.channel)),
          row.floating_tag,       print(row.version),       print(row.kb),
          print(row.out_of_band), print(row.superseded_by), row.source};
}

HostRelease Format<HostRelease>::read(FieldReader& in) {
  HostRelease row{in.version(),
                  in.date(),
                  in.optional_kb(),
                  static_cast<HostReleaseType>(in.choice(k_host_release_types)),
                  in.optional_label(),
                  false,
                  false,
                  {}};
  const auto sku = in.choice(k_skus);
  row.client = sku != 1;
  row.server = sku != 0;
  row.source = in.word();
  return row;
}
Fields Format<HostRelease>::write(const HostRelease& row) {
  const auto sku = row.client && row.server ? 2u : row.server ? 1u : 0u;
  return {print(row.version), print(row.date),          print(row.kb), std::string(to_string(row.type)),
          print(row.label),   std::string(k_skus[sku]), row.source};
}

Baseline Format<Baseline>::read(FieldReader& in) {
  return {in.number(),
          in.word(),
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
          in.word(),
          in.text()};
}
Fields Format<Baseline>::write(const Baseline& row) {
  Fields fields = {print(row.build), row.name};
  const auto milestone = [&](const std::optional<Milestone>& each) {
    fields.push_back(each ? print(each->revision) : std::string());
    fields.push_back(each ? print(each->kb) : std::string());
  };
  milestone(row.container_1b);
  fields.push_back(print(row.container_1b_date));
  fields.push_back(print(row.container_superseded));
  fields.push_back(print(row.container_superseded_date));
  milestone(row.container_2b);
  fields.push_back(print(row.container_2b_date));
  milestone(row.container_3b);
  milestone(row.host_1b);
  milestone(row.host_last_before);
  milestone(row.host_2b);
  fields.push_back(print(row.host_2b_date));
  milestone(row.host_2c);
  milestone(row.host_3b);
  fields.push_back(print(row.container_after));
  fields.push_back(print(row.host_after));
  fields.push_back(row.source);
  fields.push_back(row.note);
  return fields;
}

HostBuild Format<HostBuild>::read(FieldReader& in) {
  HostBuild row{in.number(), in.text(), in.text(), {}};
  if (row.server_name.empty() && row.client_name.empty())
    in.fail("neither a server nor a client has a name");
  const auto sku = in.choice(k_build_skus);
  if (!in.failure() && sku != sku_of(row))
    in.fail("does not agree with the names");
  row.source = in.word();
  return row;
}
Fields Format<HostBuild>::write(const HostBuild& row) {
  return {print(row.build), row.server_name, row.client_name, std::string(k_build_skus[sku_of(row)]),
          row.source};
}

Incident Format<Incident>::read(FieldReader& in) {
  return {in.date(),    in.optional_date(), in.list(), in.list(), in.word(),
          in.version(), in.version(),       in.word(), in.text()};
}
Fields Format<Incident>::write(const Incident& row) {
  return {print(row.from), print(row.to),         print(row.repositories),     print(row.tags),
          row.kind,        print(row.pointed_at), print(row.should_have_been), row.source,
          row.note};
}

ReleaseInstant Format<ReleaseInstant>::read(FieldReader& in) {
  return {in.date(),   in.label(),           in.instant(), std::string(k_zones[in.choice(k_zones)]),
          in.yes_no(), in.optional_yes_no(), in.word()};
}
Fields Format<ReleaseInstant>::write(const ReleaseInstant& row) {
  return {print(row.date), print(row.label),         base::format_rfc3339(row.instant),
          row.zone,        print(row.patch_tuesday), print(row.released),
          row.source};
}

} // namespace tagdb::windows

#include "extend_calendar.hpp"

#include <algorithm>
#include <chrono>
#include <string>

namespace tagdb::remote {

namespace {

constexpr std::chrono::years k_ahead{2};

} // namespace

base::Status extend_calendar(store::Writer& writer, base::Instant now, base::Log& log,
                             const std::function<base::Result<windows::PacificTime>()>& load) {
  const std::chrono::year_month_day today(std::chrono::floor<std::chrono::days>(now));
  const auto last = today.year() / today.month() + k_ahead;
  TAGDB_TRY_ASSIGN(const auto knowledge, writer.knowledge());
  const auto& tables = knowledge.tables();
  // Patch Tuesdays only: a label of another kind may be far ahead without those before it.
  const bool reached = std::any_of(tables.instants.begin(), tables.instants.end(), [&](const auto& row) {
    return row.patch_tuesday && row.label.month() >= last;
  });
  if (reached)
    return {};
  const auto pacific = load();
  if (!pacific) {
    log.warning("the release days of the next two years cannot be worked out: " +
                pacific.error().to_string());
    return {};
  }
  const auto rows =
      windows::make_release_instants(tables.releases, windows::k_first_instant_month, last, *pacific);
  TAGDB_TRY_ASSIGN(const auto added, writer.add_release_instants(rows));
  log.info("release days added: " + std::to_string(added));
  return {};
}

} // namespace tagdb::remote

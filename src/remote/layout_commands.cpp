#include "layout_commands.hpp"

#include "places.hpp"
#include <tagdb/base/json.hpp>
#include <tagdb/base/terminal.hpp>
#include <tagdb/base/text.hpp>
#include <tagdb/mirror/care.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace tagdb::remote {

namespace {

/// A layout that is damaged all over is not told blob by blob.
constexpr std::size_t k_shown = 50;
constexpr std::size_t k_message_bytes = 600;

base::Result<mirror::Layout> open(const std::string& text) {
  TAGDB_TRY_ASSIGN(const auto place, parse_place(text));
  if (!place.layout)
    return base::Error(base::ErrorKind::usage, "\"" + base::escape_untrusted(text) + "\" is no layout",
                       "write it as oci:DIR");
  return mirror::Layout::open(*place.layout);
}

base::JsonWriter begin(base::Instant now, std::string_view outcome) {
  base::JsonWriter json;
  json.begin_object().member("schema", 1).member("asOf", base::format_rfc3339(now));
  json.member("outcome", outcome);
  return json;
}

constexpr std::string_view k_advice = "the same tagdb mirror again fetches what is missing";

std::string verification_text(const mirror::LayoutVerification& found, const std::string& layout) {
  std::string text = base::escape_untrusted(layout, 1000) + "\n";
  text += fmt::format("  names      {}\n", found.names);
  text += fmt::format("  blobs      {} re-hashed, {}\n", found.blobs, base::format_bytes(found.bytes));
  if (found.left_out > 0)
    text += fmt::format("  left out   {} on purpose\n", found.left_out);
  for (std::size_t i = 0; i < found.findings.size() && i < k_shown; ++i) {
    const auto& one = found.findings[i];
    text +=
        fmt::format("  {:<9}  {}{}: {}\n", mirror::to_string(one.kind), base::escape_untrusted(one.digest),
                    one.reference.empty() ? "" : " of " + base::escape_untrusted(one.reference),
                    base::escape_untrusted(one.message, k_message_bytes));
  }
  if (found.findings.size() > k_shown)
    text += fmt::format("  … and {} more; --format json lists all\n", found.findings.size() - k_shown);
  return text + (found.sound() ? "  sound\n" : "  DAMAGED\n");
}

std::string verification_document(const mirror::LayoutVerification& found, const std::string& layout,
                                  base::Instant now) {
  auto json = begin(now, found.sound() ? "complete" : "failed");
  json.key("items").begin_array().begin_object().member("layout", layout);
  json.member("names", found.names).member("blobs", found.blobs).member("bytes", found.bytes);
  json.member("leftOut", found.left_out).key("orphans").begin_array();
  for (const auto& one : found.findings)
    if (one.kind == mirror::FindingKind::orphaned)
      json.value(one.digest);
  json.end_array().end_object().end_array().key("failures").begin_array();
  for (const auto& one : found.findings) {
    if (one.kind == mirror::FindingKind::orphaned)
      continue;
    json.begin_object().member("reference", one.reference).member("stage", "verify");
    json.member("code", mirror::to_string(one.kind)).key("status").null().key("tries").null();
    json.member("advice", k_advice).member("digest", one.digest).member("message", one.message).end_object();
  }
  json.end_array().end_object();
  return json.text() + "\n";
}

std::string garbage_text(const mirror::Garbage& garbage, const std::string& layout) {
  std::string text = base::escape_untrusted(layout, 1000) + "\n";
  for (std::size_t i = 0; i < garbage.items.size() && i < k_shown; ++i)
    text += "  " + base::escape_untrusted(garbage.items[i].file) + "  " +
            base::format_bytes(garbage.items[i].size) + "\n";
  if (garbage.items.size() > k_shown)
    text += fmt::format("  … and {} more; --format json lists all\n", garbage.items.size() - k_shown);
  text += fmt::format("  {} file{}, {} {}; {} in use, {} too young\n", garbage.items.size(),
                      garbage.items.size() == 1 ? "" : "s", base::format_bytes(garbage.bytes),
                      garbage.removed ? "removed" : "would be removed", garbage.kept, garbage.young);
  return text;
}

std::string garbage_document(const mirror::Garbage& garbage, const std::string& layout, base::Instant now) {
  auto json = begin(now, "complete");
  json.member("layout", layout).member("removed", garbage.removed).member("bytes", garbage.bytes);
  json.member("kept", garbage.kept).member("young", garbage.young).key("items").begin_array();
  for (const auto& item : garbage.items)
    json.begin_object().member("file", item.file).member("size", item.size).end_object();
  json.end_array().key("failures").begin_array().end_array().end_object();
  return json.text() + "\n";
}

} // namespace

base::Result<int> run_verify_layout(const cli::Session& session, const cli::LayoutOptions& options) {
  TAGDB_TRY_ASSIGN(const auto layout, open(options.layout));
  TAGDB_TRY_ASSIGN(const auto found,
                   mirror::verify_layout(layout, [](std::uint64_t) { return !base::stop_requested(); }));
  if (base::stop_requested())
    return base::Error(base::ErrorKind::interrupted, "interrupted before everything was looked at");
  session.print(session.json() ? verification_document(found, options.layout, session.clock.now())
                               : verification_text(found, options.layout));
  if (found.sound())
    return 0;
  if (!session.json())
    session.log.warning("the layout is damaged; " + std::string(k_advice));
  return base::exit_code(base::ErrorKind::integrity);
}

base::Result<int> run_gc(const cli::Session& session, const cli::LayoutOptions& options) {
  TAGDB_TRY_ASSIGN(const auto layout, open(options.layout));
  mirror::GarbageOptions asked;
  asked.write = options.write;
  if (options.grace)
    asked.grace = *options.grace;
  TAGDB_TRY_ASSIGN(const auto garbage, mirror::collect_garbage(layout, session.clock.now(), asked));
  session.print(session.json() ? garbage_document(garbage, options.layout, session.clock.now())
                               : garbage_text(garbage, options.layout));
  if (!session.json() && !garbage.removed && !garbage.items.empty())
    session.log.info("nothing was removed: that takes --write");
  return 0;
}

} // namespace tagdb::remote

#include "mirror_report.hpp"

#include "failure_records.hpp"
#include <tagdb/base/text.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace tagdb::remote {

namespace {

using base::ErrorKind;
using mirror::CopyOutcome;

std::string_view state_of(const mirror::ImageReport& image) {
  return !image.arrived ? "failed" : image.unchanged ? "unchanged" : "copied";
}

/// The kind of the error that a record was made of.
ErrorKind kind_of(const store::FailureRecord& failure) {
  constexpr std::array k_kinds = {ErrorKind::internal,     ErrorKind::usage,     ErrorKind::not_found,
                                  ErrorKind::unauthorised, ErrorKind::integrity, ErrorKind::busy};
  for (const auto kind : k_kinds)
    if (failure.code == base::to_string(kind))
      return kind;
  if (failure.status == 401 || failure.status == 403)
    return ErrorKind::unauthorised;
  if (failure.status == 404)
    return ErrorKind::not_found;
  return failure.code == "DIGEST_INVALID" ? ErrorKind::integrity : ErrorKind::network;
}

std::string counted(std::uint64_t number, std::string_view one) {
  return fmt::format("{} {}{}", number, one, number == 1 ? "" : "s");
}

std::string_view left_out_words(const mirror::LeftOut& left_out) {
  if (left_out.layers && left_out.platforms)
    return ", without layers and other platforms";
  return left_out.layers ? ", without layers" : left_out.platforms ? ", without other platforms" : "";
}

} // namespace

int exit_code_of(const mirror::CopyReport& report) {
  switch (report.outcome) {
  case CopyOutcome::complete:
    return 0;
  case CopyOutcome::partial:
    return base::exit_code(ErrorKind::partial);
  case CopyOutcome::interrupted:
    return base::exit_code(ErrorKind::interrupted);
  case CopyOutcome::failed:
    break;
  }
  return base::exit_code(report.failures.empty() ? ErrorKind::network : kind_of(report.failures.front()));
}

std::string mirror_document(const MirrorResult& result) {
  const auto& copy = result.copy;
  base::JsonWriter json;
  json.begin_object().member("schema", 1).member("asOf", base::format_rfc3339(result.as_of));
  json.member("outcome", mirror::to_string(copy.outcome));
  json.member("from", result.from).member("to", result.to).key("items").begin_array();
  for (const auto& image : copy.images) {
    json.begin_object().member("reference", image.image.name());
    json.member("registry", image.image.registry.to_string());
    json.member("repository", image.image.repository.to_string()).key("tag");
    if (image.image.tag)
      json.value(image.image.tag->to_string());
    else
      json.null();
    json.member("digest", image.image.digest.to_string()).member("state", state_of(image));
    json.member("bytes", image.bytes).key("leftOut").begin_array();
    if (image.left_out.layers)
      json.value("layers");
    if (image.left_out.platforms)
      json.value("platforms");
    json.end_array().end_object();
  }
  json.end_array().key("failures").begin_array();
  for (const auto& failure : copy.failures)
    write_failure(json, failure);
  json.end_array();
  json.key("blobs").begin_object().member("there", copy.blobs_there).member("sent", copy.blobs_sent);
  json.member("mounted", copy.blobs_mounted).member("bytes", copy.bytes_sent).end_object();
  json.key("manifests").begin_object().member("there", copy.manifests_there);
  json.member("sent", copy.manifests_sent).end_object();
  json.key("names").begin_object().member("there", copy.names_there);
  json.member("written", copy.names_written).end_object();
  json.end_object();
  return json.text() + "\n";
}

std::string mirror_text(const MirrorResult& result) {
  const auto& copy = result.copy;
  std::string text = result.from + " to " + result.to + "\n";
  std::size_t width = 0;
  for (const auto& image : copy.images)
    width = std::max(width, image.image.name().size());
  for (const auto& image : copy.images)
    text += fmt::format("  {:<{}}  {:<9}  {}{}\n", image.image.name(), width, state_of(image),
                        base::format_bytes(image.bytes), left_out_words(image.left_out));
  // The manifest of a name is sent with it, and counts as the name.
  text += fmt::format("  {} sent ({}), {} mounted, {} there before; {} sent, {} written\n",
                      counted(copy.blobs_sent, "blob"), base::format_bytes(copy.bytes_sent),
                      copy.blobs_mounted, copy.blobs_there, counted(copy.manifests_sent, "manifest"),
                      counted(copy.names_written, "name"));
  if (copy.outcome != CopyOutcome::complete)
    text += fmt::format("  {}\n", mirror::to_string(copy.outcome));
  return text;
}

std::vector<std::string> mirror_failures(const mirror::CopyReport& report, std::size_t limit) {
  std::vector<std::string> lines;
  for (const auto& failure : report.failures)
    if (lines.size() < limit)
      lines.push_back(failure_line(failure));
  if (report.failures.size() > limit)
    lines.push_back(fmt::format("and {} more; --format json lists all", report.failures.size() - limit));
  return lines;
}

} // namespace tagdb::remote

#include <tagdb/base/text.hpp>
#include <tagdb/query/reference.hpp>
#include <tagdb/windows/tag_grammar.hpp>

#include <algorithm>

namespace tagdb::query {
namespace {

constexpr std::string_view k_short_names[] = {"servercore", "nanoserver", "server"};

bool is_short_name(std::string_view word) {
  return std::find(std::begin(k_short_names), std::end(k_short_names), word) != std::end(k_short_names);
}

base::Error refuse(std::string_view text, std::string_view why, std::string hint = {}) {
  return base::Error(base::ErrorKind::usage,
                     "\"" + base::escape_untrusted(text) + "\" is no reference: " + std::string(why),
                     std::move(hint));
}

bool is_lower_hex(std::string_view word) {
  return std::all_of(word.begin(), word.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

/// "17763.1040". Windows 10 builds have five digits; "4.8" is a tag of dotnet/framework and not build 4.
std::optional<windows::OsVersion> parse_short_revision(std::string_view word) {
  if (std::count(word.begin(), word.end(), '.') != 1)
    return std::nullopt;
  auto version = windows::OsVersion::parse_lenient(word);
  if (!version || version->build() < 10000)
    return std::nullopt;
  return *version;
}

base::Result<Subject> parse_subject(std::string_view text, std::string_view word) {
  if (word.empty())
    return refuse(text, "nothing stands behind the colon", "name a tag, as in windows/servercore:ltsc2019");
  if (auto kb = windows::Kb::parse(word))
    return Subject(*kb);
  if (auto version = parse_short_revision(word))
    return Subject(*version);
  if (word.size() >= 12 && word.size() <= 64 && is_lower_hex(word) &&
      windows::parse_tag_name(word).kind != windows::TagKind::floating)
    return Subject(DigestPrefix{std::string(word)});
  auto tag = oci::Tag::parse(word);
  if (!tag)
    return refuse(
        text, "\"" + base::escape_untrusted(word) + "\" cannot be a tag",
        "a tag has up to 128 letters, digits, dots, dashes and underscores, and begins with none of the "
        "first two marks");
  return Subject(*std::move(tag));
}

/// Fills registry and repository from what stands before the tag.
base::Status parse_name(ReferenceQuery& query, std::string_view name) {
  // The tag only completes the text, so that docker's rule for registries has its one home.
  auto reference = oci::parse_reference(std::string(name) + ":latest");
  if (!reference || !reference->repository)
    return refuse(query.text, "\"" + base::escape_untrusted(name) + "\" cannot be a repository",
                  "a repository is written in lower case, as in windows/servercore or "
                  "mcr.microsoft.com/windows/servercore");
  query.registry = reference->registry;
  query.repository = reference->repository;
  return {};
}

/// Whether a word without slash and colon before "@sha256:…" is a tag ("ltsc2019@…") rather than a repository
/// ("servercore@…").
bool reads_as_tag(std::string_view word) {
  return !is_short_name(word) && (windows::parse_tag_name(word).kind != windows::TagKind::other ||
                                  parse_short_revision(word) || windows::Kb::parse(word));
}

} // namespace

base::Result<ReferenceQuery> parse_reference_query(std::string_view text) {
  if (text.empty())
    return refuse(text, "it is empty", "name a tag, a revision, a KB or a digest, as in ltsc2019");
  if (text.find("://") != std::string_view::npos)
    return refuse(text, "a reference has no scheme", "leave out what stands before and with \"://\"");

  ReferenceQuery query{std::string(text), std::nullopt, std::nullopt, DigestPrefix{}, std::nullopt};
  std::string_view rest = text;
  std::optional<oci::Digest> digest;
  if (const auto sign = rest.find('@'); sign != std::string_view::npos) {
    auto parsed = oci::Digest::parse(rest.substr(sign + 1));
    if (!parsed)
      return refuse(text, "what stands behind \"@\" is no digest",
                    "a digest is sha256: and 64 lower-case hexadecimal digits");
    digest = *std::move(parsed);
    rest = rest.substr(0, sign);
    if (rest.empty())
      return refuse(text, "nothing stands before \"@\"", "ask for the digest alone: " + digest->to_string());
  }

  const auto slash = rest.rfind('/');
  const auto colon = rest.find(':', slash == std::string_view::npos ? 0 : slash);
  const bool names_repository = slash != std::string_view::npos || colon != std::string_view::npos;

  if (colon != std::string_view::npos) {
    const auto name = rest.substr(0, colon);
    const auto word = rest.substr(colon + 1);
    if (slash == std::string_view::npos && (name == "sha256" || name == "sha512")) {
      auto parsed = oci::Digest::parse(rest);
      if (!parsed || digest)
        return refuse(
            text, digest ? "it has two digests" : "it is no whole digest",
            "a digest is sha256: and 64 lower-case hexadecimal digits; to ask by the first 12 or more, "
            "leave out \"sha256:\"");
      query.subject = *std::move(parsed);
      return query;
    }
    TAGDB_TRY(parse_name(query, name));
    TAGDB_TRY_ASSIGN(query.subject, parse_subject(text, word));
    query.expected = std::move(digest);
    return query;
  }
  if (digest && (names_repository || !reads_as_tag(rest))) {
    TAGDB_TRY(parse_name(query, rest));
    query.subject = *std::move(digest);
    return query;
  }
  if (names_repository || is_short_name(rest))
    return refuse(text, "it names a repository, but no image in it",
                  "add a tag, as in " + base::escape_untrusted(rest) + ":ltsc2019");
  TAGDB_TRY_ASSIGN(query.subject, parse_subject(text, rest));
  query.expected = std::move(digest);
  return query;
}

oci::RepositoryName expand_repository(const oci::RepositoryName& typed) {
  if (!is_short_name(typed.to_string()))
    return typed;
  // A valid part behind a valid part and a slash is a valid name.
  return *oci::RepositoryName::parse("windows/" + typed.to_string());
}

} // namespace tagdb::query

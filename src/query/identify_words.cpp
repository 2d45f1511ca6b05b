#include "identify_input.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/windows/pasted.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tagdb::query {
namespace {

base::Error refused(std::string message, std::string hint = {}) {
  return {base::ErrorKind::usage, std::move(message), std::move(hint)};
}

/// Documents one a line, as `docker images --format json` prints them; nothing where a line is none.
base::Result<std::optional<IdentifySubjects>> read_json_lines(std::string_view text, std::string_view name) {
  IdentifySubjects subjects;
  for (auto line : base::split(text, '\n')) {
    line = base::trim(line);
    if (line.empty())
      continue;
    const auto document = base::JsonDocument::parse(line);
    if (!document)
      return std::optional<IdentifySubjects>();
    TAGDB_TRY_ASSIGN(auto of_line, read_identify_json(*document, line, name));
    if (subjects.size() + of_line.size() > k_max_subjects)
      return refused(fmt::format("more than {} images", k_max_subjects));
    std::move(of_line.begin(), of_line.end(), std::back_inserter(subjects));
  }
  return std::optional(std::move(subjects));
}

std::vector<std::string> words_of(std::string_view text) {
  constexpr std::string_view k_space = " \t\r\n\f\v";
  std::vector<std::string> words;
  for (auto begin = text.find_first_not_of(k_space); begin != std::string_view::npos;) {
    const auto end = std::min(text.find_first_of(k_space, begin), text.size());
    words.emplace_back(text.substr(begin, end - begin));
    begin = text.find_first_not_of(k_space, end);
  }
  return words;
}

/// `docker images -q`, a list of layers: nothing but digests and IDs.
bool all_digests(const std::vector<std::string>& words) {
  return std::all_of(words.begin(), words.end(),
                     [](const std::string& word) { return is_hex_id(word) || word.starts_with("sha256:"); });
}

IdentifySubject of_pasted(const windows::PastedImage& pasted) {
  IdentifySubject subject;
  auto& facts = subject.facts;
  facts.name = pasted.image.name;
  for (const auto& text : {pasted.id, pasted.digest})
    if (auto digest = oci::Digest::parse(text))
      facts.digests.push_back(*std::move(digest));
  if (is_hex_id(pasted.id))
    facts.short_id = pasted.id;
  if (pasted.image.version) {
    facts.os = "windows";
    facts.os_version = pasted.image.version->to_string();
  }
  return subject;
}

base::Result<IdentifySubjects> read_table_or_words(const store::Reader& reader, std::string_view text) {
  const auto words = words_of(text);
  if (words.empty())
    return refused("the text is empty",
                   "paste `docker inspect`, an image config, or what `docker images` prints");
  if (all_digests(words) && words.size() <= k_max_subjects)
    return identify_words(reader, words);
  TAGDB_TRY_ASSIGN(const auto pasted, windows::read_pasted(text));
  using windows::PastedKind;
  if (pasted.kind == PastedKind::values)
    return identify_words(reader, words);
  if (pasted.kind != PastedKind::docker_images && pasted.kind != PastedKind::docker_inspect)
    return refused(fmt::format("this is {}: it speaks of no image", windows::to_string(pasted.kind)),
                   "paste `docker inspect`, an image config, or what `docker images` prints");
  IdentifySubjects subjects;
  for (const auto& image : pasted.images)
    subjects.emplace_back(of_pasted(image));
  return subjects;
}

/// A digest or image ID without a repository: it may be a layer.
struct Bare {
  std::optional<oci::Digest> digest;
  std::string short_id;
};

std::optional<Bare> bare_digest(const ReferenceQuery& query) {
  if (query.repository)
    return std::nullopt;
  if (const auto* digest = std::get_if<oci::Digest>(&query.subject))
    return Bare{*digest, {}};
  if (const auto* prefix = std::get_if<DigestPrefix>(&query.subject))
    return Bare{std::nullopt, prefix->hex};
  return std::nullopt;
}

/// Digests that stand together (see identify_words).
void add_run(const store::Reader& reader, std::vector<oci::Digest>& run, IdentifySubjects& subjects) {
  const auto is_image = [&](const oci::Digest& digest) {
    const auto content = reader.find_content(digest);
    return content && content->has_value();
  };
  const bool layers = run.size() > 1 && std::none_of(run.begin(), run.end(), is_image);
  if (layers) {
    IdentifySubject subject;
    subject.facts.name = fmt::format("{} layers on {}", run.size(), run.front().abbreviated());
    subject.facts.diff_ids = std::move(run);
    subjects.emplace_back(std::move(subject));
  } else {
    for (auto& digest : run) {
      IdentifySubject subject;
      subject.facts.name = digest.to_string();
      subject.facts.digests.push_back(digest);
      // Alone it may also be the only layer.
      if (run.size() == 1 && !is_image(digest))
        subject.facts.diff_ids.push_back(digest);
      subjects.emplace_back(std::move(subject));
    }
  }
  run.clear();
}

} // namespace

base::Result<IdentifySubjects> read_identify_text(const store::Reader& reader, std::string_view bytes,
                                                  std::string_view name) {
  TAGDB_TRY_ASSIGN(const auto decoded, windows::decode_pasted(bytes));
  const auto text = base::trim(decoded);
  if (!text.starts_with('{') && !text.starts_with('['))
    return read_table_or_words(reader, text);
  // Untrimmed: the digest of a manifest is that of its bytes.
  const auto document = base::JsonDocument::parse(decoded);
  if (document)
    return read_identify_json(*document, decoded, name);
  TAGDB_TRY_ASSIGN(auto lines, read_json_lines(text, name));
  if (lines)
    return *std::move(lines);
  // A fragment of `docker inspect`, cut at its ends, still has its OsVersion.
  if (auto pasted = windows::read_pasted(text); pasted && pasted->kind == windows::PastedKind::docker_inspect)
    return read_table_or_words(reader, text);
  return refused(fmt::format("this JSON is cut off or damaged: {}", document.error().message()));
}

IdentifySubjects identify_words(const store::Reader& reader, std::span<const std::string> words) {
  IdentifySubjects subjects;
  std::vector<oci::Digest> run;
  for (const auto& word : words) {
    auto query = parse_reference_query(word);
    const auto bare = query ? bare_digest(*query) : std::nullopt;
    if (bare && bare->digest) {
      run.push_back(*bare->digest);
      continue;
    }
    add_run(reader, run, subjects);
    if (!query) {
      subjects.emplace_back(std::move(query).error());
      continue;
    }
    IdentifySubject subject;
    subject.facts.name = word;
    if (bare)
      subject.facts.short_id = bare->short_id;
    else
      subject.reference = *std::move(query);
    subjects.emplace_back(std::move(subject));
  }
  add_run(reader, run, subjects);
  return subjects;
}

} // namespace tagdb::query

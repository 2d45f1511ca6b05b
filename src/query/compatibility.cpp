#include "question.hpp"
#include <tagdb/base/text.hpp>
#include <tagdb/query/compatibility.hpp>

#include <algorithm>

namespace tagdb::query {
namespace {

/// The repository of a local name, where base images are known under it: advice may then name tags of it.
std::string base_repository(std::string_view name, const windows::Knowledge& knowledge) {
  const auto query = parse_reference_query(name);
  if (!query || !query->repository)
    return {};
  auto repository = expand_repository(*query->repository).to_string();
  for (const auto& version : knowledge.tables().versions)
    for (const auto& known : version.repositories)
      if (known == repository)
        return repository;
  return {};
}

std::string known_repository(const Resolution& answer, const windows::Knowledge& knowledge) {
  return base_repository(answer.repository + ":any", knowledge);
}

/// Everything that may name the image, the surest first: an ID is the image itself, a tag may have moved
/// since it was pulled.
std::vector<std::string> names_of(const windows::PastedImage& image) {
  std::vector<std::string> names;
  for (const auto* text : {&image.id, &image.digest, &image.image.name})
    if (!text->empty() && text->find('<') == std::string::npos &&
        std::find(names.begin(), names.end(), *text) == names.end())
      names.push_back(*text);
  return names;
}

base::Result<Resolution> resolve_name(const store::Reader& reader, const Scope& scope,
                                      const ResolveOptions& options, const std::string& name) {
  TAGDB_TRY_ASSIGN(const auto query, parse_reference_query(name));
  return resolve(reader, scope, query, options);
}

base::Result<Resolution> look_up(const store::Reader& reader, const Scope& scope,
                                 const ResolveOptions& options, const windows::PastedImage& image,
                                 std::vector<Warning>& warnings) {
  const auto names = names_of(image);
  if (names.empty())
    return base::Error(base::ErrorKind::usage, "the image has neither a name nor an ID");
  for (std::size_t i = 0; i + 1 < names.size(); ++i) {
    auto answer = resolve_name(reader, scope, options, names[i]);
    if (answer || answer.error().kind() != base::ErrorKind::not_found)
      return answer;
  }
  auto answer = resolve_name(reader, scope, options, names.back());
  if (answer && names.size() > 1)
    warnings.push_back({"idNotStored", "the image " + base::escape_untrusted(names.front()) +
                                           " is not in the database; judged by what its name " +
                                           base::escape_untrusted(names.back()) + " means now"});
  return answer;
}

base::Error host_only(const Resolution& answer) {
  const auto& release = *answer.host_release;
  std::string message = release.version.to_string() + " is a release of hosts";
  if (release.kb)
    message += " (" + release.kb->to_string() + ")";
  return not_found(message + "; no image carries it",
                   answer.nearest ? "the newest image at or below it is " + answer.nearest->to_string() : "");
}

bool is_windows(const PlatformAnswer& platform) {
  return platform.os.empty() || platform.os == "windows";
}

std::string name_of(const Resolution& answer) {
  return base::escape_untrusted(answer.reference);
}

/// The version that a platform's image says it has. An empty one means none at all only where the config,
/// which says it too, is there to be read.
base::Result<std::optional<windows::ImageVersion>> version_of(const store::Reader& reader,
                                                              const PlatformAnswer& platform) {
  windows::ImageVersion image;
  if (!platform.os_version.empty()) {
    const auto version = windows::PartialVersion::parse(platform.os_version);
    if (!version)
      return std::optional<windows::ImageVersion>();
    image.version = *version;
    return std::optional(std::move(image));
  }
  if (!platform.config)
    return std::optional<windows::ImageVersion>();
  TAGDB_TRY_ASSIGN(const auto config, reader.find_content(*platform.config));
  if (!config || !config->held)
    return std::optional<windows::ImageVersion>();
  return std::optional(std::move(image));
}

std::vector<const PlatformAnswer*> platforms_for(const Resolution& answer, std::string_view architecture) {
  std::vector<const PlatformAnswer*> fitting;
  for (const auto& platform : answer.platforms)
    if (is_windows(platform) && (platform.architecture.empty() || platform.architecture == architecture))
      fitting.push_back(&platform);
  // A name or digest that means one image means that one, whatever the architecture.
  if (fitting.empty() && answer.platforms.size() == 1 && is_windows(answer.platforms.front()) &&
      (answer.revision || !answer.is_index))
    fitting.push_back(&answer.platforms.front());
  return fitting;
}

base::Error no_platform(const Resolution& answer, const std::string& architecture) {
  std::vector<std::string> has;
  for (const auto& platform : answer.platforms)
    has.push_back(base::escape_untrusted(platform.os + "/" + platform.architecture));
  return not_found(name_of(answer) + " has no image for windows/" + base::escape_untrusted(architecture),
                   "it has " + base::join(has, ", "));
}

/// No version, "10.0.17763" and "10.0.17763.1040", in this order.
bool older(const windows::ImageVersion& a, const windows::ImageVersion& b) {
  const auto key = [](const windows::ImageVersion& image) {
    const auto version = image.version.value_or(windows::PartialVersion());
    return std::make_tuple(image.version.has_value(), version.major, version.minor, version.build,
                           version.revision.value_or(0));
  };
  return key(a) < key(b);
}

base::Result<std::vector<windows::ImageVersion>> versions_of(const store::Reader& reader, const Scope& scope,
                                                             const Resolution& answer) {
  std::vector<windows::ImageVersion> versions;
  if (answer.platforms.empty() && answer.revision) { // known, though nothing of it is stored
    versions.push_back({{}, {}, windows::PartialVersion(*answer.revision)});
    return versions;
  }
  const auto architecture = image_architecture(scope.architecture);
  const auto fitting = platforms_for(answer, architecture);
  if (fitting.empty() && !answer.platforms.empty())
    return no_platform(answer, architecture);
  for (const auto* platform : fitting) {
    TAGDB_TRY_ASSIGN(auto version, version_of(reader, *platform));
    if (version)
      versions.push_back(*std::move(version));
  }
  if (versions.empty())
    return not_found("the database does not know which Windows version " + name_of(answer) + " is",
                     "its config was not fetched; `tagdb sync` tries again, or give the version that "
                     "`docker inspect` prints");
  std::sort(versions.begin(), versions.end(), [](const auto& a, const auto& b) { return older(b, a); });
  return versions;
}

/// Judging a revision that no image has is fine (next month's is not listed yet), but one that hosts have and
/// images do not is a mix-up.
base::Status warn_of_host_revision(const store::Reader& reader, const windows::Knowledge& knowledge,
                                   const windows::ImageVersion& image, std::vector<Warning>& warnings) {
  const auto version = image.version ? image.version->full() : std::nullopt;
  if (!version || knowledge.release(*version) || !knowledge.host_release(*version))
    return {};
  TAGDB_TRY_ASSIGN(const auto stored, reader.images_of_version(*version));
  if (!stored.empty())
    return {};
  std::string message =
      version->to_string() + " is a release of hosts, and no image is known that carries it";
  if (const auto* below = knowledge.newest_at_or_below(*version))
    message += "; the newest image at or below it is " + below->version.to_string();
  warnings.push_back({"noSuchImage", std::move(message)});
  return {};
}

} // namespace

base::Result<AskedImage> find_image(const store::Reader& reader, const Scope& scope,
                                    const ResolveOptions& options, const windows::Knowledge& knowledge,
                                    const windows::PastedImage& image) {
  AskedImage asked;
  asked.name = image.image.name.empty() ? image.id : image.image.name;
  if (image.resolved) {
    auto version = image.image;
    if (version.repository.empty())
      version.repository = base_repository(version.name, knowledge);
    TAGDB_TRY(warn_of_host_revision(reader, knowledge, version, asked.warnings));
    asked.versions.push_back(std::move(version));
    return asked;
  }
  TAGDB_TRY_ASSIGN(auto answer, look_up(reader, scope, options, image, asked.warnings));
  if (answer.host_release && !answer.release && !answer.digest)
    return host_only(answer);
  TAGDB_TRY_ASSIGN(asked.versions, versions_of(reader, scope, answer));
  const auto repository = known_repository(answer, knowledge);
  for (auto& version : asked.versions) {
    version.name = asked.name;
    version.repository = repository;
  }
  asked.resolution = std::move(answer);
  return asked;
}

JudgedImage judge_image(const windows::HostSystem& host, const AskedImage& image,
                        windows::Isolation isolation, const windows::Knowledge& knowledge) {
  std::optional<JudgedImage> best;
  for (const auto& version : image.versions) {
    JudgedImage judged{version, windows::judge(host, version, isolation, knowledge)};
    const auto verdict = judged.answer.verdict;
    // Newest first: only a better verdict makes a runtime take an older one.
    if (!best ||
        (verdict != best->answer.verdict && windows::worse(verdict, best->answer.verdict) != verdict))
      best = std::move(judged);
  }
  return *std::move(best);
}

} // namespace tagdb::query

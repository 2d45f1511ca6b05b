#include "named_images.hpp"

#include <tagdb/base/terminal.hpp>
#include <tagdb/base/text.hpp>
#include <tagdb/query/reference.hpp>
#include <tagdb/windows/tag_grammar.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <utility>

namespace tagdb::remote {

namespace {

using base::ErrorKind;

constexpr std::string_view k_default_repository = "windows/servercore";

/// What was typed, as far as it can be understood without a database.
struct Wanted {
  std::string text;
  std::optional<oci::RegistryName> registry;
  oci::RepositoryName repository;
  std::optional<oci::Tag> tag;
  std::optional<oci::Digest> digest;
};

base::Result<Wanted> parse_wanted(const std::string& text) {
  TAGDB_TRY_ASSIGN(const auto query, query::parse_reference_query(text));
  TAGDB_TRY_ASSIGN(auto repository, query.repository ? base::Result<oci::RepositoryName>(
                                                           query::expand_repository(*query.repository))
                                                     : oci::RepositoryName::parse(k_default_repository));
  Wanted wanted{base::escape_untrusted(text), query.registry, std::move(repository), {}, query.expected};
  if (const auto* tag = std::get_if<oci::Tag>(&query.subject)) {
    wanted.tag = *tag;
  } else if (const auto* version = std::get_if<windows::OsVersion>(&query.subject)) {
    TAGDB_TRY_ASSIGN(wanted.tag, oci::Tag::parse(version->to_string()));
  } else if (const auto* digest = std::get_if<oci::Digest>(&query.subject)) {
    wanted.digest = *digest;
  } else {
    return base::Error(ErrorKind::usage,
                       wanted.text + ": a layout or registry knows tags and whole digests, and nothing else",
                       "tagdb resolve tells which tag it is");
  }
  return wanted;
}

base::Result<Wanted> parse_repository(const std::string& text) {
  TAGDB_TRY_ASSIGN(const auto reference, oci::parse_reference(text));
  if (reference.tag || reference.digest)
    return base::Error(ErrorKind::usage, "'" + base::escape_untrusted(text) +
                                             "' names an image; --all-tags and --kind take repositories");
  return Wanted{base::escape_untrusted(text),
                reference.registry,
                query::expand_repository(*reference.repository),
                {},
                {}};
}

bool takes_repositories(const cli::MirrorOptions& options) {
  return options.all_tags || options.kind;
}

bool fits_kind(const cli::MirrorOptions& options, const std::string& tag) {
  return !options.kind || windows::parse_tag_name(tag).kind == *options.kind;
}

void add(std::vector<mirror::Image>& images, mirror::Image image) {
  if (std::none_of(images.begin(), images.end(),
                   [&](const auto& other) { return other.name() == image.name(); }))
    images.push_back(std::move(image));
}

// Of a layout.

/// An entry of index.json whose name is one of an image.
struct Named {
  mirror::LayoutName entry;
  mirror::Image image;
};

base::Result<std::vector<Named>> read_names(const mirror::Layout& layout, const oci::RegistryName& home,
                                            base::Log& log) {
  TAGDB_TRY_ASSIGN(auto names, layout.names());
  std::vector<Named> read;
  for (auto& entry : names) {
    const auto reference = oci::parse_reference(entry.name);
    if (!reference || !reference->repository || (!reference->tag && !reference->digest)) {
      log.warning(layout.folder().string() + ": an entry with the name \"" +
                  base::escape_untrusted(entry.name) + "\" is left out: it names no tag of a repository");
      continue;
    }
    mirror::Image image{reference->registry.value_or(home), *reference->repository, reference->tag,
                        entry.descriptor.digest, entry.descriptor.media_type};
    read.push_back({std::move(entry), std::move(image)});
  }
  return read;
}

bool fits(const Wanted& wanted, const mirror::Image& image) {
  return (!wanted.registry || *wanted.registry == image.registry) && wanted.repository == image.repository &&
         (!wanted.tag || wanted.tag == image.tag) && (!wanted.digest || *wanted.digest == image.digest);
}

base::Error nothing_of(const Wanted& wanted, const std::vector<Named>& names) {
  std::vector<std::string> all;
  for (const auto& name : names)
    all.push_back(base::escape_untrusted(name.image.name()));
  const auto whole = wanted.registry ? wanted.text
                                     : "mcr.microsoft.com/" + wanted.repository.to_string() +
                                           (wanted.tag ? ":" + wanted.tag->to_string() : "");
  const auto near = base::nearest(whole, all);
  return base::Error(ErrorKind::not_found, "the layout has no " + wanted.text,
                     near.empty() ? "" : "it has " + base::join(near, ", "));
}

/// The one entry that a reference means.
base::Status add_one(const Wanted& wanted, const std::vector<Named>& names,
                     std::vector<mirror::Image>& images) {
  std::vector<const Named*> found;
  for (const auto& name : names)
    if (fits(wanted, name.image))
      found.push_back(&name);
  if (found.empty())
    return nothing_of(wanted, names);
  if (!wanted.tag) {
    add(images, {found.front()->image.registry, wanted.repository, std::nullopt, *wanted.digest,
                 found.front()->image.media_type});
    return {};
  }
  for (const auto* one : found)
    if (one->image.registry != found.front()->image.registry)
      return base::Error(ErrorKind::usage, wanted.text + " may be " +
                                               base::escape_untrusted(found.front()->image.name()) + " or " +
                                               base::escape_untrusted(one->image.name()));
  if (found.size() > 1 || found.front()->entry.ambiguous)
    return base::Error(ErrorKind::usage, "the layout has two images under the name " + wanted.text,
                       "name the one that is meant by its digest");
  add(images, found.front()->image);
  return {};
}

// Of a registry.

/// Questions that are asked together.
class Asked {
 public:
  Asked(registry::RegistryClient& client, const Place::Registry& place, const oci::RegistryName& home)
      : m_client(client), m_place(place), m_home(home) {}

  void ask(const Wanted& wanted) {
    const auto registry = wanted.registry.value_or(m_home);
    if (wanted.digest) {
      // A digest needs no answer; whether it is there shows when it is fetched.
      add(m_images, {registry, wanted.repository, wanted.tag, *wanted.digest});
      return;
    }
    m_client.find_tag(
        m_place.inside(wanted.repository), *wanted.tag,
        [this, wanted, registry](base::Result<std::optional<registry::Resolved>> found) {
          if (!found)
            return fail(std::move(found).error());
          if (!*found)
            return fail(base::Error(ErrorKind::not_found, m_place.endpoint.name.to_string() + " has no " +
                                                              m_place.inside(wanted.repository).to_string() +
                                                              ":" + wanted.tag->to_string()));
          add(m_images, {registry, wanted.repository, wanted.tag, (*found)->digest, (*found)->media_type});
        });
  }

  void ask_for_all(const Wanted& repository, const cli::MirrorOptions& options) {
    m_client.list_tags(m_place.inside(repository.repository),
                       [this, repository, &options](base::Result<registry::TagList> list) {
                         if (!list)
                           return fail(std::move(list).error());
                         for (const auto& name : list->tags) {
                           auto tag = oci::Tag::parse(name);
                           if (!tag || !fits_kind(options, name))
                             continue;
                           auto one = repository;
                           one.tag = *std::move(tag);
                           ask(one);
                         }
                       });
  }

  base::Result<std::vector<mirror::Image>> answers() {
    m_client.run([] { return base::stop_requested(); });
    if (base::stop_requested())
      return base::Error(ErrorKind::interrupted, "interrupted before anything was copied");
    if (m_error)
      return *std::move(m_error);
    // They came in any order.
    std::sort(m_images.begin(), m_images.end(),
              [](const auto& a, const auto& b) { return a.name() < b.name(); });
    return std::move(m_images);
  }

 private:
  void fail(base::Error error) {
    if (!m_error)
      m_error = std::move(error);
  }

  registry::RegistryClient& m_client;
  const Place::Registry& m_place;
  const oci::RegistryName& m_home;
  std::vector<mirror::Image> m_images;
  std::optional<base::Error> m_error;
};

} // namespace

base::Result<std::vector<mirror::Image>> images_of_layout(const mirror::Layout& layout,
                                                          const cli::MirrorOptions& options,
                                                          const oci::RegistryName& home, base::Log& log) {
  TAGDB_TRY_ASSIGN(const auto names, read_names(layout, home, log));
  std::vector<mirror::Image> images;
  const bool whole = options.references.empty();
  if (!whole && !takes_repositories(options)) {
    for (const auto& text : options.references) {
      TAGDB_TRY_ASSIGN(const auto wanted, parse_wanted(text));
      TAGDB_TRY(add_one(wanted, names, images));
    }
    return images;
  }
  std::vector<Wanted> repositories;
  for (const auto& text : options.references) {
    TAGDB_TRY_ASSIGN(auto repository, parse_repository(text));
    repositories.push_back(std::move(repository));
  }
  for (const auto& [entry, image] : names) {
    const auto& one = image;
    if (!whole && std::none_of(repositories.begin(), repositories.end(),
                               [&](const auto& wanted) { return fits(wanted, one); }))
      continue;
    if (options.kind && (!image.tag || !fits_kind(options, image.tag->to_string())))
      continue;
    if (entry.ambiguous)
      return base::Error(ErrorKind::usage,
                         "the layout has two images under the name " + base::escape_untrusted(entry.name),
                         "name the images that are meant, that one by its digest");
    add(images, image);
  }
  if (images.empty())
    return base::Error(ErrorKind::not_found, "the layout has no such image");
  return images;
}

base::Result<std::vector<mirror::Image>> images_of_registry(registry::RegistryClient& client,
                                                            const Place::Registry& place,
                                                            const cli::MirrorOptions& options,
                                                            const oci::RegistryName& home, base::Log& log) {
  Asked asked(client, place, home);
  if (takes_repositories(options) && options.references.empty())
    return base::Error(ErrorKind::usage, "which repositories?",
                       "a registry does not say which it has; name them");
  for (const auto& text : options.references) {
    if (takes_repositories(options)) {
      TAGDB_TRY_ASSIGN(const auto repository, parse_repository(text));
      asked.ask_for_all(repository, options);
    } else {
      TAGDB_TRY_ASSIGN(const auto wanted, parse_wanted(text));
      asked.ask(wanted);
    }
  }
  log.info("asking " + place.endpoint.name.to_string() + " what the names mean");
  TAGDB_TRY_ASSIGN(auto images, asked.answers());
  if (images.empty())
    return base::Error(ErrorKind::not_found, "no such tag is there");
  return images;
}

} // namespace tagdb::remote

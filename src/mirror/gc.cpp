#include "index_file.hpp"
#include "layout_lock.hpp"
#include <tagdb/mirror/care.hpp>

#include <fmt/format.h>

#include <cerrno>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace tagdb::mirror {

namespace fs = std::filesystem;

namespace {

/// Larger content names nothing: manifests end at 8 MiB.
constexpr std::uint64_t k_max_manifest = 8u << 20;

/// Every sha256 digest in a text, whatever it stands for there. More than is meant is kept, never less: of a
/// manifest type that is not known here, too.
std::vector<oci::Digest> digests_in(std::string_view text) {
  constexpr std::string_view k_prefix = "sha256:";
  constexpr std::size_t k_length = k_prefix.size() + 64;
  std::vector<oci::Digest> digests;
  for (auto at = text.find(k_prefix); at != std::string_view::npos; at = text.find(k_prefix, at + 1))
    if (auto digest = oci::Digest::parse(text.substr(at, k_length)))
      digests.push_back(*std::move(digest));
  return digests;
}

/// All that index.json leads to. Failure: something on the way is damaged, so that what it led to is not
/// known.
base::Result<std::set<oci::Digest>> mark(const Layout& layout, std::string_view index) {
  std::set<oci::Digest> marked;
  auto waiting = digests_in(index);
  while (!waiting.empty()) {
    const auto digest = std::move(waiting.back());
    waiting.pop_back();
    struct stat info {};
    if (!marked.insert(digest).second || ::stat(layout.blob_path(digest).c_str(), &info) != 0 ||
        static_cast<std::uint64_t>(info.st_size) > k_max_manifest)
      continue;
    TAGDB_TRY_ASSIGN(const auto bytes, layout.bytes(digest));
    if (!bytes)
      continue;
    // A small layer is no text, and what looks like a digest in it only keeps something.
    const auto below = digests_in(*bytes);
    waiting.insert(waiting.end(), below.begin(), below.end());
  }
  return marked;
}

struct Sweep {
  const Layout& layout;
  base::Instant now;
  const GarbageOptions& options;
  Garbage garbage{};

  bool is_young(const struct stat& info) const {
    return base::Instant(std::chrono::seconds(info.st_mtim.tv_sec)) > now - options.grace;
  }

  base::Status remove(const fs::path& path) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode))
      return {};
    if (is_young(info)) {
      ++garbage.young;
      return {};
    }
    if (options.write && ::unlink(path.c_str()) != 0)
      return base::system_error("cannot remove " + path.string(), errno);
    const auto size = static_cast<std::uint64_t>(info.st_size);
    garbage.items.push_back({path.lexically_relative(layout.folder()).string(), size});
    garbage.bytes += size;
    return {};
  }

  template <class Keep>
  base::Status folder(const fs::path& path, Keep keep) {
    std::error_code failed;
    std::vector<fs::path> files;
    for (const auto& file : fs::directory_iterator(path, failed))
      files.push_back(file.path());
    if (failed && failed.value() != ENOENT)
      return base::system_error("cannot read " + path.string(), failed.value());
    for (const auto& file : files) {
      if (keep(file.filename().string()))
        ++garbage.kept;
      else
        TAGDB_TRY(remove(file));
    }
    return {};
  }
};

base::Result<std::string> read_index(const Layout& layout) {
  TAGDB_TRY_ASSIGN(const auto index, IndexFile::read(layout.folder() / "index.json"));
  return index.text();
}

} // namespace

base::Result<Garbage> collect_garbage(const Layout& layout, base::Instant now,
                                      const GarbageOptions& options) {
  // A dry run changes nothing, and needs no right to.
  base::Fd use;
  if (options.write) {
    TAGDB_TRY_ASSIGN(use, lock_layout(layout.folder(), Use::alone));
  }
  TAGDB_TRY_ASSIGN(auto index, read_index(layout));
  TAGDB_TRY_ASSIGN(auto marked, mark(layout, index));
  // A program without our lock may have named something since.
  TAGDB_TRY_ASSIGN(const auto later, read_index(layout));
  if (later != index) {
    TAGDB_TRY_ASSIGN(const auto more, mark(layout, later));
    marked.insert(more.begin(), more.end());
  }
  Sweep sweep{layout, now, options};
  TAGDB_TRY(sweep.folder(layout.folder() / "blobs/sha256", [&](const std::string& name) {
    const auto digest = oci::Digest::parse("sha256:" + name);
    return !digest || marked.contains(*digest); // what is no blob is not ours
  }));
  TAGDB_TRY(
      sweep.folder(layout.folder() / k_own_folder / "partial", [](const std::string&) { return false; }));
  sweep.garbage.removed = options.write;
  return std::move(sweep.garbage);
}

} // namespace tagdb::mirror

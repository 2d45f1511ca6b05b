#include "index_file.hpp"
#include <tagdb/base/file.hpp>
#include <tagdb/base/sha256.hpp>
#include <tagdb/mirror/care.hpp>
#include <tagdb/oci/manifest.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <map>
#include <set>
#include <unistd.h>

namespace tagdb::mirror {

namespace fs = std::filesystem;

std::string_view to_string(FindingKind kind) {
  switch (kind) {
  case FindingKind::missing:
    return "missing";
  case FindingKind::damaged:
    return "damaged";
  case FindingKind::dangling:
    return "dangling";
  case FindingKind::orphaned:
    return "orphaned";
  }
  return "";
}

bool LayoutVerification::sound() const {
  return std::all_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.kind == FindingKind::orphaned; });
}

namespace {

constexpr std::size_t k_piece = 1u << 20;

class Verifier {
 public:
  Verifier(const Layout& layout, const std::function<bool(std::uint64_t)>& progress)
      : m_layout(layout), m_progress(progress) {}

  base::Result<LayoutVerification> run() {
    TAGDB_TRY(hash_all());
    TAGDB_TRY_ASSIGN(const auto index, IndexFile::read(m_layout.folder() / "index.json"));
    for (const auto& entry : index.entries()) {
      if (!entry.descriptor)
        continue; // what others wrote there is theirs
      ++m_result.names;
      m_reference = entry.name().empty() ? entry.descriptor->digest.to_string() : entry.name();
      m_left_out = entry.content;
      m_reached.insert(entry.descriptor->digest);
      if (!m_there.contains(entry.descriptor->digest))
        find(FindingKind::dangling, entry.descriptor->digest, "an entry of index.json leads to nothing");
      else
        walk(*entry.descriptor);
    }
    for (const auto& [digest, size] : m_there)
      if (!m_reached.contains(digest)) {
        m_reference.clear();
        find(FindingKind::orphaned, digest, "nothing leads to it");
      }
    return std::move(m_result);
  }

 private:
  base::Status hash_all() {
    std::error_code failed;
    for (const auto& file : fs::directory_iterator(m_layout.folder() / "blobs/sha256", failed)) {
      const auto name = file.path().filename().string();
      auto digest = oci::Digest::parse("sha256:" + name);
      if (!digest) {
        m_result.findings.push_back({FindingKind::orphaned, name, "", "its name is no digest"});
        continue;
      }
      TAGDB_TRY_ASSIGN(const auto hashed, hash(file.path()));
      ++m_result.blobs;
      m_result.bytes += hashed.first;
      m_there.emplace(*digest, hashed.first);
      if (hashed.second != digest->encoded()) {
        m_damaged.insert(*digest);
        find(FindingKind::damaged, *digest, "its bytes hash to sha256:" + hashed.second);
      }
    }
    if (failed && failed.value() != ENOENT)
      return base::system_error("cannot read " + (m_layout.folder() / "blobs").string(), failed.value());
    return {};
  }

  base::Result<std::pair<std::uint64_t, std::string>> hash(const fs::path& path) {
    const base::Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid())
      return base::system_error("cannot open " + path.string(), errno);
    base::Sha256 hash;
    std::uint64_t size = 0;
    for (;;) {
      const auto got = ::read(file.get(), m_piece.data(), m_piece.size());
      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        return base::system_error("cannot read " + path.string(), errno);
      if (got == 0)
        return std::pair(size, hash.finish_hex());
      hash.update({m_piece.data(), static_cast<std::size_t>(got)});
      size += static_cast<std::uint64_t>(got);
      if (m_progress && !m_progress(static_cast<std::uint64_t>(got)))
        return base::Error(base::ErrorKind::interrupted, "stopped");
    }
  }

  /// What a descriptor that is reached says of content that is there.
  void walk(const oci::Descriptor& descriptor) {
    if (m_there.at(descriptor.digest) != descriptor.size && !m_damaged.contains(descriptor.digest))
      find(FindingKind::damaged, descriptor.digest,
           fmt::format("it has {} bytes, and its descriptor says {}", m_there.at(descriptor.digest),
                       descriptor.size));
    if (!oci::parse_manifest_type(descriptor.media_type) || m_damaged.contains(descriptor.digest) ||
        !m_walked.insert({m_left_out, descriptor.digest}).second)
      return;
    const auto bytes = m_layout.bytes(descriptor.digest);
    const auto parsed = bytes && *bytes ? oci::parse_manifest(**bytes, descriptor.media_type)
                                        : base::Error(base::ErrorKind::integrity, "it cannot be read");
    if (!parsed) {
      find(FindingKind::damaged, descriptor.digest, parsed.error().message());
      return;
    }
    if (parsed->index)
      for (const auto& entry : parsed->index->manifests)
        reach(entry, "platforms", "an index names it");
    if (parsed->manifest) {
      reach(parsed->manifest->config, "", "a manifest names it as its config");
      for (const auto& layer : parsed->manifest->layers)
        reach(layer, "metadata", "a manifest names it as a layer");
    }
  }

  void reach(const oci::Descriptor& descriptor, std::string_view may_lack, const std::string& why) {
    m_reached.insert(descriptor.digest);
    if (m_there.contains(descriptor.digest))
      return walk(descriptor);
    if (!may_lack.empty() && m_left_out.find(may_lack) != std::string::npos)
      ++m_result.left_out;
    else if (m_missing.insert(descriptor.digest).second)
      find(FindingKind::missing, descriptor.digest, why);
  }

  void find(FindingKind kind, const oci::Digest& digest, std::string message) {
    m_result.findings.push_back({kind, digest.to_string(), m_reference, std::move(message)});
  }

  const Layout& m_layout;
  const std::function<bool(std::uint64_t)>& m_progress;
  std::string m_piece = std::string(k_piece, '\0');
  std::map<oci::Digest, std::uint64_t> m_there; ///< with its size
  std::set<oci::Digest> m_damaged, m_reached, m_missing;
  std::set<std::pair<std::string, oci::Digest>> m_walked; ///< with what may be left out below
  std::string m_reference, m_left_out;                    ///< of the entry that is being walked
  LayoutVerification m_result;
};

} // namespace

base::Result<LayoutVerification> verify_layout(const Layout& layout,
                                               const std::function<bool(std::uint64_t)>& progress) {
  return Verifier(layout, progress).run();
}

} // namespace tagdb::mirror

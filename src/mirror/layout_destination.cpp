#include "index_file.hpp"
#include "layout_lock.hpp"
#include "space.hpp"
#include "staging.hpp"
#include "wrapper.hpp"
#include <tagdb/base/json.hpp>
#include <tagdb/base/text.hpp>
#include <tagdb/mirror/destination.hpp>
#include <tagdb/oci/image_config.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tagdb::mirror {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view k_marker = "{\"imageLayoutVersion\":\"1.0.0\"}";
/// Names that arrived are written out this often, so that a killed run leaves most of them.
constexpr std::size_t k_names_at_once = 64;
constexpr std::size_t k_copy_piece = 1u << 20;

class LayoutDestination final : public Destination {
 public:
  LayoutDestination(fs::path folder, base::Fd use, Spool spool, Layout layout, IndexFile index,
                    base::Log& log)
      : m_folder(std::move(folder)),
        m_use(std::move(use)),
        m_spool(std::move(spool)),
        m_layout(std::move(layout)),
        m_index(std::move(index)),
        m_staging(m_spool.folder(), m_folder / "blobs/sha256"),
        m_log(log) {}

  bool remote() const override { return false; }
  bool name_carries_root() const override { return false; }
  const Spool& spool() const override { return m_spool; }
  std::string place(const oci::RepositoryName&) const override { return {}; }

  void has_blob(const oci::RepositoryName&, const oci::Descriptor& blob, Handler<bool> done) override {
    done(is_there(blob.digest, blob.size));
  }
  void reuse_blob(const oci::RepositoryName&, const oci::Descriptor&, Handler<bool> done) override {
    done(false);
  }
  void put_blob(const oci::RepositoryName&, const oci::Descriptor& descriptor, Blob blob,
                std::function<void(std::uint64_t)> moved, Handler<void> done) override {
    done(take(descriptor, std::move(blob), std::move(moved)));
  }
  void has_manifest(const oci::RepositoryName&, const oci::Digest& digest, Handler<bool> done) override {
    done(is_there(digest, std::nullopt));
  }
  void put_manifest(const oci::RepositoryName&, const std::string&, const std::string& bytes,
                    Handler<void> done) override {
    done(m_staging.add(oci::Digest::of(bytes), bytes));
  }

  void has_name(const Image& image, const LeftOut& left_out, Handler<bool> done) override {
    const auto name = image.tag ? image.name() : std::string();
    bool verbatim = false, by_ref = name.empty() || !is_ref_name(name);
    for (const auto& entry : m_index.entries()) {
      by_ref |= entry.ref_name == name;
      const bool same = entry.descriptor && entry.descriptor->digest == image.digest &&
                        (name.empty() || entry.image_name == name);
      // What was left out then and is wanted now has to be written anew.
      verbatim |= same && (left_out.layers || entry.content.find("metadata") == std::string::npos) &&
                  (left_out.platforms || entry.content.find("platforms") == std::string::npos);
    }
    done(verbatim && by_ref);
  }

  void put_name(const Arrived& arrived, Handler<void> done) override { done(name(arrived)); }

  base::Status check_space(std::span<const std::uint64_t> sizes) const override {
    return check_room(m_folder, sizes, "for what is missing in the layout");
  }

  base::Status finish() override {
    TAGDB_TRY(m_staging.flush());
    if (m_names.empty())
      return {};
    const auto path = m_folder / "index.json";
    TAGDB_TRY_ASSIGN(const auto lock, lock_index(m_folder));
    // Others may have written since.
    TAGDB_TRY_ASSIGN(m_index, IndexFile::read(path));
    for (const auto& entries : m_names)
      m_index.put(entries);
    TAGDB_TRY(base::write_file_atomically(path, m_index.text()));
    m_names.clear();
    return {};
  }

 private:
  /// Whether a blob lies there with the right size. Makes it look new, so that gc leaves it alone until its
  /// name is written.
  bool is_there(const oci::Digest& digest, std::optional<std::uint64_t> size) const {
    if (m_staging.find(digest) != nullptr)
      return true;
    const auto path = m_layout.blob_path(digest);
    struct stat info {};
    if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode) || info.st_size == 0 ||
        (size && static_cast<std::uint64_t>(info.st_size) != *size))
      return false;
    ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0);
    return true;
  }

  base::Status take(const oci::Descriptor& descriptor, Blob blob, std::function<void(std::uint64_t)> moved) {
    if (blob.bytes)
      return m_staging.add(descriptor.digest, *blob.bytes);
    if (blob.file) {
      TAGDB_TRY_ASSIGN(blob.spooled, copy(*blob.file, descriptor, std::move(moved)));
    }
    return blob.spooled->move_to(m_layout.blob_path(descriptor.digest));
  }

  /// Another layout's file, verified on its way.
  base::Result<std::shared_ptr<SpoolFile>> copy(const fs::path& from, const oci::Descriptor& descriptor,
                                                std::function<void(std::uint64_t)> moved) {
    const base::Fd file(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid())
      return base::system_error("cannot open " + from.string(), errno);
    TAGDB_TRY_ASSIGN(auto spooled, m_spool.begin(descriptor.digest, descriptor.size));
    spooled->on_progress(std::move(moved));
    std::string piece(k_copy_piece, '\0');
    for (;;) {
      const auto got = ::pread(file.get(), piece.data(), piece.size(), static_cast<off_t>(spooled->offset()));
      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        return base::system_error("cannot read " + from.string(), errno);
      if (got == 0)
        break;
      TAGDB_TRY(spooled->write({piece.data(), static_cast<std::size_t>(got)}));
    }
    if (auto finished = spooled->finish(); !finished) {
      if (finished.error().kind() == base::ErrorKind::integrity)
        spooled->discard();
      return std::move(finished).error().while_doing("copying " + from.string());
    }
    return spooled;
  }

  base::Status name(const Arrived& arrived) {
    const auto name = arrived.image.tag ? arrived.image.name() : std::string();
    std::string content = arrived.left_out.layers ? "metadata" : "";
    if (arrived.left_out.platforms)
      content += content.empty() ? "platforms" : ",platforms";
    const oci::Descriptor root{arrived.media_type, arrived.image.digest, arrived.bytes.size(), {}, {}};
    const bool nameable = !name.empty() && is_ref_name(name);
    if (!name.empty() && !nameable)
      m_log.warning_once(fmt::format("{} is outside the grammar of {}: containerd will find it by its name, "
                                     "skopeo will not",
                                     name, k_ref_name));
    const auto type = oci::parse_manifest_type(arrived.media_type);
    const bool direct =
        type == oci::ManifestType::oci_manifest || (type == oci::ManifestType::oci_index && !arrived.nested);
    std::vector<IndexEntry> entries{make_entry(root, name, nameable && direct ? name : "", content)};
    if (nameable && !direct && !arrived.platforms.empty()) {
      auto platforms = arrived.platforms;
      if (type && !oci::is_index(*type))
        platforms.front().platform = platform_of_config(arrived.bytes, arrived.media_type);
      const auto bytes = make_wrapper(platforms);
      const auto digest = oci::Digest::of(bytes);
      TAGDB_TRY(m_staging.add(digest, bytes));
      entries.push_back(
          make_entry({std::string(oci::k_oci_index), digest, bytes.size(), {}, {}}, "", name, content));
    }
    m_names.push_back(std::move(entries));
    return m_names.size() < k_names_at_once ? base::Status() : finish();
  }

  /// What an index would have said of a bare manifest; nothing where its config does not say it.
  std::optional<oci::Platform> platform_of_config(const std::string& manifest,
                                                  const std::string& type) const {
    const auto parsed = oci::parse_manifest(manifest, type);
    if (!parsed || !parsed->manifest)
      return std::nullopt;
    const auto& digest = parsed->manifest->config.digest;
    std::optional<std::string> bytes;
    if (const auto* staged = m_staging.find(digest))
      bytes = *staged;
    else if (auto read = m_layout.bytes(digest))
      bytes = *std::move(read);
    const auto config =
        bytes ? oci::parse_image_config(*bytes) : base::Error(base::ErrorKind::not_found, "no config");
    if (!config || config->os.empty())
      return std::nullopt;
    return oci::Platform{config->os, config->architecture, config->variant, config->os_version,
                         config->os_features};
  }

  const fs::path m_folder;
  const base::Fd m_use;
  const Spool m_spool;
  const Layout m_layout;
  IndexFile m_index; ///< as last read
  Staging m_staging;
  base::Log& m_log;
  std::vector<std::vector<IndexEntry>> m_names; ///< that are not written yet
};

/// An empty folder, one that is not there, or a layout.
base::Status check_folder(const fs::path& folder) {
  std::error_code failed;
  if (fs::exists(folder / "oci-layout", failed) || !fs::exists(folder, failed))
    return {};
  for (const auto& entry : fs::directory_iterator(folder, failed))
    if (entry.path().filename() != k_own_folder)
      return base::Error(base::ErrorKind::usage,
                         fmt::format("{} is no OCI layout, and not empty", folder.string()),
                         "name a folder that is not there yet, or one that tagdb or skopeo made");
  if (failed)
    return base::system_error("cannot look into " + folder.string(), failed.value());
  return {};
}

} // namespace

base::Result<std::unique_ptr<Destination>> make_layout_destination(fs::path folder, base::Log& log) {
  TAGDB_TRY(check_folder(folder));
  TAGDB_TRY(base::make_directories(folder));
  TAGDB_TRY_ASSIGN(auto use, lock_layout(folder, Use::shared));
  TAGDB_TRY(base::make_directories(folder / "blobs/sha256"));
  TAGDB_TRY_ASSIGN(auto spool, Spool::open(folder / k_own_folder / "partial"));
  std::error_code failed;
  if (!fs::exists(folder / "oci-layout", failed))
    TAGDB_TRY(base::write_file_atomically(folder / "oci-layout", k_marker));
  TAGDB_TRY_ASSIGN(auto layout, Layout::open(folder));
  TAGDB_TRY_ASSIGN(auto index, IndexFile::read(folder / "index.json"));
  return std::unique_ptr<Destination>(std::make_unique<LayoutDestination>(
      std::move(folder), std::move(use), std::move(spool), std::move(layout), std::move(index), log));
}

} // namespace tagdb::mirror

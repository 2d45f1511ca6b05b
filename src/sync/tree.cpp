#include "tree.hpp"

#include "failure.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tagdb::sync {

namespace {

/// How deep indexes may lie in indexes. Windows base images have one level; the spec allows any.
constexpr std::uint8_t k_max_depth = 4;
/// A Windows config has under 1 kB, the largest known Linux ones have tens.
constexpr std::size_t k_max_config_bytes = 4u << 20;
/// What may be on its way at once. The tags in progress need a fraction; an index made of thousands of
/// indexes must not fill the memory.
constexpr std::size_t k_max_nodes = 20'000;

unsigned char nibble(char c) {
  return static_cast<unsigned char>(c <= '9' ? c - '0' : c - 'a' + 10);
}

} // namespace

Tree::Tree(registry::RegistryClient& registry, const oci::RepositoryName& repository, Recorder& recorder,
           Listener listener)
    : m_registry(registry), m_repository(repository), m_recorder(recorder), m_listener(std::move(listener)) {}

Tree::Key Tree::key_of(const oci::Digest& digest) {
  const auto hex = digest.encoded();
  Key key{};
  for (std::size_t i = 0; i < key.size(); ++i)
    key[i] = static_cast<unsigned char>(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
  return key;
}

std::size_t Tree::KeyHash::operator()(const Key& key) const noexcept {
  std::size_t hash = 0;
  std::memcpy(&hash, key.data(), sizeof hash);
  return hash;
}

Tree::Id Tree::allocate() {
  if (!m_free.empty()) {
    const Id id = m_free.back();
    m_free.pop_back();
    return id;
  }
  m_nodes.emplace_back();
  return static_cast<Id>(m_nodes.size() - 1);
}

Tree::Id Tree::begin(const Key& key, const oci::Digest& digest, std::string media_type, Kind kind,
                     std::uint8_t depth) {
  const Id id = allocate();
  auto& node = m_nodes[id];
  node.digest = digest;
  node.media_type = std::move(media_type);
  node.kind = kind;
  node.depth = depth;
  node.open = 1;
  m_seen[key] = id;
  return id;
}

void Tree::want(registry::Resolved resolved, Waiter waiter) {
  if (!resolved.digest.verifiable()) {
    const base::Error error(base::ErrorKind::integrity,
                            "cannot verify " + std::string(resolved.digest.algorithm()) + " digests");
    return m_listener.settled(waiter, {false, &error});
  }
  const auto key = key_of(resolved.digest);
  const auto seen = m_seen.find(key);
  if (seen == m_seen.end()) {
    const Id id = begin(key, resolved.digest, std::move(resolved.media_type), Kind::manifest, 0);
    m_nodes[id].tags.push_back(waiter);
    start(id, std::move(resolved.bytes));
  } else if (seen->second == k_held) {
    m_listener.settled(waiter, {true, nullptr});
  } else if (seen->second == k_failed) {
    // A copy: whoever listens may bring more of them about.
    const base::Error error = m_errors.at(key);
    m_listener.settled(waiter, {false, &error});
  } else {
    m_nodes[seen->second].tags.push_back(waiter);
  }
}

void Tree::start(Id id, std::optional<std::string> bytes) {
  if (m_ask_database && find_in_database(id))
    return;
  if (!bytes)
    return fetch(id);
  ++m_fetched;
  const std::string media_type = m_nodes[id].media_type;
  take_manifest(id, *std::move(bytes), media_type, Origin::registry);
}

bool Tree::find_in_database(Id id) {
  auto& node = m_nodes[id];
  auto content = m_recorder.find_content(*node.digest);
  if (!content)
    return false;
  if (!content->held) {
    if (!content->refused.empty())
      node.refused_before = std::move(content->refused);
    return false;
  }
  if (node.kind == Kind::config) {
    close_one(id);
    return true;
  }
  // What is below it may be lacking: a run was killed, or a fetch failed.
  auto bytes = m_recorder.bytes(*node.digest);
  if (!bytes)
    return false;
  take_manifest(id, *std::move(bytes), content->media_type, Origin::database);
  return true;
}

void Tree::fetch(Id id) {
  if (m_stopping)
    return fail(id, base::Error(base::ErrorKind::interrupted, "stopped"), true);
  const auto& node = m_nodes[id];
  const auto done = [this, id](base::Result<registry::Fetched> fetched) { arrived(id, std::move(fetched)); };
  if (node.kind == Kind::manifest)
    m_registry.fetch_manifest(m_repository, *node.digest, done);
  else
    m_registry.fetch_blob(m_repository, *node.digest, k_max_config_bytes, done);
}

void Tree::arrived(Id id, base::Result<registry::Fetched> fetched) {
  if (!fetched) {
    // Bytes with another hash are a fault on the way or on the server, not what the digest names: whether
    // they are refused for good is asked again each time.
    const bool wrong_bytes = fetched.error().kind() == base::ErrorKind::integrity;
    return fail(id, std::move(fetched).error(), wrong_bytes);
  }
  ++m_fetched;
  if (m_nodes[id].kind == Kind::manifest)
    take_manifest(id, std::move(fetched->bytes), fetched->media_type, Origin::registry);
  else
    take_config(id, std::move(fetched->bytes));
}

void Tree::take_manifest(Id id, std::string bytes, std::string_view media_type, Origin origin) {
  auto parsed = oci::parse_manifest(bytes, media_type);
  if (!parsed)
    return fail(id, std::move(parsed).error(), false);
  // What is refused without being asked for is recorded behind that which names it.
  std::vector<Refusal> refused;
  if (parsed->index)
    for (const auto& child : parsed->index->manifests)
      want_child(id, child, Kind::manifest, refused);
  else
    want_child(id, parsed->manifest->config, Kind::config, refused);
  if (origin == Origin::registry)
    m_recorder.add(NewManifest{*m_nodes[id].digest, std::string(oci::to_string(parsed->type)),
                               std::move(bytes), *std::move(parsed)});
  for (auto& refusal : refused)
    m_recorder.add(std::move(refusal));
  close_one(id);
}

void Tree::take_config(Id id, std::string bytes) {
  auto& node = m_nodes[id];
  m_recorder.add(
      NewConfig{*node.digest, std::move(node.media_type), std::move(bytes), std::move(node.refused_before)});
  close_one(id);
}

void Tree::want_child(Id parent, const oci::Descriptor& child, Kind kind, std::vector<Refusal>& refused) {
  const auto refuse = [&](const base::Error& error, bool final) {
    if (final)
      refused.push_back({child.digest, answer_of(error)});
    m_listener.failed(
        make_failure(m_repository.to_string() + "@" + child.digest.to_string(), "manifest", error, false),
        final);
  };
  if (kind == Kind::manifest && !oci::parse_manifest_type(child.media_type)) {
    // An index may list anything (image-spec); only manifests are images.
    refused.push_back({child.digest, "no manifest"});
    return;
  }
  const auto depth = static_cast<std::uint8_t>(m_nodes[parent].depth + 1);
  if (!child.digest.verifiable())
    return refuse(
        {base::ErrorKind::integrity, "cannot verify " + std::string(child.digest.algorithm()) + " digests"},
        true);
  if (kind == Kind::manifest && depth > k_max_depth)
    return refuse({base::ErrorKind::integrity, "indexes lie in indexes too deep"}, true);
  const auto key = key_of(child.digest);
  const auto seen = m_seen.find(key);
  if (seen != m_seen.end()) {
    if (seen->second == k_held || seen->second == k_failed)
      return;
    ++m_nodes[parent].open;
    m_nodes[seen->second].parents.push_back(parent);
    return;
  }
  if (m_nodes.size() - m_free.size() >= k_max_nodes)
    return refuse({base::ErrorKind::internal, "an index lists more than is fetched at once"}, false);
  const Id id = begin(key, child.digest, child.media_type, kind, depth);
  ++m_nodes[parent].open;
  m_nodes[id].parents.push_back(parent);
  start(id, std::nullopt);
}

void Tree::fail(Id id, base::Error error, bool retry_next_time) {
  auto& node = m_nodes[id];
  if (error.kind() != base::ErrorKind::interrupted) {
    const bool final = registry::is_refusal(error);
    if (!node.parents.empty()) {
      const bool known = final && node.refused_before == answer_of(error);
      m_listener.failed(make_failure(m_repository.to_string() + "@" + node.digest->to_string(),
                                     node.kind == Kind::config ? "config" : "manifest", error, known),
                        final);
    }
    if (final && !retry_next_time)
      m_recorder.add(Refusal{*node.digest, answer_of(error)});
  }
  m_nodes[id].error = std::move(error);
  close_one(id);
}

void Tree::close_one(Id id) {
  if (--m_nodes[id].open == 0)
    settle(id);
}

void Tree::settle(Id id) {
  // Its place is free before anybody hears of it, because they may need one.
  const Node node = std::exchange(m_nodes[id], Node{});
  m_free.push_back(id);
  const auto key = key_of(*node.digest);
  m_seen[key] = node.error ? k_failed : k_held;
  if (node.error)
    m_errors.emplace(key, *node.error);
  for (const Waiter tag : node.tags)
    m_listener.settled(tag, {!node.error, node.error ? &*node.error : nullptr});
  for (const Id parent : node.parents)
    close_one(parent);
}

} // namespace tagdb::sync

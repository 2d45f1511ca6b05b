#include "copier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace tagdb::mirror {

namespace {
constexpr std::uint64_t k_large = 16u << 20;
/// Small blobs on their way at once: enough for every connection, few enough to be held in memory.
constexpr unsigned k_small_at_once = 32;
} // namespace

std::string_view to_string(CopyOutcome outcome) {
  switch (outcome) {
  case CopyOutcome::complete:
    return "complete";
  case CopyOutcome::partial:
    return "partial";
  case CopyOutcome::failed:
    return "failed";
  case CopyOutcome::interrupted:
    return "interrupted";
  }
  return "";
}

base::Result<CopyReport> copy_images(const CopyContext& context, Source& source, Destination& destination,
                                     std::span<const Image> images, const CopyOptions& options) {
  return Copier(context, source, destination, images, options).run();
}

Copier::Copier(const CopyContext& context, Source& source, Destination& destination,
               std::span<const Image> images, const CopyOptions& options)
    : m_context(context),
      m_source(source),
      m_destination(destination),
      m_images(images),
      m_options(options),
      m_graph(source, destination, options),
      m_named(images.size()) {
  m_state.images = images.size();
}

base::Result<CopyReport> Copier::run() {
  read();
  if (!m_stopped)
    ask();
  if (!m_stopped) {
    TAGDB_TRY(plan());
    move();
  }
  return report();
}

bool Copier::stopped() {
  m_stopped = m_stopped || (m_context.stop && m_context.stop());
  return m_stopped;
}

bool Copier::work() {
  if (m_context.http != nullptr)
    m_context.http->run([this] {
      told();
      return stopped();
    });
  return !stopped();
}

void Copier::read() {
  for (std::size_t i = 0; i < m_images.size(); ++i)
    m_graph.add(i, m_images[i]);
  work();
}

// --- Asking ---

void Copier::ask() {
  for (auto& blob : m_graph.blobs())
    m_destination.has_blob(blob.repository, blob.descriptor, [&blob](base::Result<bool> there) {
      if (!there) {
        blob.error = std::move(there).error();
        return;
      }
      blob.asked = true;
      blob.there = blob.arrived = *there;
    });
  for (auto& node : m_graph.manifests())
    if (node.read && node.own_put)
      m_destination.has_manifest(node.repository, node.digest, [&node](base::Result<bool> there) {
        if (there)
          node.there = *there;
        else
          node.error = std::move(there).error();
      });
  for (std::size_t i = 0; i < m_images.size(); ++i) {
    const auto& root = *m_graph.root(i);
    if (root.read)
      m_destination.has_name(m_images[i], left_out_of(root), [this, i](base::Result<bool> there) {
        m_named[i].asked = true;
        if (there)
          m_named[i].there = *there;
        else
          m_named[i].error = std::move(there).error();
      });
  }
  work();
}

bool Copier::is_large(const BlobNode& blob) const {
  return blob.descriptor.size >= k_large;
}

/// Bytes that moving a blob takes: down, up, or (between two folders) across.
std::uint64_t Copier::cost_of(const BlobNode& blob) const {
  const auto ways =
      static_cast<std::uint64_t>(m_source.remote()) + static_cast<std::uint64_t>(m_destination.remote());
  return blob.descriptor.size * std::max<std::uint64_t>(ways, 1);
}

/// The most that can lie in the spool at once, where a blob is removed from it when it was sent.
std::vector<std::uint64_t> Copier::at_once(std::vector<std::uint64_t> sizes) const {
  std::sort(sizes.begin(), sizes.end(), std::greater<>());
  const auto small = std::find_if(sizes.begin(), sizes.end(), [](auto size) { return size < k_large; });
  const auto large = std::min<std::ptrdiff_t>(small - sizes.begin(), std::max(m_options.large_blobs, 1u));
  std::vector<std::uint64_t> together(sizes.begin(), sizes.begin() + large);
  together.insert(together.end(), small,
                  small + std::min<std::ptrdiff_t>(sizes.end() - small, k_small_at_once));
  return together;
}

base::Status Copier::plan() {
  std::vector<std::uint64_t> missing;
  for (auto& blob : m_graph.blobs()) {
    if (blob.there)
      ++m_report.blobs_there;
    if (blob.there || !blob.asked)
      continue;
    m_queue.push_back(&blob);
    const auto held = std::min(m_destination.spool().held(blob.descriptor.digest), blob.descriptor.size);
    missing.push_back(blob.descriptor.size - held);
    m_state.to_move += cost_of(blob);
  }
  m_state.blobs = m_queue.size();
  // A blob that goes from a layout to a registry is not spooled at all.
  if (m_destination.remote())
    missing = m_source.remote() ? at_once(std::move(missing)) : std::vector<std::uint64_t>();
  TAGDB_TRY(m_destination.check_space(missing));
  m_context.progress.planned(m_state);
  return {};
}

// --- Moving ---

void Copier::move() {
  m_moving = true;
  for (auto& node : m_graph.manifests()) {
    node.waiting = node.children.size();
    for (const auto* blob : node.blobs)
      node.waiting += blob->arrived ? 0 : 1;
  }
  // The same manifest may stand in an index twice, and is waited for once.
  for (auto& node : m_graph.manifests()) {
    std::set<const ManifestNode*> distinct;
    for (const auto& [child, entry] : node.children)
      distinct.insert(child);
    node.waiting -= node.children.size() - distinct.size();
  }
  std::vector<ManifestNode*> ready;
  for (auto& node : m_graph.manifests())
    if (node.waiting == 0)
      ready.push_back(&node);
  for (auto* node : ready)
    if (!stopped())
      put(*node);
  do
    pump();
  while (work() && (!m_queue.empty() || m_large + m_small > 0));
}

bool Copier::may_start(const BlobNode& blob) const {
  if (m_busy.contains(blob.descriptor.digest))
    return false;
  return is_large(blob) ? m_large < std::max(m_options.large_blobs, 1u) : m_small < k_small_at_once;
}

void Copier::pump() {
  if (m_pumping)
    return; // what ends at once is seen by the loop that began it
  m_pumping = true;
  for (bool again = true; again && !stopped();) {
    again = false;
    for (std::size_t i = 0; i < m_queue.size() && !stopped(); ++i) {
      auto* blob = m_queue[i];
      if (!may_start(*blob))
        continue;
      m_queue.erase(m_queue.begin() + static_cast<std::ptrdiff_t>(i));
      start(*blob);
      again = true;
      break;
    }
  }
  m_pumping = false;
}

void Copier::start(BlobNode& blob) {
  ++(is_large(blob) ? m_large : m_small);
  m_busy.insert(blob.descriptor.digest);
  m_context.progress.blob_started(blob.descriptor);
  m_destination.reuse_blob(blob.repository, blob.descriptor, [this, &blob](base::Result<bool> reused) {
    if (!reused)
      return ended(blob, std::move(reused).error());
    if (!*reused)
      return fetch(blob);
    ++m_report.blobs_mounted;
    m_state.to_move -= cost_of(blob);
    ended(blob, {});
  });
}

void Copier::fetch(BlobNode& blob) {
  const auto moved = [this, &blob](std::uint64_t bytes) { this->moved(blob, bytes); };
  m_source.blob(blob.repository, blob.descriptor, m_destination.spool(), moved,
                [this, &blob, moved](base::Result<Blob> got) {
                  if (!got)
                    return ended(blob, std::move(got).error());
                  m_destination.put_blob(blob.repository, blob.descriptor, *std::move(got), moved,
                                         [this, &blob](base::Status put) {
                                           if (put) {
                                             ++m_report.blobs_sent;
                                             m_report.bytes_sent += blob.descriptor.size;
                                           }
                                           ended(blob, std::move(put));
                                         });
                });
}

void Copier::ended(BlobNode& blob, base::Status result) {
  --(is_large(blob) ? m_large : m_small);
  m_busy.erase(blob.descriptor.digest);
  m_context.progress.blob_finished(blob.descriptor, result.has_value());
  if (result) {
    ++m_state.blobs_done;
    blob.arrived = true;
    for (auto* node : blob.above)
      arrived_below(*node);
  } else {
    m_state.failures += is_interrupted(result.error()) ? 0 : 1;
    blob.error = std::move(result).error();
  }
  told();
  pump();
}

void Copier::arrived_below(ManifestNode& node) {
  if (--node.waiting == 0)
    put(node);
}

void Copier::put(ManifestNode& node) {
  if (node.error || !node.read)
    return;
  if (!node.own_put || node.there) {
    if (node.own_put)
      ++m_report.manifests_there;
    return arrived(node);
  }
  m_destination.put_manifest(node.repository, node.media_type, node.bytes, [this, &node](base::Status sent) {
    if (!sent) {
      m_state.failures += is_interrupted(sent.error()) ? 0 : 1;
      node.error = std::move(sent).error();
      return;
    }
    ++m_report.manifests_sent;
    arrived(node);
  });
}

void Copier::arrived(ManifestNode& node) {
  node.arrived = true;
  for (auto* above : node.above)
    arrived_below(*above);
  for (const auto index : node.images)
    name(index);
}

void Copier::name(std::size_t index) {
  auto& named = m_named[index];
  if (named.error || !named.asked)
    return;
  if (named.there) {
    ++m_report.names_there;
    named.arrived = true;
    ++m_state.images_done;
    return;
  }
  const auto& root = *m_graph.root(index);
  Arrived arrived{m_images[index], root.media_type, root.bytes, {}, false, left_out_of(root)};
  collect_platforms(root, arrived);
  m_destination.put_name(arrived, [this, index](base::Status put) { this->named(index, std::move(put)); });
}

void Copier::named(std::size_t index, base::Status result) {
  if (result) {
    m_named[index].arrived = true;
    ++m_report.names_written;
    ++m_state.images_done;
  } else {
    m_state.failures += is_interrupted(result.error()) ? 0 : 1;
    m_named[index].error = std::move(result).error();
  }
  told();
}

void Copier::moved(const BlobNode& blob, std::uint64_t bytes) {
  // What is fetched anew for a wrong hash, or was there from an earlier run, must not spoil the sum.
  m_state.moved = std::min(m_state.moved + bytes, m_state.to_move);
  m_context.progress.blob_moved(blob.descriptor, bytes);
  told();
}

void Copier::told() {
  if (!m_moving)
    return;
  m_state.held = m_context.http != nullptr && m_context.http->holding();
  m_context.progress.update(m_state);
}

// --- Telling ---

base::Result<CopyReport> Copier::report() {
  // What arrived is made visible whatever became of the rest.
  TAGDB_TRY(m_destination.finish());
  std::size_t arrived = 0;
  const auto record = [&](const Image& image, std::string_view stage, const base::Error& error) {
    if (is_interrupted(error))
      return;
    store::FailureRecord failure;
    failure.reference = image.repository.to_string() +
                        (image.tag ? ":" + image.tag->to_string() : "@" + image.digest.to_string());
    failure.stage = stage;
    failure.status = error.fault().status;
    failure.code =
        error.fault().code.empty() ? std::string(base::to_string(error.kind())) : error.fault().code;
    failure.message = error.to_string();
    failure.advice = error.hint();
    failure.tries = error.fault().tries;
    m_report.failures.push_back(std::move(failure));
  };
  for (std::size_t i = 0; i < m_images.size(); ++i) {
    const auto& root = *m_graph.root(i);
    const auto& named = m_named[i];
    ImageReport image{m_images[i]};
    image.arrived = named.arrived;
    image.unchanged = named.arrived && named.there;
    image.left_out = left_out_of(root);
    image.bytes = bytes_of(root);
    arrived += named.arrived;
    for (const auto& cause : causes_of(root))
      record(m_images[i], cause.stage, *cause.error);
    if (named.error)
      record(m_images[i], "name", *named.error);
    m_report.images.push_back(std::move(image));
  }
  if (m_stopped)
    m_report.outcome = CopyOutcome::interrupted;
  else if (arrived == m_images.size())
    m_report.outcome = CopyOutcome::complete;
  else
    m_report.outcome = arrived == 0 && m_report.blobs_sent == 0 ? CopyOutcome::failed : CopyOutcome::partial;
  return std::move(m_report);
}

} // namespace tagdb::mirror

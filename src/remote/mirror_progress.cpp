#include "mirror_progress.hpp"

#include <tagdb/base/json.hpp>
#include <tagdb/base/text.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace tagdb::remote {

namespace {

using namespace std::chrono_literals;

constexpr auto k_redraw = 100ms;
constexpr auto k_line = 500ms;
constexpr int k_narrowest_bar = 10;
constexpr int k_widest_bar = 30;
constexpr std::string_view k_clear = "\r\033[K";

double part_done(const mirror::CopyState& state) {
  if (state.to_move == 0)
    return 1;
  return static_cast<double>(std::min(state.moved, state.to_move)) / static_cast<double>(state.to_move);
}

/// Blobs that are on their way, and what came of each.
class OnTheirWay {
 public:
  void start(const oci::Descriptor& blob) { m_blobs.try_emplace(blob.digest.to_string(), blob.size, 0); }
  void move(const oci::Descriptor& blob, std::uint64_t bytes) {
    auto& [size, moved] = m_blobs.try_emplace(blob.digest.to_string(), blob.size, 0).first->second;
    moved += bytes;
    m_last = blob.digest.to_string();
  }
  void finish(const oci::Descriptor& blob) { m_blobs.erase(blob.digest.to_string()); }

  /// "sha256:0123456789ab 45%", of the one that moved last.
  std::string last() const {
    const auto found = m_blobs.find(m_last);
    if (found == m_blobs.end())
      return {};
    const auto& [size, moved] = found->second;
    // What goes down and up again counts twice.
    const auto percent = size == 0 ? 100 : std::min<std::uint64_t>(moved * 100 / size, 100);
    constexpr std::size_t k_shown = 7 + 12;
    return fmt::format("{} {}%", m_last.substr(0, k_shown), percent);
  }
  void write(base::JsonWriter& json) const {
    json.key("blobsOnTheirWay").begin_array();
    for (const auto& [digest, one] : m_blobs)
      json.begin_object()
          .member("digest", digest)
          .member("size", one.first)
          .member("bytes", one.second)
          .end_object();
    json.end_array();
  }

 private:
  std::map<std::string, std::pair<std::uint64_t, std::uint64_t>> m_blobs; ///< digest: size, moved
  std::string m_last;
};

class CopyBar final : public ShownCopy {
 public:
  CopyBar(Show show, std::function<int()> width, const base::Clock& clock)
      : m_show(std::move(show)), m_width(std::move(width)), m_clock(clock) {}
  ~CopyBar() override { hide(); }

  void blob_started(const oci::Descriptor& blob) override { m_blobs.start(blob); }
  void blob_moved(const oci::Descriptor& blob, std::uint64_t bytes) override { m_blobs.move(blob, bytes); }
  void blob_finished(const oci::Descriptor& blob, bool) override { m_blobs.finish(blob); }
  void update(const mirror::CopyState& state) override {
    const auto now = m_clock.monotonic();
    if (m_drawn_at && now - *m_drawn_at < k_redraw)
      return;
    m_rate.add(state.moved, now);
    m_drawn_at = now;
    m_visible = true;
    // The last column stays free: a terminal that wraps there would scroll.
    m_show("\r" + draw_copy(state, m_rate.per_second(), m_blobs.last(), m_width() - 1) + "\033[K");
  }
  void hide() override {
    if (std::exchange(m_visible, false))
      m_show(k_clear);
    m_drawn_at.reset();
  }

 private:
  Show m_show;
  std::function<int()> m_width;
  const base::Clock& m_clock;
  OnTheirWay m_blobs;
  Rate m_rate;
  bool m_visible = false;
  std::optional<std::chrono::nanoseconds> m_drawn_at;
};

class CopyLines final : public ShownCopy {
 public:
  CopyLines(Show show, const base::Clock& clock) : m_show(std::move(show)), m_clock(clock) {}

  void planned(const mirror::CopyState& state) override { say("planned", state); }
  void blob_started(const oci::Descriptor& blob) override {
    m_blobs.start(blob);
    say_blob("blobStarted", blob, std::nullopt);
  }
  void blob_moved(const oci::Descriptor& blob, std::uint64_t bytes) override { m_blobs.move(blob, bytes); }
  void blob_finished(const oci::Descriptor& blob, bool arrived) override {
    m_blobs.finish(blob);
    say_blob("blobFinished", blob, arrived);
  }
  void update(const mirror::CopyState& state) override {
    const auto now = m_clock.monotonic();
    if (m_said_at && now - *m_said_at < k_line)
      return;
    m_rate.add(state.moved, now);
    say("progress", state);
  }
  void hide() override {}

 private:
  void say(std::string_view what, const mirror::CopyState& state) {
    m_said_at = m_clock.monotonic();
    base::JsonWriter json;
    json.begin_object().member("progress", what);
    json.member("images", state.images).member("imagesDone", state.images_done);
    json.member("blobs", state.blobs).member("blobsDone", state.blobs_done);
    json.member("bytes", state.to_move).member("bytesDone", state.moved);
    json.member("failures", state.failures).member("held", state.held).key("perSecond");
    if (const auto rate = m_rate.per_second())
      json.value(static_cast<std::int64_t>(std::llround(*rate)));
    else
      json.null();
    m_blobs.write(json);
    json.end_object();
    m_show(json.text() + "\n");
  }
  void say_blob(std::string_view what, const oci::Descriptor& blob, std::optional<bool> arrived) {
    base::JsonWriter json;
    json.begin_object().member("progress", what).member("digest", blob.digest.to_string());
    json.member("size", blob.size);
    if (arrived)
      json.member("arrived", *arrived);
    json.end_object();
    m_show(json.text() + "\n");
  }

  Show m_show;
  const base::Clock& m_clock;
  OnTheirWay m_blobs;
  Rate m_rate;
  std::optional<std::chrono::nanoseconds> m_said_at;
};

class NoCopyProgress final : public ShownCopy {
 public:
  void hide() override {}
};

} // namespace

std::string draw_copy(const mirror::CopyState& state, std::optional<double> rate, const std::string& blob,
                      int width) {
  const auto room = static_cast<std::size_t>(std::max(width, 0));
  std::string text = fmt::format("{}/{} blobs", state.blobs_done, state.blobs);
  const auto add = [&](const std::string& part) {
    if (!part.empty() && text.size() + 2 + part.size() <= room)
      text += "  " + part;
  };
  if (state.failures > 0)
    add(fmt::format("{} failed", state.failures));
  if (state.to_move > 0)
    add(base::format_bytes(state.moved) + "/" + base::format_bytes(state.to_move));
  if (state.held) {
    add("waiting, as the registry asks");
  } else if (rate && *rate >= 1) {
    add(base::format_bytes(static_cast<std::uint64_t>(*rate)) + "/s");
    const double left = static_cast<double>(state.to_move - std::min(state.moved, state.to_move)) / *rate;
    constexpr double k_not_worth_telling = 100 * 3600;
    if (left > 0 && left < k_not_worth_telling)
      add(clock_time(left) + " left");
  }
  add(blob);
  constexpr std::string_view k_title = "mirror";
  if (text.size() + k_title.size() + 1 <= room) {
    const int left = static_cast<int>(room - text.size() - k_title.size()) - 4; // two spaces, two brackets
    std::string front(k_title);
    if (left >= k_narrowest_bar)
      front += " " + filled_bar(part_done(state), std::min(left, k_widest_bar));
    text = front + " " + text;
  }
  return text.substr(0, room);
}

std::unique_ptr<ShownCopy> make_copy_bar(Show show, std::function<int()> width, const base::Clock& clock) {
  return std::make_unique<CopyBar>(std::move(show), std::move(width), clock);
}

std::unique_ptr<ShownCopy> make_copy_lines(Show show, const base::Clock& clock) {
  return std::make_unique<CopyLines>(std::move(show), clock);
}

std::unique_ptr<ShownCopy> make_no_copy_progress() {
  return std::make_unique<NoCopyProgress>();
}

std::unique_ptr<ShownCopy> make_copy_progress(const cli::Session& session, cli::ProgressMode mode) {
  const auto show = [&session](std::string_view text) { session.print_error(text); };
  if (mode == cli::ProgressMode::json)
    return make_copy_lines(show, session.clock);
  return shows_bar(session, mode) ? make_copy_bar(show, progress_width, session.clock)
                                  : make_no_copy_progress();
}

} // namespace tagdb::remote

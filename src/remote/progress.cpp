#include "progress.hpp"

#include <tagdb/base/json.hpp>
#include <tagdb/base/terminal.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace tagdb::remote {

namespace {

using namespace std::chrono_literals;

constexpr auto k_redraw = 100ms;
constexpr auto k_line = 500ms;
/// How far back the rate remembers.
constexpr double k_memory_seconds = 5;
constexpr std::string_view k_clear = "\r\033[K";
constexpr int k_default_width = 80;
constexpr int k_narrowest_bar = 10;
constexpr int k_widest_bar = 40;

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

std::string time_left(const sync::ProgressState& state, std::optional<double> rate) {
  constexpr double k_not_worth_telling = 100 * 3600;
  if (state.held)
    return "waiting, as the registry asks";
  if (!rate || *rate <= 0 || state.tags_done >= state.tags_due)
    return {};
  const double left = static_cast<double>(state.tags_due - state.tags_done) / *rate;
  return left < k_not_worth_telling ? clock_time(left) + " left" : std::string();
}

double part_done(const sync::ProgressState& state) {
  return state.tags_due == 0 ? 1
                             : static_cast<double>(std::min(state.tags_done, state.tags_due)) /
                                   static_cast<double>(state.tags_due);
}

class Bar final : public ShownProgress {
 public:
  Bar(Show show, std::function<int()> width, const base::Clock& clock)
      : m_show(std::move(show)), m_width(std::move(width)), m_clock(clock) {}
  ~Bar() override { hide(); }

  void repository_started(const oci::RepositoryName& repository) override {
    m_title = repository.to_string();
    m_rate = {};
    m_state.reset();
    draw();
  }
  void update(const sync::ProgressState& state) override {
    m_state = state;
    const auto now = m_clock.monotonic();
    if (m_drawn_at && now - *m_drawn_at < k_redraw)
      return;
    m_rate.add(state.tags_done, now);
    draw();
  }
  void repository_finished(const oci::RepositoryName&) override { hide(); }

  void hide() override {
    if (std::exchange(m_visible, false))
      m_show(k_clear);
    m_drawn_at.reset();
  }
  void waiting(const Waiting& state) override {
    m_visible = true;
    m_show("\r" + draw_waiting(state, m_width() - 1) + "\033[K");
  }

 private:
  void draw() {
    m_drawn_at = m_clock.monotonic();
    m_visible = true;
    // The last column stays free: a terminal that wraps there would scroll.
    const int width = m_width() - 1;
    const auto text =
        m_state ? draw_bar(m_title, *m_state, m_rate.per_second(), width)
                : (m_title + ": listing its tags").substr(0, static_cast<std::size_t>(std::max(width, 0)));
    m_show("\r" + text + "\033[K");
  }

  Show m_show;
  std::function<int()> m_width;
  const base::Clock& m_clock;
  std::string m_title;
  std::optional<sync::ProgressState> m_state; ///< nothing while the tags are listed
  Rate m_rate;
  bool m_visible = false;
  std::optional<std::chrono::nanoseconds> m_drawn_at;
};

class Lines final : public ShownProgress {
 public:
  Lines(Show show, const base::Clock& clock) : m_show(std::move(show)), m_clock(clock) {}

  void repository_started(const oci::RepositoryName& repository) override {
    m_repository = repository.to_string();
    m_state = {};
    m_rate = {};
    say("started");
  }
  void update(const sync::ProgressState& state) override {
    m_state = state;
    const auto now = m_clock.monotonic();
    if (m_said_at && now - *m_said_at < k_line)
      return;
    m_rate.add(state.tags_done, now);
    say("progress");
  }
  void repository_finished(const oci::RepositoryName&) override { say("finished"); }
  void hide() override {}
  void waiting(const Waiting& state) override {
    if (std::exchange(m_until, state.until) == state.until)
      return;
    base::JsonWriter json;
    json.begin_object().member("progress", "waiting").member("release", state.release);
    json.key("missing").begin_array();
    for (const auto& tag : state.missing)
      json.value(tag);
    json.end_array().member("awaited", std::uint64_t{state.awaited});
    json.member("until", base::format_rfc3339(state.until));
    json.member("for", state.release_hour ? "release" : "look").end_object();
    m_show(json.text() + "\n");
  }

 private:
  void say(std::string_view what) {
    m_said_at = m_clock.monotonic();
    base::JsonWriter json;
    json.begin_object().member("progress", what).member("repository", m_repository);
    json.member("tagsDue", m_state.tags_due).member("tagsDone", m_state.tags_done);
    json.member("requests", m_state.requests).member("bytes", m_state.bytes);
    json.member("failures", m_state.failures).member("inFlight", std::uint64_t{m_state.in_flight});
    json.member("held", m_state.held).key("perSecond");
    if (const auto rate = m_rate.per_second())
      json.value(static_cast<std::int64_t>(std::llround(*rate)));
    else
      json.null();
    json.end_object();
    m_show(json.text() + "\n");
  }

  Show m_show;
  const base::Clock& m_clock;
  std::string m_repository;
  sync::ProgressState m_state;
  Rate m_rate;
  std::optional<std::chrono::nanoseconds> m_said_at;
  std::optional<base::Instant> m_until; ///< of the pause that was told last
};

class Silence final : public ShownProgress {
 public:
  void repository_started(const oci::RepositoryName&) override {}
  void update(const sync::ProgressState&) override {}
  void repository_finished(const oci::RepositoryName&) override {}
  void hide() override {}
  void waiting(const Waiting&) override {}
};

} // namespace

std::string clock_time(double time) {
  const auto whole = static_cast<std::int64_t>(std::ceil(time));
  const auto hours = whole / 3600, minutes = whole / 60 % 60, rest = whole % 60;
  return hours > 0 ? fmt::format("{}:{:02}:{:02}", hours, minutes, rest)
                   : fmt::format("{}:{:02}", minutes, rest);
}

std::string filled_bar(double part, int width) {
  const int full = static_cast<int>(part * width);
  std::string bar(static_cast<std::size_t>(full), '=');
  if (full < width) {
    bar += '>';
    bar.resize(static_cast<std::size_t>(width), ' ');
  }
  return "[" + bar + "]";
}

void Rate::add(std::uint64_t done, std::chrono::nanoseconds now) {
  const auto last = std::exchange(m_last, Point{done, now});
  if (!last || now <= last->at || done < last->done)
    return;
  const double passed = seconds(now - last->at);
  const double current = static_cast<double>(done - last->done) / passed;
  // An average that forgets: what lies k_memory_seconds back weighs a third.
  const double weight = m_rate ? 1 - std::exp(-passed / k_memory_seconds) : 1;
  m_rate = m_rate.value_or(0) * (1 - weight) + current * weight;
}

std::optional<double> Rate::per_second() const {
  return m_rate;
}

std::string draw_waiting(const Waiting& state, int width) {
  std::string text = "waiting for " + state.release;
  if (!state.missing.empty())
    text += fmt::format(": {} of {} missing", state.missing.size(), state.awaited);
  text += fmt::format(", {} in {}", state.release_hour ? "due" : "next look",
                      clock_time(static_cast<double>(state.left.count())));
  for (const auto& tag : state.missing)
    text += (&tag == &state.missing.front() ? ": " : " ") + tag;
  const auto room = static_cast<std::size_t>(std::max(width, 0));
  constexpr std::string_view k_more = "...";
  if (text.size() > room && room > k_more.size())
    text.replace(room - k_more.size(), std::string::npos, k_more);
  return text.substr(0, room);
}

std::string draw_bar(std::string_view title, const sync::ProgressState& state, std::optional<double> rate,
                     int width) {
  const auto room = static_cast<std::size_t>(std::max(width, 0));
  std::string text = fmt::format("{}/{}", state.tags_done, state.tags_due);
  const auto add = [&](const std::string& part) {
    if (!part.empty() && text.size() + 2 + part.size() <= room)
      text += "  " + part;
  };
  if (state.failures > 0)
    add(fmt::format("{} failed", state.failures));
  add(time_left(state, rate));
  if (rate && !state.held)
    add(fmt::format("{:.0f}/s", *rate));
  if (text.size() + title.size() + 1 <= room) {
    const int left = static_cast<int>(room - text.size() - title.size()) - 4; // two spaces, two brackets
    std::string front(title);
    if (left >= k_narrowest_bar)
      front += " " + filled_bar(part_done(state), std::min(left, k_widest_bar));
    text = front + " " + text;
  }
  return text.substr(0, room);
}

std::unique_ptr<ShownProgress> make_progress_bar(Show show, std::function<int()> width,
                                                 const base::Clock& clock) {
  return std::make_unique<Bar>(std::move(show), std::move(width), clock);
}

std::unique_ptr<ShownProgress> make_progress_lines(Show show, const base::Clock& clock) {
  return std::make_unique<Lines>(std::move(show), clock);
}

std::unique_ptr<ShownProgress> make_no_progress() {
  return std::make_unique<Silence>();
}

std::unique_ptr<ShownProgress> make_progress(const cli::Session& session, cli::ProgressMode mode) {
  const auto show = [&session](std::string_view text) { session.print_error(text); };
  if (mode == cli::ProgressMode::json)
    return make_progress_lines(show, session.clock);
  return shows_bar(session, mode) ? make_progress_bar(show, progress_width, session.clock)
                                  : make_no_progress();
}

bool shows_bar(const cli::Session& session, cli::ProgressMode mode) {
  // With -v the lines say more than a bar that they push aside again and again.
  return mode == cli::ProgressMode::automatic && session.options.log_level == base::LogLevel::warning &&
         base::is_terminal(base::Stream::standard_error);
}

int progress_width() {
  return base::terminal_width(base::Stream::standard_error).value_or(k_default_width);
}

base::Log::Sink log_beside(const cli::Session& session, ShownProgress& progress) {
  return log_beside(session, [&progress] { progress.hide(); });
}

base::Log::Sink log_beside(const cli::Session& session, std::function<void()> hide) {
  return [&session, hide = std::move(hide)](base::LogLevel level, std::string_view line) {
    hide();
    switch (level) {
    case base::LogLevel::error:
      return session.log.error(line);
    case base::LogLevel::warning:
      return session.log.warning(line);
    case base::LogLevel::info:
      return session.log.info(line);
    case base::LogLevel::debug:
      return session.log.debug(line);
    }
  };
}

} // namespace tagdb::remote

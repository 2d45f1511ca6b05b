#pragma once

#include "host.hpp"
#include <tagdb/base/log.hpp>
#include <tagdb/net/client.hpp>

#include <memory>
#include <queue>
#include <random>
#include <unordered_map>

namespace tagdb::net {

/// Every request costs the same, however many are waiting: exchanges and hosts are reached by index or
/// pointer, and only hosts where something happened are looked at.
struct Client::Impl {
  Impl(Transport& transport, const base::Clock& clock, base::Log& log, ClientOptions options);

  void enqueue(Request request, ResponseHandler handler, Priority priority);
  void run(const std::function<bool()>& stop);
  bool holding() const;

  Transport& m_transport;
  const base::Clock& m_clock;
  base::Log& m_log;
  ClientOptions m_options;
  Traffic m_traffic;
  std::size_t m_pending = 0;

 private:
  using Id = std::uint32_t;
  /// Something that is due at a moment: a repetition, or (without exchange) the end of a host's hold.
  struct Timer {
    Moment due;
    Host* host;
    std::optional<Id> exchange;
    bool operator>(const Timer& other) const { return due > other.due; }
  };
  enum class End : std::uint8_t { front, back };

  Id allocate();
  Host& host_of(const Url& url);
  unsigned ceiling_of(const Host& host) const;
  void queue(Id id, End end);
  void touch(Host& host);
  void fire_timers();
  void fill_hosts();
  void fill(Host& host);
  void submit(Id id);
  std::chrono::milliseconds time_to_wait(bool stoppable) const;

  void ended(Completion completion);
  void answered(Id id, Response response);
  void failed(Id id, const TransferFailure& failure);
  bool redirect(Id id, const Response& response);
  bool repeat(Id id, bool reused_connection_lost);
  bool may_repeat(const Exchange& exchange, const TransferFailure* failure) const;
  void hold(Id id, const Response& response);
  std::chrono::milliseconds length_of_hold(const Exchange& exchange, const Response& response);
  void give_up(Host& host);
  void warn_of(const Response& response);
  void log_answer(const Exchange& exchange, const Response& response);
  void tell(Id id, base::Result<Response> result);
  void stop_all();

  double random() { return std::uniform_real_distribution<double>(0.0, 1.0)(m_random); }

  std::vector<std::unique_ptr<Exchange>> m_exchanges; ///< never moves one: the transport holds its request
  std::vector<Id> m_free;
  std::unordered_map<std::string, std::unique_ptr<Host>> m_hosts;
  Host* m_last_host = nullptr;
  std::vector<Host*> m_touched, m_filling;
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> m_timers;
  std::size_t m_in_flight = 0;
  Moment m_now{0}; ///< read once per turn of the loop
  std::mt19937_64 m_random;
};

} // namespace tagdb::net

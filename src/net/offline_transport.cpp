#include <tagdb/net/transport.hpp>

#include <utility>

namespace tagdb::net {

namespace {

class OfflineTransport final : public Transport {
 public:
  void submit(std::uint64_t id, const Request&) override {
    m_ended.push_back(
        {id, TransferFailure{TransferFault::offline, "the network is switched off (--offline)", {}, false}});
  }
  std::vector<Completion> wait(std::chrono::milliseconds) override { return std::exchange(m_ended, {}); }
  void cancel(std::uint64_t) override {}
  unsigned parallelism(const std::string&) const override { return 1; }

 private:
  std::vector<Completion> m_ended;
};

} // namespace

std::unique_ptr<Transport> make_offline_transport() {
  return std::make_unique<OfflineTransport>();
}

} // namespace tagdb::net

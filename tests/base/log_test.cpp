#include "support/catch.hpp"
#include <tagdb/base/log.hpp>

#include <string>
#include <vector>

using namespace tagdb::base;

namespace {

struct Recorder {
  std::vector<std::string> lines;
  Log::Sink sink() {
    return [this](LogLevel level, std::string_view line) {
      lines.push_back(std::to_string(static_cast<int>(level)) + " " + std::string(line));
    };
  }
};

} // namespace

TEST_CASE("each level says itself and what is graver") {
  struct Case {
    LogLevel level;
    std::vector<std::string> lines;
  };
  const Case cases[] = {{LogLevel::error, {"0 e"}},
                        {LogLevel::warning, {"0 e", "1 w"}},
                        {LogLevel::info, {"0 e", "1 w", "2 i"}},
                        {LogLevel::debug, {"0 e", "1 w", "2 i", "3 d"}}};
  for (const auto& each : cases) {
    Recorder recorder;
    Log log(each.level, recorder.sink());
    log.error("e");
    log.warning("w");
    log.info("i");
    log.debug("d");
    CHECK(recorder.lines == each.lines);
    CHECK(log.enabled(LogLevel::error));
  }
}

TEST_CASE("a warning of a server is said once, and not without end") {
  Recorder recorder;
  Log log(LogLevel::warning, recorder.sink());
  log.warning_once("a");
  log.warning_once("b");
  log.warning_once("a");
  CHECK(recorder.lines == std::vector<std::string>{"1 a", "1 b"});
  for (int i = 0; i < 5000; ++i)
    log.warning_once("warning " + std::to_string(i));
  CHECK(recorder.lines.size() == 1001);
  CHECK(recorder.lines.back().find("not shown") != std::string::npos);
}

TEST_CASE("one call is one line") {
  Recorder recorder;
  Log log(LogLevel::warning, recorder.sink());
  log.warning("a\nerror: forged \x1b[31m");
  CHECK(recorder.lines == std::vector<std::string>{"1 a\\x0Aerror: forged \\x1B[31m"});
}

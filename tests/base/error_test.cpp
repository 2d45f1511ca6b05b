#include "support/catch.hpp"
#include <tagdb/base/error.hpp>

#include <cerrno>
#include <string>

using namespace tagdb::base;

TEST_CASE("each kind has the exit code and the name of the contract") {
  struct Case {
    ErrorKind kind;
    int code;
    std::string_view name;
  };
  const Case cases[] = {{ErrorKind::internal, 1, "internal"},
                        {ErrorKind::usage, 2, "usage"},
                        {ErrorKind::not_found, 3, "notFound"},
                        {ErrorKind::stale, 4, "stale"},
                        {ErrorKind::network, 5, "network"},
                        {ErrorKind::unauthorised, 6, "unauthorised"},
                        {ErrorKind::integrity, 7, "integrity"},
                        {ErrorKind::partial, 8, "partial"},
                        {ErrorKind::no, 9, "no"},
                        {ErrorKind::busy, 10, "busy"},
                        {ErrorKind::interrupted, 130, "interrupted"}};
  for (const auto& each : cases) {
    INFO(each.name);
    CHECK(exit_code(each.kind) == each.code);
    CHECK(to_string(each.kind) == each.name);
  }
}

TEST_CASE("an error is one line, whatever a server put into it") {
  const auto error =
      Error(ErrorKind::network, "said \x1b[2J\nforged: all is well").while_doing("asking\r\n\xe2\x80\xae");
  const std::string text = error.to_string();
  CHECK(text.find('\n') == std::string::npos);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(text == "said \\x1B[2J\\x0Aforged: all is well (while asking\\x0D\\x0A\\xE2\\x80\\xAE)");
}

TEST_CASE("a page as message does not hide what was being done") {
  const auto error = Error(ErrorKind::network, std::string(100'000, 'x')).while_doing("listing tags");
  CHECK(error.to_string().size() < 1200);
  CHECK(error.to_string().find("while listing tags") != std::string::npos);
}

TEST_CASE("system errors name the cause and help where they can") {
  CHECK(system_error("cannot write /x", ENOSPC).to_string() == "cannot write /x: No space left on device");
  CHECK(system_error("cannot write /x", ENOSPC).hint().find("free some space") == 0);
  CHECK_FALSE(system_error("cannot write /x", EACCES).hint().empty());
  CHECK(system_error("cannot write /x", EIO).hint().empty());
  CHECK(system_error("cannot write /x", EIO).kind() == ErrorKind::internal);
}

#include "failure.hpp"
#include "support/catch.hpp"
#include <tagdb/registry/client.hpp>

using namespace tagdb;
using base::Error;
using base::ErrorKind;

namespace {

Error error(ErrorKind kind, int status, std::string code, bool transient = false) {
  return Error(kind, "the registry said no", "ask again").with_fault({status, std::move(code), 3, transient});
}

} // namespace

TEST_CASE("what is final and what may pass") {
  struct Case {
    std::string name;
    Error error;
    bool final;
    std::string answer;
  };
  const Case cases[] = {
      {"the tag is not there", error(ErrorKind::not_found, 404, "MANIFEST_UNKNOWN"), true,
       "404 MANIFEST_UNKNOWN"},
      {"not there, without a code", error(ErrorKind::not_found, 404, ""), true, "404"},
      {"quarantined", error(ErrorKind::unauthorised, 403, "DENIED"), true, "403 DENIED"},
      {"our credentials are not good enough", error(ErrorKind::unauthorised, 401, "UNAUTHORIZED"), false,
       "401 UNAUTHORIZED"},
      {"a manifest the server refuses", error(ErrorKind::network, 500, "MANIFEST_BLOB_UNKNOWN"), true,
       "500 MANIFEST_BLOB_UNKNOWN"},
      {"the server has trouble", error(ErrorKind::network, 500, "", true), false, "500"},
      {"too many requests", error(ErrorKind::network, 429, "TOOMANYREQUESTS", true), false,
       "429 TOOMANYREQUESTS"},
      {"reset", error(ErrorKind::network, 0, "reset", true), false, "reset"},
      {"no secure connection", error(ErrorKind::network, 0, "tls"), false, "tls"},
      {"a redirect in a circle", error(ErrorKind::network, 0, "redirect"), false, "redirect"},
      {"a body beyond all limits", error(ErrorKind::network, 0, "tooLarge"), true, "tooLarge"},
      {"another hash", error(ErrorKind::integrity, 200, "WRONG_DIGEST"), true, "WRONG_DIGEST"},
      {"no manifest", Error(ErrorKind::integrity, "no manifest: schema 1"), true, "no manifest: schema 1"},
      {"stopped", Error(ErrorKind::interrupted, "stopped"), false, "stopped"},
      {"a code from outside is made fit for a terminal", error(ErrorKind::network, 400, "\x1b[31m"), true,
       "400 \\x1B[31m"},
  };
  for (const auto& c : cases) {
    DYNAMIC_SECTION(c.name) {
      CHECK(registry::is_refusal(c.error) == c.final);
      CHECK(sync::answer_of(c.error) == c.answer);
    }
  }
}

TEST_CASE("a failure says what, where, why and what next") {
  const auto failure =
      sync::make_failure("windows/servercore:1809", "resolve", error(ErrorKind::not_found, 404, "X"), true);
  CHECK(failure.reference == "windows/servercore:1809");
  CHECK(failure.stage == "resolve");
  CHECK(failure.status == 404);
  CHECK(failure.code == "X");
  CHECK(failure.tries == 3);
  CHECK(failure.known);
  CHECK(failure.message == "the registry said no");
  CHECK(failure.advice == "ask again");
  CHECK(sync::make_failure("", "list", Error(ErrorKind::integrity, "x"), false).code == "integrity");
}

#include "registry_fixture.hpp"
#include "support/catch.hpp"

using namespace tagdb;
using namespace tagdb::registry;
using test::Reply;
using Names = std::vector<std::string>;

namespace {

const std::string k_list = "GET /v2/windows/servercore/tags/list";

Reply page(std::string body, const std::string& link) {
  auto reply = json(std::move(body));
  reply.headers.emplace_back("Link", link);
  return reply;
}

} // namespace

TEST_CASE_METHOD(RegistryFixture, "one page, two, and one that is shorter than asked") {
  on(k_list + "?n=1000", {page(R"({"tags":["1809","bad tag"]})",
                               R"(</v2/windows/servercore/tags/list?n=1000&last=x>; rel="next")")});
  on(k_list + "?n=1000&last=x",
     {page(R"({"tags":["1809","ltsc2019"]})", R"(<list?n=1000&last=y>; rel=next)")});
  on(k_list + "?n=1000&last=y", {json(R"({"tags":null})")});
  const auto list = this->list();
  REQUIRE(list);
  CHECK(list->tags == Names{"1809", "ltsc2019"});
  CHECK(list->invalid == Names{"bad tag"});
  CHECK(list->pages == 3);
}

TEST_CASE_METHOD(RegistryFixture, "no tags are an empty list") {
  on(k_list + "?n=1000", {json(R"({"name":"windows/servercore","tags":null})")});
  const auto list = this->list();
  REQUIRE(list);
  CHECK(list->tags.empty());
  CHECK(list->pages == 1);
}

TEST_CASE_METHOD(RegistryFixture, "a page size that is refused is stepped down") {
  on(k_list + "?n=1000", {refused(400, "PAGINATION_NUMBER_INVALID")});
  on(k_list + "?n=100", {json(R"({"tags":["a"]})")});
  CHECK(list()->tags == Names{"a"});

  on(k_list + "?n=100", {refused(400, "PAGINATION_NUMBER_INVALID")});
  on(k_list, {json(R"({"tags":["b"]})")});
  CHECK(list()->tags == Names{"b"});

  on(k_list, {refused(400, "UNSUPPORTED")});
  const auto refusal = list();
  REQUIRE_FALSE(refusal);
  CHECK(refusal.error().fault().status == 400);
  CHECK(refusal.error().fault().code == "UNSUPPORTED");
}

TEST_CASE_METHOD(RegistryFixture, "lists that are refused or that never end") {
  struct Case {
    const char* name;
    Reply reply;
    const char* code;
    base::ErrorKind kind;
    const char* said;
  };
  const Case cases[] = {
      {"no such repository", refused(404, "NAME_UNKNOWN"), "NAME_UNKNOWN", base::ErrorKind::not_found,
       "NAME_UNKNOWN"},
      {"forbidden", refused(403, "DENIED"), "DENIED", base::ErrorKind::unauthorised, "403"},
      {"off the origin", page(R"({"tags":["a"]})", R"(<https://evil/v2/x>; rel="next")"), "BAD_LINK",
       base::ErrorKind::network, "another host"},
      {"another port", page(R"({"tags":["a"]})", R"(<https://reg:444/v2/x>; rel="next")"), "BAD_LINK",
       base::ErrorKind::network, "another host"},
      {"down to http", page(R"({"tags":["a"]})", R"(<http://reg/v2/x>; rel="next")"), "BAD_LINK",
       base::ErrorKind::network, "http"},
      {"itself", page(R"({"tags":["a"]})", R"(<?n=1000>; rel="next")"), "LOOP", base::ErrorKind::network,
       "before"},
      {"a login page", web_page(), "WEB_PAGE", base::ErrorKind::network, "web page"},
      {"no list", json("{}"), "BAD_LIST", base::ErrorKind::network, "tags"},
      {"no JSON", json("tags"), "BAD_LIST", base::ErrorKind::network, "not usable"},
      {"brackets", json(R"({"tags":)" + std::string(300'000, '[')), "BAD_LIST", base::ErrorKind::network,
       "not usable"},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    on(k_list + "?n=1000", {each.reply});
    const auto list = this->list();
    REQUIRE_FALSE(list);
    CHECK(list.error().fault().code == each.code);
    CHECK(list.error().fault().status == each.reply.status);
    CHECK(list.error().kind() == each.kind);
    CHECK(list.error().message().find(each.said) != std::string::npos);
    CHECK(list.error().message().find("windows/servercore") != std::string::npos);
    CHECK(list.error().message().find("reg") != std::string::npos);
  }
}

TEST_CASE_METHOD(RegistryFixture, "a list without end is given up") {
  int number = 0;
  transport.otherwise = [&](const net::Request&) {
    ++number;
    auto reply = page(R"({"tags":["t)" + std::to_string(number) + "\"]}",
                      "<?last=t" + std::to_string(number) + R"(>; rel="next")");
    reply.latency = std::chrono::milliseconds(0);
    return reply;
  };
  const auto list = this->list();
  REQUIRE_FALSE(list);
  CHECK(list.error().fault().code == "ENDLESS");
  CHECK(number == 10'000);
}

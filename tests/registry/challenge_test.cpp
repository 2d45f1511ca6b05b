#include "support/catch.hpp"
#include <tagdb/registry/auth.hpp>

using namespace tagdb::registry;

namespace {

/// "scheme(name=value;name=value) scheme()", to compare at a glance.
std::string show(const std::vector<Challenge>& challenges) {
  std::string text;
  for (const auto& challenge : challenges) {
    text += (text.empty() ? "" : " ") + challenge.scheme + "(";
    for (const auto& [name, value] : challenge.parameters)
      text += (text.back() == '(' ? "" : ";") + name + "=" + value;
    text += ")";
  }
  return text;
}

} // namespace

TEST_CASE("challenges as servers write them") {
  struct Case {
    const char* name;
    std::vector<std::string_view> values;
    const char* shown;
  };
  const Case cases[] = {
      {"none", {}, ""},
      {"docker",
       {R"(Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull")"},
       "bearer(realm=https://auth.docker.io/token;service=registry.docker.io;scope=repository:a/b:pull)"},
      {"a scope with commas",
       {R"(Bearer realm="r", scope="repository:a:pull,push", service="s")"},
       "bearer(realm=r;scope=repository:a:pull,push;service=s)"},
      {"basic", {R"(Basic realm="Registry Realm")"}, "basic(realm=Registry Realm)"},
      {"a scheme alone", {"Negotiate"}, "negotiate()"},
      {"two in one value",
       {R"(Basic realm="x", Bearer realm="y",service="s")"},
       "basic(realm=x) bearer(realm=y;service=s)"},
      {"two values", {R"(Basic realm="x")", R"(Bearer realm="y")"}, "basic(realm=x) bearer(realm=y)"},
      {"case", {R"(BEARER Realm="Y",SERVICE="S")"}, "bearer(realm=Y;service=S)"},
      {"no quotes", {"Bearer realm=https://h/token,service=s"}, "bearer(realm=https://h/token;service=s)"},
      {"spaces around =", {R"(Bearer realm = "r" , service= s)"}, "bearer(realm=r;service=s)"},
      {"quoted pairs", {R"(Basic realm="a \"b\" \\c")"}, R"(basic(realm=a "b" \c))"},
      {"no closing quote", {R"(Bearer realm="r)"}, "bearer(realm=r)"},
      {"empty elements", {R"(,, Bearer realm="r",, service="s",)"}, "bearer(realm=r;service=s)"},
      {"a parameter before any scheme", {R"(realm="x", Basic realm="y")"}, "basic(realm=y)"},
      {"rubbish", {"\"=,;()"}, ""},
      {"ends in a backslash", {"Basic realm=\"a\\"}, "basic(realm=a\\)"},
  };
  for (const auto& each : cases) {
    INFO(each.name);
    CHECK(show(parse_challenges(each.values)) == each.shown);
  }
}

TEST_CASE("a token68 before another challenge does not hide it") {
  const auto challenges = parse_challenges({R"(Negotiate abc==, Bearer realm="r")"});
  bool found = false;
  for (const auto& each : challenges)
    found = found || (each.scheme == "bearer" && each.parameter("realm") == "r");
  CHECK(found);
}

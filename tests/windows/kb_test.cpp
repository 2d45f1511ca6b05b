#include "support/catch.hpp"
#include <tagdb/windows/kb.hpp>

using tagdb::windows::Kb;

TEST_CASE("KB numbers") {
  struct Case {
    std::string_view text;
    std::uint32_t number; ///< 0 where refused
  };
  const Case cases[] = {{"KB4546852", 4546852},
                        {"kb4546852", 4546852},
                        {"Kb890830", 890830},
                        {"4546852", 0},
                        {"KB", 0},
                        {"KB12345", 0},
                        {"KB12345678", 0},
                        {"KB0546852", 0},
                        {"KB-546852", 0},
                        {"KB 546852", 0},
                        {"KB454685x", 0},
                        {"KB4546852 ", 0},
                        {"MB4546852", 0},
                        {"", 0},
                        {"K", 0}};
  for (const auto& each : cases) {
    INFO(each.text);
    const auto kb = Kb::parse(each.text);
    REQUIRE(kb.has_value() == (each.number != 0));
    if (kb) {
      CHECK(kb->number() == each.number);
      CHECK(kb->to_string() == "KB" + std::to_string(each.number));
      CHECK(Kb::parse(kb->to_string()).value() == *kb);
    }
  }
}

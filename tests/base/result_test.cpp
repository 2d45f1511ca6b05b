#include "support/catch.hpp"
#include <tagdb/base/result.hpp>

#include <memory>
#include <optional>
#include <type_traits>

using namespace tagdb::base;

namespace {

Error boom() {
  return Error(ErrorKind::network, "boom", "try again").with_fault({503, "UNAVAILABLE", 3, true});
}

Status succeed() {
  return {};
}
Status fail() {
  return boom();
}

Result<std::unique_ptr<int>> make(bool well) {
  if (well)
    return std::make_unique<int>(4);
  TAGDB_TRY(fail()); // from Result<void> into Result<unique_ptr>
  return nullptr;
}

struct NoDefault {
  explicit NoDefault(int number) : value(number) {}
  int value;
};

Result<NoDefault> convert(bool well) {
  TAGDB_TRY_ASSIGN(auto number, make(well)); // from Result<unique_ptr> into another, and a move-only value
  TAGDB_TRY_ASSIGN(const auto other, make(true));
  return NoDefault(*number + *other);
}

Result<std::optional<int>> maybe(int what) {
  if (what == 0)
    return std::nullopt;
  if (what == 1)
    return 7;
  return boom();
}

} // namespace

TEST_CASE("a status is success by default and failure by its error") {
  CHECK(succeed());
  REQUIRE_FALSE(fail());
  CHECK(fail().error().message() == "boom");
}

TEST_CASE("an error passes through functions that return something else") {
  const auto good = convert(true);
  REQUIRE(good);
  CHECK(good->value == 8);
  const auto bad = convert(false).while_doing("inner").while_doing("outer");
  REQUIRE_FALSE(bad);
  CHECK(bad.error().kind() == ErrorKind::network);
  CHECK(bad.error().hint() == "try again");
  CHECK(bad.error().fault().status == 503);
  CHECK(bad.error().fault().transient);
  CHECK(bad.error().to_string() == "boom (while inner, while outer)");
}

TEST_CASE("absence is not failure") {
  CHECK_FALSE(maybe(0).value().has_value());
  CHECK(maybe(1).value() == 7);
  CHECK_FALSE(maybe(2).has_value());
}

TEST_CASE("while_doing leaves a value alone") {
  CHECK(**make(true).while_doing("x") == 4);
}

TEST_CASE("a result of what has no default has none either") {
  STATIC_REQUIRE_FALSE(std::is_default_constructible_v<Result<NoDefault>>);
  STATIC_REQUIRE(std::is_nothrow_move_constructible_v<Error>);
}

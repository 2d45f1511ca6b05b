#pragma once

#include <tagdb/base/error.hpp>

#include <tl/expected.hpp>

#include <utility>

namespace tagdb::base {

/// A value or the reason why there is none. `tl::expected` itself may be dropped without a warning; this may
/// not. Absence that is no failure is `Result<std::optional<T>>`.
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
  /// A using-declaration never brings the default constructor along; `return {};` of a Status needs it.
  Result() = default;
  Result(Error error) : tl::expected<T, Error>(tl::unexpect, std::move(error)) {}

  /// Adds "while …" to a failure; a value passes unchanged.
  Result while_doing(std::string what) && {
    if (!this->has_value())
      return std::move(this->error()).while_doing(std::move(what));
    return std::move(*this);
  }
};

/// Success without a value.
using Status = Result<void>;

#define TAGDB_CONCAT_INNER(a, b) a##b
#define TAGDB_CONCAT(a, b) TAGDB_CONCAT_INNER(a, b)

/// Returns the error of `expression` from the enclosing function, if it has one.
#define TAGDB_TRY(expression)                                                                                \
  do {                                                                                                       \
    if (auto tagdb_try_result = (expression); !tagdb_try_result)                                             \
      return std::move(tagdb_try_result).error();                                                            \
  } while (false)

/// `TAGDB_TRY_ASSIGN(auto x, f());` binds the value of `f()`, or returns its error.
#define TAGDB_TRY_ASSIGN(declaration, expression)                                                            \
  auto TAGDB_CONCAT(tagdb_result_, __LINE__) = (expression);                                                 \
  if (!TAGDB_CONCAT(tagdb_result_, __LINE__))                                                                \
    return std::move(TAGDB_CONCAT(tagdb_result_, __LINE__)).error();                                         \
  declaration = *std::move(TAGDB_CONCAT(tagdb_result_, __LINE__))

} // namespace tagdb::base

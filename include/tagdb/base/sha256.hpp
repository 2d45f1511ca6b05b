#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace tagdb::base {

/// SHA-256 over OpenSSL's EVP. Incremental, so a layer of gigabytes is hashed while it streams.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(std::string_view bytes);
  /// 64 lower-case hexadecimal digits. Ends the computation; the object may then only be destroyed or
  /// reset().
  std::string finish_hex();
  void reset();

 private:
  struct Context;
  std::unique_ptr<Context> m_context;
};

/// The hash of `bytes` as 64 lower-case hexadecimal digits. Cheap for small inputs: the algorithm is looked
/// up once.
std::string sha256_hex(std::string_view bytes);

} // namespace tagdb::base

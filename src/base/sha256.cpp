#include <tagdb/base/sha256.hpp>

#include <openssl/evp.h>

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace tagdb::base {

namespace {

constexpr std::size_t k_hash_bytes = 32;

/// No memory, or an OpenSSL without SHA-256: nothing that is stored could be trusted, and no caller could do
/// better.
[[noreturn]] void give_up() {
  std::fputs("tagdb: OpenSSL cannot compute SHA-256 here\n", stderr);
  std::abort();
}

/// OpenSSL 3 looks an algorithm up by name through all providers; that costs more than hashing a manifest. So
/// it is fetched once per process.
const EVP_MD* algorithm() {
  static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> fetched(
      EVP_MD_fetch(nullptr, "SHA2-256", nullptr), &EVP_MD_free);
  if (!fetched)
    give_up();
  return fetched.get();
}

std::string to_hex(const unsigned char* bytes, std::size_t size) {
  constexpr char k_digits[] = "0123456789abcdef";
  std::string hex(size * 2, '0');
  for (std::size_t i = 0; i < size; ++i) {
    hex[2 * i] = k_digits[bytes[i] >> 4];
    hex[2 * i + 1] = k_digits[bytes[i] & 15u];
  }
  return hex;
}

} // namespace

struct Sha256::Context {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> evp{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

Sha256::Sha256() : m_context(std::make_unique<Context>()) {
  reset();
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::reset() {
  if (!m_context->evp || EVP_DigestInit_ex2(m_context->evp.get(), algorithm(), nullptr) != 1)
    give_up();
}

void Sha256::update(std::string_view bytes) {
  if (EVP_DigestUpdate(m_context->evp.get(), bytes.data(), bytes.size()) != 1)
    give_up();
}

std::string Sha256::finish_hex() {
  unsigned char hash[k_hash_bytes];
  if (EVP_DigestFinal_ex(m_context->evp.get(), hash, nullptr) != 1)
    give_up();
  return to_hex(hash, sizeof hash);
}

std::string sha256_hex(std::string_view bytes) {
  // One context per thread: making one costs as much as hashing a manifest of 400 bytes.
  thread_local Sha256 hasher;
  hasher.reset();
  hasher.update(bytes);
  return hasher.finish_hex();
}

} // namespace tagdb::base

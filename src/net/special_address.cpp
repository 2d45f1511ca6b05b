#include <tagdb/net/http.hpp>

#include <arpa/inet.h>
#include <array>
#include <cstdint>
#include <netinet/in.h>

// The IANA special-purpose address registries, IPv4 and IPv6, as of 2024 (RFC 6890 and successors).

namespace tagdb::net {

namespace {

struct Block4 {
  std::uint32_t network;
  unsigned bits;
};
constexpr std::uint32_t ip4(unsigned a, unsigned b, unsigned c, unsigned d) {
  return (a << 24) | (b << 16) | (c << 8) | d;
}
constexpr std::array<Block4, 16> k_special4 = {{
    {ip4(0, 0, 0, 0), 8},        // this network
    {ip4(10, 0, 0, 0), 8},       // private
    {ip4(100, 64, 0, 0), 10},    // carrier-grade NAT
    {ip4(127, 0, 0, 0), 8},      // loopback
    {ip4(169, 254, 0, 0), 16},   // link-local; clouds keep their metadata service here
    {ip4(172, 16, 0, 0), 12},    // private
    {ip4(192, 0, 0, 0), 24},     // protocol assignments
    {ip4(192, 0, 2, 0), 24},     // documentation
    {ip4(192, 88, 99, 0), 24},   // 6to4 relays, abandoned
    {ip4(192, 168, 0, 0), 16},   // private
    {ip4(168, 63, 129, 16), 32}, // Azure's host agent: a public number that is never routed
    {ip4(198, 18, 0, 0), 15},    // benchmarks
    {ip4(198, 51, 100, 0), 24},  // documentation
    {ip4(203, 0, 113, 0), 24},   // documentation
    {ip4(224, 0, 0, 0), 4},      // multicast
    {ip4(240, 0, 0, 0), 4},      // reserved, broadcast
}};

bool is_special4(std::uint32_t address) {
  for (const auto& block : k_special4)
    if ((address >> (32 - block.bits)) == (block.network >> (32 - block.bits)))
      return true;
  return false;
}

using Bytes6 = std::array<std::uint8_t, 16>;

bool begins(const Bytes6& address, std::initializer_list<std::uint8_t> prefix) {
  std::size_t at = 0;
  for (const auto byte : prefix)
    if (address[at++] != byte)
      return false;
  return true;
}

std::uint32_t ip4_at(const Bytes6& address, std::size_t at) {
  return ip4(address[at], address[at + 1], address[at + 2], address[at + 3]);
}

bool is_special6(const Bytes6& address) {
  if (begins(address, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff})) // IPv4-mapped
    return is_special4(ip4_at(address, 12));
  if (begins(address, {0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0})) // NAT64
    return is_special4(ip4_at(address, 12));
  if (begins(address, {0x20, 0x02})) // 6to4
    return is_special4(ip4_at(address, 2));
  // All that is public lies in 2000::/3; loopback, unique local, link-local and multicast do not.
  if ((address[0] & 0xe0) != 0x20)
    return true;
  if (begins(address, {0x20, 0x01}) && address[2] < 2) // 2001::/23: protocol assignments, Teredo
    return true;
  if (begins(address, {0x20, 0x01, 0x0d, 0xb8})) // documentation
    return true;
  return begins(address, {0x3f, 0xff}) && address[2] < 0x10; // 3fff::/20: documentation
}

} // namespace

bool is_special_address(std::string_view address) {
  // A zone ("fe80::1%eth0") says through which interface, not where to.
  const std::string text(address.substr(0, address.find('%')));
  in_addr four{};
  if (inet_pton(AF_INET, text.c_str(), &four) == 1)
    return is_special4(ntohl(four.s_addr));
  Bytes6 six{};
  if (inet_pton(AF_INET6, text.c_str(), six.data()) == 1)
    return is_special6(six);
  return false;
}

} // namespace tagdb::net

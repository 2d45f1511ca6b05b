#include "proxy.hpp"

#include <tagdb/base/text.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstdint>
#include <netinet/in.h>

namespace tagdb::net {

namespace {

std::string read(const base::Environment& environment, const char* lower, const char* upper) {
  for (const char* name : {lower, upper})
    if (auto value = environment(name); value && !value->empty())
      return *std::move(value);
  return {};
}

struct Address {
  std::array<std::uint8_t, 16> bytes{};
  unsigned bits = 0; ///< 32 or 128; 0: no address
};

Address parse_address(std::string_view text) {
  const std::string literal(text);
  Address address;
  if (inet_pton(AF_INET, literal.c_str(), address.bytes.data()) == 1)
    address.bits = 32;
  else if (inet_pton(AF_INET6, literal.c_str(), address.bytes.data()) == 1)
    address.bits = 128;
  return address;
}

bool same_bits(const Address& a, const Address& b, std::uint64_t bits) {
  for (std::uint64_t bit = 0; bit < bits; ++bit) {
    const auto byte = bit / 8;
    const auto mask = 0x80u >> (bit % 8);
    if ((a.bytes[byte] & mask) != (b.bytes[byte] & mask))
      return false;
  }
  return true;
}

/// "10.0.0.0/8", or an address as such.
bool in_network(const Address& host, std::string_view entry) {
  const auto slash = entry.find('/');
  const auto network = parse_address(entry.substr(0, slash));
  if (network.bits == 0 || network.bits != host.bits)
    return false;
  std::uint64_t bits = network.bits;
  if (slash != std::string_view::npos) {
    const auto given = base::parse_number(entry.substr(slash + 1));
    if (!given || *given > network.bits)
      return false;
    bits = *given;
  }
  return same_bits(host, network, bits);
}

/// "corp.example", ".corp.example" and "*.corp.example" all mean the domain and what is below it.
bool in_domain(std::string_view host, std::string_view entry) {
  if (entry.substr(0, 2) == "*.")
    entry.remove_prefix(2);
  else if (entry.substr(0, 1) == ".")
    entry.remove_prefix(1);
  if (entry.empty() || host.size() < entry.size() || host.substr(host.size() - entry.size()) != entry)
    return false;
  return host.size() == entry.size() || host[host.size() - entry.size() - 1] == '.';
}

/// Takes ":8443" off the entry; false where the port is another one.
bool port_agrees(std::string_view& entry, int port) {
  const auto colon = entry.rfind(':');
  if (colon == std::string_view::npos)
    return true;
  const bool bracketed = entry.front() == '[';
  if (!bracketed && entry.find(':') != colon) // an IPv6 address
    return true;
  if (bracketed && colon < entry.find(']'))
    return true;
  const auto given = base::parse_number(entry.substr(colon + 1));
  entry = entry.substr(0, colon);
  return given && *given == static_cast<std::uint64_t>(port);
}

} // namespace

ProxyRules ProxyRules::from(const base::Environment& environment) {
  ProxyRules rules;
  const auto all = read(environment, "all_proxy", "ALL_PROXY");
  rules.m_http = read(environment, "http_proxy", "HTTP_PROXY");
  rules.m_https = read(environment, "https_proxy", "HTTPS_PROXY");
  if (rules.m_http.empty())
    rules.m_http = all;
  if (rules.m_https.empty())
    rules.m_https = all;
  rules.m_excluded = base::to_lower(read(environment, "no_proxy", "NO_PROXY"));
  std::replace(rules.m_excluded.begin(), rules.m_excluded.end(), ' ', ',');
  return rules;
}

std::string ProxyRules::choose(const Url& url) const {
  const auto& proxy = url.scheme() == "https" ? m_https : m_http;
  return proxy.empty() || excluded(url) ? std::string() : proxy;
}

bool ProxyRules::excluded(const Url& url) const {
  const auto address = parse_address(url.host());
  for (auto entry : base::split(m_excluded, ',')) {
    entry = base::trim(entry);
    if (entry.empty())
      continue;
    if (entry == "*")
      return true;
    if (!port_agrees(entry, url.port()))
      continue;
    if (entry.size() > 2 && entry.front() == '[' && entry.back() == ']')
      entry = entry.substr(1, entry.size() - 2);
    if (address.bits != 0 ? in_network(address, entry) : in_domain(url.host(), entry))
      return true;
  }
  return false;
}

} // namespace tagdb::net

#include "support/catch.hpp"
#include <tagdb/net/http.hpp>

using tagdb::net::is_special_address;

TEST_CASE("addresses that are not on the public internet") {
  struct Case {
    const char* name;
    const char* address;
    bool special;
  };
  const Case cases[] = {
      {"Microsoft", "20.0.0.1", false},
      {"a public resolver", "8.8.8.8", false},
      {"loopback", "127.0.0.1", true},
      {"all of loopback", "127.255.255.254", true},
      {"after loopback", "128.0.0.1", false},
      {"unspecified", "0.0.0.0", true},
      {"private 10", "10.1.2.3", true},
      {"after private 10", "11.0.0.1", false},
      {"before private 172", "172.15.255.255", false},
      {"private 172, first", "172.16.0.0", true},
      {"private 172, last", "172.31.255.255", true},
      {"after private 172", "172.32.0.1", false},
      {"private 192", "192.168.0.1", true},
      {"before private 192", "192.167.255.255", false},
      {"cloud metadata", "169.254.169.254", true},
      {"Azure's host agent", "168.63.129.16", true},
      {"its neighbour", "168.63.129.17", false},
      {"carrier NAT, first", "100.64.0.0", true},
      {"carrier NAT, last", "100.127.255.255", true},
      {"after carrier NAT", "100.128.0.0", false},
      {"documentation", "192.0.2.7", true},
      {"benchmarks", "198.19.0.1", true},
      {"multicast", "224.0.0.1", true},
      {"broadcast", "255.255.255.255", true},
      {"IPv6 public", "2603:1000::1", false},
      {"IPv6 loopback", "::1", true},
      {"IPv6 unspecified", "::", true},
      {"unique local", "fd00::1", true},
      {"link-local with its zone", "fe80::1%eth0", true},
      {"site-local", "fec0::1", true},
      {"IPv6 multicast", "ff02::1", true},
      {"IPv6 documentation", "2001:db8::1", true},
      {"Teredo", "2001:0:5::1", true},
      {"a real 2001", "2001:4860:4860::8888", false},
      {"mapped loopback", "::ffff:127.0.0.1", true},
      {"mapped private", "::ffff:10.0.0.1", true},
      {"mapped public", "::ffff:8.8.8.8", false},
      {"IPv4-compatible", "::10.0.0.1", true},
      {"NAT64 of private", "64:ff9b::10.0.0.1", true},
      {"NAT64 of public", "64:ff9b::8.8.8.8", false},
      {"6to4 of private", "2002:0a00:0001::1", true},
      {"6to4 of public", "2002:0808:0808::1", false},
      {"a name", "localhost", false},
      {"nothing", "", false},
  };
  for (const auto& each : cases) {
    INFO(each.name << " " << each.address);
    CHECK(is_special_address(each.address) == each.special);
  }
}

#pragma once

#include "command.hpp"
#include "input.hpp"
#include <tagdb/windows/compatibility.hpp>
#include <tagdb/windows/pasted.hpp>

#include <optional>
#include <string>
#include <vector>

namespace tagdb::cli {

/// The two sides of a question about compatibility, as they were typed, piped in and read from files.
struct Sides {
  std::vector<windows::HostSystem> hosts;
  std::vector<windows::PastedImage> images;
};

/// What compat and which take alike: --host, --host-sku, --isolation, and a text that says itself what it is.
class SideArguments {
 public:
  enum class Wants { hosts, hosts_and_images };
  void declare(Grammar& grammar, Wants wants);

  /// Reads everything. Failure: usage for a text of the wrong side, one that could be of either (a bare
  /// `ver`), a value that is no version, a side that is missing, and a SKU that contradicts what the host
  /// says of itself; not_found for a file that is not there. An image that is no version is left to be looked
  /// up.
  base::Result<Sides> read(const Context& context) const;
  std::optional<windows::Isolation> isolation() const { return m_isolation; }

 private:
  base::Status read_hosts(Input& input, const std::string& argument, Sides& sides) const;
  base::Status read_images(Input& input, const std::string& argument, Sides& sides) const;
  base::Status read_either(Input& input, const std::string& argument, Sides& sides) const;
  base::Status apply_sku(Sides& sides) const;

  Wants m_wants = Wants::hosts;
  std::optional<std::string> m_host, m_image;
  std::optional<windows::Sku> m_sku;
  std::optional<windows::Isolation> m_isolation;
  std::vector<std::string> m_texts;
};

/// "akswin000001 (10.0.20348.2966)", or the version alone where the host has no name. Fit for a terminal.
std::string host_for_people(const windows::HostSystem& host);
/// Its name, else its version: what the JSON calls it.
std::string host_name(const windows::HostSystem& host);

} // namespace tagdb::cli

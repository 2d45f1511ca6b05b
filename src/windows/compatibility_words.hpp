#pragma once

#include "compatibility_rules.hpp"
#include <tagdb/windows/compatibility.hpp>

#include <string>
#include <vector>

namespace tagdb::windows {

/// A pair with everything settled, as the sentences need it.
struct Pair {
  const HostSystem& host;
  Sku sku; ///< settled; unknown where the build is shared and nobody said
  const ImageVersion& image;
  Isolation isolation;
  Rule rule;
  const Knowledge& knowledge;

  const Baseline* baseline() const { return knowledge.baseline(host.version.build); }
  std::string host_text() const { return host.version.to_string(); }
  std::string image_text() const { return image.version ? image.version->to_string() : "without os.version"; }
};

std::string reason_for(const Pair& pair);
std::string_view source_of(Rule rule);
std::vector<std::string> advice_for(const Pair& pair);
std::vector<Warning> warnings_for(const Pair& pair);

} // namespace tagdb::windows

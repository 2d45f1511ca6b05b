#pragma once

#include <tagdb/base/json.hpp>
#include <tagdb/base/result.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::oci {

/// Where in a document something stands, spelled out only once something is wrong there:
/// "manifests[0].platform.os".
class Place {
 public:
  Place() = default;
  /// Both refer to this place, which must outlive what they return.
  Place member(std::string_view name) const { return Place(this, name, std::nullopt); }
  Place element(std::size_t index) const { return Place(this, {}, index); }

  std::string text() const;
  /// ErrorKind::integrity: "manifests[0].size is missing".
  base::Error wrong(std::string_view what) const;

 private:
  Place(const Place* parent, std::string_view name, std::optional<std::size_t> index)
      : m_parent(parent), m_name(name), m_index(index) {}

  const Place* m_parent = nullptr;
  std::string_view m_name;
  std::optional<std::size_t> m_index;
};

/// The member, or nothing; null counts as nothing, as for Go. Failure: it is there more than once, in
/// whatever case.
base::Result<std::optional<base::JsonValue>> read_member(const Place& place, const base::JsonValue& object,
                                                         std::string_view name);

/// The member's text, empty where there is none. Failure: no string, or longer than any that is meant
/// seriously.
base::Result<std::string> read_text(const Place& place, const base::JsonValue& object, std::string_view name);

/// The member's texts, empty where there is none. Failure: no array of strings, too many or too long.
base::Result<std::vector<std::string>> read_texts(const Place& place, const base::JsonValue& object,
                                                  std::string_view name);

} // namespace tagdb::oci

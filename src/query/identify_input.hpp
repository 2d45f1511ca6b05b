#pragma once

#include <tagdb/base/json.hpp>
#include <tagdb/query/identify.hpp>

#include <cstddef>
#include <string_view>
#include <vector>

namespace tagdb::query {

/// No more images than this are taken from one text, and no more digests or layers for one of them.
inline constexpr std::size_t k_max_subjects = 10'000;
inline constexpr std::size_t k_max_digests = 64;
inline constexpr std::size_t k_max_layers = 4096;

using IdentifySubjects = std::vector<base::Result<IdentifySubject>>;

/// The images of a JSON document (identify_json.cpp). `bytes` are the whole document.
base::Result<IdentifySubjects> read_identify_json(const base::JsonDocument& document, std::string_view bytes,
                                                  std::string_view name);

/// A subject that is nothing but digits, long enough for an image ID.
bool is_hex_id(std::string_view word);

} // namespace tagdb::query

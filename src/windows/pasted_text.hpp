#pragma once

#include <tagdb/base/result.hpp>
#include <tagdb/windows/host.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tagdb::windows {

// Looking for ASCII in text of any language and any encoding that keeps ASCII.

/// The lines, without their ends, each trimmed.
std::vector<std::string_view> lines_of(std::string_view text);

/// The words of a line, by spaces and tabs.
std::vector<std::string_view> words_of(std::string_view line);

/// The value of the first line "label: value" or "label : value" with this label, ignoring ASCII case.
std::optional<std::string_view> labelled(const std::vector<std::string_view>& lines, std::string_view label);

/// The first version in a text: three or four numbers joined by dots, the first of which is a major version
/// of Windows (6 or 10). A revision of 0 counts as not known: .NET prints it for want of a better one.
std::optional<PartialVersion> find_version(std::string_view text);

/// The first ones, in order, each once, at most 16.
std::vector<PartialVersion> find_versions(std::string_view text);

/// "(OS Build 17763.1039)".
std::optional<PartialVersion> find_os_build(std::string_view text);

/// "17763.1.amd64fre.rs5_release.180914-1434", anywhere in a text. Its second number is the revision on 14393
/// only; later it is a lab's.
std::optional<PartialVersion> find_build_lab(std::string_view text);

/// "AKSWindows-2022-containerd-20348.2966.241218", or its last part alone: build, revision, and a date.
std::optional<PartialVersion> parse_aks_node_image(std::string_view word);

/// "Microsoft Windows Server 2019 Datacenter": from "Microsoft Windows" or "Windows" to the end or to two
/// spaces or a parenthesis. Microsoft does not translate these names.
std::string find_product(std::string_view line);
Sku sku_of_product(std::string_view product);

/// Every KB number of a text, each once, ascending.
std::vector<Kb> find_kbs(std::string_view text);

} // namespace tagdb::windows

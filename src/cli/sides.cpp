#include "sides.hpp"

#include <tagdb/base/text.hpp>

#include <filesystem>

namespace tagdb::cli {

namespace {

/// All values of an option that may be repeated; a variable or the configuration holds one.
std::vector<std::string> values_of(const Context& context, std::string_view option,
                                   const std::optional<std::string>& assigned) {
  if (const auto* given = context.line.find(option))
    return *given;
  return assigned ? std::vector{*assigned} : std::vector<std::string>();
}

/// Where the text came from belongs to what is wrong with it; of a value the sentence shows it anyhow.
template <class T>
base::Result<T> from(base::Result<T> result, bool is_text, std::string_view argument) {
  if (is_text)
    return std::move(result).while_doing("reading " + input_name(argument));
  std::error_code ignored;
  if (!result && std::filesystem::exists(argument, ignored))
    return base::Error(result.error().kind(), result.error().message(),
                       "to read the file of that name, write @" + base::escape_untrusted(argument));
  return result;
}

/// A value on the command line is one: a version with words around it belongs into a file or a pipe only
/// where it has lines.
template <class Read>
auto read_side(Input& input, const std::string& argument, Read read) -> decltype(read(argument)) {
  TAGDB_TRY_ASSIGN(const auto text, input.read(argument));
  return from(read(text.value_or(argument)), text.has_value(), argument);
}

base::Error either_side(std::string_view what, const std::string& argument) {
  const auto shown = base::escape_untrusted(argument);
  const auto value = argument == "-" || argument.starts_with('@') ? shown : "@" + shown;
  return base::Error(base::ErrorKind::usage,
                     input_name(argument) + " is " + std::string(what) +
                         ", which could be of a host or of an image",
                     "say which: --host " + value + " or --image " + value);
}

} // namespace

void SideArguments::declare(Grammar& grammar, Wants wants) {
  m_wants = wants;
  const bool both = wants == Wants::hosts_and_images;
  if (both)
    grammar.positional("FILE", 0, SIZE_MAX, m_texts,
                       "a text that says itself what it is, or - for standard input: docker info, docker "
                       "inspect, kubectl get nodes -o json, systeminfo");
  else
    grammar.positional("FILE", 0, SIZE_MAX, m_texts,
                       "a text that says itself that it is of a host, or - for standard input: docker info, "
                       "kubectl get nodes -o json, systeminfo");
  grammar.text("host", "HOST", m_host,
               "a host: its version (10.0.17763.973, 17763.973), or @FILE or - with what `ver`, systeminfo, "
               "docker info or kubectl print; repeat it for several");
  if (both)
    grammar.text(
        "image", "IMAGE", m_image,
        "an image: a version, any reference that resolve takes (ltsc2019, nanoserver:1809), or @FILE "
        "or - with docker inspect, docker images or `ver` of a container; repeat it for several");
  grammar.choice("isolation", "MODE", m_isolation,
                 {{"process", windows::Isolation::process},
                  {"hyperv", windows::Isolation::hyperv},
                  {"hostprocess", windows::Isolation::host_process}},
                 "",
                 "how the container is isolated; by default what docker info says, else hyperv on a client "
                 "and process on a server");
  grammar.choice("host-sku", "SKU", m_sku,
                 {{"server", windows::Sku::server}, {"client", windows::Sku::client}}, "",
                 "what the hosts are that do not say it: Windows Server, or Windows 10 or 11");
}

base::Status SideArguments::read_hosts(Input& input, const std::string& argument, Sides& sides) const {
  TAGDB_TRY_ASSIGN(auto hosts, read_side(input, argument,
                                         [](std::string_view text) { return windows::read_hosts(text); }));
  for (auto& host : hosts)
    sides.hosts.push_back(std::move(host));
  return {};
}

base::Status SideArguments::read_images(Input& input, const std::string& argument, Sides& sides) const {
  TAGDB_TRY_ASSIGN(auto images, read_side(input, argument,
                                          [](std::string_view text) { return windows::read_images(text); }));
  for (auto& image : images)
    sides.images.push_back(std::move(image));
  return {};
}

base::Status SideArguments::read_either(Input& input, const std::string& argument, Sides& sides) const {
  TAGDB_TRY_ASSIGN(const auto text, input.read(argument, true));
  if (!text) {
    const auto shown = base::escape_untrusted(argument);
    return base::Error(base::ErrorKind::usage, "\"" + shown + "\" is no file, and does not say its side",
                       m_wants == Wants::hosts ? "write --host " + shown
                                               : "write --host " + shown + " or --image " + shown);
  }
  TAGDB_TRY_ASSIGN(auto pasted, from(windows::read_pasted(*text), true, argument));
  if (m_wants == Wants::hosts && !pasted.images.empty())
    return base::Error(base::ErrorKind::usage, input_name(argument) + " is " +
                                                   std::string(windows::to_string(pasted.kind)) +
                                                   ": it speaks of an image, not of a host");
  if (!pasted.sideless.empty() || !pasted.words.empty()) {
    if (m_wants == Wants::hosts_and_images)
      return either_side(windows::to_string(pasted.kind), argument);
    return base::Error(base::ErrorKind::usage,
                       input_name(argument) + " is " + std::string(windows::to_string(pasted.kind)) +
                           ", which need not be of a host",
                       "if it is, say so: --host " + std::string(argument == "-" ? "-" : "@FILE"));
  }
  for (auto& host : pasted.hosts)
    sides.hosts.push_back(std::move(host));
  for (auto& image : pasted.images)
    sides.images.push_back(std::move(image));
  return {};
}

base::Status SideArguments::apply_sku(Sides& sides) const {
  if (!m_sku)
    return {};
  for (auto& host : sides.hosts) {
    if (host.sku != windows::Sku::unknown && host.sku != *m_sku)
      return base::Error(base::ErrorKind::usage,
                         "--host-sku " + std::string(windows::to_string(*m_sku)) + ": " +
                             host_for_people(host) + " says of itself that it is a " +
                             std::string(windows::to_string(host.sku)),
                         "leave --host-sku out; it is for hosts that do not say it");
    host.sku = *m_sku;
  }
  return {};
}

base::Result<Sides> SideArguments::read(const Context& context) const {
  Input input(context.session);
  Sides sides;
  for (const auto& argument : values_of(context, "host", m_host))
    TAGDB_TRY(read_hosts(input, argument, sides));
  for (const auto& argument : values_of(context, "image", m_image))
    TAGDB_TRY(read_images(input, argument, sides));
  for (const auto& argument : m_texts)
    TAGDB_TRY(read_either(input, argument, sides));
  TAGDB_TRY(apply_sku(sides));
  if (sides.hosts.empty())
    return base::Error(
        base::ErrorKind::usage, "which host?",
        "name it with --host 10.0.17763.973, or give what it prints as a file or on standard input");
  if (sides.images.empty() && m_wants == Wants::hosts_and_images)
    return base::Error(base::ErrorKind::usage, "which image?",
                       "name it with --image ltsc2019; `tagdb which --host …` finds the one to use");
  return sides;
}

std::string host_name(const windows::HostSystem& host) {
  return host.name.empty() ? host.version.to_string() : host.name;
}

std::string host_for_people(const windows::HostSystem& host) {
  if (host.name.empty())
    return host.version.to_string();
  return base::escape_untrusted(host.name) + " (" + host.version.to_string() + ")";
}

} // namespace tagdb::cli

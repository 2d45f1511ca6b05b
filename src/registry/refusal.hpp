#pragma once

#include <tagdb/base/error.hpp>
#include <tagdb/net/http.hpp>

#include <string>
#include <string_view>

namespace tagdb::registry {

/// `what` says in words what was asked: "tag list of windows/servercore", "manifest sha256:…".
/// Makes the error of an answer that is no success: kind, the registry's code, whether asking again may help,
/// advice. The body is untrusted and may be HTML.
base::Error refusal(const net::Response& answer, std::string_view what);

/// Whether a body is a web page rather than what a registry sends: by its type, or by how it begins.
bool is_web_page(const net::Response& answer);

/// The error for a success that holds a web page: a login page, a captive portal, a proxy's notice.
/// Transient: it says nothing about the registry behind it.
base::Error web_page(const net::Response& answer, std::string_view what);

/// An error about an answer that will not change by asking again.
base::Error final_error(base::ErrorKind kind, const net::Response& answer, std::string code,
                        std::string message, std::string hint = {});

} // namespace tagdb::registry

#include "curl_transfer.hpp"
#include <tagdb/base/text.hpp>

#include <fmt/format.h>

#include <cstring>

namespace tagdb::net {

namespace {

/// libcurl reports a handshake that the network cut off as a TLS error; the certificate is not at fault then.
bool cut_off(std::string_view message) {
  return message.find("reset by peer") != std::string_view::npos ||
         message.find("SSL_ERROR_SYSCALL") != std::string_view::npos ||
         message.find("unexpected eof") != std::string_view::npos;
}

TransferFault classify(CURLcode code, std::string_view message, bool connected) {
  switch (code) {
  case CURLE_COULDNT_RESOLVE_HOST:
  case CURLE_COULDNT_RESOLVE_PROXY:
    return TransferFault::resolve;
  case CURLE_COULDNT_CONNECT:
  case CURLE_INTERFACE_FAILED:
  case CURLE_PROXY:
    return TransferFault::connect;
  case CURLE_OPERATION_TIMEDOUT:
    return connected ? TransferFault::stalled : TransferFault::connect;
  case CURLE_SSL_CONNECT_ERROR:
    return cut_off(message) ? TransferFault::reset : TransferFault::tls;
  case CURLE_PEER_FAILED_VERIFICATION:
  case CURLE_SSL_CERTPROBLEM:
  case CURLE_SSL_CIPHER:
  case CURLE_SSL_CACERT_BADFILE:
  case CURLE_SSL_CRL_BADFILE:
  case CURLE_SSL_ISSUER_ERROR:
  case CURLE_SSL_INVALIDCERTSTATUS:
  case CURLE_SSL_CLIENTCERT:
  case CURLE_SSL_ENGINE_NOTFOUND:
  case CURLE_SSL_ENGINE_SETFAILED:
  case CURLE_SSL_ENGINE_INITFAILED:
  case CURLE_USE_SSL_FAILED:
    return TransferFault::tls;
  case CURLE_PARTIAL_FILE:
    return TransferFault::short_body;
  case CURLE_RECV_ERROR:
  case CURLE_SEND_ERROR:
  case CURLE_GOT_NOTHING:
  case CURLE_HTTP2:
  case CURLE_HTTP2_STREAM:
  case CURLE_SSL_SHUTDOWN_FAILED:
  case CURLE_AGAIN:
    return TransferFault::reset;
  default:
    return TransferFault::protocol;
  }
}

} // namespace

TransferFailure CurlTransfer::failure(CURLcode code) const {
  CURL* h = easy();
  TransferFailure failure;
  failure.reused_connection = info<CURLINFO_NUM_CONNECTS>(h) == 0;
  if (m_profile->proxy.empty())
    failure.peer_address = info<CURLINFO_PRIMARY_IP>(h);
  if (m_refused) {
    failure.fault = TransferFault::refused;
    failure.message = "the transfer was not taken";
  } else if (m_too_large) {
    failure.fault = TransferFault::too_large;
    failure.message = fmt::format("the answer is larger than the {} that are taken",
                                  base::format_bytes(m_request->max_body));
  } else if (m_forbidden) {
    failure.fault = TransferFault::forbidden_peer;
    failure.message = fmt::format("{} is not a public address", m_peer);
  } else if (m_bad_headers) {
    failure.fault = TransferFault::protocol;
    failure.message = "the header of the answer has no end";
  } else {
    failure.message = m_message[0] != '\0' ? m_message.data() : curl_easy_strerror(code);
    failure.fault = classify(code, failure.message, info<CURLINFO_PRETRANSFER_TIME_T>(h) > 0);
  }
  return failure;
}

} // namespace tagdb::net

#include "curl_transfer.hpp"

// The two directions of a body, and the bucket they pass through.

namespace tagdb::net {

bool CurlTransfer::goes_to_sink() const {
  const int answered = status();
  return m_request->sink && answered >= 200 && answered < 300;
}

void CurlTransfer::resume() {
  m_paused = false;
  curl_easy_pause(easy(), CURLPAUSE_CONT);
}

/// Whether the bucket is empty; the transfer then waits for resume().
bool CurlTransfer::wait_for_rate() {
  if (m_gate == nullptr || m_gate->limiter.may_move(std::chrono::steady_clock::now()))
    return false;
  if (!m_paused)
    m_gate->paused.push_back(this);
  m_paused = m_held_back = true;
  return true;
}

std::size_t CurlTransfer::on_body(char* data, std::size_t size, std::size_t count, void* self) {
  const auto bytes = size * count;
  auto& transfer = *static_cast<CurlTransfer*>(self);
  if (transfer.wait_for_rate())
    return CURL_WRITEFUNC_PAUSE;
  if (transfer.m_gate != nullptr)
    transfer.m_gate->limiter.moved(bytes);
  return transfer.take_body({data, bytes}) ? bytes : CURL_WRITEFUNC_ERROR;
}

std::size_t CurlTransfer::on_upload(char* into, std::size_t size, std::size_t count, void* self) {
  return static_cast<CurlTransfer*>(self)->give_body(into, size * count);
}

std::size_t CurlTransfer::give_body(char* into, std::size_t room) {
  if (!m_request->upload)
    return 0;
  if (wait_for_rate())
    return CURL_READFUNC_PAUSE;
  const auto given = m_request->upload->read(m_uploaded, into, room);
  if (!given) {
    m_refused = true;
    return CURL_READFUNC_ABORT;
  }
  m_uploaded += *given;
  if (m_gate != nullptr)
    m_gate->limiter.moved(*given);
  return *given;
}

int CurlTransfer::on_rewind(void* self, curl_off_t offset, int origin) {
  if (origin != SEEK_SET || offset < 0)
    return CURL_SEEKFUNC_CANTSEEK;
  static_cast<CurlTransfer*>(self)->m_uploaded = static_cast<std::uint64_t>(offset);
  return CURL_SEEKFUNC_OK;
}

bool CurlTransfer::begin_sink() {
  m_sink_begun = true;
  m_refused = !m_request->sink->begin(status(), m_headers);
  return !m_refused;
}

bool CurlTransfer::give_to_sink(std::string_view bytes) {
  if (!m_sink_begun && !begin_sink())
    return false;
  m_streamed += bytes.size();
  m_refused = !m_request->sink->write(bytes);
  return !m_refused;
}

bool CurlTransfer::take_body(std::string_view bytes) {
  m_moved += bytes.size();
  if (goes_to_sink())
    return give_to_sink(bytes);
  if (m_body.empty()) {
    const auto announced = info<CURLINFO_CONTENT_LENGTH_DOWNLOAD_T>(easy());
    if (announced > 0 && static_cast<std::uint64_t>(announced) <= m_request->max_body)
      m_body.reserve(static_cast<std::size_t>(announced));
    else if (announced > 0)
      m_too_large = true;
  }
  if (m_too_large || bytes.size() > m_request->max_body - m_body.size()) {
    m_too_large = true;
    return false;
  }
  m_body.append(bytes);
  return true;
}

} // namespace tagdb::net

#include "streams.hpp"

namespace tagdb::cli {

void ProcessStreams::out(std::string_view text) {
  if (m_nobody_reads || m_failure)
    return;
  auto written = base::write_stream(base::Stream::standard_output, text);
  if (!written)
    m_failure = std::move(written).error();
  else if (!*written)
    m_nobody_reads = true;
}

void ProcessStreams::err(std::string_view text) {
  // Where standard error is gone, nobody listens.
  [[maybe_unused]] const auto ignored = base::write_stream(base::Stream::standard_error, text);
}

} // namespace tagdb::cli

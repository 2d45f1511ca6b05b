#pragma once

#include <tagdb/base/error.hpp>
#include <tagdb/base/result.hpp>
#include <tagdb/base/terminal.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace tagdb::cli {

/// Where a program reads and writes. A seam, so that a test is all three streams.
class Streams {
 public:
  virtual ~Streams() = default;
  virtual void out(std::string_view text) = 0;
  virtual void err(std::string_view text) = 0;
  /// All of standard input, as base::read_standard_input().
  virtual base::Result<std::string> in(std::size_t max_bytes) = 0;
  virtual bool is_terminal(base::Stream stream) const = 0;
  /// Why standard output did not take everything; nothing where it did, or where its reader had read enough.
  virtual const std::optional<base::Error>& failure() const = 0;
};

/// The process's own. Unbuffered, so one call is one write: an answer is printed with one.
class ProcessStreams final : public Streams {
 public:
  void out(std::string_view text) override;
  void err(std::string_view text) override;
  base::Result<std::string> in(std::size_t max_bytes) override {
    return base::read_standard_input(max_bytes);
  }
  bool is_terminal(base::Stream stream) const override { return base::is_terminal(stream); }
  const std::optional<base::Error>& failure() const override { return m_failure; }

 private:
  bool m_nobody_reads = false;
  std::optional<base::Error> m_failure;
};

} // namespace tagdb::cli

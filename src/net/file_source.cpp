#include <tagdb/net/body.hpp>

#include <algorithm>
#include <cerrno>
#include <unistd.h>
#include <utility>

namespace tagdb::net {

namespace {

class FileSource final : public BodySource {
 public:
  FileSource(std::shared_ptr<const base::Fd> file, std::uint64_t begin, std::uint64_t length)
      : m_file(std::move(file)), m_begin(begin), m_length(length) {}

  std::uint64_t size() const override { return m_length; }
  std::optional<std::size_t> read(std::uint64_t offset, char* into, std::size_t size) override {
    if (offset >= m_length)
      return 0;
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(size, m_length - offset));
    for (;;) {
      const auto got = ::pread(m_file->get(), into, wanted, static_cast<off_t>(m_begin + offset));
      if (got < 0 && errno == EINTR)
        continue;
      // A file that has become shorter cannot keep the promised length.
      if (got <= 0)
        return std::nullopt;
      return static_cast<std::size_t>(got);
    }
  }

 private:
  std::shared_ptr<const base::Fd> m_file;
  std::uint64_t m_begin, m_length;
};

} // namespace

std::shared_ptr<BodySource> make_file_source(std::shared_ptr<const base::Fd> file, std::uint64_t begin,
                                             std::uint64_t length) {
  return std::make_shared<FileSource>(std::move(file), begin, length);
}

} // namespace tagdb::net

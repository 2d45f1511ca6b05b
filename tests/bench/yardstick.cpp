// The yardstick of scripts/bench: the same requests as a crawl, at the same ceiling from its start, through
// bare libcurl; lost streams are asked again, and nobody looks at the answers.
//
//   yardstick REQUESTS BASE-URL [--in-flight N] [--http2] [--ca-file FILE]
//
// REQUESTS holds one `METHOD path` a line. Prints the seconds from start to the last answer, and what was
// lost.
#include <curl/curl.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

namespace {

struct Request {
  bool head = false;
  std::string url;
  int tries = 0;
};

struct Options {
  std::string requests, base, ca_file;
  long in_flight = 16;
  bool http2 = false;
};

// libcurl's Accept header list and handles: freed at the end of the process, which is the point of a
// yardstick.
const char* const k_accept =
    "Accept: application/vnd.docker.distribution.manifest.v2+json, "
    "application/vnd.docker.distribution.manifest.list.v2+json, "
    "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json";

std::size_t ignore(char*, std::size_t size, std::size_t count, void*) {
  return size * count;
}

bool parse(int argc, char** argv, Options& options) {
  std::vector<std::string> plain;
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    if (argument == "--http2") {
      options.http2 = true;
    } else if (argument == "--in-flight" && i + 1 < argc) {
      options.in_flight = std::strtol(argv[++i], nullptr, 10);
    } else if (argument == "--ca-file" && i + 1 < argc) {
      options.ca_file = argv[++i];
    } else {
      plain.push_back(argument);
    }
  }
  if (plain.size() != 2 || options.in_flight < 1) {
    return false;
  }
  options.requests = plain[0];
  options.base = plain[1];
  return true;
}

std::deque<Request> read_requests(const Options& options) {
  std::deque<Request> requests;
  std::ifstream file(options.requests);
  std::string method, path;
  while (file >> method >> path) {
    requests.push_back({method == "HEAD", options.base + path});
  }
  return requests;
}

CURL* new_handle(const Options& options, curl_slist* headers) {
  CURL* easy = curl_easy_init();
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, ignore);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  if (!options.ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, options.ca_file.c_str());
  }
  if (options.http2) {
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    // Without it every request opens a connection before the first one has learned that it can multiplex.
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L);
  } else {
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  }
  return easy;
}

class Yardstick {
 public:
  explicit Yardstick(const Options& options) : m_options(options), m_waiting(read_requests(options)) {
    curl_global_init(CURL_GLOBAL_DEFAULT);
    m_multi = curl_multi_init();
    m_headers = curl_slist_append(nullptr, k_accept);
    curl_multi_setopt(m_multi, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
    curl_multi_setopt(m_multi, CURLMOPT_MAX_HOST_CONNECTIONS, options.http2 ? 1L : options.in_flight);
    curl_multi_setopt(m_multi, CURLMOPT_MAX_CONCURRENT_STREAMS, options.in_flight);
  }

  bool run() {
    m_total = m_waiting.size();
    for (long i = 0; i < m_options.in_flight && !m_waiting.empty(); ++i) {
      start(new_handle(m_options, m_headers), std::make_unique<Request>());
    }
    while (m_active > 0 && !m_failed) {
      int running = 0;
      curl_multi_perform(m_multi, &running);
      reap();
      if (m_active > 0) {
        curl_multi_poll(m_multi, nullptr, 0, 1000, nullptr);
      }
    }
    return !m_failed && m_total > 0;
  }

  std::size_t total() const { return m_total; }
  std::size_t lost() const { return m_lost; }
  std::size_t refused() const { return m_refused; }

 private:
  void start(CURL* easy, std::unique_ptr<Request> slot) {
    *slot = m_waiting.front();
    m_waiting.pop_front();
    curl_easy_setopt(easy, CURLOPT_URL, slot->url.c_str());
    if (slot->head) {
      curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    } else {
      curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
    }
    curl_easy_setopt(easy, CURLOPT_PRIVATE, slot.release());
    curl_multi_add_handle(m_multi, easy);
    ++m_active;
  }

  void reap() {
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(m_multi, &left)) {
      CURL* easy = message->easy_handle;
      const CURLcode result = message->data.result;
      char* kept = nullptr;
      long status = 0;
      curl_easy_getinfo(easy, CURLINFO_PRIVATE, &kept);
      curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
      std::unique_ptr<Request> slot(reinterpret_cast<Request*>(kept));
      curl_multi_remove_handle(m_multi, easy);
      --m_active;
      if (result != CURLE_OK) {
        ++m_lost;
        if (++slot->tries >= 6) {
          std::fprintf(stderr, "yardstick: %s: %s\n", slot->url.c_str(), curl_easy_strerror(result));
          m_failed = true;
        }
        m_waiting.push_back(*slot);
      } else if (status != 200) {
        ++m_refused;
      }
      if (!m_waiting.empty() && !m_failed) {
        start(easy, std::move(slot));
      }
    }
  }

  const Options& m_options;
  std::deque<Request> m_waiting;
  CURLM* m_multi = nullptr;
  curl_slist* m_headers = nullptr;
  std::size_t m_total = 0, m_lost = 0, m_refused = 0;
  long m_active = 0;
  bool m_failed = false;
};

} // namespace

int main(int argc, char** argv) {
  Options options;
  if (!parse(argc, argv, options)) {
    std::fprintf(stderr, "usage: yardstick REQUESTS BASE-URL [--in-flight N] [--http2] [--ca-file FILE]\n");
    return 2;
  }
  const auto begun = std::chrono::steady_clock::now();
  Yardstick yardstick(options);
  if (!yardstick.run()) {
    return 1;
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  std::printf("%.4f s, %zu requests, %zu lost, %zu not 200\n", seconds, yardstick.total(), yardstick.lost(),
              yardstick.refused());
  return 0;
}

#pragma once

#include <curl/curl.h>

#include <concepts>
#include <cstddef>
#include <memory>
#include <string>
#include <type_traits>

// One owner for each kind of libcurl handle, and options whose types are checked: libcurl's own checks are
// off in C++, and an int, a double or a std::string would pass silently through its varargs.

namespace tagdb::net {

struct EasyCleanup {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using EasyHandle = std::unique_ptr<CURL, EasyCleanup>;

struct MultiCleanup {
  void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
using MultiHandle = std::unique_ptr<CURLM, MultiCleanup>;

struct UrlCleanup {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using UrlHandle = std::unique_ptr<CURLU, UrlCleanup>;

struct StringCleanup {
  void operator()(char* text) const { curl_free(text); }
};
using CurlString = std::unique_ptr<char, StringCleanup>;

/// libcurl's library-wide state; counted by libcurl itself, so several may live at once.
class CurlLibrary {
 public:
  CurlLibrary() : m_ready(curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) {}
  ~CurlLibrary() {
    if (m_ready)
      curl_global_cleanup();
  }
  CurlLibrary(const CurlLibrary&) = delete;
  CurlLibrary& operator=(const CurlLibrary&) = delete;
  bool ready() const { return m_ready; }

 private:
  bool m_ready;
};

/// A list of header lines.
class HeaderLines {
 public:
  HeaderLines() = default;
  ~HeaderLines() { curl_slist_free_all(m_list); }
  HeaderLines(const HeaderLines&) = delete;
  HeaderLines& operator=(const HeaderLines&) = delete;

  void add(const std::string& line) {
    if (curl_slist* grown = curl_slist_append(m_list, line.c_str()))
      m_list = grown;
  }
  curl_slist* get() const { return m_list; }

 private:
  curl_slist* m_list = nullptr;
};

template <class T>
concept DataPointer = std::is_null_pointer_v<T> ||
    (std::is_pointer_v<T> && !std::is_function_v<std::remove_pointer_t<T>>);
template <class T>
concept FunctionPointer = std::is_pointer_v<T> && std::is_function_v<std::remove_pointer_t<T>>;

/// Whether a value has the type that an option (easy or multi: both number their types alike) wants.
template <int Option, class T>
concept OptionValue = (Option < CURLOPTTYPE_OBJECTPOINT && std::same_as<T, long>) ||
                      (Option >= CURLOPTTYPE_OBJECTPOINT && Option < CURLOPTTYPE_FUNCTIONPOINT &&
                       DataPointer<T>) ||
                      (Option >= CURLOPTTYPE_FUNCTIONPOINT && Option < CURLOPTTYPE_OFF_T &&
                       FunctionPointer<T>) ||
                      (Option >= CURLOPTTYPE_OFF_T && std::same_as<T, curl_off_t>);

/// False where this libcurl does not know the option or has no memory.
template <CURLoption Option, class T>
requires OptionValue<Option, T>
[[nodiscard]] bool set(CURL* easy, T value) {
  return curl_easy_setopt(easy, Option, value) == CURLE_OK;
}

template <CURLMoption Option, class T>
requires OptionValue<Option, T>
[[nodiscard]] bool set(CURLM* multi, T value) {
  return curl_multi_setopt(multi, Option, value) == CURLM_OK;
}

/// What libcurl knows about a transfer; 0 or empty where it does not.
template <CURLINFO Info>
requires((Info & CURLINFO_TYPEMASK) == CURLINFO_LONG) long info(CURL* easy) {
  long value = 0;
  return curl_easy_getinfo(easy, Info, &value) == CURLE_OK ? value : 0;
}
template <CURLINFO Info>
requires((Info & CURLINFO_TYPEMASK) == CURLINFO_OFF_T) curl_off_t info(CURL* easy) {
  curl_off_t value = 0;
  return curl_easy_getinfo(easy, Info, &value) == CURLE_OK ? value : 0;
}
template <CURLINFO Info>
requires((Info & CURLINFO_TYPEMASK) == CURLINFO_STRING) const char* info(CURL* easy) {
  char* value = nullptr;
  return curl_easy_getinfo(easy, Info, &value) == CURLE_OK && value != nullptr ? value : "";
}

} // namespace tagdb::net

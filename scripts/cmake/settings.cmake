# Compiler settings of our own code, as interface targets: third-party headers never see them.

add_library(tagdb_settings INTERFACE)
target_compile_options(tagdb_settings INTERFACE
  -Wall -Wextra -Wpedantic
  -Wshadow                # a shadowed name has hidden more bugs here than it has saved typing
  -Wnon-virtual-dtor      # seams (Transport, Clock) are deleted through their base
  -Woverloaded-virtual    # a near-miss override silently does nothing
  -Wconversion -Wno-sign-conversion  # narrowing loses data; signedness noise does not pay
  -Wimplicit-fallthrough
  -Wundef)
if(TAGDB_WERROR)
  target_compile_options(tagdb_settings INTERFACE -Werror)
endif()

# Line numbers are enough to read a backtrace by; full debug information doubles what is compiled and linked.
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")

if(TAGDB_SANITIZE)
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1")  # sanitized code is slow whatever -O2 does, and compiles faster
  # Applies to everything that is compiled: a half-sanitized program reports nonsense.
  add_compile_options(-fsanitize=${TAGDB_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${TAGDB_SANITIZE})
endif()

# What a program that answers links statically: each shared library costs start-up time before main,
# and `tagdb resolve` is called thousands of times a day in pipelines. libc stays dynamic.
set(TAGDB_STATIC_PARTS ON)
if(TAGDB_SANITIZE)
  set(TAGDB_STATIC_PARTS OFF)
endif()

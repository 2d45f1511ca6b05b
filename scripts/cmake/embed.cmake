# tagdb_embed(<target> <header> <variable> FILES <files…>)
#
# Writes the bytes of files into a C++ header as `inline constexpr Embedded <variable>[]`, name and content,
# in the order of their names. Bytes, not a raw string literal: any SQL or CSV text survives, and the file in
# schema/ stays one that its own tools can read.
set(TAGDB_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_DIR}/embed_bytes.cmake)
function(tagdb_embed target header variable)
  cmake_parse_arguments(EMBED "" "" "FILES" ${ARGN})
  set(output ${CMAKE_CURRENT_BINARY_DIR}/embedded/${header})
  add_custom_command(OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DVARIABLE=${variable} "-DFILES=${EMBED_FILES}"
            -P ${TAGDB_EMBED_SCRIPT}
    DEPENDS ${EMBED_FILES} ${TAGDB_EMBED_SCRIPT}
    VERBATIM)
  target_sources(${target} PRIVATE ${output})
  target_include_directories(${target} PRIVATE ${CMAKE_CURRENT_BINARY_DIR}/embedded)
endfunction()

# tagdb_room(<name> USES <rooms…> HIDES <third-party targets…> SHOWS <third-party targets…>)
#
# One room: include/tagdb/<name>/*.hpp is its face, src/<name>/*.cpp its work, tests/<name>/*_test.cpp its
# tests. HIDES are libraries that no public header of the room mentions; SHOWS are those that one does.
function(tagdb_room name)
  cmake_parse_arguments(ROOM "" "" "USES;HIDES;SHOWS" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${name}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  add_library(tagdb_${name} STATIC ${sources})
  add_library(tagdb::${name} ALIAS tagdb_${name})
  target_include_directories(tagdb_${name}
    PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include> $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
    PRIVATE ${PROJECT_SOURCE_DIR}/src/${name})
  set(rooms)
  foreach(used ${ROOM_USES})
    list(APPEND rooms tagdb::${used})
  endforeach()
  target_link_libraries(tagdb_${name} PUBLIC ${rooms} ${ROOM_SHOWS} PRIVATE ${ROOM_HIDES} tagdb_settings)
endfunction()

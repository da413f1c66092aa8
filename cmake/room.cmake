# weft_room(NAME [SOURCES file...] [ROOMS room...]): one room = one target weft::NAME with its own include root.
# A room sees only the rooms it names, so an upward or sideways include does not compile.
find_package(Threads REQUIRED)

# Warnings for weft's own code; never for its users, so nothing of this is exported.
add_library(weft_warnings INTERFACE)
target_compile_options(weft_warnings INTERFACE -Wall -Wextra -Wconversion -Wshadow -Wno-psabi $<$<BOOL:${WEFT_WERROR}>:-Werror>)

function(weft_room name)
  cmake_parse_arguments(PARSE_ARGV 1 room "" "" "SOURCES;ROOMS")
  list(TRANSFORM room_ROOMS PREPEND "weft::")
  set(target weft_${name})
  if(room_SOURCES)
    add_library(${target} ${room_SOURCES})
    set(scope PUBLIC)
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:weft_warnings>)
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON VERSION ${PROJECT_VERSION}
                                               SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(weft::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  target_compile_features(${target} ${scope} cxx_std_20)
  target_include_directories(${target} ${scope} $<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>
                             $<INSTALL_INTERFACE:include>)
  target_link_libraries(${target} ${scope} ${room_ROOMS} Threads::Threads)
endfunction()

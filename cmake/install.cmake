# The installed package: headers, libraries, find_package(weft [COMPONENTS room...]) and a pkg-config file.
# Nothing in it holds an absolute path, so the tree may be moved after it was installed.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/weft)

set(room_targets ${weft_rooms})
list(TRANSFORM room_targets PREPEND weft_)
install(TARGETS weft ${room_targets} EXPORT weft_targets)
install(EXPORT weft_targets NAMESPACE weft:: FILE weft-targets.cmake DESTINATION ${package_dir})
foreach(room IN LISTS weft_rooms)
  install(DIRECTORY ${room}/include/weft DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")
endforeach()

list(JOIN weft_rooms "|" weft_rooms_pattern)
list(JOIN weft_rooms " " weft_rooms_words)
configure_package_config_file(cmake/weft-config.cmake.in ${PROJECT_BINARY_DIR}/weft-config.cmake
                              INSTALL_DESTINATION ${package_dir} NO_SET_AND_CHECK_MACRO)
# Before 1.0 a minor version may change anything, so only patches are compatible.
write_basic_package_version_file(${PROJECT_BINARY_DIR}/weft-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/weft-config.cmake ${PROJECT_BINARY_DIR}/weft-config-version.cmake
        DESTINATION ${package_dir})

# pkg-config wants the libraries from the roof down and knows no header-only targets.
set(pkgconfig_libraries "")
foreach(room IN LISTS weft_rooms)
  get_target_property(type weft_${room} TYPE)
  if(NOT type STREQUAL "INTERFACE_LIBRARY")
    string(PREPEND pkgconfig_libraries " -lweft_${room}")
  endif()
endforeach()
file(RELATIVE_PATH pkgconfig_prefix /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
string(REGEX REPLACE "/$" "" pkgconfig_prefix "${pkgconfig_prefix}")
configure_file(cmake/weft.pc.in ${PROJECT_BINARY_DIR}/weft.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/weft.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/weft)

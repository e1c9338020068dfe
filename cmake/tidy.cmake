# The target `tidy`: clang-tidy reads each source, and nothing is compiled. What has passed is read again when it, a header
# or the list of checks changes.
find_program(CLANG_TIDY_PROGRAM clang-tidy REQUIRED)
mark_as_advanced(CLANG_TIDY_PROGRAM)
file(GLOB_RECURSE headers CONFIGURE_DEPENDS lib/*.h cli/*.h)
set(passed_sources "")
foreach(source IN LISTS lib_sources cli_sources ITEMS ${PROJECT_SOURCE_DIR}/cli/main.cpp)
  cmake_path(RELATIVE_PATH source BASE_DIRECTORY ${PROJECT_SOURCE_DIR} OUTPUT_VARIABLE name)
  set(passed ${PROJECT_BINARY_DIR}/tidy/${name}.passed)
  cmake_path(GET passed PARENT_PATH folder)
  file(MAKE_DIRECTORY ${folder})
  add_custom_command(
    OUTPUT ${passed}
    COMMAND ${CLANG_TIDY_PROGRAM} --quiet -p ${PROJECT_BINARY_DIR} ${source}
    COMMAND ${CMAKE_COMMAND} -E touch ${passed}
    DEPENDS ${source} ${headers} ${PROJECT_SOURCE_DIR}/.clang-tidy
    COMMENT "Checking ${name}"
    VERBATIM)
  list(APPEND passed_sources ${passed})
endforeach()
add_custom_target(tidy DEPENDS ${passed_sources})

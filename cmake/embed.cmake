# embed_files(TARGET NAME GLOB PATTERN…): the files matching PATTERN, sorted by name, become
# `alohook::embedded::NAME()`, declared in "embedded/NAME.h" and visible to TARGET only.
# The bytes are exactly those of the files.
function(embed_files target name)
  cmake_parse_arguments(arg "" "" "GLOB" ${ARGN})
  file(GLOB files CONFIGURE_DEPENDS ${arg_GLOB})
  list(SORT files)
  set(folder ${CMAKE_CURRENT_BINARY_DIR}/embedded_${name})
  set(writer ${PROJECT_SOURCE_DIR}/cmake/embed_write.cmake)
  file(CONFIGURE OUTPUT ${folder}/embedded/${name}.h CONTENT [[
#pragma once
#include <span>
#include <string_view>

namespace alohook::embedded {
struct File {
  std::string_view name;  ///< without its folder
  std::string_view bytes;
};
std::span<const File> @name@();
}  // namespace alohook::embedded
]] @ONLY)
  # The list is a file of its own so that a file that goes away, too, brings the code up to date.
  file(CONFIGURE OUTPUT ${folder}/files.txt CONTENT "${files}" @ONLY)
  add_custom_command(
    OUTPUT ${folder}/${name}.cpp
    COMMAND ${CMAKE_COMMAND} -D NAME=${name} -D LIST=${folder}/files.txt -D OUT=${folder}/${name}.cpp -P ${writer}
    DEPENDS ${files} ${folder}/files.txt ${writer}
    COMMENT "Embedding ${name}"
    VERBATIM)
  target_sources(${target} PRIVATE ${folder}/${name}.cpp)
  target_include_directories(${target} PRIVATE ${folder})
endfunction()

# embed_files(TARGET NAME GLOB PATTERN…): embeds the exact bytes of the files that match PATTERN, sorted by name, as
# `alohook::embedded::NAME()`. It is declared in "embedded/NAME.h", which only TARGET can include.
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
#ifndef ALOHOOK_EMBEDDED_FILE
#define ALOHOOK_EMBEDDED_FILE
struct File {
  std::string_view name;  ///< without its directory
  std::string_view bytes;
};
#endif
std::span<const File> @name@();
}  // namespace alohook::embedded
]] @ONLY)
  # The list is a separate file so that removing a file also triggers a rebuild.
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

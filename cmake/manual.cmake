# Man pages in ${manual_folder}, written by the binary itself from the same definitions as `--help`.
set(manual_folder ${PROJECT_BINARY_DIR}/man)
file(MAKE_DIRECTORY ${manual_folder})

# The date of a version: SOURCE_DATE_EPOCH, or the commit's date, or (in a source archive) the changelog's. So the same
# commit produces the same pages and packages on any day.
set(source_date "$ENV{SOURCE_DATE_EPOCH}")
if(NOT source_date)
  execute_process(COMMAND git log -1 --format=%ct WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
                  OUTPUT_VARIABLE source_date OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
endif()
if(NOT source_date)
  file(TIMESTAMP ${PROJECT_SOURCE_DIR}/CHANGELOG.md source_date %s UTC)
endif()
set(given_source_date "$ENV{SOURCE_DATE_EPOCH}")
set(ENV{SOURCE_DATE_EPOCH} ${source_date})
string(TIMESTAMP source_day %Y-%m-%d UTC)
set(ENV{SOURCE_DATE_EPOCH} ${given_source_date})

# A cross-compiled binary can't run here, and a sanitizer build doesn't need the manual.
if(NOT ALOHOOK_SANITIZE AND (NOT CMAKE_CROSSCOMPILING OR CMAKE_CROSSCOMPILING_EMULATOR))
  add_custom_command(TARGET alohook POST_BUILD
    COMMAND ${CMAKE_CROSSCOMPILING_EMULATOR} $<TARGET_FILE:alohook> __man ${manual_folder} ${source_day}
    VERBATIM)
endif()

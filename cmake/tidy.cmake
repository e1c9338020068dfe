# The target `tidy`: clang-tidy reads everything, a directory at a time like the compiler, and nothing is compiled.
find_program(RUN_CLANG_TIDY_PROGRAM run-clang-tidy REQUIRED)
mark_as_advanced(RUN_CLANG_TIDY_PROGRAM)
add_custom_target(tidy
  COMMAND ${RUN_CLANG_TIDY_PROGRAM} -quiet -p ${PROJECT_BINARY_DIR} "^((?!/embedded_).)*$"
  USES_TERMINAL
  VERBATIM)

# The target `tidy`: runs clang-tidy on everything, a directory at a time like the compiler. Compiles nothing.
find_program(RUN_CLANG_TIDY_PROGRAM run-clang-tidy REQUIRED)
mark_as_advanced(RUN_CLANG_TIDY_PROGRAM)
add_custom_target(tidy
  COMMAND ${RUN_CLANG_TIDY_PROGRAM} -quiet -p ${PROJECT_BINARY_DIR} "^((?!/embedded_).)*$"
  USES_TERMINAL
  VERBATIM)

if(ALOHOOK_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "The fuzz targets use libFuzzer, which comes with clang: install clang and use `--preset fuzz`.")
  endif()
  # Coverage for the libraries; the targets in tests/fuzz link the fuzzer itself.
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

if(ALOHOOK_SANITIZE)
  add_compile_options(-fsanitize=${ALOHOOK_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${ALOHOOK_SANITIZE})
  if(ALOHOOK_SANITIZE MATCHES "undefined" AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    # This check opens a pipe, and reports a fault where a test has used up the file descriptors.
    add_compile_options(-fno-sanitize=vptr)
  endif()
endif()

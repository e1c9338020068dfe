# How the project's own targets are compiled. Included after the dependencies, so that fetched ones keep their own
# flags. Only the sanitizers are set earlier (sanitizers.cmake), because they must apply to all code.
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 warns about its own std::string (GCC bug 105329), and with -O2 about copies of almost 2^64 bytes.
  add_compile_options(-Wno-restrict "$<$<CONFIG:Release>:-Wno-stringop-overflow;-Wno-stringop-overread;-Wno-array-bounds>")
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 14
   AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 15)
  # GCC 14 has false positives in its own containers when it inlines them.
  add_compile_options(-Wno-array-bounds)
endif()
if(ALOHOOK_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Instrumentation hides from GCC what it knows about initialization. The other presets still fail on these warnings.
  add_compile_options(-Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-array-bounds)
endif()

# ccache needs this to cache files that were compiled with a precompiled header.
add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)

# With the sanitizers, optimizing tests and the command line takes half of the build time for little benefit; lib keeps
# its -O1.
set(quick_to_compile "")
if(ALOHOOK_SANITIZE)
  set(quick_to_compile -O0)
endif()

# alohook parses untrusted input: an index out of range must abort instead of reading on.
add_compile_definitions(_GLIBCXX_ASSERTIONS)

# The same sources produce the same bytes wherever they are built.
add_compile_options(-ffile-prefix-map=${PROJECT_SOURCE_DIR}=. -ffile-prefix-map=${PROJECT_BINARY_DIR}=build)

# A released binary: small, hardened, without symbols.
set(released $<CONFIG:Release>)
set(released_on_linux $<AND:${released},$<PLATFORM_ID:Linux>>)
add_compile_options("$<${released}:-ffunction-sections;-fdata-sections;-fstack-protector-strong>"
                    "$<${released}:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2>")
add_link_options("$<${released_on_linux}:-s;-Wl,--gc-sections;-Wl,--as-needed;-Wl,-z,relro;-Wl,-z,now>")

# How the project's own targets are compiled. Included after the dependencies, so that fetched ones keep their own
# flags; only the sanitizers, which must see all code, are set before them (sanitizers.cmake).
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC 12 warns about its own std::string (GCC bug 105329), with -O2 also about copies of almost 2^64 bytes.
  add_compile_options(-Wno-restrict "$<$<CONFIG:Release>:-Wno-stringop-overflow;-Wno-stringop-overread;-Wno-array-bounds>")
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 14
   AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 15)
  # GCC 14 warns falsely about its own containers where it inlines them.
  add_compile_options(-Wno-array-bounds)
endif()
if(ALOHOOK_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Instrumented code hides from GCC what it knows about initialisation; the other presets still fail on these.
  add_compile_options(-Wno-maybe-uninitialized -Wno-stringop-overflow -Wno-array-bounds)
endif()

if(ALOHOOK_SANITIZE MATCHES "thread" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Asio uses atomic_thread_fence, which GCC's ThreadSanitizer does not model; its happens-before is not lost by that.
  add_compile_options(-Wno-tsan)
endif()

# ccache needs it to keep what was compiled with a precompiled header.
add_compile_options($<$<CXX_COMPILER_ID:GNU>:-fpch-preprocess>)

# Under the sanitizers half of the time went into optimising what is then waited for anyway; lib keeps its -O1.
set(quick_to_compile "")
if(ALOHOOK_SANITIZE)
  set(quick_to_compile -O0)
endif()

# alohook reads what strangers send: an index out of range ends it rather than reads on.
add_compile_definitions(_GLIBCXX_ASSERTIONS)

# The same sources give the same bytes wherever they are built.
add_compile_options(-ffile-prefix-map=${PROJECT_SOURCE_DIR}=. -ffile-prefix-map=${PROJECT_BINARY_DIR}=build)

# A released program: small, hardened, without symbols.
set(released $<CONFIG:Release>)
set(released_on_linux $<AND:${released},$<PLATFORM_ID:Linux>>)
add_compile_options("$<${released}:-ffunction-sections;-fdata-sections;-fstack-protector-strong>"
                    "$<${released}:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=2>")
add_link_options("$<${released_on_linux}:-s;-Wl,--gc-sections;-Wl,--as-needed;-Wl,-z,relro;-Wl,-z,now>")

# alohook's dependencies. Each is taken from the system if it is installed there. Otherwise, the small ones are fetched,
# pinned by hash. OpenSSL and Boost are never fetched, because the system's packages get security updates.
include(FetchContent)

function(explain_missing name apt dnf pacman brew)
  message(FATAL_ERROR
    "${name} was not found. Install it with\n"
    "  sh cmake/install-dependencies.sh\n"
    "or, alone, with one of\n"
    "  apt-get install ${apt}\n"
    "  dnf install ${dnf}\n"
    "  pacman -S ${pacman}\n"
    "  brew install ${brew}\n")
endfunction()

# declare_small(NAME VERSION URL SHA256): uses the system's package, or else fetches this one.
macro(declare_small name version url sha256)
  if(NOT FETCHCONTENT_TRY_FIND_PACKAGE_MODE STREQUAL "NEVER")
    find_package(${name} QUIET)
  endif()
  if(NOT ${name}_FOUND)
    message(STATUS "${name} is fetched, version ${version}; sh cmake/install-dependencies.sh would install it")
  endif()
  FetchContent_Declare(${name} SYSTEM URL ${url} URL_HASH SHA256=${sha256} FIND_PACKAGE_ARGS QUIET)
endmacro()

set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)

if(APPLE AND NOT OPENSSL_ROOT_DIR)
  # Homebrew keeps OpenSSL out of the default search path.
  execute_process(COMMAND brew --prefix openssl@3 OUTPUT_VARIABLE OPENSSL_ROOT_DIR OUTPUT_STRIP_TRAILING_WHITESPACE
                  ERROR_QUIET)
endif()
find_package(OpenSSL 3.0 QUIET)
if(NOT OPENSSL_FOUND)
  explain_missing("OpenSSL 3.0 or newer" libssl-dev openssl-devel openssl openssl@3)
endif()

if(POLICY CMP0167)
  cmake_policy(SET CMP0167 NEW)  # Boost's own package file; CMake 3.30 removes its own module
endif()
find_package(Boost 1.74 QUIET)
if(NOT Boost_FOUND)
  explain_missing("Boost 1.74 or newer (headers)" libboost-dev boost-devel boost boost)
endif()

find_package(ZLIB QUIET)
if(NOT ZLIB_FOUND)
  explain_missing("zlib" zlib1g-dev zlib-devel zlib zlib)
endif()

declare_small(fmt 10.2.1 https://github.com/fmtlib/fmt/archive/refs/tags/10.2.1.tar.gz
              1250e4cc58bf06ee631567523f48848dc4596133e163f02615c97f78bab6c811)
declare_small(nlohmann_json 3.11.3 https://github.com/nlohmann/json/archive/refs/tags/v3.11.3.tar.gz
              0d8ef5af7f9794e3263480193c491549b2ba6cc74bb018906202ada498a79406)
declare_small(CLI11 2.4.2 https://github.com/CLIUtils/CLI11/archive/refs/tags/v2.4.2.tar.gz
              f2d893a65c3b1324c50d4e682c0cdc021dd0477ae2c048544f39eed6654b699a)
declare_small(tomlplusplus 3.0.1 https://github.com/marzer/tomlplusplus/archive/v3.0.1.tar.gz
              e05b2814b891e223d7546aa2408d6cba0628164a84ac453205c7743cb667b9cf)
declare_small(utf8proc 2.7.0 https://github.com/JuliaStrings/utf8proc/archive/v2.7.0.tar.gz
              4bb121e297293c0fd55f08f83afab6d35d48f0af4ecc07523ad8ec99aa2b12a1)
set(small fmt nlohmann_json CLI11 tomlplusplus utf8proc)
if(ALOHOOK_TESTS)
  declare_small(Catch2 3.7.1 https://github.com/catchorg/Catch2/archive/refs/tags/v3.7.1.tar.gz
                c991b247a1a0d7bb9c39aa35faf0fe9e19764213f28ffba3109388e62ee0269c)
  # The peer in tests: an HTTP implementation other than our own.
  declare_small(httplib 0.18.7 https://github.com/yhirose/cpp-httplib/archive/refs/tags/v0.18.7.tar.gz
                b7b1e9e4e77565a5a9bc95e761d5df3e7c0e8ca37c90fd78b1b031bc6cb90fc1)
  list(APPEND small Catch2 httplib)
endif()

set(HTTPLIB_USE_ZLIB_IF_AVAILABLE OFF)
set(HTTPLIB_USE_BROTLI_IF_AVAILABLE OFF)
set(HTTPLIB_USE_ZSTD_IF_AVAILABLE OFF)
# Don't install fetched dependencies.
set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)
set(HTTPLIB_INSTALL OFF)
set(FMT_INSTALL OFF)
set(JSON_Install OFF)
set(JSON_BuildTests OFF)
set(CLI11_INSTALL OFF)
set(CLI11_BUILD_TESTS OFF)
set(CLI11_BUILD_EXAMPLES OFF)
set(CLI11_BUILD_DOCS OFF)
set(CATCH_INSTALL_DOCS OFF)
set(CATCH_INSTALL_EXTRAS OFF)

set(warnings_are_errors ${CMAKE_COMPILE_WARNING_AS_ERROR})
set(CMAKE_COMPILE_WARNING_AS_ERROR OFF)
FetchContent_MakeAvailable(${small})
if(NOT TARGET utf8proc::utf8proc)
  add_library(utf8proc::utf8proc ALIAS utf8proc)
endif()
set(CMAKE_COMPILE_WARNING_AS_ERROR ${warnings_are_errors})
if(catch2_SOURCE_DIR)
  list(APPEND CMAKE_MODULE_PATH ${catch2_SOURCE_DIR}/extras)
endif()

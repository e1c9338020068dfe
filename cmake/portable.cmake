# What the program is linked with. `alohook`, which the .deb holds, takes OpenSSL and zlib from the system, for their
# security updates. `alohook_portable`, which the archive holds, needs nothing but the C library, and so runs wherever that
# is as new as here. Included after the dependencies.
set(archives "")
set(ALOHOOK_NOT_PORTABLE "")
if(CMAKE_SYSTEM_NAME STREQUAL "Linux" AND CMAKE_BUILD_TYPE STREQUAL "Release")
  include(CMakePushCheckState)
  include(CheckCXXSourceCompiles)
  foreach(library ssl crypto z)
    find_library(ALOHOOK_ARCHIVE_${library} lib${library}.a)
    mark_as_advanced(ALOHOOK_ARCHIVE_${library})
    if(ALOHOOK_ARCHIVE_${library})
      list(APPEND archives ${ALOHOOK_ARCHIVE_${library}})
    endif()
  endforeach()
  cmake_push_check_state(RESET)
  set(CMAKE_REQUIRED_LINK_OPTIONS -static-libstdc++ -static-libgcc)
  check_cxx_source_compiles("#include <string>\nint main(int, char** words) { return std::string(*words).empty(); }"
                            ALOHOOK_HAS_STATIC_RUNTIME)
  # Some distributions' OpenSSL needs further libraries.
  set(CMAKE_REQUIRED_LIBRARIES ${archives} Threads::Threads ${CMAKE_DL_LIBS})
  check_cxx_source_compiles("#include <openssl/ssl.h>\n#include <zlib.h>
                             int main() { return SSL_CTX_new(TLS_client_method()) == nullptr || *zlibVersion() == 0; }"
                            ALOHOOK_HAS_STATIC_OPENSSL)
  cmake_pop_check_state()
  list(LENGTH archives count)
  get_target_property(utf8proc_type utf8proc::utf8proc TYPE)
  if(NOT count EQUAL 3 OR NOT ALOHOOK_HAS_STATIC_OPENSSL OR NOT utf8proc_type STREQUAL "STATIC_LIBRARY")
    set(archives "")
    set(ALOHOOK_NOT_PORTABLE
        "The archive's program will need this system's libraries: a static OpenSSL, zlib, utf8proc or libstdc++ is missing")
    message(STATUS "${ALOHOOK_NOT_PORTABLE}")
  endif()
endif()

add_library(alohook_system_libraries INTERFACE)
target_link_libraries(alohook_system_libraries INTERFACE
  "$<IF:$<BOOL:$<TARGET_PROPERTY:ALOHOOK_ARCHIVES>>,$<TARGET_PROPERTY:ALOHOOK_ARCHIVES>,OpenSSL::SSL;OpenSSL::Crypto;ZLIB::ZLIB>")

# add_program(TARGET): an executable of the command line. In a release the other libraries are part of it: each one that is
# loaded costs time at every start.
function(add_program target)
  add_executable(${target} cli/main.cpp)
  target_link_libraries(${target} PRIVATE alohook_cli)
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
  if(ALOHOOK_HAS_STATIC_RUNTIME)
    target_link_options(${target} PRIVATE -static-libstdc++ -static-libgcc)
  endif()
endfunction()

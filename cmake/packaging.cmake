# `cmake --install` and `cpack` (a Debian package and a tar archive).
set(documents ${CMAKE_INSTALL_DATADIR}/doc/alohook)
set(completions ${CMAKE_INSTALL_DATADIR}/bash-completion/completions ${CMAKE_INSTALL_DATADIR}/zsh/site-functions
    ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
set(manuals "")
foreach(section 1 5 7)
  list(APPEND manuals ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()
install(CODE "set(install_directories \"${CMAKE_INSTALL_BINDIR};${documents};${manuals};${completions}\")")
install(SCRIPT ${CMAKE_CURRENT_LIST_DIR}/install_directories.cmake)
install(TARGETS alohook RUNTIME)
install(FILES README.md CHANGELOG.md DESTINATION ${documents})
install(FILES LICENSE DESTINATION ${documents} RENAME copyright)
foreach(section 1 5 7)
  install(DIRECTORY ${manual_folder}/ DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section} FILES_MATCHING PATTERN *.${section})
endforeach()
install(FILES completions/alohook.bash
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME alohook)
install(FILES completions/_alohook DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES completions/alohook.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

set(CPACK_GENERATOR TGZ)
find_program(DPKG dpkg)
find_program(DPKG_SHLIBDEPS dpkg-shlibdeps)
find_program(FILE_PROGRAM file)
mark_as_advanced(DPKG DPKG_SHLIBDEPS FILE_PROGRAM)
if(DPKG_SHLIBDEPS AND FILE_PROGRAM)
  list(PREPEND CPACK_GENERATOR DEB)
elseif(DPKG)
  set(CPACK_ALOHOOK_NO_DEB "No .deb is made: dpkg-dev and file are needed (apt-get install dpkg-dev file)")
  message(STATUS "${CPACK_ALOHOOK_NO_DEB}")
endif()

set(CPACK_PACKAGE_CONTACT "the alohook authors")
set(CPACK_PACKAGE_DESCRIPTION
    "alohook receives, sends, verifies and explains the signed webhooks of the ALO
platform on one machine, without an account, a tunnel or a network.")
set(CPACK_PACKAGE_VENDOR "alohook")
set(CPACK_STRIP_FILES ON)
set(CPACK_THREADS 1)  # compression with threads depends on their number
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/cmake/packaging_tree.cmake)
set(CPACK_PROJECT_CONFIG_FILE ${PROJECT_SOURCE_DIR}/cmake/packaging_date.cmake)
set(CPACK_ALOHOOK_SOURCE_DATE ${source_date})

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS ca-certificates)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)

include(CPack)

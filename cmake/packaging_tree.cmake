# Run by cpack before it packs the directory tree.
set(tree ${CPACK_TEMPORARY_INSTALL_DIRECTORY})

if(CPACK_GENERATOR STREQUAL "DEB")
  # For completions in Debian packages, zsh uses a separate directory.
  file(RENAME ${tree}/usr/share/zsh/site-functions ${tree}/usr/share/zsh/vendor-completions)
  # Debian compresses the manual and the changelog. Omit name and time, so that the bytes are always the same.
  file(GLOB pages ${tree}/usr/share/man/man*/*.[157])
  set(changes ${tree}/usr/share/doc/alohook/CHANGELOG.md)
  execute_process(COMMAND gzip -9n ${pages} ${changes} COMMAND_ERROR_IS_FATAL ANY)
else()
  # The archive has the program that runs on every distribution; see portable.cmake.
  if(NOT EXISTS ${CPACK_ALOHOOK_PORTABLE})
    message(FATAL_ERROR "${CPACK_ALOHOOK_PORTABLE} is missing: build the target alohook_portable")
  endif()
  file(COPY_FILE ${CPACK_ALOHOOK_PORTABLE} ${tree}/bin/alohook)
  file(CHMOD ${tree}/bin/alohook PERMISSIONS
       OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
endif()

# CPack creates the prefix with the user's umask.
file(GLOB_RECURSE entries LIST_DIRECTORIES true ${tree}/*)
foreach(entry IN LISTS entries)
  if(IS_DIRECTORY ${entry})
    file(CHMOD ${entry} PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
  endif()
endforeach()

# Archives contain times, so give all files the timestamp of the sources.
find_program(touch touch)
if(touch)
  string(TIMESTAMP moment %Y%m%d%H%M.%S UTC)  # honors SOURCE_DATE_EPOCH
  execute_process(COMMAND ${CMAKE_COMMAND} -E env TZ=UTC ${touch} -t ${moment} ${entries} COMMAND_ERROR_IS_FATAL ANY)
endif()

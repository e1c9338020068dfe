# Run by cpack before it packs the tree of files.
set(tree ${CPACK_TEMPORARY_INSTALL_DIRECTORY})

if(CPACK_GENERATOR STREQUAL "DEB")
  # zsh looks for a Debian package's completions in a folder of their own.
  file(RENAME ${tree}/usr/share/zsh/site-functions ${tree}/usr/share/zsh/vendor-completions)
  # Debian compresses the manual and the change log, without a name and a time so that the bytes are the same each time.
  file(GLOB pages ${tree}/usr/share/man/man*/*.[157])
  set(changes ${tree}/usr/share/doc/alohook/CHANGELOG.md)
  execute_process(COMMAND gzip -9n ${pages} ${changes} COMMAND_ERROR_IS_FATAL ANY)
endif()

# CPack makes the prefix with the umask of who packs.
file(GLOB_RECURSE entries LIST_DIRECTORIES true ${tree}/*)
foreach(entry IN LISTS entries)
  if(IS_DIRECTORY ${entry})
    file(CHMOD ${entry} PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
  endif()
endforeach()

# All files are as old as the sources: archives hold times.
find_program(touch touch)
if(touch)
  string(TIMESTAMP moment %Y%m%d%H%M.%S UTC)  # heeds SOURCE_DATE_EPOCH
  execute_process(COMMAND ${CMAKE_COMMAND} -E env TZ=UTC ${touch} -t ${moment} ${entries} COMMAND_ERROR_IS_FATAL ANY)
endif()

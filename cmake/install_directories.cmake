# Run by `cmake --install` before anything else. Creates missing directories, readable by everyone. CMake would create
# them with the user's umask, even with CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS.
function(make_directory path)
  if(EXISTS ${path})
    return()
  endif()
  cmake_path(GET path PARENT_PATH parent)
  make_directory(${parent})
  file(MAKE_DIRECTORY ${path})
  file(CHMOD ${path} PERMISSIONS
       OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
endfunction()

foreach(directory IN LISTS install_directories)
  make_directory($ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}/${directory})
endforeach()

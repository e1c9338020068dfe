# compile_directories_as_one(TARGET FOLDER): compiles the sources of each directory below FOLDER as one file, which
# takes a third of the time for lib. So two files in a directory can't use the same name for different things, not even
# in anonymous namespaces. Files in FOLDER itself are compiled individually, because each command has its own `Options`
# and `run`. -DCMAKE_UNITY_BUILD=OFF compiles every file individually.
if(NOT DEFINED CMAKE_UNITY_BUILD)
  set(CMAKE_UNITY_BUILD ON)
endif()

function(compile_directories_as_one target folder)
  cmake_path(ABSOLUTE_PATH folder NORMALIZE)
  set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
  get_target_property(sources ${target} SOURCES)
  foreach(source IN LISTS sources)
    cmake_path(GET source PARENT_PATH directory)
    cmake_path(IS_PREFIX folder ${directory} is_below)
    if(is_below AND NOT directory STREQUAL folder)
      cmake_path(RELATIVE_PATH directory BASE_DIRECTORY ${folder})
      string(REPLACE "/" "_" group ${directory})
      set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${group})
    endif()
  endforeach()
endfunction()

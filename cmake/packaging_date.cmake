# Run first by cpack. Its output has the timestamp of the sources, not of the day.
if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})
  set(ENV{SOURCE_DATE_EPOCH} ${CPACK_ALOHOOK_SOURCE_DATE})
endif()

# Said here too, next to the packages that are made; the configure step may be long ago.
foreach(message ${CPACK_ALOHOOK_NO_DEB} ${CPACK_ALOHOOK_NOT_PORTABLE})
  message(STATUS "${message}")
endforeach()

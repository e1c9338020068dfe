# Run first by cpack. Its output has the timestamp of the sources, not of the day.
if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})
  set(ENV{SOURCE_DATE_EPOCH} ${CPACK_ALOHOOK_SOURCE_DATE})
endif()

# Repeat this next to the archive that is created, because the configure step may be long ago.
if(CPACK_ALOHOOK_NO_DEB)
  message(STATUS "${CPACK_ALOHOOK_NO_DEB}")
endif()

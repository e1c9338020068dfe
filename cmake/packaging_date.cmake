# Run by cpack first: what it writes bears the time of the sources, not of the day.
if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})
  set(ENV{SOURCE_DATE_EPOCH} ${CPACK_ALOHOOK_SOURCE_DATE})
endif()

# Said here too, next to the archive that is made; the configure step may be long ago.
if(CPACK_ALOHOOK_NO_DEB)
  message(STATUS "${CPACK_ALOHOOK_NO_DEB}")
endif()

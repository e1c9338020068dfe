# Run by cpack first: what it writes bears the time of the sources, not of the day.
if(NOT DEFINED ENV{SOURCE_DATE_EPOCH})
  set(ENV{SOURCE_DATE_EPOCH} ${CPACK_ALOHOOK_SOURCE_DATE})
endif()

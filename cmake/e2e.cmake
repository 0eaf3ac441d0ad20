# Each e2e/<name>_test.py is one test that drives the real binary against the real servers.
# A file may say how it wants to be run, in one comment line:
#   # ctest: serial            alone, because it needs the whole machine
#   # ctest: timeout 1200      seconds instead of 900
# A file with "hostile" in its name also runs under the sanitizers in `make test`.
file(GLOB sluice_e2e CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/e2e/*_test.py)
foreach(file ${sluice_e2e})
  get_filename_component(name ${file} NAME_WE)
  set(labels e2e)
  if(name MATCHES "hostile")
    list(APPEND labels hostile)
  endif()
  sluice_world_test(e2e.${name} "pg;s3" "${labels}" /usr/bin/python3 -m unittest -v ${name})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(STRINGS ${file} wishes REGEX "^# ctest: ")
  set(timeout 900)
  foreach(wish ${wishes})
    if(wish MATCHES "timeout ([0-9]+)")
      set(timeout ${CMAKE_MATCH_1})
    elseif(wish MATCHES "serial")
      set_tests_properties(${sluice_test_prefix}e2e.${name} PROPERTIES RUN_SERIAL ON)
    endif()
  endforeach()
  set_tests_properties(${sluice_test_prefix}e2e.${name} PROPERTIES
    TIMEOUT ${timeout} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}/e2e
    ENVIRONMENT "SLUICE_BINARY=${CMAKE_BINARY_DIR}/sluice;PYTHONDONTWRITEBYTECODE=1")
endforeach()

# One test program per room and world: <room>_test needs nothing, <room>_pgtest a live PostgreSQL,
# <room>_s3test a live S3 server as well. ctest fixtures bring each world up once per run and down
# after it (tests/worlds), and a world that does not come up fails the tests that need it.
#
# Labels: unit, pg, s3, e2e, lint. In a sanitizer build every name starts with the preset
# ("asan.bytes_test"), and what `make test` does not run there (all but unit and hostile tests) is
# labelled wide.
find_package(GTest REQUIRED)

set(sluice_worlds ${CMAKE_SOURCE_DIR}/tests/worlds)
set(sluice_world_dir ${CMAKE_BINARY_DIR}/world)
set(sluice_test_prefix "")
set(sluice_wide "")
if(SLUICE_SANITIZE)
  get_filename_component(preset ${CMAKE_BINARY_DIR} NAME)
  set(sluice_test_prefix "${preset}.")
  set(sluice_wide wide)
endif()
# `make test` builds only these in the sanitizer preset.
add_custom_target(narrow_tests)
if(TARGET sluice)
  add_dependencies(narrow_tests sluice)
endif()

foreach(world pg s3)
  set(fixture ${sluice_test_prefix}world_${world})
  add_test(NAME ${fixture} COMMAND ${sluice_worlds} up ${world} ${sluice_world_dir})
  add_test(NAME ${fixture}_down COMMAND ${sluice_worlds} down ${world} ${sluice_world_dir})
  set_tests_properties(${fixture} PROPERTIES FIXTURES_SETUP ${fixture} TIMEOUT 120
                       LABELS "${world};${sluice_wide}")
  set_tests_properties(${fixture}_down PROPERTIES FIXTURES_CLEANUP ${fixture} TIMEOUT 120
                       LABELS "${world};${sluice_wide}")
endforeach()

# sluice_world_test(name, worlds, labels, command...): a test that runs with the named worlds up.
function(sluice_world_test name worlds labels)
  set(name ${sluice_test_prefix}${name})
  if(worlds)
    add_test(NAME ${name} COMMAND ${sluice_worlds} run ${sluice_world_dir} -- ${ARGN}
             COMMAND_EXPAND_LISTS)
    list(TRANSFORM worlds PREPEND ${sluice_test_prefix}world_)
  else()
    add_test(NAME ${name} COMMAND ${ARGN} COMMAND_EXPAND_LISTS)
  endif()
  if(NOT "unit" IN_LIST labels AND NOT "hostile" IN_LIST labels)
    list(APPEND labels ${sluice_wide})
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT 600 LABELS "${labels}"
                       FIXTURES_REQUIRED "${worlds}")
endfunction()

# <room>_testing: what supports the tests of a room (its _testing.cc files), compiled once; it may
# stand on what supports those of the rooms that the room names.
function(sluice_testing_library room)
  set(supports "")
  get_target_property(deps ${room} INTERFACE_LINK_LIBRARIES)
  foreach(dep ${deps})
    if(TARGET ${dep}_testing)
      list(APPEND supports ${dep}_testing)
    endif()
  endforeach()
  get_property(sources GLOBAL PROPERTY SLUICE_TESTING_${room})
  if(sources)
    add_library(${room}_testing STATIC EXCLUDE_FROM_ALL ${sources})
    target_link_libraries(${room}_testing PUBLIC ${supports} ${room} GTest::gtest GTest::gmock)
  else()
    add_library(${room}_testing INTERFACE)
    target_link_libraries(${room}_testing INTERFACE ${supports} ${room})
  endif()
endfunction()

function(sluice_test_program name room sources worlds label)
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE ${room}_testing GTest::gtest GTest::gmock
                        GTest::gtest_main)
  sluice_world_test(${name} "${worlds}" ${label} $<TARGET_FILE:${name}>)
  if(label STREQUAL "unit")
    add_dependencies(narrow_tests ${name})
  endif()
endfunction()

get_property(rooms GLOBAL PROPERTY SLUICE_ROOMS)
foreach(room ${rooms})
  sluice_testing_library(${room})
  get_property(unit GLOBAL PROPERTY SLUICE_UNIT_${room})
  get_property(pg GLOBAL PROPERTY SLUICE_PG_${room})
  get_property(s3 GLOBAL PROPERTY SLUICE_S3_${room})
  sluice_test_program(${room}_test ${room} "${unit}" "" unit)
  sluice_test_program(${room}_pgtest ${room} "${pg}" pg pg)
  sluice_test_program(${room}_s3test ${room} "${s3}" "pg;s3" s3)
endforeach()

file(GLOB samples_tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/samples/*_test.cc)
add_executable(samples_test ${samples_tests})
target_link_libraries(samples_test PRIVATE samples nlohmann_json::nlohmann_json GTest::gtest_main)
sluice_world_test(samples_test "" unit $<TARGET_FILE:samples_test>)
add_dependencies(narrow_tests samples_test)

include(cmake/e2e.cmake)
include(cmake/lint.cmake)

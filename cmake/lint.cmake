# The checks that are fast enough to be tests. clang-tidy takes 10 s per file: ./dev lint.
sluice_world_test(tidy "" lint ${CMAKE_SOURCE_DIR}/tools/tidy)
sluice_world_test(tidy_test "" lint ${CMAKE_SOURCE_DIR}/tools/tidy_test.py)
sluice_world_test(format "" lint ${CMAKE_SOURCE_DIR}/tools/format --check)

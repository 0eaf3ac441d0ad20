# Each x_bench.cc of a room is a program of its own, built on demand: ninja x_bench (./dev bench
# does).
get_property(rooms GLOBAL PROPERTY SLUICE_ROOMS)
foreach(room ${rooms})
  get_property(sources GLOBAL PROPERTY SLUICE_BENCH_${room})
  foreach(source ${sources})
    get_filename_component(name ${source} NAME_WE)
    add_executable(${name} EXCLUDE_FROM_ALL ${source})
    target_link_libraries(${name} PRIVATE ${room})
  endforeach()
endforeach()

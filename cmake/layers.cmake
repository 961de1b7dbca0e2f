# custos_layer(rules DEPS base model LIBS simdjson::simdjson)
#
# One static library a layer, made of every .cc below src/<layer> that is not a test; one test binary a layer, made of
# the *_test.cc files. A dependency that does not look down stops the configure step: the rows are the architecture.
set(CUSTOS_ROWS base=1 model=2 ingest=3 rules=3 behavior=3 correlate=3 respond=3 evidence=3 store=3 share=3 institution=3 simulate=3 evaluate=3
    engine=4 serve=5 cli=6)

function(custos_row layer out)
  foreach(entry IN LISTS CUSTOS_ROWS)
    if(entry MATCHES "^${layer}=([0-9]+)$")
      set(${out} ${CMAKE_MATCH_1} PARENT_SCOPE)
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "'${layer}' is no layer; the layers are ${CUSTOS_ROWS} (cmake/layers.cmake)")
endfunction()

function(custos_layer layer)
  cmake_parse_arguments(arg "" "" "DEPS;LIBS" ${ARGN})
  custos_row(${layer} row)
  foreach(dep IN LISTS arg_DEPS)
    custos_row(${dep} dep_row)
    if(NOT dep_row LESS row)
      message(FATAL_ERROR "layer '${layer}' (row ${row}) may not look at '${dep}' (row ${dep_row}): lines look down only")
    endif()
  endforeach()

  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/src/${layer}/*.cc)
  set(tests ${sources})
  list(FILTER sources EXCLUDE REGEX "_test\\.cc$")
  list(FILTER sources EXCLUDE REGEX "/cli/main\\.cc$")
  list(FILTER tests INCLUDE REGEX "_test\\.cc$")

  add_library(custos_${layer} STATIC ${sources})
  target_link_libraries(custos_${layer} PUBLIC custos_flags ${arg_LIBS})
  foreach(dep IN LISTS arg_DEPS)
    target_link_libraries(custos_${layer} PUBLIC custos_${dep})
  endforeach()
  if(CUSTOS_TESTS AND tests)
    custos_unit_tests(${layer} ${tests})
  endif()
endfunction()

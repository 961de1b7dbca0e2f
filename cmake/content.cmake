# custos_embed(engine builtin_rules content/rules): every .yml below the folder becomes an entry of a table in the binary, so
# that custos needs nothing but itself. The generated file is made anew when a shipped file changes.
function(custos_embed layer function folder)
  file(GLOB_RECURSE files CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/${folder}/*.yml)
  list(SORT files)
  set(out ${CMAKE_BINARY_DIR}/generated/${layer}/${function}.cc)
  set(dependencies ${files})
  list(TRANSFORM dependencies PREPEND ${CMAKE_SOURCE_DIR}/)
  string(REPLACE ";" "\n" listing "${files}")
  file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/generated/${layer}/${function}.list CONTENT "${listing}\n")
  add_custom_command(OUTPUT ${out}
    COMMAND ${CMAKE_COMMAND} -DROOT=${CMAKE_SOURCE_DIR} -DLIST=${CMAKE_BINARY_DIR}/generated/${layer}/${function}.list
            -DOUT=${out} -DLAYER=${layer} -DFUNCTION=${function} -P ${CMAKE_SOURCE_DIR}/cmake/embed_script.cmake
    DEPENDS ${dependencies} ${CMAKE_SOURCE_DIR}/cmake/embed_script.cmake ${CMAKE_BINARY_DIR}/generated/${layer}/${function}.list
    COMMENT "Embedding ${folder}")
  target_sources(custos_${layer} PRIVATE ${out})
endfunction()

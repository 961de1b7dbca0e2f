# Unit tests: one GoogleTest binary a layer, discovered when ctest runs, labelled `unit`; those of the calibration of
# p-values, which go through a hundred thousand windows each, `calibration`.
find_package(GTest REQUIRED)
include(GoogleTest)

function(custos_unit_tests layer)
  add_executable(custos_${layer}_test ${ARGN})
  target_link_libraries(custos_${layer}_test PRIVATE custos_${layer} GTest::gtest_main GTest::gmock)
  target_compile_definitions(custos_${layer}_test PRIVATE CUSTOS_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  set(calibration "Calibration.*:OrdinaryLife.*:Detectors/Ordinary.*")
  gtest_discover_tests(custos_${layer}_test TEST_FILTER "-${calibration}" DISCOVERY_MODE PRE_TEST PROPERTIES LABELS unit TIMEOUT 120)
  if(layer STREQUAL behavior)
    gtest_discover_tests(custos_${layer}_test TEST_FILTER "${calibration}" DISCOVERY_MODE PRE_TEST PROPERTIES LABELS calibration TIMEOUT 300)
  endif()
endfunction()

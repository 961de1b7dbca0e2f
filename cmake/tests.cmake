# Unit tests: one GoogleTest binary a layer, discovered when ctest runs, labelled `unit`; those of the calibration of
# p-values, which go through a hundred thousand windows each, `calibration`; those that simulate weeks, `weeks`.
# The sanitizers run without these two, which take tens of minutes there; release runs all.
find_package(GTest REQUIRED)
include(GoogleTest)

# The layers are tested as optimised as they are. What tests are written in is not: a unity file of them takes 24 s of compiling instead of 57.
if(CUSTOS_SANITIZE)
  set(CUSTOS_TEST_OPTIMISATION -O0)
elseif(CMAKE_BUILD_TYPE STREQUAL "Release")
  set(CUSTOS_TEST_OPTIMISATION -O1)  # FORTIFY_SOURCE asks for some
endif()

function(custos_unit_tests layer)
  add_executable(custos_${layer}_test ${ARGN})
  target_link_libraries(custos_${layer}_test PRIVATE custos_${layer} GTest::gtest_main GTest::gmock)
  if(NOT layer STREQUAL simulate)  # its tests go through weeks of logs
    target_compile_options(custos_${layer}_test PRIVATE ${CUSTOS_TEST_OPTIMISATION})
  endif()
  target_compile_definitions(custos_${layer}_test PRIVATE CUSTOS_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  set(long "")
  if(layer STREQUAL behavior)
    set(long "Calibration.*:OrdinaryLife.*:Detectors/Ordinary.*")
    gtest_discover_tests(custos_${layer}_test TEST_FILTER "${long}" DISCOVERY_MODE PRE_TEST PROPERTIES LABELS calibration TIMEOUT 300)
  elseif(layer STREQUAL simulate)
    set(long "Scales/*:Seeds/*:Each/*:Laboratory.*:Campaigns.PatienceShowsLess:Accounts.WhoTypesWrongTooOftenIsLockedOutAndLetInAgain")
    gtest_discover_tests(custos_${layer}_test TEST_FILTER "${long}" DISCOVERY_MODE PRE_TEST PROPERTIES LABELS weeks TIMEOUT 300)
  endif()
  gtest_discover_tests(custos_${layer}_test TEST_FILTER "-${long}" DISCOVERY_MODE PRE_TEST PROPERTIES LABELS unit TIMEOUT 120)
endfunction()

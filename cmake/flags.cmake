# Every flag hangs on one INTERFACE target, so that what a layer is built with can be read in one place.
add_library(custos_flags INTERFACE)
target_include_directories(custos_flags INTERFACE ${CMAKE_SOURCE_DIR}/src ${CMAKE_BINARY_DIR}/generated)
target_compile_options(custos_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wno-missing-field-initializers  # designated initialisers leave members to their defaults on purpose
  $<$<BOOL:${CUSTOS_WERROR}>:-Werror> -fno-strict-aliasing)
target_compile_definitions(custos_flags INTERFACE CUSTOS_VERSION="${PROJECT_VERSION}")

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(custos_flags INTERFACE -Wno-restrict)  # GCC 12 warns of std::string's own code (GCC bug 105651)
endif()

if(CUSTOS_SANITIZE)
  target_compile_options(custos_flags INTERFACE -fsanitize=${CUSTOS_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(custos_flags INTERFACE -fsanitize=${CUSTOS_SANITIZE})
elseif(CMAKE_BUILD_TYPE STREQUAL "Release" OR CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  target_compile_options(custos_flags INTERFACE -fstack-protector-strong -fPIE)
  target_compile_definitions(custos_flags INTERFACE _FORTIFY_SOURCE=2 _GLIBCXX_ASSERTIONS)
  target_link_options(custos_flags INTERFACE -pie -Wl,-z,relro,-z,now)
endif()

if(CUSTOS_FUZZ)
  target_compile_options(custos_flags INTERFACE -fsanitize=fuzzer-no-link)  # libFuzzer follows coverage in every layer
endif()

find_program(CUSTOS_CCACHE ccache)
if(CUSTOS_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CUSTOS_CCACHE})
endif()
find_program(CUSTOS_MOLD mold)
if(CUSTOS_MOLD)
  target_link_options(custos_flags INTERFACE -fuse-ld=mold)
endif()

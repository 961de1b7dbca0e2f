// Where the public test vectors lie, for tests of this layer.
// Called by tests alone.
// Values.
// Any thread.
// Refuses nothing: a test that needs vectors which are not there skips, and says so.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

namespace custos::evidence {

inline std::string vectors_folder() {
  const char* folder = std::getenv("CUSTOS_VECTORS");
  return folder != nullptr ? folder : CUSTOS_SOURCE_DIR "/../shared/vectors";
}

}  // namespace custos::evidence

#define NEEDS_VECTORS(name) \
  if (!std::filesystem::exists(custos::evidence::vectors_folder() + "/" name)) GTEST_SKIP() << "no vectors '" name "' in " << custos::evidence::vectors_folder()

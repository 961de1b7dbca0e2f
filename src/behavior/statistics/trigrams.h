#pragma once
#include <cstdint>
#include <string_view>
namespace custos::behavior {
class Trigrams { public: double score(std::uint64_t, std::string_view) const { return 0; } void learn(std::uint64_t, std::string_view) {} };
}

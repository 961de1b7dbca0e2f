// Names of the files that a baseline's evidence lies in, as numbers beside those of the files that are read now.
// Held by whoever loads a baseline: judging.cc, merge.cc.
// Owns the names.
// One thread.
// Refuses nothing.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace custos::engine {

class EarlierFiles {
 public:
  static constexpr std::uint32_t kEarlier = 0x8000'0000;  // from here on: files that a baseline remembers

  // recent: names of the files that are read now.
  explicit EarlierFiles(std::function<std::string(std::uint32_t)> recent) : recent_(std::move(recent)) {}
  std::string name(std::uint32_t source) const { return source < kEarlier ? recent_(source) : names_[source - kEarlier]; }
  std::uint32_t number(const std::string& name) {
    const auto [it, fresh] = numbers_.try_emplace(name, kEarlier + static_cast<std::uint32_t>(names_.size()));
    if (fresh) names_.push_back(name);
    return it->second;
  }

 private:
  std::function<std::string(std::uint32_t)> recent_;
  std::vector<std::string> names_;
  std::map<std::string, std::uint32_t> numbers_;
};

}  // namespace custos::engine

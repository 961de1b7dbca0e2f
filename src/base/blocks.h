// A column that grows block by block: a vector of its size would hold three times its bytes whenever it doubles.
// Called by whatever keeps millions of small values.
// References stay valid while it grows.
// One thread while it grows; then any.
// Refuses nothing: whoever fills it looks at bytes().
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace custos {

template <class T>
class Blocks {
 public:
  static constexpr std::size_t kBits = 14;
  std::size_t size() const { return size_; }
  const T& operator[](std::size_t i) const { return blocks_[i >> kBits][i & (kLength - 1)]; }
  T& operator[](std::size_t i) { return blocks_[i >> kBits][i & (kLength - 1)]; }
  const T& back() const { return (*this)[size_ - 1]; }
  void push_back(const T& value) {
    if (size_ == blocks_.size() << kBits) blocks_.push_back(std::make_unique<T[]>(kLength));
    (*this)[size_++] = value;
  }
  void pop_back() { --size_; }
  // Its room stays: what is filled again and again touches no new page.
  void clear() { size_ = 0; }
  std::size_t bytes() const { return blocks_.size() * kLength * sizeof(T); }

 private:
  static constexpr std::size_t kLength = std::size_t{1} << kBits;
  std::vector<std::unique_ptr<T[]>> blocks_;
  std::size_t size_ = 0;
};

}  // namespace custos

#include "base/arena.h"

#include <algorithm>

namespace custos {

void Arena::grow(std::size_t n) {
  const std::size_t size = std::max(n, block_bytes_);
  blocks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
  held_ += size;
  at_ = blocks_.back().bytes.get();
  left_ = size;
}

void Arena::reset() {
  if (blocks_.empty()) return;
  // A first block that was made for one giant value is not worth keeping.
  if (blocks_.front().size > block_bytes_) {
    blocks_.clear();
    held_ = 0;
    at_ = nullptr;
    left_ = 0;
    return;
  }
  blocks_.resize(1);
  held_ = blocks_.front().size;
  at_ = blocks_.front().bytes.get();
  left_ = blocks_.front().size;
}

}  // namespace custos

#include "base/arena.h"

#include <algorithm>

namespace custos {

void Arena::grow(std::size_t n) {
  // Blocks kept from before come first; one that is too small for this request is passed over until the next reset().
  while (used_ < blocks_.size() && blocks_[used_].size < n) ++used_;
  if (used_ == blocks_.size()) {
    const std::size_t size = std::max(n, block_bytes_);
    blocks_.push_back({std::make_unique_for_overwrite<char[]>(size), size});
  }
  held_ += blocks_[used_].size;
  at_ = blocks_[used_].bytes.get();
  left_ = blocks_[used_].size;
  ++used_;
}

void Arena::reset() {
  std::size_t kept = 0, bytes = 0;
  while (kept < blocks_.size() && bytes + blocks_[kept].size <= keep_bytes_) bytes += blocks_[kept++].size;
  blocks_.resize(kept);
  used_ = 0;
  held_ = 0;
  at_ = nullptr;
  left_ = 0;
}

}  // namespace custos

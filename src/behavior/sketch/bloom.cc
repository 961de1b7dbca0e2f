#include "behavior/sketch/bloom.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "behavior/sketch/mix.h"

namespace custos::behavior {

BlockedBloom::BlockedBloom(std::size_t bytes) : blocks_(std::clamp<std::size_t>(bytes / kBlock, 1, 0xFFFFFFFF)) {}

BlockedBloom::Place BlockedBloom::place(std::uint64_t hash) const {
  const std::uint64_t where = mixed(hash, 0xC2A96E1D4B783F05u);
  std::uint64_t which = mixed(hash, 0x64F7B02E9D1C58A3u);
  Place p{static_cast<std::size_t>(place_of(static_cast<std::uint32_t>(where >> 32), blocks_.size())), {}};
  for (std::uint64_t& word : p.bits.words) {
    word = std::uint64_t{1} << (which & 63);
    which >>= 6;
  }
  return p;
}

bool BlockedBloom::insert(std::uint64_t hash) {
  const Place p = place(hash);
  Block& block = blocks_[p.block];
  unsigned added = 0;
  for (std::size_t i = 0; i < block.words.size(); ++i) {
    added += (block.words[i] & p.bits.words[i]) == 0;
    block.words[i] |= p.bits.words[i];
  }
  ones_ += added;
  return added > 0;
}

bool BlockedBloom::contains(std::uint64_t hash) const {
  const Place p = place(hash);
  const Block& block = blocks_[p.block];
  std::uint64_t missing = 0;
  for (std::size_t i = 0; i < block.words.size(); ++i) missing |= p.bits.words[i] & ~block.words[i];
  return missing == 0;
}

void BlockedBloom::count_ones() {
  ones_ = 0;
  for (const Block& b : blocks_) {
    for (const std::uint64_t word : b.words) ones_ += static_cast<unsigned>(std::popcount(word));
  }
}

bool BlockedBloom::merge(const BlockedBloom& other) {
  if (other.blocks_.size() != blocks_.size()) return false;
  for (std::size_t b = 0; b < blocks_.size(); ++b) {
    for (std::size_t i = 0; i < blocks_[b].words.size(); ++i) blocks_[b].words[i] |= other.blocks_[b].words[i];
  }
  count_ones();
  return true;
}

void BlockedBloom::clear() {
  std::fill(blocks_.begin(), blocks_.end(), Block{});
  ones_ = 0;
}

void BlockedBloom::save(Packer& out) const {
  const std::size_t from = out.size();
  out.varint(blocks_.size());
  out.raw(Bytes(reinterpret_cast<const char*>(blocks_.data()), blocks_.size() * kBlock));
  out.seal(from);
}

bool BlockedBloom::load(Unpacker& in) {
  const std::size_t from = in.at();
  const std::size_t n = in.length(kBlock);
  if (n == 0 || n > 0xFFFFFFFF) return in.refuse();
  const Bytes words = in.raw(n * kBlock);
  if (!in.sealed(from)) return false;
  blocks_ = std::vector<Block>(n);
  std::memcpy(blocks_.data(), words.data(), words.size());
  count_ones();
  return true;
}

GrowingBloom::GrowingBloom(std::size_t most_bytes) : most_(most_bytes) { clear(); }

void GrowingBloom::clear() {
  parts_.clear();
  left_ = most_;
  grow(kFirst);
}

// What would be left for one part more must be worth one, or this part has it all.
void GrowingBloom::grow(std::size_t bytes) {
  if (left_ < bytes + bytes * kGrowth) bytes = left_;
  parts_.emplace_back(bytes);
  left_ -= bytes;
}

bool GrowingBloom::insert(std::uint64_t hash) {
  for (std::size_t i = 0; i + 1 < parts_.size(); ++i) {
    if (parts_[i].contains(hash)) return false;
  }
  if (left_ == 0 || parts_.back().fill() < kGrowAt) return parts_.back().insert(hash);
  if (parts_.back().contains(hash)) return false;
  grow(parts_.back().bytes() * kGrowth);
  return parts_.back().insert(hash);
}

bool GrowingBloom::contains(std::uint64_t hash) const {
  return std::any_of(parts_.begin(), parts_.end(), [hash](const BlockedBloom& part) { return part.contains(hash); });
}

std::size_t GrowingBloom::bytes() const {
  std::size_t n = sizeof *this;
  for (const BlockedBloom& part : parts_) n += part.bytes();
  return n;
}

}  // namespace custos::behavior

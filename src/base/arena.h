// A bump allocator for the decoded text of one batch.
// Called by decoders; feeds model/Batch.
// What it hands out lives until reset() or the arena's end.
// One thread.
// Refuses nothing: the caller bounds what it asks for (Limits); memory is kept between batches up to keep_bytes.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace custos {

class Arena {
 public:
  explicit Arena(std::size_t block_bytes = 256u << 10, std::size_t keep_bytes = 4u << 20) : block_bytes_(block_bytes), keep_bytes_(keep_bytes) {}

  // `n` writable bytes, unaligned.
  char* take(std::size_t n) {
    if (n > left_) grow(n);
    char* p = at_;
    at_ += n;
    left_ -= n;
    return p;
  }

  // Gives back the unused tail of the last take(): it asked for `asked` and used `used`.
  void give_back(std::size_t asked, std::size_t used) {
    at_ -= asked - used;
    left_ += asked - used;
  }

  std::string_view keep(std::string_view s) {
    if (s.empty()) return {};
    char* p = take(s.size());
    std::memcpy(p, s.data(), s.size());
    return {p, s.size()};
  }

  // Makes everything free again. Blocks up to keep_bytes in all stay, so that a batch like the last one allocates nothing.
  void reset();

  // Bytes handed out since reset(), counted in whole blocks.
  std::size_t held_bytes() const { return held_; }

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size;
  };
  void grow(std::size_t n);

  std::size_t block_bytes_, keep_bytes_;
  std::vector<Block> blocks_;
  std::size_t used_ = 0;  // blocks in use
  char* at_ = nullptr;
  std::size_t left_ = 0;
  std::size_t held_ = 0;
};

}  // namespace custos

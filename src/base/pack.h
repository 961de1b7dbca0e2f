// Values to bytes and back, for state that is written down between runs.
// Called by whatever saves itself: sketches and tables of behavior/, their owners.
// A Packer appends to a string that outlives it; an Unpacker and the texts it gives are views into the bytes it reads.
// One thread an object.
// An Unpacker refuses reads past the end and spellings no Packer writes: from then on it gives 0 and ok() is false.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace custos {

static_assert(std::endian::native == std::endian::little, "fixed sizes are copied as they are, as load_le does");

class Packer {
 public:
  explicit Packer(std::string& out) : out_(out) {}

  void u8(std::uint8_t v) { out_.push_back(static_cast<char>(v)); }
  void u32(std::uint32_t v) { copy(&v, sizeof v); }
  void u64(std::uint64_t v) { copy(&v, sizeof v); }
  void f32(float v) { copy(&v, sizeof v); }
  void f64(double v) { copy(&v, sizeof v); }
  // Seven bits a byte, the lowest first: one byte below 128, ten at most.
  void varint(std::uint64_t v);
  // Small numbers of either sign are small: 0 -1 1 -2 become 0 1 2 3.
  void signed_varint(std::int64_t v) { varint(static_cast<std::uint64_t>(v) << 1 ^ static_cast<std::uint64_t>(v >> 63)); }
  void text(std::string_view s) {
    varint(s.size());
    raw(s);
  }
  void raw(Bytes b) { out_.append(b); }

  std::size_t size() const { return out_.size(); }
  // Four bytes of hash over everything since size() was `from`, against chance, not against forgers.
  void seal(std::size_t from);

 private:
  void copy(const void* p, std::size_t n) { out_.append(static_cast<const char*>(p), n); }

  std::string& out_;
};

class Unpacker {
 public:
  explicit Unpacker(Bytes in) : in_(in) {}

  std::uint8_t u8() { return fixed<std::uint8_t>(); }
  std::uint32_t u32() { return fixed<std::uint32_t>(); }
  std::uint64_t u64() { return fixed<std::uint64_t>(); }
  float f32() { return fixed<float>(); }
  double f64() { return fixed<double>(); }
  // One spelling a number: a longer one than needed is refused, so that what loads saves to the same bytes.
  std::uint64_t varint();
  std::int64_t signed_varint() {
    const std::uint64_t v = varint();
    return static_cast<std::int64_t>(v >> 1 ^ (~(v & 1) + 1));
  }
  // A varint that tells how many things follow, of at least `each` bytes: what cannot follow is refused before anybody makes room for it.
  std::size_t length(std::size_t each = 1);
  Bytes text() { return raw(length()); }
  Bytes raw(std::size_t n);

  std::size_t at() const { return at_; }
  std::size_t left() const { return in_.size() - at_; }
  bool ok() const { return !failed_; }
  // For a reader who finds that a value makes no sense. Returns false, for `return in.refuse();`.
  bool refuse();
  // Reads what Packer::seal wrote; ok() afterwards.
  bool sealed(std::size_t from);
  // Everything was read, and nothing but that was there.
  Result<void> finish(std::string_view what) const;

 private:
  template <class T>
  T fixed() {
    if (left() < sizeof(T)) refuse();
    const T v = load_le<T>(in_, at_);
    at_ += failed_ ? 0 : sizeof(T);
    return v;
  }

  Bytes in_;
  std::size_t at_ = 0;
  bool failed_ = false;  // at_ is then the end: nothing is left
};

}  // namespace custos

#include "base/pack.h"

#include <fmt/format.h>

#include "base/hash.h"

namespace custos {
namespace pack {
namespace {

std::uint32_t seal_of(Bytes b) {
  const std::uint64_t h = hash64(b);
  return static_cast<std::uint32_t>(h ^ h >> 32);
}

}  // namespace
}  // namespace pack

void Packer::varint(std::uint64_t v) {
  for (; v >= 0x80; v >>= 7) u8(static_cast<std::uint8_t>(v | 0x80));
  u8(static_cast<std::uint8_t>(v));
}

void Packer::seal(std::size_t from) { u32(pack::seal_of(slice(out_, from))); }

std::uint64_t Unpacker::varint() {
  std::uint64_t v = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const std::uint64_t b = u8();
    v |= (b & 0x7F) << shift;
    if (b & 0x80) continue;
    // A last byte of zeros says nothing; the tenth has room for one bit.
    if ((b == 0 && shift > 0) || (shift == 63 && b > 1)) refuse();
    return failed_ ? 0 : v;
  }
  refuse();
  return 0;
}

std::size_t Unpacker::length(std::size_t each) {
  const std::uint64_t n = varint();
  if (n > left() / (each == 0 ? 1 : each)) refuse();
  return failed_ ? 0 : static_cast<std::size_t>(n);
}

Bytes Unpacker::raw(std::size_t n) {
  if (n > left()) refuse();
  if (failed_) return {};
  const Bytes b = in_.substr(at_, n);
  at_ += n;
  return b;
}

bool Unpacker::refuse() {
  failed_ = true;
  at_ = in_.size();
  return false;
}

bool Unpacker::sealed(std::size_t from) {
  if (failed_ || from > at_) return refuse();
  const std::uint32_t right = pack::seal_of(in_.substr(from, at_ - from));
  if (u32() != right) return refuse();
  return ok();
}

Result<void> Unpacker::finish(std::string_view what) const {
  if (failed_) return fail(Code::Malformed, fmt::format("{} is damaged or cut short", what));
  if (left() > 0) return fail(Code::Malformed, fmt::format("{} has {} bytes after its end", what, left()));
  return {};
}

}  // namespace custos

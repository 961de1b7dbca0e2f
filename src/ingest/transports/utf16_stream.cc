#include "ingest/transports/utf16_stream.h"

#include <algorithm>
#include <cstring>

namespace custos::ingest {
namespace utf16_stream {
namespace {

constexpr std::size_t kIn = 32u << 10;
constexpr std::size_t kOut = kIn / 2 * 3 + 8;  // three bytes a unit at most, and a surrogate from the block before

char* put(char* p, std::uint32_t c) {
  if (c < 0x80) {
    *p++ = static_cast<char>(c);
    return p;
  }
  if (c < 0x800) {
    *p++ = static_cast<char>(0xC0 | (c >> 6));
  } else {
    if (c < 0x10000) {
      *p++ = static_cast<char>(0xE0 | (c >> 12));
    } else {
      *p++ = static_cast<char>(0xF0 | (c >> 18));
      *p++ = static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    }
    *p++ = static_cast<char>(0x80 | ((c >> 6) & 0x3F));
  }
  *p++ = static_cast<char>(0x80 | (c & 0x3F));
  return p;
}

}  // namespace
}  // namespace utf16_stream

Utf16Stream::Utf16Stream(ByteStream& from, bool big, std::size_t skip)
    : from_(from),
      big_(big),
      skip_(skip),
      in_(new unsigned char[utf16_stream::kIn]),
      out_(new char[utf16_stream::kOut]) {}

void Utf16Stream::convert(const unsigned char* in, std::size_t units) {
  const std::size_t low = big_ ? 1 : 0;
  char* p = out_.get();
  for (std::size_t i = 0; i < units; ++i) {
    const std::uint32_t c = in[2 * i + low] | static_cast<std::uint32_t>(in[2 * i + 1 - low]) << 8;
    if (high_ != 0) {
      const bool pair = c >= 0xDC00 && c < 0xE000;
      p = utf16_stream::put(p, pair ? 0x10000 + ((high_ - 0xD800) << 10) + (c - 0xDC00) : 0xFFFD);
      high_ = 0;
      if (pair) continue;
    }
    if (c >= 0xD800 && c < 0xDC00) {
      high_ = c;
    } else {
      p = utf16_stream::put(p, c >= 0xDC00 && c < 0xE000 ? 0xFFFD : c);
    }
  }
  out_at_ = 0;
  out_end_ = static_cast<std::size_t>(p - out_.get());
}

// Converts the next block. False at the end; an odd byte waits in in_[0] for its other half.
Result<bool> Utf16Stream::refill() {
  const Result<std::size_t> got =
      from_.read(reinterpret_cast<char*>(in_.get()) + in_size_, utf16_stream::kIn - in_size_);
  if (!got) return tl::unexpected<Error>(got.error());
  if (*got == 0) {
    ended_ = true;
    half_ = in_size_ == 1;
    out_at_ = out_end_ = 0;
    if (high_ == 0) return false;
    out_end_ = static_cast<std::size_t>(utf16_stream::put(out_.get(), 0xFFFD) - out_.get());
    high_ = 0;
    return true;
  }
  in_size_ += *got;
  const std::size_t whole = in_size_ & ~std::size_t{1};
  const std::size_t skip = std::min(skip_, whole);
  skip_ -= skip;
  convert(in_.get() + skip, (whole - skip) / 2);
  in_size_ -= whole;
  if (in_size_ == 1) in_[0] = in_[whole];
  return true;
}

Result<std::size_t> Utf16Stream::read(char* to, std::size_t size) {
  while (out_at_ == out_end_) {
    if (ended_ || size == 0) return 0;
    const Result<bool> more = refill();
    if (!more) return tl::unexpected<Error>(more.error());
  }
  const std::size_t n = std::min(size, out_end_ - out_at_);
  std::memcpy(to, out_.get() + out_at_, n);
  out_at_ += n;
  return n;
}

}  // namespace custos::ingest

// UTF-16 text as UTF-8, on the fly. Offsets behind it count UTF-8 bytes.
// Called by unpack(); feeds decoders.
// Lives as long as the stream it reads.
// One thread.
// Refuses nothing: half surrogate pairs become U+FFFD; half a unit at the end is left out and told by cut().
#pragma once

#include <memory>

#include "ingest/source.h"

namespace custos::ingest {

class Utf16Stream final : public ByteStream {
 public:
  // `skip`: bytes of the byte order mark.
  Utf16Stream(ByteStream& from, bool big, std::size_t skip);
  Result<std::size_t> read(char* to, std::size_t size) override;
  bool cut() const { return ended_ && half_; }

 private:
  Result<bool> refill();
  void convert(const unsigned char* in, std::size_t units);

  ByteStream& from_;
  bool big_;
  std::size_t skip_;
  bool half_ = false, ended_ = false;
  std::uint32_t high_ = 0;  // a high surrogate that waits for its other half
  std::unique_ptr<unsigned char[]> in_;
  std::unique_ptr<char[]> out_;
  std::size_t in_size_ = 0, out_at_ = 0, out_end_ = 0;
};

}  // namespace custos::ingest

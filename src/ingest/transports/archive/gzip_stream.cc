#include "ingest/transports/archive/gzip_stream.h"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>
#include <zlib.h>

namespace custos::ingest {
namespace gzip_stream {
namespace {

constexpr std::size_t kIn = 64u << 10;

class GzipStream final : public UnpackedStream {
 public:
  GzipStream(ByteStream& from, Budget& budget) : UnpackedStream(budget), from_(from), in_(new unsigned char[kIn]) {
    ready_ = ::inflateInit2(&z_, 15 + 16) == Z_OK;  // 16: gzip only, with its header and trailer checked
  }
  ~GzipStream() override {
    if (ready_) ::inflateEnd(&z_);
  }
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  Result<std::size_t> read(char* to, std::size_t size) override {
    if (failure_) return tl::unexpected<Error>(*failure_);
    if (!ready_) return broken("no memory for gzip", Code::Internal);
    if (done_ || size == 0) return 0;
    z_.next_out = reinterpret_cast<unsigned char*>(to);
    z_.avail_out = static_cast<uInt>(std::min<std::size_t>(size, 1u << 30));
    const uInt room = z_.avail_out;
    while (z_.avail_out == room) {
      if (z_.avail_in == 0) {
        const Result<bool> more = refill();
        if (!more) return tl::unexpected<Error>(more.error());
        if (!*more) return ended();
      }
      if (!inside_ && !begin_member()) return 0;
      const int r = inside_ ? ::inflate(&z_, Z_NO_FLUSH) : Z_OK;
      if (r == Z_STREAM_END) {
        inside_ = false;
        ++members_;
      } else if (r != Z_OK && r != Z_BUF_ERROR) {
        // What inflate wrote before it found the damage is good: it comes out first.
        pending_ = fmt::format("the gzip data is damaged{}: {}",
                               members_ > 0 ? fmt::format(" in member {}", members_ + 1) : "",
                               z_.msg != nullptr ? z_.msg : "it can't be unpacked");
        if (z_.avail_out == room) return broken(pending_);
        break;
      }
    }
    const std::size_t n = room - z_.avail_out;
    if (!produce(n)) return tl::unexpected<Error>(*failure_);
    if (!pending_.empty()) failure_ = Error{Code::Malformed, pending_, {}};
    return n;
  }

 private:
  Result<bool> refill() {
    const Result<std::size_t> got = from_.read(reinterpret_cast<char*>(in_.get()), kIn);
    if (!got) return tl::unexpected<Error>(got.error());
    z_.next_in = in_.get();
    z_.avail_in = static_cast<uInt>(*got);
    return *got > 0;
  }

  Result<std::size_t> ended() {
    if (inside_) return broken("the gzip data is cut short");
    if (members_ == 0) return broken("the gzip data is cut short before its first byte");
    done_ = true;
    return 0;
  }

  // Between members: another one, padding of zeros, or something else, which ends the stream with a remark. One byte of
  // a member's signature may stand at the end of the block, so the first byte decides.
  bool begin_member() {
    if (members_ > 0) {
      while (z_.avail_in > 0 && *z_.next_in == 0) {
        ++z_.next_in;
        --z_.avail_in;
      }
      if (z_.avail_in == 0) return true;  // read() refills
      if (*z_.next_in != 0x1F) {
        remark_ = "there are bytes behind the end of the gzip data: they were not read";
        done_ = true;
        return false;
      }
    }
    inside_ = members_ == 0 || ::inflateReset(&z_) == Z_OK;
    return inside_;
  }

  ByteStream& from_;
  std::unique_ptr<unsigned char[]> in_;
  z_stream z_{};
  bool ready_ = false, inside_ = false, done_ = false;
  std::size_t members_ = 0;
  std::string pending_;
};

}  // namespace
}  // namespace gzip_stream

std::unique_ptr<UnpackedStream> open_gzip(ByteStream& from, Budget& budget) {
  return std::make_unique<gzip_stream::GzipStream>(from, budget);
}

}  // namespace custos::ingest


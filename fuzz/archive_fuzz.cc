// Anything as an archive: detection, every unpacker, nesting, UTF-16 and the limits, with a position and as a stream.
#include <cstdlib>
#include <vector>

#include "base/text.h"
#include "ingest/transports/archive/unpack.h"

namespace {

namespace ingest = custos::ingest;
using custos::Result;

constexpr std::uint64_t kMost = 8u << 20;

class Reader final : public ingest::StreamVisitor {
 public:
  void stream(const ingest::StreamInfo& info, ingest::ByteStream& bytes) override {
    if (!custos::is_valid_utf8(info.name)) std::abort();
    std::vector<char> buffer(9973);
    while (true) {
      const Result<std::size_t> n = bytes.read(buffer.data(), buffer.size());
      if (!n || *n == 0) return;
      if (*n > buffer.size()) std::abort();
      total += *n;
    }
  }
  void problem(const std::string& name, custos::ReadState state, const std::string& why) override {
    if (!custos::is_valid_utf8(name) || !custos::is_valid_utf8(why) || why.empty() || state == custos::ReadState::Whole) std::abort();
  }
  void progress(std::uint64_t) override {}
  std::uint64_t total = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  custos::Limits limits;
  limits.expanded_bytes = kMost;
  limits.usual_ratio = 1;
  limits.ratio_floor = 1u << 20;
  limits.archive_entries = 200;
  for (const bool seekable : {true, false}) {
    Reader reader;
    ingest::Budget budget(limits);
    budget.packed(size, size);
    ingest::MemoryStream from({reinterpret_cast<const char*>(data), size});
    ingest::unpack(from, seekable ? &from : nullptr, {"in", custos::kNoTime, 0}, budget, reader);
    // What a container without compression holds is no more than its own bytes, at every level; UTF-16 grows by half.
    if (reader.total > 2 * (kMost + (1u << 20) + size * (limits.archive_depth + 1))) std::abort();
  }
  return 0;
}

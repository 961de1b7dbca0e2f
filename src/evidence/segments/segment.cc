#include "evidence/segments/segment.h"

#include <zstd.h>

#include <memory>

#include <fmt/format.h>

#include "base/bytes.h"
#include "base/crypto/openssl.h"
#include "base/pack.h"
#include "evidence/merkle/proof.h"
#include "evidence/merkle/tree_hash.h"
#include "evidence/segments/salts.h"

namespace custos::evidence {
namespace segments {
namespace {

constexpr std::string_view kMagic("custos segment 1\n", 18);  // with its NUL
constexpr std::size_t kHead = 18 + 32 + 4 + 8 + 4;
// Fast rather than small: see docs/benchmarks.md for what other levels cost and save.
constexpr int kLevel = 1;
// What repeats is found in all of the segment, not only in the half MiB before it: smaller, and no slower.
constexpr int kWindowLog = 23;

// Exactly one frame that gives exactly `size` bytes.
Result<std::string> expand(std::string_view frame, std::uint64_t size) {
  const auto wrong = [](const char* why) { return fail(Code::Malformed, fmt::format("is a damaged segment: {}", why)); };
  if (ZSTD_getFrameContentSize(frame.data(), frame.size()) != size) return wrong("its sizes differ");
  const std::size_t used = ZSTD_findFrameCompressedSize(frame.data(), frame.size());
  if (ZSTD_isError(used) != 0 || used != frame.size()) return wrong("a frame is cut or has something behind it");
  std::string out(size, '\0');
  const std::size_t n = ZSTD_decompress(out.data(), out.size(), frame.data(), frame.size());
  if (ZSTD_isError(n) != 0 || n != size) return wrong("it does not unpack");
  return out;
}

std::uint64_t unpacked_size(std::string_view frame) {
  const unsigned long long n = ZSTD_getFrameContentSize(frame.data(), frame.size());
  return n == ZSTD_CONTENTSIZE_ERROR || n == ZSTD_CONTENTSIZE_UNKNOWN ? ~0ull : n;
}

}  // namespace
}  // namespace segments

struct SegmentScratch::Parts {
  Owned<ZSTD_CCtx, ZSTD_freeCCtx> context{ZSTD_createCCtx()};
  std::unique_ptr<char[]> room;  // not filled with zeros, as a string's would be
  std::size_t size = 0;

  Parts() {
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, segments::kLevel);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_windowLog, segments::kWindowLog);
  }

  // A view that lives until the next call.
  Result<std::string_view> compress(std::string_view bytes) {
    const std::size_t bound = ZSTD_compressBound(bytes.size());
    if (bound > size) {
      room.reset(new char[bound]);
      size = bound;
    }
    const std::size_t n = ZSTD_compress2(context.get(), room.get(), size, bytes.data(), bytes.size());
    if (ZSTD_isError(n) != 0) return fail(Code::Internal, fmt::format("zstd could not compress: {}", ZSTD_getErrorName(n)));
    return std::string_view(room.get(), n);
  }
};

SegmentScratch::SegmentScratch() : parts_(std::make_unique<Parts>()) {}
SegmentScratch::~SegmentScratch() = default;

Result<SealedSegment> seal_segment(const RawSegment& raw, std::string_view seed, SegmentScratch& scratch) {
  const std::string salts = Salts(seed).of(0, raw.lengths.size());
  std::vector<Hash32> leaves;
  leaves.reserve(raw.lengths.size());
  SealedSegment sealed;
  Packer lengths(sealed.lengths);
  std::size_t at = 0;
  for (const std::uint32_t n : raw.lengths) {
    leaves.push_back(salted_leaf_hash(std::string_view(salts).substr(leaves.size() * 16, 16), std::string_view(raw.bytes).substr(at, n)));
    lengths.varint(n);
    at += n;
  }
  if (at != raw.bytes.size()) return fail(Code::Internal, "the records of a segment are not all of its bytes");
  sealed.root = root_of(leaves);
  auto packed_lengths = scratch.parts_->compress(sealed.lengths);
  if (!packed_lengths) return tl::unexpected<Error>(packed_lengths.error());
  sealed.file = segments::kMagic;
  Packer file(sealed.file);
  file.raw(seed);
  file.u32(static_cast<std::uint32_t>(raw.lengths.size()));
  file.u64(raw.bytes.size());
  file.u32(static_cast<std::uint32_t>(packed_lengths->size()));
  file.raw(*packed_lengths);
  auto packed = scratch.parts_->compress(raw.bytes);
  if (!packed) return tl::unexpected<Error>(packed.error());
  file.raw(*packed);
  return sealed;
}

Result<std::vector<std::uint32_t>> read_lengths(std::string_view varints, std::size_t count) {
  Unpacker in(varints);
  std::vector<std::uint32_t> lengths;
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    const std::uint64_t n = in.varint();
    if (n > kMostSegment) in.refuse();
    lengths.push_back(static_cast<std::uint32_t>(n));
  }
  if (!in.ok() || in.left() != 0) return fail(Code::Malformed, "is a damaged segment: the lengths of its records make no sense");
  return lengths;
}

Result<Segment> Segment::read(std::string_view file) {
  using namespace segments;
  const auto wrong = [](const char* why) { return fail(Code::Malformed, fmt::format("is no segment: {}", why)); };
  if (file.size() < kHead || !file.starts_with(kMagic)) return wrong("its head is missing");
  const auto count = load_le<std::uint32_t>(file, 50);
  const auto bytes = load_le<std::uint64_t>(file, 54);
  const auto first = load_le<std::uint32_t>(file, 62);
  if (bytes > kMostSegment || count > kMostSegment || first > file.size() - kHead) return wrong("its sizes make no sense");
  Segment s;
  s.seed_ = file.substr(18, 32);
  const std::string_view packed_lengths = file.substr(kHead, first);
  const std::uint64_t varints = unpacked_size(packed_lengths);
  if (varints > 5ull * count) return wrong("its sizes make no sense");
  auto lengths = expand(packed_lengths, varints);
  if (!lengths) return tl::unexpected<Error>(lengths.error());
  auto each = read_lengths(*lengths, count);
  if (!each) return tl::unexpected<Error>(each.error());
  auto records = expand(file.substr(kHead + first), bytes);
  if (!records) return tl::unexpected<Error>(records.error());
  s.bytes_ = std::move(*records);
  s.starts_.reserve(count + 1u);
  s.starts_.push_back(0);
  for (const std::uint32_t n : *each) s.starts_.push_back(s.starts_.back() + n);
  if (s.starts_.back() != bytes) return wrong("the lengths of its records are not its bytes");
  return s;
}

std::string Segment::salt(std::size_t i) const { return Salts(seed_).of(i, 1); }

std::vector<Hash32> Segment::leaves() const {
  const std::string salts = Salts(seed_).of(0, records());
  std::vector<Hash32> leaves;
  leaves.reserve(records());
  for (std::size_t i = 0; i < records(); ++i) leaves.push_back(salted_leaf_hash(std::string_view(salts).substr(i * 16, 16), record(i)));
  return leaves;
}

}  // namespace custos::evidence

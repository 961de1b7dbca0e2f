#include "evidence/log/journal.h"

#include <algorithm>

#include <xxhash.h>

#include "base/bytes.h"
#include "base/pack.h"

namespace custos::evidence {
namespace journals {
namespace {

constexpr std::string_view kMagic = "custosJ1";
constexpr std::size_t kHead = 8 + 8 + 32 + 8, kBefore = 4 + 8 + 8 + 32, kAfter = 8;
constexpr std::size_t kMostStored = 65'535;

struct Read {
  std::size_t size = 0;  // 0: no frame
  std::uint64_t index = 0, acknowledged = 0;
  Frame frame;
};

Read read_frame(std::string_view bytes, std::size_t at) {
  const auto size = load_le<std::uint32_t>(bytes, at);
  if (!has(bytes, at, kBefore + kAfter) || size == 0 || size > kMostStored || !has(bytes, at, kBefore + size + kAfter)) return {};
  const std::string_view covered = bytes.substr(at, kBefore + size);
  if (XXH3_64bits(covered.data(), covered.size()) != load_le<std::uint64_t>(bytes, at + covered.size())) return {};
  return {covered.size() + kAfter,
          load_le<std::uint64_t>(bytes, at + 4),
          load_le<std::uint64_t>(bytes, at + 12),
          {hash_from(covered.substr(20, 32)), std::string(covered.substr(kBefore))}};
}

// How many entries were acknowledged by what can be read behind the place where reading stopped.
std::uint64_t acknowledged_behind(std::string_view bytes, std::size_t at) {
  std::uint64_t most = 0;
  while (at + kBefore + kAfter <= bytes.size()) {
    const Read r = read_frame(bytes, at);
    if (r.size > 0) most = std::max(most, r.acknowledged);
    at += std::max<std::size_t>(r.size, 1);
  }
  return most;
}

}  // namespace
}  // namespace journals

std::string journal_head(std::uint64_t first, std::string_view origin) {
  std::string out(journals::kMagic);
  Packer p(out);
  p.u64(first);
  p.raw(view(sha256(origin)));
  p.u64(XXH3_64bits(out.data(), out.size()));
  return out;
}

void append_frame(std::string& out, std::uint64_t index, std::uint64_t acknowledged, const Frame& frame) {
  const std::size_t from = out.size();
  Packer p(out);
  p.u32(static_cast<std::uint32_t>(frame.stored.size()));
  p.u64(index);
  p.u64(acknowledged);
  p.raw(view(frame.leaf));
  p.raw(frame.stored);
  p.u64(XXH3_64bits(out.data() + from, out.size() - from));
}

Result<JournalContent> read_journal(std::string_view bytes, std::string_view origin) {
  JournalContent content;
  content.first = load_le<std::uint64_t>(bytes, 8);
  if (bytes.substr(0, journals::kHead) != journal_head(content.first, origin)) return fail(Code::Malformed, "has not the head of a journal of this log");
  std::size_t at = journals::kHead;
  while (at < bytes.size()) {
    auto r = journals::read_frame(bytes, at);
    if (r.size == 0 || r.index != content.first + content.frames.size()) break;
    content.acknowledged = std::max(content.acknowledged, r.acknowledged);
    content.frames.push_back(std::move(r.frame));
    at += r.size;
  }
  content.rest = bytes.substr(at);
  if (!content.rest.empty()) {
    content.acknowledged = std::max(content.acknowledged, journals::acknowledged_behind(bytes, at + 1));
  }
  return content;
}

}  // namespace custos::evidence

#include "correlate/trail/trail.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/pack.h"

namespace custos::correlate {
namespace trails {

constexpr std::size_t kPiece = 1u << 20;
constexpr std::size_t kHead = 4;  // bytes: the size of the step behind them

std::string_view cut(std::string_view s) { return s.substr(0, Trail::kMostText); }

}  // namespace trails

void Trail::add(const Step& s) {
  if (!broken_.empty()) return;
  const std::size_t at = packed_.size();
  packed_.append(trails::kHead, '\0');
  Packer out(packed_);
  out.varint(static_cast<std::uint64_t>(s.kind));
  out.signed_varint(s.time);
  for (const std::uint64_t n : {std::uint64_t{s.source}, s.offset, s.record, s.process, s.parent}) out.varint(n);
  for (const std::string_view text : {s.host, s.user, s.image, s.text}) out.text(trails::cut(text));
  const auto size = static_cast<std::uint32_t>(packed_.size() - at - trails::kHead);
  std::memcpy(packed_.data() + at, &size, trails::kHead);
  ++steps_;
  if (packed_.size() < memory_) return;
  if (auto ok = file_.append({packed_.data(), packed_.size()}); !ok) broken_ = ok.error().text;
  packed_.clear();
}

std::size_t Trail::unpack(std::string_view bytes, const std::function<void(const Step&)>& visitor) {
  std::size_t at = 0;
  while (bytes.size() - at >= trails::kHead) {
    std::uint32_t size = 0;
    std::memcpy(&size, bytes.data() + at, trails::kHead);
    if (bytes.size() - at - trails::kHead < size) break;
    Unpacker in(bytes.substr(at + trails::kHead, size));
    Step s;
    s.kind = static_cast<Step::Kind>(in.varint());
    s.time = in.signed_varint();
    s.source = static_cast<std::uint32_t>(in.varint());
    for (std::uint64_t* n : {&s.offset, &s.record, &s.process, &s.parent}) *n = in.varint();
    for (std::string_view* text : {&s.host, &s.user, &s.image, &s.text}) *text = in.text();
    if (in.ok()) visitor(s);
    at += trails::kHead + size;
  }
  return at;
}

Result<void> Trail::visit(const std::function<void(const Step&)>& visitor) const {
  std::string piece;
  std::uint64_t at = 0;
  while (at < file_.size()) {
    const std::size_t kept = piece.size(), more = static_cast<std::size_t>(std::min<std::uint64_t>(trails::kPiece, file_.size() - at));
    piece.resize(kept + more);
    if (!file_.read(at, piece.data() + kept, more)) return fail(Code::Unreadable, "the trail of programs can't be read back");
    at += more;
    piece.erase(0, unpack(piece, visitor));
  }
  unpack(packed_, visitor);
  return {};
}

}  // namespace custos::correlate

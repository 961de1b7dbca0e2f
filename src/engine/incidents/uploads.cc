#include "engine/incidents/uploads.h"

#include <algorithm>

namespace custos::engine {
namespace taking_uploads {

constexpr Micros kTogether = 3'600 * kSecond;
constexpr std::size_t kLookBack = 16;  // of the last ones, for one to the same place

}  // namespace taking_uploads

void Uploads::take(const behavior::Fact& f) {
  if (f.kind != behavior::Kind::Contact || f.host == kNoText || f.peer_ours || f.sent < kMuch || f.sent <= f.received) return;
  std::vector<Upload>& list = of_[f.host];
  for (std::size_t n = 0; n < list.size() && n < taking_uploads::kLookBack; ++n) {
    Upload& u = list[list.size() - 1 - n];
    if (u.to != f.peer || f.time - u.time > taking_uploads::kTogether) continue;
    u.bytes += f.sent;
    return;
  }
  if (kept_ == kMostKept) return;
  ++kept_;
  list.push_back({f.time, f.peer, f.sent, f.where()});
}

std::vector<correlate::Sent> Uploads::of(std::string_view host, correlate::Stretch when,
                                         const std::function<std::string(std::uint32_t source)>& file_of) const {
  std::vector<correlate::Sent> out;
  const TextId id = texts_.find(host);
  const auto at = id == kNoText ? of_.end() : of_.find(id);
  if (at == of_.end()) return out;
  const auto from = std::lower_bound(at->second.begin(), at->second.end(), when.from, [](const Upload& u, Micros t) { return u.time < t; });
  for (auto u = from; u != at->second.end() && u->time <= when.until; ++u) {
    out.push_back({u->time, std::string(texts_.text(u->to)), u->bytes, {file_of(u->where.source), u->where.offset, 0}});
  }
  return out;
}

}  // namespace custos::engine

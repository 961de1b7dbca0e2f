#include "store/hunt/part_builder.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <tuple>

#include "store/hunt/streams.h"

namespace custos::store {
namespace hunt_building {

constexpr std::size_t kRestart = 64;
constexpr std::string_view kMagic("custos hunt 1\n\0\0", 16), kEnd = "end hunt";

}  // namespace hunt_building

void HuntPartBuilder::source(const HuntSource& s) { sources_.push_back(s); }

void HuntPartBuilder::add(std::uint64_t offset, Micros time, std::string_view kind, std::span<const std::string_view> keys) {
  ids_.clear();
  for (const std::string_view key : keys) ids_.push_back(entities_->intern(key));
  std::sort(ids_.begin(), ids_.end());
  packed_.clear();
  Packer p(packed_);
  p.varint(kinds_->intern(kind));
  for (const TextId id : ids_) p.varint(id);
  events_.push_back({time, offset, static_cast<std::uint32_t>(sources_.size() - 1), combinations_->intern(packed_)});
}

std::size_t HuntPartBuilder::bytes() const {
  // Sorting takes an index of the events; what is written first, ranks and postings.
  return entities_->bytes() + combinations_->bytes() + events_.bytes() + events_.size() * 4 + entities_->size() * 12 + combinations_->size() * 40;
}

void HuntPartBuilder::clear() {
  // The last source goes on.
  if (sources_.size() > 1) sources_.erase(sources_.begin(), sources_.end() - 1);
  entities_ = std::make_unique<Dictionary>();
  kinds_ = std::make_unique<Dictionary>();
  combinations_ = std::make_unique<Dictionary>();
  events_ = Blocks<Row>();
}

// One part as it is written, stream by stream: blocks of a stream lie together, so each is whole before the next begins.
struct HuntPartBuilder::Writing {
  HuntPartBuilder& b;
  AppendFile& file;
  std::uint64_t at = 0;
  std::string directory{};
  Packer described{directory};
  std::vector<std::uint32_t> order{};        // events by combination, time, source, place
  std::vector<std::uint32_t> rank{}, sorted{};  // of entities: rank by id, id by rank
  std::vector<std::uint64_t> event_place{};  // of each combination, in the stream of events
  std::vector<std::uint64_t> place{};        // of each combination, in the stream of combinations
  std::vector<std::uint32_t> first{};        // of each combination, in `order`
  std::vector<std::uint64_t> postings{};     // of each entity: place in its stream
  std::vector<std::uint32_t> named{};        // how many combinations name it
  std::array<std::string, 5> streams{};      // of the directory

  // Calls `put` with the stream's bytes for every i below n, and writes what is whole.
  template <class Put>
  Result<void> stream(std::size_t which, std::size_t n, const Put& put) {
    hunt::StreamWriter out(file, at);
    for (std::size_t i = 0; i < n; ++i) {
      put(i, out);
      if (out.bytes().size() < 8 * hunt::kBlock) continue;
      if (auto ok = out.settle(false); !ok) return ok;
    }
    if (auto ok = out.settle(true); !ok) return ok;
    Packer p(streams[which]);
    out.describe(p);
    return {};
  }

  void sort_events() {
    order.resize(b.events_.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(), [this](std::uint32_t x, std::uint32_t y) {
      const Row &l = b.events_[x], &r = b.events_[y];
      return std::tie(l.combination, l.time, l.source, l.offset) < std::tie(r.combination, r.time, r.source, r.offset);
    });
    first.assign(b.combinations_->size() + 1, static_cast<std::uint32_t>(order.size()));
    for (std::size_t i = order.size(); i-- > 0;) first[b.events_[order[i]].combination] = static_cast<std::uint32_t>(i);
    for (std::size_t c = b.combinations_->size(); c-- > 0;) first[c] = std::min(first[c], first[c + 1]);
  }

  // Entities get the numbers of their order; "" is none.
  void sort_entities() {
    const std::size_t n = b.entities_->size();
    sorted.resize(n - 1);
    std::iota(sorted.begin(), sorted.end(), 1u);
    std::sort(sorted.begin(), sorted.end(), [this](std::uint32_t x, std::uint32_t y) { return b.entities_->text(x) < b.entities_->text(y); });
    rank.assign(n, 0);
    for (std::size_t i = 0; i < sorted.size(); ++i) rank[sorted[i]] = static_cast<std::uint32_t>(i);
  }

  // Kind and entities, these by rank.
  std::uint64_t parts_of(std::size_t combination, std::vector<std::uint32_t>& entities) const {
    Unpacker u(b.combinations_->text(static_cast<TextId>(combination)));
    const std::uint64_t kind = u.varint();
    entities.clear();
    while (u.left() > 0) entities.push_back(rank[u.varint()]);
    std::sort(entities.begin(), entities.end());
    return kind;
  }

  Result<void> write_events() {
    event_place.assign(b.combinations_->size(), 0);
    return stream(3, b.combinations_->size(), [&](std::size_t c, hunt::StreamWriter& out) {
      event_place[c] = out.place();
      Packer p(out.bytes());
      Micros before = kNoTime;
      std::uint64_t offset = 0;
      for (std::size_t i = first[c]; i < first[c + 1]; ++i) {
        const Row& r = b.events_[order[i]];
        if (r.time != kNoTime) {
          p.varint(before == kNoTime ? 0 : static_cast<std::uint64_t>(r.time) - static_cast<std::uint64_t>(before));
          before = r.time;
        }
        p.varint(r.source);
        p.signed_varint(static_cast<std::int64_t>(r.offset - offset));
        offset = r.offset;
      }
    });
  }

  Result<void> write_combinations() {
    std::vector<std::uint32_t> entities;
    place.assign(b.combinations_->size(), 0);
    named.assign(sorted.size(), 0);
    return stream(0, b.combinations_->size(), [&](std::size_t c, hunt::StreamWriter& out) {
      place[c] = out.place();
      if (c == kNoText) return;  // "" is none
      const std::uint64_t kind = parts_of(c, entities);
      Packer p(out.bytes());
      p.varint(kind - 1);
      p.varint(entities.size());
      std::uint32_t before = 0;
      for (const std::uint32_t e : entities) {
        p.varint(e - before);
        before = e;
        ++named[e];
      }
      std::size_t i = first[c], end = first[c + 1];
      while (i < end && b.events_[order[i]].time == kNoTime) ++i;
      p.varint(i - first[c]);
      p.varint(end - i);
      if (i < end) {
        const Micros from = b.events_[order[i]].time;
        p.signed_varint(from);
        p.varint(static_cast<std::uint64_t>(b.events_[order[end - 1]].time) - static_cast<std::uint64_t>(from));
      }
      p.varint(event_place[c]);
    });
  }

  Result<void> write_postings() {
    // Combinations of each entity, one entity behind the other.
    std::vector<std::uint64_t> begin(sorted.size() + 1, 0);
    for (std::size_t e = 0; e < sorted.size(); ++e) begin[e + 1] = begin[e] + named[e];
    std::vector<std::uint32_t> all(begin.back()), entities;
    std::vector<std::uint64_t> next(begin.begin(), begin.end() - 1);
    for (std::size_t c = 1; c < b.combinations_->size(); ++c) {
      parts_of(c, entities);
      for (const std::uint32_t e : entities) all[next[e]++] = static_cast<std::uint32_t>(c);
    }
    postings.assign(sorted.size(), 0);
    return stream(2, sorted.size(), [&](std::size_t e, hunt::StreamWriter& out) {
      postings[e] = out.place();
      Packer p(out.bytes());
      std::uint64_t before = 0;
      for (std::uint64_t i = begin[e]; i < begin[e + 1]; ++i) {
        p.varint(place[all[i]] - before);
        before = place[all[i]];
      }
    });
  }

  Result<void> write_entities() {
    std::vector<std::uint64_t> restarts;
    auto ok = stream(1, sorted.size(), [&](std::size_t e, hunt::StreamWriter& out) {
      const std::string_view key = b.entities_->text(sorted[e]);
      std::size_t shared = 0;
      if (e % hunt_building::kRestart == 0) {
        restarts.push_back(out.place());
      } else {
        const std::string_view before = b.entities_->text(sorted[e - 1]);
        while (shared < key.size() && shared < before.size() && key[shared] == before[shared]) ++shared;
      }
      Packer p(out.bytes());
      p.varint(shared);
      p.text(key.substr(shared));
      p.varint(postings[e]);
      p.varint(named[e]);
    });
    if (!ok) return ok;
    return stream(4, restarts.size(), [&](std::size_t i, hunt::StreamWriter& out) { Packer(out.bytes()).u64(restarts[i]); });
  }

  // Events first, for combinations say where theirs are; the directory has the streams in this order of lying.
  Result<HuntPartFile> all() {
    if (auto ok = file.append(hunt_building::kMagic); !ok) return tl::unexpected<Error>(ok.error());
    at = hunt_building::kMagic.size();
    sort_events();
    sort_entities();
    Result<void> ok = write_events();
    if (ok) ok = write_combinations();
    if (ok) ok = write_postings();
    if (ok) ok = write_entities();
    if (!ok) return tl::unexpected<Error>(ok.error());
    described.varint(b.events_.size());
    described.varint(b.combinations_->size() - 1);
    described.varint(sorted.size());
    described.varint(b.sources_.size());
    for (const HuntSource& s : b.sources_) {
      described.text(s.log);
      described.varint(s.entry);
    }
    described.varint(b.kinds_->size() - 1);
    for (std::size_t k = 1; k < b.kinds_->size(); ++k) described.text(b.kinds_->text(static_cast<TextId>(k)));
    for (const std::size_t s : {3u, 0u, 2u, 1u, 4u}) described.raw(streams[s]);
    HuntPartFile done{at + directory.size() + 32, hash64(directory)};
    std::string footer;
    Packer p(footer);
    p.u64(at);
    p.u64(directory.size());
    p.u64(done.hash);
    p.raw(hunt_building::kEnd);
    ok = file.append(directory);
    if (ok) ok = file.append(footer);
    if (ok) ok = file.sync();
    return ok ? Result<HuntPartFile>(done) : tl::unexpected<Error>(ok.error());
  }
};

Result<HuntPartFile> HuntPartBuilder::write(FileSystem& files, const std::string& path) {
  auto file = files.create(path);
  if (!file) return tl::unexpected<Error>(file.error());
  auto done = Writing{*this, **file}.all();
  if (!done) static_cast<void>(files.remove(path));
  clear();
  return done;
}

}  // namespace custos::store

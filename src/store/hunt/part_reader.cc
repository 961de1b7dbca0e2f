#include "store/hunt/part_reader.h"

#include <algorithm>

#include "base/hash.h"

namespace custos::store {
namespace hunt_reading {
namespace {

constexpr std::uint32_t kRestart = 64;
constexpr std::size_t kFooter = 32, kMostKey = 4'096;
constexpr std::uint64_t kMostDirectory = 256u << 20;
constexpr std::string_view kMagic("custos hunt 1\n\0\0", 16), kEnd = "end hunt";

}  // namespace
}  // namespace hunt_reading

Result<std::unique_ptr<HuntPart>> HuntPart::open(const std::string& path, const HuntPartFile& named) {
  using namespace hunt_reading;
  auto file = hunt::RandomFile::open(path);
  if (!file) return tl::unexpected<Error>(file.error());
  std::unique_ptr<HuntPart> p(new HuntPart(std::move(*file)));
  p->path_ = path;
  const std::uint64_t size = p->file_.size();
  if (size != named.size || size < kMagic.size() + kFooter) return p->damaged();
  char magic[16], footer[kFooter];
  if (!p->file_.read(0, magic, sizeof magic) || std::string_view(magic, 16) != kMagic || !p->file_.read(size - kFooter, footer, kFooter)) return p->damaged();
  Unpacker u({footer, kFooter});
  const std::uint64_t at = u.u64(), bytes = u.u64(), hash = u.u64();
  if (u.raw(8) != kEnd || hash != named.hash || bytes > kMostDirectory || at > size || size - kFooter - at != bytes) return p->damaged();
  std::string directory(bytes, '\0');
  if (!p->file_.read(at, directory.data(), bytes) || hash64(directory) != hash) return p->damaged();
  if (!p->read_directory(directory, at)) return p->damaged();
  return p;
}

Result<void> HuntPart::read_directory(std::string_view bytes, std::uint64_t end) {
  Unpacker u(bytes);
  events_ = u.varint();
  const std::uint64_t combinations = u.varint(), entities = u.varint();
  if (combinations > events_ || combinations > ~0u || entities > ~0u) return damaged();
  combinations_ = static_cast<std::uint32_t>(combinations);
  entities_ = static_cast<std::uint32_t>(entities);
  const std::size_t sources = u.length(2);
  for (std::size_t i = 0; i < sources && u.ok(); ++i) {
    std::string log(u.text());
    sources_.push_back({std::move(log), u.varint()});
  }
  const std::size_t kinds = u.length();
  for (std::size_t i = 0; i < kinds && u.ok(); ++i) kinds_.emplace_back(u.text());
  std::uint64_t at = hunt_reading::kMagic.size();
  for (hunt::StreamReader* s : {&of_events_, &of_combinations_, &of_postings_, &of_entities_, &of_restarts_}) {
    auto read = hunt::StreamReader::read(u, file_, at);
    if (!read) return damaged();
    *s = std::move(*read);
  }
  const std::uint64_t restarts = (std::uint64_t{entities_} + hunt_reading::kRestart - 1) / hunt_reading::kRestart;
  if (!u.ok() || u.left() != 0 || at != end || of_restarts_.size() != restarts * 8) return damaged();
  return {};
}

std::optional<HuntPart::Walk> HuntPart::walk_from(std::uint32_t restart) {
  hunt::Cursor c(of_restarts_, std::uint64_t{restart} * 8);
  std::string place;
  if (!c.append(8, place)) return std::nullopt;
  return Walk{hunt::Cursor(of_entities_, load_le<std::uint64_t>(place, 0)), restart * hunt_reading::kRestart, {}};
}

bool HuntPart::step(Walk& w) {
  if (w.next >= entities_) return false;
  const std::uint64_t shared = w.cursor.varint(), more = w.cursor.varint();
  if (!w.cursor.ok() || shared > w.key.size() || more > hunt_reading::kMostKey) return false;
  w.key.resize(shared);
  if (!w.cursor.append(more, w.key)) return false;
  w.named.entity = w.next++;
  w.named.postings = w.cursor.varint();
  w.named.combinations = w.cursor.varint();
  return w.cursor.ok() && w.named.combinations <= combinations_;
}

Result<std::uint32_t> HuntPart::lower_bound(std::string_view key) {
  // The last restart whose key is before it, then step by step.
  std::uint32_t low = 0, high = (entities_ + hunt_reading::kRestart - 1) / hunt_reading::kRestart;
  while (high - low > 1) {
    const std::uint32_t middle = low + (high - low) / 2;
    auto w = walk_from(middle);
    if (!w || !step(*w)) return damaged();
    (w->key < key ? low : high) = middle;
  }
  if (entities_ == 0) return 0u;
  auto w = walk_from(low);
  if (!w) return damaged();
  while (w->next < entities_) {
    if (!step(*w)) return damaged();
    if (w->key >= key) return w->named.entity;
  }
  return entities_;
}

Result<std::optional<HuntPart::Named>> HuntPart::find(std::string_view key) {
  const auto at = lower_bound(key);
  if (!at) return tl::unexpected<Error>(at.error());
  if (*at == entities_) return std::optional<Named>();
  std::optional<Named> found;
  auto w = walk_from(*at / hunt_reading::kRestart);
  if (!w) return damaged();
  while (w->next <= *at) {
    if (!step(*w)) return damaged();
  }
  if (w->key == key) found = w->named;
  return found;
}

bool HuntPart::read_combination(hunt::Cursor& at, Combination& into) const {
  const std::uint64_t kind = at.varint(), n = at.varint();
  if (!at.ok() || kind >= kinds_.size() || n == 0 || n > kMostHuntEntities) return false;
  into.kind = static_cast<std::uint32_t>(kind);
  into.entities.clear();
  std::uint64_t e = 0;
  for (std::uint64_t i = 0; i < n; ++i) {
    const std::uint64_t more = at.varint();
    e += more;
    if (more > entities_ || e >= entities_ || (i > 0 && more == 0)) return false;
    into.entities.push_back(static_cast<std::uint32_t>(e));
  }
  into.without_time = at.varint();
  into.with_time = at.varint();
  into.first = into.last = kNoTime;
  if (into.with_time > 0) {
    into.first = at.signed_varint();
    into.last = static_cast<Micros>(static_cast<std::uint64_t>(into.first) + at.varint());
  }
  into.events = at.varint();
  return at.ok() && into.without_time <= events_ && into.with_time <= events_ && into.first <= into.last;
}

Result<void> HuntPart::each_combination(std::span<const Named> of, const std::function<void(const Combination&, std::uint64_t)>& visit) {
  // Places of several entities, merged: an event that names a value twice is one event.
  struct List {
    hunt::Cursor cursor;
    std::uint64_t left, place;
  };
  std::vector<List> lists;
  const auto advance = [](List& l) {
    l.place += l.cursor.varint();
    --l.left;
    return l.cursor.ok();
  };
  for (const Named& n : of) {
    if (n.combinations == 0) continue;
    lists.push_back({hunt::Cursor(of_postings_, n.postings), n.combinations, 0});
    if (!advance(lists.back())) return damaged();
  }
  hunt::Cursor at(of_combinations_, 0);
  Combination c;
  while (!lists.empty()) {
    const std::uint64_t place = std::min_element(lists.begin(), lists.end(), [](const List& a, const List& b) { return a.place < b.place; })->place;
    if (place != at.place()) at = hunt::Cursor(of_combinations_, place);
    if (!read_combination(at, c)) return damaged();
    visit(c, place);
    for (auto l = lists.begin(); l != lists.end();) {
      if (l->place != place) {
        ++l;
      } else if (l->left == 0) {
        l = lists.erase(l);
      } else {
        if (!advance(*l) || l->place <= place) return damaged();
        ++l;
      }
    }
  }
  return {};
}

Result<HuntPart::Combination> HuntPart::combination(std::uint64_t place) {
  hunt::Cursor at(of_combinations_, place);
  Combination c;
  return read_combination(at, c) ? Result<Combination>(std::move(c)) : damaged();
}

Result<void> HuntPart::each_event(const Combination& c, const std::function<void(std::uint32_t, std::uint64_t, Micros)>& visit) {
  hunt::Cursor at(of_events_, c.events);
  std::uint64_t offset = 0;
  Micros time = kNoTime;
  for (std::uint64_t i = 0; i < c.without_time + c.with_time; ++i) {
    if (i == c.without_time) time = c.first;
    if (i >= c.without_time) time = static_cast<Micros>(static_cast<std::uint64_t>(time) + at.varint());
    const std::uint64_t source = at.varint();
    offset += static_cast<std::uint64_t>(at.signed_varint());
    if (!at.ok() || source >= sources_.size() || (i >= c.without_time && (time < c.first || time > c.last))) return damaged();
    visit(static_cast<std::uint32_t>(source), offset, time);
  }
  return {};
}

Result<void> HuntPart::each_key(std::span<const std::uint32_t> numbers, const std::function<void(std::uint32_t, std::string_view)>& visit) {
  std::optional<Walk> w;
  for (const std::uint32_t n : numbers) {
    if (n >= entities_) return damaged();
    // Near enough: on from where it stands.
    if (!w || w->next > n || n / hunt_reading::kRestart > (w->next - 1) / hunt_reading::kRestart) w = walk_from(n / hunt_reading::kRestart);
    if (!w) return damaged();
    while (w->next <= n) {
      if (!step(*w)) return damaged();
    }
    visit(n, w->key);
  }
  return {};
}

}  // namespace custos::store

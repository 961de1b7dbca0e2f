// D8: a log that falls silent while its computer is alive in the logs of others.
// Null: whether a log writes anything in an hour depends on the hour and on the day being a working day, and hours are independent. Score: the
// longest run of silent hours in which the computer was seen elsewhere, as the sum of -ln of each hour's chance to be silent, as counted so far.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>
#include <tsl/robin_map.h>

#include "behavior/detector.h"
#include "behavior/sketch/entity_table.h"
#include "behavior/sketch/mix.h"

namespace custos::behavior::silence {
namespace {

constexpr Micros kHour = kDay / 24;
constexpr std::uint8_t kEnough = 5;  // windows before a log is expected at all
// An hour's silence counts as no rarer than that. By Laplace's rule it would be odder with each day counted, 1 / (n + 2), so each silent hour of a log that
// is nearly never silent would be above all that calibrated. Of kEnough windows three at least are working days: from the first window that is
// judged on, more days don't make it rarer.
constexpr double kLeastChance = 1.0 / 5;

// Of a log of a computer: hours in which it was alive, and wrote something, by hour of the day on working days and others.
struct Stream {
  std::uint64_t host = 0;
  std::array<char, 24> log{};
  std::array<std::array<std::uint8_t, 24>, 2> alive{}, wrote{};
  std::uint8_t windows = 0;

  double weight() const { return windows; }
  // Hours that pass a byte halve, as while it learns.
  void merge(const Stream& other) {
    if (windows == 0) host = other.host, log = other.log;
    windows = static_cast<std::uint8_t>(std::min(255, windows + other.windows));
    for (std::size_t kind = 0; kind < alive.size(); ++kind) {
      for (std::size_t h = 0; h < alive[kind].size(); ++h) {
        const unsigned a = alive[kind][h] + unsigned{other.alive[kind][h]}, w = wrote[kind][h] + unsigned{other.wrote[kind][h]};
        const unsigned halved = a > 255 ? 1 : 0;
        alive[kind][h] = static_cast<std::uint8_t>(a >> halved);
        wrote[kind][h] = static_cast<std::uint8_t>(w >> halved);
      }
    }
  }
  std::string_view name() const { return {log.data(), static_cast<std::size_t>(std::find(log.begin(), log.end(), '\0') - log.begin())}; }
  void save(Packer& out) const {
    out.u64(host);
    out.raw({log.data(), log.size()});
    for (const auto* part : {&alive, &wrote}) {
      for (const auto& day : *part) out.raw({reinterpret_cast<const char*>(day.data()), day.size()});
    }
    out.u8(windows);
  }
  bool load(Unpacker& in) {
    host = in.u64();
    const Bytes text = in.raw(log.size());
    std::copy(text.begin(), text.end(), log.begin());
    for (auto* part : {&alive, &wrote}) {
      for (auto& day : *part) {
        const Bytes b = in.raw(day.size());
        std::copy(b.begin(), b.end(), day.begin());
      }
    }
    windows = in.u8();
    return in.ok();
  }
};

// What a computer did in the window: hours of the day in which each log wrote.
struct Today {
  std::map<std::uint64_t, std::uint64_t> wrote;  // by key of the log
};

class Run final : public Watch {
 public:
  Run(Roster& roster, std::size_t memory) : roster_(roster), streams_(memory) {}

  void observe(const Fact& f, const Cast& c, Judge&) override {
    const std::uint64_t hour = std::uint64_t{1} << (f.time / kHour % 24);
    if (f.kind != Kind::Presence) {
      // Its own word on a log, or somebody else's on it.
      if (c.host != kNoActor && f.host_ours) seen(c.host, f.log) |= hour;
      if (f.peer != kNoText && f.peer_ours) seen(roster_.host(f.peer), f.log) |= hour;
      return;
    }
    if (c.host == kNoActor) return;
    today_[c.host].wrote[roster_.key(f.log)] |= hour;
    names_.try_emplace(roster_.key(f.log), f.log);
  }

  void close(const Window& window, Judge& judge) override {
    sort_seen();
    expect_the_silent();
    std::map<std::uint64_t, ActorId> hosts;  // by key
    for (const auto& [actor, today] : today_) hosts.emplace(roster_.at(actor).key, actor);
    const std::size_t kind = (window.begin / kDay + 4) % 7 == 0 || (window.begin / kDay + 4) % 7 == 6 ? 1 : 0;  // 1970 began on a Thursday
    struct Worst {
      double score = 0;
      std::string log;
      std::size_t from = 0, hours = 0;
    };
    std::map<ActorId, Worst> worst;
    for (const auto& [actor, today] : today_) worst[actor];
    streams_.each([&](std::uint64_t key, std::int32_t, const Stream& s) {
      const auto it = hosts.find(s.host);
      if (it == hosts.end() || s.windows < kEnough) return;
      const auto [spoke, alive] = heard(it->second, key ^ s.host);
      double run = 0;
      std::size_t begin = 0;
      for (std::size_t h = 0; h < 24; ++h) {
        if ((spoke >> h & 1) != 0 || (alive >> h & 1) == 0) {
          run = 0, begin = h + 1;
          continue;
        }
        const double n = s.alive[kind][h], silent = n - s.wrote[kind][h];
        run += -std::log(std::max((silent + 1) / (n + 2), kLeastChance));
        Worst& w = worst[it->second];
        if (run > w.score) w = {run, std::string(s.name()), begin, h + 1 - begin};
      }
    });
    for (const auto& one : worst) {
      const ActorId actor = one.first;
      const Worst& w = one.second;
      judge.score(actor, roster_, w.score, [&](Why& why) {
        why.sentence = fmt::format("the log \"{}\" of {} was silent for {} hour{} from {:02}:00 on while others saw the computer", w.log,
                                   roster_.text(roster_.at(actor).name), w.hours, w.hours == 1 ? "" : "s", w.from);
        why.sentence += fmt::format("; by its earlier days the chance is {:.1g}", std::exp(-w.score));
        why.first = window.begin + static_cast<Micros>(w.from) * kHour;
        why.last = why.first + static_cast<Micros>(w.hours) * kHour;
      });
    }
    learn(window, kind, hosts);
    today_.clear();
    seen_.clear();
  }

  void save(Packer& out) const override { streams_.save(out); }
  bool load(Unpacker& in) override { return streams_.load(in); }
  bool merge(const Watch& other, const Overlap&) override {
    streams_.merge(static_cast<const Run&>(other).streams_);
    return true;
  }
  // The open day's tables too: as many entries as computers times their logs.
  std::size_t bytes() const override {
    return streams_.bytes() + quick_.bucket_count() * 24 + seen_.size() * 64 + today_.bucket_count() * (sizeof(Today) + 16);
  }
  std::uint64_t evictions() const override { return streams_.evictions(); }

 private:
  std::uint64_t& seen(ActorId host, TextId log) { return quick_[std::uint64_t{host} << 32 | log]; }
  // In order of computers, and by keys that are the same in every run.
  void sort_seen() {
    for (const auto& [pair, hours] : quick_) seen_[{static_cast<ActorId>(pair >> 32), roster_.key(static_cast<TextId>(pair & 0xFFFFFFFF))}] |= hours;
    quick_.clear();
  }

  // A computer that wrote nothing at all is judged too, if it used to write and others saw it.
  void expect_the_silent() {
    std::set<std::uint64_t> writers;
    streams_.each([&](std::uint64_t, std::int32_t, const Stream& s) { writers.insert(s.host); });
    for (const auto& [pair, hours] : seen_) {
      if (writers.contains(roster_.at(pair.first).key)) today_.try_emplace(pair.first);
    }
  }

  // Hours in which a computer was seen on other logs than this one.
  std::uint64_t alive_but(ActorId host, std::uint64_t log) const {
    std::uint64_t hours = 0;
    for (auto it = seen_.lower_bound({host, 0}); it != seen_.end() && it->first.first == host; ++it) hours |= it->first.second == log ? 0 : it->second;
    for (const auto& [other, wrote] : today_.at(host).wrote) hours |= other == log ? 0 : wrote;
    return hours;
  }

  // Hours in which a log wrote, and in which others saw its computer.
  struct Heard {
    std::uint64_t spoke = 0, elsewhere = 0;
  };
  Heard heard(ActorId host, std::uint64_t log) const {
    const auto& wrote = today_.at(host).wrote;
    const auto own = wrote.find(log);
    return {own == wrote.end() ? 0 : own->second, alive_but(host, log)};
  }

  void learn(const Window& window, std::size_t kind, const std::map<std::uint64_t, ActorId>& hosts) {
    for (const auto& [key, host] : hosts) {
      // New logs of the computer become known.
      for (const auto& [log, hours] : today_.at(host).wrote) {
        Stream& s = streams_.touch(log ^ key, static_cast<std::int32_t>(window.number));
        if (s.windows > 0) continue;
        s.host = key;
        const std::string_view name = roster_.text(names_.at(log));
        std::copy_n(name.begin(), std::min(name.size(), s.log.size() - 1), s.log.begin());
      }
    }
    streams_.each([&](std::uint64_t key, std::int32_t, Stream& s) {
      const auto it = hosts.find(s.host);
      if (it == hosts.end()) return;
      const auto [spoke, elsewhere] = heard(it->second, key ^ s.host);
      const std::uint64_t alive = elsewhere | spoke;
      s.windows = static_cast<std::uint8_t>(std::min(255, s.windows + 1));
      for (std::size_t h = 0; h < 24; ++h) {
        if ((alive >> h & 1) == 0) continue;
        if (s.alive[kind][h] == 255) s.alive[kind][h] = 128, s.wrote[kind][h] = static_cast<std::uint8_t>(s.wrote[kind][h] / 2);
        ++s.alive[kind][h];
        if ((spoke >> h & 1) != 0) ++s.wrote[kind][h];
      }
    });
  }

  Roster& roster_;
  EntityTable<Stream> streams_;
  tsl::robin_map<ActorId, Today> today_;
  tsl::robin_map<std::uint64_t, std::uint64_t, Mixing> quick_;  // the same of the facts since, by computer and text of the log
  std::map<std::pair<ActorId, std::uint64_t>, std::uint64_t> seen_;  // by computer and key of the log that saw it
  tsl::robin_map<std::uint64_t, TextId> names_;
};

}  // namespace

extern const Detector detector;
const Detector detector{"silence", "A log fell silent", "defence evasion", "T1562",
                        [](Roster& roster, std::size_t memory) -> std::unique_ptr<Watch> { return std::make_unique<Run>(roster, memory); }};

}  // namespace custos::behavior::silence

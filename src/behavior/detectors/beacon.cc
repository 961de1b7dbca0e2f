// D1: a host that calls the same place again and again in a rhythm of its own: what an implant does that asks for orders.
//
// Unit: a host and a peer that is not ours; each kind of log that tells of them is weighed by itself, and the largest score is taken. A pair is looked at
// from its sixth contact on where few hosts (5 % or two) ever reached the peer, on every day on which it had new contacts, by its latest 64 contacts of
// the last 14 days; of busy pairs, by every 64 of the day, whose surprises are averaged. Score, in nats, with R the surprise of the rhythm
// (rhythm/contacts.h; at most ln 1e5):
//
//   R + min(1, R / ln 100) (S + D + 2 A)
//   S = max(0, ln(2 f))                 f: share of contacts within three neighbouring sizes
//   D = max(0, ln(50 / n))              n hosts ever reached the peer
//   A = ln((T + 1) / (t + 1))           the peer is known for t of the T days anything is known; both whole days, 14 at most
//
// So a rhythm is needed, and where it is plain the destination decides. Nothing in it drifts with what is learned (sizes usual for a port, the number of
// hosts): equal scores of those who do the same every day must stay equal, or later days were all odder than those that calibrate. Hosts that reached
// out, but to no such peer, are scored 0 once: p says how often any host's day is at least as odd, for what updates itself is regular, too. Where neither
// end is known to be ours, either may be.
// Null: arrivals without memory for R (statistics/regularity.h), conformal for the p. After Hu et al., "BAYWATCH: robust beaconing detection to identify
// infected hosts in large-scale enterprise networks", DSN 2016, for why popularity and rhythm have to be taken together.
#include <algorithm>
#include <cmath>
#include <tuple>

#include <fmt/format.h>
#include <tsl/robin_map.h>
#include <tsl/robin_set.h>

#include "base/net/address.h"
#include "behavior/detector.h"
#include "behavior/reach.h"
#include "behavior/rhythm/contacts.h"
#include "behavior/sketch/entity_table.h"
#include "behavior/sketch/hyperloglog.h"

namespace custos::behavior::beacon {
namespace {

constexpr std::size_t kAdmitted = 6, kRing = 64;
constexpr Micros kRemembered = 14 * kDay;
constexpr double kPlain = 4.6;  // ln 100
constexpr double kManyHosts = 50, kYoung = 2, kOldDays = 14;
constexpr std::size_t kPlaces = 16, kBars = 12;

enum Stratum : std::uint32_t { ByAddress, ByName };

struct Candidate {
  Contacts<kAdmitted> contacts;
  double weight() const { return static_cast<double>(contacts.count()); }
  void merge(const Candidate& other) { contacts.merge(other.contacts); }
  void save(Packer& out) const { contacts.save(out); }
  bool load(Unpacker& in) { return contacts.load(in); }
};

struct Pair {
  Contacts<kRing> contacts;
  double weight() const { return static_cast<double>(contacts.count()); }
  void merge(const Pair& other) { contacts.merge(other.contacts); }
  void save(Packer& out) const { contacts.save(out); }
  bool load(Unpacker& in) { return contacts.load(in); }
};

// What the open window saw of an admitted pair.
struct Seen {
  std::uint64_t pair = 0, peer_key = 0;
  ActorId host = kNoActor;
  TextId peer = kNoText, log = kNoText;
  Stratum stratum = ByAddress;
  std::uint32_t contacts = 0, since = 0, chunks = 0;  // since: the last time that the ring was looked at
  double surprises = 0;                               // of chunks
  double records = 0, sent = 0, squares = 0;          // of the records; bytes are whole numbers, so order makes no difference
  std::vector<std::pair<Micros, Where>> places;       // the first, in order
};

struct Weighed {
  double score = 0, rhythm = 0, size = 0, rare = 0, young = 0;
  double hosts = 0, of_hosts = 0;
  Micros known_since = kNoTime;
  Rhythm latest;
  Sizes sizes;
  std::vector<Micros> times;
};

bool to_many(const Address& a) { return a.v4() ? a.bytes[12] >= 224 : a.bytes[0] == 0xFF; }

std::string duration(double seconds) {
  if (seconds < 120) return fmt::format("{:.1f} s", seconds);
  if (seconds < 7200) return fmt::format("{:.1f} min", seconds / 60);
  return seconds < 172'800 ? fmt::format("{:.1f} h", seconds / 3600) : fmt::format("{:.0f} days", seconds / 86'400);
}

std::string chance(double p) { return p < 1e-6 ? "below 1e-6" : fmt::format("{:.1g}", p); }

Chart histogram(const Rhythm& r) {
  Chart chart{"pauses between contacts", "pauses", {}};
  if (r.seconds.empty()) return chart;
  const auto [least, most] = std::minmax_element(r.seconds.begin(), r.seconds.end());
  const std::size_t bars = *most - *least < 0.02 * r.median ? 1 : kBars;
  const double width = std::max((*most - *least) / static_cast<double>(bars), 1e-9);
  std::vector<double> counts(bars);
  for (const double g : r.seconds) counts[std::min(static_cast<std::size_t>((g - *least) / width), bars - 1)] += 1;
  for (std::size_t i = 0; i < bars; ++i) chart.bars.emplace_back(duration(*least + width * (static_cast<double>(i) + 0.5)), counts[i]);
  return chart;
}

class Run final : public Watch {
 public:
  Run(Roster& roster, std::size_t memory)
      : roster_(roster), pairs_(memory / 100 * 55), candidates_(memory / 100 * 25), destinations_(memory / 100 * 15), hosts_(12) {}

  void observe(const Fact& f, const Cast& cast, Judge&) override {
    if (f.kind != Kind::Contact || f.peer_ours || cast.host == kNoActor || f.peer == kNoText) return;
    const auto address = parse_address(roster_.text(f.peer));
    if (address && to_many(*address)) return;
    if (begin_ == kNoTime) begin_ = f.time;
    const Stratum stratum = address ? ByAddress : ByName;
    const std::uint64_t host = roster_.at(cast.host).key, peer = roster_.key(f.peer);
    const auto day = static_cast<std::int32_t>(f.time / kDay);
    hosts_.add(host);
    active_.insert(std::uint64_t{cast.host} << 1 | stratum);
    Reach& d = destinations_.touch(peer, day);
    d.seen(host, f.time);

    const std::uint64_t key = mix(mix(host, peer), roster_.key(f.log));
    const std::uint8_t size = size_code(f.sent);
    if (pairs_.find(key)) {
      Pair& pair = pairs_.touch(key, day);
      note(key, f, cast, stratum, pair, pair.contacts.add(f.time, size));
      return;
    }
    Candidate& c = candidates_.touch(key, day);
    const bool another = c.contacts.add(f.time, size);
    if (c.contacts.count() < kAdmitted || d.popular(hosts_.estimate())) return;
    Pair& pair = pairs_.touch(key, day);
    pair.contacts.take(c.contacts);
    note(key, f, cast, stratum, pair, another);
  }

  void close(const Window& window, Judge& judge) override {
    std::vector<Candidacy> all;
    for (const auto& [key, s] : seen_) {
      const Pair* pair = pairs_.find(key);
      const Reach* d = destinations_.find(s.peer_key);
      if (!pair || !d || s.contacts == 0 || d->popular(hosts_.estimate())) continue;
      all.push_back({&s, pair, d, roster_.at(s.host).key, weigh(s, *pair, *d, window).score});
    }
    std::sort(all.begin(), all.end(), [](const Candidacy& a, const Candidacy& b) {
      return std::tie(a.host_key, a.seen->peer_key, b.score, a.seen->pair) < std::tie(b.host_key, b.seen->peer_key, a.score, b.seen->pair);
    });
    for (std::size_t i = 0; i < all.size(); ++i) {
      const Candidacy& c = all[i];
      // Several logs tell of the same contacts: the one that shows most speaks.
      if (i > 0 && all[i - 1].host_key == c.host_key && all[i - 1].seen->peer_key == c.seen->peer_key) continue;
      const auto say = [&](Why& why) { explain(*c.seen, weigh(*c.seen, *c.pair, *c.destination, window), window, why); };
      judge.score(c.seen->host, roster_, c.score, say, c.seen->stratum);
      active_.erase(std::uint64_t{c.seen->host} << 1 | ByAddress);
      active_.erase(std::uint64_t{c.seen->host} << 1 | ByName);
    }
    std::vector<std::uint64_t> quiet(active_.begin(), active_.end());
    std::sort(quiet.begin(), quiet.end());
    for (const std::uint64_t q : quiet) judge.score(static_cast<ActorId>(q >> 1), roster_, 0, [](Why&) {}, static_cast<std::uint32_t>(q & 1));
    seen_.clear();
    active_.clear();
  }

  void save(Packer& out) const override {
    out.signed_varint(begin_);
    pairs_.save(out);
    candidates_.save(out);
    destinations_.save(out);
    hosts_.save(out);
  }
  bool load(Unpacker& in) override {
    begin_ = in.signed_varint();
    return pairs_.load(in) && candidates_.load(in) && destinations_.load(in) && hosts_.load(in);
  }
  bool merge(const Watch& other, const Overlap&) override {
    const auto& of = static_cast<const Run&>(other);
    begin_ = earlier(begin_, of.begin_);
    candidates_.merge(of.candidates_);
    pairs_.merge(of.pairs_);
    // A pair that only one of them has admitted: what the other saw of it comes to it.
    std::vector<std::uint64_t> admitted;
    pairs_.each([&](std::uint64_t key, std::int32_t, const Pair&) { admitted.push_back(key); });
    for (const std::uint64_t key : admitted) {
      const Candidate* mine = candidates_.find(key);
      Pair* pair = pairs_.find(key);
      if (mine != nullptr && pair != nullptr) pair->contacts.merge(mine->contacts);
    }
    destinations_.merge(of.destinations_);
    return hosts_.merge(of.hosts_);
  }
  std::size_t bytes() const override {
    return pairs_.bytes() + candidates_.bytes() + destinations_.bytes() + hosts_.bytes() + active_.bucket_count() * 16 +
           seen_.bucket_count() * (sizeof(Seen) + 24) + seen_.size() * kPlaces * sizeof(Seen::places[0]);
  }
  std::uint64_t evictions() const override { return pairs_.evictions() + candidates_.evictions() + destinations_.evictions(); }

 private:
  struct Candidacy {
    const Seen* seen;
    const Pair* pair;
    const Reach* destination;
    std::uint64_t host_key;
    double score;
  };

  void note(std::uint64_t key, const Fact& f, const Cast& cast, Stratum stratum, const Pair& pair, bool another) {
    const auto [it, fresh] = seen_.try_emplace(key);
    Seen& s = it.value();
    if (fresh) {
      s.pair = key;
      s.peer_key = roster_.key(f.peer);
      s.host = cast.host;
      s.peer = f.peer;
      s.log = f.log;
      s.stratum = stratum;
    }
    ++s.records;
    s.sent += f.sent;
    s.squares += double{f.sent} * f.sent;
    const std::pair<Micros, Where> place{f.time, f.where()};
    if (s.places.size() < kPlaces || place < s.places.back()) {
      s.places.insert(std::upper_bound(s.places.begin(), s.places.end(), place), place);
      if (s.places.size() > kPlaces) s.places.pop_back();
    }
    if (!another) return;
    ++s.contacts;
    if (++s.since == kRing) look(s, pair);
  }

  static void look(Seen& s, const Pair& pair) {
    s.surprises += rhythm_of(pair.contacts.times(kRemembered), pair.contacts.fine()).surprise;
    ++s.chunks;
    s.since = 0;
  }

  Weighed weigh(const Seen& s, const Pair& pair, const Reach& d, const Window& window) const {
    Weighed w;
    w.times = pair.contacts.times(kRemembered);
    w.latest = rhythm_of(w.times, pair.contacts.fine());
    const bool counts = s.chunks == 0 || s.since >= kRing / 2;
    w.rhythm = (s.surprises + (counts ? w.latest.surprise : 0)) / (s.chunks + (counts ? 1 : 0));
    w.sizes = sizes_of(pair.contacts.sizes(w.times.size()));
    if (w.sizes.share > 0) w.size = std::max(0.0, std::log(2 * w.sizes.share));
    w.hosts = std::max(1.0, std::round(d.hosts.estimate()));
    w.of_hosts = std::max(w.hosts, std::round(hosts_.estimate()));
    w.rare = std::max(0.0, std::log(kManyHosts / w.hosts));
    w.known_since = d.first;
    const auto days = [&](Micros since) { return std::min(kOldDays, std::ceil(static_cast<double>(window.end() - since) / static_cast<double>(kDay))); };
    w.young = kYoung * std::max(0.0, std::log((days(begin_) + 1) / (days(d.first) + 1)));
    w.score = w.rhythm + std::min(1.0, w.rhythm / kPlain) * (w.size + w.rare + w.young);
    return w;
  }

  void explain(const Seen& s, const Weighed& w, const Window& window, Why& why) const {
    const Rhythm& r = w.latest;
    const std::size_t n = w.times.size();
    std::string seen = s.contacts > n ? fmt::format("{} connections, of the last {} one", s.contacts, n)
                                      : fmt::format("{} connections in {}", n, duration(static_cast<double>(w.times.back() - w.times.front()) / 1e6));
    std::string size;
    if (w.sizes.share >= 0.5) {
      const double mean = s.sent / s.records;
      size = fmt::format(", {:.0f} +/- {:.0f} B out each", mean, std::sqrt(std::max(0.0, s.squares / s.records - mean * mean)));
    }
    std::string phase;
    if (r.phase_p < r.spread_p) phase = fmt::format("; they keep to the beat of {}, chance {}", duration(r.period), chance(r.phase_p));
    why.outside = {std::string(roster_.text(s.peer))};
    why.sentence = fmt::format(
        "{} every {} +/- {} (MAD/median {:.3f}; chance under random arrivals {}{}){}{}, to {}, a destination {:.0f} of {:.0f} hosts ever contacted, first "
        "seen {} before the end of this day ({})",
        seen, duration(r.median), duration(r.mad), r.spread, chance(r.spread_p), phase,
        r.slept > 0 ? fmt::format(", {} longer pauses left out", r.slept) : std::string(), size, roster_.text(s.peer), w.hosts, w.of_hosts,
        duration(static_cast<double>(window.end() - w.known_since) / 1e6), roster_.text(s.log));
    why.chart = histogram(r);
    for (const auto& [time, place] : s.places) why.evidence.push_back(place);
    why.first = w.times.empty() ? s.places.front().first : std::min(w.times.front(), s.places.front().first);
    why.last = w.times.empty() ? s.places.back().first : w.times.back();
  }

  Roster& roster_;
  EntityTable<Pair> pairs_;
  EntityTable<Candidate> candidates_;
  EntityTable<Reach> destinations_;
  HyperLogLog hosts_;
  Micros begin_ = kNoTime;
  // Of the open window.
  tsl::robin_map<std::uint64_t, Seen> seen_;
  tsl::robin_set<std::uint64_t> active_;  // hosts that reached out, by address and by name
};

}  // namespace

extern const Detector detector;
const Detector detector{"beacon", "Beacon", "command and control", "T1071",
                        [](Roster& roster, std::size_t memory) -> std::unique_ptr<Watch> { return std::make_unique<Run>(roster, memory); }};

}  // namespace custos::behavior::beacon

// D2: what a host's look-ups below one registered domain can tell that domain's name servers: bytes of information in the distinct sub-domains of a window,
// against what such domains usually get to know. Null: a domain's next client is like those before; one that is new is like other domains.
//
//   y = ln(1 + u / c), u: sum over distinct names of information_bytes(name below the domain), c = 8 B
//   score = exp(max(0, y - expected)) - 1, and a little more that only tells equal ones apart
//
// That is u / c for a new domain, and else by how many times more than expected: not the logarithm, whose tail would make kilobytes as likely as nothing
// lighter than Pareto's can be. Only units that carry something are scored: that most domains are asked for one bare name says nothing of the rest.
// expected comes from the domain's earlier clients (Usual): 0 for a new domain. So content networks, block lists and reputation look-ups are ordinary
// by their own past and not by their names. A domain teaches while there is calibration, then only if 5 % of hosts ask it, or if it was known
// by then and the window was ordinary: a tunnel does not get usual by going on.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/net/registered_domain.h"
#include "behavior/detector.h"
#include "behavior/dns/names.h"
#include "behavior/dns/telling.h"
#include "behavior/dns/usual.h"
#include "behavior/sketch/bloom.h"
#include "behavior/sketch/entity_table.h"
#include "behavior/sketch/hyperloglog.h"
#include "behavior/sketch/quantiles.h"

namespace custos::behavior::dns {
namespace {

constexpr double kScale = 8;          // bytes; c above
constexpr double kGrain = 1024;       // information is summed up in whole parts of a byte, so that the order does not matter
constexpr double kStep = 0.05;
constexpr double kLeastUrgent = 2;    // a score below is no tunnel whatever the calibration says: 16 B of a new domain
constexpr std::uint32_t kLeastNames = 8;  // one long name can wait for the window to close
constexpr double kCommonShare = 0.05, kCommonHosts = 2.5;  // sketched: 2.5 is three
constexpr std::size_t kMostBloom = 16u << 20;
constexpr std::size_t kParts = 24;    // of a window, for the chart
constexpr std::uint64_t kUnitsOfNew = 4;  // times the mean
constexpr std::size_t kOthers = 3;    // further domains a verdict tells of

double logarithm(std::uint64_t information) { return std::log1p(static_cast<double>(information) / kGrain / kScale); }

// A host and a registered domain in the open window.
struct Unit {
  ActorId host = kNoActor;
  std::uint32_t names = 0;
  std::uint64_t domain = 0, information = 0;
  TextId example = kNoText;  // a name below the domain
  float expected = 0;
  Micros first = kNoTime, last = kNoTime;
  Telling<3> told;
  // Nearly all others say nothing.
  std::uint64_t weight() const { return information; }
  void save(Packer&) const {}
  bool load(Unpacker&) { return true; }
};

// Of units with several names.
struct Detail {
  Telling<48> told;
  std::array<std::uint64_t, kParts> parts{};
  std::uint64_t weight() const {
    std::uint64_t sum = 0;
    for (const auto p : parts) sum += p;
    return sum;
  }
  void save(Packer&) const {}
  bool load(Unpacker&) { return true; }
};

struct Domain {
  HyperLogLog16 clients;
  Usual usual;
  Micros first = kNoTime;
  double weight() const { return clients.estimate(); }
  void merge(const Domain& other) {
    clients.merge(other.clients);
    usual.merge(other.usual);
    first = earlier(first, other.first);
  }
  void save(Packer& out) const {
    clients.save(out);
    usual.save(out);
    out.signed_varint(first);
  }
  bool load(Unpacker& in) {
    const bool ok = clients.load(in) && usual.load(in);
    first = in.signed_varint();
    return ok && in.ok();
  }
};

// How many units a host has in a window.
struct Load {
  std::uint32_t now = 0, most = 0;
  std::uint32_t weight() const { return most; }
  void merge(const Load& other) { most = std::max(most, other.most); }
  void save(Packer& out) const { out.varint(most); }
  bool load(Unpacker& in) {
    most = static_cast<std::uint32_t>(in.varint());
    return in.ok();
  }
};

class Run final : public Watch {
 public:
  Run(Roster& roster, std::size_t memory)
      : roster_(roster), outside_(roster), memory_(memory), units_(memory / 4), details_(memory / 8), domains_(memory / 4), loads_(memory / 16),
        seen_(std::min(memory / 8, kMostBloom)) {}

  void observe(const Fact& f, const Cast& c, Judge& judge) override {
    if (f.kind != Kind::Lookup || c.host == kNoActor || f.object == kNoText) return;
    const std::uint64_t host = roster_.at(c.host).key;
    const bool full = seen_.full();
    if (!seen_.insert(mix(host, roster_.key(f.object)))) {
      blinded_ += full ? 1 : 0;  // perhaps known, perhaps not
      return;
    }
    const auto outside = outside_.of(f.object);
    if (!outside) return;
    const std::uint64_t domain = hash64(outside->domain), key = mix(host, domain);
    Unit& u = units_.touch(key, 0);
    if (u.host == kNoActor) begin(u, c.host, domain, f);
    const auto information = static_cast<std::uint64_t>(std::lround(information_bytes(outside->below) * kGrain));
    if (u.information == 0 && information > 0) ++loads_.touch(host, 0).now;
    ++u.names;
    u.last = std::max(u.last, f.time);
    u.information += information;
    if (information > 0) tell(u, key, {f.where(), f.time, static_cast<std::uint32_t>(std::min<std::uint64_t>(information, 0xFFFFFFFF)), f.object});
    const double s = score(u, key);
    if (information == 0 || s < kLeastUrgent || u.names < kLeastNames) return;
    judge.urgent(number, c.host, roster_, s, most_units(host), [&](Why& why) { explain(u, key, why); });
  }

  void close(const Window& window, Judge& judge) override {
    length_ = window.length;
    const auto units = in_order();
    std::vector<double> p(units.size());
    for (std::size_t i = 0; i < units.size(); ++i) {
      const Ranked& r = units[i];
      p[i] = judge.score(r.unit->host, roster_, r.score, [&](Why& why) {
        explain(*r.unit, r.key, why);
        explain_others(std::span(units).subspan(i), why);
      });
    }
    for (const Ranked& r : units) meet(*r.unit, window.number);
    for (std::size_t i = 0; i < units.size(); ++i) learn(*units[i].unit, p[i], judge.learning());
    settle_loads();
    forget();
  }

  void save(Packer& out) const override {
    domains_.save(out);
    loads_.save(out);
    asking_.save(out);
    ordinary_.save(out);
    out.varint(most_);
    out.varint(blinded_);
    out.varint(forgotten_);
    out.signed_varint(length_);
  }
  bool load(Unpacker& in) override {
    if (!domains_.load(in) || !loads_.load(in) || !asking_.load(in) || !ordinary_.load(in)) return false;
    most_ = static_cast<std::uint32_t>(in.varint());
    blinded_ = in.varint();
    forgotten_ = in.varint();
    length_ = in.signed_varint();
    return in.ok() && (length_ > 0 || in.refuse());
  }
  bool merge(const Watch& other, const Overlap&) override {
    const auto& of = static_cast<const Run&>(other);
    domains_.merge(of.domains_);
    loads_.merge(of.loads_);
    most_ = std::max(most_, of.most_);
    blinded_ += of.blinded_;
    forgotten_ += of.forgotten_;
    return asking_.merge(of.asking_) && ordinary_.merge(of.ordinary_);
  }
  std::size_t bytes() const override {
    return outside_.bytes() + units_.bytes() + details_.bytes() + domains_.bytes() + loads_.bytes() + seen_.bytes() + asking_.bytes() + ordinary_.bytes();
  }
  std::uint64_t evictions() const override { return forgotten_ + units_.evictions() + domains_.evictions() + loads_.evictions() + blinded_; }

 private:
  struct Ranked {
    std::uint64_t key;
    const Unit* unit;
    double score;
  };

  void begin(Unit& u, ActorId host, std::uint64_t domain, const Fact& f) {
    u.host = host;
    u.domain = domain;
    u.example = f.object;
    u.first = f.time;
    if (const Domain* d = domains_.find(domain)) u.expected = static_cast<float>(d->usual.expected());
  }

  // The chart and the many records only of those that have more to tell.
  void tell(Unit& u, std::uint64_t key, const Told& t) {
    if (!u.told.full()) return u.told.add(t);
    Detail* d = details_.find(key);
    if (d == nullptr) {
      d = &details_.touch(key, 0);
      for (const Told& before : u.told) add(*d, before);
    }
    add(*d, t);
    u.told.add(t);
  }
  void add(Detail& d, const Told& t) const {
    d.told.add(t);
    d.parts[part_of(t.time)] += t.weight;
  }
  std::size_t part_of(Micros t) const {
    return std::min(kParts - 1, static_cast<std::size_t>(std::max<Micros>(t, 0) % length_ * static_cast<Micros>(kParts) / length_));
  }

  double score(const Unit& u, std::uint64_t key) const {
    if (u.information == 0) return 0;
    const double tie = fraction(mixed(key, 0x6A09E667F3BCC908u));
    return std::expm1(std::max(0.0, logarithm(u.information) - u.expected)) * (1 + kStep * tie) + kStep * tie;
  }

  // Of a host as many as it had lately at most, of a new one more than most hosts have: what is said too early can't be taken back.
  std::uint32_t most_units(std::uint64_t host) const {
    const Load* l = loads_.find(host);
    if (l == nullptr) return std::max(1u, most_);
    return std::max({1u, l->now, l->most > 0 ? l->most : most_});
  }
  void settle_loads() {
    std::uint64_t hosts = 0, sum = 0;
    std::uint32_t most = 0;
    loads_.each([&](std::uint64_t, std::int32_t, Load& l) {
      l.most = std::max(l.now, l.most - l.most / 16);
      l.now = 0;
      ++hosts;
      sum += l.most;
      most = std::max(most, l.most);
    });
    if (hosts > 0) most_ = std::min(most, static_cast<std::uint32_t>(kUnitsOfNew * sum / hosts));
  }

  // By host, the oddest first.
  std::vector<Ranked> in_order() const {
    std::vector<Ranked> out;
    out.reserve(units_.size());
    units_.each([&](std::uint64_t key, std::int32_t, const Unit& u) {
      if (u.information > 0) out.push_back({key, &u, score(u, key)});
    });
    std::sort(out.begin(), out.end(), [&](const Ranked& a, const Ranked& b) {
      if (a.unit->host != b.unit->host) return roster_.at(a.unit->host).key < roster_.at(b.unit->host).key;
      return a.score != b.score ? a.score > b.score : a.key < b.key;
    });
    return out;
  }

  bool common(const Domain& d) const {
    const double n = d.clients.estimate();
    return n >= kCommonHosts && n >= kCommonShare * asking_.estimate();
  }

  void meet(const Unit& u, std::uint32_t window) {
    const std::uint64_t host = roster_.at(u.host).key;
    Domain& d = domains_.touch(u.domain, static_cast<std::int32_t>(window));
    d.clients.add(host);
    d.first = d.first == kNoTime ? u.first : std::min(d.first, u.first);
    asking_.add(host);
  }

  // By the same rule in calibration as later, or the scores of later windows would be of another kind than those that calibrate.
  void learn(const Unit& u, double p, bool learning) {
    Domain* d = domains_.find(u.domain);
    if (d == nullptr) return;
    if (p > Judge::kTooOdd) ordinary_.add(static_cast<double>(u.information) / kGrain);
    if (learning || common(*d) || (d->usual.known() && p > Judge::kTooOdd)) d->usual.learn(logarithm(u.information));
  }

  void forget() {
    forgotten_ += units_.evictions();
    units_ = EntityTable<Unit>(memory_ / 4);
    details_ = EntityTable<Detail>(memory_ / 8);
    seen_.clear();
  }

  void explain(const Unit& u, std::uint64_t key, Why& why) const {
    const std::string_view domain = outside_name(roster_.text(u.example), {})->domain;
    const Domain* d = domains_.find(u.domain);
    why.outside = {std::string(domain)};
    why.sentence = fmt::format("{} name{} below {} in {} carry {}", say_count(u.names), u.names == 1 ? "" : "s", domain, say_span(u.last - u.first),
                               say_bytes(static_cast<double>(u.information) / kGrain));
    const std::uint64_t all = ordinary_.count();
    if (all >= 10'000) why.sentence += fmt::format("; other domains carry {} at most in 9,999 of 10,000 cases", say_bytes(ordinary_.quantile(0.9999)));
    else if (all >= 100) why.sentence += fmt::format("; other domains carry {} at most in 99 of 100 cases", say_bytes(ordinary_.quantile(0.99)));
    if (u.expected > 0) why.sentence += fmt::format("; of this one {} is usual", say_bytes(std::expm1(double{u.expected}) * kScale));
    const double hosts = std::max(1.0, asking_.estimate());
    if (d == nullptr) {
      why.sentence += fmt::format("; none of {:.0f} hosts asked before, first seen {} before", hosts, say_span(u.last - u.first));
    } else {
      why.sentence += fmt::format("; {:.0f} of {:.0f} hosts asked, first seen {} before", std::min(hosts, d->clients.estimate()), hosts,
                                  say_span(u.last - d->first));
    }
    why.first = u.first;
    why.last = u.last;
    const Detail* detail = details_.find(key);
    if (detail != nullptr) take(detail->told, why);
    else take(u.told, why);
    chart(u, detail, why);
  }

  template <class Many>
  static void take(const Many& told, Why& why) {
    std::vector<Told> sorted(told.begin(), told.end());
    std::sort(sorted.begin(), sorted.end(), tells_more);
    for (const Told& t : sorted) {
      if (why.evidence.size() < Judge::kMostEvidence) why.evidence.push_back(t.where);
    }
  }

  void chart(const Unit& u, const Detail* detail, Why& why) const {
    why.chart = {"information in names", "B", {}};
    if (detail == nullptr) return;
    const Micros begin = u.first / length_ * length_;
    for (std::size_t i = 0; i < kParts; ++i) {
      const Micros minutes = (begin + static_cast<Micros>(i) * length_ / static_cast<Micros>(kParts)) % kDay / (60 * kSecond);
      why.chart.bars.emplace_back(fmt::format("{:02}:{:02}", minutes / 60, minutes % 60), static_cast<double>(detail->parts[i]) / kGrain);
    }
  }

  // A host with a tunnel may have two. `units`: from the one that is explained on, the oddest first.
  void explain_others(std::span<const Ranked> units, Why& why) const {
    const double least = std::max(kLeastUrgent, ordinary_.quantile(0.9999) / kScale);
    std::vector<Where> more;
    for (std::size_t i = 1; i < units.size() && i <= kOthers && units[i].unit->host == units[0].unit->host && units[i].score > least; ++i) {
      const Unit& u = *units[i].unit;
      Why other;
      explain(u, units[i].key, other);
      why.sentence += fmt::format("; also {} name{} below {} with {}", say_count(u.names), u.names == 1 ? "" : "s",
                                  outside_name(roster_.text(u.example), {})->domain,
                                  say_bytes(static_cast<double>(u.information) / kGrain));
      other.evidence.resize(std::min(other.evidence.size(), Judge::kMostEvidence / (kOthers + 1)));
      more.insert(more.end(), other.evidence.begin(), other.evidence.end());
      why.first = std::min(why.first, other.first);
      why.last = std::max(why.last, other.last);
    }
    why.evidence.resize(std::min(why.evidence.size(), Judge::kMostEvidence - more.size()));
    why.evidence.insert(why.evidence.end(), more.begin(), more.end());
  }

  Roster& roster_;
  OutsideNames outside_;
  std::size_t memory_;
  // Of the open window.
  EntityTable<Unit> units_;
  EntityTable<Detail> details_;
  // For longer.
  EntityTable<Domain> domains_;
  EntityTable<Load> loads_;
  GrowingBloom seen_;       // of the open window: names by host
  HyperLogLog asking_{10};  // hosts
  DdSketch ordinary_;       // bytes of units
  std::uint32_t most_ = 0;  // units that a new host may have in a window
  std::uint64_t blinded_ = 0, forgotten_ = 0;
  Micros length_ = kDay;    // of a window
};

}  // namespace

extern const Detector detector;
const Detector detector{"dns", "Information in DNS names", "command and control", "T1071.004",
                        [](Roster& roster, std::size_t memory) -> std::unique_ptr<Watch> { return std::make_unique<Run>(roster, memory); }};

}  // namespace custos::behavior::dns

// D3: much sent out to places where others don't send, at once or a little every day.
//
// Unit: a host's, and where the record has one a user's, window. Of what it sent, x bytes went to peers that are not ours and that few hosts reach
// (5 % or two), or that are known for less than three days; a peer is a registered domain, or an address where the log has no name. Logs that see
// the same bytes (proxy, sensor) are summed apart, and the largest sum is taken. With y = ln(1 + x / 100 kB), so that trifles are nothing:
//
//   own, peers     z = (y - m) / s; own: mean and variance of the actor's windows, with those of its peers (group, else everybody) as if they were 5
//                  windows of its own; peers: of the group alone, everybody as if 20. The lesser z counts: odd for itself and for its like.
//                  U = -ln P(|Z| >= z), normal; z <= 8
//   C              max(0, C + min(z_own, 3) - 0.5 - 1 / sqrt(n)) over the actor's windows: ln(x / mu) in units of its own spread (s >= 0.5), less
//                  what is not known of mu from n windows; Page's CUSUM
//   one new place  V, as U, of the most that went to one peer that got less than 10 kB a day of the actor before, popular or not, against the group's
//                  windows with such a peer
//
//   score = max(U, V) + C
//
// Where people go through a proxy of ours, its log tells the name but often not what was sent, and a sensor tells what was sent, but to the proxy: what one
// connection to the proxy carried is taken to have gone to the name that the same sensor saw from the same host within five seconds from its begin on, and
// for the user who was last seen at that host.
//
// The score only orders windows; the p is conformal. A window with p < Judge::kTooOdd is not learned from, and C starts anew: it was told. An actor's
// moments forget with 60 windows, a group's with 3,000. Page, "Continuous inspection schemes", Biometrika 1954;
// normal scores of ln(1 + x) serve for order alone, and claim no null.
#include <algorithm>
#include <cmath>
#include <numbers>
#include <tuple>

#include <fmt/format.h>
#include <tsl/robin_map.h>

#include "base/net/address.h"
#include "base/net/registered_domain.h"
#include "behavior/detector.h"
#include "behavior/reach.h"
#include "behavior/sketch/entity_table.h"
#include "behavior/sketch/hyperloglog.h"

namespace custos::behavior::egress {
namespace {

constexpr Micros kNew = 3 * kDay;
constexpr double kTrifle = 1e5, kUsed = 1e4;
constexpr double kLeastSpread = 0.5, kMostSpreads = 8, kSlack = 0.5, kMostStep = 3;
constexpr double kLikeOwn = 5, kLikePeers = 20;  // windows that the level above counts for
constexpr double kForget = 60, kForgetPeers = 3000;  // windows
constexpr std::size_t kPlaces = 16, kBars = 8;
constexpr Micros kNamed = 5 * kSecond;  // from a connection to a proxy to the name asked of it
constexpr std::size_t kOpen = 64;       // connections of a host to proxies, that wait for a name

double logged(double bytes) { return std::log1p(bytes / kTrifle); }
double back(double y) { return std::expm1(y) * kTrifle; }

// Mean and variance that forget.
struct Moments {
  double n = 0, mean = 0, var = 0;
  void learn(double y, double forget) {
    n = std::min(n + 1, forget);
    const double off = y - mean;
    mean += off / n;
    var += (off * (y - mean) - var) / n;
  }
  // As if `above` had been seen `weight` times before.
  Moments with(const Moments& above, double weight) const {
    const double w = above.n > 0 ? weight : 0, all = n + w;
    if (all <= 0) return {};
    Moments out{all, (n * mean + w * above.mean) / all, 0};
    out.var = (n * (var + (mean - out.mean) * (mean - out.mean)) + w * (above.var + (above.mean - out.mean) * (above.mean - out.mean))) / all;
    return out;
  }
  // Moments of all windows of both.
  void merge(const Moments& other, double forget) {
    *this = n > 0 ? with(other, other.n) : other;
    n = std::min(n, forget);
  }
  double z(double y) const { return n > 0 ? (y - mean) / std::max(kLeastSpread, std::sqrt(var * (1 + 1 / n))) : 0; }
  void save(Packer& out) const {
    out.f64(n);
    out.f64(mean);
    out.f64(var);
  }
  bool load(Unpacker& in) {
    n = in.f64();
    mean = in.f64();
    var = in.f64();
    return in.ok() && n >= 0 && var >= 0 && std::isfinite(mean) ? true : in.refuse();
  }
};

// -ln P(|Z| >= z)
double surprise(double z) { return z <= 0 ? 0 : -std::log(std::erfc(std::min(z, kMostSpreads) / std::numbers::sqrt2)); }

struct Standing {
  Moments own;
  double cusum = 0;
  std::int64_t since = 0;  // the window in which the sum left 0
  double weight() const { return own.n; }
  void merge(const Standing& other) {
    own.merge(other.own, kForget);
    if (other.cusum > cusum) cusum = other.cusum, since = other.since;
  }
  void save(Packer& out) const {
    own.save(out);
    out.f64(cusum);
    out.signed_varint(since);
  }
  bool load(Unpacker& in) {
    const bool ok = own.load(in);
    cusum = in.f64();
    since = in.signed_varint();
    return ok && in.ok() && cusum >= 0 ? true : in.refuse();
  }
};

struct Group {
  Moments all, one;  // of the whole, of the most to one new place
  double weight() const { return all.n; }
  void merge(const Group& other) {
    all.merge(other.all, kForgetPeers);
    one.merge(other.one, kForgetPeers);
  }
  void save(Packer& out) const {
    all.save(out);
    one.save(out);
  }
  bool load(Unpacker& in) { return all.load(in) && one.load(in); }
};

// What an actor sent to one place, in windows in which it was more than a trifle.
struct Flow {
  double bytes = 0;
  Micros first = kNoTime;
  std::uint32_t windows = 0;  // that were not too odd to learn from
  double weight() const { return bytes; }
  void merge(const Flow& other) {
    bytes += other.bytes;
    first = earlier(first, other.first);
    windows += other.windows;
  }
  void save(Packer& out) const {
    out.f64(bytes);
    out.signed_varint(first);
    out.varint(windows);
  }
  bool load(Unpacker& in) {
    bytes = in.f64();
    first = in.signed_varint();
    windows = static_cast<std::uint32_t>(in.varint());
    return in.ok() && bytes >= 0;
  }
};

// What went to one place by one log in the open window.
struct Sent {
  ActorId actor = kNoActor;
  std::uint64_t actor_key = 0, place = 0, log_key = 0;
  TextId peer = kNoText, log = kNoText;
  double bytes = 0;
  std::uint32_t records = 0;
  Micros first = kNoTime, last = kNoTime;
  bool odd = false, fresh = false;           // few or new; new for the actor. Set when the window closes.
  double others = 0;
  std::vector<std::pair<float, Where>> largest;  // records, most bytes first
};

std::string size_text(double bytes) {
  const char* units[] = {"B", "kB", "MB", "GB", "TB"};
  std::size_t u = 0;
  while (bytes >= 999.5 && u + 1 < std::size(units)) bytes /= 1000, ++u;
  return fmt::format("{:.{}f} {}", bytes, bytes < 10 && u > 0 ? 1 : 0, units[u]);
}

class Run final : public Watch {
 public:
  Run(Roster& roster, std::size_t memory)
      : roster_(roster), places_(memory / 100 * 30), standings_(memory / 100 * 20), groups_(memory / 100 * 5), flows_(memory / 100 * 40), hosts_(12) {}

  void observe(const Fact& f, const Cast& cast, Judge&) override {
    if (f.kind != Kind::Contact || f.peer == kNoText) return;
    if (cast.host == kNoActor && cast.user == kNoActor) return;
    // Equal times in an order of their own: connections before names.
    if (!waiting_.empty() && waiting_.front().first.time != f.time) take_waiting();
    waiting_.emplace_back(f, cast);
  }

  void close(const Window& window, Judge& judge) override {
    take_waiting();
    std::vector<Sent*> all;
    for (auto it = sent_.begin(); it != sent_.end(); ++it) all.push_back(&it.value());
    std::sort(all.begin(), all.end(), [](const Sent* a, const Sent* b) {
      return std::tie(a->actor_key, a->log_key, b->bytes, a->place) < std::tie(b->actor_key, b->log_key, a->bytes, b->place);
    });
    for (Sent* s : all) judge_place(*s, window);
    std::vector<Day> days;
    for (std::size_t i = 0, j; i < all.size(); i = j) {
      for (j = i; j < all.size() && all[j]->actor_key == all[i]->actor_key;) ++j;
      days.push_back(day_of(std::span(all).subspan(i, j - i), window));
    }
    for (Day& d : days) {
      const auto stratum = static_cast<std::uint32_t>(roster_.at(d.actor).who);
      d.p = judge.score(d.actor, roster_, d.score, [&](Why& why) { explain(d, window, why); }, stratum);
    }
    for (const Day& d : days) learn(d, window);
    sent_.clear();
    open_.clear();
    users_.clear();
  }

  void save(Packer& out) const override {
    out.signed_varint(begin_);
    places_.save(out);
    standings_.save(out);
    groups_.save(out);
    flows_.save(out);
    hosts_.save(out);
  }
  bool load(Unpacker& in) override {
    begin_ = in.signed_varint();
    return places_.load(in) && standings_.load(in) && groups_.load(in) && flows_.load(in) && hosts_.load(in);
  }
  bool merge(const Watch& other, const Overlap&) override {
    const auto& of = static_cast<const Run&>(other);
    begin_ = earlier(begin_, of.begin_);
    places_.merge(of.places_);
    standings_.merge(of.standings_);
    groups_.merge(of.groups_);
    flows_.merge(of.flows_);
    return hosts_.merge(of.hosts_);
  }
  std::size_t bytes() const override {
    return places_.bytes() + standings_.bytes() + groups_.bytes() + flows_.bytes() + hosts_.bytes() +
           sent_.size() * (sizeof(Sent) + 16 + kPlaces * sizeof(Sent::largest[0])) + domains_.size() * sizeof(std::uint64_t);
  }
  std::uint64_t evictions() const override { return places_.evictions() + standings_.evictions() + groups_.evictions() + flows_.evictions(); }

 private:
  // An actor's window.
  struct Day {
    ActorId actor = kNoActor;
    std::uint64_t key = 0;
    std::vector<const Sent*> odd;   // of the log that saw most, most bytes first
    std::vector<const Sent*> used;  // all places that got more than a trifle, by log
    const Sent* fresh = nullptr;   // the most to one new place
    double y = 0, one = 0;         // logged
    Moments own, peers, peers_one;
    double step = 0, cusum = 0, score = 0, p = 1;
    std::int64_t since = 0;
  };

  // A connection to a proxy that no name was found for yet.
  struct Open {
    Fact fact;
    std::uint64_t sensor = 0;
  };

  void take_waiting() {
    std::sort(waiting_.begin(), waiting_.end(), [](const auto& a, const auto& b) {
      const Fact &x = a.first, &y = b.first;
      return std::tuple(!x.peer_ours, x.where(), x.sent) < std::tuple(!y.peer_ours, y.where(), y.sent);
    });
    for (const auto& [f, cast] : waiting_) take(f, cast);
    waiting_.clear();
  }

  void take(const Fact& f, const Cast& cast) {
    if (cast.host != kNoActor && cast.user != kNoActor) users_[cast.host] = cast.user;
    if (f.peer_ours) {
      if (cast.host == kNoActor || !f.host_ours || !to_proxy(f)) return;
      std::vector<Open>& open = open_[cast.host];
      if (open.size() == kOpen) open.erase(open.begin());
      open.push_back({f, sensor_of(f)});
      return;
    }
    if (begin_ == kNoTime) begin_ = f.time;
    const std::uint64_t place = place_of_peer(f.peer);
    const std::uint64_t from = roster_.at(cast.host != kNoActor ? cast.host : cast.user).key;
    places_.touch(place, static_cast<std::int32_t>(f.time / kDay)).seen(from, f.time);
    hosts_.add(from);
    if (cast.host != kNoActor && f.host_ours) {
      note(cast.host, place, f);
      through_proxy(f, cast.host, place);
    }
    if (cast.user != kNoActor) note(cast.user, place, f);
  }

  static bool digits_are(std::string_view port, std::string_view is) { return port.substr(0, port.find('/')) == is; }
  // By the ports proxies listen on.
  bool to_proxy(const Fact& f) const {
    const std::string_view port = roster_.text(f.object);
    return digits_are(port, "3128") || digits_are(port, "8080") || digits_are(port, "1080");
  }
  // "zeek" of "zeek conn"
  std::uint64_t sensor_of(const Fact& f) const {
    const std::string_view log = roster_.text(f.log);
    return hash64(log.substr(0, log.find(' ')));
  }

  void through_proxy(const Fact& named, ActorId host, std::uint64_t place) {
    const auto it = open_.find(host);
    if (it == open_.end() || named.sent > kTrifle || parse_address(roster_.text(named.peer))) return;
    std::vector<Open>& open = it.value();
    std::erase_if(open, [&](const Open& o) { return o.fact.time + kNamed < named.time; });
    const std::uint64_t sensor = sensor_of(named);
    const auto last = std::find_if(open.rbegin(), open.rend(), [&](const Open& o) { return o.sensor == sensor; });
    if (last == open.rend()) return;
    Fact both = last->fact;
    both.peer = named.peer;
    note(host, place, both);
    if (const auto user = users_.find(host); user != users_.end()) note(user->second, place, both);
    open.erase(std::next(last).base());
  }

  // Of a peer's name its registered domain; texts are few, so it is looked up once.
  std::uint64_t place_of_peer(TextId peer) {
    if (peer >= domains_.size()) domains_.resize(std::max<std::size_t>(roster_.texts().size(), std::size_t{peer} + 1));
    std::uint64_t& known = domains_[peer];
    if (known == 0) {
      const std::string_view text = roster_.text(peer);
      known = hash64(parse_address(text) ? text : registered_domain(text)) | 1;
    }
    return known;
  }

  void note(ActorId actor, std::uint64_t place, const Fact& f) {
    const std::uint64_t key = roster_.at(actor).key, log = roster_.key(f.log);
    const auto [it, fresh] = sent_.try_emplace(mix(mix(key, place), log));
    Sent& s = it.value();
    if (fresh) {
      s.actor = actor;
      s.actor_key = key;
      s.place = place;
      s.log_key = log;
      s.peer = f.peer;
      s.log = f.log;
      s.first = f.time;
    }
    s.bytes += std::max(0.0f, f.sent);
    s.records += f.count;
    s.last = f.time;
    const std::pair<float, Where> record{-f.sent, f.where()};
    if (s.largest.size() < kPlaces || record < s.largest.back()) {
      s.largest.insert(std::upper_bound(s.largest.begin(), s.largest.end(), record), record);
      if (s.largest.size() > kPlaces) s.largest.pop_back();
    }
    // Of several names of a domain, the same one whatever the order.
    if (s.peer != f.peer && roster_.text(f.peer) < roster_.text(s.peer)) s.peer = f.peer;
  }

  void judge_place(Sent& s, const Window& window) const {
    const Reach* p = places_.find(s.place);
    if (!p) return;
    const bool few = !p->popular(hosts_.estimate());
    // At the beginning everything is new, which says nothing.
    const bool young = p->first >= begin_ + kNew && window.end() - p->first <= kNew + window.length;
    s.odd = few || young;
    const Flow* before = flows_.find(mix(s.actor_key, s.place));
    s.fresh = s.bytes >= kUsed && (!before || before->windows == 0);
    s.others = std::max(0.0, std::round(p->hosts.estimate()) - 1);
  }

  Moments group(const Actor& a, Moments Group::*which) const {
    const Group* everybody = groups_.find(everybody_of(a));
    const Moments above = everybody ? everybody->*which : Moments{};
    const Group* own = a.peers != 0 ? groups_.find(peers_of(a)) : nullptr;
    return own ? (own->*which).with(above, kLikePeers) : above;
  }
  static std::uint64_t everybody_of(const Actor& a) { return mix(0, static_cast<std::uint64_t>(a.who)); }
  static std::uint64_t peers_of(const Actor& a) { return mix(a.peers, 1 + static_cast<std::uint64_t>(a.who)); }

  // `all`: by log, then most bytes first.
  Day day_of(std::span<Sent* const> all, const Window& window) const {
    Day d;
    d.actor = all.front()->actor;
    d.key = all.front()->actor_key;
    double most = -1;
    for (std::size_t i = 0, j; i < all.size(); i = j) {
      double sum = 0;
      std::vector<const Sent*> odd;
      for (j = i; j < all.size() && all[j]->log_key == all[i]->log_key; ++j) {
        if (all[j]->fresh && (!d.fresh || all[j]->bytes > d.fresh->bytes)) d.fresh = all[j];
        if (!all[j]->odd) continue;
        sum += all[j]->bytes;
        odd.push_back(all[j]);
      }
      if (sum <= most) continue;
      most = sum;
      d.odd = std::move(odd);
    }
    for (const Sent* s : all) {
      if (s->bytes >= kUsed) d.used.push_back(s);
    }
    std::sort(d.used.begin(), d.used.end(), [](const Sent* a, const Sent* b) { return std::tie(a->place, a->log_key) < std::tie(b->place, b->log_key); });
    d.y = logged(std::max(most, 0.0));
    d.one = d.fresh ? logged(d.fresh->bytes) : 0;
    const Actor& a = roster_.at(d.actor);
    d.peers = group(a, &Group::all);
    d.peers_one = group(a, &Group::one);
    const Standing* before = standings_.find(d.key);
    d.own = (before ? before->own : Moments{}).with(d.peers, kLikeOwn);
    const double z = d.own.z(d.y);
    d.step = std::min(z, kMostStep) - kSlack - 1 / std::sqrt(std::max(1.0, d.own.n));
    d.cusum = std::max(0.0, (before ? before->cusum : 0) + d.step);
    d.since = before && before->cusum > 0 ? before->since : static_cast<std::int64_t>(window.number);
    d.score = std::max(surprise(std::min(z, d.peers.z(d.y))), surprise(d.peers_one.z(d.one))) + d.cusum;
    return d;
  }

  void learn(const Day& d, const Window& window) {
    const auto day = static_cast<std::int32_t>(window.begin / kDay);
    for (std::size_t i = 0, j; i < d.used.size(); i = j) {
      const Sent* most = d.used[i];
      for (j = i; j < d.used.size() && d.used[j]->place == d.used[i]->place; ++j) {
        if (d.used[j]->bytes > most->bytes) most = d.used[j];
      }
      Flow& f = flows_.touch(mix(d.key, most->place), day);
      if (f.first == kNoTime) f.first = most->first;
      f.bytes += most->bytes;
      f.windows += d.p < Judge::kTooOdd ? 0 : 1;
    }
    Standing& s = standings_.touch(d.key, day);
    if (d.p < Judge::kTooOdd) {
      s.cusum = 0;
      return;
    }
    s.own.learn(d.y, kForget);
    s.cusum = d.cusum;
    s.since = d.since;
    const Actor& a = roster_.at(d.actor);
    for (const std::uint64_t key : {everybody_of(a), a.peers != 0 ? peers_of(a) : 0}) {
      if (key == 0) continue;
      Group& g = groups_.touch(key, day);
      g.all.learn(d.y, kForgetPeers);
      if (d.one > 0) g.one.learn(d.one, kForgetPeers);
    }
  }

  void explain(const Day& d, const Window& window, Why& why) const {
    double sum = 0;
    std::string list;
    why.chart = {"sent to unpopular or new places", "MB", {}};
    for (std::size_t i = 0; i < d.odd.size(); ++i) {
      const Sent& s = *d.odd[i];
      sum += s.bytes;
      if (i < kBars) why.chart.bars.emplace_back(std::string(roster_.text(s.peer)), s.bytes / 1e6);
      if (i >= 3 || s.bytes <= 0) continue;
      if (s.bytes > 0.5 * d.odd.front()->bytes) why.outside.emplace_back(roster_.text(s.peer));
      const Flow* f = flows_.find(mix(d.key, s.place));
      const Reach* p = places_.find(s.place);
      const double bytes = s.bytes + (f ? f->bytes : 0), since = static_cast<double>(window.end() - (f ? f->first : s.first)) / static_cast<double>(kDay);
      list += fmt::format("{}{} in {:.0f} day{} to {} ({}, first seen {:.0f} days ago)", i == 0 ? "" : "; ", size_text(bytes), std::ceil(since),
                          since > 1 ? "s" : "", roster_.text(s.peer), s.others < 1 ? std::string("no other host") : fmt::format("{:.0f} other hosts", s.others),
                          p ? std::floor(static_cast<double>(window.end() - p->first) / static_cast<double>(kDay)) : 0);
    }
    why.sentence = fmt::format("{} sent {} to unpopular or new places{}{}; usually {} a day, peers {}", roster_.text(roster_.at(d.actor).name), size_text(sum),
                               list.empty() ? "" : ": ", list, size_text(std::max(0.0, back(d.own.mean))), size_text(std::max(0.0, back(d.peers.mean))));
    if (d.fresh && d.one > d.peers_one.mean) {
      why.sentence += fmt::format("; {} to {}, where it sent next to nothing before", size_text(d.fresh->bytes), roster_.text(d.fresh->peer));
    }
    if (d.cusum > 1) {
      why.sentence += fmt::format("; more than usual for {} days, CUSUM {:.1f}", static_cast<std::int64_t>(window.number) - d.since + 1, d.cusum);
    }
    // Each place's records in turn, so that none crowds out the others.
    std::vector<const Sent*> telling(d.odd.begin(), d.odd.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(d.odd.size(), 4)));
    if (d.fresh && std::find(telling.begin(), telling.end(), d.fresh) == telling.end()) telling.push_back(d.fresh);
    for (const Sent* s : telling) {
      for (const auto& [bytes, place] : s->largest) why.evidence.push_back(place);
      why.first = why.first == kNoTime ? s->first : std::min(why.first, s->first);
      why.last = why.last == kNoTime ? s->last : std::max(why.last, s->last);
    }
  }

  Roster& roster_;
  EntityTable<Reach> places_;
  EntityTable<Standing> standings_;
  EntityTable<Group> groups_;
  EntityTable<Flow> flows_;
  HyperLogLog hosts_;
  Micros begin_ = kNoTime;
  tsl::robin_map<std::uint64_t, Sent> sent_;  // of the open window
  std::vector<std::pair<Fact, Cast>> waiting_;               // of one time
  tsl::robin_map<ActorId, std::vector<Open>> open_;
  tsl::robin_map<ActorId, ActorId> users_;    // whom a host was last seen with
  std::vector<std::uint64_t> domains_;        // by TextId
};

}  // namespace

extern const Detector detector;
const Detector detector{"egress", "Unusual amounts sent out", "exfiltration", "T1048",
                        [](Roster& roster, std::size_t memory) -> std::unique_ptr<Watch> { return std::make_unique<Run>(roster, memory); }};

}  // namespace custos::behavior::egress

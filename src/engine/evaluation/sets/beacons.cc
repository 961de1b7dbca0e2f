// Beacons of a published grid laid into the connection logs of an ordinary network (Zeek).
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "engine/evaluation/beacon_grid.h"
#include "engine/evaluation/folders.h"
#include "engine/evaluation/scene_reader.h"
#include "engine/evaluation/set.h"

namespace custos::engine::beacons {
namespace {

constexpr std::size_t kDays = 6;              // the background is copied up to that many: 1 to learn, 1 to calibrate, 4 to test
constexpr Micros kShift = 30 * 60 * kSecond;  // a copied day moves each pair by at most this

bool is_connection(const Event& e) { return e.batch().sources().at(e.record().log_source).service == "conn"; }

std::string pair_of(const Event& e) { return fmt::format("{} > {}", value_of(e, "id.orig_h"), value_of(e, "id.resp_h")); }

double share_of(const std::string& pair, std::uint64_t salt) { return evaluate::Random(hash64(pair) ^ salt).uniform(); }

// What the background is like, found in one pass.
struct Background {
  std::vector<std::string> paths;  // that hold connections
  std::vector<Micros> days;        // of the data
  std::size_t unused = 0;          // files without connections
  double renewed = 0;              // which part of a later half's pairs the first half did not know

  std::size_t total() const { return std::max(kDays, days.size()); }
  // Copied days follow the last one there is.
  Micros day(std::size_t d) const { return d < days.size() ? days[d] : days.back() + static_cast<Micros>(d - days.size() + 1) * kDay; }
};

// A pair's fate on a copied day: moved a little, and as often as new pairs come up in the data, a stranger.
struct Copy {
  Micros from, to;
  std::uint64_t salt;
};

Result<Background> look(Joining& joining) {
  auto files = files_below(joining, joining.options().data);
  if (!files) return tl::unexpected<Error>(files.error());
  Background b;
  std::map<Micros, std::size_t> days;
  std::vector<std::pair<Micros, std::uint64_t>> contacts;
  for (const std::string& path : *files) {
    SceneBuilder scratch("");
    SceneReader reader(joining, scratch);
    const std::size_t before = contacts.size();
    auto ok = reader.read({path}, [&](const std::string&, const Event& e, Shown& shown) {
      shown.part = false;
      if (!is_connection(e) || e.record().time == kNoTime) return;
      contacts.emplace_back(e.record().time, hash64(pair_of(e)));
      ++days[evaluate::bucket_of(e.record().time, kDay)];
    });
    if (!ok) return tl::unexpected<Error>(ok.error());
    if (contacts.size() == before) {
      ++b.unused;
      continue;
    }
    b.paths.push_back(path);
    reader.tell_problems();
  }
  if (contacts.empty()) return fail(Code::NotFound, "holds no connection log of Zeek: the set beacons lays beacons into one", joining.options().data);
  // A log that was cut around midnight has a few seconds of other days: not days of their own.
  for (const auto& [d, n] : days) {
    if (n * 10 * days.size() > contacts.size()) b.days.push_back(d);
  }
  std::sort(contacts.begin(), contacts.end());
  const std::size_t half = contacts.size() / 2;
  std::set<std::uint64_t> known, later;
  for (std::size_t i = 0; i < contacts.size(); ++i) (i < half ? known : later).insert(contacts[i].second);
  const auto fresh = std::count_if(later.begin(), later.end(), [&](std::uint64_t p) { return !known.contains(p); });
  b.renewed = later.empty() ? 0 : static_cast<double>(fresh) / static_cast<double>(later.size());
  return b;
}

void observe(SceneBuilder& builder, std::string_view source, std::string_view destination, const Event& e, Micros time) {
  evaluate::Observation o;
  o.time = time;
  o.entity = builder.text(source);
  o.peer = o.kind = builder.text(destination);
  o.unit = builder.text(fmt::format("{} > {}", source, destination));
  o.log = builder.text("zeek conn");
  const double with_headers = number_of(e, "orig_ip_bytes"), answered = number_of(e, "resp_ip_bytes");
  o.sent = with_headers > 0 ? with_headers : number_of(e, "orig_bytes");
  o.received = answered > 0 ? answered : number_of(e, "resp_bytes");
  builder.observe(o);
}

// What a copied day makes of a connection: another time, and for some pairs another outside address.
void move(const Background& b, const Copy& copy, const Event& e, std::string& source, std::string& destination, Shown& shown) {
  const std::string pair = pair_of(e);
  const auto moved = static_cast<Micros>((2 * share_of(pair, copy.salt) - 1) * static_cast<double>(kShift));
  shown.time = copy.to + (shown.time - copy.from + moved + kDay) % kDay;
  if (share_of(pair, ~copy.salt) >= b.renewed) return;
  const bool from_inside = value_of(e, "local_orig") == "T" || value_of(e, "local_orig") == "true";
  std::string& stranger = from_inside ? destination : source;
  stranger = fmt::format("2001:db8:{:x}::{:x}", (copy.to / kDay) & 0xFFFF, hash64(stranger) & 0xFFFF'FFFF);
  shown.replaced.emplace_back(from_inside ? "id.resp_h" : "id.orig_h", stranger);
}

// Reads the background as it is, or one day of it as another.
Result<void> read_background(const Background& b, const Copy* copy, SceneReader& reader, SceneBuilder& builder) {
  return reader.read(b.paths, [&](const std::string&, const Event& e, Shown& shown) {
    const Micros day = shown.time == kNoTime ? kNoTime : evaluate::bucket_of(shown.time, kDay);
    shown.part = is_connection(e) && day != kNoTime && (copy != nullptr ? day == copy->from : std::binary_search(b.days.begin(), b.days.end(), day));
    if (!shown.part) return;
    std::string source(value_of(e, "id.orig_h")), destination(value_of(e, "id.resp_h"));
    if (copy != nullptr) move(b, *copy, e, source, destination, shown);
    builder.event("background");
    observe(builder, source, destination, e, shown.time);
  });
}

void lay_in(const beacons_grid::Beacon& beacon, const evaluate::Periods& periods, std::uint64_t seed, SceneReader& reader, SceneBuilder& builder) {
  using namespace beacons_grid;
  const auto campaign = builder.campaign(beacon.name());
  builder.campaign_facts(campaign).traits = {{"period", kPeriods[beacon.period].name},
                                             {"jitter", fmt::format("{} %", kJitters[beacon.jitter])},
                                             {"duty", kDuties[beacon.duty]},
                                             {"size", kSizes[beacon.size]}};
  reader.read_text(beacon.name(), connection_log(beacon, periods.test, periods.end, seed), [&](const std::string&, const Event& e, Shown& shown) {
    builder.event("beacon");
    builder.mark(campaign, builder.phase(campaign, "beacon"));
    observe(builder, beacon.source(), beacon.destination(), e, shown.time);
  });
}

// All beacons of one jitter and duty lie in one scene: twelve at once, so that they hardly compete for the budget.
Result<void> read_scene(Joining& joining, const Background& b, const evaluate::Periods& periods, std::size_t jitter, std::size_t duty) {
  auto builder = joining.begin(fmt::format("jitter {} %, {}", beacons_grid::kJitters[jitter], beacons_grid::kDuties[duty]));
  SceneReader reader(joining, *builder);
  if (auto ok = read_background(b, nullptr, reader, *builder); !ok) return ok;
  for (std::size_t d = b.days.size(); d < b.total(); ++d) {
    const Copy copy{b.days[d % b.days.size()], b.day(d), joining.options().seed * 7'919 + d};
    if (auto ok = read_background(b, &copy, reader, *builder); !ok) return ok;
  }
  for (const auto& beacon : beacons_grid::all_beacons()) {
    if (beacon.jitter == jitter && beacon.duty == duty) lay_in(beacon, periods, joining.options().seed, reader, *builder);
  }
  if (auto ok = reader.finish(); !ok) return ok;
  joining.run(*builder, periods, kDay);
  return {};
}

Result<void> read(Joining& joining) {
  joining.tell("reading the background");
  const auto b = look(joining);
  if (!b) return tl::unexpected<Error>(b.error());
  const Micros begin = b->day(0);
  const std::size_t learn = b->total() / kDays;
  const evaluate::Periods periods{begin, b->day(learn), b->day(2 * learn), b->day(b->total() - 1) + kDay};
  joining.report().splits.push_back(fmt::format("every scene: learn {} day from {}, calibrate {} day from {}, test {} to {}; beacons run in the test only",
                                                learn, date_text(begin), learn, date_text(periods.calibrate), date_text(periods.test),
                                                date_text(periods.end - 1)));
  for (std::size_t jitter = 0; jitter < beacons_grid::kJitters.size(); ++jitter) {
    for (std::size_t duty = 0; duty < beacons_grid::kDuties.size(); ++duty) {
      joining.tell(fmt::format("jitter {} %, {}", beacons_grid::kJitters[jitter], beacons_grid::kDuties[duty]));
      if (auto ok = read_scene(joining, *b, periods, jitter, duty); !ok) return ok;
    }
  }
  evaluate::Axis period{"period", {}}, jitter{"jitter", {}}, way{"duty", {}}, size{"size", {}};
  for (const auto& p : beacons_grid::kPeriods) period.values.emplace_back(p.name);
  for (const int j : beacons_grid::kJitters) jitter.values.push_back(fmt::format("{} %", j));
  for (const char* d : beacons_grid::kDuties) way.values.emplace_back(d);
  for (const char* s : beacons_grid::kSizes) size.values.emplace_back(s);
  joining.show_surface(period, jitter);
  joining.show_surface(period, way);
  joining.show_surface(period, size);
  joining.remark("the beacons are made up, each between two addresses that do nothing else: real ones hide behind shared hosts and destinations");
  if (b->days.size() < b->total()) {
    joining.remark(
        fmt::format("the background has {} day{} and is copied to {}: each copied pair moves by up to 30 minutes, and {:.0f} % of them get a new "
                    "outside address, as many as were new in the second half of the data",
                    b->days.size(), b->days.size() == 1 ? "" : "s", b->total(), b->renewed * 100));
  }
  if (b->unused > 0) joining.remark(fmt::format("{} files there hold no connections, and were not used", b->unused));
  joining.remark("the background is whatever network the logs are from; no event of it is labelled, so what it hides counts as false alarms");
  return {};
}

}  // namespace

extern const Set set;
const Set set{"beacons", "beacons of a published grid laid into Zeek connection logs", "a pair of addresses and a day", "one beacon", false, false, read};

}  // namespace custos::engine::beacons

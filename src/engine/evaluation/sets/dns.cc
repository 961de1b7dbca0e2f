// Tunnels through DNS, thinned until they are hard to see, in the look-ups of an ordinary client.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/evaluation/folders.h"
#include "base/net/registered_domain.h"
#include "engine/evaluation/scene_reader.h"
#include "engine/evaluation/set.h"

namespace custos::engine::dns {
namespace {

// Of every k queries of a tunnel one is kept.
constexpr std::array<unsigned, 9> kThinning{1, 3, 10, 30, 100, 300, 1'000, 3'000, 10'000};
// Bytes a second that the kept names can carry, from the easiest to see to the hardest: lower bounds.
constexpr std::array<std::pair<double, const char*>, 6> kRates{
    {{100, "100 B/s and more"}, {10, "10 to 100 B/s"}, {1, "1 to 10 B/s"}, {0.1, "0.1 to 1 B/s"}, {0.01, "0.01 to 0.1 B/s"}, {0, "below 0.01 B/s"}}};

// The name that a query asks for; empty for an answer or no DNS at all.
std::string_view asked(const Event& e) {
  if (const std::string_view type = value_of(e, "dns.type"); !type.empty())
    return type == "query" || type == "request" ? value_of(e, "dns.rrname") : std::string_view{};
  return value_of(e, "query");
}

std::string_view client_of(const Event& e) {
  const std::string_view eve = value_of(e, "src_ip");
  return eve.empty() ? value_of(e, "id.orig_h") : eve;
}

// A query of a tunnel, as it lies in the capture.
struct Tunnel {
  std::string name, path;
  Micros first = kNoTime;
};

struct Data {
  std::vector<std::string> benign;
  std::vector<Tunnel> tunnels;
  std::set<std::string> clients;  // of the benign queries, and so are their times
  Micros first = kNoTime, last = kNoTime;
};

Result<Data> look(Joining& joining) {
  Data d;
  const std::string folder = joining.options().data;
  for (const bool benign : {true, false}) {
    auto files = files_below(joining, folder + (benign ? "/benign" : "/tunnel"));
    if (!files) return fail(Code::NotFound, "holds no folder 'benign' or no folder 'tunnel': the set dns looks for DNS logs in both", folder);
    for (const std::string& path : *files) {
      SceneBuilder scratch("");
      SceneReader reader(joining, scratch);
      Micros first = kNoTime, last = kNoTime;
      auto ok = reader.read({path}, [&](const std::string&, const Event& e, Shown& shown) {
        shown.part = false;
        if (asked(e).empty() || e.record().time == kNoTime) return;
        first = first == kNoTime ? e.record().time : std::min(first, e.record().time);
        last = last == kNoTime ? e.record().time : std::max(last, e.record().time);
        if (benign) d.clients.emplace(client_of(e));
      });
      if (!ok) return tl::unexpected<Error>(ok.error());
      reader.tell_problems();
      if (first == kNoTime) continue;
      if (!benign) {
        const std::string name = without_packing(path.substr(path.rfind('/') + 1));
        d.tunnels.push_back({name.substr(0, name.find('.')), path, first});
        continue;
      }
      d.benign.push_back(path);
      d.first = d.first == kNoTime ? first : std::min(d.first, first);
      d.last = d.last == kNoTime ? last : std::max(d.last, last);
    }
  }
  if (d.benign.empty() || d.tunnels.empty()) return fail(Code::NotFound, "has no DNS query below 'benign' or below 'tunnel'", folder);
  return d;
}

void observe(SceneBuilder& builder, std::string_view client, std::string_view name, Micros time) {
  const std::string lower = fold(to_valid_utf8(name));
  const std::string_view domain = registered_domain(lower);
  evaluate::Observation o;
  o.time = time;
  o.entity = builder.text(client);
  o.kind = builder.text(domain);
  o.detail = builder.text(lower);
  o.unit = builder.text(fmt::format("{} {}", client, domain));
  o.log = builder.text("dns queries");
  builder.observe(o);
}

Result<void> read_benign(const Data& d, SceneReader& reader, SceneBuilder& builder) {
  return reader.read(d.benign, [&](const std::string&, const Event& e, Shown& shown) {
    const std::string_view name = asked(e);
    shown.part = !name.empty() && shown.time != kNoTime;
    if (!shown.part) return;
    builder.event("benign query");
    observe(builder, client_of(e), name, shown.time);
  });
}

// One query in k of the tunnel, below a domain of its own and from an ordinary client, beginning somewhere in the first half of the test.
Result<void> read_tunnel(const Data& d, std::size_t number, unsigned k, const evaluate::Periods& periods, std::uint64_t seed, SceneReader& reader,
                         SceneBuilder& builder) {
  const Tunnel& t = d.tunnels[number];
  evaluate::Random random(seed ^ hash64(fmt::format("{} {}", number, k)));
  const std::string client = *std::next(d.clients.begin(), static_cast<std::ptrdiff_t>(random.below(d.clients.size()))),
                    domain = fmt::format("t{}k{}.example", number, k);
  const Micros begin = periods.test + static_cast<Micros>(random.uniform() * 0.5 * static_cast<double>(periods.end - periods.test));
  const auto campaign = builder.campaign(fmt::format("{}, one query in {}", t.name, k));
  std::uint64_t queries = 0;
  double information = 0;
  std::set<std::string> names;
  auto ok = reader.read({t.path}, [&](const std::string&, const Event& e, Shown& shown) {
    const std::string_view name = asked(e);
    shown.part = false;
    if (name.empty() || shown.time == kNoTime) return;
    shown.time = begin + (shown.time - t.first);
    if (queries++ % k != 0 || shown.time >= periods.end) return;
    const std::string_view below = name.substr(0, name.size() - std::min(name.size(), registered_domain(name).size()));
    const std::string full = fmt::format("{}{}", below, domain);
    if (names.insert(full).second) information += information_bytes(below);
    shown.part = true;
    for (const std::string_view field : {"dns.rrname", "query"}) shown.replaced.emplace_back(field, full);
    for (const std::string_view field : {"src_ip", "id.orig_h"}) shown.replaced.emplace_back(field, client);
    builder.event("tunnel query");
    builder.mark(campaign, builder.phase(campaign, "tunnel"));
    observe(builder, client, full, shown.time);
  });
  const double rate = information / (static_cast<double>(periods.end - begin) / kSecond);
  const auto* band = std::find_if(kRates.begin(), kRates.end() - 1, [&](const auto& r) { return rate >= r.first; });
  builder.campaign_facts(campaign).traits = {{"rate", band->second}, {"tunnel", t.name}, {"one query in", fmt::format("{}", k)}};
  return ok;
}

Result<void> read(Joining& joining) {
  joining.tell("looking at the look-ups");
  const auto d = look(joining);
  if (!d) return tl::unexpected<Error>(d.error());
  const Micros third = (d->last - d->first) / 3;
  const evaluate::Periods periods{d->first, d->first + third, d->first + 2 * third, d->last + 1};
  joining.report().splits.push_back(
      fmt::format("every scene: thirds of the benign time: learn from {}, calibrate from {}, test from {} to {}; tunnels run in the test only",
                  to_rfc3339(periods.begin), to_rfc3339(periods.calibrate), to_rfc3339(periods.test), to_rfc3339(d->last)));
  for (const unsigned k : kThinning) {
    joining.tell(fmt::format("one query in {}", k));
    auto builder = joining.begin(fmt::format("one query in {}", k));
    SceneReader reader(joining, *builder);
    if (auto ok = read_benign(*d, reader, *builder); !ok) return ok;
    for (std::size_t t = 0; t < d->tunnels.size(); ++t) {
      if (auto ok = read_tunnel(*d, t, k, periods, joining.options().seed, reader, *builder); !ok) return ok;
    }
    if (auto ok = reader.finish(); !ok) return ok;
    joining.run(*builder, periods, std::max<Micros>(kSecond, third));
  }
  evaluate::Axis rate{"rate", {}}, tunnel{"tunnel", {}}, thinned{"one query in", {}};
  for (const auto& [bound, name] : kRates) rate.values.emplace_back(name);
  for (const Tunnel& t : d->tunnels) tunnel.values.push_back(t.name);
  for (const unsigned k : kThinning) thinned.values.push_back(fmt::format("{}", k));
  joining.show_surface(rate, tunnel);
  joining.show_surface(thinned, tunnel);
  joining.remark(
      fmt::format("the benign part is {} of look-ups by one crawler of popular names: no content networks, no block lists, no virus scanners, whose names look "
                  "like tunnels; a day of false alarms is {} here",
                  evaluate::duration_text(static_cast<double>(d->last - d->first) / kSecond), evaluate::duration_text(static_cast<double>(third) / kSecond)));
  joining.remark(fmt::format("{} tunnels, each thinned {} times: the campaigns are no independent ones", d->tunnels.size(), kThinning.size()));
  if (const std::string& problem = SuffixList::system().problem(); !problem.empty()) joining.problem("registered domains", problem);
  return {};
}

}  // namespace

extern const Set set;
const Set set{"dns", "DNS tunnels, thinned, in ordinary look-ups", "a client, a registered domain and a third of the time", "one thinned tunnel", false, false,
              read};

}  // namespace custos::engine::dns

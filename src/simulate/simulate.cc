#include "simulate/simulate.h"

#include <algorithm>
#include <queue>

#include <fmt/format.h>

#include "simulate/campaign.h"
#include "simulate/life/life.h"

namespace custos::simulate {
namespace {

struct Turn {
  Micros at;
  std::uint32_t actor;
  bool operator>(const Turn& o) const { return at != o.at ? at > o.at : actor > o.actor; }
};

// The heap of wake-up times: nothing else drives the clock.
void live(Actors& actors, Scene& scene, Output& output, Files& files, const std::function<void(const Progress&)>& progress) {
  const World& w = scene.world;
  std::priority_queue<Turn, std::vector<Turn>, std::greater<>> turns;
  for (std::uint32_t i = 0; i < actors.size(); ++i) turns.push({w.begin, i});
  std::uint64_t steps = 0;
  while (!turns.empty() && turns.top().at < w.end && !output.failed()) {
    const Turn t = turns.top();
    turns.pop();
    scene.delivery.advance(t.at);
    const Micros next = actors[t.actor]->wake(t.at, scene);
    if (next < w.end) turns.push({std::max(next, t.at + 1), t.actor});
    if ((++steps & 1023) == 0) progress({w.begin, t.at, w.end, files.records(), files.bytes()});
  }
}

constexpr Micros kEnd = 84'371 * kDay;  // 2201-01-01

}  // namespace

Result<void> check_options(const Options& o) {
  if (o.hosts < 15 || o.hosts > 20'000) return fail(Code::Usage, "--hosts should lie between 15 and 20,000", std::to_string(o.hosts));
  if (o.days < 1 || o.days > 3'650) return fail(Code::Usage, "--days should lie between 1 and 3,650", std::to_string(o.days));
  if (o.start < kDay || o.start > kEnd - o.days * kDay) {
    return fail(Code::Usage, "--start and --days should lie between 1970-01-02 and 2200-12-31", to_rfc3339(o.start).substr(0, 10));
  }
  if (!(o.stealth >= 0 && o.stealth <= 1)) return fail(Code::Usage, "--stealth should lie between 0 and 1", fmt::format("{}", o.stealth));
  for (const std::string& name : o.scenarios) {
    const auto all = campaigns();
    if (std::none_of(all.begin(), all.end(), [&](const Campaign* c) { return c->name == name; })) {
      return fail(Code::Usage, "is no scenario; `custos simulate --list` names them", name);
    }
  }
  for (const std::string& name : o.layout.only) {
    bool known = false;
    for (std::size_t i = 0; i < kStreams; ++i) known = known || facts(static_cast<Stream>(i)).name == name;
    if (!known) return fail(Code::Usage, "is no kind of log; `custos simulate --list` names them", name);
  }
  return {};
}

Act deed(Scene& scene, const Brief& brief, std::string_view stage, std::string_view technique, Micros at, std::uint32_t person, std::vector<Entity> entities) {
  auto d = std::make_shared<Deed>();
  d->campaign = brief.id;
  d->kind = brief.kind;
  d->stage = stage;
  d->technique = technique;
  d->time = at;
  d->entities = std::move(entities);
  d->done = [truth = &scene.truth](const Deed& done) { (*truth)(done.row()); };
  return {at, person, std::move(d)};
}

std::vector<Scenario> scenarios() {
  std::vector<Scenario> out;
  for (const Campaign* c : campaigns()) out.push_back({c->name, c->summary});
  return out;
}

Result<Totals> run(const Parameters& parameters, const Options& options, Output& output, const std::function<void(const Progress&)>& progress) {
  if (auto ok = check_options(options); !ok) return tl::unexpected(ok.error());
  const Calendar calendar(parameters.utc_offset, parameters.summer_time, parameters.holidays);
  const Micros begin = calendar.midnight(options.start + 12 * kHour);
  Micros end = begin;
  for (unsigned d = 0; d < options.days; ++d) end = calendar.next_midnight(end);
  World world = build_world(parameters, options.seed, options.hosts, begin, end);
  Totals totals;

  Files files(output, options.layout);
  const auto truth = options.layout.merged ? nullptr : output.text("truth.ndjson");
  const auto attribution = options.layout.merged || !options.attribution ? nullptr : output.text("attribution.ndjson");
  const auto row = [](TextFile* file, std::string_view line) {
    if (file == nullptr) return;
    file->write(line);
    file->write("\n");
  };
  Delivery delivery(world, files);
  if (attribution) delivery.attribution = [&](std::string_view line) { row(attribution.get(), line); };
  Scene scene(world, delivery);
  scene.truth = [&](std::string_view line) {
    ++totals.deeds;
    row(truth.get(), line);
  };
  {
    Actors actors = ordinary_life(scene);
    std::map<std::string, int> seen;
    for (const std::string& name : options.scenarios) {
      for (const Campaign* c : campaigns()) {
        if (c->name != name) continue;
        const auto figures = parameters.campaigns.find(name);
        const Brief brief{
            fmt::format("{}-{}", name, ++seen[name]), c->name, options.stealth, figures == parameters.campaigns.end() ? nullptr : &figures->second, begin, end};
        actors.push_back(c->make(brief, scene));
      }
    }
    totals.institution = describe(world);  // with the dates of those who will come and go
    live(actors, scene, output, files, progress);
  }
  delivery.finish();
  totals.records = files.records();
  totals.bytes = files.bytes();
  totals.lost = delivery.lost();
  totals.duplicated = delivery.duplicated();
  totals.late = delivery.late();
  return totals;
}

}  // namespace custos::simulate

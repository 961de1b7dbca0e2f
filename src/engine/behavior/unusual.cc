#include "engine/behavior/unusual.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/net/address.h"
#include "base/text.h"

namespace custos::engine {
namespace unusual_findings {

// A hundred times less likely than what the budget asks for is more than a hint.
constexpr double kHigh = 100;

std::string joined(const std::set<std::string>& words) {
  std::string s;
  for (const std::string& w : words) s += (s.empty() ? "" : ", ") + w;
  return s;
}

std::shared_ptr<const RuleFacts> facts_of(const behavior::Anomaly& a) {
  auto facts = std::make_shared<RuleFacts>();
  std::set<std::string> titles, techniques;
  for (const behavior::Part& p : a.parts) {
    titles.insert(p.title);
    if (!p.attack.empty()) techniques.insert(p.attack);
  }
  facts->id = "behavior";
  facts->kind = "behavior";
  facts->title = fmt::format("Unusual behaviour of {}", a.actor);
  facts->description = fmt::format("Seen by: {}. As odd as this is expected of ordinary {} once in {:.0f} of their windows at most.", joined(titles),
                                   a.who == behavior::Who::Host ? "computers" : "accounts", std::max(1 / std::max(a.p, 1e-12), a.odds));
  facts->author = "custos";
  facts->status = "stable";
  facts->attack.assign(techniques.begin(), techniques.end());
  for (const std::string& t : techniques) facts->tags.push_back("attack." + fold(t));
  const double over = std::max(a.odds / a.threshold, 1 / (std::max(a.p, 1e-300) * a.threshold));
  facts->level = over >= kHigh ? Level::High : Level::Medium;
  return facts;
}

void add_outside(const behavior::Why& why, Finding& f) {
  for (const std::string& name : why.outside) {
    Entity e{parse_address(name) ? "address" : "domain", name};
    e.part = Part::To;
    if (std::find(f.entities.begin(), f.entities.end(), e) == f.entities.end()) f.entities.push_back(std::move(e));
  }
}

}  // namespace unusual_findings

Finding unusual(const behavior::Anomaly& a, const std::function<std::string(std::uint32_t)>& file_of) {
  Finding f;
  f.rule = unusual_findings::facts_of(a);
  f.log_source = "behaviour";
  f.time = a.first == kNoTime ? a.raised : a.first;
  f.last_time = a.last == kNoTime ? f.time : a.last;
  auto why = std::make_shared<Behavior>();
  why->p = a.p;
  why->odds = a.odds;
  why->threshold = a.threshold;
  why->raised = a.raised;
  std::vector<Place> places;
  for (const behavior::Part& p : a.parts) {
    Reason r{p.detector, p.title, p.stage, p.why.sentence, p.p, p.window, p.why.chart, {}};
    for (const behavior::Where& w : p.why.evidence) r.evidence.push_back({file_of(w.source), w.offset, 0});
    places.insert(places.end(), r.evidence.begin(), r.evidence.end());
    f.raw += (f.raw.empty() ? "" : "\n") + r.sentence;
    f.matched.push_back({p.detector, r.sentence, std::nullopt});
    why->reasons.push_back(std::move(r));
  }
  f.count = std::max<std::size_t>(places.size(), 1);
  if (!places.empty()) f.source = places.front();
  if (places.size() > 1) f.others.assign(places.begin() + 1, places.end());
  Entity e{a.who == behavior::Who::Host ? "host" : "user", a.actor};
  if (const auto slash = a.actor.find('\\'); a.who == behavior::Who::User && slash != std::string::npos) {
    e.domain = a.actor.substr(0, slash);
    e.value = a.actor.substr(slash + 1);
  }
  f.entities.push_back(std::move(e));
  for (const behavior::Part& p : a.parts) unusual_findings::add_outside(p.why, f);
  f.behavior = std::move(why);
  return f;
}

}  // namespace custos::engine

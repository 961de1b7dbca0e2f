#include "correlate/exposure/ledger.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "correlate/exposure/grasp.h"
#include "correlate/grouping/links.h"
#include "correlate/telling/stages.h"

namespace custos::correlate {
namespace keeping_ledger {

constexpr Micros kPackedWithin = 14 * kDay;  // after it was opened
constexpr Micros kSentWithin = 2 * kDay;     // after it was opened, by the same computer
constexpr double kSentBytes = 100'000;       // in one hour to one place
constexpr std::size_t kMostEvidence = 12;    // records an entry rests on
constexpr std::size_t kMostBy = 50;

struct Theirs {
  const Visit* visit;
  Held held;
};

// What a finding says was done with what had been gathered: packed, or sent out.
struct Taking {
  Micros time;
  std::uint32_t evidence;
  bool out;
  std::set<std::string> whose;  // computers and accounts
};

std::vector<Taking> takings_of(std::span<const Item> items, const Group& group) {
  std::vector<Taking> out;
  for (std::size_t n = 0; n < group.items.size(); ++n) {
    const Item& item = items[group.items[n]];
    if (!grave(item)) continue;
    const Finding& f = *item.finding;
    const auto stages = stages_of(f);
    const bool sends = std::find(stages.begin(), stages.end(), Stage::Exfiltration) != stages.end();
    const auto packing = [](const std::string& t) { return t.starts_with("T1560") || t.starts_with("T1074"); };
    const bool packs = std::any_of(f.rule->attack.begin(), f.rule->attack.end(), packing);
    if (!sends && !packs) continue;
    Taking t{std::max(f.time, f.last_time), static_cast<std::uint32_t>(n + 1), sends, {}};
    for (const Mention& m : item.mentions) {
      if (m.kind == "host" || m.kind == "account") t.whose.insert(m.value);
    }
    out.push_back(std::move(t));
  }
  return out;
}

class Entry {
 public:
  Entry(Incident& incident, const ProtectedItem& item) : incident_(incident) {
    e_.item = item.id;
    e_.kind = item.kind;
    e_.title = item.title;
    e_.confidentiality = item.confidentiality;
    e_.tell = item.tell;
  }

  void add(const Theirs& t) {
    const Visit& v = *t.visit;
    const std::uint32_t number = add_evidence(t);
    const auto step = [&](Degree degree, Certainty certainty) {
      reach(degree, certainty, v, said(t, degree), number);
      if (t.held.evidence != 0) cite(degree, t.held.evidence);
    };
    switch (v.deed) {
      case Deed::Saw:
      case Deed::Changed: step(Degree::MetadataSeen, t.held.certainty); break;
      case Deed::Opened:
        step(Degree::Opened, t.held.certainty);
        if (v.program) step(Degree::Copied, std::min(t.held.certainty, Certainty::Likely));  // what a program reads it keeps
        break;
      case Deed::Took:
        step(Degree::Opened, t.held.certainty);
        step(Degree::Copied, t.held.certainty);
        break;
      case Deed::Shared: step(Degree::Left, t.held.certainty); break;
    }
    // Where some visits are surely theirs, those that only may be are not counted.
    if (t.held.certainty > Certainty::Possible || !sure_) count(v);
    sure_ = sure_ || t.held.certainty > Certainty::Possible;
  }

  // What was opened, and is packed or sent from the same computer or by the same account afterwards, is taken to be among it.
  void take(const Theirs& t, const Taking& taking) {
    const Visit& v = *t.visit;
    if (v.deed != Deed::Opened || taking.time < v.first || taking.time > v.last + kPackedWithin) return;
    if (!taking.whose.contains(v.from) && !taking.whose.contains(v.account)) return;
    const Certainty certainty = std::min(t.held.certainty, Certainty::Likely);
    const std::string when = duration_text(std::max<Micros>(taking.time - v.first, 0));
    const auto after = [&](std::string_view what) { return fmt::format("{} by the same hands {} after", what, when); };
    Visit then = v;
    then.first = then.last = taking.time;
    reach(Degree::Copied, certainty, then, after(taking.out ? "something was sent out" : "files were packed"), taking.evidence);
    if (taking.out) reach(Degree::Left, certainty, then, after("something was sent out"), taking.evidence);
  }

  // What was opened, and is followed by much that the same computer sent out, may be among it.
  void send(const Theirs& t, const Sent& sent) {
    if (sent_.insert(sent.time).second && sent_.size() <= kMostEvidence) {
      IncidentEvidence e;
      e.title = fmt::format("{} sent {:.0f} kB to {}", t.visit->from, sent.bytes / 1'000, sent.to);
      e.level = Level::Informational;
      e.time = e.last_time = sent.time;
      e.place = sent.place;
      e.why = fmt::format("{} after {}", duration_text(sent.time - t.visit->first), e_.title.empty() ? e_.item : e_.title + " was opened there");
      incident_.evidence.push_back(std::move(e));
      last_sent_ = static_cast<std::uint32_t>(incident_.evidence.size());
    }
    Visit then = *t.visit;
    then.first = then.last = sent.time;
    const std::string when = duration_text(sent.time - t.visit->first);
    const std::string text = fmt::format("{} sent {:.0f} kB to {} {} after", t.visit->from, sent.bytes / 1'000, sent.to, when);
    reach(Degree::Copied, std::min(t.held.certainty, Certainty::Likely), then, text, last_sent_);
    reach(Degree::Left, Certainty::Possible, then, text, last_sent_);
  }

  Exposure finish() {
    std::stable_sort(e_.by.begin(), e_.by.end(), [](const ExposedBy& a, const ExposedBy& b) { return a.first < b.first; });
    for (auto& [degree, step] : steps_) e_.steps.push_back(std::move(step));
    const ExposureStep* top = nullptr;
    for (const ExposureStep& s : e_.steps) {
      if (top == nullptr || s.certainty >= Certainty::Likely || top->certainty < Certainty::Likely) top = &s;
    }
    e_.degree = top->degree;
    e_.certainty = top->certainty;
    return std::move(e_);
  }

 private:
  static std::string_view did(const Visit& v) {
    switch (v.deed) {
      case Deed::Saw: return "listed";
      case Deed::Changed: return "changed or deleted";
      case Deed::Opened: return "opened";
      case Deed::Took: return "downloaded";
      default: return "opened to others";
    }
  }

  static std::string said(const Theirs& t, Degree degree) {
    const Visit& v = *t.visit;
    const std::string times = v.objects > 1 ? fmt::format("{} of it", v.objects) : v.records > 1 ? fmt::format("{} records", v.records) : "once";
    const bool kept = degree == Degree::Copied && v.deed == Deed::Opened;
    return fmt::format("{} ({}): {}", kept ? "read by a program, which keeps what it reads" : did(v), times, t.held.why);
  }

  std::uint32_t add_evidence(const Theirs& t) {
    if (own_evidence_ >= kMostEvidence) return 0;
    ++own_evidence_;
    const Visit& v = *t.visit;
    IncidentEvidence e;
    e.title = fmt::format("{}: {} by {}", e_.title.empty() ? e_.item : e_.title, did(v), v.account);
    e.level = Level::Informational;
    e.time = v.first;
    e.last_time = v.last;
    if (!v.places.empty()) e.place = v.places.front();
    e.records = v.records;
    e.why = t.held.why;
    incident_.evidence.push_back(std::move(e));
    return static_cast<std::uint32_t>(incident_.evidence.size());
  }

  void reach(Degree degree, Certainty certainty, const Visit& v, std::string text, std::uint32_t number) {
    const auto [at, is_new] = steps_.try_emplace(degree);
    ExposureStep& s = at->second;
    s.degree = degree;
    if (is_new || certainty > s.certainty) {
      s.certainty = certainty;
      s.text = std::move(text);
    }
    s.first = s.first == kNoTime ? v.first : std::min(s.first, v.first);
    s.last = std::max(s.last, v.last);
    if (number != 0) cite(degree, number);
  }

  void cite(Degree degree, std::uint32_t number) {
    auto& list = steps_[degree].evidence;
    if (list.size() < kMostEvidence && std::find(list.begin(), list.end(), number) == list.end()) list.push_back(number);
  }

  void count(const Visit& v) {
    e_.first = e_.first == kNoTime ? v.first : std::min(e_.first, v.first);
    e_.last = std::max(e_.last, v.last);
    e_.times += v.records;
    const auto same = [&](const ExposedBy& b) { return b.account == v.account && b.from == v.from && b.session == v.session; };
    auto at = std::find_if(e_.by.begin(), e_.by.end(), same);
    if (at == e_.by.end()) {
      if (e_.by.size() == kMostBy) return;
      at = e_.by.insert(e_.by.end(), {v.account, v.from, v.session, v.first, v.last, 0});
    }
    at->first = std::min(at->first, v.first);
    at->last = std::max(at->last, v.last);
    at->times += v.records;
  }

  Incident& incident_;
  Exposure e_;
  std::map<Degree, ExposureStep> steps_;
  std::size_t own_evidence_ = 0;
  std::set<Micros> sent_;
  std::uint32_t last_sent_ = 0;
  bool sure_ = false;  // a visit was at least likely theirs
};

// The furthest first; of equals the most certain, then by time.
bool graver(const Exposure& a, const Exposure& b) {
  const bool sure_a = a.certainty >= Certainty::Likely, sure_b = b.certainty >= Certainty::Likely;
  if (sure_a != sure_b) return sure_a;
  if (a.degree != b.degree) return a.degree > b.degree;
  if (a.certainty != b.certainty) return a.certainty > b.certainty;
  return a.first != b.first ? a.first < b.first : a.item < b.item;
}

// The first that is much.
std::optional<Sent> sent_after(const Theirs& t, const Surroundings& around) {
  const Visit& v = *t.visit;
  if (!around.sent || v.deed != Deed::Opened || v.outside || v.from.empty() || t.held.certainty == Certainty::Possible) return std::nullopt;
  for (Sent& s : around.sent(v.from, {v.first, v.last + kSentWithin})) {
    if (s.bytes >= kSentBytes) return std::move(s);
  }
  return std::nullopt;
}

}  // namespace keeping_ledger

void add_exposure(Incident& incident, std::span<const Item> items, const Group& group, std::span<const Visit> visits, std::span<const ProtectedItem> protects,
                  const Surroundings& around) {
  using namespace keeping_ledger;
  if (visits.empty() || incident.first == kNoTime) return;
  const Grasp grasp(incident, items, group, visits, around);
  std::map<std::uint32_t, std::vector<Theirs>> theirs;
  for (const Visit& v : visits) {
    if (const auto held = grasp.of(v)) theirs[v.item].push_back({&v, *held});
  }
  const std::vector<Taking> takings = takings_of(items, group);
  for (auto& [item, list] : theirs) {
    // The surest first: an entry rests on a few records, and these are to be the best.
    std::stable_sort(list.begin(), list.end(), [](const Theirs& a, const Theirs& b) { return a.held.certainty > b.held.certainty; });
    Entry entry(incident, protects[item]);
    for (const Theirs& t : list) {
      entry.add(t);
      for (const Taking& taking : takings) entry.take(t, taking);
      if (const auto sent = sent_after(t, around)) entry.send(t, *sent);
    }
    incident.exposure.push_back(entry.finish());
  }
  std::stable_sort(incident.exposure.begin(), incident.exposure.end(), graver);
}

}  // namespace custos::correlate

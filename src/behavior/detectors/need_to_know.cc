// D6, the half that needs no history: somebody opens a protected item that neither role, unit nor cases call for.
// Null: that others do as much on one of their days. p = (1 + days of others at least as bad) / (days of others + 1,000): until days are counted one in a
// thousand is an honest mistake, which is an assumption; with every day of work it is what was seen. One's own past days don't count, so that
// a habit does not excuse itself.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include <fmt/format.h>
#include <tsl/robin_map.h>

#include "behavior/detector.h"
#include "behavior/protection/items.h"

namespace custos::behavior::need_to_know {
namespace {

constexpr double kHonestMistakes = 1'000;  // days to one
constexpr std::size_t kMostPast = 4'096;   // days with something uncalled for that are remembered

// One person and item in the window.
struct Touch {
  std::uint32_t accesses = 0;
  std::set<std::uint64_t> files;  // at most kMostFiles
  std::vector<Where> where;
  TextId example = kNoText;
  Micros first = kNoTime, last = kNoTime;
};
constexpr std::size_t kMostFiles = 4'096, kPlaces = 24;

struct Past {
  double score;
  std::uint64_t actor;
};

class Run final : public Watch {
 public:
  explicit Run(Roster& roster) : roster_(roster), items_(roster.known()) {}

  void observe(const Fact& f, const Cast& c, Judge&) override {
    if (f.kind != Kind::Access || c.user == kNoActor) return;
    const Person* person = roster_.at(c.user).person;
    if (person == nullptr) return;
    at_work_.insert(c.user);
    for (const std::uint32_t item : items_.of(f.peer, f.object, roster_.texts())) {
      if (items_.called_for(*person, item, f.time)) continue;
      Touch& t = touched_[{c.user, item}];
      ++t.accesses;
      if (t.files.size() < kMostFiles) t.files.insert(mix(roster_.key(f.peer), roster_.key(f.object)));
      if (t.where.size() < kPlaces) t.where.push_back(f.where());
      if (t.first == kNoTime) t.first = f.time, t.example = f.object;
      t.last = f.time;
    }
  }

  void close(const Window&, Judge& judge) override {
    // Others' days, before this one is counted.
    std::vector<Past> today;
    for (auto it = touched_.begin(); it != touched_.end();) {
      const ActorId who = it->first.first;
      auto end = it;
      double score = 0;
      for (; end != touched_.end() && end->first.first == who; ++end) {
        score += items_.weight(end->first.second) * std::log1p(static_cast<double>(end->second.files.size()));
      }
      const std::uint64_t key = roster_.at(who).key;
      double as_bad = 0, own = 0;
      for (const Past& p : past_) (p.actor == key ? own : as_bad) += p.actor == key || p.score >= score ? 1 : 0;
      const double p = std::min(1.0, (1 + as_bad) / (days_ - std::min(days_, own) + kHonestMistakes));
      judge.known(who, p, [&](Why& why) { explain(who, it, end, as_bad, why); });
      today.push_back({score, key});
      it = end;
    }
    days_ += static_cast<double>(at_work_.size());
    past_.insert(past_.end(), today.begin(), today.end());
    if (past_.size() > kMostPast) past_.erase(past_.begin(), past_.end() - kMostPast);
    touched_.clear();
    at_work_.clear();
  }

  void save(Packer& out) const override {
    out.f64(days_);
    out.varint(past_.size());
    for (const Past& p : past_) out.f64(p.score), out.u64(p.actor);
  }
  bool load(Unpacker& in) override {
    days_ = in.f64();
    past_.resize(in.length(16));
    for (Past& p : past_) p.score = in.f64(), p.actor = in.u64();
    return in.ok();
  }
  bool merge(const Watch& other, const Overlap&) override {
    const auto& of = static_cast<const Run&>(other);
    days_ += of.days_;
    past_.insert(past_.end(), of.past_.begin(), of.past_.end());
    if (past_.size() > kMostPast) past_.erase(past_.begin(), past_.end() - kMostPast);
    return true;
  }
  std::size_t bytes() const override { return past_.capacity() * sizeof(Past) + touched_.size() * 256; }

 private:
  using Touched = std::map<std::pair<ActorId, std::uint32_t>, Touch>;

  void explain(ActorId who, Touched::const_iterator begin, Touched::const_iterator end, double as_bad, Why& why) const {
    const Person& person = *roster_.at(who).person;
    std::string list;
    std::size_t files = 0, n = 0;
    why.chart = {"files opened, by protected item", "files", {}};
    for (auto it = begin; it != end; ++it, ++n) {
      const ProtectedItem& item = items_.at(it->first.second);
      files += it->second.files.size();
      if (n < 3) {
        list += fmt::format("{}{} in {} ({})", n == 0 ? "" : ", ", it->second.files.size(), item.title.empty() ? item.id : item.title,
                            item.confidentiality.empty() ? "protected" : item.confidentiality);
      }
      if (n < 8) why.chart.bars.emplace_back(item.id, static_cast<double>(it->second.files.size()));
      for (const Where& w : it->second.where) why.evidence.push_back(w);
      why.first = why.first == kNoTime ? it->second.first : std::min(why.first, it->second.first);
      why.last = why.last == kNoTime ? it->second.last : std::max(why.last, it->second.last);
    }
    why.sentence = fmt::format("{} ({}, {}) opened {} file{} that neither role, unit nor cases call for: {}{}", person.name.empty() ? person.id : person.name,
                               person.role.empty() ? "no role" : person.role, person.unit.empty() ? "no unit" : person.unit, files, files == 1 ? "" : "s",
                               list, n > 3 ? fmt::format(" and {} more items", n - 3) : "");
    why.sentence += fmt::format("; in {:.0f} days of others as much was seen {:.0f} time{}", days_, as_bad, as_bad == 1 ? "" : "s");
  }

  Roster& roster_;
  Items items_;
  Touched touched_;
  std::set<ActorId> at_work_;
  std::vector<Past> past_;
  double days_ = 0;
};

}  // namespace

extern const Detector detector;
const Detector detector{"need_to_know", "Access without need to know", "collection", "T1213",
                        [](Roster& roster, std::size_t) -> std::unique_ptr<Watch> { return std::make_unique<Run>(roster); }};

}  // namespace custos::behavior::need_to_know

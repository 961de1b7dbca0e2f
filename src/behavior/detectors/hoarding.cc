// D6, the half that looks at amounts: how many files somebody opened in a window, in how many folders, how many of them protected, against
// the own past and that of all.
// Null: a day's number is negative binomial, with mean and variance of the earlier days (gamma-Poisson; statistics/counts.h), what is known of
// oneself shrunk towards everybody by five days. Score: -ln of the larger of both tails, the largest over the three numbers.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>
#include <tsl/robin_map.h>
#include <tsl/robin_set.h>

#include "behavior/detector.h"
#include "behavior/protection/items.h"
#include "behavior/sketch/entity_table.h"
#include "behavior/statistics/counts.h"

namespace custos::behavior::hoarding {
namespace {

constexpr std::size_t kMeasures = 3;
constexpr std::array<const char*, kMeasures> kNames{"files", "folders", "protected files"};
constexpr double kShrink = 5;       // days of everybody's that weigh as one's own
constexpr double kHalfLife = 30;    // windows after which a past one counts half
constexpr std::size_t kMostFiles = 1u << 16;

// Of one number of a window: how often, mean, variance, the greatest; the past fades.
struct Moments {
  double n = 0, sum = 0, squares = 0, most = 0;
  void add(double x) {
    const double keep = std::exp2(-1 / kHalfLife);
    n = n * keep + 1;
    sum = sum * keep + x;
    squares = squares * keep + x * x;
    most = std::max(most * keep, x);
  }
  void merge(const Moments& other) { n += other.n, sum += other.sum, squares += other.squares, most = std::max(most, other.most); }
  double mean() const { return n > 0 ? sum / n : 0; }
};

// The gamma-Poisson rate of these moments; a variance that is no more than the mean's is nearly Poisson.
GammaRate rate_of(double mean, double variance) {
  mean = std::max(mean, 0.05);
  const double over = std::max(variance - mean, 0.05 * mean * mean);
  return {mean * mean / over, mean / over};
}

GammaRate rate_of(const Moments& own, const Moments& all) {
  const double n = own.n + kShrink, all_n = std::max(all.n, 1.0), mean = (own.sum + kShrink * all.sum / all_n) / n;
  const double squares = (own.squares + kShrink * all.squares / all_n) / n;
  return rate_of(mean, squares - mean * mean);
}

struct Past {
  std::array<Moments, kMeasures> of{};
  double weight() const { return of[0].n; }
  void merge(const Past& other) {
    for (std::size_t m = 0; m < kMeasures; ++m) of[m].merge(other.of[m]);
  }
  void save(Packer& out) const {
    for (const Moments& m : of) out.f64(m.n), out.f64(m.sum), out.f64(m.squares), out.f64(m.most);
  }
  bool load(Unpacker& in) {
    for (Moments& m : of) m.n = in.f64(), m.sum = in.f64(), m.squares = in.f64(), m.most = in.f64();
    return in.ok();
  }
};

// Of a user in the window that is open.
struct Today {
  tsl::robin_set<std::uint64_t> files, folders, secrets;
  std::vector<Where> where;
  std::array<std::uint32_t, 24> by_hour{};
  Micros first = kNoTime, last = kNoTime;
};

std::string_view folder_of(std::string_view path) {
  const auto at = path.find_last_of("\\/");
  return at == std::string_view::npos ? std::string_view{} : path.substr(0, at);
}

class Run final : public Watch {
 public:
  Run(Roster& roster, std::size_t memory) : roster_(roster), items_(roster.known()), past_(memory) {}

  void observe(const Fact& f, const Cast& c, Judge&) override {
    if (f.kind != Kind::Access || c.user == kNoActor) return;
    Today& t = today_[c.user];
    const std::uint64_t below = roster_.key(f.peer), file = mix(below, roster_.key(f.object));
    if (t.files.size() >= kMostFiles || !t.files.insert(file).second) return;
    t.folders.insert(mix(below, hash64(folder_of(roster_.text(f.object)))));
    if (!items_.of(f.peer, f.object, roster_.texts()).empty()) t.secrets.insert(file);
    if (t.where.size() < Judge::kMostEvidence) t.where.push_back(f.where());
    if (t.first == kNoTime) t.first = f.time;
    t.last = f.time;
    ++t.by_hour[static_cast<std::size_t>(f.time % kDay / (kDay / 24))];
  }

  void close(const Window& window, Judge& judge) override {
    std::vector<ActorId> who;
    for (const auto& [actor, today] : today_) who.push_back(actor);
    std::sort(who.begin(), who.end());
    std::vector<std::pair<ActorId, bool>> learn;
    for (const ActorId actor : who) {
      const Today& t = today_.at(actor);
      const Past* past = past_.find(roster_.at(actor).key);
      const Past& own = past == nullptr ? nobody_ : *past;
      double score = 0;
      std::size_t worst = 0;
      for (std::size_t m = 0; m < kMeasures; ++m) {
        const double x = number(t, m), s = std::min(-log_tail(rate_of(own.of[m], all_.of[m]), x), -log_tail(rate_of(all_.of[m], all_.of[m]), x));
        if (s > score) score = s, worst = m;
      }
      const double p = judge.score(actor, roster_, score, [&](Why& why) { explain(actor, t, own, worst, why); });
      learn.emplace_back(actor, p > Judge::kTooOdd);
    }
    for (const auto& [actor, ordinary] : learn) {
      if (!ordinary) continue;
      Past& own = past_.touch(roster_.at(actor).key, static_cast<std::int32_t>(window.number));
      for (std::size_t m = 0; m < kMeasures; ++m) {
        own.of[m].add(number(today_.at(actor), m));
      }
    }
    // Everybody's: a mean over the users of each day, so that it fades by days as well.
    for (std::size_t m = 0; m < kMeasures && !learn.empty(); ++m) {
      double n = 0, sum = 0, squares = 0, most = 0;
      for (const auto& [actor, ordinary] : learn) {
        if (!ordinary) continue;
        const double x = number(today_.at(actor), m);
        n += 1, sum += x, squares += x * x, most = std::max(most, x);
      }
      const double keep = std::exp2(-1 / kHalfLife);
      Moments& a = all_.of[m];
      a.n = a.n * keep + n, a.sum = a.sum * keep + sum, a.squares = a.squares * keep + squares, a.most = std::max(a.most * keep, most);
    }
    today_.clear();
  }

  void save(Packer& out) const override {
    all_.save(out);
    past_.save(out);
  }
  bool load(Unpacker& in) override { return all_.load(in) && past_.load(in); }
  bool merge(const Watch& other, const Overlap&) override {
    const auto& of = static_cast<const Run&>(other);
    all_.merge(of.all_);
    past_.merge(of.past_);
    return true;
  }
  std::size_t bytes() const override { return past_.bytes(); }
  std::uint64_t evictions() const override { return past_.evictions(); }

 private:
  static double number(const Today& t, std::size_t measure) {
    return static_cast<double>(measure == 0 ? t.files.size() : measure == 1 ? t.folders.size() : t.secrets.size());
  }

  void explain(ActorId actor, const Today& t, const Past& own, std::size_t worst, Why& why) const {
    const Moments &mine = own.of[worst], &all = all_.of[worst];
    why.sentence = fmt::format("{} opened {} files in {} folders, {} of them protected", roster_.text(roster_.at(actor).name), t.files.size(), t.folders.size(),
                               t.secrets.size());
    why.sentence += fmt::format("; {} in its earlier {:.0f} days: {:.0f} on average, {:.0f} at most", kNames[worst], mine.n, mine.mean(), mine.most);
    why.sentence += fmt::format("; of everybody: {:.0f} on average, {:.0f} at most", all.mean(), all.most);
    why.chart = {"files by hour (UTC)", "files", {}};
    for (std::size_t h = 0; h < t.by_hour.size(); ++h) {
      if (t.by_hour[h] > 0) why.chart.bars.emplace_back(fmt::format("{:02}", h), t.by_hour[h]);
    }
    why.evidence = t.where;
    why.first = t.first;
    why.last = t.last;
  }

  Roster& roster_;
  Items items_;
  EntityTable<Past> past_;
  Past all_;
  static inline const Past nobody_{};
  tsl::robin_map<ActorId, Today> today_;
};

}  // namespace

extern const Detector detector;
const Detector detector{"hoarding", "Unusual amounts opened", "collection", "T1039",
                        [](Roster& roster, std::size_t memory) -> std::unique_ptr<Watch> { return std::make_unique<Run>(roster, memory); }};

}  // namespace custos::behavior::hoarding

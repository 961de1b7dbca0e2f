// D9: kinds of records that a computer or an account never had before, by hierarchical back-off. Alerts of other tools: alerts.cc.
// Null: a computer's next kind of record is one that it, its peers or everybody had before.
#include <fmt/format.h>

#include "behavior/novelty/watch.h"

namespace custos::behavior::templates {
namespace {

enum Sort : std::uint16_t { Logged, Detail };

class Run final : public NoveltyWatch {
 public:
  using NoveltyWatch::NoveltyWatch;

  void observe(const Fact& f, const Cast& c, Judge&) override {
    if (f.kind != Kind::Trace) return;
    const std::uint64_t key = roster_.key(f.object) + (f.failed ? 1 : 0);
    for (const ActorId who : {c.host, c.user}) {
      note(who, Logged, roster_.key(f.log), key, f.object, f.log, f);
      if (f.peer != kNoText) note(who, Detail, key, roster_.key(f.peer), f.peer, f.object, f);
    }
  }

 private:
  std::string say(const Item& i) const override {
    const std::string_view what = roster_.text(i.what).substr(0, 160);
    if (i.sort == Detail) return fmt::format("\"{}\" with {}", roster_.text(i.with).substr(0, 160), what);
    return fmt::format("\"{}\" in {}", what, roster_.text(i.with));
  }
};

}  // namespace

extern const Detector detector;
const Detector detector{"templates", "New kinds of records", "any", "",
                        [](Roster& roster, std::size_t memory) -> std::unique_ptr<Watch> { return std::make_unique<Run>(roster, memory); }};

}  // namespace custos::behavior::templates

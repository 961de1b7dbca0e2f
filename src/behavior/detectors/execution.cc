// D7: which program starts which, and how its command line reads, by hierarchical back-off and by the surprise of three-letter pieces.
// Null: a computer starts what it, its peers and everybody started before.
#include <fmt/format.h>

#include "behavior/novelty/watch.h"
#include "behavior/statistics/trigrams.h"

namespace custos::behavior::execution {
namespace {

enum Sort : std::uint16_t { Started, Said };

class Run final : public NoveltyWatch {
 public:
  using NoveltyWatch::NoveltyWatch;

  void observe(const Fact& f, const Cast& c, Judge&) override {
    if (f.kind != Kind::Run) return;
    for (const ActorId who : {c.host, c.user}) {
      note(who, Started, 0, roster_.key(f.peer), f.peer, kNoText, f);
      note(who, Said, roster_.key(f.peer), roster_.key(f.object), f.object, f.peer, f);
    }
  }

  void save(Packer& out) const override {
    NoveltyWatch::save(out);
    grams_.save(out);
  }
  bool load(Unpacker& in) override { return NoveltyWatch::load(in) && grams_.load(in); }
  bool merge(const Watch& other, const Overlap& overlap) override {
    return NoveltyWatch::merge(other, overlap) && grams_.merge(static_cast<const Run&>(other).grams_);
  }

 private:
  double extra(const Item& i) const override { return i.sort == Said ? grams_.score(roster_.key(i.with), roster_.text(i.what)) : 0; }
  void learned(const Item& i) override {
    if (i.sort == Said && roster_.at(i.actor).who == Who::Host) grams_.learn(roster_.key(i.with), roster_.text(i.what));
  }
  std::string say(const Item& i) const override {
    const std::string_view what = roster_.text(i.what).substr(0, 160);
    return i.sort == Started ? fmt::format("started {}", what) : fmt::format("ran \"{}\"", what);
  }

  Trigrams grams_;
};

}  // namespace

extern const Detector detector;
const Detector detector{"execution", "New programs and commands", "execution", "T1059",
                        [](Roster& roster, std::size_t memory) -> std::unique_ptr<Watch> { return std::make_unique<Run>(roster, memory); }};

}  // namespace custos::behavior::execution

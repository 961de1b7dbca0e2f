// What the detectors of novelty have in common: items of a window, judged by how surprising the new ones are, then learned.
// Base of detectors/access.cc, execution.cc, templates.cc; each says which facts are items and how to speak of them.
// Lives as long as its Analysis.
// One thread.
// Refuses nothing.
#pragma once

#include <string>

#include "behavior/novelty/first_times.h"
#include "behavior/novelty/model.h"
#include "behavior/novelty/window_items.h"

namespace custos::behavior {

class NoveltyWatch : public Watch {
 public:
  NoveltyWatch(Roster& roster, std::size_t memory) : roster_(roster), model_(memory) {}

  void close(const Window& window, Judge& judge) override;
  void save(Packer& out) const override {
    model_.save(out);
    first_times_.save(out);
  }
  bool load(Unpacker& in) override { return model_.load(in) && first_times_.load(in); }
  bool merge(const Watch& other, const Overlap&) override {
    const auto& of = static_cast<const NoveltyWatch&>(other);
    model_.merge(of.model_);
    first_times_.merge(of.first_times_);
    return true;
  }
  std::size_t bytes() const override { return model_.bytes() + first_times_.bytes() + items_.bytes(); }
  std::uint64_t evictions() const override { return model_.evictions(); }

 protected:
  // "logged on to files-02"
  virtual std::string say(const Item& item) const = 0;
  // Surprise beyond that of the item as a whole, in nats.
  virtual double extra(const Item& /*item*/) const { return 0; }
  virtual void learned(const Item& /*item*/) {}

  // `group`: among what it is a choice; items of different sorts are never compared.
  void note(ActorId actor, std::uint16_t sort, std::uint64_t group, std::uint64_t key, TextId what, TextId with, const Fact& fact) {
    if (actor != kNoActor) items_.add({actor, key, mix(group, sort + 1u), sort, 0, 0, what, with, kNoTime, kNoTime, {}}, fact);
  }
  Roster& roster_;

 private:
  struct Surprise {
    const Item* item;
    double nats;  // of the item's chance
    double s;     // as it counts among the first times of its days
    std::uint32_t others;
  };
  Novelty::Choice choice(const Item& item) const;
  // First times that are compared with each other: of a sort, of computers or of accounts.
  std::uint16_t kind_of(const Item& item) const;
  double weigh(std::span<const Item* const> items, std::vector<Surprise>& out) const;
  void explain(const Actor& actor, std::vector<Surprise>& surprises, Why& why) const;

  Novelty model_;
  FirstTimes first_times_;
  WindowItems items_;
};

}  // namespace custos::behavior

#include "behavior/novelty/watch.h"

#include <algorithm>

#include <fmt/format.h>

namespace custos::behavior {
namespace novelty_watching {

constexpr std::size_t kWorst = 3;  // items whose surprise is added up: one odd thing is chance, three are a story
constexpr std::size_t kSaid = 4;

}  // namespace novelty_watching

Novelty::Choice NoveltyWatch::choice(const Item& i) const {
  const Actor& a = roster_.at(i.actor);
  return {a.key, a.peers, i.group, i.key};
}

std::uint16_t NoveltyWatch::kind_of(const Item& i) const { return static_cast<std::uint16_t>(2 * i.sort + (roster_.at(i.actor).who == Who::User ? 1 : 0)); }

// Only what the actor never did before counts: the rare but known is its own ordinary life.
double NoveltyWatch::weigh(std::span<const Item* const> items, std::vector<Surprise>& out) const {
  out.clear();
  for (const Item* i : items) {
    const Novelty::Choice c = choice(*i);
    if (model_.windows(c) > 0) continue;
    const double nats = model_.surprise(c) + extra(*i);
    out.push_back({i, nats, first_times_.relative(kind_of(*i), nats), model_.anybody(c)});
  }
  std::stable_sort(out.begin(), out.end(), [](const Surprise& a, const Surprise& b) { return a.s > b.s; });
  double sum = 0;
  for (std::size_t k = 0; k < std::min(out.size(), novelty_watching::kWorst); ++k) sum += out[k].s;
  return sum;
}

void NoveltyWatch::explain(const Actor& actor, std::vector<Surprise>& surprises, Why& why) const {
  const std::size_t said = std::min(surprises.size(), novelty_watching::kSaid);
  std::string list;
  for (std::size_t k = 0; k < said; ++k) {
    const Surprise& s = surprises[k];
    list += fmt::format("{}{} ({}; chance {:.1g})", k == 0 ? "" : "; ", say(*s.item),
                        s.others == 0 ? std::string("nobody did before") : fmt::format("others did in {} of their days", s.others), std::exp(-s.nats));
  }
  why.sentence = fmt::format("{} did {} thing{} for the first time: {}{}", roster_.text(actor.name), surprises.size(), surprises.size() == 1 ? "" : "s", list,
                                 surprises.size() > said ? "; and more" : "");
  why.chart = {"surprise of what was new", "nats", {}};
  for (std::size_t k = 0; k < surprises.size(); ++k) {
    const Item& i = *surprises[k].item;
    for (std::size_t w = 0; w < i.places && why.evidence.size() < Judge::kMostEvidence; ++w) why.evidence.push_back(i.where[w]);
    why.first = why.first == kNoTime ? i.first : std::min(why.first, i.first);
    why.last = why.last == kNoTime ? i.last : std::max(why.last, i.last);
    if (k < 8) why.chart.bars.emplace_back(say(i), surprises[k].nats);
  }
}

void NoveltyWatch::close(const Window& window, Judge& judge) {
  const auto items = items_.in_order();
  std::vector<Surprise> surprises;
  for (std::size_t i = 0; i < items.size();) {
    std::size_t j = i;
    while (j < items.size() && items[j]->actor == items[i]->actor) ++j;
    const double s = weigh(std::span(items).subspan(i, j - i), surprises);
    const double p = judge.score(items[i]->actor, roster_, s, [&](Why& why) { explain(roster_.at(items[i]->actor), surprises, why); });
    // What is too odd must not become the measure.
    for (const Surprise& one : surprises) {
      if (p > Judge::kTooOdd) first_times_.add(kind_of(*one.item), one.nats);
    }
    i = j;
  }
  for (const Item* i : items) {
    model_.learn(choice(*i), window.number);
    learned(*i);
  }
  first_times_.close();
  items_.clear();
}

}  // namespace custos::behavior

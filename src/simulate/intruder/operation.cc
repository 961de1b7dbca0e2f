#include "simulate/intruder/operation.h"

#include <algorithm>
#include <cmath>

namespace custos::simulate {

Operation::Operation(const Brief& brief, Scene& scene) : brief_(brief), scene_(scene), rng_(scene.world.seed, brief.id) {
  if (brief.figures != nullptr) figures_ = *brief.figures;
  brief_.figures = &figures_;
}

double Operation::stretch() const { return std::pow(5.0, 2 * brief_.stealth - 1); }

Micros Operation::dwell(const char* name, double hours) {
  return static_cast<Micros>(rng_.draw({figure(name, hours) * stretch(), 0.25}) * static_cast<double>(kHour));
}

double Operation::amount(const char* name, double otherwise) const { return figure(name, otherwise) * std::pow(3.0, 1 - 2 * brief_.stealth); }

unsigned Operation::count(const char* name, double otherwise, unsigned least) const {
  return std::max(least, static_cast<unsigned>(std::lround(amount(name, otherwise))));
}

void Operation::lay(double days, double base, unsigned workdays) {
  const Micros run = brief_.end - brief_.begin;
  span_ = static_cast<Micros>(days * std::pow(base, 2 * brief_.stealth - 1) * static_cast<double>(kDay));
  // What waits for somebody to come or for a computer to be on makes it longer: two days and a half are kept for that.
  const Micros room = run - span_ - 60 * kHour;
  Micros begin = brief_.begin;
  // A weekend may stand before the first working day, so a small room is none.
  if (room > 3 * kDay) begin += static_cast<Micros>(rng_.below(static_cast<std::uint64_t>(room - 2 * kDay)));
  starts_ = between(begin, 8.6, 10.5);
  const Calendar& c = world().calendar;
  for (Micros day = c.midnight(starts_); workdays > 0 && day < brief_.end; day = c.next_midnight(day)) {
    if (!c.workday(day + kHour)) continue;
    --workdays;
    span_ = std::max(span_, day + 18 * kHour - starts_);
  }
}

void Operation::begun(Micros now) {
  if (ends() < brief_.end) span_ = std::min(span_, std::max(span_ / 2, brief_.end - now - 20 * kHour));
  starts_ = now;
}

void Operation::at(Micros when, Step step) {
  turns_.push_back({when, order_++, std::move(step)});
  std::push_heap(turns_.begin(), turns_.end());
}

void Operation::when(Micros from, std::function<bool(Micros)> ready, Step step, Micros every) {
  at(from, [this, ready = std::move(ready), step = std::move(step), every](Micros now) {
    if (ready(now)) return step(now);
    when(now + every / 2 + static_cast<Micros>(rng_.below(static_cast<std::uint64_t>(every))), ready, step, every);
  });
}

Micros Operation::wake(Micros now, Scene&) {
  while (!turns_.empty() && turns_.front().at <= now) {
    std::pop_heap(turns_.begin(), turns_.end());
    const Step step = std::move(turns_.back().step);
    turns_.pop_back();
    step(now);
  }
  return turns_.empty() ? kNever : turns_.front().at;
}

Micros Operation::between(Micros t, double first_hour, double last_hour, bool any_day) {
  const Calendar& c = world().calendar;
  const auto hours = [](double h) { return static_cast<Micros>(h * static_cast<double>(kHour)); };
  for (int days = 0; days < 400; ++days, t = c.next_midnight(t)) {
    if (!any_day && !c.workday(t + kMinute)) continue;
    const Micros midnight = c.midnight(t), opens = std::max(t, midnight + hours(first_hour)), closes = midnight + hours(last_hour);
    // Within what is left of the window, mostly soon.
    if (opens < closes) return opens + std::min(closes - opens, pause(0.15 * static_cast<double>(closes - opens) / static_cast<double>(kSecond)));
  }
  return kNever / 2;
}

Micros Operation::pause(double seconds) { return static_cast<Micros>(rng_.exponential(seconds) * static_cast<double>(kSecond)); }

Act Operation::act(std::string_view stage, std::string_view technique, Micros when, const User* as, std::vector<Entity> entities) {
  return deed(scene_, brief_, stage, technique, when, as == nullptr ? kNobody : as->person, std::move(entities));
}

Entity host_entity(const Machine& m) { return {"host", m.name}; }
Entity user_entity(const User& u) { return {"user", u.domain + "\\" + u.name}; }

}  // namespace custos::simulate

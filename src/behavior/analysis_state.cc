// What an analysis writes down and reads back. docs/formats/baseline.md has the bytes.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "behavior/analysis.h"

namespace custos::behavior {
namespace analysis_states {

void put_part(Packer& out, const Part& p, const Analysis::NameOf& name_of) {
  for (const std::string* s : {&p.detector, &p.title, &p.stage, &p.attack, &p.why.sentence, &p.why.chart.title, &p.why.chart.unit}) out.text(*s);
  out.signed_varint(p.window);
  out.f64(p.p);
  out.signed_varint(p.why.first);
  out.signed_varint(p.why.last);
  out.varint(p.why.chart.bars.size());
  for (const auto& [label, value] : p.why.chart.bars) out.text(label), out.f64(value);
  out.varint(p.why.evidence.size());
  for (const Where& w : p.why.evidence) out.text(name_of(w.source)), out.varint(w.offset);
  out.varint(p.why.outside.size());
  for (const std::string& name : p.why.outside) out.text(name);
}

Part get_part(Unpacker& in, const Analysis::NumberOf& number_of) {
  Part p;
  for (std::string* s : {&p.detector, &p.title, &p.stage, &p.attack, &p.why.sentence, &p.why.chart.title, &p.why.chart.unit}) *s = in.text();
  p.window = in.signed_varint();
  p.p = in.f64();
  p.why.first = in.signed_varint();
  p.why.last = in.signed_varint();
  for (std::size_t n = in.length(9); n > 0 && in.ok(); --n) {
    std::string label(in.text());
    p.why.chart.bars.emplace_back(std::move(label), in.f64());
  }
  for (std::size_t n = in.length(2); n > 0 && in.ok(); --n) {
    const std::string file(in.text());
    p.why.evidence.push_back({in.ok() ? number_of(file) : 0, in.varint()});
  }
  for (std::size_t n = in.length(1); n > 0 && in.ok(); --n) p.why.outside.emplace_back(in.text());
  return p;
}

}  // namespace analysis_states

void Analysis::save(Packer& out, const NameOf& name_of) const {
  using namespace analysis_states;
  out.varint(static_cast<std::uint64_t>(settings_.window));
  out.signed_varint(first_);
  out.signed_varint(until_);
  out.varint(counts_.windows);
  out.f64(counts_.actors);
  out.f64(counts_.voices);
  out.varint(running_.size());
  for (const Running& r : running_) {
    out.text(r.detector->name);
    std::string state;
    Packer inner(state);
    r.watch->save(inner);
    out.text(state);
  }
  out.varint(judge_.strata().size());
  for (const auto& [at, tail] : judge_.strata()) {
    out.varint(at.first);
    out.u32(at.second);
    tail.save(out);
  }
  std::vector<std::pair<std::uint64_t, const Standing*>> standings;
  for (const auto& [key, s] : standings_) standings.emplace_back(key, &s);
  std::sort(standings.begin(), standings.end());
  out.varint(standings.size());
  constexpr std::size_t kAhead = 16;  // they lie all over memory: each is asked for well before its turn
  for (std::size_t i = 0; i < standings.size(); ++i) {
    if (i + kAhead < standings.size()) __builtin_prefetch(standings[i + kAhead].second);
    const auto& [key, s] = standings[i];
    out.u64(key);
    out.f64(s->course.odds);
    out.varint(s->course.window);
    out.varint(s->parts.size());
    for (const Part& p : s->parts) put_part(out, p, name_of);
  }
}

std::vector<std::pair<double, std::string>> Analysis::standings(double least) const {
  std::vector<std::pair<double, std::string>> out;
  for (const auto& [key, s] : standings_) {
    if (s.course.odds >= least && !s.parts.empty()) out.emplace_back(s.course.odds, s.parts.front().why.sentence);
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.first > b.first || (a.first == b.first && a.second < b.second); });
  return out;
}

Result<std::vector<std::string>> Analysis::load(Unpacker& in, const NumberOf& number_of) {
  using namespace analysis_states;
  const auto damaged = [] { return fail(Code::Malformed, "is damaged: learn it anew, or take a copy"); };
  std::vector<std::string> remarks;
  settings_.window = static_cast<Micros>(in.varint());
  first_ = in.signed_varint();
  until_ = in.signed_varint();
  counts_.windows = in.varint();
  counts_.actors = in.f64();
  counts_.voices = std::max(1.0, in.f64());
  if (!in.ok() || settings_.window < kSecond || settings_.window > 366 * kDay) return damaged();
  const bool nothing = first_ == kNoTime && until_ == kNoTime;
  if (!nothing && (first_ < 0 || first_ >= until_ || until_ > kEndOfFacts + settings_.window)) return damaged();
  std::vector<std::size_t> place(in.length(2), running_.size());  // of the saved detectors among those there are
  std::vector<bool> loaded(running_.size());
  for (std::size_t& at : place) {
    const std::string_view name = in.text();
    const Bytes state = in.text();
    const auto found = std::find_if(running_.begin(), running_.end(), [&](const Running& r) { return r.detector->name == name; });
    at = static_cast<std::size_t>(found - running_.begin());
    if (found == running_.end()) {
      if (in.ok()) remarks.push_back("the baseline's detector \"" + std::string(name) + "\" is not used");
      continue;
    }
    Unpacker inner(state);
    if (!in.ok() || !found->watch->load(inner) || inner.left() > 0) return damaged();
    loaded[at] = true;
  }
  for (std::size_t i = 0; i < running_.size(); ++i) {
    if (loaded[i]) continue;
    remarks.push_back("the baseline does not know the detector \"" + std::string(running_[i].detector->name) + "\": it judges nothing until it is learned");
  }
  for (std::size_t n = in.length(8); n > 0 && in.ok(); --n) {
    const std::uint64_t detector = in.varint();
    const std::uint32_t stratum = in.u32();
    Tail tail;
    if (!tail.load(in) || detector >= place.size()) return damaged();
    if (place[detector] < running_.size()) judge_.strata()[{static_cast<std::uint16_t>(place[detector]), stratum}] = std::move(tail);
  }
  std::size_t standings = in.length(10);
  standings_.reserve(standings);
  for (; standings > 0 && in.ok(); --standings) {
    Standing& s = standings_[in.u64()];
    s.course.odds = in.f64();
    s.course.window = static_cast<std::uint32_t>(in.varint());
    for (std::size_t parts = in.length(10); parts > 0 && in.ok(); --parts) s.parts.push_back(get_part(in, number_of));
  }
  if (!in.ok()) return damaged();
  return remarks;
}

Result<void> Analysis::merge(Analysis&& other) {
  if (other.settings_.window != settings_.window) {
    return fail(Code::Usage, fmt::format("one has windows of {} s, the other of {} s: learn one of them anew, from logs that span as much",
                                         settings_.window / kSecond, other.settings_.window / kSecond));
  }
  if (other.until_ == kNoTime) return {};
  Overlap overlap;
  if (until_ != kNoTime) {
    const Micros both = std::max<Micros>(0, std::min(until_, other.until_) - std::max(first_, other.first_));
    overlap.share = static_cast<double>(both) / static_cast<double>(other.until_ - other.first_);
  }
  for (std::size_t i = 0; i < running_.size(); ++i) {
    if (running_[i].watch->merge(*other.running_[i].watch, overlap)) continue;
    return fail(Code::Usage, fmt::format("what \"{}\" learned differs in size: learn both with the same --memory", running_[i].detector->name));
  }
  for (const auto& [at, tail] : other.judge_.strata()) judge_.strata()[at].merge(tail);
  for (auto& [key, standing] : other.standings_) {
    Standing& own = standings_[key];
    if (standing.course.odds > own.course.odds) own = std::move(standing);
  }
  // Windows that both saw count once, with the actors of both.
  const auto windows = static_cast<double>(counts_.windows), others = static_cast<double>(other.counts_.windows);
  if (counts_.windows == 0) counts_ = other.counts_;
  const double mine = windows * counts_.actors, theirs = others * other.counts_.actors, distinct = windows + others * (1 - overlap.share);
  if (mine > 0 && theirs > 0) counts_.voices = (mine * counts_.voices + theirs * other.counts_.voices) / (mine + theirs);
  if (mine > 0 && theirs > 0) counts_.actors = (mine + theirs) / distinct;
  counts_.windows = static_cast<std::uint64_t>(std::llround(distinct));
  first_ = earlier(first_, other.first_);
  until_ = std::max(until_, other.until_);
  return {};
}

}  // namespace custos::behavior

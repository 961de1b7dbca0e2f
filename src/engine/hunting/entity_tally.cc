#include "engine/hunting/entity_tally.h"

#include <algorithm>
#include <array>
#include <numeric>

#include "base/text.h"
#include "engine/hunting/sealed_events.h"

namespace custos::engine {
namespace entity_tallies {
namespace {

using Combination = store::HuntPart::Combination;

// One part's answer, added to the report.
class PartTally {
 public:
  PartTally(store::HuntPart& part, const EntityQuery& query, EntityReport& report) : part_(part), query_(query), report_(report) {}

  Result<void> run(const std::vector<std::string>& keys, const std::map<store::HuntSource, std::size_t>& sources, HitList& hits) {
    for (const std::string& key : keys) {
      auto named = part_.find(key);
      if (!named) return tl::unexpected<Error>(named.error());
      if (!*named) continue;
      of_.push_back(**named);
      letters_.push_back(key[0]);
    }
    if (of_.empty()) return {};
    as_.resize(of_.size());
    kinds_.resize(part_.kinds().size());
    if (auto ok = find_ranges(); !ok) return ok;
    Result<void> ok;
    auto read = part_.each_combination(of_, [&](const Combination& c, std::uint64_t place) {
      if (ok) ok = count(c, place);
    });
    if (!read || !ok) return read ? ok : read;
    if (ok = name_counts(); !ok) return ok;
    return find_hits(sources, hits);
  }

 private:
  // The entities of a kind that is counted lie together.
  struct Range {
    char letter;
    std::uint32_t from, to;
    std::vector<Times> times;
  };

  Result<void> find_ranges() {
    for (const char letter : kBesideLetters) {
      const auto from = part_.lower_bound(std::string(1, letter));
      const auto to = part_.lower_bound(std::string(1, static_cast<char>(letter + 1)));
      if (!from || !to || *to < *from) return fail(Code::Malformed, "is damaged", "a part of the index");
      ranges_.push_back({letter, *from, *to, std::vector<Times>(*to - *from)});
    }
    return {};
  }

  // Of the events of a combination those that are wanted; all of them without looking at each where no time was said.
  Result<Times> times_of(const Combination& c) {
    Times t;
    if (query_.since == kNoTime && query_.until == kNoTime) {
      t.add(c.without_time + c.with_time, c.first, c.last);
      return t;
    }
    if (c.with_time == 0 || (query_.wants(c.first) && query_.wants(c.last))) {
      t.add(c.without_time + c.with_time, c.first, c.last);
      return t;
    }
    auto ok = part_.each_event(c, [&](std::uint32_t, std::uint64_t, Micros time) {
      if (query_.wants(time)) t.add(1, time, time);
    });
    return ok ? Result<Times>(t) : tl::unexpected<Error>(ok.error());
  }

  Result<void> count(const Combination& c, std::uint64_t place) {
    const auto t = times_of(c);
    if (!t) return tl::unexpected<Error>(t.error());
    if (t->count == 0) return {};
    kinds_[c.kind].add(t->count, t->first, t->last);
    for (std::size_t i = 0; i < of_.size(); ++i) {
      if (std::binary_search(c.entities.begin(), c.entities.end(), of_[i].entity)) as_[i].add(t->count, t->first, t->last);
    }
    for (const std::uint32_t e : c.entities) {
      for (Range& r : ranges_) {
        if (e >= r.from && e < r.to) r.times[e - r.from].add(t->count, t->first, t->last);
      }
    }
    candidates_.push_back({query_.newest ? t->last : t->first, place});
    return {};
  }

  Result<void> name_counts() {
    for (std::size_t k = 0; k < kinds_.size(); ++k) report_.add(part_.kinds()[k], kinds_[k]);
    for (std::size_t i = 0; i < of_.size(); ++i) {
      if (as_[i].count > 0) report_.as[letters_[i]].add(as_[i].count, as_[i].first, as_[i].last);
    }
    for (const Range& r : ranges_) {
      std::vector<std::uint32_t> seen;
      for (std::uint32_t e = r.from; e < r.to; ++e) {
        const bool itself = std::any_of(of_.begin(), of_.end(), [e](const auto& n) { return n.entity == e; });
        if (r.times[e - r.from].count > 0 && !itself) seen.push_back(e);
      }
      if (seen.empty()) continue;
      auto& beside = report_.beside[r.letter];
      auto ok = part_.each_key(seen, [&](std::uint32_t e, std::string_view key) {
        const Times& t = r.times[e - r.from];
        if (!key.empty()) beside[std::string(key.substr(1))].add(t.count, t.first, t.last);
      });
      if (!ok) return ok;
    }
    return {};
  }

  // The combinations that can hold a better hit, best first.
  Result<void> find_hits(const std::map<store::HuntSource, std::size_t>& sources, HitList& hits) {
    std::sort(candidates_.begin(), candidates_.end(), [&](const Candidate& a, const Candidate& b) {
      if ((a.best == kNoTime) != (b.best == kNoTime)) return a.best != kNoTime;
      return query_.newest ? a.best > b.best : a.best < b.best;
    });
    for (const Candidate& candidate : candidates_) {
      if (!hits.takes(candidate.best)) break;
      const auto c = part_.combination(candidate.place);
      if (!c) return tl::unexpected<Error>(c.error());
      std::vector<std::string> keys;
      Result<void> named;
      auto ok = part_.each_event(*c, [&](std::uint32_t source, std::uint64_t offset, Micros time) {
        const auto of = sources.find(part_.sources()[source]);
        if (of == sources.end()) return;
        hits.offer(time, of->second, offset, [&](EntityHit& hit) {
          if (keys.empty()) named = part_.each_key(c->entities, [&](std::uint32_t, std::string_view key) { keys.emplace_back(key); });
          hit.kind = part_.kinds()[c->kind];
          hit.keys = keys;
        });
      });
      if (!ok || !named) return ok ? named : ok;
    }
    return {};
  }

  struct Candidate {
    Micros best;
    std::uint64_t place;
  };

  store::HuntPart& part_;
  const EntityQuery& query_;
  EntityReport& report_;
  std::vector<store::HuntPart::Named> of_;
  std::vector<char> letters_;  // of the same
  std::vector<Times> as_, kinds_;
  std::vector<Range> ranges_;
  std::vector<Candidate> candidates_;
};

// Event by event, with nothing in between.
class EvidenceTally final : public EventTaker {
 public:
  EvidenceTally(const EntityQuery& query, const std::vector<std::string>& keys) : query_(query), keys_(keys), hits_(query) {}

  void begin(std::size_t source) override { source_ = source; }
  void take(const Event& event, EventEntities& entities) override {
    const Micros time = event.record().time;
    if (!query_.wants(time)) return;
    const auto named = entities.keys_of(event);
    const auto wanted = [&](std::string_view k) { return std::find(keys_.begin(), keys_.end(), k) != keys_.end(); };
    if (std::none_of(named.begin(), named.end(), wanted)) return;
    Times once;
    once.add(1, time, time);
    const std::string_view kind = entities.kind_of(event);
    report_.add(kind, once);
    for (const std::string_view k : named) {
      if (wanted(k)) {
        report_.as[k[0]].add(1, time, time);
      } else if (kBesideLetters.find(k[0]) != std::string_view::npos) {
        report_.beside[k[0]][std::string(k.substr(1))].add(1, time, time);
      }
    }
    hits_.offer(time, source_, event.record().offset, [&](EntityHit& hit) {
      hit.kind = kind;
      hit.keys.assign(named.begin(), named.end());
    });
  }
  // What the other threads found.
  void join(EvidenceTally& other) {
    const auto add = [](auto& into, const auto& from) {
      for (const auto& [key, t] : from) into[key].add(t.count, t.first, t.last);
    };
    report_.all.add(other.report_.all.count, other.report_.all.first, other.report_.all.last);
    add(report_.as, other.report_.as);
    add(report_.kinds, other.report_.kinds);
    for (const auto& [letter, of] : other.report_.beside) add(report_.beside[letter], of);
    for (EntityHit& h : other.hits_.take()) {
      hits_.offer(h.time, h.source, h.offset, [&h](EntityHit& hit) { hit = std::move(h); });
    }
  }
  EntityReport take_report() {
    report_.hits = hits_.take();
    return std::move(report_);
  }

 private:
  const EntityQuery& query_;
  const std::vector<std::string>& keys_;
  HitList hits_;
  EntityReport report_;
  std::size_t source_ = 0;
};

}  // namespace
}  // namespace entity_tallies

Result<EntityReport> ask_index(EntityIndex& index, const SealedSources& sources, const EntityQuery& query) {
  std::map<store::HuntSource, std::size_t> by_source;
  for (std::size_t i = 0; i < sources.sources().size(); ++i) {
    const SealedSource& s = sources.sources()[i];
    by_source[{sources.logs()[s.log].number, s.entry}] = i;
  }
  const auto keys = keys_of_value(query.value);
  EntityReport report;
  HitList hits(query);
  for (const auto& part : index.parts) {
    if (auto ok = entity_tallies::PartTally(*part, query, report).run(keys, by_source, hits); !ok) return tl::unexpected<Error>(ok.error());
  }
  report.hits = hits.take();
  report.not_whole = index.not_whole;
  return report;
}

EntityReport ask_evidence(SealedSources& sources, const EntityQuery& query, unsigned threads, const std::function<void(const Progress&)>& progress) {
  const auto keys = keys_of_value(query.value);
  std::vector<std::size_t> which(sources.sources().size());
  std::iota(which.begin(), which.end(), std::size_t{0});
  std::vector<std::unique_ptr<EventTaker>> takers;
  std::vector<entity_tallies::EvidenceTally*> tallies;
  for (unsigned t = 0; t < std::max(1u, threads); ++t) {
    auto tally = std::make_unique<entity_tallies::EvidenceTally>(query, keys);
    tallies.push_back(tally.get());
    takers.push_back(std::move(tally));
  }
  const auto why = each_sealed_event(sources, which, takers, progress);
  for (std::size_t t = 1; t < tallies.size(); ++t) tallies[0]->join(*tallies[t]);
  EntityReport report = tallies[0]->take_report();
  for (std::size_t i = 0; i < which.size(); ++i) {
    if (!why[i].empty()) report.not_whole.emplace_back(sources.sources()[i].name, why[i]);
  }
  return report;
}

std::vector<std::pair<const std::string*, const Times*>> most_seen(const std::unordered_map<std::string, Times>& of) {
  std::vector<std::pair<const std::string*, const Times*>> all;
  for (const auto& [value, times] : of) all.emplace_back(&value, &times);
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return a.second->count != b.second->count ? a.second->count > b.second->count : *a.first < *b.first;
  });
  return all;
}

}  // namespace custos::engine

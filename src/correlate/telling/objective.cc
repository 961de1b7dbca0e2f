#include "correlate/telling/objective.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "correlate/grouping/links.h"

namespace custos::correlate {
namespace weighing {

enum Name : std::size_t { Espionage, Insider, Sabotage, Extortion, Opportunistic, kNames };
constexpr std::string_view kTitles[kNames] = {"espionage", "insider collection", "sabotage", "extortion", "opportunistic"};

class Weighing {
 public:
  Weighing(std::span<const Item> items, const Group& group, const std::vector<IncidentEntity>& entities, const std::vector<StageSeen>& stages)
      : items_(items), group_(group), entities_(entities), stages_(stages) {
    for (std::size_t i = 0; i < kNames; ++i) objectives_[i].name = kTitles[i];
  }

  std::vector<Objective> run() {
    by_technique();
    by_stage();
    by_people();
    by_time();
    double all = 0, weights[kNames];
    for (std::size_t i = 0; i < kNames; ++i) {
      double w = 0;
      for (const Ground& g : objectives_[i].in_favour) w += g.weight;
      for (const Ground& g : objectives_[i].against) w -= g.weight;
      all += weights[i] = std::exp(w);
    }
    std::vector<Objective> out;
    for (std::size_t i = 0; i < kNames; ++i) {
      objectives_[i].share = weights[i] / all;
      out.push_back(std::move(objectives_[i]));
    }
    std::stable_sort(out.begin(), out.end(), [](const Objective& a, const Objective& b) { return a.share > b.share; });
    return out;
  }

 private:
  // Above 0 for it, below against it.
  void weigh(Name name, double weight, std::string text, EvidenceNumbers evidence) {
    auto& side = weight > 0 ? objectives_[name].in_favour : objectives_[name].against;
    side.push_back({std::move(text), std::abs(weight), std::move(evidence)});
  }

  EvidenceNumbers with(std::initializer_list<std::string_view> techniques) const {
    EvidenceNumbers out;
    for (std::size_t n = 0; n < group_.items.size(); ++n) {
      const Finding& f = *items_[group_.items[n]].finding;
      const bool hit = grave(items_[group_.items[n]]) && std::any_of(f.rule->attack.begin(), f.rule->attack.end(), [&](const std::string& t) {
                         return std::any_of(techniques.begin(), techniques.end(), [&](std::string_view wanted) { return t.starts_with(wanted); });
                       });
      if (hit) out.push_back(static_cast<std::uint32_t>(n + 1));
    }
    return out;
  }
  EvidenceNumbers by_detector(std::initializer_list<std::string_view> detectors) const {
    EvidenceNumbers out;
    for (std::size_t n = 0; n < group_.items.size(); ++n) {
      const Finding& f = *items_[group_.items[n]].finding;
      if (!f.behavior || f.behavior->reasons.empty()) continue;
      if (std::find(detectors.begin(), detectors.end(), f.behavior->reasons.front().detector) != detectors.end())
        out.push_back(static_cast<std::uint32_t>(n + 1));
    }
    return out;
  }
  const StageSeen* stage(Stage s) const {
    const auto at = std::find_if(stages_.begin(), stages_.end(), [&](const StageSeen& x) { return x.stage == s; });
    return at == stages_.end() ? nullptr : &*at;
  }
  std::size_t count(std::string_view kind, std::string_view role) const {
    return static_cast<std::size_t>(std::count_if(
        entities_.begin(), entities_.end(), [&](const IncidentEntity& e) { return e.kind == kind && (role.empty() ? e.role != "involved" : e.role == role); }));
  }

  void by_technique() {
    if (const auto e = with({"T1486"}); !e.empty()) weigh(Extortion, 4, "files were encrypted", e), weigh(Espionage, -2, "a spy does not encrypt", e);
    if (const auto e = with({"T1490"}); !e.empty()) {
      weigh(Extortion, 2, "what would restore files was deleted", e);
      weigh(Sabotage, 1.5, "what would restore files was deleted", e);
      weigh(Espionage, -2, "who wants to stay does not delete what restores files", e);
    }
    if (const auto e = with({"T1485", "T1561", "T1489", "T1529"}); !e.empty()) weigh(Sabotage, 2, "data or services were destroyed or stopped", e);
    if (const auto e = with({"T1496"}); !e.empty()) weigh(Opportunistic, 3, "computers were made to earn money", e);
    if (const auto e = with({"T1606", "T1552.004", "T1003.006"}); !e.empty()) weigh(Espionage, 1.5, "keys were stolen that open every account, for later", e);
    if (const auto e = with({"T1114", "T1564.008"}); !e.empty()) weigh(Espionage, 1.5, "mail was read or diverted", e);
    if (const auto e = with({"T1110"}); !e.empty()) weigh(Opportunistic, 1, "passwords were guessed", e);
  }

  void by_stage() {
    const StageSeen *collection = stage(Stage::Collection), *out = stage(Stage::Exfiltration), *secrets = stage(Stage::CredentialAccess),
                    *movement = stage(Stage::LateralMovement), *steering = stage(Stage::CommandAndControl);
    if (collection != nullptr) {
      weigh(Espionage, 1, "something was gathered", collection->evidence);
      weigh(Insider, 1, "something was gathered", collection->evidence);
      weigh(Opportunistic, -1.5, "whoever takes what comes does not gather papers", collection->evidence);
    }
    if (out != nullptr) {
      weigh(Espionage, 1, "something left", out->evidence);
      weigh(Insider, 1, "something left", out->evidence);
      weigh(Sabotage, -1, "destruction needs nothing to leave", out->evidence);
    }
    if (secrets != nullptr)
      weigh(Espionage, 0.5, "secrets of accounts were taken", secrets->evidence), weigh(Insider, -1.5, "who works here has an account", secrets->evidence);
    if (movement != nullptr) weigh(Insider, -1, "who works here need not move from computer to computer", movement->evidence);
    if (steering != nullptr)
      weigh(Espionage, 1, "they were steered from outside", steering->evidence), weigh(Insider, -2, "they were steered from outside", steering->evidence);
    if (collection == nullptr && out == nullptr && movement == nullptr && secrets == nullptr) {
      weigh(Opportunistic, 1, "it stayed at the door: nothing taken, no movement", {});
    }
  }

  void by_people() {
    if (const auto e = by_detector({"need_to_know", "hoarding"}); !e.empty()) {
      weigh(Insider, 2, "one of ours opened much more, or other things, than their work calls for", e);
      weigh(Espionage, 0.5, "papers were opened beyond what the account's work calls for", e);
    }
    EvidenceNumbers strangers;
    for (const IncidentEntity& e : entities_) {
      if (e.kind == "address" && e.role == "source") strangers.insert(strangers.end(), e.evidence.begin(), e.evidence.end());
    }
    if (!strangers.empty()) weigh(Insider, -1.5, "an account was used from outside", strangers);
    if (count("account", "stolen account") > 0)
      weigh(Espionage, 0.5, "more than one account was used", {}), weigh(Insider, -1, "more than one account was used", {});
    if (count("account", "") == 1 && count("host", "") <= 1 && strangers.empty()) weigh(Insider, 1, "one account, at its own place, and nobody else", {});
    const bool foreign = stage(Stage::InitialAccess) != nullptr || stage(Stage::CommandAndControl) != nullptr || stage(Stage::CredentialAccess) != nullptr ||
                         stage(Stage::LateralMovement) != nullptr || stage(Stage::PrivilegeEscalation) != nullptr || !strangers.empty();
    const bool taken = stage(Stage::Collection) != nullptr || stage(Stage::Exfiltration) != nullptr;
    if (taken && !foreign) {
      weigh(Insider, 1.5, "nobody from outside is seen anywhere: no way in, no steering, no stolen secret", {});
      weigh(Espionage, -1, "nobody from outside is seen anywhere: no way in, no steering, no stolen secret", {});
    }
  }

  void by_time() {
    const Finding *first = nullptr, *last = nullptr;
    for (const std::size_t i : group_.items) {
      const Finding* f = items_[i].finding;
      if (!grave(items_[i]) || f->time == kNoTime) continue;
      if (first == nullptr) first = f;
      last = f;
    }
    if (first == nullptr) return;
    const Micros span = std::max(last->time, last->last_time) - first->time;
    if (span >= 5 * kDay) {
      weigh(Espionage, 1, fmt::format("patience: it went on for {}", duration_text(span)), {});
      weigh(Extortion, -1, fmt::format("it went on for {}", duration_text(span)), {});
      weigh(Opportunistic, -1, fmt::format("it went on for {}", duration_text(span)), {});
    }
    if (span <= 2 * kDay && count("host", "") >= 4) {
      weigh(Extortion, 1.5, fmt::format("{} computers within {}", count("host", ""), duration_text(span)), {});
      weigh(Espionage, -1, "haste over many computers is loud", {});
    }
  }

  std::span<const Item> items_;
  const Group& group_;
  const std::vector<IncidentEntity>& entities_;
  const std::vector<StageSeen>& stages_;
  Objective objectives_[kNames];
};

}  // namespace weighing

std::vector<Objective> objectives_of(std::span<const Item> items, const Group& group, const std::vector<IncidentEntity>& entities,
                                     const std::vector<StageSeen>& stages) {
  return weighing::Weighing(items, group, entities, stages).run();
}

}  // namespace custos::correlate

#include "engine/hunting/hunt.h"

#include <algorithm>
#include <set>
#include <tuple>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "engine/casework/rules.h"
#include "engine/evidence/age_keys.h"
#include "engine/evidence/json_lines.h"
#include "engine/hunting/proofs.h"

namespace custos::engine {
namespace hunting_rules {
namespace {

constexpr std::size_t kMostPlaces = 1'000;  // of a finding, as in its sealed document

// Places in the order in which they lie, so that each segment is opened once.
class Places {
 public:
  Places(SealedSources& sources, const std::vector<Finding>& findings, std::size_t shown) : sources_(sources) {
    const std::size_t n = std::min(shown, findings.size());
    places_.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      want(i, findings[i].source);
      for (std::size_t k = 0; k < findings[i].others.size() && k + 1 < kMostPlaces; ++k) want(i, findings[i].others[k]);
    }
  }

  std::vector<std::vector<std::optional<SealedPlace>>> find() {
    std::sort(wanted_.begin(), wanted_.end(), [](const Wanted& a, const Wanted& b) { return std::tie(a.source, a.offset) < std::tie(b.source, b.offset); });
    for (const Wanted& w : wanted_) places_[w.finding][w.place] = sources_.find(*w.source, w.offset);
    return std::move(places_);
  }

 private:
  struct Wanted {
    const SealedSource* source;
    std::uint64_t offset;
    std::size_t finding, place;
  };
  void want(std::size_t finding, const Place& p) {
    const SealedSource* source = sources_.source(p.file);
    if (source != nullptr) wanted_.push_back({source, p.offset, finding, places_[finding].size()});
    places_[finding].emplace_back();
  }

  SealedSources& sources_;
  std::vector<Wanted> wanted_;
  std::vector<std::vector<std::optional<SealedPlace>>> places_;
};

nlohmann::ordered_json pointers(const SealedSources& sources, const Finding& f, const std::vector<std::optional<SealedPlace>>& places) {
  nlohmann::ordered_json all = nlohmann::ordered_json::array();
  for (std::size_t k = 0; k < places.size(); ++k) {
    const SealedSource* source = sources.source(k == 0 ? f.source.file : f.others[k - 1].file);
    all.push_back(source != nullptr && places[k] ? pointer_json(sources, *source, *places[k]) : nlohmann::ordered_json());
  }
  return all;
}

}  // namespace
}  // namespace hunting_rules

Result<OpenedHunt> open_hunt(FileSystem& files, const CaseAccess& access) {
  OpenedHunt hunt;
  auto state = read_case(files, {access.folder, access.identity});
  if (!state) return tl::unexpected<Error>(state.error());
  hunt.said = std::move(state->said);
  hunt.view = std::move(state->view);
  if (hunt.view.number.empty()) return fail(Code::NotFound, "is evidence without a case; `custos case new` makes one of it", access.folder);
  hunt.refused = refusal(hunt.view, access.folder, access.log.custody.who, Need::Look);
  if (!hunt.refused.empty()) return hunt;
  auto keyring = read_keyring(access.identity);
  if (!keyring) return tl::unexpected<Error>(keyring.error());
  const std::size_t said = hunt.said.size();
  auto sources = SealedSources::open(files, access.folder, *keyring, hunt.view.merged, hunt.said);
  if (!sources) return tl::unexpected<Error>(sources.error());
  hunt.whole = hunt.said.size() == said && std::all_of(hunt.view.merged.begin(), hunt.view.merged.end(), [](const auto& m) { return m.in_view; });
  hunt.sources = std::move(*sources);
  return hunt;
}

Result<RuleHunt> hunt_rules(OpenedHunt& hunt, ScanOptions options, std::size_t shown, const std::function<void(const Progress&)>& progress) {
  options.paths.clear();
  options.sources = hunt.sources.get();
  options.behavior.on = false;
  auto result = scan(options, progress);
  if (!result) return tl::unexpected<Error>(result.error());
  RuleHunt found{std::move(*result), {}};
  found.places = hunting_rules::Places(*hunt.sources, found.result.findings, shown).find();
  return found;
}

Result<void> write_hunt(OpenedHunt& hunt, const HuntTitle& title, const RuleHunt& found, share::Output& out) {
  write_title(hunt.view.number, title.what, title.query, title.recorded, out);
  std::set<SealedPlace> places;
  for (const auto& of : found.places) {
    for (const auto& p : of) {
      if (p) places.insert(*p);
    }
  }
  Result<void> proved = write_proofs(*hunt.sources, places, out);
  std::size_t next = 0;
  JsonLines lines([&](std::string_view line) {
    // Of findings, which come first, the same with their places.
    if (next < found.places.size() && line.ends_with('}')) {
      line.remove_suffix(1);
      const Finding& f = found.result.findings[next];
      out.write(fmt::format("{},\"proof\":{}}}\n", line, hunting_rules::pointers(*hunt.sources, f, found.places[next]).dump()));
      ++next;
    } else {
      out.write(fmt::format("{}\n", line));
    }
  });
  const auto run = open_json(lines);
  for (const Finding& f : found.result.findings) run->finding(f);
  run->finish(found.result.coverage);
  return proved;
}

}  // namespace custos::engine

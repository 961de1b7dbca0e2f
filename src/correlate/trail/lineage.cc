#include "correlate/trail/lineage.h"

#include <algorithm>
#include <array>
#include <set>

namespace custos::correlate {
namespace lineages {

constexpr Micros kTwins = 2 * kSecond;  // two logs of one start
constexpr Micros kFollowed = 7 * kDay;
constexpr int kMostUp = 16;

using PlaceKey = std::pair<std::string_view, std::uint64_t>;
PlaceKey key_of(const Place& p) { return {p.file, p.offset}; }

}  // namespace lineages

void Lineage::add(const std::string& host, ProgramStep step) {
  if (crowded()) return;
  ++steps_;
  computers_[host].steps.push_back(std::move(step));
}

bool Lineage::hands_on(const std::string& image) {
  static constexpr std::array<std::string_view, 18> kHosts = {
      "cmd.exe",         "powershell.exe", "pwsh.exe", "wscript.exe", "cscript.exe", "mshta.exe", "rundll32.exe", "regsvr32.exe", "msbuild.exe",
      "installutil.exe", "bash",           "sh",       "dash",        "zsh",         "python3",   "python",       "perl",         "osascript"};
  const std::string name = file_name(image);
  return std::find(kHosts.begin(), kHosts.end(), name) != kHosts.end() || writable_place(image);
}

// The last start with that number before; a clock's second is forgiven.
const std::size_t* Lineage::start_of(const Computer& c, std::uint64_t process, Micros at) {
  const auto found = c.starts.find(process);
  if (process == 0 || found == c.starts.end()) return nullptr;
  const auto& list = found->second;
  const auto next = std::upper_bound(list.begin(), list.end(), at + lineages::kTwins, [&](Micros t, std::size_t i) { return t < c.steps[i].time; });
  return next == list.begin() ? nullptr : &*std::prev(next);
}

// Up through whatever hands on.
std::size_t Lineage::origin_of(const Computer& c, std::size_t step) {
  for (int n = 0; n < lineages::kMostUp; ++n) {
    const std::size_t* up = start_of(c, c.steps[step].parent, c.steps[step].time);
    if (up == nullptr || *up == step || !hands_on(c.steps[*up].image)) break;
    step = *up;
  }
  return step;
}

void Lineage::settle() {
  using namespace lineages;
  for (auto& [host, c] : computers_) {
    std::stable_sort(c.steps.begin(), c.steps.end(), [](const ProgramStep& a, const ProgramStep& b) {
      return a.time != b.time ? a.time < b.time : a.place.file != b.place.file ? a.place.file < b.place.file : a.place.offset < b.place.offset;
    });
    std::vector<ProgramStep> kept;
    for (ProgramStep& s : c.steps) {
      const std::size_t* before = nullptr;
      const auto list = c.starts.find(s.process);
      if (s.kind == Step::Kind::Start && list != c.starts.end()) before = &list->second.back();
      if (before != nullptr && s.time - kept[*before].time <= kTwins && file_name(kept[*before].image) == file_name(s.image)) {
        ProgramStep& twin = kept[*before];
        twin.twins.push_back(s.place);
        if (twin.text.empty()) twin.text = std::move(s.text);
        if (twin.parent == 0) twin.parent = s.parent;
        continue;
      }
      if (s.kind == Step::Kind::Start) c.starts[s.process].push_back(kept.size());
      kept.push_back(std::move(s));
    }
    c.steps = std::move(kept);
    c.children.resize(c.steps.size());
    for (std::size_t i = 0; i < c.steps.size(); ++i) {
      const ProgramStep& s = c.steps[i];
      const std::size_t* by = start_of(c, s.kind == Step::Kind::Start ? s.parent : s.process, s.time);
      if (by != nullptr && *by < i && s.time - c.steps[*by].time <= kFollowed) c.children[*by].push_back(i);
    }
  }
}

std::vector<Kin> Lineage::kin(std::span<const Item> items, const Group& group) const {
  using namespace lineages;
  std::set<PlaceKey> told;
  for (const std::size_t i : group.items) {
    if (items[i].finding->rule->kind == "correlation") continue;  // it says how many, not what
    told.insert(key_of(items[i].finding->source));
    for (const Place& p : items[i].finding->others) told.insert(key_of(p));
  }
  std::vector<Kin> out;
  std::set<const ProgramStep*> seen;
  for (std::size_t n = 0; n < group.items.size() && out.size() < kMostKin; ++n) {
    const Item& item = items[group.items[n]];
    const auto on = std::find_if(item.mentions.begin(), item.mentions.end(), [](const Mention& m) { return m.kind == "host" && m.part == Part::On; });
    const auto c = !grave(item) || on == item.mentions.end() ? computers_.end() : computers_.find(on->value);
    if (c == computers_.end()) continue;
    const Computer& computer = c->second;
    const std::size_t* at = start_of(computer, item.finding->ties.process, item.finding->time);
    if (at == nullptr) at = start_of(computer, item.finding->ties.parent, item.finding->time);
    if (at == nullptr) continue;
    std::vector<std::size_t> open{origin_of(computer, *at)};
    while (!open.empty() && out.size() < kMostKin) {
      const std::size_t i = open.back();
      open.pop_back();
      const ProgramStep& s = computer.steps[i];
      if (!seen.insert(&s).second) continue;
      const bool known =
          told.contains(key_of(s.place)) || std::any_of(s.twins.begin(), s.twins.end(), [&](const Place& p) { return told.contains(key_of(p)); });
      const std::size_t* by = start_of(computer, s.kind == Step::Kind::Start ? s.parent : s.process, s.time);
      if (!known && file_name(s.image) != "conhost.exe")
        out.push_back({&s, on->value, by == nullptr || *by == i ? std::string() : file_name(computer.steps[*by].image), static_cast<std::uint32_t>(n + 1)});
      for (const std::size_t child : computer.children[i]) open.push_back(child);
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const Kin& a, const Kin& b) { return a.step->time < b.step->time; });
  return out;
}

}  // namespace custos::correlate

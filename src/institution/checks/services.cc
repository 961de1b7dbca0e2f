#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "institution/checks/checks.h"
#include "institution/index.h"

namespace custos::institution {
namespace service_checks {
namespace {

// Depth-first without recursion; a way back to a service that is still open is a cycle.
class Cycles {
 public:
  explicit Cycles(CheckContext& c) : c_(c), in_(c.institution), state_(in_.services.size(), State::New) {}

  void run() {
    for (std::size_t i = 0; i < in_.services.size(); ++i) {
      if (state_[i] == State::New) from(i);
    }
  }

 private:
  enum class State : std::uint8_t { New, Open, Done };
  struct Step {
    std::size_t service, next;
  };

  void from(std::size_t start) {
    way_.push_back({start, 0});
    state_[start] = State::Open;
    while (!way_.empty()) {
      Step& at = way_.back();
      const auto& needs = in_.services[at.service].needs;
      if (at.next == needs.size()) {
        state_[at.service] = State::Done;
        way_.pop_back();
        continue;
      }
      const auto to = index_.services.find(name_key(needs[at.next++]));
      if (to == index_.services.end() || state_[to->second] == State::Done) continue;
      if (state_[to->second] == State::Open) {
        say(to->second);
      } else {
        state_[to->second] = State::Open;
        way_.push_back({to->second, 0});
      }
    }
  }

  void say(std::size_t back_to) {
    const std::size_t line = c_.places.line("services", way_.back().service, "needs");
    std::size_t first = way_.size();
    while (way_[first - 1].service != back_to) --first;
    std::string names;
    for (std::size_t i = first - 1; i < way_.size() && names.size() < 400; ++i) names += printable(in_.services[way_[i].service].name, 60) + " needs ";
    c_.remarks.error(line, fmt::format("services stand on themselves: {}{}", names, printable(in_.services[back_to].name, 60)));
  }

  CheckContext& c_;
  const Institution& in_;
  const Index index_{in_};
  std::vector<State> state_;
  std::vector<Step> way_;
};

}  // namespace
}  // namespace service_checks

void check_services(CheckContext& c) {
  const Institution& in = c.institution;
  for (std::size_t i = 0; i < in.services.size(); ++i) {
    const Service& s = in.services[i];
    // A service without hosts runs elsewhere: a minimum says nothing then, unless it was written.
    const auto minimum = static_cast<std::size_t>(std::max(s.minimum, 0));
    if (minimum > s.hosts.size() && (!s.hosts.empty() || minimum > 1)) {
      c.remarks.error(c.places.line("services", i, "minimum"),
                      fmt::format("'{}' needs {} hosts to run but has {}", printable(s.name, 60), s.minimum, s.hosts.size()));
    }
  }
  service_checks::Cycles(c).run();
}

}  // namespace custos::institution

// Any bytes as correlation rules and a stream: the correlator must say what the naive definition says, also when cut in
// the middle and resumed; and the same bytes as a saved state must be refused or be usable.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "rules/correlation/scenario.h"

namespace naive = custos::rules::correlation::naive;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  naive::Choices choose(bytes);
  const naive::Scenario scenario = naive::make_scenario(choose, 120);
  naive::Twin twin(scenario.correlations);
  for (const auto& event : scenario.events) twin.feed(event);
  const auto expected = twin.finish();
  if (naive::run(scenario) != expected) std::abort();
  if (naive::run(scenario, scenario.events.size() / 2) != expected) std::abort();

  const auto plan = naive::plan_of(scenario);
  custos::rules::correlation::Correlator correlator(plan, {}, {});
  std::string saved;
  for (const auto& event : scenario.events) naive::feed(correlator, *plan, event);
  correlator.save(saved);
  // The end of the input damages the saved state: pairs of place and byte.
  for (std::size_t i = 0; i + 1 < size && i < 8; i += 2)
    saved[data[size - 1 - i] % saved.size()] = static_cast<char>(data[size - 2 - i]);
  custos::rules::correlation::Correlator other(plan, {}, {});
  if (other.load(saved)) {
    for (const auto& event : scenario.events) naive::feed(other, *plan, event);
    other.finish();
  }
  return 0;
}

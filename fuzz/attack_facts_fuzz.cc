// Any bytes as facts of ATT&CK: read or refused with words; what is read can be compared with and held out, and the order of what comes out is kept.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "correlate/correlate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace custos;
  const auto facts = correlate::parse_attack_facts({reinterpret_cast<const char*>(data), size}, Limits{});
  if (!facts) {
    if (facts.error().text.empty()) std::abort();
    return 0;
  }
  correlate::ConsistencyOptions options;
  options.draws = 20;
  options.resamples = 20;
  std::vector<std::string> observed{"T9999"};
  for (std::size_t i = 0; i < facts->techniques.size() && i < 20; ++i) observed.push_back(facts->techniques[i].id);
  const auto c = correlate::consistency(*facts, observed, options);
  if (c.sentence.empty() || c.used + c.invisible.size() + c.implied.size() + c.unknown.size() > observed.size()) std::abort();
  for (std::size_t i = 0; i < c.groups.size(); ++i) {
    if (!std::isfinite(c.groups[i].score) || (i > 0 && c.groups[i].score > c.groups[i - 1].score)) std::abort();
  }
  if (const auto figures = correlate::hold_out(*facts, options); figures && figures->judged > figures->attributed) std::abort();
  return 0;
}

#include "engine/behavior/learn.h"

#include <unistd.h>

#include "base/files/spared.h"
#include "engine/behavior/baseline_file.h"
#include "engine/behavior/judging.h"
#include "engine/reading/every_event.h"

namespace custos::engine {
Result<LearnResult> learn(const LearnOptions& options, const std::function<void(std::uint64_t)>& progress) {
  if (auto ok = spare_evidence(options.baseline); !ok) return tl::unexpected<Error>(ok.error());  // said before hours of reading
  auto known = institution::usable_institution(options.institution);
  if (!known) return tl::unexpected<Error>(known.error());
  LearnResult result;
  std::string before;
  if (::access(options.baseline.c_str(), F_OK) == 0) {
    auto body = read_baseline(options.baseline);
    if (!body) return tl::unexpected<Error>(body.error());
    before = std::move(*body);
    result.extended = true;
  }
  FactReading reading(*known);
  const auto read = every_event(options.paths, options.limits, [&](const std::string& file, const Event& e) {
    reading.take(file, e);
    if (++result.events % 65'536 == 0 && progress) progress(result.events);
  });
  if (!read) return tl::unexpected<Error>(read.error());
  result.not_whole = read->not_whole;
  auto input = reading.finish();
  if (!input) return tl::unexpected<Error>(input.error());
  BehaviorOptions behavior;
  behavior.memory = options.memory;
  auto learned = learn_behavior(behavior, *input, before);
  if (!learned) {
    Error e = learned.error();
    if (e.where.empty() && result.extended && e.code == Code::Malformed) e.where = options.baseline;
    return tl::unexpected<Error>(std::move(e));
  }
  result.anything = learned->anything;
  if (result.anything) {
    if (auto written = write_baseline(options.baseline, learned->body); !written) return tl::unexpected<Error>(written.error());
  }
  result.coverage = learned->coverage;
  result.remarks = std::move(learned->remarks);
  result.bytes = learned->body.size();
  return result;
}

}  // namespace custos::engine

// AIT Alert Data Set: alerts of three intrusion detection systems over test beds that the same attack script ran through.
// Landauer, Skopik, Wurzenberger: "Introducing a New Alert Data Set for Multi-Step Attack Analysis" (arXiv 2308.12627).
#include <map>

#include <fmt/format.h>

#include "engine/evaluation/folders.h"
#include "engine/evaluation/scene_reader.h"
#include "engine/evaluation/set.h"

namespace custos::engine::ait {
namespace {

constexpr std::string_view kSuffix = "_alerts.txt";

// File by name of the test bed.
Result<std::map<std::string, std::string>> test_beds(Joining& joining) {
  const EvaluationOptions& options = joining.options();
  auto files = files_below(joining, options.data);
  if (!files) return tl::unexpected<Error>(files.error());
  std::map<std::string, std::string> out;
  for (const std::string& path : *files) {
    const std::string name = path.substr(path.rfind('/') + 1);
    const auto at = name.find(kSuffix);
    if (at == std::string::npos || at == 0) continue;
    if (!out.emplace(name.substr(0, at), path).second) joining.problem(path, "a second file of this test bed, not used");
  }
  if (out.empty()) return fail(Code::NotFound, "holds no test bed: the set ait is files called NAME_alerts.txt or NAME_alerts.txt.zst", options.data);
  if (options.beds.empty()) return out;
  std::map<std::string, std::string> wanted;
  for (const std::string& bed : options.beds) {
    if (!out.contains(bed)) return fail(Code::Usage, fmt::format("there is no test bed '{}' there", bed), options.data);
    wanted[bed] = out[bed];
  }
  return wanted;
}

Result<void> read_bed(Joining& joining, const std::string& bed, const std::string& path) {
  auto builder = joining.begin(bed);
  SceneReader reader(joining, *builder, {"event_label", "time_label"});
  std::uint64_t odd = 0;
  auto ok = reader.read({path}, [&](const std::string&, const Event& e, Shown& shown) {
    const auto time = parse_epoch(value_of(e, "time"));
    const std::string_view label = value_of(e, "event_label"), host = value_of(e, "host"), type = value_of(e, "name");
    if (!time || label.empty() || host.empty() || type.empty()) {
      ++odd;
      shown.part = false;
      return;
    }
    builder->event(label);
    if (label != "-") {
      const auto campaign = builder->campaign(bed);
      builder->mark(campaign, builder->phase(campaign, std::string(label)));
    }
    evaluate::Observation o;
    o.time = *time;
    o.entity = builder->text(host);
    o.kind = builder->text(type);
    o.unit = builder->text(fmt::format("{} | {}", host, type));
    o.log = builder->text(type.substr(0, type.find(':')));  // "Wazuh: ...": the tool
    o.risk = 1;                                             // the set gives no severity
    builder->observe(o);
  });
  if (!ok) return ok;
  if (odd > 0) joining.problem(path, fmt::format("{} rows without a time, host, name or event label", odd));
  if (builder->first() == kNoTime) return fail(Code::Malformed, "holds no alert: the columns are time, name, ip, host, short, time_label, event_label", path);
  if (ok = reader.finish(); !ok) return ok;
  const Micros day0 = evaluate::bucket_of(builder->first(), kDay);
  const evaluate::Periods periods{day0, day0 + kDay, day0 + kDay, builder->last() + 1};
  joining.report().splits.push_back(fmt::format("{}: learn {} (day 0), no days of its own for calibration, test {} to {}", bed, date_text(day0),
                                                date_text(periods.test), date_text(builder->last())));
  joining.run(*builder, periods, 3600 * kSecond);
  return {};
}

Result<void> read(Joining& joining) {
  const auto beds = test_beds(joining);
  if (!beds) return tl::unexpected<Error>(beds.error());
  for (const auto& [bed, path] : *beds) {
    joining.tell("reading " + bed);
    if (auto ok = read_bed(joining, bed, path); !ok) return ok;
  }
  joining.report().published = {
      "The baseline of 30 lines, counted over eight test beds", "rarity", 41, 65,
      "Both intervals are too narrow: every bed repeats one attack script, so a phase that is found in one is found in the others, and phases are no "
      "independent trials."};
  if (beds->size() > 1) joining.remark("all of the test beds repeat one attack script: a source that fits one fits all");
  joining.remark("the alarms of a day are ranked when it is over; an analyst would have to wait for that");
  joining.remark("the events are alerts of other tools without a severity: rules of custos say nothing of them, and the sum of risk is their number");
  return {};
}

}  // namespace

extern const Set set;
const Set set{"ait",
              "alerts of Wazuh, Suricata and AMiner over enterprise test beds (AIT Alert Data Set)",
              "a host, an alert type and an hour",
              "a distinct event label of a test bed",
              true,
              false,
              read};

}  // namespace custos::engine::ait

// What a baseline holds, for people and as JSON.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/behavior/baseline_file.h"
#include "engine/behavior/judging.h"
#include "engine/behavior/learn.h"

namespace custos::engine {
namespace viewing_baselines {

constexpr std::size_t kMostStandings = 20;
constexpr double kNotOrdinary = 10;  // odds

std::string role_name(std::uint32_t stratum) {
  if (stratum == behavior::Judge::kEverybody) return "everybody";
  constexpr std::array<std::string_view, 6> kRoles{"unknown", "workstations", "servers", "people", "administrators", "services"};
  const std::string role(kRoles[std::min<std::size_t>(stratum % 16, kRoles.size() - 1)]);
  return stratum < 16 ? role : fmt::format("{}, class {}", role, stratum / 16);
}

std::string quoted(std::string_view s) {
  std::string out = "\"";
  append_json_escaped(out, s);
  return out + "\"";
}

}  // namespace viewing_baselines

Result<BaselineView> view_baseline(const std::string& path) {
  using namespace viewing_baselines;
  const auto body = read_baseline(path);
  if (!body) return tl::unexpected<Error>(body.error());
  const Institution nobody;
  Dictionary texts;
  behavior::Roster roster(nobody, texts);
  behavior::Analysis analysis({}, roster);
  Unpacker in(*body);
  if (auto ok = analysis.load(in, [](const std::string&) { return 0u; }); !ok) return fail(ok.error().code, ok.error().text, path);
  BaselineView v;
  v.path = path;
  v.bytes = body->size();
  v.windows = analysis.counts().windows;
  v.actors = analysis.counts().actors;
  v.window = analysis.window();
  v.first = analysis.first();
  v.until = analysis.until();
  for (const auto& [at, tail] : analysis.judge().strata()) {
    BaselineView::Stratum s{std::string(analysis.detector(at.first)), role_name(at.second), tail.count(), 0, tail.top().empty() ? 0 : tail.top().back()};
    const std::size_t one_in_100 = tail.count() / 100;
    if (one_in_100 < tail.top().size()) s.p99 = tail.top()[tail.top().size() - 1 - one_in_100];
    v.strata.push_back(std::move(s));
  }
  for (const auto& [odds, sentence] : analysis.standings(kNotOrdinary)) {
    if (v.standings.size() < kMostStandings) v.standings.push_back({odds, sentence});
  }
  return v;
}

std::string to_text(const BaselineView& v) {
  const char* unit = v.window == kDay ? "day" : v.window == kDay / 24 ? "hour" : "window";
  std::string out = fmt::format("{}: {} {}{} from {} to {}, {:.0f} computers and accounts in each, {} bytes\n\n", printable(v.path), v.windows, unit,
                                v.windows == 1 ? "" : "s", to_rfc3339(v.first), to_rfc3339(v.until), v.actors, v.bytes);
  out += fmt::format("{:<14} {:<26} {:>10} {:>14} {:>14}\n", "detector", "of", "scores", "1 in 100", "greatest");
  for (const auto& s : v.strata) out += fmt::format("{:<14} {:<26} {:>10} {:>14.2f} {:>14.2f}\n", s.detector, s.role, s.scores, s.p99, s.greatest);
  if (!v.standings.empty()) out += "\nNot ordinary, but not raised:\n";
  for (const auto& s : v.standings) out += fmt::format("  {:>8.1f}  {}\n", s.odds, printable(s.strongest, 200));
  return out;
}

std::string to_json(const BaselineView& v) {
  using viewing_baselines::quoted;
  std::string out = fmt::format(R"({{"type":"baseline","path":{},"bytes":{},"window_seconds":{},"windows":{},"from":"{}","until":"{}",)",
                                quoted(to_valid_utf8(v.path)), v.bytes, v.window / kSecond, v.windows, to_rfc3339(v.first), to_rfc3339(v.until));
  out += fmt::format(R"("actors":{:.3f},"strata":[)", v.actors);
  for (std::size_t i = 0; i < v.strata.size(); ++i) {
    const auto& s = v.strata[i];
    out += fmt::format(R"({}{{"detector":{},"of":{},"scores":{},"one_in_100":{:.6g},"greatest":{:.6g}}})", i == 0 ? "" : ",", quoted(s.detector),
                       quoted(s.role), s.scores, s.p99, s.greatest);
  }
  out += R"(],"standings":[)";
  for (std::size_t i = 0; i < v.standings.size(); ++i) {
    out += fmt::format(R"({}{{"odds":{:.6g},"strongest":{}}})", i == 0 ? "" : ",", v.standings[i].odds, quoted(v.standings[i].strongest));
  }
  return out + "]}\n";
}

}  // namespace custos::engine

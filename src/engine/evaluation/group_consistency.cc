#include "engine/evaluation/group_consistency.h"

#include <cmath>

#include <fmt/format.h>

#include "base/text.h"
#include "evaluate/evaluate.h"

namespace custos::engine {
namespace group_consistency {

using correlate::LeakFigures;
using correlate::RankFigures;
using correlate::ThinnedFigures;
using correlate::VerdictFigures;

double percent(double n, std::size_t of) { return of == 0 ? 0 : 100 * n / static_cast<double>(of); }

// "3 (13 %, 5-32)"
std::string share(double n, const RankFigures& f) {
  if (f.expected) return fmt::format("{:.1f} ({:.0f} %)", n, percent(n, f.of));
  const evaluate::Interval i = evaluate::wilson(static_cast<std::uint64_t>(std::llround(n)), f.of);
  return fmt::format("{:.0f} ({:.0f} %, {:.0f}-{:.0f})", n, percent(n, f.of), 100 * i.low, 100 * i.high);
}

std::string table(const std::vector<RankFigures>& rows) {
  std::string out;
  for (const RankFigures& f : rows) {
    out += fmt::format("  {:<17} {:>18} {:>18} {:>7.3f}  {}\n", f.method, share(f.top1, f), share(f.top5, f), f.mean_reciprocal_rank, f.what);
  }
  return out;
}

std::string thinned(const std::vector<ThinnedFigures>& rows) {
  std::string out;
  for (const ThinnedFigures& f : rows) {
    out += fmt::format("{}{} seen: {:.0f} % first, {:.0f} % of five ({} campaigns)", out.empty() ? "  " : "; ", f.seen, 100 * f.top1, 100 * f.top5,
                       f.campaigns);
  }
  return out + "\n";
}

std::string verdicts(const VerdictFigures& f) {
  return fmt::format("one group {} times ({} right), several alike {} ({} hold the true one), cannot tell {}", f.one, f.one_right, f.several, f.several_holding,
                     f.of - f.one - f.several);
}

std::string leak(const LeakFigures& f, const char* title) {
  return fmt::format("{}\n  {:<17} {:>18} {:>18} {:>7}\n", title, "", "true group first", "among first five", "MRR") + table(f.methods) + thinned(f.thinned) +
         "  verdicts: " + verdicts(f.verdicts) + "\n" +
         fmt::format("  the true group not in the facts: {} of {} named one all the same, {} several alike\n", f.absent.one, f.absent.of, f.absent.several);
}

std::string rows_json(const std::vector<RankFigures>& rows) {
  std::string out;
  for (const RankFigures& f : rows) {
    const auto interval = [&](double n) {
      if (f.expected) return std::string("null");
      const evaluate::Interval i = evaluate::wilson(static_cast<std::uint64_t>(std::llround(n)), f.of);
      return fmt::format("[{:.4f},{:.4f}]", i.low, i.high);
    };
    out += fmt::format(R"({}{{"method":"{}","what":"{}","of":{},"top1":{:.4f},"top1_interval":{},)", out.empty() ? "" : ",", f.method, f.what, f.of, f.top1,
                       interval(f.top1));
    out += fmt::format(R"("top5":{:.4f},"top5_interval":{},"mean_reciprocal_rank":{:.4f}}})", f.top5, interval(f.top5), f.mean_reciprocal_rank);
  }
  return "[" + out + "]";
}

std::string verdicts_json(const VerdictFigures& f) {
  return fmt::format(R"({{"of":{},"one":{},"one_right":{},"several":{},"several_holding":{}}})", f.of, f.one, f.one_right, f.several, f.several_holding);
}

const char* word(correlate::Verdict v) {
  switch (v) {
    case correlate::Verdict::NothingToGoBy: return "nothing_to_go_by";
    case correlate::Verdict::CannotTell: return "cannot_tell";
    case correlate::Verdict::Several: return "several";
    case correlate::Verdict::One: return "one";
  }
  return "";
}

std::string leak_json(const LeakFigures& f) {
  std::string out = "{\"methods\":" + rows_json(f.methods) + ",\"verdicts\":" + verdicts_json(f.verdicts);
  out += ",\"absent\":" + verdicts_json(f.absent) + ",\"thinned\":[";
  for (const ThinnedFigures& t : f.thinned) {
    out += fmt::format(R"({}{{"seen":{},"campaigns":{},"top1":{:.4f},"top5":{:.4f},"mean_reciprocal_rank":{:.4f}}})", out.back() == '[' ? "" : ",", t.seen,
                       t.campaigns, t.top1, t.top5, t.mean_reciprocal_rank);
  }
  out += "],\"campaigns\":[";
  const auto p = [](const std::optional<double>& value) { return value ? fmt::format("{:.5f}", *value) : std::string("null"); };
  for (const auto& c : f.campaigns) {
    out += out.back() == '[' ? "{\"id\":\"" : ",{\"id\":\"";
    append_json_escaped(out, to_valid_utf8(c.campaign));
    out += fmt::format(R"(","techniques":{},"rank":{},"p_random":{},"p_stranger":{},"verdict":"{}"}})", c.techniques, c.rank, p(c.p_random), p(c.p_stranger),
                       word(c.verdict));
  }
  return out + "]}";
}

}  // namespace group_consistency

Result<GroupConsistencyFigures> measure_group_consistency(const std::string& facts_file, std::uint64_t seed, const Limits& limits) {
  const auto facts = correlate::load_attack_facts(facts_file, limits);
  if (!facts) return tl::unexpected<Error>(facts.error());
  GroupConsistencyFigures f;
  f.options.seed = seed;
  auto held_out = correlate::hold_out(*facts, f.options);
  if (!held_out) return fail(held_out.error().code, held_out.error().text, facts_file);
  f.held_out = std::move(*held_out);
  return f;
}

std::string to_text(const GroupConsistencyFigures& figures) {
  using namespace group_consistency;
  const correlate::HoldOutFigures& f = figures.held_out;
  std::string out = fmt::format("{}\n\n", printable(f.source, 400));
  out += fmt::format("Of {} attributed campaigns {} have techniques that logs can show. Each was taken out of the facts, and {} groups were ranked by what is\n"
                     "left.\n\n", f.attributed, f.judged, f.groups);
  out += leak(f.optimistic, "OPTIMISTIC: the group's own list stays as it is; it may hold what only this campaign showed.");
  out += "\n";
  out += leak(f.pessimistic, "PESSIMISTIC: all that only this campaign may have brought is out of the group's list, and of no other group's.");
  out += "\nThe truth lies between. Intervals: Wilson, 95 %. Equal scores share a rank, so a tie for the first place is no hit.\n";
  if (!f.families.empty() && f.families.front().of > 0) {
    const RankFigures &own = f.families.front(), &chance = f.families.back();
    out += fmt::format("The formula was chosen on {} malware families that one group alone uses: {} first, {} of five; by lot {} and {}.\n", own.of,
                       share(own.top1, own), share(own.top5, own), share(chance.top1, chance), share(chance.top5, chance));
  }
  if (f.unknown > 0) out += fmt::format("{} ids in the facts' lists are not defined there and count for nothing.\n", f.unknown);
  out += "\"Consistent with\" is no proof of who did it: techniques are shared, copied and feigned.\n";
  return out;
}

std::string to_json(const GroupConsistencyFigures& figures) {
  using namespace group_consistency;
  const correlate::HoldOutFigures& f = figures.held_out;
  std::string out = "{\"type\":\"evaluation\",\"version\":\"" CUSTOS_VERSION "\",\"set\":\"attribution\",\"source\":\"";
  append_json_escaped(out, to_valid_utf8(f.source));
  out += fmt::format(R"(","groups":{},"attributed":{},"judged":{},"unknown_ids":{},"draws":{},"resamples":{},"seed":{},"optimistic":)", f.groups, f.attributed,
                     f.judged, f.unknown, figures.options.draws, figures.options.resamples, figures.options.seed);
  return out + leak_json(f.optimistic) + ",\"pessimistic\":" + leak_json(f.pessimistic) + ",\"families\":" + rows_json(f.families) + "}\n";
}

}  // namespace custos::engine

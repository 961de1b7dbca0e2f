#include "share/coverage_view.h"

#include <algorithm>

#include <fmt/format.h>

#include "share/words.h"

namespace custos::share {
namespace coverage_view_file {
namespace {

void add_times(CoverageView& v, const SourceCoverage& s) {
  if (s.first_time != kNoTime && (v.first == kNoTime || s.first_time < v.first)) v.first = s.first_time;
  if (s.last_time != kNoTime && (v.last == kNoTime || s.last_time > v.last)) v.last = s.last_time;
}

// Windows begin and end at midnight, mostly.
std::string day(Micros t) {
  const std::string s = to_rfc3339(t);
  return t % kDay == 0 ? s.substr(0, s.find('T')) : s;
}

// "; WHAT beacon (12), dns (3)"
std::string by_detector(std::string_view what, const std::map<std::string, std::uint64_t>& of) {
  std::string s;
  for (const auto& [detector, n] : of) s += fmt::format("{} {} ({})", s.empty() ? what : ",", detector, grouped(n));
  return s;
}

std::string lessons(const BehaviorCoverage& b) {
  std::string s = b.baseline.empty() ? "" : "baseline " + b.baseline;
  if (b.learned_from != kNoTime && b.learned_until != kNoTime) {
    s += fmt::format("{}learned from {} to {}", s.empty() ? "" : ", ", day(b.learned_from), day(b.learned_until));
  }
  if (b.calibrated_from != kNoTime && b.judged_from != kNoTime) s += fmt::format("{}calibrated to {}", s.empty() ? "" : ", ", day(b.judged_from));
  return s;
}

std::string findings_part(const Digest& d) {
  for (const Level level : {Level::Critical, Level::High, Level::Medium, Level::Low, Level::Informational}) {
    if (d.of(level) == 0) continue;
    std::string s;
    std::uint64_t told = d.of(level);
    DistinctNames hosts = d.hosts(level);
    s = grouped(told) + " " + std::string(level_name(level));
    if (level == Level::Critical && d.of(Level::High) > 0) {
      s += " and " + grouped(d.of(Level::High)) + " high";
      told += d.of(Level::High);
      for (const std::string& h : d.hosts(Level::High).in_order()) hosts.add(h);
    }
    s += told == 1 ? " finding" : " findings";
    if (hosts.size() > 0) s += " on " + std::string(hosts.over() ? "more than " : "") + counted(hosts.size(), "host");
    if (d.findings() > told) s += " (and " + grouped(d.findings() - told) + " of lower level)";
    return s;
  }
  return "No findings";
}

}  // namespace
}  // namespace coverage_view_file

CoverageView CoverageView::of(const Coverage& c) {
  CoverageView v;
  for (const SourceCoverage& s : c.sources) {
    ++(s.state == ReadState::Whole ? v.whole : s.state == ReadState::Partial ? v.partial : v.unread);
    if (s.state == ReadState::Unread) v.bad.push_back(&s);
    v.sources_with_rejects += s.reject_count > 0 ? 1 : 0;
    v.sources_with_gaps += s.gap_count > 0 ? 1 : 0;
    v.gaps += s.gap_count;
    v.missing += s.missing_records;
    v.without_time += s.without_time;
    v.backwards += s.backwards;
    v.in_future += s.in_future;
    for (const auto& [what, times] : s.notes) v.notes += times;
    coverage_view_file::add_times(v, s);
  }
  for (const SourceCoverage& s : c.sources) {
    if (s.state == ReadState::Partial) v.bad.push_back(&s);
  }
  return v;
}

std::string top(const std::map<std::string, std::uint64_t>& counts, std::size_t most) {
  std::vector<std::pair<std::string_view, std::uint64_t>> all(counts.begin(), counts.end());
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string s;
  for (std::size_t i = 0; i < all.size() && i < most; ++i) {
    s += fmt::format("{}{} {}", i == 0 ? "" : ", ", all[i].first, grouped(all[i].second));
  }
  if (all.size() > most) s += fmt::format(" and {} more", all.size() - most);
  return s;
}

std::string left_out(const ScopeCoverage& scope) {
  std::string s;
  if (scope.since != kNoTime || scope.until != kNoTime) {
    s = counted(scope.events_outside, "event");
    if (scope.since != kNoTime) s += " before " + to_rfc3339(scope.since);
    if (scope.until != kNoTime) s += fmt::format("{} from {} on", scope.since != kNoTime ? " or" : "", to_rfc3339(scope.until));
    s += " were not checked";
  }
  if (!scope.min_level.empty()) {
    s += fmt::format("{}{} below {} {} not shown", s.empty() ? "" : "; ", counted(scope.findings_below, "match"), scope.min_level,
                     scope.findings_below == 1 ? "is" : "are");
  }
  return s;
}

std::string whose(const IdentityCoverage& i) {
  if (i.known + i.ambiguous + i.open + i.forgotten == 0) return {};
  std::string s = fmt::format("{} of {} names and addresses in findings; {} ambiguous, {} not known", grouped(i.known),
                              grouped(i.known + i.ambiguous + i.open), grouped(i.ambiguous), grouped(i.open));
  if (i.forgotten > 0) s += fmt::format("; {} did not fit into memory", counted(i.forgotten, "piece") + " of evidence");
  return s;
}

std::string judged(const BehaviorCoverage& b) {
  namespace here = coverage_view_file;
  const std::string lessons = here::lessons(b);
  if (!b.on || !b.why_not.empty()) {
    const std::string why = b.why_not.empty() ? "behaviour analytics were off" : b.why_not;
    return "not judged: " + why + (b.on && !lessons.empty() ? " (" + lessons + ")" : "");
  }
  std::string s = lessons + (lessons.empty() ? "" : ", ") + "judged";
  if (b.judged_until != kNoTime) s += " to " + here::day(b.judged_until);
  s += fmt::format(": {}, budget {} a day, {} computers and accounts a day", counted(b.findings, "finding"), figure(b.budget), figure(b.actors));
  s += here::by_detector("; too few ordinary scores to tell what is odd by", b.thin);
  if (b.late > 0) s += fmt::format("; {} too late", counted(b.late, "fact"));
  s += here::by_detector("; entries forgotten to stay within memory by", b.evictions);
  return s;
}

std::string verdict(const Digest& d, const Coverage& c) {
  const CoverageView v = CoverageView::of(c);
  std::string s = coverage_view_file::findings_part(d);
  if (d.findings() == 0) {
    if (c.rules.loaded == 0) {
      s = "Nothing was checked: no rules were loaded";
    } else if (c.events == 0) {
      s = "Nothing was checked: no events were read";
    } else {
      s += " in " + counted(c.events, "event");
    }
  }
  if (v.partial > 0) s += ", " + counted(v.partial, "file") + " not read whole";
  if (v.unread > 0) s += ", " + counted(v.unread, "file") + " not read at all";
  return s + ".";
}

}  // namespace custos::share

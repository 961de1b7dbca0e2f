#include <algorithm>
#include <map>
#include <set>

#include "share/report/paper.h"

namespace custos::share::paper {
namespace timeline_section {
namespace {

constexpr double kWidth = 800, kLeft = 170, kRight = 24, kRow = 30, kTop = 34;
constexpr std::size_t kTicks = 5;

// Times on the paper from left to right.
class Scale {
 public:
  void add(Micros t) {
    if (t == kNoTime) return;
    first_ = first_ == kNoTime ? t : std::min(first_, t);
    last_ = last_ == kNoTime ? t : std::max(last_, t);
  }
  bool empty() const { return first_ == kNoTime; }
  Micros length() const { return std::max<Micros>(last_ - first_, kSecond); }
  double x(Micros t) const {
    const double part = static_cast<double>(t - first_) / static_cast<double>(length());
    return kLeft + 10 + std::clamp(part, 0.0, 1.0) * (kWidth - kLeft - kRight - 10);
  }

  // Round steps: lines with day, or time of the day.
  void append_grid(Page& p, double height) const {
    constexpr std::array<Micros, 15> kSteps{1,        5,         15,        60,        300,       900,        3600,       3 * 3600,
                                            6 * 3600, 12 * 3600, 24 * 3600, 2 * 86400, 7 * 86400, 30 * 86400, 365 * 86400};
    Micros step = kSteps.back() * kSecond;
    for (const Micros s : kSteps) {
      if (length() / (s * kSecond) < static_cast<Micros>(kTicks)) {
        step = s * kSecond;
        break;
      }
    }
    Micros t = first_ - ((first_ % step) + step) % step;
    std::string day;
    double behind = 0;
    for (; t <= last_; t += step) {
      if (t < first_) continue;
      const std::string full = shown(t);
      std::string label = step >= kDay ? full.substr(0, 10) : step >= 60 * kSecond ? full.substr(11, 5) : full.substr(11, 8);
      if (step < kDay && full.substr(0, 10) != day) label = full.substr(5, 5) + " " + label;
      day = full.substr(0, 10);
      p.raw(fmt::format("<line class=\"grid\" x1=\"{0:.1f}\" y1=\"{1}\" x2=\"{0:.1f}\" y2=\"{2:.1f}\"/>", x(t), kTop - 8, height - 6));
      if (x(t) < behind || x(t) > kWidth - 40) continue;
      p.raw(fmt::format("<text class=\"small\" x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}</text>", x(t), kTop - 14, label));
      behind = x(t) + 84;
    }
  }

 private:
  Micros first_ = kNoTime, last_ = kNoTime;
};

void open_svg(Page& p, double height, std::string_view label) {
  p.raw(fmt::format("<figure><svg viewBox=\"0 0 {} {:.0f}\" role=\"img\" aria-label=\"", kWidth, height)).fixed(label).raw("\">\n");
}

void mark(Page& p, Level level, double x, double y) {
  switch (level) {
    case Level::Critical: p.raw(fmt::format("<path class=\"mark\" d=\"M{0:.1f} {1:.1f}l7 8h-14zM{0:.1f} {2:.1f}l7 8h-14z\"/>", x, y - 9, y - 1)); break;
    case Level::High: p.raw(fmt::format("<path class=\"mark\" d=\"M{:.1f} {:.1f}l7 13h-14z\"/>", x, y - 7)); break;
    case Level::Medium: p.raw(fmt::format("<path class=\"mark\" d=\"M{:.1f} {:.1f}l7 7l-7 7l-7-7z\"/>", x, y - 7)); break;
    case Level::Low: p.raw(fmt::format("<circle class=\"mark\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"5\"/>", x, y)); break;
    case Level::Informational: p.raw(fmt::format("<circle class=\"hollow\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4.5\"/>", x, y)); break;
  }
}

// Which evidence is of which stage; what no stage names has a row of its own.
std::map<std::size_t, std::vector<std::size_t>> by_stage(const Incident& i) {
  std::map<std::size_t, std::vector<std::size_t>> rows;
  std::vector<bool> placed(i.evidence.size());
  const auto place = [&](std::size_t row, std::uint32_t number) {
    if (number == 0 || number > placed.size()) return;
    placed[number - 1] = true;
    rows[row].push_back(number - 1);
  };
  for (const StageSeen& s : i.stages) {
    for (const std::uint32_t n : s.evidence) place(static_cast<std::size_t>(s.stage), n);
  }
  for (std::uint32_t n = 1; n <= placed.size(); ++n) {
    if (!placed[n - 1] && !i.evidence[n - 1].finding.empty()) place(static_cast<std::size_t>(Stage::kCount), n);
  }
  return rows;
}

}  // namespace
}  // namespace timeline_section

void append_incident_timeline(Page& p, const ReportIncident& i, std::size_t n) {
  using namespace timeline_section;
  p.section(fmt::format("incident-{}-timeline", n), p.w().timeline, 3);
  Scale scale;
  for (const IncidentEvidence& e : i.incident.evidence) {
    if (!e.finding.empty()) scale.add(e.time);
  }
  const auto rows = by_stage(i.incident);
  if (scale.empty() || rows.empty()) {
    p.raw("<p>").fixed(p.w().no_times).raw("</p>").end_section();
    return;
  }
  const double height = kTop + kRow * static_cast<double>(rows.size()) + 10;
  open_svg(p, height, p.w().timeline);
  scale.append_grid(p, height);
  double y = kTop + kRow / 2;
  for (const auto& [row, evidence] : rows) {
    const std::optional<Stage> stage = row < static_cast<std::size_t>(Stage::kCount) ? std::optional(static_cast<Stage>(row)) : std::nullopt;
    p.raw(fmt::format("<line class=\"grid\" x1=\"{}\" y1=\"{:.1f}\" x2=\"{}\" y2=\"{:.1f}\"/>", kLeft, y, kWidth - kRight, y));
    p.raw(fmt::format("<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">", kLeft - 8, y + 4)).fixed(stage_word(p.w(), stage)).raw("</text>");
    // What falls on the same place of the paper is one mark, the gravest.
    std::map<long, Level> marks;
    for (const std::size_t at : evidence) {
      const IncidentEvidence& e = i.incident.evidence[at];
      if (e.time == kNoTime) continue;
      const auto [it, is_new] = marks.try_emplace(static_cast<long>(scale.x(e.time) / 4), e.level);
      if (!is_new) it->second = std::max(it->second, e.level);
    }
    for (const auto& [x, level] : marks) mark(p, level, static_cast<double>(x) * 4 + 2, y);
    y += kRow;
  }
  p.raw("</svg><figcaption>").fixed(p.w().timeline_note);
  for (const Level l : {Level::Critical, Level::High, Level::Medium, Level::Low}) p.raw(" ").level(l);
  p.raw("</figcaption></figure>\n").end_section();
}

void append_timeline(Page& p, const Report& r) {
  using namespace timeline_section;
  constexpr std::size_t kMost = 20;
  p.section("timeline", p.w().timeline);
  Scale scale;
  std::vector<const ReportIncident*> all;
  for (const auto* list : {&r.told, &r.further}) {
    for (const ReportIncident& i : *list) {
      if (i.incident.first == kNoTime || all.size() == kMost) continue;
      all.push_back(&i);
      scale.add(i.incident.first);
      scale.add(i.incident.last);
    }
  }
  if (all.empty()) {
    p.raw("<p>").fixed(r.told.empty() && r.further.empty() ? p.w().no_incident : p.w().no_times).raw("</p>").end_section();
    return;
  }
  const double height = kTop + kRow * static_cast<double>(all.size()) + 10;
  open_svg(p, height, p.w().timeline_many);
  scale.append_grid(p, height);
  double y = kTop + kRow / 2;
  std::size_t n = 0;
  for (const ReportIncident* i : all) {
    const double begin = scale.x(i->incident.first), end = std::max(scale.x(std::max(i->incident.last, i->incident.first)), begin + 3);
    p.raw(fmt::format("<text x=\"{}\" y=\"{:.1f}\" text-anchor=\"end\">", kLeft - 8, y + 4)).fixed(p.w().incident, ++n).raw("</text>");
    p.raw(fmt::format("<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"12\"><title>", n <= r.told.size() ? "mark" : "hollow", begin,
                      y - 6, end - begin))
        .label(i->incident.title, 200)
        .raw("</title></rect>\n");
    y += kRow;
  }
  p.raw("</svg><figcaption>").fixed(p.w().timeline_many).raw("</figcaption></figure>\n").end_section();
}

}  // namespace custos::share::paper

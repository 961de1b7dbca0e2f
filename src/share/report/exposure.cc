#include <algorithm>
#include <vector>

#include "share/report/paper.h"

namespace custos::share::paper {
namespace exposure_section {
namespace {

constexpr std::size_t kMostItems = 500, kMostBy = 20;

// Who does not read sessions reads each account and place once.
std::vector<ExposedBy> told_apart(const Page& p, const Exposure& x) {
  if (p.is_for(Audience::Technical)) return x.by;
  std::vector<ExposedBy> out;
  for (const ExposedBy& b : x.by) {
    const auto same = std::find_if(out.begin(), out.end(), [&](const ExposedBy& o) { return o.account == b.account && o.from == b.from; });
    if (same == out.end()) {
      out.push_back(b);
    } else {
      same->times += b.times;
    }
  }
  return out;
}

void by_whom(Page& p, const Exposure& x) {
  const std::vector<ExposedBy> all = told_apart(p, x);
  for (std::size_t k = 0; k < all.size() && k < kMostBy; ++k) {
    const ExposedBy& b = all[k];
    p.raw(k == 0 ? "" : "<br>").text(b.account.empty() ? p.w().unknown : std::string_view(b.account), 120);
    if (!b.from.empty()) p.raw(" @ ").text(b.from, 120);
    if (!b.session.empty() && p.is_for(Audience::Technical)) p.raw(" <span class=\"soft\">(").fixed(p.w().session, "").text(b.session, 60).raw(")</span>");
    p.raw(" <span class=\"soft\">").time(b.first).raw(", ").fixed(p.w().times, b.times).raw("</span>");
  }
  if (all.size() > kMostBy) p.raw("<br>").fixed(p.w().more_rows, all.size() - kMostBy);
}

void append(Page& p, const Exposure& x, std::size_t n) {
  p.raw("<tr><td><strong>").text(x.title.empty() ? x.item : x.title, 200).raw("</strong><br><span class=\"soft\">").text(x.kind, 40);
  if (!x.confidentiality.empty()) p.raw(", ").text(x.confidentiality, 60);
  p.raw("</span></td><td class=\"k\"><strong>")
      .fixed(degree_word(p.w(), x.degree))
      .raw("</strong><br>")
      .fixed(certainty_word(p.w(), x.certainty));
  p.raw("</td><td class=\"t\">").time(x.first).raw("<br>").time(x.last).raw("<br>").fixed(p.w().times, x.times).raw("</td><td>");
  by_whom(p, x);
  p.raw("</td><td>");
  for (std::size_t k = 0; k < x.tell.size(); ++k) p.raw(k == 0 ? "" : "<br>").text(x.tell[k], 100);
  p.raw("</td></tr>\n");
  for (const ExposureStep& s : x.steps) {
    p.raw("<tr><td></td><td class=\"k\">").fixed(degree_word(p.w(), s.degree)).raw("<br><span class=\"soft\">").fixed(certainty_word(p.w(), s.certainty));
    p.raw("</span></td><td class=\"t\">").time(s.first).raw("</td><td colspan=\"2\">").text(s.text, 1200).evidence(n, s.evidence).raw("</td></tr>\n");
  }
}

}  // namespace
}  // namespace exposure_section

void append_exposure(Page& p, const ReportIncident& i, std::size_t n) {
  using namespace exposure_section;
  p.section(fmt::format("incident-{}-exposure", n), p.w().exposure, 3);
  const std::vector<Exposure>& all = i.incident.exposure;
  if (all.empty()) {
    p.raw("<p>").fixed(i.judged ? p.w().exposure_none : p.w().exposure_unknown).raw(".</p>").end_section();
    return;
  }
  p.head({p.w().item, p.w().degree, p.w().when, p.w().by_whom, p.w().must_be_told});
  for (std::size_t k = 0; k < all.size() && k < kMostItems; ++k) append(p, all[k], n);
  p.end_table();
  if (all.size() > kMostItems) p.raw("<p>").fixed(p.w().more_rows, all.size() - kMostItems).raw("</p>");
  p.end_section();
}

}  // namespace custos::share::paper

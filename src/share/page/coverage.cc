#include <algorithm>

#include <fmt/format.h>

#include "share/json/coverage_json.h"
#include "share/coverage_view.h"
#include "share/page/page.h"
#include "share/words.h"

namespace custos::share::page {
namespace coverage_file {
namespace {

constexpr std::size_t kRows = 1'000;  // of a table; the JSON output has them all

// '\x01' marks a number and '\x02' a time: they can't come from text, which goes through plain().
bool marked(std::string_view cell) { return cell.starts_with('\x01') || cell.starts_with('\x02'); }

// A table under its own heading, opened where it is short.
class Table {
 public:
  // `heads` are parted by '|'; one that begins with '#' stands over numbers.
  Table(Sink& sink, std::string_view title, std::uint64_t rows, std::string_view heads) : sink_(sink), all_(rows) {
    std::string& out = sink_.text();
    out.append("<details").append(rows <= 20 ? " open" : "").append("><summary>").append(title);
    out += " <span class=\"soft\">" + grouped(rows) +
           "</span></summary><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"";
    out.append(title).append("\"><table class=\"plain\"><thead><tr>");
    for (std::size_t at = 0; at <= heads.size();) {
      const std::size_t end = std::min(heads.find('|', at), heads.size());
      const bool is_number = heads[at] == '#';
      const std::string_view head = heads.substr(at + is_number, end - at - is_number);
      out.append(is_number ? "<th scope=\"col\" class=\"number\">" : "<th scope=\"col\">").append(head).append("</th>");
      at = end + 1;
    }
    out += "</tr></thead><tbody>";
  }
  // A cell that begins with the mark of number() or instant() is one.
  bool row(std::initializer_list<std::string_view> cells) {
    if (++told_ > kRows) return false;
    std::string& out = sink_.text();
    out += "<tr>";
    for (const std::string_view c : cells) {
      out += c.starts_with('\x01') ? "<td class=\"number\">" : c.starts_with('\x02') ? "<td class=\"time\">" : "<td>";
      append_text(out, marked(c) ? c.substr(1) : c, 1024);
      out += "</td>";
    }
    out += "</tr>";
    sink_.offer();
    return true;
  }
  void close() {
    const std::uint64_t shown = std::min<std::uint64_t>(told_, kRows);
    sink_.text() += "</tbody></table></div>";
    if (all_ > shown)
      sink_.text() += "<p>and " + grouped(all_ - shown) + " more; the JSON output names those that were kept.</p>";
    sink_.text() += "</details>\n";
  }

 private:
  Sink& sink_;
  std::uint64_t all_, told_ = 0;
};

std::string number(std::uint64_t n) { return "\x01" + grouped(n); }
std::string instant(Micros t) { return "\x02" + to_rfc3339(t); }
std::string plain(std::string_view s) { return marked(s) ? " " + std::string(s) : std::string(s); }

void fact(std::string& out, std::string_view name, std::string_view value, bool alarm = false) {
  out.append("<dt>").append(name).append(alarm ? "</dt><dd class=\"alarm\">" : "</dt><dd>");
  append_text(out, value, 2048);
  out += "</dd>";
}

void facts(std::string& out, const Coverage& c, const CoverageView& v) {
  out += "<dl class=\"facts\">";
  fact(out, "Files",
       fmt::format("{}: {} read whole, {} in part, {} not at all", grouped(c.sources.size()), grouped(v.whole),
                   grouped(v.partial), grouped(v.unread)),
       !v.complete());
  fact(out, "Read",
       sized(c.bytes) + ", " + counted(c.events, "event") +
           (c.events_by_format.empty() ? "" : ": " + top(c.events_by_format, 30)));
  fact(out, "Times", span(v.first, v.last));
  if (const std::string text = left_out(c.scope); !text.empty()) fact(out, "Left out, as asked", text, true);
  if (const std::string text = whose(c.identities); !text.empty()) fact(out, "Whose", text, c.identities.forgotten > 0);
  fact(out, "Not understood",
       c.rejects == 0 ? "nothing" : counted(c.rejects, "stretch") + " in " + counted(v.sources_with_rejects, "file"),
       c.rejects > 0);
  fact(out, "Rules",
       fmt::format("{} loaded ({}, {}), {} refused, {} without telemetry", grouped(c.rules.loaded),
                   counted(c.rules.correlations, "correlation"), counted(c.rules.filters, "filter"),
                   grouped(c.rules.refused), grouped(c.rules.without_telemetry)),
       c.rules.refused > 0);
  fact(out, "Gaps",
       v.gaps == 0 ? "none seen" : counted(v.missing, "record number") + " missing at " + counted(v.gaps, "place"),
       v.gaps > 0);
  fact(out, "Clocks",
       fmt::format("{} earlier than the one before, {} in the future, {} without a time", counted(v.backwards, "event"),
                   grouped(v.in_future), grouped(v.without_time)));
  fact(out, "Correlation",
       fmt::format("{} too late for it, {} dropped by its bounds", counted(c.late, "event"), grouped(c.evicted)),
       c.late + c.evicted > 0);
  const BehaviorCoverage& b = c.behavior;
  fact(out, "Behaviour", judged(b), b.on && (!b.why_not.empty() || !b.thin.empty() || !b.evictions.empty() || b.late > 0));
  out += "</dl>\n";
}

void not_read(Sink& sink, const Coverage& c, const CoverageView& v) {
  if (!v.bad.empty()) {
    Table t(sink, "Not read, or not whole", v.bad.size(), "File|State|Why|#Bytes read|#Events");
    for (const SourceCoverage* s : v.bad) {
      t.row({plain(s->file), state_name(s->state), plain(why_not_whole(*s)), number(s->bytes), number(s->events)});
    }
    t.close();
  }
  if (c.rejects == 0) return;
  Table t(sink, "Not understood", c.rejects, "File|#At byte|#Bytes|Why");
  for (const SourceCoverage& s : c.sources) {
    for (const Reject& r : s.rejects) t.row({plain(s.file), number(r.offset), number(r.length), plain(r.why)});
  }
  t.close();
}

void rules(Sink& sink, const RuleCoverage& r) {
  if (!r.refusals.empty()) {
    Table t(sink, "Rules refused", r.refused, "Rule|File|Why");
    for (const RuleRefusal& x : r.refusals)
      t.row({plain(x.title.empty() ? x.id : x.title), plain(x.path), plain(x.reason)});
    t.close();
  }
  if (!r.without_telemetry_by_source.empty()) {
    Table t(sink, "Rules that had no logs to look at", r.without_telemetry_by_source.size(),
            "Log source no event of which came in|#Rules");
    for (const auto& [source, n] : r.without_telemetry_by_source) t.row({plain(source), number(n)});
    t.close();
  }
  if (!r.interrupted.empty()) {
    Table t(sink, "Rules that could not be decided on some events", r.interrupted.size(), "Rule|#Events");
    for (const auto& [rule, n] : r.interrupted) t.row({plain(rule), number(n)});
    t.close();
  }
}

void gaps(Sink& sink, const Coverage& c, const CoverageView& v) {
  if (v.gaps == 0) return;
  Table t(sink, "Gaps in record numbers", v.gaps, "File|#After record|#Before record|#Missing");
  for (const SourceCoverage& s : c.sources) {
    for (const Gap& g : s.gaps) {
      t.row(
          {plain(s.file), number(g.after), number(g.before), number(g.before > g.after ? g.before - g.after - 1 : 0)});
    }
  }
  t.close();
}

void clocks(Sink& sink, const Coverage& c) {
  const auto odd = [](const SourceCoverage& s) {
    return s.without_time + s.backwards + s.in_future > 0 || !s.notes.empty();
  };
  const auto n = std::count_if(c.sources.begin(), c.sources.end(), odd);
  if (n == 0) return;
  Table t(sink, "Clock and file oddities", static_cast<std::uint64_t>(n),
          "File|#Backwards|#In the future|#Without a time|Noted");
  for (const SourceCoverage& s : c.sources) {
    if (odd(s))
      t.row({plain(s.file), number(s.backwards), number(s.in_future), number(s.without_time), plain(top(s.notes, 10))});
  }
  t.close();
}

void all(Sink& sink, const Coverage& c) {
  if (c.sources.empty()) return;
  Table t(sink, "Every file", c.sources.size(), "File|Format|State|#Bytes|#Events|Log sources|First|Last");
  for (const SourceCoverage& s : c.sources) {
    t.row({plain(s.file), plain(s.format), state_name(s.state), number(s.bytes), number(s.events),
           plain(top(s.log_sources, 8)), instant(s.first_time), instant(s.last_time)});
  }
  t.close();
}

}  // namespace
}  // namespace coverage_file

void append_coverage_section(Sink& sink, const Coverage& c) {
  namespace here = coverage_file;
  const CoverageView v = CoverageView::of(c);
  std::string& out = sink.text();
  out +=
      "<section class=\"wrap\" id=\"coverage\" aria-labelledby=\"coverage-title\"><h2 id=\"coverage-title\">What was "
      "read, and what was not</h2>";
  out += v.complete() ? "<p>Every file was read whole.</p>"
                      : "<p class=\"alarm\">Not everything was read: an absence of findings there means nothing.</p>";
  here::facts(out, c, v);
  here::not_read(sink, c, v);
  here::rules(sink, c.rules);
  here::gaps(sink, c, v);
  here::clocks(sink, c);
  here::all(sink, c);
  sink.text() += "</section>\n";
}

}  // namespace custos::share::page

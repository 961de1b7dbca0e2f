// One page that needs nothing but a browser: findings, filters, a time chart, the coverage statement.
// docs/formats/exports.md.
#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <tsl/robin_map.h>

#include "base/text.h"
#include "share/digest.h"
#include "share/exporter.h"
#include "share/identity.h"
#include "share/page/page.h"
#include "share/words.h"
#include "share/writer.h"

namespace custos::share::html {
namespace {

constexpr std::size_t kStatic = 200;             // findings readable without a script
constexpr std::size_t kStaticRaw = 16u << 10;    // of their records
constexpr std::size_t kRaw = 8u << 10;           // of a record in the data
constexpr std::size_t kRawAll = 48u << 20;       // of all records together
constexpr std::size_t kValue = 1u << 10;         // of a matched or an entity's value
constexpr std::size_t kListed = 50;              // matches, entities and further records of one finding
constexpr std::size_t kSentence = 4u << 10;      // of a reason
constexpr std::uint64_t kLowFindings = 100'000;  // after so many, those below medium are only counted
constexpr std::uint64_t kFindings = 300'000;     // after so many, all are
constexpr std::size_t kChunk = 500;              // findings in one data block

std::string_view cut(std::string_view s, std::size_t max) {
  if (s.size() <= max) return s;
  while (max > 0 && (static_cast<unsigned char>(s[max]) & 0xC0) == 0x80) --max;
  return s.substr(0, max);
}

// Numbers past 2^53 are not exact in a browser: they go as text.
void number(JsonWriter& w, std::uint64_t n) {
  if (n < (1ull << 53)) {
    w.value(n);
  } else {
    w.value(std::string_view(fmt::format_int(n).str()));
  }
}

// Texts written once and named by their number from then on.
class Table {
 public:
  std::uint64_t of(const std::string& s) {
    const auto [at, is_new] = index_.emplace(s, texts_.size());
    if (is_new) texts_.push_back(s);
    return at->second;
  }
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  tsl::robin_map<std::string, std::uint64_t> index_;
  std::vector<std::string> texts_;
};

void rule_json(JsonWriter& w, const RuleFacts& r) {
  w.open_object()
      .field("title", r.title)
      .field("id", r.id)
      .field("level", static_cast<int>(r.level))
      .field("description", r.description);
  const std::string sentence = first_sentence(r.description);
  w.field("why", sentence.empty() ? r.title : sentence);
  w.key("attack").values(r.attack).key("tactics").open_array();
  for (const std::string& t : r.tactics) w.value(tactic_title(t));
  w.close_array().field("kind", cut(r.kind, 60)).key("false_positives").values(r.falsepositives).field("path", r.path).field("hash", r.hash);
  w.field("author", r.author).field("status", r.status).close_object();
}

// The most severe findings, earliest first, kept whole while the others pass by.
class Foremost {
 public:
  void add(const Finding& f) {
    if (kept_.size() == kStatic && !before(f, kept_.back())) return;
    const auto at = std::upper_bound(kept_.begin(), kept_.end(), f, before);
    kept_.insert(at, copy(f));
    if (kept_.size() > kStatic) kept_.pop_back();
  }
  const std::vector<Finding>& all() const { return kept_; }

 private:
  static Level level(const Finding& f) { return f.rule ? f.rule->level : Level::Medium; }
  static Micros time(const Finding& f) { return f.time == kNoTime ? std::numeric_limits<Micros>::max() : f.time; }
  static bool before(const Finding& a, const Finding& b) {
    return level(a) != level(b) ? level(a) > level(b) : time(a) < time(b);
  }
  static Finding copy(const Finding& f) {
    Finding c = f;
    // A byte more than is shown, so that the page can tell that it was cut.
    if (c.raw.size() > kStaticRaw) c.raw.resize(kStaticRaw + 1);
    return c;
  }
  std::vector<Finding> kept_;
};

class Run final : public ExportRun {
 public:
  explicit Run(Output& out) : sink_(out) { head(); }

  void finding(const Finding& f) override {
    digest_.add(f);
    foremost_.add(f);
    const Level level = f.rule ? f.rule->level : Level::Medium;
    if (embedded_ >= kFindings || (embedded_ >= kLowFindings && level < Level::Medium)) return;
    if (embedded_ % kChunk == 0) sink_.text() += "<script type=\"application/json\" class=\"findings\">[";
    if (embedded_ % kChunk != 0) sink_.text() += ",\n";
    data(f);
    if (++embedded_ % kChunk == 0) close_chunk();
    sink_.offer();
  }

  void finish(const Coverage& c) override {
    if (embedded_ % kChunk != 0) close_chunk();
    tables();
    std::string& out = sink_.text();
    out += "</head>\n<body>\n";
    page::append_header(out, digest_, c);
    out += "<main id=\"main\">\n";
    page::append_overview(out, digest_);
    findings_section();
    page::append_coverage_section(sink_, c);
    out +=
        "</main>\n<footer class=\"wrap\">TLP:AMBER+STRICT. Limited to the recipient's own organisation. Everything on "
        "this page comes out of this file; nothing is loaded from anywhere.</footer>\n<script>";
    out += page::kScript;
    out += "</script>\n</body>\n</html>\n";
    sink_.flush();
  }

 private:
  void head() {
    std::string& out = sink_.text();
    out +=
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta "
        "http-equiv=\"Content-Security-Policy\" "
        "content=\"default-src 'none'; style-src ";
    out += page::integrity(page::kStyle) + "; script-src " + page::integrity(page::kScript);
    out +=
        "; base-uri 'none'; form-action 'none'\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<meta "
        "name=\"viewport\" "
        "content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n"
        "<title>custos: findings and coverage (TLP:AMBER+STRICT)</title>\n<style>";
    out += page::kStyle;
    out += "</style>\n";
  }

  void close_chunk() { sink_.text() += "]</script>\n"; }

  std::uint64_t rule_number(const std::shared_ptr<const RuleFacts>& rule) {
    const auto [at, is_new] = rule_index_.emplace(rule, rules_.size());
    if (is_new) rules_.push_back(rule);
    return at->second;
  }

  void place(JsonWriter& w, const Place& p) {
    w.open_array().value(files_.of(p.file));
    number(w, p.offset);
    number(w, p.record);
    w.close_array();
  }

  void data(const Finding& f) {
    JsonWriter w(sink_.text(), JsonPlace::Script);
    w.open_object().field("i", finding_id(f)).field("r", rule_number(f.rule)).key("t");
    f.time == kNoTime ? w.null() : w.value(f.time);
    w.field("s", files_.of(f.source.file)).key("o");
    number(w, f.source.offset);
    number(w.key("n"), f.source.record);
    number(w.key("c"), f.count);
    w.field("g", f.log_source).field("p", f.pipeline).key("e").open_array();
    for (std::size_t i = 0; i < f.entities.size() && i < kListed; ++i) {
      w.open_array().value(cut(f.entities[i].kind, 60)).value(cut(f.entities[i].value, kValue));
      if (const std::string is = identity(f.entities[i]); !is.empty()) w.value(cut(is, kValue));
      w.close_array();
    }
    w.close_array().key("m").open_array();
    for (std::size_t i = 0; i < f.matched.size() && i < kListed; ++i) {
      w.open_array().value(cut(f.matched[i].field, 300)).value(cut(f.matched[i].value, kValue));
      f.matched[i].offset ? number(w, *f.matched[i].offset) : static_cast<void>(w.null());
      w.close_array();
    }
    w.close_array();
    if (f.matched.size() > kListed) w.field("mm", std::uint64_t{f.matched.size() - kListed});
    w.key("x").open_array();
    for (std::size_t i = 0; i < f.others.size() && i < kListed; ++i) place(w, f.others[i]);
    w.close_array();
    if (f.behavior) behavior(w.key("b"), *f.behavior);
    record(w, f.raw);
    w.close_object();
  }

  void behavior(JsonWriter& w, const Behavior& b) {
    w.open_object().field("p", rarity(b.p)).field("q", likelihood(b)).field("h", figure(b.threshold)).field("t", to_rfc3339(b.raised));
    w.field("n", std::uint64_t{b.reasons.size()}).key("r").open_array();
    for (std::size_t i = 0; i < b.reasons.size() && i < page::kReasons; ++i) reason(w, b.reasons[i]);
    w.close_array().close_object();
  }

  void reason(JsonWriter& w, const Reason& r) {
    w.open_object().field("k", cut(r.title.empty() ? r.detector : r.title, 300)).field("s", cut(r.sentence, kSentence)).field("a", cut(r.stage, 300));
    w.field("p", rarity(r.p)).field("q", figure(r.p)).field("w", to_rfc3339(r.window)).field("d", cut(r.detector, 300));
    w.field("c", cut(r.chart.title, 300)).field("u", cut(r.chart.unit, 60)).field("bn", std::uint64_t{r.chart.bars.size()}).key("b").open_array();
    for (std::size_t i = 0; i < r.chart.bars.size() && i < page::kBars; ++i) {
      const auto& [label, value] = r.chart.bars[i];
      w.open_array().value(cut(label, 120)).value(value).value(figure(value)).close_array();
    }
    w.close_array().field("en", std::uint64_t{r.evidence.size()}).key("e").open_array();
    for (std::size_t i = 0; i < r.evidence.size() && i < page::kEvidence; ++i) place(w, r.evidence[i]);
    w.close_array().close_object();
  }

  void record(JsonWriter& w, std::string_view raw) {
    const std::string_view kept = raw_bytes_ < kRawAll ? cut(raw, kRaw) : std::string_view{};
    raw_bytes_ += kept.size();
    w.field("w", kept);
    if (kept.size() < raw.size()) w.field("wc", true);
  }

  void tables() {
    sink_.text() += "<script type=\"application/json\" id=\"tables\">";
    JsonWriter w(sink_.text(), JsonPlace::Script);
    w.open_object().key("rules").open_array();
    for (const auto& rule : rules_) {
      rule_json(w, rule ? *rule : no_rule_);
      sink_.offer();
    }
    w.close_array().key("files").open_array();
    for (const std::string& file : files_.texts()) {
      w.value(std::string_view(file));
      sink_.offer();
    }
    w.close_array().close_object();
    sink_.text() += "</script>\n";
  }

  void findings_section() {
    std::string& out = sink_.text();
    out +=
        "<section class=\"wrap\" id=\"findings\" aria-labelledby=\"findings-title\"><h2 "
        "id=\"findings-title\">Findings</h2>\n";
    if (digest_.findings() > embedded_) {
      out += "<p class=\"alarm\">" + grouped(digest_.findings() - embedded_) +
             " findings are counted above but not listed here, to keep this page usable; the JSON output has them "
             "all.</p>\n";
    }
    const std::size_t shown = foremost_.all().size();
    if (digest_.findings() > shown) {
      out += "<p class=\"needs-no-script\">The " + grouped(shown) + " most severe of " + grouped(digest_.findings()) +
             " findings are listed; with scripts allowed all can be searched.</p>\n";
    }
    if (digest_.findings() == 0) {
      out += "<p>There are none.</p></section>\n";
      return;
    }
    out += kToolbar;
    out += kListHead;
    for (const Finding& f : foremost_.all()) {
      page::append_finding(out, f, kStaticRaw);
      sink_.offer();
    }
    out += "</table></div>\n";
    out += kPager;
    out += "</section>\n";
  }

  static const std::string_view kToolbar, kListHead, kPager;

  Sink sink_;
  Digest digest_;
  Foremost foremost_;
  Table files_;
  const RuleFacts no_rule_;
  std::vector<std::shared_ptr<const RuleFacts>> rules_;
  tsl::robin_map<std::shared_ptr<const RuleFacts>, std::uint64_t> rule_index_;
  std::uint64_t embedded_ = 0;
  std::size_t raw_bytes_ = 0;
};

const std::string_view Run::kToolbar = R"page(<div class="needs-script" hidden>
<div class="chart" id="chart-box"><p class="soft" id="chart-help">Findings over time, stacked by level, the most severe below. Drag over a stretch to see only that; click to see all again. The times can also be typed.</p>
<svg id="chart" role="img" aria-labelledby="chart-help" xmlns="http://www.w3.org/2000/svg"></svg></div>
<form id="filters" role="search" aria-label="Filter the findings" autocomplete="off">
<fieldset><legend>Level</legend>
<label><input type="checkbox" id="f-critical" checked> <span class="level critical"><span aria-hidden="true">▲▲</span> critical</span></label>
<label><input type="checkbox" id="f-high" checked> <span class="level high"><span aria-hidden="true">▲</span> high</span></label>
<label><input type="checkbox" id="f-medium" checked> <span class="level medium"><span aria-hidden="true">◆</span> medium</span></label>
<label><input type="checkbox" id="f-low" checked> <span class="level low"><span aria-hidden="true">●</span> low</span></label>
<label><input type="checkbox" id="f-informational" checked> <span class="level informational"><span aria-hidden="true">○</span> informational</span></label>
</fieldset>
<div class="wide"><label for="f-text">Search in everything (all words must occur)</label><input type="search" id="f-text" spellcheck="false"></div>
<div><label for="f-tactic">ATT&amp;CK tactic</label><select id="f-tactic"><option value="">any</option></select></div>
<div><label for="f-host">Host</label><select id="f-host"><option value="">any</option></select></div>
<div><label for="f-rule">Rule</label><select id="f-rule"><option value="">any</option></select></div>
<div><label for="f-source">Source file</label><select id="f-source"><option value="">any</option></select></div>
<div><label for="f-from">From (UTC)</label><input type="text" id="f-from" spellcheck="false" placeholder="2024-03-15T10:00Z"></div>
<div><label for="f-to">To (UTC)</label><input type="text" id="f-to" spellcheck="false" placeholder="2024-03-15T18:00Z"></div>
<div><label for="f-order">Order</label><select id="f-order"><option value="severe">most severe first</option><option value="newest">newest first</option><option value="oldest">oldest first</option><option value="records">most records first</option></select></div>
<div><button type="button" id="show-all">Show all again</button></div>
</form></div>
)page";

const std::string_view Run::kListHead =
    "<div class=\"scroll\"><table id=\"list\"><caption hidden>Findings</caption><colgroup><col class=\"c-level\"><col "
    "class=\"c-time\"><col><col class=\"c-host\">"
    "<col class=\"c-user\"><col class=\"c-count\"></colgroup><thead><tr><th scope=\"col\">Level</th><th "
    "scope=\"col\">Time</th><th scope=\"col\">Finding, and why it matters</th>"
    "<th scope=\"col\">Host</th><th scope=\"col\">User</th><th scope=\"col\" "
    "class=\"number\">Records</th></tr></thead>\n";

const std::string_view Run::kPager = R"page(<div class="pager needs-script" hidden><p id="told" role="status"></p>
<button type="button" id="previous">Previous page</button> <button type="button" id="next">Next page</button></div>
)page";

}  // namespace

extern const Exporter exporter = {"html", "one page to read and search in a browser, offline",
                                  [](Output& out) -> std::unique_ptr<ExportRun> { return std::make_unique<Run>(out); }};

}  // namespace custos::share::html

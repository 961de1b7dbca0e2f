// The page of a report while it is written: what is fixed goes in as it is, what comes out of the case through text() alone.
// Made by render.cc; the sections beside it append to it.
// Lives for one report; borrows the report's view and the masker.
// One thread.
// Refuses to let a text of the case in unmasked or unescaped.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "share/release/masking.h"
#include "share/report/report.h"
#include "share/report/words.h"

namespace custos::share::paper {

class Page {
 public:
  Page(const ReportView& view, Masker& masker) : view_(view), words_(words_of(view.lang)), masker_(masker) {}

  const Words& w() const { return words_; }
  const ReportView& view() const { return view_; }
  bool is_for(Audience a) const { return view_.audience == a; }

  Page& raw(std::string_view html) {
    out_ += html;
    return *this;
  }
  Page& fixed(std::string_view words);  // of words.h: escaped
  template <class... Values>
  Page& fixed(std::string_view words, const Values&... values) {
    return fixed(fmt::format(fmt::runtime(words), values...));
  }
  Page& text(std::string_view of_the_case, std::size_t max = 600);
  // A word of our vocabulary, or, where `word` is what the case itself says, that.
  Page& word(std::string_view word, std::string_view of_the_case) { return word.data() == of_the_case.data() ? text(of_the_case, 80) : fixed(word); }
  Page& number(std::uint64_t n);
  Page& time(Micros t);  // "2026-11-30 20:04:11", or that it is not known
  Page& time(std::string_view rfc3339);
  Page& level(Level l);
  // Links to evidence of incident `n`: [2.1, 2.5].
  Page& evidence(std::size_t n, const EvidenceNumbers& numbers);

  // What of a text fits into `max` characters of a picture, masked; goes in by label().
  Page& label(std::string_view of_the_case, std::size_t max) { return text(of_the_case, max); }

  Page& section(std::string_view id, std::string_view title, int heading = 2);
  Page& end_section() { return raw("</section>\n"); }
  Page& head(std::initializer_list<std::string_view> columns);  // of a table, opened
  Page& end_table() { return raw("</tbody></table>\n"); }

  std::string& html() { return out_; }
  std::size_t pseudonyms() const { return pseudonyms_; }  // places
  // Texts that went in, without their pseudonyms, each once: what the gate looks at.
  std::vector<std::string> texts() const;

 private:
  const ReportView& view_;
  const Words& words_;
  Masker& masker_;
  std::string out_;
  std::size_t pseudonyms_ = 0;
  std::map<std::pair<std::string, std::size_t>, std::string> masked_;  // by text, and how much of it
};

std::string shown(Micros t);

extern const std::string_view kPaper;  // the style sheet

// The sections, in order.
void append_summary(Page& page, const Report& r);
void append_timeline(Page& page, const Report& r);
void append_incident_timeline(Page& page, const ReportIncident& i, std::size_t n);
void append_graph(Page& page, const ReportIncident& i, std::size_t n);
void append_incident(Page& page, const ReportIncident& i, std::size_t n);
void append_exposure(Page& page, const ReportIncident& i, std::size_t n);
void append_further(Page& page, const Report& r);
void append_actions(Page& page, const Report& r);
void append_method(Page& page, const Report& r);
void append_evidence(Page& page, const Report& r);

}  // namespace custos::share::paper

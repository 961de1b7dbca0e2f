#include "share/report/paper.h"

#include <algorithm>

#include "base/text.h"
#include "share/page/page.h"
#include "share/words.h"

namespace custos::share::paper {
namespace paper_file {
namespace {

// Returns how many pseudonyms are in it.
std::size_t append_masked(std::string& out, std::string_view masked) {
  std::size_t pseudonyms = 0;
  for (std::size_t at = 0; at < masked.size();) {
    const bool pseudonym = masked.substr(at).starts_with(kMaskBegin);
    const std::size_t begin = pseudonym ? at + kMaskBegin.size() : at;
    const std::size_t end = std::min(masked.find(pseudonym ? kMaskEnd : kMaskBegin, begin), masked.size());
    page::append_text(out, masked.substr(begin, end - begin), 0);
    pseudonyms += pseudonym ? 1 : 0;
    at = pseudonym ? std::min(end + kMaskEnd.size(), masked.size()) : end;
  }
  return pseudonyms;
}

}  // namespace
}  // namespace paper_file

std::string shown(Micros t) {
  std::string s = to_rfc3339(t - ((t % kSecond) + kSecond) % kSecond);
  if (s.size() >= 19) s = s.substr(0, 10) + " " + s.substr(11, 8);
  return s;
}

Page& Page::fixed(std::string_view words) {
  page::append_text(out_, words, 0);
  return *this;
}

Page& Page::text(std::string_view of_the_case, std::size_t max) {
  auto it = masked_.find({std::string(of_the_case), max});
  if (it == masked_.end()) {
    const std::string valid = is_valid_utf8(of_the_case) ? std::string(of_the_case) : to_valid_utf8(of_the_case);
    it = masked_.emplace(std::pair(std::string(of_the_case), max), masker_.mask(valid, max)).first;
  }
  pseudonyms_ += paper_file::append_masked(out_, it->second);
  return *this;
}

Page& Page::number(std::uint64_t n) {
  std::string s = grouped(n);
  if (view_.lang == Lang::Fr) {
    for (std::size_t at = s.find(','); at != std::string::npos; at = s.find(',')) s.replace(at, 1, "\u202F");
  }
  return raw(s);
}

Page& Page::time(Micros t) { return t == kNoTime ? fixed(words_.unknown) : raw(shown(t)); }

Page& Page::time(std::string_view rfc3339) {
  const auto t = parse_time(rfc3339);
  return t ? time(*t) : rfc3339.empty() ? fixed(words_.unknown) : text(rfc3339, 40);
}

Page& Page::level(Level l) {
  constexpr std::array<std::string_view, 5> kShapes{"\u25CB", "\u25CF", "\u25C6", "\u25B2", "\u25B2\u25B2"};
  return raw("<span class=\"level ")
      .raw(level_name(l))
      .raw("\"><span aria-hidden=\"true\">")
      .raw(kShapes[static_cast<std::size_t>(l)])
      .raw("</span> ")
      .fixed(level_word(words_, l))
      .raw("</span>");
}

Page& Page::evidence(std::size_t n, const EvidenceNumbers& numbers) {
  constexpr std::size_t kMost = 12;
  if (numbers.empty()) return *this;
  const bool linked = view_.audience != Audience::Leadership;
  raw(" <span class=\"refs\">[");
  for (std::size_t i = 0; i < numbers.size() && i < kMost; ++i) {
    const std::string number = fmt::format("{}.{}", n, numbers[i]);
    raw(i == 0 ? "" : ", ");
    raw(linked ? fmt::format("<a href=\"#e{}\">{}</a>", number, number) : number);
  }
  if (numbers.size() > kMost) raw(", ").fixed(words_.more_rows, numbers.size() - kMost);
  return raw("]</span>");
}

Page& Page::section(std::string_view id, std::string_view title, int heading) {
  return raw(fmt::format("<section id=\"{}\"><h{}>", id, heading)).fixed(title).raw(fmt::format("</h{}>\n", heading));
}

Page& Page::head(std::initializer_list<std::string_view> columns) {
  raw("<table><thead><tr>");
  for (const std::string_view c : columns) raw("<th scope=\"col\">").fixed(c).raw("</th>");
  return raw("</tr></thead><tbody>\n");
}

std::vector<std::string> Page::texts() const {
  std::vector<std::string> all;
  for (const auto& [text, masked] : masked_) all.push_back(without_pseudonyms(masked));
  std::sort(all.begin(), all.end());
  return all;
}

}  // namespace custos::share::paper

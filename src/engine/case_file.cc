#include "engine/case_file.h"

#include <charconv>

#include <fmt/format.h>

#include "base/text.h"

namespace custos::engine {
namespace case_parsing {

tl::unexpected<Error> at_line(std::size_t line, std::string_view why) {
  return fail(Code::Malformed, fmt::format("line {}: {}", line + 1, why));
}

// The next word, or the text between quotes.
std::string word(std::string_view& s) {
  s = trim(s);
  if (s.starts_with('"')) {
    const std::size_t end = s.find('"', 1);
    if (end == std::string_view::npos) return {};
    std::string w(s.substr(1, end - 1));
    s.remove_prefix(end + 1);
    return w;
  }
  const std::size_t end = std::min(s.find(' '), s.size());
  std::string w(s.substr(0, end));
  s.remove_prefix(end);
  return w;
}

Result<Expectation> expectation(std::string_view line, std::size_t number) {
  Expectation e;
  e.text = std::string(trim(line));
  if (word(line) != "finding") return at_line(number, "an expectation is `nothing` or `finding \"TITLE\" ...`");
  e.title = word(line);
  if (e.title.empty()) return at_line(number, "finding needs a title in quotes");
  while (!trim(line).empty()) {
    const std::string key = word(line), value = word(line);
    if (key == "count") {
      std::uint64_t n = 0;
      const auto r = std::from_chars(value.data(), value.data() + value.size(), n);
      if (r.ec != std::errc() || r.ptr != value.data() + value.size()) return at_line(number, "count needs a number");
      e.count = n;
    } else if (key == "level") {
      e.level = value;
    } else if (key == "file") {
      e.file = value;
    } else if (key == "field") {
      e.field = value;
    } else {
      return at_line(number, fmt::format("'{}' is none of count, level, file, field", key));
    }
  }
  return e;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

enum class Section { Head, Rule, Log, Expect };

class Reader {
 public:
  explicit Reader(std::string_view text) : lines_(lines_of(text)) {}

  Result<std::vector<Case>> read() {
    cases_.emplace_back();
    for (at_ = 0; at_ < lines_.size(); ++at_) {
      const std::string_view line = lines_[at_];
      Result<void> ok;
      if (line.starts_with("=== ") || line == "===") {
        next_case(line.substr(3));
      } else if (line.starts_with("--- ")) {
        ok = open_section(line.substr(4));
      } else {
        ok = body(line);
      }
      if (!ok) return tl::unexpected<Error>(ok.error());
    }
    // The part before the first "===" holds what all cases share, and is a case itself only when it has logs.
    if (cases_.front().logs.empty()) cases_.erase(cases_.begin());
    if (cases_.empty()) return fail(Code::Malformed, "the file holds no case: a case has at least one `--- log NAME` section");
    return std::move(cases_);
  }

 private:
  void next_case(std::string_view name) {
    Case c;
    c.rules = cases_.front().rules;
    c.inline_rules = cases_.front().inline_rules;
    c.name = std::string(trim(name));
    cases_.push_back(std::move(c));
    section_ = Section::Head;
  }

  Result<void> open_section(std::string_view rest) {
    const std::string kind = word(rest);
    const std::string name(trim(rest));
    Case& c = cases_.back();
    if (kind == "expect") {
      section_ = Section::Expect;
      c.expect_line = c.expect_end = at_ + 1;
      return {};
    }
    if (name.empty() || name.find('/') != std::string::npos) return at_line(at_, "a section needs a plain file name: `--- log security.ndjson`");
    if (kind == "log") {
      section_ = Section::Log;
      c.logs.emplace_back(name, "");
    } else if (kind == "rule") {
      section_ = Section::Rule;
      c.inline_rules.emplace_back(name, "");
    } else {
      return at_line(at_, "a section is `--- rule NAME`, `--- log NAME` or `--- expect`");
    }
    return {};
  }

  Result<void> body(std::string_view line) {
    Case& c = cases_.back();
    switch (section_) {
      case Section::Log: c.logs.back().second.append(line).append("\n"); return {};
      case Section::Rule: c.inline_rules.back().second.append(line).append("\n"); return {};
      case Section::Expect: {
        c.expect_end = at_ + 1;
        if (trim(line).empty() || line.starts_with('#')) return {};
        if (trim(line) == "nothing") {
          c.nothing = true;
          return {};
        }
        auto e = expectation(line, at_);
        if (!e) return tl::unexpected<Error>(e.error());
        c.expect.push_back(std::move(*e));
        return {};
      }
      case Section::Head: break;
    }
    if (trim(line).empty() || line.starts_with('#')) return {};
    if (line.starts_with("name:")) {
      c.name = std::string(trim(line.substr(5)));
    } else if (line.starts_with("rules:")) {
      c.rules.emplace_back(trim(line.substr(6)));
    } else {
      return at_line(at_, "`name:`, `rules:`, `=== NAME` or `--- SECTION` is expected here");
    }
    return {};
  }

  std::vector<std::string_view> lines_;
  std::vector<Case> cases_;
  Section section_ = Section::Head;
  std::size_t at_ = 0;
};

}  // namespace case_parsing

Result<std::vector<Case>> parse_case_file(std::string_view text) { return case_parsing::Reader(text).read(); }

}  // namespace custos::engine

#include "engine/bench/copies.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/hash.h"
#include "base/text.h"

namespace custos::engine::benchmarking {
namespace copying {

constexpr std::array<std::string_view, 17> kNotText = {"re",   "cidr", "exists", "lt",   "lte",   "gt",  "gte",       "fieldref", "expand",
                                                       "minute", "hour", "day",    "week", "month", "year", "condition", "timeframe"};

bool is_number(std::string_view s) {
  return !s.empty() && std::all_of(s.begin(), s.end(), [](char c) { return (c >= '0' && c <= '9') || c == '.' || c == '-'; });
}

// Whether what stands under `Field|modifier|modifier:` is text to compare with.
bool compares_text(std::string_view key) {
  for (std::size_t at = 0; at <= key.size();) {
    const std::size_t bar = std::min(key.find('|', at), key.size());
    if (std::find(kNotText.begin(), kNotText.end(), key.substr(at, bar - at)) != kNotText.end()) return false;
    at = bar + 1;
  }
  return true;
}

// Reads one rule file line by line. Sigma rules are flat enough for that: block lists and one scalar a line; flow lists and block
// scalars are passed through.
class Rewriter {
 public:
  explicit Rewriter(unsigned copy) : behind_(copy % 2 == 1), letters_(fmt::format("q{}", static_cast<char>('a' + copy % 26))), copy_(copy) {}

  std::string run(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find('\n', at), text.size());
      line(text.substr(at, end - at));
      out_ += '\n';
      at = end + 1;
    }
    return unusable_ || changed_ == 0 ? std::string() : std::move(out_);
  }

 private:
  void line(std::string_view l) {
    if (!l.empty() && l.back() == '\r') l.remove_suffix(1);
    const std::size_t indent = std::min(l.find_first_not_of(' '), l.size());
    const bool bare = indent == l.size() || l[indent] == '#';
    if (!bare && block_ != std::string_view::npos && indent <= block_) block_ = std::string_view::npos;
    if (bare || block_ != std::string_view::npos) {
      out_ += l;
    } else if (indent == 0 && l[0] != '-') {
      top(l);
    } else if (indent == 0 && l.substr(0, 3) == "---") {
      in_detection_ = false;
      out_ += l;
    } else if (in_detection_) {
      entry(l, indent);
    } else {
      out_ += l;
    }
  }

  void top(std::string_view l) {
    const std::string_view key = l.substr(0, std::min(l.find(':'), l.size()));
    in_detection_ = key == "detection";
    selection_indent_ = 0;
    unusable_ = unusable_ || key == "correlation" || key == "filter" || key == "action";
    if (key == "title" || key == "name") {
      scalar_line(l, key.size() + 1, fmt::format(" copy {}", copy_));
    } else if (key == "id" && l.size() > 12) {
      // Another id of the same form: the first group of the UUID is replaced by a hash of all of it.
      const std::size_t hex = l.find_first_of("0123456789abcdefABCDEF", 3);
      out_ += l.substr(0, hex);
      out_ += fmt::format("{:08x}", static_cast<std::uint32_t>(hash64(fmt::format("{} {}", copy_, l))));
      out_ += l.substr(std::min(hex + 8, l.size()));
    } else {
      out_ += l;
    }
  }

  // A line of the detection: dashes, perhaps a key, perhaps a scalar.
  void entry(std::string_view l, std::size_t at) {
    while (at + 1 < l.size() && l[at] == '-' && l[at + 1] == ' ') at = std::min(l.find_first_not_of(' ', at + 1), l.size());
    const bool item = l.substr(0, at).find('-') != std::string_view::npos;
    const std::size_t key_end = end_of_key(l, at);
    if (key_end != std::string_view::npos) {
      const std::string_view key = l.substr(at, key_end - at);
      if (selection_indent_ == 0 || at <= selection_indent_) {
        selection_indent_ = at;
        exclusion_ = key.substr(0, 6) == "filter";
      }
      text_ = compares_text(key) && !exclusion_;
      const std::size_t value = l.find_first_not_of(' ', key_end + 1);
      if (value == std::string_view::npos || l[value] == '#') {
        out_ += l;
        return;
      }
      if (l[value] == '|' || l[value] == '>') block_ = l.find_first_not_of(' ');
      at = value;
    } else if (!item) {
      out_ += l;  // the further lines of a plain scalar
      return;
    }
    if (!text_ || at >= l.size() || std::string_view("|>[{&*!").find(l[at]) != std::string_view::npos) {
      out_ += l;
    } else {
      scalar_line(l, at, {});
    }
  }

  static std::size_t end_of_key(std::string_view l, std::size_t at) {
    if (at < l.size() && (l[at] == '\'' || l[at] == '"')) {
      const std::size_t close = l.find(l[at], at + 1);
      return close != std::string_view::npos && close + 1 < l.size() && l[close + 1] == ':' ? close + 1 : std::string_view::npos;
    }
    for (std::size_t colon = l.find(':', at); colon != std::string_view::npos; colon = l.find(':', colon + 1)) {
      if (colon + 1 == l.size() || l[colon + 1] == ' ') return colon;
    }
    return std::string_view::npos;
  }

  // Writes the line with its scalar changed: `fixed` behind it, or else the letters on the side of this copy.
  void scalar_line(std::string_view l, std::size_t at, std::string_view fixed) {
    at = std::min(l.find_first_not_of(' ', at), l.size());
    std::size_t end = std::min(l.find(" #", at), l.size());
    if (at < l.size() && (l[at] == '\'' || l[at] == '"')) {
      const char quote = l[at++];
      end = l.find(quote, at);
      while (quote == '\'' && end != std::string_view::npos && end + 1 < l.size() && l[end + 1] == quote) end = l.find(quote, end + 2);
      while (quote == '"' && end != std::string_view::npos && escaped(l, at, end)) end = l.find(quote, end + 1);
    }
    if (end == std::string_view::npos || end <= at) {
      out_ += l;
      return;
    }
    while (end > at && l[end - 1] == ' ') --end;
    std::string_view value = l.substr(at, end - at);
    out_ += l.substr(0, at);
    out_ += fixed.empty() ? changed(value) : std::string(value) + std::string(fixed);
    out_ += l.substr(end);
  }

  static bool escaped(std::string_view l, std::size_t from, std::size_t at) {
    std::size_t slashes = 0;
    while (at > from + slashes && l[at - 1 - slashes] == '\\') ++slashes;
    return slashes % 2 == 1;
  }

  // Inside the outer wildcards, so that `*x*` stays a search within the value.
  std::string changed(std::string_view v) {
    const std::size_t first = v.find_first_not_of("*?");
    if (first == std::string_view::npos || is_number(v) || v == "null" || v == "true" || v == "false") return std::string(v);
    std::size_t last = v.find_last_not_of("*?") + 1;
    if (v[last - 1] == '\\') last = v.size();
    ++changed_;
    const std::size_t at = behind_ ? last : first;
    return fmt::format("{}{}{}", v.substr(0, at), letters_, v.substr(at));
  }

  bool behind_;
  std::string letters_, out_;
  unsigned copy_;
  bool in_detection_ = false, unusable_ = false, text_ = true, exclusion_ = false;
  std::size_t block_ = std::string_view::npos, changed_ = 0, selection_indent_ = 0;
};

}  // namespace copying

std::string with_other_literals(std::string_view rule_file, unsigned copy) { return copying::Rewriter(copy).run(rule_file); }

std::vector<rules::RuleText> times_the_literals(const std::vector<rules::RuleText>& texts, unsigned times) {
  std::vector<rules::RuleText> out = texts;
  for (unsigned copy = 1; copy < times; ++copy) {
    for (const rules::RuleText& t : texts) {
      if (auto text = with_other_literals(t.text, copy); !text.empty()) out.push_back({fmt::format("{} copy {}", t.path, copy), std::move(text)});
    }
  }
  return out;
}

}  // namespace custos::engine::benchmarking

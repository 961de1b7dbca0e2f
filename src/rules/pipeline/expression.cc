#define PCRE2_CODE_UNIT_WIDTH 8
#include "rules/pipeline/expression.h"

#include <optional>

#include <fmt/format.h>
#include <pcre2.h>

#include "base/text.h"

namespace custos::rules::pipeline {

struct Expression::Program {
  pcre2_code* code = nullptr;
  pcre2_match_context* context = nullptr;
  std::string pattern;
  std::size_t groups = 0;

  Program() = default;
  ~Program() {
    pcre2_match_context_free(context);
    pcre2_code_free(code);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // The number of a named group; nothing where there is none.
  std::optional<std::size_t> group(const std::string& name) const {
    const int number = pcre2_substring_number_from_name(code, reinterpret_cast<PCRE2_SPTR>(name.c_str()));
    return number > 0 ? std::optional(static_cast<std::size_t>(number)) : std::nullopt;
  }

  // Found::groups is empty where there is no match.
  Result<Found> find(std::string_view text, std::size_t from, std::uint32_t options) const {
    using Data = std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)>;
    const Data data(pcre2_match_data_create_from_pattern(code, nullptr), &pcre2_match_data_free);
    if (!data) return fail(Code::Limit, "not enough memory for a regular expression");
    const int count =
        pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), from, options, data.get(), context);
    if (count == PCRE2_ERROR_NOMATCH) return Found();
    if (count < 0) {
      return fail(Code::Limit, fmt::format("the regular expression '{}' backtracks too much", printable(pattern, 200)));
    }
    const PCRE2_SIZE* places = pcre2_get_ovector_pointer(data.get());
    Found found{places[0], places[1], {}};
    if (found.begin > found.end || found.begin < from) {
      return fail(Code::Unsupported, fmt::format("the regular expression '{}' uses \\K", printable(pattern, 200)));
    }
    for (std::size_t i = 0; i <= groups; ++i) {
      const bool set =
          i < static_cast<std::size_t>(count) && places[2 * i] != PCRE2_UNSET && places[2 * i] <= places[2 * i + 1];
      found.groups.push_back(set ? text.substr(places[2 * i], places[2 * i + 1] - places[2 * i]) : std::string_view());
    }
    return found;
  }
};

namespace expression {
namespace {

constexpr std::uint32_t kMatchLimit = 200'000;
constexpr std::uint32_t kDepthLimit = 10'000;
constexpr std::size_t kMaxMatches = 100'000;

// A stretch of a replacement: text as it stands, or a group.
struct Part {
  std::string text;
  std::optional<std::size_t> group;
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::optional<char> control(char c) {
  switch (c) {
    case 'n': return '\n';
    case 't': return '\t';
    case 'r': return '\r';
    case 'a': return '\a';
    case 'f': return '\f';
    case 'v': return '\v';
    case 'b': return '\b';
    case '\\': return '\\';
    default: return std::nullopt;
  }
}

// `\1`, `\12`, `\g<1>`, `\g<name>`, `\n` and the like, `\\`; a backslash before a letter that means nothing is refused.
template <class GroupOf>
Result<std::vector<Part>> read_replacement(std::string_view s, const GroupOf& group_of) {
  std::vector<Part> parts;
  const auto text = [&](std::string_view t) {
    if (parts.empty() || parts.back().group) parts.emplace_back();
    parts.back().text += t;
  };
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] != '\\') {
      text(s.substr(i, 1));
      continue;
    }
    if (++i == s.size()) return fail(Code::Malformed, "the replacement ends in a backslash");
    const char c = s[i];
    std::string name;
    if (c == 'g') {
      const std::size_t end = s.find('>', i);
      if (i + 1 >= s.size() || s[i + 1] != '<' || end == std::string_view::npos) {
        return fail(Code::Malformed, "\\g in a replacement wants <group>");
      }
      name = s.substr(i + 2, end - i - 2);
      i = end;
    } else if (is_digit(c) && c != '0') {
      name = s.substr(i, i + 1 < s.size() && is_digit(s[i + 1]) ? 2 : 1);
      i += name.size() - 1;
    } else if (const auto plain = control(c)) {
      text(std::string_view(&*plain, 1));
      continue;
    } else if (c == '0' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) {
      return fail(Code::Malformed, fmt::format("'\\{}' in a replacement means nothing; write \\\\ for a backslash", c));
    } else {
      text(s.substr(i - 1, 2));
      continue;
    }
    const std::optional<std::size_t> group = group_of(name);
    if (!group)
      return fail(Code::Malformed,
                  fmt::format("the replacement names a group '{}' that is not there", printable(name, 80)));
    parts.push_back({{}, group});
  }
  return parts;
}

std::optional<std::size_t> number(std::string_view name, std::size_t groups) {
  if (name.empty() || name.size() > 3) return std::nullopt;
  std::size_t n = 0;
  for (const char c : name) {
    if (!is_digit(c)) return std::nullopt;
    n = n * 10 + static_cast<std::size_t>(c - '0');
  }
  return n <= groups ? std::optional(n) : std::nullopt;
}

}  // namespace
}  // namespace expression

Result<Expression> Expression::compile(std::string_view pattern) {
  auto program = std::make_shared<Program>();
  int code = 0;
  PCRE2_SIZE at = 0;
  program->pattern = pattern;
  program->code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                PCRE2_UTF | PCRE2_UCP | PCRE2_NEVER_BACKSLASH_C, &code, &at, nullptr);
  if (program->code == nullptr) {
    PCRE2_UCHAR words[160] = {};
    pcre2_get_error_message(code, words, sizeof(words));
    return fail(Code::Malformed, fmt::format("the regular expression '{}' is wrong at character {}: {}",
                                             printable(pattern, 200), at, reinterpret_cast<const char*>(words)));
  }
  program->context = pcre2_match_context_create(nullptr);
  if (program->context == nullptr) return fail(Code::Limit, "not enough memory for a regular expression");
  pcre2_set_match_limit(program->context, expression::kMatchLimit);
  pcre2_set_depth_limit(program->context, expression::kDepthLimit);
  std::uint32_t groups = 0;
  pcre2_pattern_info(program->code, PCRE2_INFO_CAPTURECOUNT, &groups);
  program->groups = groups;
  Expression out;
  out.program_ = std::move(program);
  return out;
}

Result<bool> Expression::starts(std::string_view text) const {
  const auto found = program_->find(text, 0, PCRE2_ANCHORED);
  if (!found) return tl::unexpected(found.error());
  return !found->groups.empty();
}

Result<std::vector<Found>> Expression::all(std::string_view text) const {
  std::vector<Found> out;
  std::size_t from = 0;
  std::uint32_t options = 0;
  while (from <= text.size()) {
    auto found = program_->find(text, from, options);
    if (!found) return tl::unexpected(found.error());
    if (found->groups.empty()) break;
    from = found->end;
    // Behind an empty match, the next one may not be empty in the same place.
    options = found->begin == found->end ? PCRE2_NOTEMPTY_ATSTART : 0;
    out.push_back(std::move(*found));
    if (out.size() > expression::kMaxMatches)
      return fail(Code::Limit, "a regular expression matches too often in one value");
  }
  return out;
}

Result<void> Expression::check_replacement(std::string_view replacement) const {
  const auto parts = expression::read_replacement(replacement, [&](const std::string& name) {
    const auto by_number = expression::number(name, program_->groups);
    return by_number ? by_number : program_->group(name);
  });
  if (!parts) return tl::unexpected(parts.error());
  return {};
}

std::string Expression::expand(std::string_view replacement, const Found& found) const {
  const auto parts = expression::read_replacement(replacement, [&](const std::string& name) {
    const auto by_number = expression::number(name, program_->groups);
    return by_number ? by_number : program_->group(name);
  });
  std::string out;
  if (!parts) return out;
  for (const expression::Part& part : *parts) {
    if (part.group) {
      out += found.groups[*part.group];
    } else {
      out += part.text;
    }
  }
  return out;
}

Result<std::string> Expression::replace(std::string_view text, std::string_view replacement) const {
  const auto matches = all(text);
  if (!matches) return tl::unexpected(matches.error());
  std::string out;
  std::size_t kept = 0;
  for (const Found& found : *matches) {
    out += text.substr(kept, found.begin - kept);
    out += expand(replacement, found);
    kept = found.end;
  }
  out += text.substr(kept);
  return out;
}

}  // namespace custos::rules::pipeline

#include "rules/match/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <hs/hs.h>
#include <pcre2.h>

#include <mutex>

#include <fmt/format.h>

#include "base/text.h"

namespace custos::rules {

struct RegexScratch::Parts {
  hs_scratch_t* hyperscan = nullptr;
  pcre2_match_data* match = nullptr;
  pcre2_match_context* context = nullptr;
};

RegexScratch::RegexScratch() : parts_(std::make_unique<Parts>()) {
  parts_->match = pcre2_match_data_create(1, nullptr);
  parts_->context = pcre2_match_context_create(nullptr);
  pcre2_set_match_limit(parts_->context, 1'000'000);
  pcre2_set_heap_limit(parts_->context, 16'384);  // KiB
}

RegexScratch::~RegexScratch() {
  hs_free_scratch(parts_->hyperscan);
  pcre2_match_data_free(parts_->match);
  pcre2_match_context_free(parts_->context);
}

// PCRE2's compiled code answers almost every question, and is made in microseconds. Where it reaches its limit Hyperscan, which is
// linear in the text but takes milliseconds to compile, decides instead; each is made when it is first needed.
struct Regex::Parts {
  std::string expression;
  unsigned flags = 0;
  pcre2_code* pcre = nullptr;
  std::once_flag jit_once, hyperscan_once;
  hs_database_t* hyperscan = nullptr;

  void prepare_hyperscan() {
    std::call_once(hyperscan_once, [this] {
      hs_compile_error_t* error = nullptr;
      if (hs_valid_platform() != HS_SUCCESS ||
          hs_compile(expression.c_str(), flags, HS_MODE_BLOCK, nullptr, &hyperscan, &error) != HS_SUCCESS) {
        hs_free_compile_error(error);
        hyperscan = nullptr;
      }
    });
  }
};

Regex::Regex() : parts_(std::make_unique<Parts>()) {}

Regex::~Regex() {
  hs_free_database(parts_->hyperscan);
  pcre2_code_free(parts_->pcre);
}

Result<std::shared_ptr<const Regex>> Regex::compile(const std::string& expression, Options o) {
  constexpr std::size_t kMostBytes = 16'000;
  if (expression.size() > kMostBytes) return fail(Code::Limit, fmt::format("the expression is longer than {} bytes", kMostBytes));
  if (expression.find('\0') != std::string::npos) return fail(Code::Malformed, "the expression holds a NUL");
  std::shared_ptr<Regex> r(new Regex);
  // UCP would make \w and \d speak of all scripts; UTF-8 alone keeps "." one character.
  r->parts_->flags = HS_FLAG_SINGLEMATCH | HS_FLAG_ALLOWEMPTY | HS_FLAG_UTF8;
  if (o.ignore_case) r->parts_->flags |= HS_FLAG_CASELESS;
  if (o.multiline) r->parts_->flags |= HS_FLAG_MULTILINE;
  if (o.dot_all) r->parts_->flags |= HS_FLAG_DOTALL;
  r->parts_->expression = expression;
  std::uint32_t options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C;
  if (o.ignore_case) options |= PCRE2_CASELESS;
  if (o.multiline) options |= PCRE2_MULTILINE;
  if (o.dot_all) options |= PCRE2_DOTALL;
  int code = 0;
  PCRE2_SIZE at = 0;
  auto* context = pcre2_compile_context_create(nullptr);
  pcre2_set_parens_nest_limit(context, 100);
  pcre2_set_max_pattern_length(context, kMostBytes);
  r->parts_->pcre = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression.data()), expression.size(), options, &code, &at, context);
  pcre2_compile_context_free(context);
  if (r->parts_->pcre == nullptr) {
    PCRE2_UCHAR why[256];
    pcre2_get_error_message(code, why, sizeof why);
    return fail(Code::Malformed, fmt::format("the expression is none at character {}: {}", at + 1, reinterpret_cast<char*>(why)));
  }
  std::size_t bytes = 0;
  pcre2_pattern_info(r->parts_->pcre, PCRE2_INFO_SIZE, &bytes);
  if (bytes > (4u << 20)) return fail(Code::Limit, "the expression unfolds to more than 4 MiB");
  return r;
}

Found Regex::find(std::string_view text, RegexScratch& scratch) const {
  auto& s = *scratch.parts_;
  std::call_once(parts_->jit_once, [this] { pcre2_jit_compile(parts_->pcre, PCRE2_JIT_COMPLETE); });
  const int r = pcre2_match(parts_->pcre, reinterpret_cast<PCRE2_SPTR>(text.data()), text.size(), 0, PCRE2_NO_UTF_CHECK, s.match, s.context);
  if (r == PCRE2_ERROR_NOMATCH) return Found::No;
  if (r >= 0) return Found::Yes;
  parts_->prepare_hyperscan();
  if (parts_->hyperscan == nullptr || hs_alloc_scratch(parts_->hyperscan, &s.hyperscan) != HS_SUCCESS) return Found::Undecided;
  bool found = false;
  const auto on_match = [](unsigned, unsigned long long, unsigned long long, unsigned, void* to) {
    *static_cast<bool*>(to) = true;
    return 1;
  };
  const auto scanned = hs_scan(parts_->hyperscan, text.data(), static_cast<unsigned>(text.size()), 0, s.hyperscan, on_match, &found);
  if (scanned != HS_SUCCESS && scanned != HS_SCAN_TERMINATED) return Found::Undecided;
  return found ? Found::Yes : Found::No;
}

namespace required {

// Behind a group or class; quantifiers are left to the caller. npos when it never closes.
std::size_t skip_class(std::string_view e, std::size_t at) {
  ++at;
  if (at < e.size() && e[at] == '^') ++at;
  if (at < e.size() && e[at] == ']') ++at;
  for (; at < e.size(); ++at) {
    if (e[at] == '\\') {
      ++at;
    } else if (e[at] == ']') {
      return at + 1;
    }
  }
  return std::string_view::npos;
}

std::size_t skip_group(std::string_view e, std::size_t at) {
  std::size_t depth = 0;
  while (at < e.size()) {
    if (e[at] == '\\') {
      at += 2;
    } else if (e[at] == '[') {
      at = skip_class(e, at);
    } else {
      if (e[at] == '(') ++depth;
      if (e[at] == ')' && --depth == 0) return at + 1;
      ++at;
    }
  }
  return std::string_view::npos;
}

}  // namespace required

// Reads the top level of the expression only: runs of plain characters outside groups and classes. Whatever it is not sure
// of ends a run; an alternation at the top, or an extended (?x) syntax, means that nothing is required.
std::string Regex::required_literal(std::string_view e) {
  std::string best, run;
  const auto close = [&] {
    if (run.size() > best.size()) best = run;
    run.clear();
  };
  if (e.find("(?x") != std::string_view::npos || e.find("(?#") != std::string_view::npos || e.find("\\Q") != std::string_view::npos) return {};
  for (std::size_t i = 0; i < e.size();) {
    const char c = e[i];
    bool one = false;  // a single required character was added
    if (c == '|') return {};
    if (c == '(' || c == '[') {
      close();
      i = c == '(' ? required::skip_group(e, i) : required::skip_class(e, i);
      if (i == std::string_view::npos) return {};
    } else if (c == '\\') {
      if (i + 1 >= e.size()) return {};
      const auto n = static_cast<unsigned char>(e[i + 1]);
      if (n < 0x80 && std::isalnum(n) == 0) {
        run += e[i + 1];
        one = true;
      } else {
        close();
        // \x41, \x{..}, \p{..}, \1 and friends: what follows belongs to them, and is not read as text.
        if (std::string_view("bBdDsSwWAzZ").find(e[i + 1]) == std::string_view::npos) return fold(best);
      }
      i += 2;
    } else if (c == '.' || c == '^' || c == '$') {
      close();
      ++i;
    } else {
      run += c;
      one = static_cast<unsigned char>(c) < 0x80;
      ++i;
    }
    if (i < e.size() && (e[i] == '*' || e[i] == '?' || e[i] == '{' || e[i] == '+')) {
      if (e[i] != '+') {
        if (one && !run.empty()) run.pop_back();
        if (!one) run.clear();
      }
      close();
      if (e[i] == '{') {
        i = e.find('}', i);
        if (i == std::string_view::npos) return {};
      }
      ++i;
      while (i < e.size() && (e[i] == '?' || e[i] == '+')) ++i;  // lazy or possessive
    }
  }
  close();
  return fold(best);
}

}  // namespace custos::rules

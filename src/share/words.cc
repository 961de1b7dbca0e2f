#include "share/words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/text.h"

namespace custos::share {
namespace words_file {
namespace {

struct Tactic {
  std::string_view word, id, title;
};

// In the order of the matrix.
constexpr std::array<Tactic, 14> kTactics{{
    {"reconnaissance", "TA0043", "Reconnaissance"},
    {"resource_development", "TA0042", "Resource Development"},
    {"initial_access", "TA0001", "Initial Access"},
    {"execution", "TA0002", "Execution"},
    {"persistence", "TA0003", "Persistence"},
    {"privilege_escalation", "TA0004", "Privilege Escalation"},
    {"defense_evasion", "TA0005", "Defense Evasion"},
    {"credential_access", "TA0006", "Credential Access"},
    {"discovery", "TA0007", "Discovery"},
    {"lateral_movement", "TA0008", "Lateral Movement"},
    {"collection", "TA0009", "Collection"},
    {"command_and_control", "TA0011", "Command and Control"},
    {"exfiltration", "TA0010", "Exfiltration"},
    {"impact", "TA0040", "Impact"},
}};

const Tactic* find(std::string_view tactic) {
  for (const Tactic& t : kTactics) {
    const bool same = t.word.size() == tactic.size() &&
                      std::equal(t.word.begin(), t.word.end(), tactic.begin(),
                                 [](char a, char b) { return a == (b == '-' || b == ' ' ? '_' : ascii_lower(b)); });
    if (same) return &t;
  }
  return nullptr;
}

// Two digits that say something, without zeros behind them.
std::string decimals(double n) {
  const int places = n >= 1 ? 1 : 1 - static_cast<int>(std::floor(std::log10(n)));
  std::string s = fmt::format("{:.{}f}", n, places);
  while (s.back() == '0') s.pop_back();
  if (s.back() == '.') s.pop_back();
  return s;
}

// Rounded down, but not past the first of all times.
Micros whole_seconds(Micros t) { return t < kNoTime + kSecond ? t : t - ((t % kSecond) + kSecond) % kSecond; }

bool blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

}  // namespace
}  // namespace words_file

std::string grouped(std::uint64_t n) {
  std::string digits = fmt::format_int(n).str();
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

std::string counted(std::uint64_t n, std::string_view noun) {
  std::string s = grouped(n) + " " + std::string(noun);
  if (n == 1) return s;
  if (s.back() == 'y') {
    s.pop_back();
    return s + "ies";
  }
  return s + (s.ends_with("ch") || s.ends_with("s") ? "es" : "s");
}

std::string sized(std::uint64_t bytes) {
  if (bytes < 1024) return counted(bytes, "byte");
  constexpr std::array<std::string_view, 5> kUnits{"KiB", "MiB", "GiB", "TiB", "PiB"};
  double v = static_cast<double>(bytes) / 1024;
  std::size_t unit = 0;
  // What would be printed as 1024.0 is one of the next unit.
  while (v >= 1023.95 && unit + 1 < kUnits.size()) {
    v /= 1024;
    ++unit;
  }
  return fmt::format("{:.1f} {}", v, kUnits[unit]);
}

std::string span(Micros first, Micros last) {
  if (first == kNoTime) first = last;
  if (last == kNoTime) last = first;
  if (first == kNoTime) return "no time";
  const std::string from = to_rfc3339(words_file::whole_seconds(first)),
                    to = to_rfc3339(words_file::whole_seconds(last));
  if (from == to) return from;
  const bool same_day = from.substr(0, from.find('T')) == to.substr(0, to.find('T'));
  return from + " to " + (same_day ? to.substr(to.find('T') + 1) : to);
}

std::string figure(double n) {
  if (!std::isfinite(n)) return n > 0 ? "beyond all numbers" : "not known";
  if (n < 0) return "-" + figure(-n);
  if (n == 0) return "0";
  if (n < 1e-6 || n >= 1e15) return fmt::format("{:.2g}", n);
  return n < 999.95 ? words_file::decimals(n) : grouped(static_cast<std::uint64_t>(std::round(n)));
}

std::string rarity(double p) {
  if (!std::isfinite(p)) return "not known in how many ordinary days";
  if (p > 0.5) return "more than half of all ordinary days";
  const double one_in = 1 / std::max(p, 1e-15);
  const double digit = std::pow(10, std::floor(std::log10(one_in) + 1e-9));
  // Rounded to where it is surely true: what is said to be rarer than 1 in 10,000 is.
  const double bound = std::floor(one_in / digit + 1e-9) * digit;
  const bool exact = p >= 1e-15 && one_in - bound < 1e-6 * bound;
  return fmt::format("{}1 in {} ordinary days", exact ? "" : "less than ", grouped(static_cast<std::uint64_t>(std::round(bound))));
}

std::string first_sentence(std::string_view text) {
  text = trim(text);
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool space = words_file::blank(text[i]);
    if (space && !out.empty() && (out.back() == '.' || out.back() == '!' || out.back() == '?') &&
        !out.ends_with("e.g.") && !out.ends_with("i.e.")) {
      break;
    }
    if (!space) {
      out += text[i];
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  return out;
}

std::string why(const Finding& f) {
  if (f.behavior && !f.behavior->reasons.empty()) return f.behavior->reasons.front().sentence;
  if (!f.rule) return {};
  const std::string s = first_sentence(f.rule->description);
  return s.empty() ? f.rule->title : s;
}

std::string entities(const Finding& f, std::string_view kind, std::string_view between) {
  std::string out;
  bool any = false;
  for (const Entity& e : f.entities) {
    if (e.kind != kind) continue;
    if (any) out += between;
    out += e.value;
    any = true;
  }
  return out;
}

std::string identity(const Entity& e) {
  std::string out;
  for (const Identity& i : e.identities) {
    if (!out.empty()) out += ", ";
    if (i.kind == "person") out += "owner ";
    out += i.is.known() ? i.is.value : i.is.candidates.empty() ? "not known" : joined(i.is.candidates, " or ");
    if (!i.is.from.empty()) out += " (" + i.is.from + ")";
  }
  return out;
}

std::vector<std::string_view> computers(const Finding& f) {
  std::vector<std::string_view> out;
  const auto known = [](const Entity& e) -> std::string_view {
    for (const Identity& i : e.identities) {
      if (i.kind == "host" && i.is.known()) return i.is.value;
    }
    return {};
  };
  for (const Entity& e : f.entities) {
    if (e.kind == "host") out.push_back(known(e).empty() ? std::string_view(e.value) : known(e));
  }
  for (const Entity& e : f.entities) {
    if (!out.empty()) break;
    if (e.kind == "address" && !known(e).empty()) out.push_back(known(e));
  }
  return out;
}

std::string_view first_entity(const Finding& f, std::string_view kind) {
  for (const Entity& e : f.entities) {
    if (e.kind == kind) return e.value;
  }
  return {};
}

std::string actor(const Finding& f) {
  for (const Entity& e : f.entities) {
    if ((e.kind == "host" || e.kind == "user") && !e.value.empty()) return e.value;
  }
  return f.rule ? f.rule->title : std::string{};
}

double strength(const Behavior& b) {
  const double rare = b.p > 0 ? 1 / b.p : b.p == 0 ? std::numeric_limits<double>::infinity() : 0;
  return b.odds > rare ? b.odds : rare;
}

std::string likelihood(const Behavior& b) {
  const std::string p = "p = " + (std::isfinite(b.p) ? figure(b.p) : "not known");
  return b.odds > 0 && strength(b) == b.odds ? p + ", odds " + figure(b.odds) : p;
}

std::string joined(const std::vector<std::string>& texts, std::string_view between) {
  std::string out;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (i > 0) out += between;
    out += texts[i];
  }
  return out;
}

std::string tactic_title(std::string_view tactic) {
  if (const auto* t = words_file::find(tactic)) return std::string(t->title);
  std::string out(tactic);
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (out[i] == '_' || out[i] == '-') out[i] = ' ';
    if ((i == 0 || out[i - 1] == ' ') && out[i] >= 'a' && out[i] <= 'z') out[i] = static_cast<char>(out[i] - 'a' + 'A');
  }
  return out;
}

std::string_view tactic_id(std::string_view tactic) {
  const auto* t = words_file::find(tactic);
  return t == nullptr ? std::string_view{} : t->id;
}

}  // namespace custos::share

#include "rules/lower/pattern.h"

namespace custos::rules {

void Pattern::add(Kind kind, std::string_view text) {
  if (kind == Kind::Star && !parts.empty() && parts.back().kind == Kind::Star) return;
  if (kind == Kind::Literal) {
    if (text.empty()) return;
    if (!parts.empty() && parts.back().kind == Kind::Literal) {
      parts.back().text += text;
      return;
    }
  }
  parts.push_back({kind, std::string(text)});
}

Pattern Pattern::parse(std::string_view s) {
  Pattern p;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const char c = s[i];
    if (c == '\\' && i + 1 < s.size() && (s[i + 1] == '*' || s[i + 1] == '?' || s[i + 1] == '\\')) {
      p.add(Kind::Literal, s.substr(++i, 1));
    } else if (c == '*') {
      p.add(Kind::Star);
    } else if (c == '?') {
      p.add(Kind::One);
    } else {
      p.add(Kind::Literal, s.substr(i, 1));
    }
  }
  return p;
}

Pattern Pattern::literal(std::string_view text) {
  Pattern p;
  p.add(Kind::Literal, text);
  return p;
}

bool Pattern::has_wildcards() const {
  for (const Part& p : parts) {
    if (p.kind != Kind::Literal) return true;
  }
  return false;
}

std::string Pattern::plain() const {
  std::string s;
  for (const Part& p : parts) s += p.text;
  return s;
}

std::string Pattern::text() const {
  std::string s;
  for (const Part& p : parts) {
    if (p.kind == Kind::Star) {
      s += '*';
    } else if (p.kind == Kind::One) {
      s += '?';
    } else {
      for (const char c : p.text) {
        if (c == '*' || c == '?') s += '\\';
        s += c;
      }
    }
  }
  return s;
}

void Pattern::star_front() {
  if (parts.empty() || parts.front().kind != Kind::Star) parts.insert(parts.begin(), {Kind::Star, {}});
}

void Pattern::star_back() { add(Kind::Star); }

namespace {

// Where the next character of valid UTF-8 begins.
std::size_t next_character(std::string_view s, std::size_t at) {
  ++at;
  while (at < s.size() && (static_cast<unsigned char>(s[at]) & 0xC0) == 0x80) ++at;
  return at;
}

}  // namespace

bool fits(const std::vector<Pattern::Part>& parts, std::string_view value) {
  std::size_t part = 0, at = 0;
  std::size_t star = parts.size(), mark = 0;  // the last star seen, and where its run ends so far
  while (true) {
    bool stuck = false;
    if (part == parts.size()) {
      if (at == value.size()) return true;
      stuck = true;
    } else {
      const Pattern::Part& p = parts[part];
      if (p.kind == Pattern::Kind::Star) {
        star = part++;
        mark = at;
        continue;
      }
      if (p.kind == Pattern::Kind::One) {
        stuck = at >= value.size();
        if (!stuck) at = next_character(value, at);
      } else {
        stuck = value.compare(at, p.text.size(), p.text) != 0;
        if (!stuck) at += p.text.size();
      }
      if (!stuck) {
        ++part;
        continue;
      }
    }
    if (star == parts.size() || mark >= value.size()) return false;
    // Give the star one more character; a literal behind it lets us jump to its next occurrence.
    mark = next_character(value, mark);
    part = star + 1;
    if (part < parts.size() && parts[part].kind == Pattern::Kind::Literal) {
      mark = value.find(parts[part].text, mark);
      if (mark == std::string_view::npos) return false;
    }
    at = mark;
  }
}

}  // namespace custos::rules

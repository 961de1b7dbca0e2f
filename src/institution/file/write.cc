#include "institution/file/write.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"
#include "base/yaml.h"
#include "institution/file/tree.h"

namespace custos::institution {
namespace yaml_writing {
namespace {

constexpr std::size_t kColumns = 140;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Words that some reader of YAML 1.1 takes for no text.
bool is_reserved(std::string_view s) {
  constexpr auto kWords = std::to_array<std::string_view>({"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"});
  return std::any_of(kWords.begin(), kWords.end(), [s](std::string_view w) { return equals_ignore_ascii_case(s, w); });
}

// A network or an address of IPv4: three dots, so no reader takes it for a number.
bool is_dotted(std::string_view s) {
  if (std::count(s.begin(), s.end(), '.') != 3 || !is_digit(s.back())) return false;
  return std::all_of(s.begin(), s.end(), [](char c) { return is_digit(c) || c == '.' || c == '/'; });
}

// Texts that mean the same to every reader of YAML without quotes, inside flow lists too.
bool is_plain(std::string_view s) {
  if (s.empty() || s.size() > 120 || s.back() == ' ') return false;
  if (!is_letter(s[0])) return is_digit(s[0]) && is_dotted(s);
  for (const char c : s) {
    if (!is_letter(c) && !is_digit(c) && std::string_view("_-.@/$ ").find(c) == std::string_view::npos) return false;
  }
  return !is_reserved(s);
}

// Whether a code point has to be escaped: control characters, marks that turn the direction of writing, what YAML does not take.
bool is_hidden(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0xA0) || c == 0x00AD || c == 0x061C || (c >= 0x200B && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) || (c & 0xFFFE) == 0xFFFE || (c >= 0xE0000 && c <= 0xE0FFF);
}

// `s` is valid UTF-8; `at` moves behind the character.
char32_t next_character(std::string_view s, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(s[at++]);
  if (lead < 0x80) return lead;
  const int more = lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
  char32_t c = lead & (0x3Fu >> more);
  for (int i = 0; i < more; ++i) c = (c << 6) | (static_cast<unsigned char>(s[at++]) & 0x3Fu);
  return c;
}

std::string quoted(std::string_view raw) {
  const std::string s = to_valid_utf8(raw);
  std::string out = "\"";
  for (std::size_t at = 0; at < s.size();) {
    const std::size_t from = at;
    const char32_t c = next_character(s, at);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (is_hidden(c)) {
      const auto code = static_cast<std::uint32_t>(c);
      out += c < 0x100 ? fmt::format("\\x{:02X}", code) : c < 0x10000 ? fmt::format("\\u{:04X}", code) : fmt::format("\\U{:08X}", code);
    } else {
      out.append(s, from, at - from);
    }
  }
  return out + "\"";
}

std::string scalar(const Tree& t) {
  if (t.kind == Tree::Kind::Bare || (t.kind == Tree::Kind::Date && type_scalar(t.text, false).kind == Scalar::Kind::Text && t.text.size() == 10)) return t.text;
  return is_plain(t.text) ? t.text : quoted(t.text);
}

// On one line; stops growing a little past `most`.
void flow(std::string& out, const Tree& t, std::size_t most) {
  if (out.size() > most) return;
  if (t.kind == Tree::Kind::List) {
    out += '[';
    for (std::size_t i = 0; i < t.list.size() && out.size() <= most; ++i) {
      if (i > 0) out += ", ";
      flow(out, t.list[i], most);
    }
    out += ']';
  } else if (t.kind == Tree::Kind::Map) {
    out += '{';
    for (std::size_t i = 0; i < t.map.size() && out.size() <= most; ++i) {
      out += fmt::format("{}{}: ", i > 0 ? ", " : "", t.map[i].key);
      flow(out, t.map[i].value, most);
    }
    out += '}';
  } else {
    out += scalar(t);
  }
}

void comment(std::string& out, std::string_view text, std::string_view indent) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string line = printable(to_valid_utf8(text.substr(0, end)));
    out += fmt::format("{}{}{}\n", indent, line.empty() ? "#" : "# ", line);
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
}

class Writer {
 public:
  explicit Writer(const Comments& comments) : comments_(comments) {}

  std::string run(const Tree& root) {
    comment(out_, comments_.head, "");
    for (const auto& [key, value] : root.map) {
      if (const auto c = comments_.sections.find(key); c != comments_.sections.end()) comment(out_, c->second, "");
      if (value.kind == Tree::Kind::List && !value.list.empty() && value.list[0].kind == Tree::Kind::Map) {
        section(key, value);
      } else {
        entry(key, value, 0, key.size() + 2);
      }
    }
    comment(out_, comments_.tail, "");
    return std::move(out_);
  }

 private:
  void section(const std::string& key, const Tree& list) {
    out_ += key + ":\n";
    const auto given = comments_.entries.find(key);
    for (std::size_t i = 0; i < list.list.size(); ++i) {
      if (given != comments_.entries.end() && i < given->second.size()) comment(out_, given->second[i], "  ");
      item(list.list[i], 2);
    }
  }

  // "- ..." in column `indent`.
  void item(const Tree& t, std::size_t indent) {
    out_.append(indent, ' ');
    out_ += "- ";
    std::string line;
    flow(line, t, kColumns - indent);
    if (t.kind != Tree::Kind::Map || t.map.empty() || line.size() + indent + 2 <= kColumns) {
      out_ += line + "\n";
      return;
    }
    bool first = true;
    for (const auto& [key, value] : t.map) {
      if (!first) out_.append(indent + 2, ' ');
      first = false;
      entry(key, value, indent + 2, indent + 4 + key.size());
    }
  }

  // "key: ..." at the place reached; further lines stand under `indent`.
  void entry(const std::string& key, const Tree& t, std::size_t indent, std::size_t column) {
    out_ += key + ":";
    std::string line;
    const bool scalar_value = t.kind != Tree::Kind::List && t.kind != Tree::Kind::Map;
    flow(line, t, scalar_value ? std::string::npos - 1 : kColumns);
    if (scalar_value || (t.list.empty() && t.map.empty()) || column + line.size() <= kColumns) {
      out_ += " " + line + "\n";
      return;
    }
    out_ += "\n";
    for (const Tree& one : t.list) item(one, indent + 2);
    for (const auto& [name, value] : t.map) {
      out_.append(indent + 2, ' ');
      entry(name, value, indent + 2, indent + 4 + name.size());
    }
  }

  const Comments& comments_;
  std::string out_;
};

}  // namespace
}  // namespace yaml_writing

std::string write_institution(const Institution& institution, const Comments& comments) { return yaml_writing::Writer(comments).run(tree_of(institution)); }

std::string institution_json(const Institution& institution) {
  std::string out;
  append_json(out, tree_of(institution));
  return out;
}

}  // namespace custos::institution

#include "ingest/envelopes/xml.h"

#include <algorithm>

namespace custos::ingest {
namespace xml {
namespace {

constexpr const char* kCutOff = "XML that is cut off";
constexpr std::size_t kLongestReference = 12;  // "&#x0010FFFF;"

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || static_cast<unsigned char>(c) >= 0x80; }

bool ends_name(char c) { return is_blank(c) || c == '/' || c == '>' || c == '=' || c == '<'; }

bool has_at(std::string_view text, std::size_t at, std::string_view part) { return text.substr(at, part.size()) == part; }

char* put_utf8(std::uint32_t c, char* out) {
  const auto put = [&out](std::uint32_t byte) { *out++ = static_cast<char>(static_cast<unsigned char>(byte)); };
  if (c < 0x80) {
    put(c);
    return out;
  }
  const int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  put((more == 1 ? 0xC0u : more == 2 ? 0xE0u : 0xF0u) | c >> (6 * more));
  for (int i = more - 1; i >= 0; --i) put(0x80 | (c >> (6 * i) & 0x3F));
  return out;
}

// The number between "&#" and ";"; false where there is none.
bool number(std::string_view digits, std::uint32_t& value) {
  const bool hex = !digits.empty() && (digits[0] == 'x' || digits[0] == 'X');
  if (hex) digits.remove_prefix(1);
  if (digits.empty()) return false;
  value = 0;
  for (const char c : digits) {
    std::uint32_t digit = 16;
    if (c >= '0' && c <= '9') digit = static_cast<std::uint32_t>(c - '0');
    if (c >= 'a' && c <= 'f') digit = static_cast<std::uint32_t>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') digit = static_cast<std::uint32_t>(c - 'A' + 10);
    if (digit >= (hex ? 16u : 10u)) return false;
    value = std::min<std::uint32_t>(value * (hex ? 16 : 10) + digit, 0x110000);
  }
  return true;
}

// The character a reference stands for, between '&' and ';'; false for one that is none.
bool reference(std::string_view name, std::uint32_t& c) {
  struct Known {
    std::string_view name;
    char means;
  };
  static constexpr Known kKnown[] = {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
  for (const Known& row : kKnown) {
    if (row.name != name) continue;
    c = static_cast<std::uint32_t>(row.means);
    return true;
  }
  if (name.empty() || name[0] != '#' || !number(name.substr(1), c)) return false;
  if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000)) c = 0xFFFD;
  return true;
}

}  // namespace
}  // namespace xml

bool XmlScanner::next(XmlToken& token) {
  token = {};
  for (;;) {
    if (closing_ > 0) {
      --closing_;
      token.kind = XmlToken::Kind::Close;
      token.name = open_.back();
      open_.pop_back();
      return true;
    }
    if (in_tag_) {
      if (attribute(token)) return true;
      continue;
    }
    if (began_ && open_.empty()) return false;
    if (at_ >= text_.size()) {
      if (open_.empty()) {
        if (why_ == nullptr) why_ = "no XML";
        return false;
      }
      stop(xml::kCutOff);
      continue;
    }
    if (is_markup(at_) ? markup(token) : content(token)) return true;
  }
}

// Nothing more is read: what is open is closed here.
void XmlScanner::stop(const char* why) {
  if (why_ == nullptr) why_ = why;
  at_ = text_.size();
  closing_ = open_.size();
  began_ = true;
}

// Anything else behind a '<' is text that should have been written "&lt;".
bool XmlScanner::is_markup(std::size_t at) const {
  if (text_[at] != '<') return false;
  if (at + 1 == text_.size()) return true;
  const char c = text_[at + 1];
  if (c == '/' || c == '!' || c == '?') return true;
  if (!xml::begins_name(c)) return false;
  const std::size_t end = tag_end(at + 1);
  return end == std::string_view::npos || text_[end] == '>';
}

// Of the '>' that ends the tag, or of a '<' that shows that it is none; npos where the text ends first.
std::size_t XmlScanner::tag_end(std::size_t from) const {
  char quote = '\0';
  for (std::size_t i = from; i < text_.size(); ++i) {
    const char c = text_[i];
    if (c == '<') return i;
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '>') {
      return i;
    }
  }
  return std::string_view::npos;
}

bool XmlScanner::content(XmlToken& token) {
  const std::size_t from = at_;
  do {
    at_ = std::min(text_.find('<', at_ + 1), text_.size());
  } while (at_ < text_.size() && !is_markup(at_));
  token.text = text_.substr(from, at_ - from);
  if (!open_.empty()) return true;
  // In front of the root element: a byte order mark and blanks.
  std::string_view rest = token.text;
  token.text = {};
  if (from == 0 && xml::has_at(rest, 0, "\xEF\xBB\xBF")) rest.remove_prefix(3);
  if (!std::all_of(rest.begin(), rest.end(), xml::is_blank)) stop("no XML");
  return false;
}

void XmlScanner::past(std::string_view mark, std::size_t from) {
  const std::size_t end = text_.find(mark, from);
  if (end == std::string_view::npos) return stop(xml::kCutOff);
  at_ = end + mark.size();
}

bool XmlScanner::markup(XmlToken& token) {
  constexpr std::string_view kCdata = "<![CDATA[", kComment = "<!--";
  if (xml::has_at(text_, at_, kComment)) {
    past("-->", at_ + kComment.size());
  } else if (xml::has_at(text_, at_, "<?")) {
    past("?>", at_ + 2);
  } else if (xml::has_at(text_, at_, kCdata) && !open_.empty()) {
    const std::size_t from = at_ + kCdata.size();
    const std::size_t end = text_.find("]]>", from);
    token.text = text_.substr(from, end == std::string_view::npos ? end : end - from);
    token.verbatim = true;
    past("]]>", from);
    return true;
  } else if (xml::has_at(text_, at_, "<!")) {
    const bool part = kCdata.substr(0, text_.size() - at_) == text_.substr(at_) || kComment.substr(0, text_.size() - at_) == text_.substr(at_);
    stop(part ? xml::kCutOff : "XML with a document type definition");
  } else if (xml::has_at(text_, at_, "</")) {
    close_tag();
  } else {
    return open_tag(token);
  }
  return false;
}

bool XmlScanner::open_tag(XmlToken& token) {
  tag_end_ = tag_end(at_ + 1);
  if (tag_end_ == std::string_view::npos) {
    stop(xml::kCutOff);
    return false;
  }
  if (open_.size() >= depth_) {
    stop("XML nested too deep");
    return false;
  }
  std::size_t end = at_ + 1;
  while (!xml::ends_name(text_[end])) ++end;
  token.kind = XmlToken::Kind::Open;
  token.name = text_.substr(at_ + 1, end - at_ - 1);
  open_.push_back(token.name);
  at_ = end;
  in_tag_ = began_ = true;
  empty_ = text_[tag_end_ - 1] == '/';
  return true;
}

// An end tag closes what is open inside its element, too; one without a start means nothing.
void XmlScanner::close_tag() {
  const std::size_t end = text_.find_first_of("<>", at_ + 2);
  if (end == std::string_view::npos) return stop(xml::kCutOff);
  std::string_view name = text_.substr(at_ + 2, end - at_ - 2);
  while (!name.empty() && xml::is_blank(name.back())) name.remove_suffix(1);
  at_ = text_[end] == '>' ? end + 1 : end;
  const auto it = std::find(open_.rbegin(), open_.rend(), name);
  if (it != open_.rend()) closing_ = static_cast<std::size_t>(it - open_.rbegin()) + 1;
  if (closing_ != 1 && why_ == nullptr) why_ = "XML whose tags do not match";
}

// The next attribute of the tag, or false behind the last one.
bool XmlScanner::attribute(XmlToken& token) {
  const auto skip_blanks = [this] {
    while (at_ < tag_end_ && xml::is_blank(text_[at_])) ++at_;
  };
  while (at_ < tag_end_) {
    skip_blanks();
    const std::size_t from = at_;
    while (at_ < tag_end_ && !xml::ends_name(text_[at_])) ++at_;
    token.name = text_.substr(from, at_ - from);
    skip_blanks();
    if (at_ >= tag_end_ || text_[at_] != '=') {
      if (at_ == from) ++at_;  // a slash, or something that is no name
      continue;
    }
    ++at_;
    skip_blanks();
    const std::size_t value = at_;
    if (at_ < tag_end_ && (text_[at_] == '"' || text_[at_] == '\'')) {
      at_ = std::min(text_.substr(0, tag_end_).find(text_[at_], at_ + 1), tag_end_);
      token.text = text_.substr(value + 1, at_ - value - 1);
      if (at_ < tag_end_) ++at_;
    } else {
      while (at_ < tag_end_ && !xml::is_blank(text_[at_])) ++at_;
      token.text = text_.substr(value, at_ - value);
    }
    if (token.name.empty()) continue;
    token.kind = XmlToken::Kind::Attribute;
    return true;
  }
  token = {};
  in_tag_ = false;
  at_ = tag_end_ + 1;
  if (empty_) closing_ = 1;
  return false;
}

std::string_view xml_text(std::string_view raw, Arena& arena) {
  std::size_t amp = raw.find('&');
  if (amp == std::string_view::npos) return raw;
  char* const begin = arena.take(raw.size());
  char* out = begin;
  std::size_t done = 0;
  const auto keep = [&](std::size_t to) {
    out = std::copy(raw.data() + done, raw.data() + to, out);
    done = to;
  };
  for (; amp != std::string_view::npos; amp = raw.find('&', amp + 1)) {
    const std::size_t end = raw.substr(0, std::min(raw.size(), amp + xml::kLongestReference)).find(';', amp);
    std::uint32_t c = 0;
    if (end == std::string_view::npos || !xml::reference(raw.substr(amp + 1, end - amp - 1), c)) continue;
    keep(amp);
    out = xml::put_utf8(c, out);
    done = end + 1;
  }
  keep(raw.size());
  const auto used = static_cast<std::size_t>(out - begin);
  arena.give_back(raw.size(), used);
  return {begin, used};
}

}  // namespace custos::ingest

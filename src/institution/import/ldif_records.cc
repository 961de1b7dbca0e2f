#include "institution/import/ldif_records.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/crypto/base64.h"
#include "base/text.h"

namespace custos::institution {
namespace ldif_syntax {
namespace {

constexpr std::size_t kValues = 10'000;  // of one attribute in one record

std::string lower(std::string_view s) {
  std::string out(s);
  std::transform(out.begin(), out.end(), out.begin(), ascii_lower);
  return out;
}

}  // namespace
}  // namespace ldif_syntax

std::optional<std::string> base64_decoded(std::string_view s) {
  std::string out;
  if (!from_base64(trim(s), out)) return std::nullopt;
  return out;
}

std::string_view LdifRecord::one(std::string_view attribute) const {
  const auto at = values.find(attribute);
  return at == values.end() || at->second.empty() ? std::string_view{} : std::string_view(at->second.front());
}

const std::vector<std::string>& LdifRecord::all(std::string_view attribute) const {
  static const std::vector<std::string> kNone;
  const auto at = values.find(attribute);
  return at == values.end() ? kNone : at->second;
}

bool LdifRecord::has(std::string_view attribute, std::string_view value) const {
  const auto& list = all(attribute);
  return std::any_of(list.begin(), list.end(), [value](const auto& v) { return equals_ignore_ascii_case(v, value); });
}

std::string LdifReader::Line::joined() const {
  std::string all(first);
  for (const std::string_view m : more) all += m;
  return all;
}

std::string_view LdifReader::physical() {
  const std::size_t end = text_.find('\n', at_);
  std::string_view l = text_.substr(at_, end == std::string_view::npos ? std::string_view::npos : end - at_);
  at_ = end == std::string_view::npos ? text_.size() : end + 1;
  ++number_;
  if (!l.empty() && l.back() == '\r') l.remove_suffix(1);
  return l;
}

bool LdifReader::line(Line& to) {
  while (at_ < text_.size()) {
    to.first = physical();
    to.number = number_;
    to.more.clear();
    // A folded line goes on with a blank; a comment folds too.
    while (!to.first.empty() && at_ < text_.size() && text_[at_] == ' ') to.more.push_back(physical().substr(1));
    if (to.first.empty() || to.first.front() != '#') return true;
  }
  return false;
}

bool LdifReader::next(LdifRecord& record) {
  record = {};
  skip_ = false;
  bool begun = false;
  Line l;
  while (line(l)) {
    if (l.first.empty()) {
      if (begun && !skip_ && !record.dn.empty()) return true;
      record = {};
      begun = skip_ = false;
      continue;
    }
    if (!begun) record.line = l.number;
    begun = true;
    if (!skip_ && !attribute(l, record)) skip_ = true;
  }
  return begun && !skip_ && !record.dn.empty();
}

// False where the rest of the record is to be passed over.
bool LdifReader::attribute(const Line& l, LdifRecord& record) {
  std::size_t colon = l.first.find(':');
  if (colon == std::string_view::npos && l.more.empty()) {
    remarks_.warning(l.number, fmt::format("'{}' is no 'attribute: value'; the rest of this record was passed over", printable(l.first, 60)));
    return false;
  }
  const std::string whole = l.joined();
  colon = whole.find(':');
  if (colon == std::string::npos) {
    remarks_.warning(l.number, fmt::format("'{}' is no 'attribute: value'; the rest of this record was passed over", printable(whole, 60)));
    return false;
  }
  const std::string_view described = std::string_view(whole).substr(0, colon);
  const std::string name = ldif_syntax::lower(described.substr(0, described.find(';')));
  std::string_view rest = std::string_view(whole).substr(colon + 1);
  const bool encoded = rest.starts_with(':'), elsewhere = rest.starts_with('<');
  if (encoded || elsewhere) rest.remove_prefix(1);
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  if (name == "version" && record.dn.empty()) return true;
  const bool is_dn = name == "dn";
  if (!is_dn && record.dn.empty()) {
    remarks_.warning(l.number, "a record begins with 'dn:'; this one was passed over");
    return false;
  }
  if (name == "changetype") {
    if (equals_ignore_ascii_case(rest, "add")) return true;
    remarks_.warning(l.number, fmt::format("a change record ('changetype: {}') was passed over; only entries and 'add' are taken", printable(rest, 30)));
    return false;
  }
  // Values in other languages and the like ("cn;lang-ja") are not the value itself.
  const std::string_view options = described.substr(std::min(described.size(), described.find(';')));
  if (!is_dn && (!wanted_(name) || (!options.empty() && !equals_ignore_ascii_case(options, ";binary")))) return true;
  if (elsewhere) {
    remarks_.warning(l.number, fmt::format("the value of '{}' stands in another place, which is not read", printable(name, 60)));
    return true;
  }
  std::string value(rest);
  if (encoded) {
    auto decoded = rest.size() <= 2 * limits_.value_bytes ? base64_decoded(rest) : std::nullopt;
    if (!decoded) {
      remarks_.warning(l.number, fmt::format("the value of '{}' is no base64, or too long", printable(name, 60)));
      return !is_dn;
    }
    value = std::move(*decoded);
  }
  if (value.size() > limits_.value_bytes) {
    remarks_.warning(l.number, fmt::format("the value of '{}' is longer than {} bytes and was left out", printable(name, 60), limits_.value_bytes));
    return !is_dn;
  }
  if (is_dn) {
    if (!record.dn.empty()) remarks_.warning(l.number, "a second 'dn' in one record; an empty line is missing before it");
    record.dn = to_valid_utf8(value);
    return true;
  }
  auto& values = record.values[name];
  if (values.size() < ldif_syntax::kValues) values.push_back(std::move(value));
  return true;
}

}  // namespace custos::institution

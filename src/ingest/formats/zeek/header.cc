#include "ingest/formats/zeek/header.h"

#include <fmt/format.h>

namespace custos::ingest::zeek {
namespace {
namespace header_lines {

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

Kind kind_of(std::string_view type) {
  if (type == "count" || type == "int" || type == "port") return Kind::Int;
  if (type == "double" || type == "interval") return Kind::Float;
  if (type == "time") return Kind::Time;
  return type == "bool" ? Kind::Bool : Kind::Text;
}

// Takes the piece before the next separator off `rest`; false when nothing was left.
bool piece(std::string_view& rest, char separator, std::string_view& out) {
  if (rest.data() == nullptr) return false;
  const std::size_t at = rest.find(separator);
  out = rest.substr(0, at);
  rest = at == std::string_view::npos ? std::string_view{} : rest.substr(at + 1);
  if (at == std::string_view::npos) rest = std::string_view(nullptr, 0);
  return true;
}

// The Sigma category beside product and service.
std::string_view category_of(std::string_view path) {
  if (path == "dns") return "dns";
  if (path == "http") return "proxy";
  return path == "conn" ? "firewall" : "";
}

}  // namespace header_lines
}  // namespace

std::string unescape(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '\\' && i + 3 < s.size() && s[i + 1] == 'x') {
      const int a = header_lines::hex(s[i + 2]), b = header_lines::hex(s[i + 3]);
      if (a >= 0 && b >= 0) {
        out += static_cast<char>(a * 16 + b);
        i += 3;
        continue;
      }
    }
    out += s[i];
  }
  return out;
}

void Header::reset() {
  separator = '\t';
  set_separator = ',';
  empty_field = "(empty)";
  unset_field = "-";
  columns_.clear();
  called_ts_.clear();
  time_column_ = -1;
  source_ = kUnknownSource;
}

void Header::line(const Line& line, Batch& batch, Report& report) {
  const std::size_t end = line.text.find_first_of(std::string_view{" \t"}.find(separator) == std::string_view::npos
                                                      ? std::string{' ', '\t', separator}
                                                      : std::string{" \t"});
  const std::string_view word = line.text.substr(0, end);
  if (end == std::string_view::npos) return report.note("a header line without a value");
  if (word == "#separator") {
    reset();
    const std::string s = unescape(line.text.substr(end + 1));
    if (s.size() != 1) return report.note("a separator that is not one character: taken as a tab");
    separator = s[0];
    return;
  }
  if (line.text[end] == '\t' && separator != '\t') {
    // The rows of a file follow the tabs of its own header, whatever it announces.
    report.note("the header announces a separator that it does not use: taken as a tab");
    separator = '\t';
  }
  const std::string_view rest = line.text.substr(end + 1);
  if (word == "#set_separator") {
    const std::string s = unescape(rest);
    if (s.size() == 1) set_separator = s[0];
  } else if (word == "#empty_field") {
    empty_field = rest;
  } else if (word == "#unset_field") {
    unset_field = rest;
  } else if (word == "#path") {
    path(rest, batch);
  } else if (word == "#fields") {
    fields(rest, line, batch, report);
  } else if (word == "#types") {
    types(rest);
  } else if (word != "#open" && word != "#close") {
    report.note("a header line of unknown meaning");
  }
}

void Header::fields(std::string_view rest, const Line& line, Batch& batch, Report& report) {
  columns_.clear();
  called_ts_.clear();
  std::string_view name;
  std::size_t left_out = 0;
  while (header_lines::piece(rest, separator, name)) {
    if (columns_.size() >= limits_.fields) {
      ++left_out;
      continue;
    }
    called_ts_.push_back(name == "ts");
    const std::string valid = name.empty() ? fmt::format("column_{}", columns_.size() + 1) : to_valid_utf8(name);
    columns_.push_back({batch.names().intern(valid), Kind::Text, false});
  }
  if (left_out != 0) {
    report.reject(line.offset, line.text.size(),
                  fmt::format("a header of more than {} fields: the last {} were left out", limits_.fields, left_out));
  }
  if (source_ == kUnknownSource) source_ = batch.sources().intern("zeek", "");
  settle();
}

void Header::types(std::string_view rest) {
  std::string_view type;
  for (std::size_t i = 0; i < columns_.size() && header_lines::piece(rest, separator, type); ++i) {
    const std::size_t open = type.find('[');
    columns_[i].many = open != std::string_view::npos && type.back() == ']';
    if (columns_[i].many) type = type.substr(open + 1, type.size() - open - 2);
    columns_[i].kind = header_lines::kind_of(type);
  }
  settle();
}

// The time of a row stands in `ts`, else in the first column of type time.
void Header::settle() {
  time_column_ = -1;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (called_ts_[i]) {
      time_column_ = static_cast<int>(i);
      return;
    }
    if (time_column_ < 0 && columns_[i].kind == Kind::Time && !columns_[i].many) time_column_ = static_cast<int>(i);
  }
}

void Header::path(std::string_view path, Batch& batch) {
  const std::string service = to_valid_utf8(path.substr(0, 64));
  source_ = batch.sources().intern("zeek", service, header_lines::category_of(service));
}

}  // namespace custos::ingest::zeek

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include <fmt/format.h>

#include "base/net/address.h"
#include "base/text.h"
#include "institution/checks/checks.h"
#include "institution/file/moment.h"
#include "institution/file/nearest.h"
#include "institution/file/words.h"
#include "institution/import/columns.h"
#include "institution/import/directory_values.h"
#include "institution/import/import.h"

namespace custos::institution {
namespace table_import {
namespace {

constexpr std::size_t kColumns = 500;

// Rows of RFC 4180: quotes hold separators and line ends, "" is a quote.
class Rows {
 public:
  Rows(std::string_view text, char separator) : text_(text), separator_(separator) {}
  std::size_t line() const { return line_; }  // of the row just read
  bool unclosed() const { return unclosed_; }

  bool next(std::vector<std::string>& cells) {
    cells.clear();
    if (at_ >= text_.size()) return false;
    line_ = next_line_;
    while (true) {
      if (cells.size() < kColumns) cells.emplace_back();
      const bool more = cell(cells.back());
      if (!more) return true;
    }
  }

 private:
  // True where another cell follows in this row.
  bool cell(std::string& to) {
    if (at_ < text_.size() && text_[at_] == '"') quoted(to);
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == separator_) return true;
      if (c == '\n') {
        ++next_line_;
        return false;
      }
      if (c != '\r' || (at_ < text_.size() && text_[at_] != '\n')) to += c;
    }
    return false;
  }

  void quoted(std::string& to) {
    const std::size_t from = at_++;
    const std::size_t line = next_line_;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"' && at_ < text_.size() && text_[at_] == '"') {
        to += '"';
        ++at_;
      } else if (c == '"') {
        return;
      } else {
        if (c == '\n') ++next_line_;
        to += c;
      }
    }
    // Never closed: the quote is text, and the row ends with its line.
    unclosed_ = true;
    to = "\"";
    at_ = from + 1;
    next_line_ = line;
  }

  std::string_view text_;
  char separator_;
  std::size_t at_ = 0, line_ = 1, next_line_ = 1;
  bool unclosed_ = false;
};

char separator_of(std::string_view header) {
  char best = ',';
  std::ptrdiff_t most = 0;
  for (const char c : {',', ';', '\t', '|'}) {
    const auto n = std::count(header.begin(), header.end(), c);
    if (n > most) {
      most = n;
      best = c;
    }
  }
  return best;
}

// "a; b|c" as three texts.
std::vector<std::string> several(std::string_view cell) {
  std::vector<std::string> out;
  while (!cell.empty()) {
    const std::size_t end = cell.find_first_of(";|\n");
    const std::string_view one = trim(cell.substr(0, end));
    if (!one.empty() && std::find(out.begin(), out.end(), one) == out.end()) out.emplace_back(one);
    cell = end == std::string_view::npos ? std::string_view{} : cell.substr(end + 1);
  }
  return out;
}

class Import {
 public:
  Import(const std::string& file, const ImportLimits& limits) : file_(file), limits_(limits) { out_.remarks = Remarks(file); }

  Imported run(std::string_view bytes) {
    const std::string all = import_text(bytes);
    std::string_view text = all;
    std::size_t skipped = 0;
    // PowerShell's Export-Csv may begin with the type of its objects.
    if (text.starts_with("#TYPE")) {
      text.remove_prefix(std::min(text.size(), text.find('\n') + 1));
      skipped = 1;
    }
    Rows rows(text, separator_of(text.substr(0, text.find('\n'))));
    std::vector<std::string> cells;
    if (!rows.next(cells) || !header(cells)) return std::move(out_);
    while (rows.next(cells)) {
      if (cells.size() == 1 && trim(cells[0]).empty()) continue;
      ++out_.entries;
      if (out_.people.size() + out_.accounts.size() + out_.hosts.size() >= limits_.entries) {
        out_.remarks.error(rows.line(), fmt::format("more than {} people, accounts and hosts; the rest was not read", limits_.entries));
        break;
      }
      line_ = rows.line() + skipped;
      row(cells);
    }
    if (rows.unclosed()) out_.remarks.warning(0, "a quote is never closed; it was read as text");
    return std::move(out_);
  }

 private:
  bool header(const std::vector<std::string>& cells) {
    std::string unknown;
    std::array<bool, 64> seen{};
    for (const std::string& c : cells) {
      const auto column = column_of(trim(c));
      columns_.push_back(column);
      if (!column) {
        unknown += fmt::format("{}'{}'", unknown.empty() ? "" : ", ", printable(c, 40));
      } else if (std::exchange(seen[static_cast<std::size_t>(*column)], true)) {
        out_.remarks.warning(1, fmt::format("the column '{}' means the same as one before it; their values are taken together", printable(c, 40)));
      }
    }
    const bool known = std::any_of(columns_.begin(), columns_.end(), [](const auto& c) { return c.has_value(); });
    if (!known) {
      out_.remarks.error(1, "no column is known: the first row must name them, such as id, name, mail, unit, role, account, host, address");
    } else if (!unknown.empty()) {
      out_.remarks.warning(1, fmt::format("these columns are not known and were passed over: {}", printable(unknown, 400)));
    }
    return known;
  }

  std::string take(Column c) const {
    const auto at = row_.find(c);
    return at == row_.end() ? std::string() : std::string(trim(at->second));
  }
  std::vector<std::string> list(Column c) const {
    const auto at = row_.find(c);
    return at == row_.end() ? std::vector<std::string>{} : several(at->second);
  }
  bool any(Column first, Column last) const { return row_.lower_bound(first) != row_.upper_bound(last); }

  void row(const std::vector<std::string>& cells) {
    row_.clear();
    for (std::size_t i = 0; i < cells.size() && i < columns_.size(); ++i) {
      if (!columns_[i] || trim(cells[i]).empty()) continue;
      if (cells[i].size() > limits_.value_bytes) {
        out_.remarks.warning(line_, fmt::format("a value longer than {} bytes was left out", limits_.value_bytes));
        continue;
      }
      std::string& to = row_[*columns_[i]];
      to += (to.empty() ? "" : ";") + cells[i];
    }
    if (cells.size() > columns_.size()) out_.remarks.warning(line_, "this row has more cells than the header has columns; the last ones were left out");
    const std::string whose = person();
    const bool accounts = any(Column::Account, Column::PasswordSet);
    if (whose.empty() && accounts) account_of_nobody();
    if (any(Column::Host, Column::HostEnd)) host(whose);
    if (whose.empty() && !accounts && !any(Column::Host, Column::HostEnd)) ++out_.passed_over;
  }

  Micros when(Column c, Edge edge) {
    const std::string s = take(c);
    if (s.empty()) return kNoTime;
    if (const auto t = parse_moment(s, edge)) return *t;
    if (const auto t = directory_time(s)) return *t;
    out_.remarks.warning(line_, fmt::format("'{}' is no date; write dates as 2026-03-15", printable(s, 60)));
    return kNoTime;
  }

  Span span(Column from, Column until) {
    Span s{when(from, Edge::From), when(until, Edge::Until)};
    if (s.from != kNoTime && s.until != kNoTime && s.until <= s.from) {
      out_.remarks.warning(line_, "the end is not behind the start; both were left out");
      s = {};
    }
    return s;
  }

  bool truth(Column c) const {
    const std::string s = take(c);
    return s == "1" || equals_ignore_ascii_case(s, "true") || equals_ignore_ascii_case(s, "yes");
  }

  // The accounts of the row. What belongs to one account only (UPN, SID) is the first's.
  std::vector<Account> accounts() {
    std::vector<Account> out;
    for (const std::string& name : list(Column::Account)) {
      Account a;
      const std::size_t slash = name.find('\\');
      a.name = slash == std::string::npos ? name : name.substr(slash + 1);
      a.domain = slash == std::string::npos ? take(Column::Domain) : name.substr(0, slash);
      if (slash == std::string::npos && name.find('@') != std::string::npos) {
        a.upn = name;
        a.name = name.substr(0, name.find('@'));
      }
      if (!a.name.empty()) out.push_back(std::move(a));
    }
    const std::string upn = take(Column::Upn), sid = take(Column::Sid);
    if (out.empty() && !upn.empty()) {
      out.emplace_back().name = upn.substr(0, upn.find('@'));
      out.back().domain = take(Column::Domain);
    }
    if (out.empty()) return out;
    Account& first = out.front();
    if (!upn.empty()) first.upn = upn;
    if (auto s = sid.empty() ? std::nullopt : sid_text(sid)) {
      first.sid = std::move(*s);
    } else if (!sid.empty()) {
      out_.remarks.warning(line_, fmt::format("'{}' is no SID", printable(sid, 60)));
    }
    first.display_name = take(Column::DisplayName);
    first.disabled = truth(Column::Disabled);
    first.password_set = when(Column::PasswordSet, Edge::From);
    if (const std::string kind = take(Column::Kind); std::find(kAccountKinds.begin(), kAccountKinds.end(), kind) != kAccountKinds.end()) {
      first.kind = kind;
    } else if (!kind.empty()) {
      out_.remarks.warning(line_, fmt::format("'{}' is no kind of account{}", printable(kind, 40), suggestion(kind, kAccountKinds, "kinds")));
    }
    return out;
  }

  // The id of the row's person; empty where there is none.
  std::string person() {
    if (!any(Column::Id, Column::Cases)) return {};
    const std::string kind = take(Column::Kind);
    if (kind == "service" || kind == "shared" || kind == "machine") return {};
    Person p;
    p.id = take(Column::Id);
    p.name = take(Column::Name);
    if (p.name.empty()) p.name = std::string(trim(take(Column::FirstName) + " " + take(Column::LastName)));
    p.mail = take(Column::Mail);
    p.unit = take(Column::Unit);
    p.role = take(Column::Role);
    p.manager = take(Column::Manager);
    p.cases = list(Column::Cases);
    p.employed = span(Column::Start, Column::End);
    p.accounts = accounts();
    // A role or a unit alone describes no person.
    if (p.id.empty() && p.mail.empty() && p.accounts.empty() && p.name.empty()) return {};
    if (p.name.empty() && !p.accounts.empty()) p.name = p.accounts.front().display_name;
    if (p.id.empty()) p.id = !p.accounts.empty() ? p.accounts.front().name : !p.mail.empty() ? p.mail.substr(0, p.mail.find('@')) : p.name;
    std::string id = p.id;
    out_.people.push_back({std::move(p), file_, line_, reason()});
    return id;
  }

  void account_of_nobody() {
    for (Account& a : accounts()) {
      if (a.kind == "person") a.kind = "shared";
      a.in_use = span(Column::Start, Column::End);
      out_.accounts.push_back({std::move(a), file_, line_, reason()});
    }
  }

  void host(const std::string& whose) {
    Host h;
    h.name = take(Column::Host);
    if (h.name.empty()) return out_.remarks.warning(line_, "a host without a name was passed over");
    if (h.name.ends_with('$')) h.name.pop_back();
    h.domain = take(Column::HostDomain);
    if (const std::size_t dot = h.name.find('.'); dot != std::string::npos && dot > 0 && !parse_address(h.name)) {
      h.domain = h.name.substr(dot + 1);
      h.name.resize(dot);
    }
    h.aliases = list(Column::Aliases);
    for (const std::string& a : list(Column::Address)) {
      if (parse_address(a)) {
        h.addresses.push_back(a);
      } else {
        out_.remarks.warning(line_, fmt::format("'{}' is no address", printable(a, 60)));
      }
    }
    for (const std::string& m : list(Column::Mac)) {
      if (const auto mac = normal_mac(m)) {
        h.macs.push_back(*mac);
      } else {
        out_.remarks.warning(line_, fmt::format("'{}' is no MAC address", printable(m, 60)));
      }
    }
    h.roles = list(Column::Roles);
    if (h.roles.empty() && whose.empty() && !any(Column::Account, Column::PasswordSet)) h.roles = list(Column::Role);
    h.os = take(Column::Os);
    h.network = take(Column::Network);
    h.owner = take(Column::Owner);
    if (h.owner.empty()) h.owner = whose;
    h.shared = truth(Column::Shared);
    h.in_use = span(Column::HostStart, Column::HostEnd);
    out_.hosts.push_back({std::move(h), file_, line_, reason()});
  }

  std::string reason() const { return fmt::format("{}, line {}", file_, line_); }

  std::string file_;
  const ImportLimits& limits_;
  Imported out_;
  std::vector<std::optional<Column>> columns_;
  std::map<Column, std::string> row_;
  std::size_t line_ = 0;
};

}  // namespace
}  // namespace table_import

Imported read_csv(std::string_view bytes, const std::string& file, const ImportLimits& limits) { return table_import::Import(file, limits).run(bytes); }

}  // namespace custos::institution

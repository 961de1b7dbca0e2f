#include "engine/attribution/who.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "base/text.h"
#include "engine/reading/every_event.h"
#include "institution/institution.h"

namespace custos::engine {
namespace asking_who {

// Accounts are written in many ways; a computer is what evidence of addresses or the institution file knows by that name.
void ask(const institution::Resolver& resolver, const Institution& known, const WhoOptions& o, WhoReport& report) {
  const auto add = [&report](std::string_view kind, Answer a) {
    if (a.known() || !a.candidates.empty() || !a.from.empty()) report.lines.push_back({std::string(kind), std::move(a)});
  };
  if (!institution::plain_address(o.name).empty()) {
    if (o.at != kNoTime) return add("host", resolver.host(o.name, o.at));
    for (Answer& a : resolver.holders(o.name)) add("host", std::move(a));
    return;
  }
  for (Answer& a : resolver.addresses(o.name)) {
    if (o.at == kNoTime || a.span.holds(o.at)) add("address", std::move(a));
  }
  Answer account = resolver.account(o.name);
  Answer person = account.known() ? resolver.person(account.value, o.at) : Answer{};
  // A name that nobody wrote down as an account's is known by nothing but the question.
  if (account.from != "the event") add("account", std::move(account));
  add("person", std::move(person));
  for (const Person& p : known.people) {
    if (!equals_ignore_ascii_case(p.id, o.name)) continue;
    for (const Account& a : p.accounts) {
      Answer its = resolver.account(a.domain.empty() ? a.name : a.domain + "\\" + a.name);
      const auto same = [&its](const WhoReport::Line& l) { return l.kind == "account" && l.answer.value == its.value; };
      if (std::none_of(report.lines.begin(), report.lines.end(), same)) add("account", std::move(its));
    }
  }
}

std::string span_of(const Answer& a) {
  const Span& s = a.span;
  if (s.from == kNoTime && s.until == kNoTime) return a.known() ? "at all times" : "";
  return fmt::format("{} to {}", s.from == kNoTime ? "?" : to_rfc3339(s.from), s.until == kNoTime ? "?" : to_rfc3339(s.until));
}

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& n : names) out += (out.empty() ? "" : " or ") + n;
  return out;
}

}  // namespace asking_who

bool WhoReport::known() const {
  return std::any_of(lines.begin(), lines.end(), [](const Line& l) { return l.answer.known(); });
}

Result<WhoReport> who(const WhoOptions& options) {
  const auto known = institution::usable_institution(options.institution);
  if (!known) return tl::unexpected(known.error());
  institution::Resolver resolver(*known, institution::Resolver::Keep::HostsAndAccounts);
  std::optional<institution::Clues> clues;  // a reading's events share one dictionary
  WhoReport report;
  if (!options.logs.empty()) {
    const auto read = every_event(options.logs, options.limits, [&](const std::string& file, const Event& e) {
      if (!clues) clues.emplace(e.batch().names());
      clues->read(e);
      resolver.from(file);
      resolver.observe(*clues, e.record());
    });
    if (!read) return tl::unexpected(read.error());
    report.events = read->events;
    report.not_whole = read->not_whole;
  }
  resolver.settle();
  report.forgotten = resolver.forgotten();
  asking_who::ask(resolver, *known, options, report);
  return report;
}

std::string to_text(const WhoReport& report, const std::string& name) {
  std::string out = printable(name, 200) + "\n";
  for (const WhoReport::Line& l : report.lines) {
    const Answer& a = l.answer;
    const std::string value = a.known() ? a.value : a.candidates.empty() ? "nobody's" : asking_who::joined(a.candidates);
    const std::string span = l.kind == "host" || l.kind == "address" ? asking_who::span_of(a) + "  " : "";
    out += fmt::format("  {:<8} {:<24} {}{}\n", l.kind, printable(value, 200), span, printable(a.from, 300));
  }
  if (report.lines.empty()) out += "  nothing is known of it\n";
  if (report.not_whole > 0) out += fmt::format("  {} sources could not be read whole; `custos scan` names them\n", report.not_whole);
  if (report.forgotten > 0) out += fmt::format("  {} pieces of evidence did not fit and were forgotten\n", report.forgotten);
  return out;
}

std::string to_json(const WhoReport& report, const std::string& name) {
  const auto text = [](const std::string& s) {
    std::string out = "\"";
    append_json_escaped(out, to_valid_utf8(s));
    return out + "\"";
  };
  const auto time = [](Micros t) { return t == kNoTime ? std::string("null") : "\"" + to_rfc3339(t) + "\""; };
  std::string out = fmt::format(R"({{"type":"who","name":{},"known":{},"events":{},"not_whole":{},"forgotten":{},"answers":[)", text(name), report.known(),
                                report.events, report.not_whole, report.forgotten);
  for (const WhoReport::Line& l : report.lines) {
    if (out.back() != '[') out += ',';
    out += fmt::format(R"({{"kind":"{}","value":{},"since":{},"until":{},"from":{},"candidates":[)", l.kind, l.answer.known() ? text(l.answer.value) : "null",
                       time(l.answer.span.from), time(l.answer.span.until), text(l.answer.from));
    for (const std::string& c : l.answer.candidates) out += (out.back() == '[' ? "" : ",") + text(c);
    out += "]}";
  }
  return out + "]}\n";
}

}  // namespace custos::engine

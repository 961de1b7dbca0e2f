#include <sys/stat.h>

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "institution/checks/checks.h"
#include "institution/index.h"

namespace custos::institution {
namespace time_checks {
namespace {

bool is_folder(const std::string& path) {
  struct stat st {};
  return !path.empty() && stat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode);
}

// A name as in "Europe/Amsterdam"; nothing that leads out of the folder of zones.
bool well_formed(std::string_view zone) {
  if (zone.empty() || zone.size() > 64 || zone.front() == '/' || zone.find("..") != std::string_view::npos) return false;
  return std::all_of(zone.begin(), zone.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '_' || c == '-' || c == '+' || c == '.';
  });
}

class Zones {
 public:
  explicit Zones(CheckContext& c) : c_(c), known_(is_folder(c.zoneinfo)) {}

  void check(const WorkingHours& h, std::size_t line) {
    if (h.zone == "UTC" || !done_.insert(h.zone).second) return;
    if (!well_formed(h.zone)) return c_.remarks.error(line, fmt::format("'{}' is no name of a time zone such as Europe/Amsterdam", printable(h.zone, 80)));
    if (!known_) {
      if (!said_) c_.remarks.warning(line, "this machine has no list of time zones; whether they are right was not checked");
      said_ = true;
      return;
    }
    struct stat st {};
    if (stat((c_.zoneinfo + "/" + h.zone).c_str(), &st) != 0 || !S_ISREG(st.st_mode)) {
      c_.remarks.error(line, fmt::format("there is no time zone '{}'; one looks like Europe/Amsterdam", printable(h.zone, 80)));
    }
  }

 private:
  CheckContext& c_;
  bool known_, said_ = false;
  std::unordered_set<std::string> done_;
};

bool apart(const Span& a, const Span& b) {
  return (a.until != kNoTime && b.from != kNoTime && a.until <= b.from) || (b.until != kNoTime && a.from != kNoTime && b.until <= a.from);
}

void assignment(CheckContext& c, std::size_t i, const Person& p, const std::string& id, const Case* to) {
  const auto found = p.assigned.find(id);
  const Span when = found == p.assigned.end() ? Span{} : found->second;
  const auto line = [&] { return c.remarks.full() ? 0 : c.places.line("people", i, "cases", id); };
  const auto say = [&](Severity s, std::string_view what) {
    c.remarks.add({{}, line(), s, fmt::format("'{}' is assigned to the case '{}' {}", printable(p.id, 60), printable(id, 60), what)});
  };
  const Span& employed = p.employed;
  if (when.from != kNoTime && employed.from != kNoTime && when.from < employed.from) {
    say(Severity::Error, "before being employed");
  } else if (when != Span{} && apart(when, employed)) {
    say(Severity::Error, "when no longer employed");
  } else if (when.until != kNoTime && employed.until != kNoTime && when.until > employed.until) {
    say(Severity::Warning, "beyond the end of the employment");
  }
  if (to == nullptr) return;
  if (when != Span{} && apart(when, to->open)) {
    say(Severity::Warning, "while it is not open");
  } else if (apart(employed, to->open)) {
    say(Severity::Error, to->open.until != kNoTime && employed.from != kNoTime && to->open.until <= employed.from ? "which was closed before they were employed"
                                                                                                                  : "which was opened after they had left");
  }
}

}  // namespace
}  // namespace time_checks

void check_times(CheckContext& c) {
  using namespace time_checks;
  const Institution& in = c.institution;
  const Index index(in);
  Zones zones(c);
  zones.check(in.hours, c.places.top("hours"));
  for (std::size_t i = 0; i < in.services.size(); ++i) {
    if (in.services[i].hours) zones.check(*in.services[i].hours, c.places.line("services", i, "hours"));
  }
  for (std::size_t i = 0; i < in.people.size(); ++i) {
    const Person& p = in.people[i];
    if (p.hours) zones.check(*p.hours, c.places.line("people", i, "hours"));
    for (const std::string& id : p.cases) {
      const auto at = index.cases.find(id);
      assignment(c, i, p, id, at == index.cases.end() ? nullptr : &in.cases[at->second]);
    }
  }
}

}  // namespace custos::institution

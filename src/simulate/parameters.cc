#include "simulate/parameters.h"

#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "base/yaml.h"

namespace custos::simulate {
namespace {

// One map of the file: each key is taken once, and what nobody took is an error. The first mistake is kept.
class Section {
 public:
  Section(const Yaml& map, std::string name, std::string& mistake) : map_(map), name_(std::move(name)), mistake_(mistake) {
    if (map.kind != Yaml::Kind::Map) wrong(map, "should be a map");
  }
  ~Section() {
    for (const auto& [key, value] : map_.map) {
      if (!taken_.contains(key)) wrong(*value, fmt::format("'{}' is no parameter of {}", key, name_));
    }
  }
  Section(const Section&) = delete;
  Section& operator=(const Section&) = delete;

  const Yaml* take(const char* key) {
    taken_.insert(key);
    return map_.find(key);
  }

  void number(const char* key, double& into, double low = 0, double high = 1e12) {
    const Yaml* y = take(key);
    if (y == nullptr) return;
    if (!figure(*y, into)) return wrong(*y, fmt::format("'{}' should be a number", key));
    if (!(into >= low && into <= high)) wrong(*y, fmt::format("'{}' should lie between {} and {}", key, low, high));
  }
  void whole(const char* key, int& into, double low = 0, double high = 1e6) {
    double v = into;
    number(key, v, low, high);
    into = static_cast<int>(std::lround(v));
  }
  void share(const char* key, double& into) { number(key, into, 0, 1); }
  void text(const char* key, std::string& into) {
    const Yaml* y = take(key);
    if (y == nullptr) return;
    if (y->kind != Yaml::Kind::Scalar) return wrong(*y, fmt::format("'{}' should be a text", key));
    into = y->scalar.text;
  }
  void flag(const char* key, bool& into) {
    const Yaml* y = take(key);
    if (y == nullptr) return;
    if (y->kind != Yaml::Kind::Scalar || y->scalar.kind != Scalar::Kind::Bool) return wrong(*y, fmt::format("'{}' should be true or false", key));
    into = y->scalar.text[0] == 't' || y->scalar.text[0] == 'T';
  }
  void texts(const char* key, std::vector<std::string>& into) {
    if (const Yaml* y = take(key)) into = list(*y, key);
  }
  // `[median, sigma]`, or one figure for a quantity that is always the same.
  void spread(const char* key, Spread& into) {
    const Yaml* y = take(key);
    if (y == nullptr) return;
    if (y->kind == Yaml::Kind::Scalar && figure(*y, into.median)) {
      into.sigma = 0;
    } else if (y->kind != Yaml::Kind::List || y->list.size() != 2 || !figure(*y->list[0], into.median) || !figure(*y->list[1], into.sigma)) {
      return wrong(*y, fmt::format("'{}' should be [median, sigma]", key));
    }
    if (into.median < 0 || into.sigma < 0 || into.sigma > 5) wrong(*y, fmt::format("'{}' should be a median of at least 0 and a sigma of 0 to 5", key));
  }
  void numbers(const char* key, std::map<std::string, double>& into) {
    if (const Yaml* y = take(key)) figures(*y, key, into);
  }
  void figures(const Yaml& y, std::string_view key, std::map<std::string, double>& into) {
    if (y.kind != Yaml::Kind::Map) return wrong(y, fmt::format("'{}' should be a map of numbers", key));
    for (const auto& [name, value] : y.map) {
      if (!figure(*value, into[name])) wrong(*value, fmt::format("'{}' should be a number", name));
    }
  }
  std::vector<std::string> list(const Yaml& y, std::string_view key) {
    std::vector<std::string> out;
    if (y.kind == Yaml::Kind::Scalar) return {y.scalar.text};
    if (y.kind != Yaml::Kind::List) wrong(y, fmt::format("'{}' should be a list", key));
    for (const auto& one : y.list) {
      if (one->kind != Yaml::Kind::Scalar) wrong(*one, fmt::format("'{}' should be a list of texts", key));
      out.push_back(one->scalar.text);
    }
    return out;
  }
  // A list of maps; it replaces what was there.
  template <class T>
  void each(const char* key, std::vector<T>& into, const std::function<void(Section&, T&)>& read) {
    const Yaml* y = take(key);
    if (y == nullptr) return;
    if (y->kind != Yaml::Kind::List) return wrong(*y, fmt::format("'{}' should be a list", key));
    into.clear();
    for (const auto& one : y->list) {
      Section s(*one, key, mistake_);
      read(s, into.emplace_back());
    }
  }
  void section(const char* key, const std::function<void(Section&)>& read) {
    if (const Yaml* y = take(key)) {
      Section s(*y, key, mistake_);
      read(s);
    }
  }
  const Yaml& map() const { return map_; }
  void wrong(const Yaml& at, std::string why) {
    if (mistake_.empty()) mistake_ = fmt::format("line {}: {}", at.line, why);
  }

 private:
  static bool figure(const Yaml& y, double& into) {
    if (y.kind != Yaml::Kind::Scalar || (y.scalar.kind != Scalar::Kind::Int && y.scalar.kind != Scalar::Kind::Float)) return false;
    try {
      into = std::stod(y.scalar.text);
    } catch (const std::exception&) {
      return false;
    }
    return std::isfinite(into);
  }

  const Yaml& map_;
  std::string name_;
  std::string& mistake_;
  std::set<std::string, std::less<>> taken_;
};

void read_role(Section& s, Role& r) {
  s.text("name", r.name);
  s.text("unit", r.unit);
  s.share("share", r.share);
  s.number("arrives", r.arrives, 0, 24);
  s.number("leaves", r.leaves, 0, 24);
  s.number("deviation", r.deviation, 0, 4);
  s.share("laptop", r.laptop);
  s.share("travels", r.travels);
  s.share("from_home", r.from_home);
  s.share("evening", r.evening);
  s.flag("admin", r.admin);
  std::map<std::string, double> tasks;
  s.numbers("tasks", tasks);
  for (const auto& [name, rate] : tasks) r.tasks.push_back({name, rate});
  s.texts("sites", r.sites);
  s.texts("shares", r.shares);
  s.number("cases", r.cases, 0, 100);
}

void read_site(Section& s, Site& site) {
  s.text("domain", site.domain);
  s.text("kind", site.kind);
  s.text("network", site.network);
  s.texts("names", site.names);
  if (site.names.empty()) site.names = {""};
  s.number("weight", site.weight);
  s.spread("out", site.out);
  s.spread("in", site.in);
  s.spread("seconds", site.seconds);
  s.whole("addresses", site.addresses, 1, 1'000);
  s.flag("direct", site.direct);
  s.whole("ttl", site.ttl, 1, 604'800);
  s.text("alias", site.alias);
  s.flag("v6", site.v6);
}

void read_program(Section& s, Program& p) {
  s.text("name", p.name);
  s.text("image", p.image);
  p.command = "\"" + p.image + "\"";
  s.text("command", p.command);
  s.text("parent", p.parent);
  s.text("as", p.as);
  s.text("on", p.on);
  s.number("per_day", p.per_day, 0, 10'000);
  s.spread("seconds", p.seconds);
  s.flag("awake", p.awake);
  s.text("site", p.site);
  s.number("connect", p.connect, 0, 100);
  s.text("company", p.company);
  s.text("description", p.description);
}

void read_noise(Section& s, Noise& n) {
  s.text("event", n.event);
  s.text("on", n.on);
  s.number("per_hour", n.per_hour, 0, 1e6);
  s.number("per_start", n.per_start, 0, 10'000);
  s.number("per_connection", n.per_connection, 0, 1'000);
  s.flag("awake", n.awake);
  if (const Yaml* y = s.take("fields")) {
    if (y->kind != Yaml::Kind::Map) return s.wrong(*y, "'fields' should be a map of lists");
    for (const auto& [name, choices] : y->map) n.fields[name] = s.list(*choices, name);
  }
}

void read_faults(Section& s, Faults& f) {
  s.share("skewed", f.skewed);
  s.spread("skew_seconds", f.skew_seconds);
  s.share("lost", f.lost);
  s.share("duplicated", f.duplicated);
  s.share("late", f.late);
  s.spread("delay_seconds", f.delay_seconds);
  s.spread("late_minutes", f.late_minutes);
  s.share("outages", f.outages);
  s.spread("outage_minutes", f.outage_minutes);
}

void read_institution(Section& s, Parameters& p) {
  s.text("name", p.name);
  s.text("domain", p.domain);
  s.text("netbios", p.netbios);
  s.whole("utc_offset", p.utc_offset, -720, 840);
  s.flag("summer_time", p.summer_time);
  std::vector<std::string> holidays;
  s.texts("holidays", holidays);
  if (!holidays.empty()) p.holidays = {holidays.begin(), holidays.end()};
  s.number("people_per_workstation", p.people_per_workstation, 0.1, 5);
  s.share("servers_per_host", p.servers_per_host);
  s.number("joiners", p.joiners, 0, 50);
  s.number("leavers", p.leavers, 0, 50);
  s.number("movers", p.movers, 0, 50);
  s.number("lease_hours", p.lease_hours, 0.1, 1'000);
  s.whole("cases", p.cases, 1, 1'000);
  s.whole("documents", p.documents, 1, 1e6);
  s.texts("first_names", p.first_names);
  s.texts("last_names", p.last_names);
  s.texts("unit_folders", p.unit_folders);
  s.texts("document_words", p.document_words);
}

// What the rest relies on without asking.
std::string missing(const Parameters& p) {
  if (p.first_names.empty() || p.last_names.size() < 20) return "needs 'first_names' and at least twenty 'last_names' in 'institution'";
  if (p.roles.empty()) return "needs 'roles'";
  if (p.sites.empty()) return "needs 'sites'";
  if (p.document_words.empty()) return "needs 'document_words' in 'institution'";
  for (const Program& program : p.programs) {
    if (program.image.empty()) return fmt::format("the program '{}' has no image", program.name);
  }
  return {};
}

}  // namespace

Result<Parameters> read_parameters(std::string_view text, const std::string& path, Parameters base) {
  auto documents = parse_yaml(text);
  if (!documents) return fail(Code::Malformed, documents.error().text, path);
  if (documents->size() != 1) return fail(Code::Malformed, "should hold one YAML document", path);
  std::string mistake;
  {
    Section s(*documents->front().root, "the file", mistake);
    s.section("institution", [&](Section& i) { read_institution(i, base); });
    s.each<Role>("roles", base.roles, read_role);
    s.each<Site>("sites", base.sites, read_site);
    s.each<Program>("programs", base.programs, read_program);
    s.each<Noise>("noise", base.noise, read_noise);
    std::vector<Noise> more;
    s.each<Noise>("more_noise", more, read_noise);
    for (Noise& n : more) n.more = true;
    base.noise.insert(base.noise.end(), more.begin(), more.end());
    s.numbers("servers", base.servers);
    s.numbers("internet", base.internet);
    s.numbers("names", base.names);
    s.numbers("accounts", base.accounts);
    s.numbers("wire", base.wire);
    s.numbers("mail", base.mail);
    s.section("words", [&](Section& words) {
      for (const auto& [name, value] : words.map().map) {
        words.take(name.c_str());
        base.words[name] = words.list(*value, name);
      }
    });
    s.section("faults", [&](Section& f) { read_faults(f, base.faults); });
    s.section("campaigns", [&](Section& campaigns) {
      for (const auto& [name, value] : campaigns.map().map) {
        campaigns.take(name.c_str());
        campaigns.figures(*value, name, base.campaigns[name]);
      }
    });
  }
  if (mistake.empty()) mistake = missing(base);
  if (!mistake.empty()) return fail(Code::Malformed, mistake, path);
  return base;
}

}  // namespace custos::simulate

#include "engine/attribution/attribution.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>
#include <unordered_map>

#include <fmt/format.h>

#include "base/files/file.h"
#include "base/hash.h"
#include "base/text.h"
#include "engine/reading/every_event.h"
#include "engine/reading/twins.h"
#include "ingest/ingest.h"
#include "institution/institution.h"

namespace custos::engine {
namespace attribution {

struct Truth {
  std::uint32_t person, host : 31, seen : 1;
};

// attribution.ndjson: {"file":"zeek/2026-09-07/conn.log","record":12,"person":"m.osei","host":"ws-014"}; person may be empty.
class Truths {
 public:
  bool read(const std::string& path) {
    std::ifstream in(path);
    std::string line;
    while (std::getline(in, line)) {
      const std::string_view file = member(line, "file"), digits = member(line, "record");
      std::uint64_t record = 0;
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), record);
      const bool number_read = error == std::errc() && end == digits.data() + digits.size();
      if (file.empty() || !number_read || !whole(line)) {
        ++damaged;
        continue;
      }
      truths_.emplace(key(file, record), Truth{number(member(line, "person")), number(member(line, "host")) & 0x7FFFFFFFu, 0});
    }
    if (in.bad()) ++damaged;  // what could not be read is one row at least
    return !truths_.empty();
  }
  std::uint64_t damaged = 0;  // rows that are not understood, or cut
  const Truth* find(std::string_view file, std::uint64_t record) {
    const auto at = truths_.find(key(file, record));
    if (at == truths_.end()) return nullptr;
    at->second.seen = 1;
    return &at->second;
  }
  std::uint64_t size() const { return truths_.size(); }
  std::uint64_t unseen() const {
    return static_cast<std::uint64_t>(std::count_if(truths_.begin(), truths_.end(), [](const auto& t) { return t.second.seen == 0; }));
  }
  const std::string& text(std::uint32_t n) const { return names_[n]; }

 private:
  static bool whole(std::string_view line) {
    return line.starts_with('{') && line.ends_with("\"}") && line.find("\"person\":\"") != line.npos && line.find("\"host\":\"") != line.npos;
  }
  // Our own writer's lines: no blanks, nothing escaped but in names that have none of it.
  static std::string_view member(std::string_view line, std::string_view name) {
    const std::size_t at = line.find(fmt::format("\"{}\":", name));
    if (at == std::string_view::npos) return {};
    std::string_view rest = line.substr(at + name.size() + 3);
    if (rest.starts_with('"')) return rest.substr(1, rest.find('"', 1) - 1);
    return rest.substr(0, rest.find_first_of(",}"));
  }
  static std::uint64_t key(std::string_view file, std::uint64_t record) { return hash64(file) + record * 0x9E3779B97F4A7C15ull; }
  std::uint32_t number(std::string_view name) {
    const auto [at, fresh] = numbers_.emplace(std::string(name), static_cast<std::uint32_t>(names_.size()));
    if (fresh) names_.emplace_back(name);
    return at->second;
  }

  std::unordered_map<std::uint64_t, Truth> truths_;
  std::unordered_map<std::string, std::uint32_t, TextHash, TextEqual> numbers_;
  std::vector<std::string> names_;
};

// "zeek/2026-09-07/conn.log" and "windows/forwarded-2026-09-07.ndjson" without the day: what kind of log it is.
std::string log_of(std::string_view file) {
  std::string out;
  for (std::size_t i = 0; i < file.size(); ++i) {
    const bool date = i + 10 <= file.size() && file[i] == '2' && file[i + 4] == '-' && file[i + 7] == '-';
    if (date) {
      i += 9;
      if (!out.empty() && (out.back() == '-' || out.back() == '/')) out.pop_back();
    } else {
      out += file[i];
    }
  }
  return out;
}

void judge(AttributionFigures& f, const institution::Attribution& a, const Truth& truth, const Truths& truths, std::string_view file) {
  const std::string log = log_of(file);
  AttributionFigures::Row& row = f.by_log[log];
  const std::string& host = truths.text(truth.host);
  const std::string& person = truths.text(truth.person);
  const bool host_wrong = a.host.known() && a.host.value != host, person_wrong = a.person.known() && a.person.value != person;
  const auto count = [&](std::uint64_t AttributionFigures::Row::*what) {
    ++(row.*what);
    ++(f.all.*what);
  };
  count(&AttributionFigures::Row::events);
  if (host_wrong || person_wrong) {
    count(&AttributionFigures::Row::wrong);
    const std::string what = host_wrong ? fmt::format("{}: {} for {}", log, a.host.value, host)
                                        : fmt::format("{}: {} for {}", log, a.person.value, person.empty() ? "nobody" : person);
    if (f.mistakes.size() < 1'000 || f.mistakes.contains(what)) ++f.mistakes[what];
  } else if (a.host.known() || a.person.known()) {
    count(&AttributionFigures::Row::right);
  } else if (a.host.ambiguous() || a.person.ambiguous()) {
    count(&AttributionFigures::Row::ambiguous);
  } else {
    count(&AttributionFigures::Row::unknown);
    if (person.empty() && host.empty()) count(&AttributionFigures::Row::nobody);
  }
}

double share(std::uint64_t part, std::uint64_t of) { return of == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(of); }

}  // namespace attribution

Result<AttributionFigures> measure_attribution(const std::string& folder, const Limits& limits) {
  const auto known = institution::load_institution(folder + "/institution.yaml");
  if (!known) return fail(known.error().code, "needs institution.yaml: " + known.error().text, folder);
  attribution::Truths truths;
  if (!truths.read(folder + "/attribution.ndjson")) {
    if (truths.damaged > 0) return fail(Code::Malformed, "holds no row that is understood", folder + "/attribution.ndjson");
    return fail(Code::NotFound, "needs attribution.ndjson; write it with `custos simulate --attribution`", folder);
  }
  AttributionFigures f;
  f.damaged = truths.damaged;
  const auto walk = ingest::walk({folder + "/logs"}, limits);
  if (!walk) return tl::unexpected<Error>(walk.error());
  std::vector<std::string> logs;
  for (const auto& file : walk->files) logs.push_back(file.path);
  f.twins = leave_out_twins(logs);
  institution::Resolver resolver(known->institution);
  const auto relative = [&](const std::string& file) { return std::string_view(file).substr(std::min(file.size(), folder.size() + 6)); };
  std::optional<institution::Clues> clues;  // a reading's events share one dictionary
  const auto clues_of = [&clues](const Event& e) -> const institution::Clues& {
    if (!clues) clues.emplace(e.batch().names());
    clues->read(e);
    return *clues;
  };
  auto read = every_event(logs, limits, [&](const std::string& file, const Event& e) {
    resolver.from(file);
    resolver.observe(clues_of(e), e.record());
  });
  if (!read) return tl::unexpected(read.error());
  resolver.settle();
  clues.reset();
  read = every_event(logs, limits, [&](const std::string& file, const Event& e) {
    const attribution::Truth* t = truths.find(relative(file), e.record().number);
    if (t == nullptr) {
      ++f.without_truth;
    } else {
      attribution::judge(f, resolver.attribute(clues_of(e), e.record().time), *t, truths, relative(file));
    }
  });
  if (!read) return tl::unexpected(read.error());
  f.not_whole = walk->unreadable.size() + read->not_whole;
  f.forgotten = resolver.forgotten();
  f.rows = truths.size();
  f.without_event = truths.unseen();
  return f;
}

std::string to_text(const AttributionFigures& f) {
  using attribution::share;
  std::string out =
      fmt::format("{:<26} {:>11} {:>11} {:>9} {:>9} {:>11} {:>9}\n", "log", "events", "nobody's", "right", "wrong", "ambiguous", "unknown");
  const auto line = [&](const std::string& name, const AttributionFigures::Row& r) {
    const std::uint64_t somebody = r.events - r.nobody;  // nobody's are right to be left open
    out += fmt::format("{:<26} {:>11} {:>11} {:>8.3f}% {:>8.3f}% {:>10.3f}% {:>8.3f}%\n", printable(name, 26), r.events, r.nobody, share(r.right, somebody),
                       share(r.wrong, somebody), share(r.ambiguous, somebody), share(r.unknown - r.nobody, somebody));
  };
  for (const auto& [name, row] : f.by_log) line(name, row);
  line("all", f.all);
  const std::uint64_t somebody = f.all.events - f.all.nobody;
  out += fmt::format("\nOf {} events that are about somebody or something of the institution's, {:.3f} % are attributed right, {:.3f} % wrong.\n", somebody,
                     share(f.all.right, somebody), share(f.all.wrong, somebody));
  if (f.not_whole > 0) out += fmt::format("{} files or streams of the logs could not be read whole.\n", f.not_whole);
  if (f.damaged > 0) out += fmt::format("{} rows of attribution.ndjson are damaged and were passed over.\n", f.damaged);
  if (f.twins > 0) out += twins_text(f.twins) + ".\n";
  if (f.without_truth > 0) out += fmt::format("{} events have no line in attribution.ndjson and were not judged.\n", f.without_truth);
  if (f.without_event > 0)
    out += fmt::format("{} of {} rows of attribution.ndjson have no event in the logs.\n", f.without_event, f.rows);
  if (f.forgotten > 0) out += fmt::format("{} pieces of evidence did not fit and were forgotten.\n", f.forgotten);
  std::vector<std::pair<std::uint64_t, std::string>> worst;
  for (const auto& [what, n] : f.mistakes) worst.emplace_back(n, what);
  std::sort(worst.rbegin(), worst.rend());
  for (std::size_t i = 0; i < std::min<std::size_t>(8, worst.size()); ++i)
    out += fmt::format("{}wrong {:>8} times  {}\n", i == 0 ? "\n" : "", worst[i].first, printable(worst[i].second));
  return out;
}

std::string to_json(const AttributionFigures& f) {
  const auto row = [](const AttributionFigures::Row& r) {
    return fmt::format(R"({{"events":{},"right":{},"wrong":{},"ambiguous":{},"unknown":{},"nobody":{}}})", r.events, r.right, r.wrong, r.ambiguous, r.unknown,
                       r.nobody);
  };
  std::string out = "{\"type\":\"evaluation\",\"version\":\"" CUSTOS_VERSION "\",\"set\":\"entities\",\"all\":" + row(f.all) + ",\"by_log\":{";
  for (const auto& [name, r] : f.by_log) {
    out += out.back() == '{' ? "\"" : ",\"";
    append_json_escaped(out, to_valid_utf8(name));
    out += "\":" + row(r);
  }
  return out + fmt::format(R"(}},"without_truth":{},"without_event":{},"not_whole":{},"damaged":{},"evtx_left_out":{},"forgotten":{},"partial":{}}})",
                           f.without_truth, f.without_event, f.not_whole, f.damaged, f.twins, f.forgotten, f.partial()) + "\n";
}

}  // namespace custos::engine

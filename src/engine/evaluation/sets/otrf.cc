// Security Datasets (OTRF): recorded attacks on Windows, Linux and cloud, one technique or a few a data set, no event labelled.
#include <algorithm>
#include <array>
#include <map>
#include <set>

#include <fmt/format.h>

#include "base/files/file.h"
#include "base/text.h"
#include "base/yaml.h"
#include "engine/attribution/entities.h"
#include "engine/evaluation/folders.h"
#include "engine/evaluation/scene_reader.h"
#include "engine/evaluation/set.h"

namespace custos::engine::otrf {
namespace {

constexpr std::string_view kMetadata = "/_metadata/", kDatasets = "/datasets/";
constexpr std::size_t kMostMetadata = 4u << 20;

// ATT&CK's enterprise tactics by number.
constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kTactics{{{"TA0043", "reconnaissance"},
                                                                                  {"TA0042", "resource-development"},
                                                                                  {"TA0001", "initial-access"},
                                                                                  {"TA0002", "execution"},
                                                                                  {"TA0003", "persistence"},
                                                                                  {"TA0004", "privilege-escalation"},
                                                                                  {"TA0005", "defense-evasion"},
                                                                                  {"TA0006", "credential-access"},
                                                                                  {"TA0007", "discovery"},
                                                                                  {"TA0008", "lateral-movement"},
                                                                                  {"TA0009", "collection"},
                                                                                  {"TA0011", "command-and-control"},
                                                                                  {"TA0010", "exfiltration"},
                                                                                  {"TA0040", "impact"}}};

// One data set: what was done in it, and which of its files are there.
struct DataSet {
  std::string id, title, kind;
  std::set<std::string> techniques, tactics;
  std::vector<std::string> files;
};

std::string lower(std::string_view s) { return fold(to_valid_utf8(s)); }

// "T1218" and "005" are "T1218.005".
void add_mapping(const Yaml& mapping, DataSet& d) {
  const std::string technique = mapping.text("technique"), sub = mapping.text("sub-technique");
  if (!technique.empty()) d.techniques.insert(sub.empty() || sub == "null" || sub == "~" ? technique : fmt::format("{}.{}", technique, sub));
  const Yaml* tactics = mapping.find("tactics");
  if (tactics == nullptr) return;
  for (const auto& t : tactics->list) {
    const auto* named = std::find_if(kTactics.begin(), kTactics.end(), [&](const auto& k) { return k.first == t->scalar.text; });
    if (named != kTactics.end()) d.tactics.emplace(named->second);
  }
}

// Links end in the file's place below "datasets", in whatever spelling.
void add_files(const Yaml& root, const std::map<std::string, std::string>& by_place, DataSet& d) {
  const Yaml* files = root.find("files");
  if (files == nullptr) return;
  for (const auto& f : files->list) {
    const std::string link = lower(f->text("link"));
    const auto at = link.find(kDatasets);
    if (at == std::string::npos) continue;
    const auto it = by_place.find(link.substr(at + kDatasets.size()));
    if (it != by_place.end() && std::find(d.files.begin(), d.files.end(), it->second) == d.files.end()) d.files.push_back(it->second);
  }
}

Result<std::vector<DataSet>> data_sets(Joining& joining) {
  std::string root = joining.options().data;
  while (root.size() > 1 && root.back() == '/') root.pop_back();
  auto paths = files_below(joining, root);
  if (!paths) return tl::unexpected<Error>(paths.error());
  std::map<std::string, std::string> by_place;
  for (const std::string& p : *paths) by_place[lower(p.substr(std::min(p.size(), root.size() + 1)))] = p;
  std::vector<DataSet> out;
  std::size_t described = 0, all_metadata = 0;
  for (const std::string& p : *paths) {
    if (p.find(kMetadata) == std::string::npos || !p.ends_with(".yaml")) continue;
    ++all_metadata;
    auto text = read_file(p, kMostMetadata);
    auto documents = text ? parse_yaml(*text) : tl::unexpected<Error>(text.error());
    if (!documents || documents->empty()) {
      joining.problem(p, documents ? "empty" : documents.error().text);
      continue;
    }
    ++described;
    const Yaml& doc = *documents->front().root;
    DataSet d{doc.text("id"), doc.text("title"), doc.text("type"), {}, {}, {}};
    const Yaml* mappings = doc.find("attack_mappings");
    if (mappings != nullptr) {
      for (const auto& m : mappings->list) add_mapping(*m, d);
    }
    add_files(doc, by_place, d);
    if (!d.files.empty() && !d.techniques.empty()) out.push_back(std::move(d));
  }
  std::set<std::string> linked;
  for (const DataSet& d : out) linked.insert(d.files.begin(), d.files.end());
  const std::size_t others = paths->size() - all_metadata - linked.size();
  if (others > 0) joining.remark(fmt::format("{} files belong to no described data set and were not used", others));
  if (out.empty())
    return fail(Code::NotFound, "holds no data set: the set otrf is folders with _metadata/*.yaml and the files they link to", joining.options().data);
  joining.remark(fmt::format("{} data sets are described there, {} of them have files", described, out.size()));
  return out;
}

// Equal, or one is the sub-technique of the other.
bool same_technique(std::string_view a, std::string_view b) {
  const auto parent = [](std::string_view x, std::string_view of) { return of.size() > x.size() && of.starts_with(x) && of[x.size()] == '.'; };
  return a == b || parent(a, b) || parent(b, a);
}

struct Verdict {
  std::set<std::size_t> strict, lenient, others;  // numbers of findings
  std::uint64_t events = 0;
  std::size_t host_hours = 0;
  Micros first = kNoTime;
  std::optional<double> seconds;
};

// What the rules found of level medium or above: one finding a rule, entity and hour.
Verdict judge(const DataSet& d, const evaluate::Recording& r) {
  Verdict v;
  v.host_hours = r.groups().size();
  if (!r.observations().empty()) v.first = r.observations().front().time;
  std::map<std::tuple<Micros, evaluate::TextId, std::uint32_t>, std::size_t> findings;
  for (const evaluate::RuleHit& h : r.hits()) {
    const RuleFacts& rule = *r.rules()[h.rule];
    if (rule.level < Level::Medium) continue;
    const evaluate::Observation& o = r.observations()[h.observation];
    const std::size_t number = findings.emplace(std::tuple(evaluate::bucket_of(o.time, r.bucket()), o.unit, h.rule), findings.size()).first->second;
    const bool technique = std::any_of(rule.attack.begin(), rule.attack.end(), [&](const std::string& t) {
      return std::any_of(d.techniques.begin(), d.techniques.end(), [&](const std::string& x) { return same_technique(t, x); });
    });
    const bool tactic = std::any_of(rule.tactics.begin(), rule.tactics.end(), [&](const std::string& t) { return d.tactics.contains(t); });
    if (technique) v.strict.insert(number);
    if (technique || tactic) v.lenient.insert(number);
    if (!technique && !tactic) v.others.insert(number);
    if (technique && !v.seconds) v.seconds = static_cast<double>(o.time - v.first) / kSecond;
  }
  return v;
}

// A scene for the variations: one campaign, which a finding of its technique finds.
evaluate::SceneOutcome outcome_of(const DataSet& d, const Verdict& v);

Result<Verdict> read_one(Joining& joining, const DataSet& d) {
  auto builder = joining.begin(d.title);
  SceneReader reader(joining, *builder);
  std::uint64_t untimed = 0;
  auto ok = reader.read(d.files, [&](const std::string&, const Event& e, Shown& shown) {
    builder->event("not labelled");
    evaluate::Observation o;
    o.time = shown.time == kNoTime ? 0 : shown.time;
    untimed += shown.time == kNoTime ? 1 : 0;
    const LogSource& source = e.batch().sources().at(e.record().log_source);
    o.log = builder->text(source.unknown() ? "unknown" : source.product + " " + source.service);
    std::string host = "(no host named)";
    for (const Entity& entity : entities_of(e)) {
      if (entity.kind != "host") continue;
      host = fold(entity.value);
      break;
    }
    o.entity = o.unit = builder->text(host);
    builder->observe(o);
  });
  if (ok) ok = reader.finish();
  if (!ok) return tl::unexpected<Error>(ok.error());
  const std::uint64_t events = builder->number();
  if (builder->first() == kNoTime) return Verdict{};
  const Micros end = builder->last() + 1;
  const evaluate::Scene& scene = builder->finish({builder->first(), builder->first(), builder->first(), end}, 3600 * kSecond);
  joining.tell_what_was_left_out(scene.recording, d.title);
  Verdict v = judge(d, scene.recording);
  v.events = events;
  joining.variations().next_scene();
  joining.variations().add_full("rules", outcome_of(d, v));
  joining.variations().run(scene, [&](const evaluate::Variant& variant, const std::string&) -> Variations::Outcomes {
    return {{"rules", outcome_of(d, judge(d, variant.recording))}};
  });
  for (const auto& [label, n] : builder->counts()) joining.report().counts[label] += n;
  return v;
}

evaluate::SceneOutcome outcome_of(const DataSet& d, const Verdict& v) {
  evaluate::SceneOutcome outcome;
  evaluate::CampaignOutcome c{"", d.title, {}, {}, v.seconds, {{"type", d.kind}, {"found by tactic", v.lenient.empty() ? "no" : "yes"}}};
  std::string techniques;
  for (const std::string& t : d.techniques) techniques += (techniques.empty() ? "" : " ") + t;
  c.phases = {techniques};
  if (!v.strict.empty()) c.found = c.phases;
  outcome.campaigns.push_back(std::move(c));
  return outcome;
}

Result<void> read(Joining& joining) {
  if (!joining.runs("rules")) return fail(Code::Usage, "no event of this set is labelled, so only the source rules can be judged on it", "otrf");
  joining.do_not_run_others("rules", "no event of this set is labelled");
  const auto sets = data_sets(joining);
  if (!sets) return tl::unexpected<Error>(sets.error());
  evaluate::SceneOutcome outcome;
  std::size_t strict = 0, lenient = 0, others = 0, host_hours = 0, unread = 0;
  evaluate::Table missed{"Data sets whose technique and tactic no finding names", {"data set", "techniques", "events"}, {}};
  for (const DataSet& d : *sets) {
    joining.tell(d.title);
    const auto v = read_one(joining, d);
    if (!v) return tl::unexpected<Error>(v.error());
    if (v->events == 0) {
      ++unread;
      continue;
    }
    outcome.campaigns.push_back(outcome_of(d, *v).campaigns.front());
    strict += v->strict.empty() ? 0 : 1;
    lenient += v->lenient.empty() ? 0 : 1;
    others += v->others.size();
    host_hours += v->host_hours;
    if (v->lenient.empty()) missed.rows.push_back({d.title, outcome.campaigns.back().phases.front(), fmt::format("{}", v->events)});
  }
  const auto read = static_cast<double>(outcome.campaigns.size());
  joining.add_outcome("rules", outcome);
  joining.add_more("rules", "data_sets", read);
  joining.add_more("rules", "data_sets_found_by_tactic", static_cast<double>(lenient));
  joining.add_more("rules", "recall_lenient", read > 0 ? static_cast<double>(lenient) / read : 0);
  joining.add_more("rules", "other_findings", static_cast<double>(others));
  joining.add_more("rules", "host_hours", static_cast<double>(host_hours));
  joining.add_more("rules", "other_findings_per_host_hour", host_hours > 0 ? static_cast<double>(others) / static_cast<double>(host_hours) : 0);
  joining.report().splits.push_back("no learning, no calibration: rules are fixed, every data set is a test");
  joining.report().tables.push_back({"What a finding of level medium or above names",
                                     {"of the data sets", "number", "share"},
                                     {{"its technique (strict, the recall above)", fmt::format("{}/{}", strict, read),
                                       fmt::format("{:.0f} %", read > 0 ? 100 * static_cast<double>(strict) / read : 0)},
                                      {"its technique or its tactic (lenient)", fmt::format("{}/{}", lenient, read),
                                       fmt::format("{:.0f} %", read > 0 ? 100 * static_cast<double>(lenient) / read : 0)}}});
  joining.report().tables.push_back(std::move(missed));
  joining.remark(fmt::format(
      "{} findings (a rule, a host, an hour) of level medium or above name neither technique nor tactic, {:.2f} an hour and host over {} host hours: an "
      "upper bound on noise, for the attack's other steps are among them",
      others, host_hours > 0 ? static_cast<double>(others) / static_cast<double>(host_hours) : 0, host_hours));
  joining.remark("no event is labelled, so there is no precision and no number of false alarms; the budget plays no part");
  joining.remark("a finding that names the technique need not be about the attack; labels are one technique or a few a data set");
  if (unread > 0) joining.remark(fmt::format("{} data sets have files but none that custos reads (packet captures)", unread));
  return {};
}

}  // namespace

extern const Set set;
const Set set{"otrf", "recorded attacks (OTRF Security Datasets), rules only", "a rule, a host and an hour", "a data set", false, false, read};

}  // namespace custos::engine::otrf

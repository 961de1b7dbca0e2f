#include "engine/scan.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <map>
#include <set>
#include <thread>

#include <fmt/format.h>
#include <sys/stat.h>

#include "base/files/spared.h"
#include "base/text.h"
#include "engine/attribution/entities.h"
#include "engine/attribution/identities.h"
#include "engine/incidents/incidents.h"
#include "engine/behavior/baseline_file.h"
#include "engine/pipeline.h"
#include "engine/statement.h"

namespace custos::engine {
namespace scanning {

// Runs the workers over the files, each file by whoever is free: results don't depend on who that is.
void run(std::vector<std::unique_ptr<Worker>>& workers, const std::vector<ingest::SourceFile>& files, std::atomic<bool>& done) {
  // The stream ordinals of a file: room for the members of archives, as 32 bits allow.
  const auto file_bits = static_cast<unsigned>(std::bit_width(files.size()));
  const std::uint32_t room = file_bits >= 31 ? 2u : (1u << (31 - file_bits));
  std::atomic<std::size_t> next{0};
  const auto work = [&](Worker& w) {
    for (std::size_t i = next++; i < files.size(); i = next++) {
      w.scan_file(files[i], static_cast<std::uint32_t>(i) * room, room);
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t t = 1; t < workers.size(); ++t) threads.emplace_back(work, std::ref(*workers[t]));
  work(*workers[0]);
  for (std::thread& t : threads) t.join();
  done = true;
}

// Tells the caller how far it is, four times a second, from a thread of its own.
class Ticker {
 public:
  Ticker(const Shared& shared, Progress fixed, const std::function<void(const Progress&)>& tell) : shared_(shared), fixed_(fixed), tell_(tell) {
    if (tell_) thread_ = std::thread([this] { loop(); });
  }
  ~Ticker() {
    if (!thread_.joinable()) return;
    done_ = true;
    thread_.join();
    report();
  }
  std::atomic<bool>& done() { return done_; }

 private:
  void report() {
    Progress p = fixed_;
    p.files_done = shared_.files_done;
    p.bytes_done = std::min(shared_.bytes_done.load(), p.bytes_total);
    p.events = shared_.events;
    p.findings = shared_.findings;
    tell_(p);
  }
  void loop() {
    for (int i = 0; !done_; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
      if (i % 10 == 9 && !done_) report();
    }
  }

  const Shared& shared_;
  Progress fixed_;
  const std::function<void(const Progress&)>& tell_;
  std::atomic<bool> done_{false};
  std::thread thread_;
};

void read_all(const Shared& shared, const std::vector<ingest::SourceFile>& files, std::vector<std::unique_ptr<Worker>>& workers,
              const std::function<void(const Progress&)>& progress) {
  Progress fixed;
  fixed.files_total = files.size();
  for (const auto& f : files) fixed.bytes_total += f.size;
  Ticker ticker(shared, fixed, progress);
  run(workers, files, ticker.done());
}

// Whether the walk found anything, good or bad, under this argument.
bool produced(const std::string& path, const ingest::Walk& walk) {
  const auto under = [&](std::string_view name, std::string_view folder) {
    while (folder.size() > 1 && folder.back() == '/') folder.remove_suffix(1);
    return name == folder || (name.starts_with(folder) && (folder.ends_with('/') || (name.size() > folder.size() && name[folder.size()] == '/')));
  };
  const std::string shown = to_valid_utf8(path);
  return std::any_of(walk.files.begin(), walk.files.end(), [&](const auto& f) { return under(f.path, path); }) ||
         std::any_of(walk.unreadable.begin(), walk.unreadable.end(), [&](const auto& u) { return under(u.name, shown); });
}

using Identity = std::pair<dev_t, ino_t>;

bool identity(const std::string& path, Identity& of) {
  of = {};
  struct stat st {};
  if (path.empty() || path == "-" || stat(path.c_str(), &st) != 0 || !S_ISREG(st.st_mode)) return false;
  of = {st.st_dev, st.st_ino};
  return true;
}

// Keeps the files that the scan writes apart from those it reads: evidence is never written over, results are never read.
// Takes the outputs' own temporary files out of the walk.
Result<void> set_outputs_apart(const ScanOptions& options, const LoadedRules& rules, ingest::Walk& walk) {
  if (options.outputs.empty()) return {};
  std::map<Identity, std::string> finals;
  std::set<Identity> temporaries;
  Identity of;
  for (const ScanOptions::Output& o : options.outputs) {
    if (identity(o.path, of)) finals.emplace(of, o.path);
    if (identity(o.temporary, of)) temporaries.insert(of);
  }
  const auto taken = [&](const std::string& path) { return identity(path, of) && finals.contains(of); };
  for (auto f = walk.files.begin(); f != walk.files.end();) {
    if (taken(f->path)) return fail(Code::Usage, "is one of the files to read; write the results to another place", finals.at(of));
    f = temporaries.contains(of) ? walk.files.erase(f) : std::next(f);
  }
  const std::vector<std::string> known{options.institution, options.behavior.baseline};
  for (const auto* list : {&rules.user_files, &options.rules.pipelines, &known}) {
    for (const std::string& path : *list) {
      if (taken(path)) return fail(Code::Usage, "is a rule, pipeline, baseline or institution of this scan; write the results to another place", finals.at(of));
    }
  }
  return {};
}

// A correlation's episode as a finding: its group is what matched, its events are the records.
Finding correlated_finding(const rules::Program& program, const rules::Correlated& c, const std::vector<std::pair<std::uint32_t, SourceCoverage>>& sources) {
  Finding f;
  f.rule = program.facts(c.rule);
  f.log_source = "correlation";
  f.time = c.time;
  f.last_time = c.last_time;
  f.count = 1;
  const auto place = [&](const rules::Correlated::Contributor& e) {
    const auto it = std::lower_bound(sources.begin(), sources.end(), e.source, [](const auto& s, std::uint32_t o) { return s.first < o; });
    return Place{it == sources.end() || it->first != e.source ? std::string() : it->second.file, e.offset, 0};
  };
  for (std::size_t i = 0; i < c.events.size(); ++i) {
    if (i == 0) {
      f.source = place(c.events[i]);
    } else {
      f.others.push_back(place(c.events[i]));
    }
  }
  for (const auto& [name, value] : c.group) {
    f.matched.push_back({name, value, std::nullopt});
    if (const std::string_view kind = entity_kind(name); !kind.empty()) f.entities.push_back({std::string(kind), value, {}, {}, entity_part(name)});
  }
  f.raw = fmt::format("{} events between {} and {}; the condition first held at {}, with {}", c.event_count, to_rfc3339(c.first_time), to_rfc3339(c.last_time),
                      to_rfc3339(c.time), c.value);
  return f;
}

std::vector<std::pair<std::uint32_t, std::string>> files_of(const Statement& statement) {
  std::vector<std::pair<std::uint32_t, std::string>> files;
  for (const auto& [ordinal, source] : statement.sources()) files.emplace_back(ordinal, source.file);
  return files;
}

std::string file_of(const std::vector<std::pair<std::uint32_t, std::string>>& files, std::uint32_t source) {
  const auto it = std::lower_bound(files.begin(), files.end(), source, [](const auto& f, std::uint32_t n) { return f.first < n; });
  return it == files.end() || it->first != source ? std::string() : it->second;
}

// SHA-256 over what decides the findings: the program, its rules, and what the user asked for.
std::string configuration_of(const ScanOptions& options, const LoadedRules& rules) {
  Sha256 hash;
  const auto add = [&](std::string_view s) {
    hash.add(fmt::format("{}:", s.size()));
    hash.add(s);
  };
  add(CUSTOS_VERSION);
  for (std::size_t i = 0; i < rules.loaded.program->size(); ++i) add(rules.loaded.program->facts(i)->hash);
  for (const std::string& a : options.seal.arguments) add(a);
  return to_hex(view(hash.finish()));
}

// Evidence that lay among the logs would be read by the next scan.
Result<void> lies_apart(const std::string& folder, const std::vector<std::string>& logs) {
  for (const std::string& log : logs) {
    if (log != "-" && lies_in(folder, log)) {
      return fail(Code::Usage, "lies among the logs to read, so that the next scan would read it; seal to another place", folder);
    }
  }
  return {};
}

Result<std::unique_ptr<Sealing>> begin_sealing(const ScanOptions& options, const LoadedRules& rules) {
  if (!options.seal.on()) return nullptr;
  if (auto ok = lies_apart(options.seal.log.folder, options.paths); !ok) return tl::unexpected<Error>(ok.error());
  return Sealing::begin(options.seal, options.threads, {configuration_of(options, rules), rules.files, rules.loaded.program->size()});
}

Result<std::string> baseline_of(const BehaviorOptions& options) {
  if (!options.on || options.baseline.empty()) return std::string();
  return read_baseline(options.baseline);
}

// Behaviour, when all is read and names can be resolved: its findings beside those of the rules.
Result<void> add_behavior(const ScanOptions& options, const Institution& known, const std::string& baseline, std::vector<std::unique_ptr<Worker>>& workers,
                          const std::vector<std::pair<std::uint32_t, std::string>>& files, Dictionary& texts,
                          const std::function<void(const behavior::Fact&)>& also, ScanResult& result) {
  if (!options.behavior.on) return {};
  BehaviorInput input{known, workers[0]->resolver(), {}, [&](std::uint32_t source) { return file_of(files, source); },
                      also};
  for (auto& w : workers) {
    input.logs.push_back(&w->facts()->log());
    if (const auto& error = w->facts()->error()) {
      result.coverage.behavior.on = true;
      result.coverage.behavior.why_not = error->text;
      return {};
    }
  }
  auto outcome = judge_behavior(options.behavior, input, baseline, texts);
  if (!outcome) return tl::unexpected<Error>(outcome.error());
  result.coverage.behavior = outcome->coverage;
  for (Finding& f : outcome->findings) {
    if (f.rule->level >= options.min_level) result.findings.push_back(std::move(f));
  }
  std::stable_sort(result.findings.begin(), result.findings.end(), [](const Finding& a, const Finding& b) { return a.time < b.time; });
  return {};
}

// When all is read: whose names are, what is unusual, and what belongs together.
Result<void> understand(const ScanOptions& options, const Institution& known, const std::string& baseline, std::vector<std::unique_ptr<Worker>>& workers,
                        const std::vector<std::pair<std::uint32_t, std::string>>& files, ScanResult& result) {
  institution::Resolver& resolver = workers[0]->resolver();
  for (std::size_t i = 1; i < workers.size(); ++i) resolver.absorb(std::move(workers[i]->resolver()));
  resolver.settle();
  Dictionary texts;
  Reach reach(texts);
  Uploads uploads(texts);
  const auto also = [&](const behavior::Fact& fact) {
    reach.take(fact);
    uploads.take(fact);
  };
  if (auto ok = add_behavior(options, known, baseline, workers, files, texts, also, result); !ok) return ok;
  result.coverage.identities = identify(result.findings, resolver);
  LogsAround logs{resolver, nullptr, nullptr, {}, {}, [&](std::uint32_t source) { return file_of(files, source); }};
  if (options.behavior.on) logs.reach = &reach, logs.uploads = &uploads;
  for (auto& w : workers) {
    logs.trails.push_back(&w->trail());
    logs.visits.push_back(&w->visits());
    result.coverage.accesses_left_out += w->visits().left_out();
  }
  result.incidents = find_incidents(result.findings, known, logs, options.behavior.budget);
  correlate::keep_names(result.incidents.incidents, options.known_incidents);
  result.coverage.findings = result.findings.size();
  return {};
}

// What was given and what came of it.
void add_inputs(const ScanOptions& options, const ingest::Walk& walk, std::vector<std::unique_ptr<Worker>>& workers, Statement& statement) {
  statement.add_unreadable(walk.unreadable);
  for (const std::string& path : options.paths) {
    if (!produced(path, walk)) statement.add_empty_folder(to_valid_utf8(path));
  }
  for (auto& w : workers) statement.add(*w);
  statement.sort();
}

}  // namespace scanning

Result<ScanResult> scan(const ScanOptions& options, const std::function<void(const Progress&)>& progress) {
  ingest::CaptureTool capture_tool;
  if (!options.captures.tool.empty()) {
    auto tool = ingest::find_capture_tool(options.captures);
    if (!tool) return tl::unexpected<Error>(tool.error());
    capture_tool = std::move(*tool);
  }
  auto known = institution::usable_institution(options.institution);
  if (!known) return tl::unexpected<Error>(known.error());
  auto baseline = scanning::baseline_of(options.behavior);
  if (!baseline) return tl::unexpected<Error>(baseline.error());
  RuleOptions rule_options = options.rules;
  rule_options.placeholders.merge(institution::placeholders(*known));
  auto rules = load_rules(rule_options);
  if (!rules) return tl::unexpected<Error>(rules.error());
  auto walk = options.sources != nullptr ? Result<ingest::Walk>(ingest::Walk{options.sources->files(), {}}) : ingest::walk(options.paths, options.limits);
  if (!walk) return tl::unexpected<Error>(walk.error());
  if (auto apart = scanning::set_outputs_apart(options, *rules, *walk); !apart) return tl::unexpected<Error>(apart.error());

  const auto& program = rules->loaded.program;
  const auto correlations = rules::make_correlations(program);
  auto sealing = scanning::begin_sealing(options, *rules);
  if (!sealing) return tl::unexpected<Error>(sealing.error());
  Shared shared;
  shared.options = &options;
  shared.sealing = sealing->get();
  shared.program = program;
  shared.institution = &*known;
  shared.correlations = correlations.get();
  if (capture_tool.kind != nullptr) shared.capture_tool = &capture_tool;
  std::vector<std::unique_ptr<Worker>> workers;
  const std::size_t threads = std::clamp<std::size_t>(options.threads, 1, std::max<std::size_t>(1, walk->files.size()));
  for (std::size_t i = 0; i < threads; ++i) workers.push_back(std::make_unique<Worker>(shared));
  scanning::read_all(shared, walk->files, workers, progress);
  for (auto& w : workers) w->end_sealing();

  Statement statement(options, *rules);
  scanning::add_inputs(options, *walk, workers, statement);
  FindingSet findings;
  for (auto& w : workers) findings.join(std::move(w->findings()));
  auto totals = correlations->run([&](const rules::Correlated& c) {
    if (program->facts(c.rule)->level < options.min_level) return statement.add_finding_below();
    findings.add(scanning::correlated_finding(*program, c, statement.sources()));
  });
  if (!totals) return tl::unexpected<Error>(totals.error());
  ScanResult result;
  const auto files = scanning::files_of(statement);
  result.coverage = statement.finish(*totals, findings);
  result.findings = findings.take();
  if (auto ok = scanning::understand(options, *known, *baseline, workers, files, result); !ok) return tl::unexpected<Error>(ok.error());
  if (*sealing) result.sealed = (*sealing)->finish({result.findings, result.incidents.incidents, result.coverage, files, walk->files});
  return result;
}

}  // namespace custos::engine

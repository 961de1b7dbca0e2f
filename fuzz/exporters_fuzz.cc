// Whatever a finding and a coverage statement hold, every exporter writes valid UTF-8, and the NDJSON ones valid JSON
// lines.
#include <cstdlib>
#include <string>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "share/exporter.h"
#include "share/summary.h"

namespace custos::share::exporters_fuzz {
namespace {

// Cuts the input into texts at each 0xFE byte and hands them out in turn.
class Texts {
 public:
  explicit Texts(std::string_view all) : left_(all) {}
  std::string next() {
    const std::size_t end = std::min(left_.find('\xFE'), left_.size());
    std::string s(left_.substr(0, end));
    left_.remove_prefix(std::min(end + 1, left_.size()));
    return s;
  }
  std::uint64_t number() {
    std::uint64_t n = 0;
    for (const char c : next()) n = n * 257 + static_cast<unsigned char>(c);
    return n;
  }

 private:
  std::string_view left_;
};

Finding finding(Texts& t) {
  auto r = std::make_shared<RuleFacts>();
  r->level = static_cast<Level>(t.number() % 5);
  for (std::string* s : {&r->id, &r->title, &r->description, &r->author, &r->status, &r->path, &r->hash}) *s = t.next();
  r->tags = {t.next()};
  r->attack = {t.next(), t.next()};
  r->tactics = {t.next()};
  r->falsepositives = {t.next()};
  Finding f;
  f.rule = r;
  f.log_source = t.next();
  f.pipeline = t.next();
  f.time = static_cast<Micros>(t.number());
  f.last_time = static_cast<Micros>(t.number());
  f.source = {t.next(), t.number(), t.number()};
  f.count = t.number();
  for (const char* kind : {"host", "user", "process", "address", "address", "file", "domain"})
    f.entities.push_back({kind, t.next()});
  f.matched = {{t.next(), t.next(), t.number()}, {"", t.next(), {}}};
  f.raw = t.next();
  return f;
}

Coverage coverage(Texts& t) {
  Coverage c;
  c.started = t.next();
  c.finished = t.next();
  c.events = t.number();
  SourceCoverage s;
  s.file = t.next();
  s.format = t.next();
  s.why = t.next();
  s.state = static_cast<ReadState>(t.number() % 3);
  s.rejects = {{t.number(), t.number(), t.next()}};
  s.reject_count = t.number();
  s.notes[t.next()] = t.number();
  s.first_time = static_cast<Micros>(t.number());
  s.gaps = {{t.number(), t.number()}};
  c.sources = {s};
  c.rules.refusals = {{t.next(), t.next(), t.next(), t.next()}};
  return c;
}

Incident incident(Texts& t) {
  Incident i;
  for (std::string* s : {&i.id, &i.title}) *s = t.next();
  i.level = static_cast<Level>(t.number() % 5);
  i.within_budget = t.number() % 4 != 0;
  i.first = static_cast<Micros>(t.number());
  i.last = static_cast<Micros>(t.number());
  i.evidence.push_back({t.next(), t.next(), i.level, i.first, i.last, {t.next(), t.number(), t.number()}, t.number(), t.next()});
  i.entities.push_back({t.next(), t.next(), "foothold", i.first, i.last, {1}});
  for (int n = 0; n < 3; ++n) i.story.push_back({static_cast<Micros>(t.number()), i.last, static_cast<Stage>(t.number() % 13), t.next(), {1}});
  i.stages.push_back({Stage::Execution, i.first, i.last, {t.next()}, {1}});
  i.gaps.push_back({Stage::Collection, t.next()});
  i.objectives.push_back({t.next(), 0.5, {{t.next(), 1, {1}}}, {}});
  return i;
}

struct Text final : Output {
  void write(std::string_view bytes) override { all.append(bytes); }
  std::string all;
};

void require(bool truth) {
  if (!truth) std::abort();
}

}  // namespace
}  // namespace custos::share::exporters_fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace custos::share;
  namespace here = exporters_fuzz;
  here::Texts texts({reinterpret_cast<const char*>(data), size});
  const custos::Finding f = here::finding(texts);
  const custos::Coverage c = here::coverage(texts);
  const custos::Incident i = here::incident(texts);
  for (const Exporter* e : exporters()) {
    here::Text out;
    const auto run = e->open(out);
    run->finding(f);
    run->incident(i);
    run->finish(c);
    here::require(custos::is_valid_utf8(out.all));
    if (e->name != "json" && e->name != "ocsf") continue;
    for (std::size_t at = 0; at < out.all.size();) {
      const std::size_t end = out.all.find('\n', at);
      here::require(end != std::string::npos && nlohmann::json::accept(out.all.substr(at, end - at)));
      at = end + 1;
    }
  }
  const custos::Finding* one = &f;
  const std::string s = summary({&one, 1}, {&i, 1}, c, {});
  here::require(custos::is_valid_utf8(s));
  for (const char ch : s) here::require(ch == '\n' || static_cast<unsigned char>(ch) >= 0x20);
  return 0;
}

#include "engine/explain.h"

#include <filesystem>

#include <fmt/format.h>

#include "base/text.h"
#include "ingest/ingest.h"

namespace custos::engine {
namespace explaining {

constexpr std::size_t kMostEvents = 20;

class Visitor final : public ingest::StreamVisitor {
 public:
  Visitor(const rules::Program& program, std::size_t rule, std::string& out) : program_(program), rule_(rule), out_(out) {}

  void stream(const ingest::StreamInfo& info, ingest::ByteStream& bytes) override {
    SourceCoverage coverage;
    const Limits limits;
    ingest::Report report(coverage, 10);
    ingest::Head head(bytes);
    const Bytes first = head.look();
    const ingest::Format* format = ingest::recognise(first, head.whole());
    if (format == nullptr) return;
    Names names;
    LogSources sources;
    Batch batch(names, sources);
    ingest::read_all(head, *format->open({limits, info.modified, false}), batch, report, limits, [&](Batch& b) {
      for (std::size_t i = 0; i < b.size(); ++i, ++events_) {
        if (events_ >= kMostEvents) continue;
        const Record& r = b.record(i);
        out_ += fmt::format("{} record {} at byte {} ({}{}{})\n", printable(info.name), r.number, r.offset, sources.at(r.log_source).text(),
                            r.time == kNoTime ? "" : ", ", to_rfc3339(r.time));
        out_ += program_.explain(rule_, b[i]);
      }
    });
  }
  void problem(const std::string& name, ReadState, const std::string& why) override { out_ += fmt::format("{}: {}\n", printable(name), printable(why)); }
  void progress(std::uint64_t) override {}
  std::size_t events() const { return events_; }

 private:
  const rules::Program& program_;
  std::size_t rule_;
  std::string& out_;
  std::size_t events_ = 0;
};

}  // namespace explaining

Result<std::string> explain(const RuleOptions& given, const std::string& rule, const std::string& event_file) {
  RuleOptions options = given;
  std::error_code error;
  const bool is_file = std::filesystem::is_regular_file(rule, error);
  if (is_file) options.folders.push_back(rule);
  auto loaded = load_rules(options);
  if (!loaded) return tl::unexpected<Error>(loaded.error());
  const auto& program = *loaded->loaded.program;
  std::optional<std::size_t> found;
  for (std::size_t i = 0; i < program.size(); ++i) {
    const RuleFacts& f = *program.facts(i);
    if (equals_ignore_ascii_case(f.id, rule) || f.title == rule || (is_file && f.path == rule && !found)) found = i;
  }
  if (!found) {
    for (const auto& r : loaded->loaded.reports) {
      if (!r.loaded && (r.id == rule || r.title == rule || r.path == rule)) return fail(Code::Malformed, "the rule was refused: " + r.reason, rule);
    }
    return fail(Code::NotFound, "there is no such rule; `custos rules list` has their titles and ids", rule);
  }
  auto walk = ingest::walk({event_file}, Limits{});
  if (!walk) return tl::unexpected<Error>(walk.error());
  std::string out = fmt::format("{} ({})\n", printable(program.facts(*found)->title), program.log_source(*found));
  explaining::Visitor visitor(program, *found, out);
  for (const auto& f : walk->files) ingest::visit(f, Limits{}, visitor);
  if (visitor.events() == 0) return fail(Code::Malformed, "holds no event in a known format", event_file);
  if (visitor.events() > explaining::kMostEvents) out += fmt::format("and {} further events\n", visitor.events() - explaining::kMostEvents);
  return out;
}

}  // namespace custos::engine

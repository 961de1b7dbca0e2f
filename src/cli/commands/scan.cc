// custos scan: logs in, findings and the coverage statement out.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/files/file.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "engine/engine.h"
#include "ingest/ingest.h"
#include "share/share.h"

namespace custos::cli::scan {
namespace {

constexpr std::string_view kExamples =
    "examples:\n"
    "  custos scan /var/log                            everything below, with the shipped rules\n"
    "  custos scan evtx/ --rules my-rules/ --json out.ndjson\n"
    "  zcat old.gz | custos scan - --min-level medium\n"
    "  custos scan evidence/ --pcap zeek               packet captures too, through an installed Zeek or Suricata\n"
    "\nexit status: 0 nothing found, 1 findings, 2 unusable arguments, 3 something could not be read whole,\n             or a result could not be written\n";

// One output file of one exporter.
class Export {
 public:
  static Result<std::unique_ptr<Export>> open(const share::Exporter& exporter, const std::string& path) {
    auto file = OutputFile::create(path);
    if (!file) return tl::unexpected<Error>(file.error());
    std::unique_ptr<Export> e(new Export);
    e->sink_.file = std::move(*file);
    e->run_ = exporter.open(e->sink_);
    return e;
  }
  const std::string& temporary() const { return sink_.file->temporary(); }
  Result<void> write(const engine::ScanResult& result) {
    for (const Finding& f : result.findings) run_->finding(f);
    for (const Incident& i : result.incidents.incidents) run_->incident(i);
    run_->finish(result.coverage);
    return sink_.file->commit();
  }

 private:
  struct Sink final : share::Output {
    std::unique_ptr<OutputFile> file;
    void write(std::string_view bytes) override { file->write(bytes); }
  };
  Sink sink_;
  std::unique_ptr<share::ExportRun> run_;
};

int fail_with(const Error& e) {
  fmt::print(stderr, "custos scan: {}{}{}\n", printable(e.where), e.where.empty() ? "" : ": ", printable(e.text));
  return 2;
}

// What the environment says of programs and temporary files.
void prepare_captures(ingest::CaptureOptions& captures, ingest::CaptureStop& stop) {
  const char* path = std::getenv("PATH");
  const char* temporary = std::getenv("TMPDIR");
  captures.search_path = path != nullptr ? path : "";
  if (temporary != nullptr && *temporary != '\0') captures.temporary = temporary;
  captures.stop = &stop;
}

void show_sealed(const std::string& folder, const engine::SealedScan& s) {
  fmt::print("sealed: {} records of {} sources ({} bytes, {} on disk) and {} findings in {}, now {} entries\n", s.records, s.sources, s.bytes,
             s.stored, s.findings, printable(folder), s.size);
  if (s.recovery.torn > 0) {
    fmt::print("        an earlier run was cut off: {} bytes of its last write are in {}\n", s.recovery.torn, printable(s.recovery.kept_as));
  }
  if (s.new_log) fmt::print("        this log's key, for whoever shall check it (give it to them by another way):\n        {}\n", printable(s.key));
  fmt::print("next: custos verify {}\n", printable(folder));
}

// False where a result did not arrive whole: an output, or the seal.
bool write_all(std::vector<std::unique_ptr<Export>>& exports, const engine::ScanResult& result) {
  bool written = true;
  for (auto& e : exports) {
    if (auto ok = e->write(result); !ok) {
      fail_with(ok.error());
      written = false;
    }
  }
  if (!result.sealed || *result.sealed) return written;
  fail_with({result.sealed->error().code, "the results stand, but they could not be sealed: " + result.sealed->error().text, result.sealed->error().where});
  return false;
}

// The case's rules, its key, and the incidents that it knows.
std::optional<int> enter_case(FileSystem& files, ScanArguments& a) {
  a.log.access = engine::evidence_of(a.case_folder, a.log.access);
  if (auto ok = engine::check_is_case(files, a.case_folder); !ok) return fail_with(ok.error());
  if (auto ok = complete(a.log, false); !ok) return fail_with(ok.error());
  const auto refused = engine::begin_case_scan(files, {a.case_folder, a.log.access, a.identity}, a.options);
  if (!refused) return fail_with(refused.error());
  if (refused->empty()) return std::nullopt;
  fmt::print(stderr, "custos scan: refused: {}\n", printable(*refused, 1000));
  return 1;
}

// How many incidents are acts of the case now; nothing where they should be and are not.
std::optional<std::size_t> put_on_case(FileSystem& files, const ScanArguments& a, const engine::ScanResult& result) {
  if (a.case_folder.empty() || !result.sealed || !*result.sealed) return 0;
  const auto done = engine::put_incidents(files, {a.case_folder, a.log.access, a.identity}, result);
  if (done) return *done;
  fail_with({done.error().code, "what was read is sealed, but its incidents are not on record: " + done.error().text, done.error().where});
  return std::nullopt;
}

struct Wanted {
  const share::Exporter* exporter;
  std::string path;
};

Result<Wanted> wanted_output(const std::string& option, const std::string& path) {
  for (const share::Exporter* e : share::exporters()) {
    if (option == fmt::format("--{}", e->name)) return Wanted{e, path};
  }
  return fail(Code::Usage, "there is no option '" + option + "'");
}

// Opened before anything is read, so that a wrong name costs no time.
std::optional<int> open_outputs(ScanArguments& a, std::vector<std::unique_ptr<Export>>& exports, bool& to_stdout) {
  for (const auto& o : a.outputs) {
    if (o.path.empty()) continue;
    const auto same = [&o](const auto& other) { return o.path != "-" && other.path == o.path; };
    if (std::any_of(a.options.outputs.begin(), a.options.outputs.end(), same)) {
      return fail_with({Code::Usage, "two outputs have this name", o.path});
    }
    if (o.path == "-" && to_stdout) return fail_with({Code::Usage, "only one output can go to standard output", "-"});
    to_stdout = to_stdout || o.path == "-";
    auto wanted = wanted_output("--" + o.name, o.path);
    auto e = Export::open(*wanted->exporter, o.path);
    if (!e) return fail_with(e.error());
    a.options.outputs.push_back({o.path, (*e)->temporary()});
    exports.push_back(std::move(*e));
  }
  return std::nullopt;
}

}  // namespace

int run(const std::vector<std::string>& arguments) {
  ScanArguments a;
  for (const share::Exporter* e : share::exporters()) a.outputs.push_back({std::string(e->name), std::string(e->title), {}});
  if (const auto status = parse_scan(arguments, kExamples, a)) return *status;

  std::vector<std::unique_ptr<Export>> exports;
  bool to_stdout = false;
  if (const auto status = open_outputs(a, exports, to_stdout)) return *status;

  const auto files = real_files();
  if (!a.case_folder.empty()) {
    if (const auto status = enter_case(*files, a)) return *status;
  } else if (!a.log.access.folder.empty()) {
    if (auto ok = complete(a.log, true); !ok) return fail_with(ok.error());
  }
  if (!a.log.access.folder.empty()) {
    a.options.seal.log = a.log.access;
    a.options.seal.host = engine::host_name();
  }
  a.options.now = wall_clock();
  ingest::CaptureStop stop;
  std::unique_ptr<Interrupt> interrupt;
  if (!a.options.captures.tool.empty()) {
    prepare_captures(a.options.captures, stop);
    interrupt = std::make_unique<Interrupt>(stop);
  }
  ProgressLine line(stderr, isatty(STDERR_FILENO) != 0, a.quiet);
  auto result = engine::scan(a.options, [&](const engine::Progress& p) { line.show(p); });
  line.end();
  interrupt.reset();
  if (!result) return fail_with(result.error());

  bool written = write_all(exports, *result);
  const auto put = put_on_case(*files, a, *result);
  written = written && put;
  if (!to_stdout && !a.quiet) {
    std::vector<const Finding*> findings;
    for (const Finding& f : result->findings) findings.push_back(&f);
    share::SummaryOptions so;
    so.colour = isatty(STDOUT_FILENO) != 0;
    const std::string text = share::summary(findings, result->incidents.incidents, result->coverage, so);
    std::fwrite(text.data(), 1, text.size(), stdout);
    for (const auto& o : a.outputs) {
      if (!o.path.empty()) fmt::print("full results: {}\n", printable(o.path));
    }
    if (result->sealed && *result->sealed) show_sealed(a.log.access.folder, **result->sealed);
    if (put && *put > 0) fmt::print("{} incident{} on record; next: custos case show {}\n", *put, *put == 1 ? "" : "s", printable(a.case_folder));
  }
  if (!written || !result->coverage.complete()) return 3;
  return result->findings.empty() ? 0 : 1;
}

extern const Command command;
const Command command{"scan", "read logs, apply the rules, say what was seen and what was not", run};

}  // namespace custos::cli::scan

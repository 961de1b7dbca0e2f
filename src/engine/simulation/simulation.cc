#include "engine/simulation/simulation.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/files/file.h"
#include "base/files/spared.h"
#include "base/text.h"
#include "engine/builtin.h"
#include "engine/simulation/disk.h"
#include "institution/institution.h"

namespace custos::engine {
namespace {

constexpr std::size_t kMostParameters = 4u << 20;
constexpr const char* kRun = "simulation/run.json";

// What a reader needs to get the same bytes again.
std::string run_json(const SimulationRequest& r) {
  const simulate::Options& o = r.options;
  std::string scenarios;
  for (const std::string& s : o.scenarios) scenarios += fmt::format("{}\"{}\"", scenarios.empty() ? "" : ",", s);
  return fmt::format("{{\"version\":\"" CUSTOS_VERSION "\",\"seed\":{},\"hosts\":{},\"days\":{},\"start\":\"{}\",\"scenarios\":[{}],\"stealth\":{}}}\n", o.seed,
                     o.hosts, o.days, to_rfc3339(o.start), scenarios, o.stealth);
}

Result<void> prepare(const SimulationRequest& r) {
  if (auto ok = spare_evidence(r.folder + "/" + kRun); !ok) return ok;
  std::error_code error;
  if (std::filesystem::exists(r.folder, error) && !std::filesystem::is_directory(r.folder, error))
    return fail(Code::Usage, "is a file; name a folder", r.folder);
  if (!r.force && std::filesystem::is_directory(r.folder, error) && !std::filesystem::is_empty(r.folder, error)) {
    return fail(Code::Usage, "is not empty; name another folder, or --force to write into this one", r.folder);
  }
  if (std::filesystem::exists(r.folder + "/logs", error) && !std::filesystem::exists(r.folder + "/" + kRun, error)) {
    return fail(Code::Usage, "was not made by custos simulate (there is no simulation/run.json), so it is left alone; move it away, or name another folder",
                r.folder + "/logs");
  }
  return {};
}

// Of an earlier run, which is no part of this one.
Result<void> clear(const std::string& folder) {
  std::error_code error;
  if (!std::filesystem::exists(folder + "/" + kRun, error)) return {};
  for (const char* name : {"logs", "truth.ndjson", "attribution.ndjson", "institution.yaml", "simulation/own-parameters.yml"}) {
    std::filesystem::remove_all(folder + "/" + name, error);
    if (error) return fail(Code::Denied, "the earlier run's could not be removed: " + error.message(), folder + "/" + name);
  }
  return {};
}

}  // namespace

Result<simulate::Totals> simulate(const SimulationRequest& request, const std::function<void(const simulate::Progress&)>& progress) {
  const auto files = builtin_simulation();
  const auto file = std::find_if(files.begin(), files.end(), [](const BuiltinFile& f) { return f.path.ends_with("/parameters.yml"); });
  if (file == files.end()) return fail(Code::Internal, "is missing in this build", "parameters.yml");
  const std::string_view shipped = file->text;
  auto parameters = simulate::read_parameters(shipped, std::string(file->path));
  if (!parameters) return tl::unexpected(parameters.error());
  std::string own;
  if (!request.parameters_file.empty()) {
    auto text = read_file(request.parameters_file, kMostParameters);
    if (!text) return tl::unexpected(text.error());
    own = *text;
    parameters = simulate::read_parameters(own, request.parameters_file, std::move(*parameters));
    if (!parameters) return tl::unexpected(parameters.error());
  }
  if (auto ok = simulate::check_options(request.options); !ok) return tl::unexpected(ok.error());
  const bool to_disk = request.folder != "-";
  Disk disk(request.folder);
  if (to_disk) {
    if (auto ok = prepare(request); !ok) return tl::unexpected(ok.error());
    if (auto ok = clear(request.folder); !ok) return tl::unexpected(ok.error());
    disk.text(kRun)->write(run_json(request));  // first: a run that is interrupted can be told from logs of somebody's
    if (disk.failure()) return tl::unexpected(*disk.failure());
  }
  auto totals = simulate::run(*parameters, request.options, disk, progress);
  if (totals && to_disk) {
    disk.text("institution.yaml")->write(institution::write_institution(totals->institution));
    disk.text("simulation/parameters.yml")->write(shipped);
    if (!own.empty()) disk.text("simulation/own-parameters.yml")->write(own);
  }
  if (disk.failure()) return tl::unexpected(*disk.failure());
  return totals;
}

}  // namespace custos::engine

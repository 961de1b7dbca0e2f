// Baselines to one: of two sites, two collectors, or two stretches of time that were learned apart.
#include <unistd.h>

#include <fmt/format.h>

#include "behavior/behavior.h"
#include "engine/behavior/baseline_file.h"
#include "engine/behavior/earlier_files.h"
#include "engine/behavior/learn.h"

namespace custos::engine {
namespace merging_baselines {

Result<void> load(const std::string& path, const std::string& body, behavior::Analysis& into, EarlierFiles& files, std::vector<std::string>& remarks) {
  Unpacker in(body);
  auto loaded = into.load(in, [&](const std::string& name) { return files.number(name); });
  if (!loaded) return fail(loaded.error().code, loaded.error().text, path);
  for (const std::string& remark : *loaded) remarks.push_back(fmt::format("{}: {}", path, remark));
  return {};
}

}  // namespace merging_baselines

Result<MergeResult> merge_baselines(const MergeOptions& options) {
  using namespace merging_baselines;
  if (options.baselines.size() < 2) return fail(Code::Usage, "takes two baselines or more");
  if (::access(options.into.c_str(), F_OK) == 0) return fail(Code::Usage, "is there already: name another file, or remove it", options.into);
  std::vector<std::string> bodies;
  for (const std::string& path : options.baselines) {
    auto body = read_baseline(path);
    if (!body) return tl::unexpected<Error>(body.error());
    for (std::size_t i = 0; i < bodies.size(); ++i) {
      if (bodies[i] == *body) return fail(Code::Usage, fmt::format("holds the same as {}: merged, everything would count twice", options.baselines[i]), path);
    }
    bodies.push_back(std::move(*body));
  }
  const Institution nobody;
  Dictionary texts;
  behavior::Roster roster(nobody, texts);
  behavior::Settings settings;
  settings.memory = options.memory;
  EarlierFiles files([](std::uint32_t) { return std::string(); });
  MergeResult out;
  behavior::Analysis all(settings, roster);
  if (auto ok = load(options.baselines[0], bodies[0], all, files, out.remarks); !ok) return tl::unexpected<Error>(ok.error());
  for (std::size_t i = 1; i < bodies.size(); ++i) {
    behavior::Analysis next(settings, roster);
    if (auto ok = load(options.baselines[i], bodies[i], next, files, out.remarks); !ok) return tl::unexpected<Error>(ok.error());
    if (auto ok = all.merge(std::move(next)); !ok) {
      return fail(ok.error().code, fmt::format("can't be merged with {}: {}", options.baselines[0], ok.error().text), options.baselines[i]);
    }
  }
  std::string body;
  Packer packer(body);
  all.save(packer, [&](std::uint32_t s) { return files.name(s); });
  if (auto written = write_baseline(options.into, body); !written) return tl::unexpected<Error>(written.error());
  out.bytes = body.size();
  out.windows = all.counts().windows;
  out.first = all.first();
  out.until = all.until();
  return out;
}

}  // namespace custos::engine

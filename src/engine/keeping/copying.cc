#include "engine/keeping/copying.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/files/spared.h"
#include "engine/evidence/age_keys.h"
#include "engine/keeping/settled_log.h"

namespace custos::engine {
namespace copying {
namespace {

constexpr std::size_t kMostPaths = 500;  // of one array in an entry

// Both folders are what they are called, whatever links lead there.
Result<void> check_places(const std::string& folder, const std::string& copy) {
  if (lies_in(copy, folder))
    return fail(Code::Usage, fmt::format("lies in {}, which it shall be a copy of; name another place, best on another disk", folder), copy);
  if (lies_in(folder, copy))
    return fail(Code::Usage, fmt::format("has {} in it, which it shall be a copy of; name another place, best on another disk", folder), copy);
  return spare_evidence(copy);
}

nlohmann::ordered_json first_paths(const std::vector<std::string>& paths) {
  return nlohmann::ordered_json(std::vector<std::string>(paths.begin(), paths.begin() + static_cast<std::ptrdiff_t>(std::min(paths.size(), kMostPaths))));
}

nlohmann::ordered_json sweep_keys(const evidence::SweepReport& r, const std::vector<std::string>& copies) {
  nlohmann::ordered_json keys{
      {"segments", r.segments}, {"bytes", r.bytes}, {"damaged", first_paths(r.damaged)}, {"restored", first_paths(r.restored)}, {"from", copies}};
  const auto beyond = [](const std::vector<std::string>& paths) { return paths.size() - std::min(paths.size(), kMostPaths); };
  if (beyond(r.damaged) > 0) keys["more"] = {{"damaged", beyond(r.damaged)}, {"restored", beyond(r.restored)}};
  return keys;
}

Result<std::uint64_t> record_sweep(FileSystem& files, const SweepOptions& o, const evidence::SweepReport& report) {
  auto opened = open_log(files, o.log);
  if (!opened) return tl::unexpected<Error>(opened.error());
  return put_on_record(*opened->log, o.log.custody, "sweep", sweep_keys(report, o.copies));
}

}  // namespace
}  // namespace copying

Result<Copied> copy_evidence(const CopyOptions& o) {
  if (auto ok = copying::check_places(o.log.folder, o.to); !ok) return tl::unexpected<Error>(ok.error());
  const auto files = real_files();
  auto keyring = read_keyring(o.identity);
  if (!keyring) return tl::unexpected<Error>(keyring.error());
  auto log = open_settled(*files, o.log, *keyring);
  if (!log) return tl::unexpected<Error>(log.error());
  const evidence::CopyRequest request{o.log.folder, o.to, o.full, log->contents ? &*log->contents : nullptr, *keyring};
  auto done = evidence::copy_folder(*files, request);
  if (!done) return tl::unexpected<Error>(done.error());
  Copied copied{std::move(*done), 0, std::nullopt, log->contents.has_value()};
  auto index = put_on_record(*log->opened.log, o.log.custody, "copy",
                             {{"to", o.to}, {"checkpoint", copied.done.size}, {"files", copied.done.files}, {"bytes", copied.done.bytes}});
  if (!index) return tl::unexpected<Error>(index.error());
  copied.entry = *index;
  // The copy gets that entry, too: else the newest files of the log would exist but once.
  const evidence::CopyRequest rest{o.log.folder, o.to, false, request.contents, *keyring};
  if (auto ok = evidence::copy_folder(*files, rest); !ok) copied.lags = ok.error();
  return copied;
}

Result<Swept> sweep_evidence(const SweepOptions& o) {
  const auto files = real_files();
  for (const std::string& copy : o.copies) {
    if (lies_in(copy, o.log.folder) || lies_in(o.log.folder, copy)) return fail(Code::Usage, "is not a copy that lies elsewhere", copy);
  }
  auto keyring = read_keyring(o.identity);
  if (!keyring) return tl::unexpected<Error>(keyring.error());
  // A passphrase that does not fit is said before anything is changed.
  std::string public_key;
  if (!o.look) {
    auto key = open_key(o.log);
    if (!key) return tl::unexpected<Error>(key.error());
    public_key = (*key)->public_key();
  }
  auto report = evidence::sweep_folder(*files, {o.log.folder, o.copies, o.look, public_key, *keyring});
  if (!report) return tl::unexpected<Error>(report.error());
  Swept swept{std::move(*report), std::nullopt, std::nullopt};
  if (o.look) return swept;
  auto index = copying::record_sweep(*files, o, swept.report);
  if (index) swept.entry = *index;
  if (!index) swept.unrecorded = index.error();
  return swept;
}

}  // namespace custos::engine

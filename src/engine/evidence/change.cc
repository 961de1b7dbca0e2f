#include "engine/evidence/change.h"

#include "base/clock.h"
#include "engine/evidence/age_keys.h"

namespace custos::engine {
namespace changing {
namespace {

Result<evidence::SettingsChange> wanted(const ChangeOptions& o) {
  evidence::SettingsChange change;
  change.custody = o.log.custody;
  change.time = wall_clock();
  if (!o.recipients.empty() || o.open) {
    auto recipients = read_recipients(o.recipients);
    if (!recipients) return tl::unexpected<Error>(recipients.error());
    change.recipients = std::move(*recipients);
  }
  return change;
}

}  // namespace
}  // namespace changing

Result<Changed> change_settings(const ChangeOptions& o) {
  auto change = changing::wanted(o);
  if (!change) return tl::unexpected<Error>(change.error());
  const auto files = real_files();
  if (auto settings = evidence::read_settings(*files, o.log.folder); !settings) return tl::unexpected<Error>(settings.error());
  std::unique_ptr<evidence::Signer> next;
  if (!o.next.key_file.empty()) {
    auto key = open_or_make_key(*files, o.next);
    if (!key) return tl::unexpected<Error>(key.error());
    next = std::move(*key);
    change->key = next.get();
  }
  OpenedLog opened;
  if (o.lost) {
    auto log = evidence::Log::open(*files, {o.log.folder, {}, true}, *next);
    if (!log) return tl::unexpected<Error>(log.error());
    opened.log = std::move(*log);
  } else {
    auto log = open_log(*files, o.log);
    if (!log) return tl::unexpected<Error>(log.error());
    opened = std::move(*log);
  }
  if (change->recipients == opened.log->settings().recipients && next == nullptr) return fail(Code::Usage, "these are its recipients already", o.log.folder);
  if (auto note = opened.log->change(*change); !note) return tl::unexpected<Error>(note.error());
  return Changed{opened.log->settings(), opened.log->size()};
}

}  // namespace custos::engine

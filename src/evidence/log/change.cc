// Other settings for a log: recipients, or another key that signs from here on.
#include <utility>

#include "evidence/log/log.h"

namespace custos::evidence {

Result<Note> Log::change(const SettingsChange& c) {
  const auto with_error = [](const Error& e) { return tl::unexpected<Error>(e); };
  if (options_.key_lost != (c.key == signer_)) return fail(Code::Usage, "the key stays what it is: where it was lost, give the new one", options_.folder);
  {
    std::unique_lock held(mutex_);
    LogSettings next{settings_.key, c.recipients.value_or(settings_.recipients), SettingsReason::Settings, settings_.key};
    if (c.key != nullptr) {
      next.key = verifier_key(origin(), SignatureType::Ed25519, c.key->public_key());
      next.why = options_.key_lost ? SettingsReason::Loss : SettingsReason::Rotation;
      if (next.key == settings_.key) return fail(Code::Usage, "this is the log's key already", options_.folder);
    }
    Signer& signs = c.key != nullptr ? *c.key : *signer_;
    auto entry = make_settings_entry(next, {origin(), tree_.size(), tree_.root()}, signs, signer_, c.time, c.custody);
    if (!entry) return with_error(entry.error());
    if (auto ok = store_.seal_to(origin(), next.recipients); !ok) return with_error(ok.error());
    const bool was_lost = std::exchange(options_.key_lost, false);
    auto index = add_locked(*entry);
    if (!index) {
      options_.key_lost = was_lost;
      return with_error(index.error());
    }
    // Before the lock is given up: no checkpoint over this entry may carry the old key's signature.
    settings_ = std::move(next);
    new_settings_ = *entry;
    if (c.key != nullptr) signer_ = c.key;
    if (auto ok = wait_locked(held, *index); !ok) return with_error(ok.error());
  }
  return checkpoint();
}

}  // namespace custos::evidence

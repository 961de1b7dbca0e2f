// What a log says of itself in entries of the kind "log", and which key so signs its checkpoints at which size. docs/formats/evidence-log.md, "Settings".
// Made and checked by the log's writer; by readers from log.json; by verifiers for all of them in order.
// Values.
// One thread.
// Refuses settings that their own key did not sign, and changes of keys that do not follow from the key before.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/crypto/sha256.h"
#include "base/result.h"
#include "evidence/keys/signer.h"
#include "evidence/log/entry.h"
#include "evidence/notes/checkpoint.h"

namespace custos::evidence {

enum class SettingsReason : std::uint8_t { Begin, Settings, Rotation, Loss };

struct LogSettings {
  VerifierKey key;                           // its name is the origin
  std::vector<std::string> recipients = {};  // of age, as text; none: not encrypted
  SettingsReason why = SettingsReason::Begin;
  std::optional<VerifierKey> old = {};  // the key before; none at the beginning
  std::string signed_note = {};
};

bool is_settings(std::string_view entry);
// Checked as far as an entry can be that stands alone: its own key signed it.
Result<LogSettings> parse_settings(std::string_view entry);

// Whether they were signed for this place in the log: behind `before`.
bool belongs_behind(const LogSettings& settings, const TreeHead& before);

// The entry of these settings (but for signed_note) behind the log's `size` entries with this root. `old`: signs too where the reason is Rotation.
Result<std::string> make_settings_entry(const LogSettings& settings, const TreeHead& before, Signer& signer, Signer* old, Micros time, const Custody& custody);
// The first entry of a new log.
Result<std::string> begin_settings(const std::string& origin, std::vector<std::string> recipients, Signer& signer, Micros time, const Custody& custody);

class KeyChain {
 public:
  struct Change {
    std::uint64_t index = 0;  // of the entry: the new key signs every larger size
    VerifierKey to;
    SettingsReason why = SettingsReason::Rotation;
  };

  // The next entry; `root` is the log's before it. Entries of other kinds than "log" change nothing.
  Result<void> add(std::uint64_t index, std::string_view entry, const std::function<Hash32()>& root);

  // Of a checkpoint over so many entries; nothing where no entry was added.
  std::optional<VerifierKey> at(std::uint64_t size) const;
  const std::vector<Change>& changes() const { return changes_; }
  // Whether this key, or one that it named in its last words, signs now.
  bool leads_from(const VerifierKey& key) const;

 private:
  std::optional<VerifierKey> first_;
  std::vector<Change> changes_;
};

}  // namespace custos::evidence

#include "evidence/log/settings.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace custos::evidence {
namespace log_settings {
namespace {

constexpr std::array<std::string_view, 4> kReasons{"begin", "settings", "rotation", "loss"};

std::string extension_of(const LogSettings& s) {
  std::string lines = "key " + to_text(s.key) + "\n";
  for (const std::string& r : s.recipients) lines += "recipient " + r + "\n";
  return lines;
}

Error wrong(const std::string& why) { return {Code::Malformed, "does not hold the settings of a log: " + why, {}}; }

std::string text(const nlohmann::json& object, const char* key) {
  return object.contains(key) && object[key].is_string() ? object[key].get<std::string>() : std::string();
}

Result<void> read_recipients(const nlohmann::json& object, std::vector<std::string>& into) {
  const auto& recipients = object.value("recipients", nlohmann::json());
  if (!recipients.is_array()) return tl::unexpected<Error>(wrong("its recipients are no list"));
  for (const auto& r : recipients) {
    if (!r.is_string() || r.get<std::string>().find('\n') != std::string::npos) return tl::unexpected<Error>(wrong("a recipient is none"));
    into.push_back(r.get<std::string>());
  }
  return {};
}

Result<void> read_reason(const nlohmann::json& object, LogSettings& s) {
  const std::string why = text(object, "why");
  const auto at = std::find(kReasons.begin(), kReasons.end(), why);
  if (at == kReasons.end()) return tl::unexpected<Error>(wrong("it does not say why"));
  s.why = static_cast<SettingsReason>(at - kReasons.begin());
  if (s.why == SettingsReason::Begin) return text(object, "old").empty() ? Result<void>() : tl::unexpected<Error>(wrong("a beginning has no key before"));
  auto old = parse_verifier_key(text(object, "old"));
  if (!old) return tl::unexpected<Error>(old.error());
  if ((*old == s.key) != (s.why == SettingsReason::Settings)) return tl::unexpected<Error>(wrong("its key and the one before do not fit the reason"));
  s.old = std::move(*old);
  return {};
}

// Signed by its own key, and says what the settings say; the tree before it is not looked at.
Result<void> check_signature(const LogSettings& s) {
  const auto note = parse_note(s.signed_note);
  if (!note) return tl::unexpected<Error>(wrong("it is not signed"));
  if (!note->text.ends_with("\n" + extension_of(s)) || !note->text.starts_with(s.key.name + "\n"))
    return tl::unexpected<Error>(wrong("other settings were signed"));
  if (auto ok = verify_note(*note, s.key); !ok) return tl::unexpected<Error>(wrong("its key did not sign it"));
  return {};
}

}  // namespace
}  // namespace log_settings

bool is_settings(std::string_view entry) { return entry.starts_with(R"({"kind":"log",)"); }

Result<LogSettings> parse_settings(std::string_view entry) {
  using namespace log_settings;
  auto object = parse_entry(entry);
  if (!object) return tl::unexpected<Error>(object.error());
  if (text(*object, "kind") != "log") return tl::unexpected<Error>(wrong("it is of another kind"));
  if (object->value("format", nlohmann::json()) != 1) return tl::unexpected<Error>(wrong("its format is newer than this custos, or damaged"));
  auto key = parse_verifier_key(text(*object, "key"));
  if (!key) return tl::unexpected<Error>(key.error());
  if (key->name != text(*object, "origin")) return tl::unexpected<Error>(wrong("origin and key differ"));
  LogSettings s{std::move(*key)};
  s.signed_note = text(*object, "signed");
  auto ok = read_recipients(*object, s.recipients);
  if (ok) ok = read_reason(*object, s);
  if (ok) ok = check_signature(s);
  return ok ? Result<LogSettings>(std::move(s)) : tl::unexpected<Error>(ok.error());
}

bool belongs_behind(const LogSettings& s, const TreeHead& before) {
  const auto note = parse_note(s.signed_note);
  return note && note->text == to_text(before) + log_settings::extension_of(s);
}

Result<std::string> make_settings_entry(const LogSettings& s, const TreeHead& before, Signer& signer, Signer* old, Micros time, const Custody& custody) {
  auto note = sign_note(to_text(before) + log_settings::extension_of(s), s.key.name, signer);
  if (!note) return tl::unexpected<Error>(note.error());
  if (s.why == SettingsReason::Rotation) {
    auto word = sign_note(note->text, s.key.name, *old);
    if (!word) return tl::unexpected<Error>(word.error());
    note->signatures.insert(note->signatures.end(), word->signatures.begin(), word->signatures.end());
  }
  return make_entry("log", time, custody,
                    {{"origin", s.key.name},
                     {"key", to_text(s.key)},
                     {"recipients", s.recipients},
                     {"format", 1},
                     {"old", s.old ? to_text(*s.old) : std::string()},
                     {"why", log_settings::kReasons[static_cast<std::size_t>(s.why)]},
                     {"signed", to_text(*note)}});
}

Result<std::string> begin_settings(const std::string& origin, std::vector<std::string> recipients, Signer& signer, Micros time, const Custody& custody) {
  const LogSettings s{verifier_key(origin, SignatureType::Ed25519, signer.public_key()), std::move(recipients)};
  return make_settings_entry(s, {origin, 0, sha256({})}, signer, nullptr, time, custody);
}

Result<void> KeyChain::add(std::uint64_t index, std::string_view entry, const std::function<Hash32()>& root) {
  if (first_ && !is_settings(entry)) return {};
  auto settings = parse_settings(entry);
  if (!settings) return tl::unexpected<Error>(settings.error());
  const auto wrong = [](const char* why) { return tl::unexpected<Error>(log_settings::wrong(why)); };
  const std::optional<VerifierKey> before = at(index);
  if (settings->old != before) return wrong("the key before was another");
  if (before && settings->key.name != before->name) return wrong("the origin of a log never changes");
  if (!belongs_behind(*settings, {settings->key.name, index, root()})) return wrong("what was signed is of another place in the log");
  if (settings->why == SettingsReason::Rotation && !verify_note(*parse_note(settings->signed_note), *before))
    return wrong("the old key did not sign the new one");
  if (!first_) {
    first_ = std::move(settings->key);
  } else if (settings->key != *before) {
    changes_.push_back({index, settings->key, settings->why});
  }
  return {};
}

std::optional<VerifierKey> KeyChain::at(std::uint64_t size) const {
  std::optional<VerifierKey> key = first_;
  for (const Change& c : changes_) {
    if (c.index < size) key = c.to;
  }
  return key;
}

bool KeyChain::leads_from(const VerifierKey& key) const {
  bool found = first_ == key;
  for (const Change& c : changes_) found = c.to == key || (found && c.why == SettingsReason::Rotation);
  return found;
}

}  // namespace custos::evidence

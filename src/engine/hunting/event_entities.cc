#include "engine/hunting/event_entities.h"

#include <algorithm>
#include <array>

#include "base/net/address.h"
#include "base/text.h"
#include "store/store.h"

namespace custos::engine {
namespace event_entities {
namespace {

struct Letter {
  char letter;
  std::string_view kind, word;
};
constexpr std::array kLetters = std::to_array<Letter>({{'h', "host", "computer"},
                                                       {'u', "user", "account"},
                                                       {'a', "address", "address"},
                                                       {'d', "domain", "domain"},
                                                       {'p', "process", "program"},
                                                       {'f', "file", "file"},
                                                       {'x', "hash", "hash"},
                                                       {'H', "", "computer"},
                                                       {'U', "", "account"},
                                                       {'F', "", "file"}});

constexpr std::array kHashFields = std::to_array<std::string_view>(
    {"Hashes", "Hash", "hashes", "MD5", "SHA1", "SHA256", "Imphash", "md5", "sha1", "sha256", "file.hash.md5", "file.hash.sha1", "file.hash.sha256"});
// Fields that say what an event is, where its log source alone does not.
constexpr std::array kNameFields = std::to_array<std::string_view>({"EventID", "eventName", "Operation", "operationName", "event_type"});
constexpr std::size_t kMostName = 64, kMostValue = 512;

bool is_hash(std::string_view s) {
  return (s.size() == 32 || s.size() == 40 || s.size() == 64 || s.size() == 128) && s.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

}  // namespace
}  // namespace event_entities

char entity_letter(std::string_view kind) {
  for (const auto& l : event_entities::kLetters) {
    if (l.kind == kind) return l.letter;
  }
  return 0;
}

std::string_view entity_word(char letter) {
  for (const auto& l : event_entities::kLetters) {
    if (l.letter == letter) return l.word;
  }
  return {};
}

std::vector<std::string> keys_of_value(std::string_view value) {
  std::vector<std::string> keys;
  for (const auto& l : event_entities::kLetters) keys.push_back(l.letter + fold(value));
  return keys;
}

EventEntities::EventEntities(Names& names) {
  for (const std::string_view f : event_entities::kHashFields) hash_fields_.push_back(names.intern(f));
  for (const std::string_view f : event_entities::kNameFields) name_fields_.push_back(names.intern(f));
}

void EventEntities::add(char kind, std::string_view value) {
  if (value.empty() || value.size() > event_entities::kMostValue || used_ == store::kMostHuntEntities) return;
  if (used_ == texts_.size()) texts_.emplace_back();
  std::string& key = texts_[used_++];
  fold_into(value, key);
  key.insert(key.begin(), kind);
}

// "SHA1=...,MD5=...,IMPHASH=...", or one hash.
void EventEntities::add_hashes(std::string_view text) {
  while (!text.empty()) {
    std::string_view one = trim(text.substr(0, text.find(',')));
    text.remove_prefix(std::min(text.size(), text.find(',') == std::string_view::npos ? text.size() : text.find(',') + 1));
    if (const auto equals = one.find('='); equals != std::string_view::npos) one.remove_prefix(equals + 1);
    if (event_entities::is_hash(one)) add('x', one);
  }
}

std::span<const std::string_view> EventEntities::keys_of(const Event& event) {
  used_ = 0;
  for (const EntityLook::Seen& s : look_.of(event)) {
    const char letter = entity_letter(s.kind);
    add(letter, s.value);
    if (letter == 'h') {
      const auto dot = s.value.find('.');
      if (dot != std::string_view::npos && !parse_address(s.value)) add('H', s.value.substr(0, dot));
    } else if (letter == 'u') {
      const auto slash = s.value.find('\\');
      const auto at = s.value.find('@');
      if (slash != std::string_view::npos) add('U', s.value.substr(slash + 1));
      if (slash == std::string_view::npos && at != std::string_view::npos) add('U', s.value.substr(0, at));
    } else if (letter == 'p' || letter == 'f') {
      const auto slash = s.value.find_last_of("\\/");
      if (slash != std::string_view::npos) add('F', s.value.substr(slash + 1));
    }
  }
  for (const Field& f : event.fields()) {
    if (f.size < 32 || f.size > 1024 || f.name == kOtherName) continue;
    if (std::find(hash_fields_.begin(), hash_fields_.end(), f.name) != hash_fields_.end()) add_hashes(f.text());
  }
  keys_.clear();
  for (std::size_t i = 0; i < used_; ++i) keys_.push_back(texts_[i]);
  std::sort(keys_.begin(), keys_.end());
  keys_.erase(std::unique(keys_.begin(), keys_.end()), keys_.end());
  return keys_;
}

std::string_view EventEntities::kind_of(const Event& event) {
  kind_ = event.batch().sources().at(event.record().log_source).text();
  for (const NameId name : name_fields_) {
    if (name == kOtherName) continue;
    for (const Field& f : event.fields()) {
      if (f.name != name || f.size == 0 || f.size > event_entities::kMostName) continue;
      kind_ += " ";
      if (name == name_fields_[0]) kind_ += "event ";
      return kind_ += f.text();
    }
  }
  return kind_;
}

}  // namespace custos::engine

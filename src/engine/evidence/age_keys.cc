#include "engine/evidence/age_keys.h"

#include <algorithm>

#include "base/files/file.h"

namespace custos::engine {
namespace age_keys {
namespace {

constexpr std::size_t kMostFile = 64u << 10;

Result<void> add(const std::string& text, std::vector<std::string>& into) {
  auto recipient = evidence::parse_recipient(text);
  if (!recipient) return tl::unexpected<Error>(recipient.error());
  std::string spelled = evidence::to_text(*recipient);
  if (std::find(into.begin(), into.end(), spelled) == into.end()) into.push_back(std::move(spelled));
  return {};
}

Result<void> add_file(const std::string& path, std::vector<std::string>& into) {
  const auto text = read_file(path, kMostFile);
  if (!text) return fail(text.error().code, "is neither a recipient of age (age1...) nor a file that can be read", path);
  const std::size_t before = into.size();
  for (std::size_t at = 0; at < text->size();) {
    const std::size_t end = std::min(text->find('\n', at), text->size());
    std::string line = text->substr(at, end - at);
    at = end + 1;
    line.erase(std::min(line.find('\r'), line.size()));
    if (line.empty() || line.front() == '#') continue;
    if (auto ok = add(line, into); !ok) return fail(ok.error().code, ok.error().text, path);
  }
  return into.size() > before ? Result<void>() : fail(Code::Usage, "holds no recipient of age (age1...) that was not named before", path);
}

}  // namespace
}  // namespace age_keys

Result<std::vector<std::string>> read_recipients(const std::vector<std::string>& values) {
  std::vector<std::string> recipients;
  for (const std::string& v : values) {
    auto ok = v.starts_with("age1") ? age_keys::add(v, recipients) : age_keys::add_file(v, recipients);
    if (!ok) return tl::unexpected<Error>(ok.error());
  }
  return recipients;
}

Result<evidence::Keyring> read_keyring(const std::string& file) {
  if (file.empty()) return evidence::Keyring();
  const auto bytes = read_file(file, age_keys::kMostFile);
  if (!bytes) return tl::unexpected<Error>(bytes.error());
  auto identities = evidence::parse_identity_file(*bytes);
  if (!identities) return fail(identities.error().code, identities.error().text, file);
  return std::make_shared<const std::vector<evidence::AgeIdentity>>(std::move(*identities));
}

}  // namespace custos::engine

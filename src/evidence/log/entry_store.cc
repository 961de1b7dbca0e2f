#include "evidence/log/entry_store.h"

#include <algorithm>

#include "base/hash.h"
#include "evidence/age/age_file.h"
#include "evidence/age/entry_seal.h"
#include "evidence/log/folder.h"

namespace custos::evidence {
namespace entry_stores {
namespace {

// Without parsing: it is the first key of an entry.
std::string_view kind_of(std::string_view entry) {
  constexpr std::string_view kFront = R"({"kind":")";
  if (!entry.starts_with(kFront)) return {};
  return entry.substr(kFront.size(), entry.find('"', kFront.size()) - kFront.size());
}

}  // namespace
}  // namespace entry_stores

bool lies_open(std::string_view entry) {
  const std::string_view kind = entry_stores::kind_of(entry);
  return kind == "log" || kind == "epoch" || kind == "timestamp" || kind == "witness";
}

Result<void> EntryWriter::seal_to(const std::string& origin, const std::vector<std::string>& recipients) {
  auto parsed = parse_recipients(recipients);
  if (!parsed) return tl::unexpected<Error>(parsed.error());
  if (*parsed != recipients_) epoch_ = 0;
  origin_ = origin;
  recipients_ = std::move(*parsed);
  return {};
}

Result<EntryWriter::Epoch> EntryWriter::begin_epoch() {
  if (auto ok = make_lasting_folder(files_, folder_ + "/epochs"); !ok) return tl::unexpected<Error>(ok.error());
  auto names = files_.list(folder_ + "/epochs");
  if (!names) return tl::unexpected<Error>(names.error());
  std::uint64_t highest = 0;
  for (const std::string& name : *names) {
    std::uint64_t epoch = 0;
    if (is_epoch_path("epochs/" + name, epoch)) highest = std::max(highest, epoch);
  }
  if (highest >= 0xffff'ffffu) return fail(Code::Limit, "has no number left for another epoch", folder_ + "/epochs");
  const auto epoch = static_cast<std::uint32_t>(highest + 1);
  key_ = random_secret<32>();
  const auto sealed = age_seal(key_.view(), recipients_);
  if (!sealed) return tl::unexpected<Error>(sealed.error());
  if (auto ok = write_whole(files_, folder_ + "/" + epoch_path(epoch), *sealed, true); !ok) return tl::unexpected<Error>(ok.error());
  if (auto ok = files_.sync_folder(folder_ + "/epochs"); !ok) return tl::unexpected<Error>(ok.error());
  epoch_ = epoch;
  return Epoch{epoch, sha256_hex(*sealed)};
}

Result<std::string> EntryWriter::store(std::uint64_t index, std::string_view entry) {
  if (recipients_.empty() || lies_open(entry)) return std::string(entry);
  if (epoch_ == 0) return fail(Code::Internal, "an entry was to be encrypted before there was a key for it", folder_);
  return seal_entry(entry, key_.view(), epoch_, index, origin_);
}

Result<std::string> EntryReader::load(std::uint64_t index, std::string_view stored, const std::string& origin) {
  if (!is_sealed_entry(stored)) return std::string(stored);
  const auto epoch = epoch_of(stored);
  if (!epoch) return tl::unexpected<Error>(epoch.error());
  auto key = keys_.find(*epoch);
  if (key == keys_.end()) {
    const std::string path = folder_ + "/" + epoch_path(*epoch);
    const auto sealed = files_.read(path, kMostSmallFile);
    if (!sealed) return tl::unexpected<Error>(sealed.error());
    auto opened = age_open(*sealed, keyring_);
    if (!opened) return fail(opened.error().code, opened.error().text, path);
    key = keys_.emplace(*epoch, std::move(*opened)).first;
  }
  return open_entry(stored, key->second, index, origin);
}

void append_to_bundle(std::string& bundle, std::string_view stored) {
  bundle += static_cast<char>(stored.size() >> 8 & 255);
  bundle += static_cast<char>(stored.size() & 255);
  bundle += stored;
}

bool split_bundle(std::string_view bundle, std::size_t count, std::vector<std::string>& stored) {
  stored.clear();
  while (bundle.size() >= 2 && stored.size() < count) {
    const std::size_t size = static_cast<std::size_t>(static_cast<unsigned char>(bundle[0])) << 8 | static_cast<unsigned char>(bundle[1]);
    if (bundle.size() - 2 < size) return false;
    stored.emplace_back(bundle.substr(2, size));
    bundle.remove_prefix(2 + size);
  }
  return stored.size() == count && bundle.empty();
}

}  // namespace custos::evidence

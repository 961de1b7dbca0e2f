#include "evidence/package/opened_package.h"

#include <nlohmann/json.hpp>

#include "base/hash.h"
#include "evidence/notes/dsse.h"
#include "evidence/notes/lines.h"

namespace custos::evidence {
namespace opening_packages {
namespace {

constexpr std::size_t kEnvelope = 1;  // its place among the members

tl::unexpected<Error> wrong(const char* what) { return fail(Code::Malformed, what); }

Result<PackageManifest> read_manifest(const nlohmann::json& j) {
  if (j.at("format") != 1) return wrong("its format is newer than this custos");
  PackageManifest m;
  auto key = parse_verifier_key(j.at("key").get<std::string>());
  if (!key || key->name != j.at("origin").get<std::string>()) return wrong("its manifest names no key of its log");
  m.key = std::move(*key);
  m.size = j.at("checkpoint").at("size").get<std::uint64_t>();
  if (!parse_hash(j.at("checkpoint").at("root").get<std::string>(), m.root)) return wrong("its manifest has no root");
  for (const auto& f : j.at("findings")) {
    m.findings.push_back({f.at("id"), f.at("title"), f.at("level"), f.at("time"), f.at("records")});
  }
  static_cast<void>(j.at("created").get<std::string>() + j.at("to").get<std::string>() + j.at("custody").at("who").get<std::string>());
  for (const auto& w : j.at("withheld")) {
    m.withheld.push_back({w.at("finding").get<std::string>(), w.at("what").get<std::string>(), w.at("name").get<std::string>(),
                          w.at("digest").get<std::string>(), w.at("why").get<std::string>()});
  }
  return m;
}

// The members that the manifest lists are those that are there, in this order, and no others.
bool lists(const nlohmann::json& listed, const std::vector<ZipMember>& members) {
  if (listed.size() + 1 != members.size()) return false;
  for (std::size_t i = 0; i < listed.size(); ++i) {
    const ZipMember& m = members[i < kEnvelope ? i : i + 1];
    if (listed[i].at("name") != m.name || listed[i].at("size") != m.bytes.size() || listed[i].at("sha256") != sha256_hex(m.bytes)) return false;
  }
  return true;
}

}  // namespace
}  // namespace opening_packages

Result<OpenedPackage> OpenedPackage::open(std::string_view bytes, const std::optional<VerifierKey>& key) {
  using namespace opening_packages;
  OpenedPackage p;
  auto members = read_zip(bytes);
  if (!members) return tl::unexpected<Error>(members.error());
  p.members_ = std::move(*members);
  if (p.members_.size() < 3 || p.members_[0].name != "README.txt" || p.members_[kEnvelope].name != "manifest.dsse.json") return wrong("it has no manifest");
  auto envelope = parse_envelope(p.members_[kEnvelope].bytes);
  if (!envelope) return wrong("its manifest is no envelope as custos writes it");
  if (envelope->type != kPackageType) return wrong("its manifest is of another type");
  try {
    // The key that nobody vouched for stands inside what it signs: this look at it decides nothing but which key to try.
    auto named = key ? Result<VerifierKey>(*key) : parse_verifier_key(nlohmann::json::parse(envelope->payload).at("key").get<std::string>());
    if (!named) return wrong("its manifest names no key");
    const VerifierKey used = std::move(*named);
    if (used.type != SignatureType::Ed25519 || envelope->key_id != id_text(used)) return wrong("its manifest is signed with another key");
    if (!verify_ed25519(used.public_key, pre_authentication_encoding(envelope->type, envelope->payload), envelope->signature)) {
      return wrong("the signature of its manifest does not hold");
    }
    const auto payload = nlohmann::json::parse(envelope->payload);
    auto manifest = read_manifest(payload);
    if (!manifest) return tl::unexpected<Error>(manifest.error());
    if (manifest->key != used) return wrong("its manifest names another key than the one that signed it");
    if (!lists(payload.at("members"), p.members_)) return wrong("its members are not those of its manifest");
    p.manifest_ = std::move(*manifest);
  } catch (const std::exception&) {
    return wrong("its manifest can't be read");
  }
  p.members_.erase(p.members_.begin(), p.members_.begin() + kEnvelope + 1);
  return p;
}

const std::string* OpenedPackage::take(std::string_view name) { return next_name() == name && at_ < members_.size() ? &members_[at_++].bytes : nullptr; }

}  // namespace custos::evidence

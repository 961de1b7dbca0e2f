#include "engine/evidence/packaging.h"

#include <nlohmann/json.hpp>

#include "base/clock.h"
#include "base/files/file.h"
#include "base/hash.h"
#include "engine/evidence/age_keys.h"

namespace custos::engine {

Result<Packaged> package_evidence(const PackagingOptions& o) {
  auto out = OutputFile::create(o.out);  // first, so that a wrong name costs no time
  if (!out) return tl::unexpected<Error>(out.error());
  const auto files = real_files();
  auto keyring = read_keyring(o.identity);
  if (!keyring) return tl::unexpected<Error>(keyring.error());
  auto opened = open_log(*files, o.log);
  if (!opened) return tl::unexpected<Error>(opened.error());
  auto reader = evidence::LogReader::open(*files, o.log.folder, std::move(*keyring));
  if (!reader) return tl::unexpected<Error>(reader.error());
  const Micros now = wall_clock();
  auto package = evidence::make_package(*files, o.log.folder, **reader, *opened->signer, {o.findings, o.withhold, o.to, now, o.log.custody});
  if (!package) return tl::unexpected<Error>(package.error());
  (*out)->write(package->bytes);
  // On record before it can leave.
  auto entry = evidence::make_entry(
      "package", now, o.log.custody,
      {{"findings", o.findings}, {"withheld", o.withhold}, {"sha256", sha256_hex(package->bytes)}, {"size", package->bytes.size()}, {"to", o.to}});
  if (!entry) return tl::unexpected<Error>(entry.error());
  auto index = opened->log->append(*entry);
  if (!index) return tl::unexpected<Error>(index.error());
  if (auto ok = (*out)->commit(); !ok) return tl::unexpected<Error>(ok.error());
  if (auto note = opened->log->checkpoint(); !note) return tl::unexpected<Error>(note.error());
  return Packaged{std::move(*package), evidence::to_text(opened->key), *index};
}

}  // namespace custos::engine

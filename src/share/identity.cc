#include "share/identity.h"

#include <fmt/format.h>

#include "base/hash.h"

namespace custos::share {
namespace identity_file {
namespace {

void part(std::string& all, std::string_view text) {
  fmt::format_to(std::back_inserter(all), "{}:", text.size());
  all += text;
}

}  // namespace
}  // namespace identity_file

std::string finding_id(const Finding& f) {
  std::string all;
  identity_file::part(all, !f.rule ? std::string_view{} : f.rule->id.empty() ? f.rule->hash : f.rule->id);
  identity_file::part(all, f.source.file);
  identity_file::part(all, fmt::format_int(f.source.offset).str());
  identity_file::part(all, fmt::format_int(f.source.record).str());
  for (const Match& m : f.matched) {
    identity_file::part(all, m.field);
    identity_file::part(all, m.value);
  }
  if (f.behavior) {
    // Two actors may share their first record, and one may be raised twice over it.
    identity_file::part(all, f.entities.empty() ? std::string_view{} : std::string_view(f.entities.front().kind));
    identity_file::part(all, f.entities.empty() ? std::string_view{} : std::string_view(f.entities.front().value));
    identity_file::part(all, fmt::format_int(f.behavior->raised).str());
  }
  return sha256_hex(all).substr(0, 16);
}

std::string engine_name() { return "custos " CUSTOS_VERSION; }

}  // namespace custos::share

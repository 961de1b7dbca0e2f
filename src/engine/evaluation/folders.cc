#include "engine/evaluation/folders.h"

#include <charconv>

#include "ingest/ingest.h"

namespace custos::engine {

Result<std::vector<std::string>> files_below(Joining& joining, const std::string& folder) {
  auto walk = ingest::walk({folder}, joining.options().limits);
  if (!walk) return tl::unexpected<Error>(walk.error());
  for (const auto& u : walk->unreadable) joining.problem(u.name, u.why);
  std::vector<std::string> out;
  for (const auto& f : walk->files) out.push_back(f.path);
  return out;
}

std::string_view value_of(const Event& event, std::string_view field) {
  const Field* f = event.find(field);
  return f == nullptr || f->type == Type::Null ? std::string_view{} : f->text();
}

double number_of(const Event& event, std::string_view field) {
  const std::string_view text = value_of(event, field);
  double x = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), x);
  return error == std::errc() && end == text.data() + text.size() && x >= 0 && x < 1e18 ? x : 0;
}

std::string without_packing(std::string_view name) {
  name = name.substr(0, name.find('!'));
  for (const std::string_view packing : {".gz", ".zst", ".xz", ".bz2", ".lz4"}) {
    if (name.ends_with(packing)) return std::string(name.substr(0, name.size() - packing.size()));
  }
  return std::string(name);
}

std::string date_text(Micros t) { return to_rfc3339(t).substr(0, 10); }

}  // namespace custos::engine

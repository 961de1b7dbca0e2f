// A rule file and an event, apart by a NUL: loaded or refused, and what is loaded matches as the naive interpreter says.
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "base/text.h"
#include "rules/naive_interpreter.h"

namespace {

// "name=value" lines.
void add_event(custos::Batch& batch, std::string_view text) {
  batch.begin(text, 0, 1);
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    const std::size_t eq = line.find('=');
    if (eq != std::string_view::npos) {
      batch.add(custos::valid_utf8(line.substr(0, eq), batch.arena()), custos::valid_utf8(line.substr(eq + 1), batch.arena()));
    }
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  batch.end();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace custos;
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  const std::size_t nul = all.find('\0');
  const auto loaded = rules::load({{"fuzz.yml", std::string(all.substr(0, nul))}}, {});
  if (!loaded) return 0;
  const auto program = std::static_pointer_cast<const rules::CompiledProgram>(loaded->program);
  Names names;
  LogSources sources;
  Batch batch(names, sources);
  add_event(batch, nul == std::string_view::npos ? std::string_view{} : all.substr(nul + 1));
  std::set<std::size_t> got;
  rules::make_matcher(program, nullptr, {})->match(batch, 0, [&](const rules::Hit& h) { got.insert(h.rule); });
  std::set<std::size_t> want;
  for (const std::size_t r : rules::NaiveInterpreter(*program).matching(batch[0])) {
    if (program->reports(r)) want.insert(r);
  }
  if (got != want) std::abort();
  return 0;
}

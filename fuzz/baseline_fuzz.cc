// A baseline of any bytes: refused or taken, never more than that; what is taken can be saved, taken again, and merged with itself.
#include <cstdint>
#include <cstdlib>

#include "behavior/behavior.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace custos;
  const Institution nobody;
  const auto load = [&nobody](Bytes bytes, std::string& again) {
    Dictionary texts;
    behavior::Roster roster(nobody, texts);
    behavior::Settings settings;
    settings.memory = 1u << 20;
    behavior::Analysis analysis(settings, roster);
    Unpacker in(bytes);
    if (!analysis.load(in, [](const std::string&) { return 0u; })) return false;
    Packer out(again);
    analysis.save(out, [](std::uint32_t) { return std::string("file"); });
    behavior::Analysis same(settings, roster);
    Unpacker from(again);
    if (!same.load(from, [](const std::string&) { return 0u; })) return false;
    // It may be refused, and must not fail otherwise.
    static_cast<void>(analysis.merge(std::move(same)));
    return true;
  };
  std::string once, twice;
  if (load({reinterpret_cast<const char*>(data), size}, once) && !load(once, twice)) std::abort();
  return 0;
}

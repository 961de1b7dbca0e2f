// Any text as an institution file: read or refused; what is read is written, read again and is the same; any part of it may be asked for.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "institution/institution.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace custos;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto file = institution::read_institution(text, "fuzz");
  if (!file) {
    if (file.error().text.empty()) std::abort();
    return 0;
  }
  for (const auto& r : file->remarks.list()) {
    if (r.text.empty() || r.file != "fuzz" || r.line == 0 || r.line > size + 1) std::abort();
  }
  const std::string written = institution::write_institution(file->institution);
  const auto again = institution::read_institution(written, "again");
  if (!again || !(again->institution == file->institution)) std::abort();
  institution::institution_json(file->institution);
  institution::about(file->institution, text.substr(0, std::min<std::size_t>(size, 40)));
  for (std::size_t i = 0; i < std::min<std::size_t>(file->institution.hosts.size(), 4); ++i) {
    // A host that has a name is found by it, if the name is no more than blanks.
    const std::string& name = file->institution.hosts[i].name;
    if (name.find_first_not_of(" \t\r\n.$") != std::string::npos && name.find('$') == std::string::npos && institution::about(file->institution, name).empty())
      std::abort();
  }
  return 0;
}

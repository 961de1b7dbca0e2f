// Any bytes as a directory export and as a table: nothing crashes, what is found has names, and both together make a file that is read back.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "institution/institution.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace custos;
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::size_t half = bytes.find("\n%%\n");
  institution::Merger merger;
  for (auto& found : {institution::read_ldif(bytes.substr(0, half), "a.ldif"),
                      institution::read_csv(half == std::string_view::npos ? bytes : bytes.substr(half + 4), "b.csv")}) {
    for (const auto& p : found.people) {
      if (p.value.id.empty() || p.line == 0) std::abort();
    }
    for (const auto& h : found.hosts) {
      if (h.value.name.empty()) std::abort();
    }
    for (const auto& a : found.accounts) {
      if (a.value.name.empty()) std::abort();
    }
    merger.add(found);
  }
  institution::Comments comments;
  const Institution in = merger.take(comments);
  const auto back = institution::read_institution(institution::write_institution(in, comments), "written");
  if (!back || !(back->institution == in)) std::abort();
  return 0;
}

// custos formats: what can be read.
#include <fmt/format.h>

#include "cli/command.h"
#include "ingest/ingest.h"

namespace custos::cli::formats {
namespace {

int run(const std::vector<std::string>& arguments) {
  if (!arguments.empty() && arguments[0] != "--help" && arguments[0] != "-h") {
    fmt::print(stderr, "custos formats: takes no argument\n");
    return 2;
  }
  fmt::print("Formats are recognised by content, never by file name; gz, zst, xz, bz2, zip, tar and nested ones are opened.\n\n");
  for (const ingest::Format* f : ingest::formats()) fmt::print("{:<8} {}\n         {}\n", f->name, f->title, f->details);
  return 0;
}

}  // namespace

extern const Command command;
const Command command{"formats", "list the log formats that can be read", run};

}  // namespace custos::cli::formats

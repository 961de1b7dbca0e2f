#include "engine/evidence/json_lines.h"

#include <cstdlib>

namespace custos::engine {

void JsonLines::write(std::string_view bytes) {
  text_ += bytes;
  std::size_t at = 0;
  for (std::size_t end = text_.find('\n'); end != std::string::npos; end = text_.find('\n', at)) {
    sink_(std::string_view(text_).substr(at, end - at));
    at = end + 1;
  }
  text_.erase(0, at);
}

std::unique_ptr<share::ExportRun> open_json(share::Output& out) {
  for (const share::Exporter* e : share::exporters()) {
    if (e->name == "json") return e->open(out);
  }
  std::abort();  // it is a file of this program
}

}  // namespace custos::engine

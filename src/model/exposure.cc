#include "model/exposure.h"

namespace custos {

std::string_view degree_name(Degree degree) {
  switch (degree) {
    case Degree::MetadataSeen: return "metadata seen";
    case Degree::Opened: return "opened";
    case Degree::Copied: return "copied";
    default: return "left the building";
  }
}

std::string_view certainty_name(Certainty certainty) {
  return certainty == Certainty::Certain ? "certain" : certainty == Certainty::Likely ? "likely" : "possible";
}

}  // namespace custos

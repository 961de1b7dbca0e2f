#include "serve/witness_routes.h"

#include <string_view>
#include <utility>

namespace custos::serve {
namespace routes {
namespace {

constexpr std::string_view kCheckpoint = "/checkpoint";
constexpr std::size_t kHashDigits = 64;

Response of(evidence::WitnessAnswer a) { return {a.status, std::move(a.content_type), std::move(a.body), ""}; }

Response plain(int status, std::string text, std::string allow = {}) { return {status, "text/plain; charset=utf-8", std::move(text), std::move(allow)}; }

}  // namespace
}  // namespace routes

Handler witness_routes(evidence::Witness& witness) {
  return [&witness](const Request& request) {
    const std::string_view target = request.target;
    if (target == "/add-checkpoint") {
      if (request.method != "POST") return routes::plain(405, "checkpoints are sent by POST\n", "POST");
      return routes::of(witness.add_checkpoint(request.body));
    }
    if (target.size() == 1 + routes::kHashDigits + routes::kCheckpoint.size() && target.starts_with('/') && target.ends_with(routes::kCheckpoint)) {
      if (request.method != "GET" && request.method != "HEAD") return routes::plain(405, "checkpoints are fetched by GET\n", "GET, HEAD");
      return routes::of(witness.checkpoint_of(target.substr(1, routes::kHashDigits)));
    }
    return routes::plain(404, "there is nothing here; a witness has /add-checkpoint and /<origin hash>/checkpoint\n");
  };
}

}  // namespace custos::serve

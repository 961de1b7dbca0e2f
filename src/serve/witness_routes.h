// The paths of a witness as C2SP tlog-witness names them: POST /add-checkpoint and GET /<origin hash>/checkpoint.
// Called by cli/ for `custos witness`.
// The witness outlives the handler.
// Any thread.
// Refuses other paths (404) and other methods (405).
#pragma once

#include "evidence/evidence.h"
#include "serve/http_server.h"

namespace custos::serve {

Handler witness_routes(evidence::Witness& witness);

}  // namespace custos::serve

// The door of the serve layer: what custos answers over HTTP.
// Included by cli/.
// See the headers behind it for lifetimes.
// See the headers behind it for threads.
// Refuses nothing.
#pragma once

#include "serve/http_server.h"     // HttpServer
#include "serve/witness_routes.h"  // witness_routes()

// A small HTTP/1.1 server: it takes requests, hands them to a function and sends what that answers. No TLS: put a reverse proxy before it that speaks it.
// Called by cli/ for `custos witness` (later for the console); witness_routes.h has a handler.
// An HttpServer lives while it runs; requests and responses are owned values.
// One thread runs it; the handler is called by a few others at once; stop() from any thread or signal handler.
// Refuses what is no HTTP (400), bodies (413) and headers (431) that are too large; cuts off who is too slow; more clients than it takes wait outside.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/result.h"

namespace custos::serve {

struct Request {
  std::string method, target, body;
  std::string peer;  // address; that of the proxy, where there is one
};

struct Response {
  int status = 200;
  std::string content_type, body;
  std::string allow;  // the methods there are, where the status is 405
};

// Must not throw, and is to come back: a server that stops waits for it.
using Handler = std::function<Response(const Request&)>;

struct HttpOptions {
  std::string address = "127.0.0.1";  // of IPv4 or IPv6
  std::uint16_t port = 0;             // 0: any that is free
  std::size_t most_body_bytes = 64u << 10;
  std::size_t most_connections = 256;
  unsigned handler_threads = 4;
  std::chrono::milliseconds request_timeout{30'000};  // to send a whole request, counted from the last answer; as long to take the answer
  std::chrono::milliseconds linger{2'000};            // to send on what nobody reads any more: cut off at once, one might miss the answer
  std::chrono::milliseconds stop_timeout{5'000};      // to take the last answer once it stops
};

class HttpServer {
 public:
  // It listens when this returns, and answers once it runs.
  static Result<std::unique_ptr<HttpServer>> open(HttpOptions options, Handler handler);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::uint16_t port() const;
  // Until it is stopped, and then for good. Requests that were whole by then are answered.
  void run();
  void stop();

 private:
  class Server;
  explicit HttpServer(std::unique_ptr<Server> server);

  std::unique_ptr<Server> server_;
};

}  // namespace custos::serve

// A client that speaks to a server as bytes, well or badly, and the server on a thread of its own.
// Called by tests alone.
// Lives as long as the test.
// One thread an object.
// Refuses nothing; what does not come within half a minute fails the test.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "serve/http_server.h"

namespace custos::serve {

struct Reply {
  int status = 0;  // 0: none came
  std::string header, body;
  bool has(std::string_view line) const { return header.find("\r\n" + std::string(line) + "\r\n") != std::string::npos; }
};

class Client {
 public:
  explicit Client(std::uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{30, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
  }
  ~Client() { close(fd_); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // False where the other side is gone.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }
  void send_no_more() { shutdown(fd_, SHUT_WR); }

  Reply receive(bool with_body = true) {
    Reply r;
    std::size_t end;
    while ((end = read_.find("\r\n\r\n")) == std::string::npos) {
      if (!more()) return r;
    }
    r.header = read_.substr(0, end + 2);
    read_.erase(0, end + 4);
    r.status = std::atoi(r.header.c_str() + 9);
    const std::size_t length = r.header.find("Content-Length: ");
    const std::size_t size = length == std::string::npos || !with_body ? 0 : std::strtoul(r.header.c_str() + length + 16, nullptr, 10);
    while (read_.size() < size) {
      if (!more()) return {};
    }
    r.body = read_.substr(0, size);
    read_.erase(0, size);
    return r;
  }
  Reply ask(std::string_view bytes) {
    send(bytes);
    return receive();
  }
  Reply post(std::string_view target, std::string_view body) {
    return ask("POST " + std::string(target) + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body));
  }
  Reply get(std::string_view target) { return ask("GET " + std::string(target) + " HTTP/1.1\r\nHost: x\r\n\r\n"); }

  // Nothing more comes, and the other side has closed.
  bool closed() {
    while (more()) {
    }
    return read_.empty() && !waited_in_vain_;
  }

 private:
  bool more() {
    char buffer[65536];
    const ssize_t n = recv(fd_, buffer, sizeof buffer, 0);
    waited_in_vain_ = n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    EXPECT_FALSE(waited_in_vain_) << "nothing came";
    if (n <= 0) return false;
    read_.append(buffer, static_cast<std::size_t>(n));
    return true;
  }

  int fd_;
  std::string read_;
  bool waited_in_vain_ = false;
};

class Serving {
 public:
  explicit Serving(Handler handler, HttpOptions options = {}) {
    auto opened = HttpServer::open(std::move(options), std::move(handler));
    if (!opened) {
      ADD_FAILURE() << opened.error().text;
      std::abort();
    }
    server = std::move(*opened);
    thread_ = std::thread([this] { server->run(); });
  }
  ~Serving() { stop(); }
  void stop() {
    if (!thread_.joinable()) return;
    server->stop();
    wait();
  }
  void wait() { thread_.join(); }
  std::uint16_t port() const { return server->port(); }

  std::unique_ptr<HttpServer> server;

 private:
  std::thread thread_;
};

}  // namespace custos::serve

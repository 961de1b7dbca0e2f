// The only file that knows Boost, since it takes longer to compile than all the rest of its layer.
#include "serve/http_server.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <unordered_set>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/version.hpp>
#include <fmt/format.h>

static_assert(BOOST_VERSION >= 108100, "Boost 1.74, which is Debian 12's usual one, is too old; install libboost1.81-dev");

namespace custos::serve {
namespace http_server {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using boost::system::error_code;
using Tcp = asio::ip::tcp;

constexpr std::uint32_t kMostHeaderBytes = 8u << 10;
constexpr std::chrono::milliseconds kBreath{100};

// What the connections see of the server.
class Host {
 public:
  Host(HttpOptions options, Handler handler) : options_(std::move(options)), handler_(std::move(handler)) {}
  virtual ~Host() = default;
  virtual asio::io_context& io() = 0;
  virtual asio::thread_pool& pool() = 0;
  virtual void gone(void* connection) = 0;
  const HttpOptions& options() const { return options_; }
  const Handler& handler() const { return handler_; }
  bool stopping() const { return stopping_; }

 protected:
  bool stopping_ = false;

 private:
  const HttpOptions options_;
  const Handler handler_;
};

// One client. All of it happens on the thread that runs the server but for the handler. It lives as long as something is awaited for it.
class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Host& host, Tcp::socket socket) : host_(host), stream_(std::move(socket)), buffer_(kMostHeaderBytes + host.options().most_body_bytes) {
    error_code ignored;
    stream_.socket().set_option(Tcp::no_delay(true), ignored);
    const Tcp::endpoint peer = stream_.socket().remote_endpoint(ignored);
    if (!ignored) peer_ = peer.address().to_string();
  }
  ~Connection() { host_.gone(this); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void read() {
    if (host_.stopping()) return;
    answering_ = false;
    parser_.emplace();
    parser_->header_limit(kMostHeaderBytes);
    parser_->body_limit(host_.options().most_body_bytes);
    stream_.expires_after(host_.options().request_timeout);  // for all that is read until it is set anew
    http::async_read_header(stream_, buffer_, *parser_, [self = shared_from_this()](error_code e, std::size_t) { self->on_header(e); });
  }

  // Whoever has sent a whole request gets his answer still.
  void stop() {
    if (!answering_) cut();
  }
  void cut() { stream_.close(); }

 private:
  void on_header(error_code e) {
    if (e) return refuse(e);
    if (!beast::iequals(parser_->get()[http::field::expect], "100-continue")) return read_body();
    go_on_.emplace(http::status::continue_, parser_->get().version());
    http::async_write(stream_, *go_on_, [self = shared_from_this()](error_code error, std::size_t) {
      if (!error) self->read_body();
    });
  }

  void read_body() {
    http::async_read(stream_, buffer_, *parser_, [self = shared_from_this()](error_code e, std::size_t) {
      if (e) return self->refuse(e);
      self->handle();
    });
  }

  void handle() {
    answering_ = true;
    http::request<http::string_body> request = parser_->release();
    version_ = request.version();
    keep_ = request.keep_alive();
    without_body_ = request.method() == http::verb::head;
    Request plain{std::string(request.method_string()), std::string(request.target()), std::move(request.body()), peer_};
    // The server goes on running while a handler works. `self` moves along, so that it is never let go of by another thread.
    asio::post(host_.pool(), [self = shared_from_this(), work = asio::make_work_guard(host_.io()), plain = std::move(plain)]() mutable {
      Host& host = self->host_;
      Response answer = host.handler()(plain);
      asio::post(host.io(), [self = std::move(self), answer = std::move(answer)]() mutable { self->write(std::move(answer)); });
    });
  }

  void write(Response answer) {
    http::response<http::string_body>& r = response_.emplace();
    r.version(version_);
    r.result(static_cast<unsigned>(answer.status));
    if (!answer.content_type.empty()) r.set(http::field::content_type, answer.content_type);
    if (!answer.allow.empty()) r.set(http::field::allow, answer.allow);
    r.keep_alive(keep_ && !host_.stopping());
    r.content_length(answer.body.size());
    if (!without_body_) r.body() = std::move(answer.body);
    stream_.expires_after(host_.options().request_timeout);
    http::async_write(stream_, r, [self = shared_from_this()](error_code e, std::size_t) {
      if (e) return;
      if (self->response_->keep_alive()) return self->read();
      self->linger();
    });
  }

  void refuse(error_code e) {
    static const boost::system::error_category& parsing = http::make_error_code(http::error::bad_method).category();
    if (e.category() != parsing || e == http::error::end_of_stream || e == http::error::partial_message) return;  // went away, or was too slow
    answering_ = true;
    keep_ = without_body_ = false;
    version_ = 11;
    if (e == http::error::body_limit) return write({413, "text/plain; charset=utf-8", "the body is too large\n", ""});
    if (e == http::error::header_limit || e == http::error::buffer_overflow) return write({431, "text/plain; charset=utf-8", "the header is too large\n", ""});
    write({400, "text/plain; charset=utf-8", "this is no HTTP request\n", ""});
  }

  // Closed at once with bytes unread, a socket would take back the answer on its way.
  void linger() {
    answering_ = false;
    if (host_.stopping()) return;
    error_code ignored;
    stream_.socket().shutdown(Tcp::socket::shutdown_send, ignored);
    stream_.expires_after(host_.options().linger);
    discard();
  }
  void discard() {
    stream_.async_read_some(asio::buffer(scrap_), [self = shared_from_this()](error_code e, std::size_t) {
      if (!e) self->discard();
    });
  }

  Host& host_;
  beast::tcp_stream stream_;
  beast::flat_buffer buffer_;
  std::string peer_;
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<http::response<http::empty_body>> go_on_;
  std::optional<http::response<http::string_body>> response_;
  std::array<char, 4096> scrap_;
  unsigned version_ = 11;
  bool keep_ = false, without_body_ = false;
  bool answering_ = false;  // a request is whole, and its answer is not sent yet
};

}  // namespace
}  // namespace http_server

class HttpServer::Server final : public http_server::Host {
 public:
  Server(HttpOptions options, Handler handler) : Host(std::move(options), std::move(handler)), pool_(std::max(1u, this->options().handler_threads)) {}
  ~Server() override { pool_.join(); }

  Result<void> listen() {
    http_server::error_code e;
    const auto trouble = [&](const char* what) {
      return fail(Code::Usage, fmt::format("{} ({}); name another address or port", what, e.message()),
                  fmt::format("{}:{}", options().address, options().port));
    };
    const auto address = http_server::asio::ip::make_address(options().address, e);
    if (e) return trouble("is no address");
    const http_server::Tcp::endpoint at(address, options().port);
    const int wake = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (wake < 0) return fail(Code::Full, "the system gives no more descriptors; raise the limit (ulimit -n)");
    wake_.assign(wake, e);
    if (!e) acceptor_.open(at.protocol(), e);
    if (!e) acceptor_.set_option(http_server::Tcp::acceptor::reuse_address(true), e);
    if (!e) acceptor_.bind(at, e);
    if (!e) acceptor_.listen(http_server::asio::socket_base::max_listen_connections, e);
    if (!e) port_ = acceptor_.local_endpoint(e).port();
    if (e) return trouble("can't be listened at");
    return {};
  }

  std::uint16_t port() const { return port_; }

  void run() {
    running_ = true;
    wake_.async_wait(http_server::asio::posix::stream_descriptor::wait_read, [this](http_server::error_code) { wind_down(); });
    accept();
    io_.run();
    running_ = false;
  }

  // Nothing but a write, so that a signal handler may do it.
  void stop() {
    const int kept = errno;
    const std::uint64_t one = 1;
    if (write(wake_.native_handle(), &one, sizeof one) != sizeof one) errno = kept;  // it is full of wakes already
    errno = kept;
  }

  http_server::asio::io_context& io() override { return io_; }
  http_server::asio::thread_pool& pool() override { return pool_; }

  void gone(void* connection) override {
    connections_.erase(static_cast<http_server::Connection*>(connection));
    if (!running_) return;
    if (!stopping_) return accept();
    if (connections_.empty()) timer_.cancel();
  }

 private:
  void accept() {
    if (accepting_ || stopping_ || connections_.size() >= options().most_connections) return;
    accepting_ = true;
    acceptor_.async_accept([this](http_server::error_code e, http_server::Tcp::socket socket) {
      if (stopping_) return;
      if (e) return breathe();
      accepting_ = false;
      const auto connection = std::make_shared<http_server::Connection>(*this, std::move(socket));
      connections_.insert(connection.get());
      connection->read();
      accept();
    });
  }

  // No descriptors left, or a client that went away at once: not to be tried again without end.
  void breathe() {
    timer_.expires_after(http_server::kBreath);
    timer_.async_wait([this](http_server::error_code) {
      accepting_ = false;
      accept();
    });
  }

  void wind_down() {
    stopping_ = true;
    http_server::error_code ignored;
    acceptor_.close(ignored);
    timer_.cancel();
    for (http_server::Connection* c : std::vector<http_server::Connection*>(connections_.begin(), connections_.end())) c->stop();
    if (connections_.empty()) return;
    timer_.expires_after(options().stop_timeout);
    timer_.async_wait([this](http_server::error_code e) {
      if (e) return;
      for (http_server::Connection* c : std::vector<http_server::Connection*>(connections_.begin(), connections_.end())) c->cut();
    });
  }

  std::unordered_set<http_server::Connection*> connections_;  // before what may hold the last of them
  bool running_ = false, accepting_ = false;
  std::uint16_t port_ = 0;
  http_server::asio::io_context io_{1};
  http_server::Tcp::acceptor acceptor_{io_};
  http_server::asio::posix::stream_descriptor wake_{io_};
  http_server::asio::steady_timer timer_{io_};
  http_server::asio::thread_pool pool_;
};

HttpServer::HttpServer(std::unique_ptr<Server> server) : server_(std::move(server)) {}
HttpServer::~HttpServer() = default;

Result<std::unique_ptr<HttpServer>> HttpServer::open(HttpOptions options, Handler handler) {
  try {
    auto server = std::make_unique<Server>(std::move(options), std::move(handler));
    if (auto ok = server->listen(); !ok) return tl::unexpected<Error>(ok.error());
    return std::unique_ptr<HttpServer>(new HttpServer(std::move(server)));
  } catch (const std::exception& e) {  // Boost says so when the system gives it no descriptors or threads
    return fail(Code::Full, std::string("the system can't serve: ") + e.what());
  }
}

std::uint16_t HttpServer::port() const { return server_->port(); }
void HttpServer::run() { server_->run(); }
void HttpServer::stop() { server_->stop(); }

}  // namespace custos::serve

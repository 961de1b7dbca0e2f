#include "evidence/timestamp/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <memory>
#include <thread>
#include <vector>

#include "evidence/timestamp/authority_for_test.h"
#include "evidence/timestamp/query.h"
#include "evidence/timestamp/reply.h"

namespace custos::evidence::stamp_client_test {

using ::testing::HasSubstr;
using ::testing::Not;

// Answers POST /tsa with `openssl ts`, and other paths as an authority should not. It ends when its standard input does.
constexpr std::string_view kServer = R"(
import http.server, os, ssl, subprocess, sys, threading, time

class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def answer(self, status, kind, body, **headers):
        self.send_response(status)
        if kind:
            self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            pass

    def do_GET(self):
        self.answer(405, "text/plain", b"ask with POST")

    def do_POST(self):
        query = self.rfile.read(int(self.headers["Content-Length"]))
        reply = "application/timestamp-reply"
        name, _, rest = self.path[1:].partition("/")
        if name == "tsa":
            if self.headers["Content-Type"] != "application/timestamp-query":
                return self.answer(415, "text/plain", b"")
            with open("asked", "wb") as f:
                f.write(query)
            subprocess.run("openssl ts -reply -config conf -section usual -queryfile asked -signer tsa.pem -inkey tsa.key -out answered",
                           shell=True, check=True, stderr=subprocess.DEVNULL)
            with open("answered", "rb") as f:
                return self.answer(200, rest.replace("-", "/", 1) if rest else reply, f.read())
        if name == "headers":
            return self.answer(200, reply, str(self.headers).encode())
        if name == "status":
            return self.answer(int(rest), reply, b"body")
        if name == "type":
            return self.answer(200, rest.replace("_", "/"), b"body")
        if name == "large":
            return self.answer(200, reply, b"a" * int(rest))
        if name == "endless":
            self.send_response(200)
            self.send_header("Content-Type", reply)
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b"a" * 65536)
            except OSError:
                return
        if name == "cut":
            self.send_response(200)
            self.send_header("Content-Type", reply)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(b"a")
            return
        if name == "slow":
            time.sleep(5)
            return self.answer(200, reply, b"late")
        if name == "moved":
            status, _, where = rest.partition("/")
            return self.answer(int(status), None, b"go there", Location=where if ":" in where else "/" + where)

server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
secure = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain("tls.pem", "tls.key")
secure.socket = context.wrap_socket(secure.socket, server_side=True)
for each, name in (secure, "tls_port"), (server, "port"):
    each.daemon_threads = True
    threading.Thread(target=each.serve_forever, daemon=True).start()
    with open("port.new", "w") as f:
        f.write(str(each.server_address[1]))
    os.rename("port.new", name)
sys.stdin.read()
os._exit(0)
)";

class Server {
 public:
  Server() {
    authority.issue("tls", "ca", "web");
    authority.write("server.py", kServer);
    pipe_ = popen(("cd " + authority.folder() + " && exec python3 server.py >server.out 2>&1").c_str(), "we");
    for (int i = 0; i < 2'000 && !std::filesystem::exists(authority.path("port")); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    port_ = authority.read("port");
    tls_port_ = authority.read("tls_port");
  }
  ~Server() {
    if (pipe_ != nullptr) pclose(pipe_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  bool runs() const { return !port_.empty(); }
  std::string url(const std::string& path) const { return "http://127.0.0.1:" + port_ + "/" + path; }
  std::string tls_url(const std::string& path) const { return "https://127.0.0.1:" + tls_port_ + "/" + path; }

  TestAuthority authority;

 private:
  FILE* pipe_ = nullptr;
  std::string port_, tls_port_;
};

// A port of this machine at which nobody listens: bound, so that nobody else gets it, and no more.
struct ClosedPort {
  ClosedPort() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (bind(socket_, reinterpret_cast<sockaddr*>(&address), size) == 0 && getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size) == 0) port = ntohs(address.sin_port);
  }
  ~ClosedPort() { close(socket_); }
  ClosedPort(const ClosedPort&) = delete;
  ClosedPort& operator=(const ClosedPort&) = delete;
  int port = 0;

 private:
  int socket_ = socket(AF_INET, SOCK_STREAM, 0);
};

inline void expect_error(const Result<std::string>& result, Code code, std::string_view text) {
  ASSERT_FALSE(result) << "it should say: " << text;
  EXPECT_EQ(result.error().code, code) << result.error().text;
  EXPECT_THAT(result.error().text, HasSubstr(std::string(text)));
}

class TimeStampClient : public ::testing::Test {
 protected:
  void SetUp() override {
    NEEDS_OPENSSL();
    if (!has_program("python3")) GTEST_SKIP() << "no `python3` program";
    server = std::make_unique<Server>();
    ASSERT_TRUE(server->runs()) << server->authority.read("server.out");
  }
  Result<std::string> ask(const std::string& path, int timeout = 60) { return ask_authority(server->url(path), query, {.timeout = timeout}); }

  std::unique_ptr<Server> server;
  const std::string query = make_query("a checkpoint\n");
};

TEST_F(TimeStampClient, AsksARealAuthority) {
  const Authorities ca = server->authority.trust("ca");
  // Also where it has moved, and whatever stands behind the type.
  for (const char* path : {"tsa", "moved/301/tsa", "moved/302/tsa", "moved/303/tsa", "moved/307/tsa", "moved/308/moved/301/tsa", "tsa/Application-Timestamp-Reply; charset=binary"}) {
    std::string address = path;
    if (const std::size_t blank = address.find(' '); blank != std::string::npos) address.erase(blank, 1);
    const auto reply = ask(address);
    ASSERT_TRUE(reply) << path << ": " << reply.error().text;
    EXPECT_TRUE(fits_query(*reply, query));
    const auto stamp = verify_reply(*reply, "a checkpoint\n", &ca);
    ASSERT_TRUE(stamp) << stamp.error().text;
    EXPECT_TRUE(stamp->trusted);
  }
}

TEST_F(TimeStampClient, SaysWhatItIs) {
  const auto headers = ask("headers");
  ASSERT_TRUE(headers);
  EXPECT_THAT(*headers, HasSubstr("Content-Type: application/timestamp-query\n"));
  EXPECT_THAT(*headers, HasSubstr("Accept: application/timestamp-reply\n"));
  EXPECT_THAT(*headers, HasSubstr("User-Agent: custos/" CUSTOS_VERSION "\n"));
  EXPECT_THAT(*headers, Not(HasSubstr("Expect")));
}

TEST_F(TimeStampClient, ThreadsDoNotDisturbEachOther) {
  std::vector<std::thread> threads;
  std::array<bool, 8> good{};
  for (bool& ok : good) threads.emplace_back([&] { ok = ask("headers").has_value(); });
  for (std::thread& t : threads) t.join();
  for (const bool ok : good) EXPECT_TRUE(ok);
}

TEST_F(TimeStampClient, WhatMayBeTriedAgainIsToldApart) {
  expect_error(ask("slow", 1), Code::Unreadable, "did not answer within 1 s");
  expect_error(ask("cut"), Code::Unreadable, "the answer broke off");
  expect_error(ask("nothing"), Code::Unreadable, "the answer broke off");
  for (const char* status : {"status/500", "status/503", "status/429", "status/408"}) expect_error(ask(status), Code::Unreadable, "it can't answer now");
  for (const char* status : {"status/400", "status/401", "status/404", "status/201", "status/304"}) expect_error(ask(status), Code::Denied, "it did not take the query");
  expect_error(ask("type/text_html"), Code::Malformed, "answers with \"text/html\"");
  expect_error(ask("type/application_timestamp-reply-not"), Code::Malformed, "and not with a time stamp");
  expect_error(ask("tsa/application-timestamp-query"), Code::Malformed, "and not with a time stamp");
}

TEST_F(TimeStampClient, ReadsAtMostAMebibyte) {
  EXPECT_EQ(ask("large/1048576")->size(), 1u << 20);
  expect_error(ask("large/1048577"), Code::Malformed, "larger than 1 MiB");
  expect_error(ask("endless"), Code::Malformed, "larger than 1 MiB");
}

TEST_F(TimeStampClient, IsNotLedAstray) {
  server->authority.write("secret", "secret");
  for (const std::string& where : {"file://" + server->authority.path("secret"), std::string("ftp://127.0.0.1/secret"), std::string("gopher://127.0.0.1:1/_x")}) {
    expect_error(ask("moved/307/" + where), Code::Denied, "leads to an address that is not asked");
  }
  std::string round = "moved/307/";
  for (int i = 0; i < 7; ++i) round += "moved/307/";
  expect_error(ask(round + "tsa"), Code::Malformed, "from address to address");
}

TEST(TimeStampClientAlone, NobodyThere) {
  const ClosedPort closed;
  ASSERT_NE(closed.port, 0);
  const std::string url = "http://user:secret@127.0.0.1:" + std::to_string(closed.port) + "/tsr";
  const auto refused = ask_authority(url, "query");
  expect_error(refused, Code::NotFound, "nobody answers there");
  EXPECT_EQ(refused.error().where, "http://127.0.0.1:" + std::to_string(closed.port) + "/tsr");
  expect_error(ask_authority("https://127.0.0.1:" + std::to_string(closed.port), "query"), Code::NotFound, "nobody answers there");
  expect_error(ask_authority("http://tsa.invalid/tsr", "query", {.timeout = 20, .proxy = "http://127.0.0.1:" + std::to_string(closed.port)}), Code::NotFound,
               "nobody answers there");
  // A name that RFC 6761 promises nobody has. Where there is no name service at all it takes too long.
  const auto unknown = ask_authority("http://tsa.invalid/tsr", "query", {.timeout = 5});
  ASSERT_FALSE(unknown);
  EXPECT_TRUE(unknown.error().code == Code::NotFound || unknown.error().code == Code::Unreadable) << unknown.error().text;
}

// The proxy that the environment names is for the user's other programs; here it would break the call.
TEST_F(TimeStampClient, TheEnvironmentIsNotRead) {
  const ClosedPort closed;
  setenv("http_proxy", ("http://127.0.0.1:" + std::to_string(closed.port)).c_str(), 1);
  const auto reply = ask("headers");
  unsetenv("http_proxy");
  EXPECT_TRUE(reply) << reply.error().text;
}

TEST_F(TimeStampClient, Tls) {
  const PostOptions options{.timeout = 60, .tls_authorities = server->authority.path("ca.pem")};
  const auto reply = ask_authority(server->tls_url("tsa"), query, options);
  ASSERT_TRUE(reply) << reply.error().text;
  EXPECT_TRUE(fits_query(*reply, query));
  EXPECT_TRUE(ask_authority(server->url("moved/307/" + server->tls_url("headers")), query, options));
  // Never from TLS to where there is none.
  expect_error(ask_authority(server->tls_url("moved/307/" + server->url("headers")), query, options), Code::Denied, "leads to an address that is not asked");
  std::string shout = server->tls_url("moved/307/" + server->url("headers"));
  shout.replace(0, 5, "HTTPS");
  expect_error(ask_authority(shout, query, options), Code::Denied, "leads to an address that is not asked");
  // Whom the system does not trust, and who is called otherwise.
  expect_error(ask_authority(server->tls_url("tsa"), query), Code::Denied, "does not trust the certificate");
  std::string other_name = server->tls_url("tsa");
  other_name.replace(other_name.find("127.0.0.1"), 9, "localhost");
  expect_error(ask_authority(other_name, query, options), Code::Denied, "does not trust the certificate");
  expect_error(ask_authority(server->tls_url("tsa"), query, {.tls_authorities = server->authority.path("nothing")}), Code::Denied, "does not trust the certificate");
  // And where there is no TLS.
  std::string plain = server->url("tsa");
  EXPECT_EQ(ask_authority(plain.insert(4, "s"), query, options).error().code, Code::Unreadable);
}

TEST(TimeStampClientAlone, RefusesWhatIsNoAddress) {
  for (const char* odd : {"", "tsa.example.org", "ftp://tsa.example.org", "file:///etc/passwd", "http:/x", "HTTP//x", "http://a b", "http://a\n", "javascript:alert(1)", " http://a",
                          "http://\xc3\xa4"}) {
    expect_error(ask_authority(odd, "query"), Code::Usage, "is no address to send to");
  }
  expect_error(ask_authority("http://", "query"), Code::Usage, "is no address to send to");
  expect_error(ask_authority("http://127.0.0.1:99999/", "query"), Code::Usage, "is no address to send to");
  EXPECT_EQ(ask_authority("ftp://me:secret@tsa.example.org", "query").error().where, "ftp://tsa.example.org");
  EXPECT_EQ(ask_authority("me:secret@tsa.example.org", "query").error().where, "tsa.example.org");
  for (const int timeout : {0, -1, 601}) expect_error(ask_authority("http://127.0.0.1/", "query", {.timeout = timeout}), Code::Usage, "between 1 and 600 seconds");
}

}  // namespace custos::evidence::stamp_client_test

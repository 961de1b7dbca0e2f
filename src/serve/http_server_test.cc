#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <random>
#include <vector>

#include "serve/client_test.h"

namespace custos::serve {
namespace {

using std::chrono::milliseconds;

Response echo(const Request& r) { return {200, "text/plain", r.method + " " + r.target + " " + std::to_string(r.body.size()) + " " + r.body, ""}; }

HttpOptions hasty() {
  HttpOptions o;
  o.request_timeout = milliseconds(1'000);
  return o;
}

// A door that handlers wait before.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void pass() {
    std::unique_lock lock(mutex_);
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void until_waiting(int n) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return waiting_ >= n; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int waiting_ = 0;
};

}  // namespace

TEST(HttpServer, AnswersAndKeepsTheConnection) {
  Request seen;
  Serving s([&](const Request& r) {
    seen = r;
    return echo(r);
  });
  EXPECT_NE(s.port(), 0);
  Client c(s.port());
  Reply r = c.post("/a?b=c", std::string_view("body\0of\xff bytes", 14));
  EXPECT_EQ(r.status, 200);
  EXPECT_TRUE(r.has("Content-Type: text/plain"));
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.target, "/a?b=c");
  EXPECT_EQ(seen.body, std::string_view("body\0of\xff bytes", 14));
  EXPECT_EQ(seen.peer, "127.0.0.1");
  r = c.get("/second");
  EXPECT_EQ(r.body, "GET /second 0 ");
  EXPECT_FALSE(r.has("Connection: close"));
  r = c.ask("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(r.status, 200);
  EXPECT_TRUE(r.has("Connection: close"));
  EXPECT_TRUE(c.closed());
}

TEST(HttpServer, SpeaksTheOtherWaysOfHttp) {
  Serving s([](const Request& r) { return r.target == "/405" ? Response{405, "", "", "POST"} : echo(r); });
  Client c(s.port());
  // Several at once come back in order.
  c.send("GET /1 HTTP/1.1\r\n\r\nPOST /2 HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET /3 HTTP/1.1\r\n\r\n");
  EXPECT_EQ(c.receive().body, "GET /1 0 ");
  EXPECT_EQ(c.receive().body, "POST /2 3 abc");
  EXPECT_EQ(c.receive().body, "GET /3 0 ");
  // HEAD has the header alone.
  c.send("HEAD /h HTTP/1.1\r\n\r\n");
  const Reply head = c.receive(false);
  EXPECT_TRUE(head.has("Content-Length: 10")) << head.header;
  EXPECT_EQ(c.ask("POST /chunks HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n").body, "POST /chunks 5 abcde");
  c.send("POST /patient HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(c.receive().status, 100);
  EXPECT_EQ(c.ask("abc").body, "POST /patient 3 abc");
  EXPECT_TRUE(c.ask("GET /405 HTTP/1.1\r\n\r\n").has("Allow: POST"));
  EXPECT_EQ(c.ask("BREW /pot HTTP/1.1\r\n\r\n").body, "BREW /pot 0 ");
  EXPECT_EQ(c.ask("GET /old HTTP/1.0\r\n\r\n").body, "GET /old 0 ");
  EXPECT_TRUE(c.closed());
}

TEST(HttpServer, BodiesThatAreTooLargeAreRefused) {
  HttpOptions o;
  o.linger = std::chrono::hours(1);
  Serving s(echo, o);
  const std::string most(64u << 10, 'x');
  EXPECT_EQ(Client(s.port()).post("/", most).body, "POST / 65536 " + most);
  Client large(s.port());
  EXPECT_EQ(large.ask("POST / HTTP/1.1\r\nContent-Length: 65537\r\n\r\n").status, 413);
  EXPECT_TRUE(large.closed());
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(large.send("the body after all"));  // read and thrown away
  // One that sends on regardless gets its answer, too.
  Client stubborn(s.port());
  stubborn.send("POST / HTTP/1.1\r\nContent-Length: 4000000\r\n\r\n");
  EXPECT_TRUE(stubborn.send(std::string(4'000'000, 'x')));
  EXPECT_EQ(stubborn.receive().status, 413);
  Client endless(s.port());
  endless.send("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (int i = 0; i < 20; ++i) endless.send("1000\r\n" + std::string(4096, 'x') + "\r\n");
  EXPECT_EQ(endless.receive().status, 413);
  EXPECT_EQ(Client(s.port()).ask("POST / HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n").status, 400);
  EXPECT_EQ(Client(s.port()).get("/still").status, 200);
}

TEST(HttpServer, HeadersThatAreTooLargeAreRefused) {
  Serving s(echo);
  Client c(s.port());
  c.send("GET / HTTP/1.1\r\n");
  for (int i = 0; i < 10; ++i) c.send("X-" + std::to_string(i) + ": " + std::string(1000, 'x') + "\r\n");
  EXPECT_EQ(c.receive().status, 431);
  EXPECT_TRUE(c.closed());
  EXPECT_EQ(Client(s.port()).ask("GET /" + std::string(100'000, 'x') + " HTTP/1.1\r\n\r\n").status, 431);
  EXPECT_EQ(Client(s.port()).get("/" + std::string(7'000, 'x')).status, 200);
}

TEST(HttpServer, GarbageIsAnsweredOrCutOff) {
  std::atomic<int> handled{0};
  Serving s([&](const Request& r) {
    ++handled;
    return echo(r);
  });
  const std::vector<std::string> garbage{"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "SSH-2.0-OpenSSH_9.2\r\n", std::string(1000, '\0'), "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
                                         "GET / HTTP/1.1\r\nno colon\r\n\r\n", "GET / HTTP/1.1\r\nA: b\nC\r\n\r\n", "G\xc3\xa4T / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\n: x\r\n\r\n",
                                         "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "POST / HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
                                         "POST / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                                         "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\r\n", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff0\r\n"};
  for (const std::string& bytes : garbage) {
    Client c(s.port());
    c.send(bytes);
    c.send_no_more();
    const int status = c.receive().status;
    EXPECT_TRUE(status == 400 || status == 413 || status == 0) << bytes << status;
    EXPECT_TRUE(c.closed()) << bytes;
  }
  std::mt19937 random(1);
  for (int i = 0; i < 200; ++i) {
    std::string bytes = i % 2 == 0 ? "POST / HTTP/1.1\r\nContent-Length: 7\r\n\r\nabcdefg" : std::string();
    for (int n = 0; n < 40; ++n) {
      const char c = static_cast<char>(random());
      if (bytes.size() < 46) bytes += c;
      else bytes[random() % 36] = c;
    }
    Client c(s.port());
    c.send(bytes);
    c.send_no_more();
    c.receive();
  }
  const int before = handled;
  EXPECT_EQ(Client(s.port()).get("/still").status, 200);
  EXPECT_EQ(handled, before + 1);
}

TEST(HttpServer, WhoGoesAwayIsForgotten) {
  HttpOptions one;
  one.most_connections = 1;
  Serving s(echo, one);
  for (const char* part : {"", "G", "GET / HTTP/1.1\r\n", "POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc", "GET / HTTP/1.1\r\n\r\n"}) Client(s.port()).send(part);
  EXPECT_EQ(Client(s.port()).get("/still").status, 200);
}

TEST(HttpServer, SlowClientsAreCutOff) {
  Serving s(echo, hasty());
  // A byte now and then does not help: the whole request counts.
  Client slow(s.port()), idle(s.port()), polite(s.port()), body(s.port());
  EXPECT_EQ(polite.get("/").status, 200);
  body.send("POST / HTTP/1.1\r\nContent-Length: 1000\r\n\r\n");
  bool cut = false;
  int served = 0;
  for (int i = 0; i < 3'000 && !cut; ++i) {
    cut = !slow.send(i == 0 ? "GET /" : "x");
    body.send("x");
    std::this_thread::sleep_for(milliseconds(10));
    if (i % 10 == 0) served += Client(s.port()).get("/quick").status == 200;
  }
  EXPECT_TRUE(cut);
  EXPECT_GT(served, 0);  // others, meanwhile
  EXPECT_TRUE(slow.closed());
  EXPECT_TRUE(idle.closed());
  EXPECT_TRUE(polite.closed());
  EXPECT_TRUE(body.closed());
}

TEST(HttpServer, WhoDoesNotTakeTheAnswerIsCutOff) {
  HttpOptions o = hasty();
  o.most_connections = 1;
  Serving s([](const Request&) { return Response{200, "text/plain", std::string(16u << 20, 'x'), ""}; }, o);
  Client never_reads(s.port());
  never_reads.send("GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(Client(s.port()).get("/").status, 200);  // there is room again
}

TEST(HttpServer, AHandlerThatTakesItsTimeIsWaitedFor) {
  Gate gate;
  HttpOptions o = hasty();
  o.handler_threads = 1;
  Serving s(
      [&](const Request& r) {
        gate.pass();
        return echo(r);
      },
      o);
  Client c(s.port()), idle(s.port());
  c.send("GET /x HTTP/1.1\r\n\r\n");
  gate.until_waiting(1);
  EXPECT_TRUE(idle.closed());  // longer than a request may take
  gate.open();
  EXPECT_EQ(c.receive().body, "GET /x 0 ");
}

TEST(HttpServer, TwoHundredClientsAtOnce) {
  std::atomic<int> handled{0};
  Serving s([&](const Request& r) {
    ++handled;
    return echo(r);
  });
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < 200; ++i) clients.push_back(std::make_unique<Client>(s.port()));
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int round = 0; round < 10; ++round) {
        for (std::size_t i = t; i < clients.size(); i += 8) clients[i]->send("POST /" + std::to_string(i) + " HTTP/1.1\r\nContent-Length: 2\r\n\r\nhi");
        for (std::size_t i = t; i < clients.size(); i += 8) EXPECT_EQ(clients[i]->receive().body, "POST /" + std::to_string(i) + " 2 hi");
      }
    });
  }
  for (auto& t : threads) t.join();
  EXPECT_EQ(handled, 2'000);
}

TEST(HttpServer, MoreClientsThanItTakesWaitOutside) {
  HttpOptions two;
  two.most_connections = 2;
  std::atomic<int> handled{0};
  Serving s(
      [&](const Request& r) {
        ++handled;
        return echo(r);
      },
      two);
  auto one = std::make_unique<Client>(s.port());
  Client other(s.port());
  EXPECT_EQ(one->get("/").status, 200);
  EXPECT_EQ(other.get("/").status, 200);
  Client third(s.port());
  third.send("GET /third HTTP/1.1\r\n\r\n");
  for (int i = 0; i < 20; ++i) EXPECT_EQ(other.get("/").status, 200);
  EXPECT_EQ(handled, 22);
  one.reset();
  EXPECT_EQ(third.receive().body, "GET /third 0 ");
}

TEST(HttpServer, StopsWhileClientsAreConnected) {
  Gate gate;
  Serving s([&](const Request& r) {
    if (r.target == "/wait") gate.pass();
    return echo(r);
  });
  Client idle(s.port()), kept(s.port()), half(s.port()), waits(s.port());
  EXPECT_EQ(kept.get("/").status, 200);
  half.send("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc");
  waits.send("GET /wait HTTP/1.1\r\n\r\n");
  gate.until_waiting(1);
  s.server->stop();
  EXPECT_TRUE(idle.closed());
  EXPECT_TRUE(kept.closed());
  EXPECT_TRUE(half.closed());
  gate.open();
  const Reply last = waits.receive();
  EXPECT_EQ(last.body, "GET /wait 0 ");
  EXPECT_TRUE(last.has("Connection: close"));
  EXPECT_TRUE(waits.closed());
  s.wait();
}

TEST(HttpServer, StopsForWhoDoesNotTakeTheAnswer) {
  Gate gate;
  HttpOptions o;
  o.stop_timeout = milliseconds(100);
  o.request_timeout = std::chrono::hours(1);
  Serving s(
      [&](const Request&) {
        gate.pass();
        return Response{200, "text/plain", std::string(16u << 20, 'x'), ""};
      },
      o);
  Client c(s.port());
  c.send("GET / HTTP/1.1\r\n\r\n");
  gate.until_waiting(1);
  gate.open();
  s.stop();  // comes back
}

TEST(HttpServer, StopsBeforeItRunsAndMoreThanOnce) {
  auto server = HttpServer::open({}, echo);
  ASSERT_TRUE(server);
  (*server)->stop();
  (*server)->stop();
  (*server)->run();
  const auto never_ran = HttpServer::open({}, echo);
  ASSERT_TRUE(never_ran);
}

namespace {
HttpServer* stopped_by_signal = nullptr;
}

TEST(HttpServer, StopsInASignalHandler) {
  Serving s(echo);
  Client c(s.port());
  EXPECT_EQ(c.get("/").status, 200);
  stopped_by_signal = s.server.get();
  const auto before = std::signal(SIGUSR1, [](int) { stopped_by_signal->stop(); });
  std::raise(SIGUSR1);
  s.wait();
  std::signal(SIGUSR1, before);
  EXPECT_TRUE(c.closed());
}

TEST(HttpServer, SaysWhereItCanNotListen) {
  const auto first = HttpServer::open({}, echo);
  ASSERT_TRUE(first);
  HttpOptions same;
  same.port = (*first)->port();
  const auto second = HttpServer::open(same, echo);
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().text.find("already in use"), std::string::npos) << second.error().text;
  EXPECT_EQ(second.error().where, "127.0.0.1:" + std::to_string(same.port));
  HttpOptions odd;
  odd.address = "somewhere";
  EXPECT_FALSE(HttpServer::open(odd, echo));
}

}  // namespace custos::serve

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>
#include <vector>

#include "base/crypto/sha256.h"
#include "serve/client_test.h"
#include "serve/serve.h"

namespace custos::serve {
namespace {

std::unique_ptr<evidence::Signer> some_key() {
  auto signer = evidence::open_key_file(*evidence::make_key_file("correct horse"), "correct horse");
  EXPECT_TRUE(signer);
  return std::move(*signer);
}

}  // namespace

class WitnessRoutes : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(mkdtemp(folder_.data()), nullptr);
    for (int i = 0; i < 40; ++i) leaves_.push_back(sha256(std::to_string(i)));
    auto opened = evidence::Witness::open(
        *files_, folder_, {"witness.example/w", {evidence::verifier_key(origin_, evidence::SignatureType::Ed25519, log_key_->public_key())}}, *own_key_,
        [this](const evidence::Alarm&) { ++alarms_; }, [] { return 1'790'000'000; });
    ASSERT_TRUE(opened) << opened.error().text;
    witness_ = std::move(*opened);
  }
  ~WitnessRoutes() override { std::filesystem::remove_all(folder_); }

  std::string checkpoint(std::size_t size) {
    const std::vector<Hash32> first(leaves_.begin(), leaves_.begin() + static_cast<std::ptrdiff_t>(size));
    return to_text(*sign_note(to_text(evidence::TreeHead{origin_, size, evidence::root_of(first)}), origin_, *log_key_));
  }
  std::string request(std::size_t from, std::size_t to) {
    return to_text(evidence::AddCheckpoint{from, from == 0 ? evidence::Proof() : *evidence::consistency_proof(evidence::nodes_of(leaves_), from, to), checkpoint(to)});
  }

  std::string folder_ = (std::filesystem::temp_directory_path() / "custos-routes-XXXXXX").string();
  const std::string origin_ = "police.example/log", path_ = "/" + to_hex(view(sha256(origin_))) + "/checkpoint";
  std::unique_ptr<FileSystem> files_ = real_files();
  std::unique_ptr<evidence::Signer> own_key_ = some_key(), log_key_ = some_key();
  std::vector<Hash32> leaves_;
  std::atomic<int> alarms_{0};
  std::unique_ptr<evidence::Witness> witness_;
};

TEST_F(WitnessRoutes, TakeCheckpointsAndGiveThemBack) {
  Serving s(witness_routes(*witness_));
  Client c(s.port());
  EXPECT_EQ(c.get(path_).status, 404);
  const Reply first = c.post("/add-checkpoint", request(0, 7));
  ASSERT_EQ(first.status, 200) << first.body;
  const auto note = evidence::parse_note(checkpoint(7) + first.body);
  ASSERT_TRUE(note && verify_cosignature(*note, witness_->key())) << first.body;
  EXPECT_EQ(c.get(path_).body, checkpoint(7) + first.body);
  const Reply stale = c.post("/add-checkpoint", request(0, 9));
  EXPECT_EQ(stale.status, 409);
  EXPECT_TRUE(stale.has("Content-Type: text/x.tlog.size")) << stale.header;
  EXPECT_EQ(stale.body, "7\n");
  EXPECT_EQ(c.post("/add-checkpoint", request(7, 9)).status, 200);
  EXPECT_EQ(c.post("/add-checkpoint", "garbage").status, 400);
  leaves_[1] = sha256("another history");
  EXPECT_EQ(c.post("/add-checkpoint", request(9, 9)).status, 422);
  EXPECT_EQ(alarms_, 1);
  EXPECT_EQ(c.post("/add-checkpoint", std::string(65'537, 'x')).status, 413);
}

TEST_F(WitnessRoutes, NothingElseIsThere) {
  Serving s(witness_routes(*witness_));
  Client c(s.port());
  for (const std::string& odd : {std::string("/"), std::string("/add-checkpoint/"), std::string("/add-checkpoint?x"), std::string("//add-checkpoint"), path_ + "/", path_ + "s", "/" + path_,
                                 path_.substr(0, 64) + "/checkpoint", std::string("/checkpoint"), std::string("/lock"), std::string("/../lock"), std::string("*")}) {
    EXPECT_EQ(c.get(odd).status, 404) << odd;
    EXPECT_EQ(c.post(odd, request(0, 7)).status, 404) << odd;
  }
  const Reply get = c.get("/add-checkpoint");
  EXPECT_EQ(get.status, 405);
  EXPECT_TRUE(get.has("Allow: POST")) << get.header;
  const Reply post = c.post(path_, "");
  EXPECT_EQ(post.status, 405);
  EXPECT_TRUE(post.has("Allow: GET, HEAD")) << post.header;
  EXPECT_EQ(c.post("/add-checkpoint", request(0, 7)).status, 200);
  c.send("HEAD " + path_ + " HTTP/1.1\r\n\r\n");
  EXPECT_EQ(c.receive(false).status, 200);
  EXPECT_EQ(c.get(path_).status, 200);
}

TEST_F(WitnessRoutes, ManyClientsAreOneAfterTheOther) {
  Serving s(witness_routes(*witness_));
  std::vector<std::string> requests;
  for (std::size_t from = 0; from < 40; ++from) requests.push_back(request(from, from + 1));
  std::atomic<int> granted{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&] {
      Client c(s.port());
      for (std::size_t from = 0; from < requests.size();) {
        const Reply r = c.post("/add-checkpoint", requests[from]);
        ASSERT_TRUE(r.status == 200 || r.status == 409) << r.status << r.body;
        granted += r.status == 200;
        from = r.status == 200 ? from + 1 : std::stoul(r.body);
      }
    });
  }
  for (auto& t : threads) t.join();
  EXPECT_EQ(granted, 40);
}

}  // namespace custos::serve

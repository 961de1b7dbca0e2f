#include "behavior/statistics/trigrams.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>

#include "behavior/statistics/random_test.h"

namespace custos::behavior {
namespace trigram_tests {
namespace {

using testing::Draws;

std::string normalised(std::string_view line) {
  std::string out = "left over";
  normalise(line, out);
  return out;
}

TEST(Normalise, NumbersAndHex) {
  EXPECT_EQ(normalised("SvcHost.EXE -k NetSvcs -p 12345"), "svchost.exe -k netsvcs -p 0");
  EXPECT_EQ(normalised("a1b22c333"), "#");
  EXPECT_EQ(normalised("x1b22c333"), "x0b0c0");
  EXPECT_EQ(normalised("deadbeef feedface"), "deadbeef feedface");  // letters alone are a word
  EXPECT_EQ(normalised("20240131123456"), "0");
  EXPECT_EQ(normalised("0x1f 0x00007ff812ab"), "0x0f #");
  EXPECT_EQ(normalised("v1.22.333"), "v0.0.0");
  EXPECT_EQ(normalised("C:\\Windows\\System32\\rundll32.exe net1 memo123 ab1"), "c:\\windows\\system32\\rundll32.exe net1 memo0 ab0");
  EXPECT_EQ(normalised("/ProcessId:{AB8902B4-09CA-4BB6-B78D-A8F59079A8D5}"), "/processid:#");
  EXPECT_EQ(normalised("AB8902B4-09CA-4BB6-B78D-A8F59079A8D5"), "#");
  EXPECT_EQ(normalised("12345678-1234-1234-1234-123456789012x"), "0-0-0-0-0x");
  EXPECT_EQ(normalised(""), "");
  EXPECT_EQ(normalised("Grüße"), "grüße");
}

TEST(Normalise, UsersAndTemporaryNames) {
  EXPECT_EQ(normalised(R"("C:\Users\Jane.Ode\AppData\x.exe")"), R"("c:\users\*\appdata\x.exe")");
  EXPECT_EQ(normalised(R"(dir C:\Users\Jane Ode\Desktop)"), R"(dir c:\users\*\desktop)");
  EXPECT_EQ(normalised(R"(dir C:\Users\jane /s)"), R"(dir c:\users\* /s)");
  EXPECT_EQ(normalised(R"(C:\Users\)"), R"(c:\users\)");
  EXPECT_EQ(normalised("ls /home/bob/.ssh"), R"(ls \users\*\.ssh)");
  EXPECT_EQ(normalised("cd /home/bob && ls /home/alice/x"), R"(cd \users\* && ls \users\*\x)");
  EXPECT_EQ(normalised("/Users/bob/x"), R"(\users\*\x)");
  EXPECT_EQ(normalised(R"(c:\windows\temp\is-8K2QD.tmp\setup.exe)"), R"(c:\windows\temp\*.tmp\setup.exe)");
  EXPECT_EQ(normalised(R"(c:\windows\temp\mimikatz.exe)"), R"(c:\windows\temp\mimikatz.exe)");
  EXPECT_EQ(normalised("sh /tmp/tmp.AbCdEf -x"), "sh /tmp/* -x");
  EXPECT_EQ(normalised(R"(c:\users\temp\temp\~df33.tmp)"), R"(c:\users\*\temp\*.tmp)");
}

TEST(Normalise, AnyBytesOfAnyLength) {
  Draws draws{12};
  const std::string_view pieces[] = {"\\users\\", "/tmp/", "{", "}", "-", "0x", "a", "7", "~", " ", "\\", "abcdef01", "\xff", ".", "\\temp\\", "/home/"};
  std::string out;
  for (int i = 0; i < 20'000; ++i) {
    std::string line;
    const auto n = draws.next() % 30;
    for (std::uint64_t j = 0; j < n; ++j) line += pieces[draws.next() % std::size(pieces)];
    normalise(line, out);
    ASSERT_LE(out.size(), line.size() + 2 * n);
    std::string again;
    normalise(line, again);
    ASSERT_EQ(out, again);
  }
  normalise(std::string(100'000, 'q'), out);
  EXPECT_EQ(out.size(), kLongest);
}

// Exactly the formulas of the header, with a counter for each trigram.
class Naive {
 public:
  Naive(double own, double common) : own_size_(own), common_size_(common) {}
  static std::vector<std::string> grams(const std::string& line) {
    std::vector<std::string> all;
    if (line.empty()) return all;
    const std::string padded = "\2\2" + line + "\3";
    for (std::size_t i = 0; i + 3 <= padded.size(); ++i) all.push_back(padded.substr(i, 3));
    return all;
  }
  void learn(int image, const std::string& line) {
    for (const std::string& g : grams(line)) {
      ++own_[image][g];
      ++common_[g];
      ++sums_[image];
      ++sum_;
    }
  }
  double score(int image, const std::string& line) {
    std::vector<double> surprises;
    for (const std::string& g : grams(line)) {
      const double p = (common_[g] + 0.5) / (sum_ + common_size_ / 2), w = own_size_ / 2;
      surprises.push_back(-std::log((own_[image][g] + w * p) / (sums_[image] + w)));
    }
    std::sort(surprises.rbegin(), surprises.rend());
    surprises.resize(std::min<std::size_t>(10, surprises.size()));
    double sum = 0;
    for (const double s : surprises) sum += s / static_cast<double>(surprises.size());
    return sum;
  }

 private:
  double own_size_, common_size_, sum_ = 0;
  std::map<int, std::map<std::string, double>> own_;
  std::map<std::string, double> common_;
  std::map<int, double> sums_;
};

std::string made_up(Draws& draws) {
  const std::string_view words[] = {"svchost.exe ", "-k ", "netsvcs ", "/c ", "dir ", "\\users\\*\\", "appdata ", "schedule ", "-p ", "0 ", "query "};
  std::string line;
  const auto n = draws.next() % 8;
  for (std::uint64_t i = 0; i < n; ++i) line += words[draws.next() % std::size(words)];
  return line;
}

// 2^22 counters for the few hundred trigrams of these lines: next to no two share one.
TEST(Trigrams, AgreesWithTheNaiveTwin) {
  Trigrams trigrams({1, 22, 22});
  Naive naive(1 << 22, 1 << 22);
  Draws draws{3};
  const std::uint64_t images[] = {1, 2};
  for (int i = 0; i < 1'500; ++i) {
    const std::string line = made_up(draws), other = made_up(draws) + (i % 3 == 0 ? "rare" : "");
    const auto image = static_cast<int>(draws.next() % 2);
    ASSERT_NEAR(trigrams.score(images[image], other), naive.score(image, other), 1e-9) << i << ' ' << other;
    trigrams.learn(images[image], line);
    naive.learn(image, line);
  }
}

TEST(Trigrams, FindsTheStrangeLine) {
  Trigrams trigrams;
  Draws draws{5};
  constexpr std::uint64_t kServices = 11, kShell = 12;
  for (int i = 0; i < 3'000; ++i) {
    trigrams.learn(kServices, made_up(draws));
    trigrams.learn(kShell, "powershell.exe -noprofile -file c:\\scripts\\backup.ps0");
  }
  double most = 0;
  for (int i = 0; i < 1'000; ++i) most = std::max(most, trigrams.score(kServices, made_up(draws)));
  EXPECT_GT(trigrams.score(kServices, "svchost.exe -enc jabzad0amqbzahqaj"), most + 2);
  EXPECT_GT(trigrams.score(kServices, "powershell.exe -noprofile -file c:\\scripts\\backup.ps0"), most);  // another program's
  EXPECT_LT(trigrams.score(kShell, "powershell.exe -noprofile -file c:\\scripts\\backup.ps0"), 6);
  // What other programs do is less strange than what nobody does.
  EXPECT_LT(trigrams.score(kServices, "powershell.exe -noprofile"), trigrams.score(kServices, "zqxjkvw#!~zzqy%%@@^kxq"));
}

TEST(Trigrams, StartsWithUniformAndEmptyIsNothing) {
  const Trigrams trigrams;
  EXPECT_NEAR(trigrams.score(1, "anything"), std::log(65'536.0), 1e-9);
  EXPECT_EQ(trigrams.score(1, ""), 0);
  EXPECT_GT(trigrams.score(1, "a"), 0);
}

TEST(Trigrams, FullCountersHalveTogether) {
  Trigrams trigrams({0, 8, 8});
  for (int i = 0; i < 30'000; ++i) trigrams.learn(1, "aaaaaaaaaaab");
  const double common = trigrams.score(1, "aaaaaaaaaaaaaaaaaaaaaab");
  EXPECT_EQ(std::count(trigrams.own().begin(), trigrams.own().end(), 0), 256 - 5);  // ^^a ^aa aaa aab ab$
  for (int i = 0; i < 60'000; ++i) trigrams.learn(1, "aaaaaaaaaaab");
  EXPECT_NEAR(trigrams.score(1, "aaaaaaaaaaaaaaaaaaaaaab"), common, 0.02);
  EXPECT_GT(trigrams.score(1, "zyxzyxzyx"), 8);
}

TEST(Trigrams, Restores) {
  Trigrams trigrams, again;
  Draws draws{6};
  for (int i = 0; i < 300; ++i) trigrams.learn(draws.next() % 9, made_up(draws));
  ASSERT_TRUE(again.restore(trigrams.own(), trigrams.common()));
  for (int i = 0; i < 50; ++i) {
    const std::string line = made_up(draws);
    EXPECT_EQ(again.score(3, line), trigrams.score(3, line));
  }
  EXPECT_FALSE(again.restore({1, 2}, trigrams.common()));
}

// A guard against something going wrong by an order of magnitude; the figure itself is for a machine that does nothing else.
TEST(Trigrams, IsFast) {
  Trigrams trigrams;
  Draws draws{7};
  for (int i = 0; i < 3'000; ++i) trigrams.learn(draws.next(), made_up(draws));
  const std::string line = R"(rundll0.exe c:\windows\system0\shell0.dll,control_rundll c:\users\*\appdata\local\temp\*.cpl)";
  constexpr int kTimes = 50'000;
  double sum = 0;
  std::string out;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < kTimes; ++i) sum += trigrams.score(static_cast<std::uint64_t>(i), line);
  const auto middle = std::chrono::steady_clock::now();
  for (int i = 0; i < kTimes; ++i) normalise(line, out);
  const auto end = std::chrono::steady_clock::now();
  EXPECT_GT(sum, 0);
  const double score = std::chrono::duration<double, std::nano>(middle - start).count() / kTimes;
  const double mask = std::chrono::duration<double, std::nano>(end - middle).count() / kTimes;
  if (std::getenv("CUSTOS_FIGURES") != nullptr) std::printf("%zu bytes: score %.0f ns, normalise %.0f ns\n", line.size(), score, mask);
  EXPECT_LT(score, 20'000);
}

}  // namespace
}  // namespace trigram_tests
}  // namespace custos::behavior

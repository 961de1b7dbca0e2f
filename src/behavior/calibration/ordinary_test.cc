// The lives of ordinary_test.h. It holds no test, and is named so that only tests are linked with it.
#include "behavior/calibration/ordinary_test.h"

#include <algorithm>
#include <array>

namespace custos::behavior::ordinary {
namespace {

class Access final : public Life {
 public:
  explicit Access(Shares shares) : shares_(shares) {}
  void live(Stage& s) override {
    for (int a = 0; a < s.people(); ++a) {
      for (int n = 1 + s.draws.poisson(4); n > 0; --n) {
        Fact& f = s.add(Kind::Access);
        f.user = s.user(a);
        const std::string what = pick(s, a, shares_);
        f.peer = s.texts.intern(fmt::format("\\\\fs\\s{}", what.size() % 3));
        f.object = s.texts.intern(fmt::format("{}\\work\\f{}", what, s.draws.next() % 50));
      }
      for (int n = 1 + s.draws.poisson(1); n > 0; --n) {
        Fact& f = s.add(Kind::Logon);
        f.user = s.user(a);
        f.host = s.texts.intern("srv-" + pick(s, a, shares_));
        f.peer = s.host(a);
        f.peer_ours = true;
        f.object = s.texts.intern("kerberos 3");
      }
      for (int n = s.draws.poisson(1); n > 0; --n) {
        Fact& f = s.add(Kind::Ticket);
        f.user = s.user(a);
        f.host = s.host(a);
        f.peer = s.texts.intern("svc-" + pick(s, a, shares_));
        f.object = s.texts.intern("0x12");
      }
      for (int n = s.draws.poisson(1); n > 0; --n) {
        Fact& f = s.add(Kind::Contact);
        f.host = s.host(a);
        f.peer = s.texts.intern("srv-" + pick(s, a, shares_));
        f.peer_ours = true;
        f.object = s.texts.intern("445/tcp");
      }
    }
  }

 private:
  Shares shares_;
};

class Execution final : public Life {
 public:
  explicit Execution(Shares shares) : shares_(shares) {
    Draws d{77};
    for (int i = 0; i < 200; ++i) words_.push_back(word(d, 1 + static_cast<int>(d.next() % 3)));
  }
  void live(Stage& s) override {
    Draws& d = s.draws;
    for (int a = 0; a < s.people(); ++a) {
      for (int n = 1 + d.poisson(4); n > 0; --n) {
        const std::string which = pick(s, a, shares_), &program = words_[hash64(which) % 40];
        const std::string line = fmt::format("{}.exe /{} c:\\users\\*\\{}\\{}.doc", program, words_[hash64(which) / 64 % 200], words_[hash64(which) / 65'536 % 200],
                                             which[0] == 'n' ? word(d, 3) : words_[hash64(which) / (1u << 24) % 200] + words_[hash64(which) / (1u << 30) % 200]);
        Fact& f = s.add(Kind::Run);
        f.host = s.host(a);
        f.user = s.user(a);
        f.peer = s.texts.intern(fmt::format("explorer.exe > {}.exe", which[0] == 'n' && by_chance(d, 0.2) ? word(d, 4) : program));
        f.object = s.texts.intern(line);
      }
    }
  }

 private:
  Shares shares_;
  std::vector<std::string> words_;
};

class Templates final : public Life {
 public:
  explicit Templates(Shares shares) : shares_(shares) {}
  void live(Stage& s) override {
    for (int a = 0; a < s.people(); ++a) {
      for (int n = 1 + s.draws.poisson(6); n > 0; --n) {
        Fact& f = s.add(Kind::Trace);
        f.host = s.host(a);
        if (by_chance(s.draws, 0.5)) f.user = s.user(a);
        f.log = s.texts.intern(by_chance(s.draws, 0.5) ? "linux syslog" : "windows system");
        f.object = s.texts.intern("kind " + pick(s, a, shares_));
        if (by_chance(s.draws, 0.2)) f.peer = s.texts.intern("detail " + pick(s, a, shares_));
      }
    }
  }

 private:
  Shares shares_;
};

// Files of a person's window: negative binomial, of a mean of its own.
class Hoarding final : public Life {
 public:
  explicit Hoarding(double odd) : odd_(odd) {}
  void live(Stage& s) override {
    Draws& d = s.draws;
    for (int a = 0; a < s.people(); ++a) {
      double mean = (3.0 + 4 * (a % 5)) * std::exp(0.4 * d.normal());
      if (s.judged && by_chance(d, odd_)) mean *= 8;
      for (int n = 1 + d.poisson(mean); n > 0; --n) {
        Fact& f = s.add(Kind::Access);
        f.user = s.user(a);
        f.peer = s.texts.intern("\\\\fs\\s");
        const int folder = zipf(d, 12);
        f.object = s.texts.intern(fmt::format("{}{}-{}\\f{}", folder == 9 ? "sealed" : "d", a, folder, d.next() % 100'000));
      }
    }
  }

 private:
  double odd_;
};

class Credentials final : public Life {
 public:
  explicit Credentials(Mistypes mistypes) : rare_(mistypes == Mistypes::Rare) {}
  void live(Stage& s) override {
    Draws& d = s.draws;
    for (int a = 0; a < s.people(); ++a) {
      const double clumsy = (rare_ ? 0.2 : 1) * (0.05 + 0.05 * (a % 4));
      for (int n = 1 + d.poisson(2); n > 0; --n) {
        const double at = d.uniform();
        // At one's own computer, sometimes at another's.
        const int from = by_chance(d, rare_ ? 0.99 : 0.9) ? a : static_cast<int>(d.next() % static_cast<unsigned>(s.people()));
        const TextId server = s.texts.intern(fmt::format("srv-{}", d.next() % 12));
        int typos = 0;
        while (by_chance(d, typos == 0 ? clumsy : rare_ ? 0.05 : 0.35)) ++typos;
        for (int k = typos; k >= 0; --k) {
          Fact& f = s.add(Kind::Logon, at - 1e-4 * k);
          f.user = s.user(a);
          f.host = server;
          f.peer = s.host(from);
          f.peer_ours = true;
          f.object = s.texts.intern("kerberos 3");
          f.failed = k > 0;
        }
      }
      // From home, and strangers who try names.
      for (int n = rare_ ? 0 : d.poisson(0.3); n > 0; --n) {
        Fact& f = s.add(Kind::Logon);
        f.user = by_chance(d, 0.5) ? s.user(a) : s.texts.intern(letters(d, 6));
        f.host = s.host(a);
        f.peer = s.texts.intern(fmt::format("198.51.{}.{}", d.next() % 100, d.next() % 250));
        f.object = s.texts.intern("ssh");
        f.failed = by_chance(d, 0.7);
      }
      for (int n = d.poisson(0.5 + 0.5 * (a % 3)); n > 0; --n) {
        Fact& f = s.add(Kind::Ticket);
        f.user = s.user(a);
        f.host = s.host(a);
        f.peer = s.texts.intern(fmt::format("svc-{}", zipf(d, 30)));
        f.object = s.texts.intern(by_chance(d, 0.4) ? "0x17" : "0x12");
        f.failed = by_chance(d, 0.03);
      }
    }
  }

 private:
  bool rare_;
};

// Sites everybody knows, reputation look-ups, and small sites.
class Dns final : public Life {
 public:
  explicit Dns(double kept) : kept_(kept) {}
  void live(Stage& s) override {
    Draws& d = s.draws;
    for (int a = 0; a < s.people(); ++a) {
      for (int n = 2 + d.poisson(3); n > 0; --n) ask(s, a, fmt::format("{}.site{}.com", std::array{"www", "mail", "api-gateway", "img-cdn-eu-west"}[d.next() % 4], zipf(d, 40)));
      for (int n = d.poisson(2); n > 0; --n) ask(s, a, letters(d, 26) + ".reputation.example");
      for (int n = d.poisson(1.5); n > 0; --n) {
        const std::string site = by_chance(d, kept_) ? fmt::format("small{}-{}-{}", a, (s.number + 7u * static_cast<unsigned>(a)) / 15, zipf(d, 3)) : letters(d, 8);
        const auto length = static_cast<std::size_t>(2 + 6 * d.exponential());
        for (int k = d.poisson(0.7); k >= 0; --k) ask(s, a, fmt::format("{}.{}.org", letters(d, std::min<std::size_t>(length, 60)), site));
      }
    }
  }

 private:
  static void ask(Stage& s, int a, const std::string& name) {
    Fact& f = s.add(Kind::Lookup);
    f.host = s.host(a);
    f.object = s.texts.intern(name);
  }
  double kept_;
};

class Nxdomain final : public Life {
 public:
  Nxdomain() {
    Draws d{99};
    for (int i = 0; i < 300; ++i) sites_.push_back(word(d, 2 + static_cast<int>(d.next() % 2)) + ".com");
  }
  void live(Stage& s) override {
    Draws& d = s.draws;
    for (int a = 0; a < s.people(); ++a) {
      for (int n = 1 + d.poisson(4); n > 0; --n) ask(s, a, by_chance(d, 0.9) ? sites_[static_cast<std::size_t>(zipf(d, 299))] : word(d, 3) + ".com", false);
      // Typing errors, dead links, and a stale setting of every third computer.
      for (int n = d.poisson(0.4 * (1 + a % 3)); n > 0; --n) {
        std::string name = by_chance(d, 0.5) ? word(d, 3) + ".com" : sites_[static_cast<std::size_t>(zipf(d, 299))];
        name[d.next() % (name.size() - 4)] = "abcdefghijklmnopqrstuvwxyz"[d.next() % 26];
        ask(s, a, name, true);
      }
      if (a % 3 == 0 && by_chance(d, 0.6)) ask(s, a, fmt::format("old-{}.net", a), true);
    }
  }

 private:
  static void ask(Stage& s, int a, const std::string& name, bool failed) {
    Fact& f = s.add(Kind::Lookup);
    f.host = s.host(a);
    f.object = s.texts.intern(name);
    f.failed = failed;
  }
  std::vector<std::string> sites_;
};

// A sensor tells of computers, a proxy of accounts: popular places, a few of one's own, and now and then a new one.
class Egress final : public Life {
 public:
  void live(Stage& s) override {
    Draws& d = s.draws;
    for (int a = 0; a < s.people(); ++a) {
      for (const bool host : {true, false}) {
        for (int n = 1 + d.poisson(1); n > 0; --n) send(s, a, host, fmt::format("www.site{}.com", zipf(d, 15)), 11, 1.5);
        for (int n = d.poisson(1.2); n > 0; --n) send(s, a, host, fmt::format("own{}-{}{}.org", a, host ? "h" : "u", d.next() % 3), 11 + 0.5 * (a % 4), 1.2);
        if (by_chance(d, 0.05)) send(s, a, host, letters(d, 9) + ".net", 11, 1.5);
      }
    }
  }

 private:
  static void send(Stage& s, int a, bool host, const std::string& to, double mean, double spread) {
    Fact& f = s.add(Kind::Contact);
    if (host) f.host = s.host(a);
    else f.user = s.user(a);
    f.peer = s.texts.intern(to);
    f.object = s.texts.intern("443/tcp");
    f.log = s.texts.intern(host ? "zeek conn" : "squid access");
    f.sent = static_cast<float>(std::exp(mean + spread * s.draws.normal()));
  }
};

class Beacon final : public Life {
 public:
  void live(Stage& s) override {
    Draws& d = s.draws;
    for (int a = 0; a < s.people(); ++a) {
      for (int n = 2 + d.poisson(2); n > 0; --n) call(s, a, d.uniform(), fmt::format("www.site{}.com", zipf(d, 12)), 500 * std::exp(d.normal()));
      // A site of one's own, a program that updates itself, more or less punctually, and what is used for some days.
      if (by_chance(d, 0.5)) {
        for (int n = d.poisson(10); n > 0; --n) call(s, a, d.uniform(), fmt::format("own{}.org", a), 500 * std::exp(d.normal()));
      }
      const double pause = 0.05 + 0.01 * (a % 4), spread = 0.5 + 0.2 * (a % 5);
      for (double t = pause * d.uniform(); t < 1; t += std::max(0.002, pause * std::exp(spread * d.normal()))) call(s, a, t, fmt::format("update{}.net", a % 20), 300);
      if (by_chance(d, 0.3)) {
        const std::string site = fmt::format("w{}-{}.com", a, (s.number + static_cast<unsigned>(a)) / 8);
        for (int n = d.poisson(12); n > 0; --n) call(s, a, d.uniform(), site, 900 * std::exp(d.normal()));
      }
    }
  }

 private:
  static void call(Stage& s, int a, double at, const std::string& to, double sent) {
    Fact& f = s.add(Kind::Contact, at);
    f.host = s.host(a);
    f.peer = s.texts.intern(to);
    f.object = s.texts.intern("443/tcp");
    f.log = s.texts.intern("zeek conn");
    f.sent = static_cast<float>(sent);
  }
};

// Three logs of each computer, and a sensor that sees it most hours when it is awake.
class Silence final : public Life {
 public:
  explicit Silence(Machines machines) : servers_(machines == Machines::Servers) {}
  void live(Stage& s) override {
    Draws& d = s.draws;
    const TextId sensor = s.texts.intern("zeek conn");
    for (int a = 0; a < s.people(); ++a) {
      for (int h = 0; h < 24; ++h) {
        const bool awake = servers_ || (h >= 7 && h < 19);
        if (by_chance(d, awake ? 0.95 : 0.3)) {
          Fact& f = s.add(Kind::Trace, (h + d.uniform()) / 24);
          f.host = s.host(a);
          f.log = sensor;
        }
        for (std::size_t log = 0; log < 3; ++log) {
          if (by_chance(d, servers_ ? 0.002 : (awake ? 0.1 : 0.4) + 0.1 * static_cast<double>(log))) continue;
          Fact& f = s.add(Kind::Presence, (h + 0.5) / 24);
          f.host = s.host(a);
          f.log = s.texts.intern(std::array{"windows security", "windows system", "windows application"}[log]);
          f.count = 10;
        }
      }
    }
  }

 private:
  bool servers_;
};

// Windows of an hour.
class Alerts final : public Life {
 public:
  void live(Stage& s) override {
    Draws& d = s.draws;
    for (int a = 0; a < s.people(); ++a) {
      for (int k = 0; k < 12; ++k) {
        const int rank = (a + k) % 12;
        if (by_chance(d, 0.5 / (1 + rank * rank))) raise(s, a, fmt::format("kind {}", k), 1 + d.poisson((2.0 + k) * std::exp(0.3 * d.normal())));
      }
      if (by_chance(d, 0.03)) raise(s, a, fmt::format("seldom {}", zipf(d, 60)), 1 + d.poisson(1));
      if (by_chance(d, 0.003)) raise(s, a, letters(d, 8), 1 + d.poisson(1));
    }
  }

 private:
  static void raise(Stage& s, int a, const std::string& what, int count) {
    Fact& f = s.add(Kind::Alert);
    f.host = s.host(a);
    f.log = s.texts.intern("suricata alert");
    f.object = s.texts.intern(what);
    f.count = static_cast<std::uint32_t>(count);
  }
};

}  // namespace

std::unique_ptr<Life> life_of_access(Shares shares) { return std::make_unique<Access>(shares); }
std::unique_ptr<Life> life_of_execution(Shares shares) { return std::make_unique<Execution>(shares); }
std::unique_ptr<Life> life_of_templates(Shares shares) { return std::make_unique<Templates>(shares); }
std::unique_ptr<Life> life_of_hoarding(double odd) { return std::make_unique<Hoarding>(odd); }
std::unique_ptr<Life> life_of_credentials(Mistypes mistypes) { return std::make_unique<Credentials>(mistypes); }
std::unique_ptr<Life> life_of_dns(double kept) { return std::make_unique<Dns>(kept); }
std::unique_ptr<Life> life_of_nxdomain() { return std::make_unique<Nxdomain>(); }
std::unique_ptr<Life> life_of_egress() { return std::make_unique<Egress>(); }
std::unique_ptr<Life> life_of_beacon() { return std::make_unique<Beacon>(); }
std::unique_ptr<Life> life_of_silence(Machines machines) { return std::make_unique<Silence>(machines); }
std::unique_ptr<Life> life_of_alerts() { return std::make_unique<Alerts>(); }

}  // namespace custos::behavior::ordinary

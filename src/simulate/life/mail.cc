// The mail gateway: letters that come and go, the rubbish it turns away, and what it asks the name service before it takes one.
#include <algorithm>

#include <fmt/format.h>

#include "base/hash.h"
#include "simulate/life/life.h"
#include "simulate/world/names.h"

namespace custos::simulate {
namespace {

double mail_figure(const Scene& scene, const char* name) {
  const auto& of = scene.world.parameters->mail;
  const auto at = of.find(name);
  return at == of.end() ? 0 : at->second;
}

std::string address_in_the_world(std::uint64_t h) { return address_text((198u << 24) + (18u << 16) + static_cast<std::uint32_t>(h % 131'072)); }

Answer answer(std::string value, int ttl) { return {.rcode = "NOERROR", .values = {std::move(value)}, .ttl = ttl, .aliases = {}}; }

class Gateway : public Actor {
 public:
  Gateway(Machine& m, Rng rng) : m_(m), rng_(std::move(rng)) {}

  Micros wake(Micros now, Scene& scene) override {
    if (began_) happen({now}, scene);
    began_ = true;
    const double all = rubbish(scene) + letters(scene, now);
    return all > 0 ? now + std::min(kHour, static_cast<Micros>(rng_.exponential(static_cast<double>(kDay) / all))) : kNever;
  }

 private:
  static double rubbish(const Scene& scene) { return mail_figure(scene, "rubbish"); }
  // A day's rate at this hour: offices write to each other while they are open.
  static double letters(Scene& scene, Micros now) {
    const Calendar& c = scene.world.calendar;
    const double hour = c.hour(now), open = hour > 7.5 && hour < 19 ? 1.9 : 0.15;
    return open * (c.workday(now) ? 1 : 0.15) * (mail_figure(scene, "received") + mail_figure(scene, "sent")) * static_cast<double>(scene.world.people.size());
  }

  void happen(const Act& act, Scene& scene) {
    const double junk = rubbish(scene), all = junk + letters(scene, act.at);
    if (rng_.unit() * all < junk) return receive(act, scene, true);
    const double received = mail_figure(scene, "received"), sent = mail_figure(scene, "sent");
    if (rng_.unit() * (received + sent) < received) return receive(act, scene, false);
    send(act, scene);
  }

  std::string correspondent(Scene& scene) {
    const auto& domains = words_of(scene, "mail_domains");
    return domains.empty() ? std::string("post.example") : fill_name(rng_.pick(domains), rng_, scene.world, nullptr);
  }

  void receive(const Act& act, Scene& scene, bool junk) {
    const std::string domain = junk ? fill_name("${new:11}.example", rng_, scene.world, nullptr) : correspondent(scene);
    const std::string from = address_in_the_world(junk ? rng_.next() : hash64(domain) + rng_.below(2));
    const bool listed = junk && rng_.chance(mail_figure(scene, "listed"));
    Micros later = 3'000 + known(act.then(3'000), scene, from, listed);
    if (!listed) later += policies(act.then(later), scene, domain, junk);
    const bool taken = !listed && (!junk || rng_.chance(0.3));
    const auto size = static_cast<std::uint64_t>(taken ? std::min(rng_.draw({38'000, 1.3}), 3e7) : 180 + rng_.unit() * 300);
    const std::string_view state = junk && rng_.chance(0.3) ? "RSTO" : "SF";
    scene.network.inbound(act, from, m_, 25, "smtp", state, size, 600 + rng_.below(500),
                          later + static_cast<Micros>(size / 4) + static_cast<Micros>(rng_.below(2 * kSecond)));
    if (taken) deliver(act.then(later + 3 * kSecond), scene, "court-example.mail.protection.outlook.com", 10, size);
  }

  // Who is it, and who says that it is bad?
  Micros known(const Act& act, Scene& scene, std::string_view from, bool listed) {
    const std::string name = ask_reverse(scene, act, m_, from);
    Micros later = 30'000;
    if (!name.empty()) scene.network.look_up(act.then(later), m_, name, rng_.chance(0.9) ? answer(std::string(from), 3'600) : no_such_name(900));
    for (const std::string& zone : words_of(scene, "block_lists")) {
      const std::string question = reversed(from) + "." + zone;
      const bool here = listed && rng_.chance(0.8);
      scene.network.look_up(act.then(later), m_, question, here ? answer(fmt::format("127.0.0.{}", 2 + rng_.below(9)), 900) : no_such_name(900));
      if (here) scene.network.look_up(act.then(later + 40'000), m_, question, answer(fmt::format("Listed, see https://{}/{}", zone, from), 900), "TXT");
      later += 300;
    }
    return later + 60'000;
  }

  // SPF (RFC 7208), DKIM (RFC 6376) and DMARC (RFC 7489) of the sender's domain.
  Micros policies(const Act& act, Scene& scene, const std::string& domain, bool junk) {
    const std::uint64_t h = hash64(domain);
    const auto ask = [&](Micros later, const std::string& name, std::string_view type, Answer a) { scene.network.look_up(act.then(later), m_, name, a, type); };
    ask(0, domain, "MX", junk && h % 2 == 0 ? no_such_name(900) : answer("mx" + std::to_string(1 + h % 2) + "." + domain, 3'600));
    ask(25'000, domain, "TXT", answer(fmt::format("v=spf1 ip4:{} include:_spf.provider-{}.example ~all", address_in_the_world(h), h % 40), 3'600));
    const std::string range = address_in_the_world(h % 40 * 911);
    ask(50'000, fmt::format("_spf.provider-{}.example", h % 40), "TXT", answer(fmt::format("v=spf1 ip4:{}/24 -all", range), 3'600));
    if (h % 10 < 8 && !junk) {
      ask(75'000, fmt::format("selector{}._domainkey.{}", 1 + h % 3, domain), "TXT",
          answer(fmt::format("v=DKIM1; k=rsa; p=MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA{:016x}{:016x}", h, h * 31), 3'600));
    }
    ask(100'000, "_dmarc." + domain, "TXT", h % 10 < 6 ? answer("v=DMARC1; p=none; rua=mailto:dmarc@" + domain, 3'600) : no_such_name(900));
    for (const std::string& zone : words_of(scene, "domain_lists")) ask(101'000, domain + "." + zone, "A", no_such_name(900));
    return 180'000;
  }

  void send(const Act& act, Scene& scene) {
    const std::string domain = correspondent(scene);
    const auto size = static_cast<std::uint64_t>(std::min(rng_.draw({45'000, 1.4}), 3e7));
    if (const Site* cloud = scene.world.site("office365.com")) {
      scene.network.inbound(act, scene.world.site_address(*cloud, "outbound"), m_, 25, "smtp", "SF", size, 900, 2 * kSecond);
    }
    const std::uint64_t h = hash64(domain);
    const std::string mx = "mx" + std::to_string(1 + h % 2) + "." + domain;
    scene.network.look_up(act.then(2 * kSecond), m_, domain, answer(mx, 3'600), "MX");
    deliver(act.then(2 * kSecond + 40'000), scene, mx, 3'600, size);
  }

  void deliver(const Act& act, Scene& scene, const std::string& host, int ttl, std::uint64_t size) {
    const std::string to = address_in_the_world(hash64(host));
    scene.network.look_up(act, m_, host, answer(to, ttl));
    scene.network.look_up(act.then(50), m_, host, {.rcode = "NOERROR", .values = {}, .ttl = ttl, .aliases = {}}, "AAAA");
    Flow f{.from = m_.address, .to = to, .from_port = m_.next_port(), .to_port = 25, .transport = "tcp", .service = "smtp"};
    f.out = size;
    f.in = 700 + rng_.below(400);
    f.duration = 300'000 + static_cast<Micros>(size / 4);
    if (rng_.chance(0.02)) {  // greylisted, or nobody there
      f.state = rng_.chance(0.5) ? "S0" : "REJ";
      f.out = f.in = 0;
      f.duration = 0;
    }
    scene.network.flow(act.then(40'000), m_, std::move(f));
  }

  Machine& m_;
  Rng rng_;
  bool began_ = false;
};

}  // namespace

void add_mail(Scene& scene, Actors& actors) {
  for (Machine* m : scene.world.all(Kind::Mail)) actors.push_back(std::make_unique<Gateway>(*m, Rng(scene.world.seed, "mail/" + m->name)));
}

}  // namespace custos::simulate

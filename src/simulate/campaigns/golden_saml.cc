// Golden SAML: the signing key leaves the federation server; tokens made with it open the cloud without a password or second factor.
#include <algorithm>

#include <fmt/format.h>

#include "simulate/intruder/credentials.h"
#include "simulate/intruder/movement.h"
#include "simulate/intruder/outside.h"
#include "simulate/intruder/people.h"

namespace custos::simulate::golden_saml {
namespace {

class GoldenSaml : public Operation {
 public:
  GoldenSaml(const Brief& brief, Scene& scene) : Operation(brief, scene) {
    lay(figure("days", 10));
    keys_ = keys(*this);
    boxes_ = regulars(*this, [](const Colleague& c) { return c.admin == nullptr && (c.cases.size() > 1 || c.unit.find("Press") != std::string::npos); });
    if (boxes_.empty()) boxes_ = regulars(*this, [](const Colleague& c) { return c.admin == nullptr; });
    if (boxes_.empty()) return;
    away_ = outsider(*this);
    application_ = fmt::format("{} connector", rng().chance(0.5) ? "Mail archive" : "Directory health");
    at(between(begins(), stealth() > 0.5 ? 9 : 19, stealth() > 0.5 ? 17 : 23), [this](Micros now) { reach_server(now); });
  }

 private:
  // From a server nobody looks at to the federation server, with an administrator's account that was stolen before the story begins.
  void reach_server(Micros now) {
    begun(now);
    std::erase_if(boxes_, [&](const Colleague* c) { return !stays(world(), *c); });
    boxes_.resize(std::min<std::size_t>(boxes_.size(), std::max(2u, count("mailboxes", 4))));
    Machine& from = world().first(Kind::Backup);
    Place p;
    p.machine = &from;
    const std::uint16_t port = from.next_port();
    const Act in = act("initial-access", "T1078.002", now, keys_.account, {user_entity(*keys_.account), host_entity(from)});
    p.session = scene().windows.logon(in, from, *keys_.account, {.type = 10, .from = keys_.desk->address, .port = port, .package = "Negotiate"});
    scene().windows.logoff(in.then(40 * kMinute), p.session);
    p.by = scene().windows.start(in.then(9 * kSecond), from, &p.session, from.explorer,
                                 {.image = kCmd, .command = "\"C:\\Windows\\system32\\cmd.exe\"", .integrity = "High"});
    const Micros moved = now + 5 * kMinute + pause(300);
    at(moved, [this, p](Micros t) {
      const Arrival there = move(*this, t, p, federation(), *keys_.account, quietly() ? Way::RemoteDesktop : Way::Wmi);
      look(there.done + kMinute, there.place);
    });
  }

  Machine& federation() { return world().first(Kind::AppServer); }

  void look(Micros from, const Place& p) {
    at(from, [this, p](Micros now) {
      constexpr Command kQuestions[] = {
          {"discovery", "T1033", "C:\\Windows\\System32\\whoami.exe", "whoami /groups"},
          {"discovery", "T1007", kPowerShell, "Get-Service adfssrv | Select-Object *; Get-AdfsProperties | Select-Object CertificateSharingContainer"},
          {"discovery", "T1482", "C:\\Windows\\System32\\nltest.exe", "nltest /domain_trusts"}};
      const Micros done = run_commands(*this, now, p, std::span(kQuestions).first(quietly() ? 2 : 3), 20 * stretch(), false);
      export_key(done, p);
    });
  }

  // The key lies encrypted in the configuration database; what decrypts it lies in the directory, where replication may read it.
  void export_key(Micros from, const Place& p) {
    at(from, [this, p](Micros now) {
      Windows& windows = scene().windows;
      Machine& m = federation();
      const Act key = act("credential-access", "T1552.004", now, keys_.account, {host_entity(m), user_entity(*keys_.account)});
      const std::string file = fmt::format("C:\\Windows\\Temp\\{:x}.pfx", rng().below(1ull << 32));
      const Process shell =
          powershell(*this, key, p, "powershell.exe -NoProfile -NonInteractive",
                     fmt::format("Get-AdfsCertificate -CertificateType Token-Signing; Export-PfxCertificate -FilePath {}", file), 30 * kSecond);
      windows.pipe(key.then(2 * kSecond), m, shell, "\\MICROSOFT##WID\\tsql\\query", false);
      if (!quietly()) {
        windows.file(key.then(5 * kSecond), m, shell, file);
        windows.removed(key.then(4 * kMinute), m, shell, file);
      }
      const Micros done = replicate_directory(*this, now + 5 * kMinute + pause(200), p, *keys_.account);
      at(std::max(done + dwell("forge_hours", 20), point(0.3)), [this](Micros t) { forge(t, 0); });
    });
  }

  // Nobody signed in at the federation server: the token is simply there.
  void sign_in(const Act& forged, const User& who, std::string_view application) {
    SignIn s = sign_in_from(away_, application);
    s.protocol = "saml20";
    s.second_factor = false;
    s.interactive = false;
    scene().cloud.sign_in(forged, who, s);
  }

  void forge(Micros now, unsigned number) {
    const User& who = *keys_.cloud;
    const Act forged = act("credential-access", "T1606.002", now, &who, {user_entity(who), {"address", away_.address}});
    sign_in(forged, who, number == 0 ? "Azure Portal" : "Microsoft Graph Command Line Tools");
    if (number == 0) return at(now + dwell("grant_hours", 3), [this](Micros t) { forge(t, 1); });
    const Act grown = act("persistence", "T1098.001", now + 2 * kMinute, &who, {user_entity(who), {"address", away_.address}});
    Cloud& cloud = scene().cloud;
    if (!quietly()) cloud.directory(grown, who, "Add service principal.", away_.address, application_);
    cloud.directory(grown.then(70 * kSecond), who, "Add service principal credentials.", away_.address, application_,
                    {{"KeyDescription", "[KeyType=Password]"}});
    const Act raised = act("privilege-escalation", "T1098.003", now + 8 * kMinute + pause(200), &who, {user_entity(who), {"address", away_.address}});
    cloud.directory(raised, who, "Add app role assignment to service principal.", away_.address, application_, {{"AppRole.Value", "Mail.Read"}});
    if (!quietly()) {
      cloud.directory(raised.then(3 * kMinute), who, "Add member to role.", away_.address, application_, {{"Role.DisplayName", "Exchange Administrator"}});
    }
    for (std::size_t i = 0; i < boxes_.size(); ++i) plan_box(*boxes_[i], now);
  }

  void plan_box(const Colleague& c, Micros now) {
    for (unsigned n = count("visits", 3, 1); n > 0; --n) {
      at(std::max(now + kHour, point(0.45 + 0.55 * rng().unit())), [this, &c](Micros t) { read(t, c); });
    }
  }

  // As the application, or with a token for the owner of the mailbox.
  void read(Micros now, const Colleague& c) {
    const User& who = *c.user;
    const bool as_application = rng().chance(0.5);
    if (!as_application)
      sign_in(act("credential-access", "T1606.002", now, &who, {user_entity(who), {"address", away_.address}}), who, "Office 365 Exchange Online");
    const Act taken = act("collection", "T1114.002", now + 20 * kSecond, &who, {user_entity(who), {"address", away_.address}});
    Micros later = 0;
    for (unsigned left = count("messages", 50, 3); left > 0; later += kSecond + pause(10 * stretch())) {
      const unsigned some = std::min(left, 1 + rng().poisson(8));
      Fields more;
      if (as_application) more = {{"ClientAppId", application_}};
      scene().cloud.mail(taken.then(later), who, "MailItemsAccessed", away_.address,
                         as_application ? "Client=REST;Client=RESTSystem" : "Client=OWA;Action=ViaProxy", some, more);
      left -= some;
    }
  }

  Keys keys_;
  std::vector<Colleague*> boxes_;
  Outsider away_;
  std::string application_;
};

std::unique_ptr<Actor> make(const Brief& brief, Scene& scene) { return std::make_unique<GoldenSaml>(brief, scene); }

}  // namespace

extern const Campaign campaign;
const Campaign campaign{"golden_saml", "the signing key of the federation server is stolen; forged tokens open the cloud", make};

}  // namespace custos::simulate::golden_saml

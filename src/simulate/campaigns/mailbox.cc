// A mailbox taken over: a page in the middle steals the session; rules hide replies, an application gets consent, colleagues get mail.
#include <algorithm>

#include <fmt/format.h>

#include "simulate/intruder/outside.h"
#include "simulate/intruder/people.h"

namespace custos::simulate::mailbox {
namespace {

constexpr std::string_view kRules[] = {".", "..", "RSS", "Archive old", "Notifications"};
constexpr std::string_view kApplications[] = {"Calendar Companion", "Mail Migration Assistant", "Signature Manager", "Contact Sync"};

class Mailbox : public Operation {
 public:
  Mailbox(const Brief& brief, Scene& scene) : Operation(brief, scene) {
    lay(figure("days", 8));
    targets_ = regulars(*this, [](const Colleague& c) { return c.admin == nullptr; });
    if (targets_.size() > 8) targets_.resize(8);
    page_ = new_server(*this);
    // The page in the middle signs in from its own address; later the session is used from another.
    middle_ = outsider(*this);
    middle_.address = page_.address;
    away_ = outsider(*this);
    application_ = kApplications[rng().below(std::size(kApplications))];
    if (!targets_.empty()) at(begins(), [this](Micros now) { click(now); });
  }

 private:
  void click(Micros now) {
    const auto there = std::find_if(targets_.begin(), targets_.end(), [&](const Colleague* c) { return stays(world(), *c) && at_desk(world(), *c); });
    if (there == targets_.end()) return at(now + 20 * kMinute, [this](Micros t) { click(t); });
    begun(now);
    who_ = *there;
    const User& u = user();
    const Place desk = desk_of(world(), *who_);
    const Act mail =
        act("initial-access", "T1566.002", now, &u, {user_entity(u), host_entity(*desk.machine), {"domain", page_.host}, {"address", page_.address}});
    scene().cloud.mail(mail, u, "MailItemsAccessed", world().egress, "Client=MSExchangeRPC", 1);
    for (unsigned i = 0; i < 3; ++i) {
      contact(*this, mail.then(20 * kSecond + static_cast<Micros>(i) * 15 * kSecond), desk, page_,
              {.path = i == 0 ? "/document/view" : "/common/login",
               .method = i == 2 ? "POST" : "GET",
               .agent = who_->browser,
               .out = 2'000 + 900 * i,
               .in = 60'000});
    }
    const Act stolen = act("credential-access", "T1557", now + kMinute, &u, {user_entity(u), {"address", middle_.address}});
    scene().cloud.sign_in(stolen, u, sign_in_from(middle_, "OfficeHome"));
    at(now + 5 * kMinute + dwell("replay_hours", 1), [this](Micros t) { replay(t); });
  }

  const User& user() const { return *who_->user; }
  std::vector<Entity> here() const { return {user_entity(user()), {"address", away_.address}}; }

  void sign_in(const Act& replayed, std::string_view application) {
    SignIn s = sign_in_from(away_, application);
    s.interactive = false;  // the stolen session says that the second factor was given
    scene().cloud.sign_in(replayed, user(), s);
  }

  void replay(Micros now) {
    const Act used = act("credential-access", "T1539", now, &user(), here());
    sign_in(used, "Office 365 Exchange Online");
    const Act looked = act("collection", "T1114.002", now + kMinute, &user(), here());
    for (unsigned i = 0; i < count("first_look", 6, 2); ++i) {
      scene().cloud.mail(looked.then(static_cast<Micros>(i) * 20 * kSecond), user(), "MailItemsAccessed", away_.address, "Client=OWA;Action=ViaProxy",
                         1 + rng().poisson(3));
    }
    at(now + 5 * kMinute + dwell("rule_hours", 5), [this](Micros t) { hide(t); });
  }

  // Replies and warnings go where nobody looks.
  void hide(Micros now) {
    const Act hidden = act("defense-evasion", "T1564.008", now, &user(), here());
    scene().cloud.mailbox_setting(hidden, user(), "New-InboxRule", away_.address,
                                  {{"Name", std::string(kRules[rng().below(std::size(kRules))])},
                                   {"SubjectOrBodyContainsWords", quietly() ? "verify;delivery" : "hacked;phishing;suspicious;virus;password"},
                                   {"MoveToFolder", rng().chance(0.5) ? "RSS Feeds" : "Conversation History"},
                                   {"MarkAsRead", "True"},
                                   {"StopProcessingRules", "True"}});
    at(now + dwell("forward_hours", 10), [this](Micros t) { forward(t); });
  }

  void forward(Micros now) {
    const Act forwarded = act("collection", "T1114.003", now, &user(), here());
    const std::string to = fmt::format("{}.{}@{}", who_->first, who_->last, page_.site.domain);
    if (quietly()) {
      scene().cloud.mailbox_setting(forwarded, user(), "New-InboxRule", away_.address,
                                    {{"Name", "Copy"}, {"SubjectContainsWords", "statement;annex"}, {"ForwardTo", to}});
    } else {
      scene().cloud.mailbox_setting(forwarded, user(), "Set-Mailbox", away_.address,
                                    {{"ForwardingSmtpAddress", "smtp:" + to}, {"DeliverToMailboxAndForward", "True"}});
    }
    at(now + dwell("consent_hours", 12), [this](Micros t) { consent(t); });
  }

  void consent(Micros now) {
    const Act granted = act("credential-access", "T1528", now, &user(), here());
    sign_in(granted, application_);
    scene().cloud.directory(granted.then(40 * kSecond), user(), "Add service principal.", away_.address, application_);
    scene().cloud.directory(granted.then(41 * kSecond), user(), "Add delegated permission grant.", away_.address, application_,
                            {{"DelegatedPermissionGrant.Scope", "Mail.Read offline_access User.Read"}});
    scene().cloud.directory(granted.then(42 * kSecond), user(), "Consent to application.", away_.address, application_,
                            {{"ConsentContext.IsAdminConsent", "False"}});
    for (unsigned n = count("visits", 6, 3); n > 0; --n) {
      at(std::max(now + 30 * kMinute, point(0.5 + 0.5 * rng().unit())), [this](Micros t) { read(t); });
    }
    at(std::max(now + kHour, between(point(0.75), 9, 16)), [this](Micros t) { write(t); });
  }

  void read(Micros now) {
    const Act taken = act("collection", "T1114.002", now, &user(), here());
    Micros later = 0;
    for (unsigned left = count("messages", 40, 4); left > 0; later += kSecond + pause(8 * stretch())) {
      const unsigned some = std::min(left, 1 + rng().poisson(9));
      scene().cloud.mail(taken.then(later), user(), "MailItemsAccessed", away_.address, "Client=REST;Client=RESTSystem", some, {{"ClientAppId", application_}});
      left -= some;
    }
  }

  // Mail to colleagues in the victim's name; the traces of it are removed from the mailbox.
  void write(Micros now) {
    const Act sent = act("lateral-movement", "T1534", now, &user(), here());
    const unsigned letters = count("letters", 10, 2);
    Micros later = 0;
    for (unsigned i = 0; i < letters; ++i, later += 2 * kSecond + pause(20 * stretch())) {
      const Colleague& to = world().people[rng().below(world().people.size())];
      scene().cloud.mail(sent.then(later), user(), "Send", away_.address, "Client=OWA;Action=ViaProxy", 1, {{"Recipients", to.user->upn}});
    }
    const Act removed = act("defense-evasion", "T1070.008", now + later + 3 * kMinute, &user(), here());
    scene().cloud.mail(removed, user(), "HardDelete", away_.address, "Client=OWA;Action=ViaProxy", letters);
  }

  std::vector<Colleague*> targets_;
  Colleague* who_ = nullptr;
  Server page_;
  Outsider middle_, away_;
  std::string application_;
};

std::unique_ptr<Actor> make(const Brief& brief, Scene& scene) { return std::make_unique<Mailbox>(brief, scene); }

}  // namespace

extern const Campaign campaign;
const Campaign campaign{"mailbox", "a stolen cloud session: rules that hide, forwarding, an application's consent, mail to colleagues", make};

}  // namespace custos::simulate::mailbox

// D4: who logs on where, from where, to what service, and which shares and sites are opened, by hierarchical back-off of whom did what before.
// Null: an actor's next thing is drawn from what it, its peers and everybody did (Heard, Rubin-Delanchy; Sanna Passino, Turcotte, Heard: "Graph
// link prediction in computer networks using Poisson matrix factorisation", AoAS 2022, for why peers matter).
#include <fmt/format.h>

#include "behavior/novelty/watch.h"

namespace custos::behavior::access {
namespace {

enum Sort : std::uint16_t { LoggedOn, From, Service, Administered, Opened, SignedIn };

// Ports over which computers are operated from afar.
bool of_administration(std::string_view port) {
  for (const std::string_view p : {"445/tcp", "3389/tcp", "5985/tcp", "5986/tcp", "22/tcp", "135/tcp"}) {
    if (port == p) return true;
  }
  return false;
}

// Of an outside address its neighbourhood: people's providers give them another one every day.
std::string_view neighbourhood(std::string_view address) {
  if (address.find(':') != std::string_view::npos) {
    std::size_t at = 0;
    for (int i = 0; i < 3 && at != std::string_view::npos; ++i) at = address.find(':', at + (i > 0 ? 1 : 0));
    return address.substr(0, at);
  }
  const auto dot = address.rfind('.');
  return dot == std::string_view::npos || dot + 1 >= address.size() || address.back() < '0' || address.back() > '9' ? address : address.substr(0, dot);
}

// The first two folders below a share, or the one there is, never the file itself: who works on what.
std::string_view first_folder(std::string_view path) {
  while (path.starts_with('\\') || path.starts_with('/')) path.remove_prefix(1);
  const auto end = path.find_first_of("\\/");
  if (end == std::string_view::npos) return {};
  const auto second = path.find_first_of("\\/", end + 1);
  return path.substr(0, second == std::string_view::npos ? end : second);
}

class Run final : public NoveltyWatch {
 public:
  using NoveltyWatch::NoveltyWatch;

  void observe(const Fact& f, const Cast& c, Judge&) override {
    switch (f.kind) {
      case Kind::Logon: return logon(f, c);
      case Kind::Ticket:
        if (!f.failed) note(c.user, Service, 0, roster_.key(f.peer), f.peer, f.object, f);
        return;
      case Kind::Contact:
        if (f.host_ours && f.peer_ours && of_administration(roster_.text(f.object))) {
          note(c.host, Administered, 0, mix(roster_.key(f.peer), roster_.key(f.object)), f.peer, f.object, f);
        }
        return;
      case Kind::Access: return opened(f, c);
      default: return;
    }
  }

 private:
  void logon(const Fact& f, const Cast& c) {
    if (f.failed) return;  // claimed, not shown: credentials.cc looks at these
    if (c.host == kNoActor) {
      note(c.user, SignedIn, 0, roster_.key(f.object), f.object, kNoText, f);
    } else {
      note(c.user, LoggedOn, 0, mix(roster_.key(f.host), roster_.key(f.object)), f.host, f.object, f);
      if (c.user != kNoActor) note(c.host, LoggedOn, 0, roster_.key(f.user), f.user, f.object, f);
    }
    if (f.peer == kNoText) return;
    const std::string_view from = f.peer_ours ? roster_.text(f.peer) : neighbourhood(roster_.text(f.peer));
    note(c.user, From, 0, hash64(from), f.peer, kNoText, f);
  }
  void opened(const Fact& f, const Cast& c) {
    const std::string_view folder = first_folder(roster_.text(f.object));
    note(c.user, Opened, 0, mix(roster_.key(f.peer), hash64(folder)), f.peer, f.object, f);
  }
  std::string say(const Item& i) const override {
    const auto what = roster_.text(i.what), with = roster_.text(i.with);
    switch (i.sort) {
      case LoggedOn: return fmt::format("logon {} {} ({})", roster_.at(i.actor).who == Who::User ? "to" : "of", what, with);
      case From: return fmt::format("logon from {}", what);
      case Service: return fmt::format("ticket for {}", what);
      case Administered: return fmt::format("connection to {} on {}", what, with);
      case Opened: return fmt::format("opened {} in {}", with.empty() ? "the root" : with, what);
      default: return fmt::format("sign-in to {}", what);
    }
  }
};

}  // namespace

extern const Detector detector;
const Detector detector{"access", "New paths of access", "movement", "",
                        [](Roster& roster, std::size_t memory) -> std::unique_ptr<Watch> { return std::make_unique<Run>(roster, memory); }};

}  // namespace custos::behavior::access

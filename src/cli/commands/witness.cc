// custos witness: cosigns other people's logs, and is loud when one of them shows two histories.
#include <pthread.h>
#include <signal.h>

#include <charconv>
#include <cstdio>
#include <thread>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/evidence_options.h"
#include "serve/serve.h"

namespace custos::cli::witness {
namespace {

int fail_with(const Error& e) {
  fmt::print(stderr, "custos witness: {}{}{}\n", printable(e.where), e.where.empty() ? "" : ": ", printable(e.text));
  return 2;
}

Result<serve::HttpOptions> listen_on(const std::string& text) {
  serve::HttpOptions o;
  const std::size_t colon = text.rfind(':');
  const std::string port = colon == std::string::npos ? "" : text.substr(colon + 1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), o.port);
  if (error != std::errc() || end != port.data() + port.size()) return fail(Code::Usage, "is no address and port, such as 127.0.0.1:8470 or [::1]:8470", text);
  o.address = text.substr(0, colon);
  if (o.address.starts_with('[') && o.address.ends_with(']')) o.address = o.address.substr(1, o.address.size() - 2);
  return o;
}

Result<std::vector<custos::evidence::VerifierKey>> keys_of(const std::vector<std::string>& texts) {
  std::vector<custos::evidence::VerifierKey> keys;
  for (const std::string& text : texts) {
    auto key = custos::evidence::parse_verifier_key(text);
    if (!key) return tl::unexpected<Error>(key.error());
    keys.push_back(std::move(*key));
  }
  return keys;
}

void raise(const custos::evidence::Alarm& a) {
  fmt::print(stderr, "{} ALARM {} {}: {}{}{}\n", to_rfc3339(wall_clock()), custos::evidence::name_of(a.kind), printable(a.origin), printable(a.sentence, 1000),
             a.evidence.empty() ? "" : " What was seen is in ", printable(a.evidence));
  std::fflush(stderr);
}

// Waits for a signal that ends programs, in a thread of its own, and lets the server answer what it has before it goes.
class Stopper {
 public:
  explicit Stopper(serve::HttpServer& server) {
    sigemptyset(&taken_);
    for (const int s : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) sigaddset(&taken_, s);
    pthread_sigmask(SIG_BLOCK, &taken_, nullptr);
    thread_ = std::thread([this, &server] {
      int got = 0;
      sigwait(&taken_, &got);
      server.stop();
    });
  }
  // The server ended by itself: the thread is woken by a signal that nobody else sends.
  ~Stopper() {
    pthread_kill(thread_.native_handle(), SIGUSR1);
    thread_.join();
  }

 private:
  sigset_t taken_{};
  std::thread thread_;
};

}  // namespace

int run(const std::vector<std::string>& arguments) {
  WitnessArguments a;
  if (const auto status = parse_witness(arguments, a)) return *status;
  const auto options = listen_on(a.listen);
  if (!options) return fail_with(options.error());
  auto logs = keys_of(a.logs);
  if (!logs) return fail_with(logs.error());
  if (auto ok = ask_passphrase(a.key, true); !ok) return fail_with(ok.error());
  const auto files = real_files();
  const auto signer = engine::open_or_make_key(*files, a.key.access);
  if (!signer) return fail_with(signer.error());
  const auto witness = custos::evidence::Witness::open(*files, a.key.access.folder, {a.key.access.origin, std::move(*logs)}, **signer, raise,
                                                       [] { return static_cast<std::int64_t>(wall_clock() / 1'000'000); });
  if (!witness) return fail_with(witness.error());
  const auto server = serve::HttpServer::open(*options, serve::witness_routes(**witness));
  if (!server) return fail_with(server.error());
  const Stopper stopper(**server);
  fmt::print("witness {}\nlistening on {}:{}\n", custos::evidence::to_text((*witness)->key()), options->address, (*server)->port());
  std::fflush(stdout);
  (*server)->run();
  return 0;
}

extern const Command command;
const Command command{"witness", "cosign other people's logs, and catch them at two histories", run};

}  // namespace custos::cli::witness

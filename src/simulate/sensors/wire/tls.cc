#include <fmt/format.h>

#include "base/hash.h"
#include "simulate/sensors/detail.h"
#include "simulate/sensors/wire/wire.h"

namespace custos::simulate::wire {
namespace tls_clients {
namespace {

// What a client offers, and the MD5 of it, which is what JA3 is. Many clients offer the same.
struct Client {
  std::string_view hash, offer;
};
constexpr Client kBrowsers[] = {
    {"a9b44a72a73faf85319e65e4a88c56a7",
     "771,4865-4866-4867-49195-49199-49196-49200-52393-52392-49171-49172-156-157-47-53,45-5-17613-18-16-10-13-35-27-51-65281-43-23-0-11-65037,29-23-24,0"},
    {"b5001237acdf006056b409cc433726b0",
     "771,4865-4867-4866-49195-49199-52393-52392-49196-49200-49162-49161-49171-49172-156-157-47-53,0-23-65281-10-11-35-16-5-34-51-43-13-45-28-65037,29-23-24-"
     "25-256-257,0"},
    {"6bc31d1c27aa423d70fe3a45dcadbd73",
     "771,4865-4866-4867-49196-49195-52393-49200-49199-52392-49162-49161-49172-49171-157-156-53-47,0-23-65281-10-11-16-5-13-18-51-45-43-27,29-23-24-25,0"},
};
constexpr Client kSystem[] = {
    {"095a9cdf6fceacc9c38736015b7d1ec4",
     "771,49196-49195-49200-49199-159-158-49188-49187-49192-49191-49162-49161-49172-49171-157-156-61-60-53-47,0-10-11-13-35-23-65281,29-23-24,0"},
    {"47704236eb7029e2a5af250bedaba436",
     "771,4866-4865-49196-49195-49200-49199-49188-49187-49192-49191-49162-49161-49172-49171-157-156-61-60-53-47,0-5-10-11-13-35-16-23-43-51-45-65281,29-23-24,"
     "0"},
};
constexpr Client kLibrary[] = {
    {"40adfd923eb82b89d8836ba37a19bca1",
     "771,4866-4867-4865-49196-49200-159-52393-52392-52394-49195-49199-158-49188-49192-107-49187-49191-103-49162-49172-57-49161-49171-51-157-156-61-60-53-47-"
     "255,"
     "0-11-10-35-22-23-13-43-45-51,29-23-30-25-24,0-1-2"},
};

std::string_view offer_of(std::string_view hash) {
  for (const Client& c : kBrowsers) {
    if (c.hash == hash) return c.offer;
  }
  for (const Client& c : kSystem) {
    if (c.hash == hash) return c.offer;
  }
  return kLibrary[0].hash == hash ? kLibrary[0].offer : std::string_view();
}

}  // namespace
}  // namespace tls_clients

std::string_view browser_ja3(std::string_view agent) {
  if (agent.find("Firefox/") != std::string_view::npos) return tls_clients::kBrowsers[1].hash;
  if (agent.find("Chrome/") != std::string_view::npos) return tls_clients::kBrowsers[0].hash;
  return tls_clients::kBrowsers[hash64(agent) % 3].hash;
}

std::string_view program_ja3(std::string_view image, bool windows) {
  return windows ? tls_clients::kSystem[hash64(image) % 2].hash : tls_clients::kLibrary[0].hash;
}

// Both sides of a proxy see one handshake: whether it resumes an earlier one depends on what they share, the minute, the client's kind and the server.
// A server keeps to one version and one certificate; every fifth speaks 1.2 only. A client whose offer lacks 1.3 gets 1.2 everywhere.
Tls handshake(const World& world, const Connection& c) {
  const Flow& f = c.flow;
  const std::uint64_t server = hash64(f.server_name.empty() ? f.to : f.server_name);
  Tls t;
  t.ja3 = f.ja3.empty() ? tls_clients::kBrowsers[0].hash : f.ja3;
  Rng rng = detail(world, c.start / kMinute, t.ja3, server);
  t.ja3_string = tls_clients::offer_of(t.ja3);
  t.v13 = server % 5 != 0 && (t.ja3_string.empty() || t.ja3_string.find("4865") != std::string_view::npos);
  t.resumed = rng.chance(t.v13 ? 0.35 : 0.25);
  t.cipher = t.v13 ? (server % 3 == 0 ? "TLS_AES_128_GCM_SHA256" : "TLS_AES_256_GCM_SHA384")
                   : (server % 2 == 0 ? "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384" : "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256");
  if (t.v13 || !t.resumed) t.curve = server % 7 == 0 ? "secp256r1" : "x25519";
  if (!t.v13) t.next_protocol = server % 3 == 0 ? "http/1.1" : "h2";
  append_hex(t.ja3s, hash64(t.cipher) ^ (t.v13 ? 0x13 : 0x12), 16);
  append_hex(t.ja3s, (hash64(t.cipher) + server % 4) * 0x9E3779B97F4A7C15ull, 16);
  if (!t.v13 && !t.resumed) {
    // Renewed after 60 of its 90 days, on a day of the server's own.
    const Micros phase = static_cast<Micros>(server % 60) * kDay, age = (c.start - phase) % (60 * kDay);
    t.issued = c.start - age;
    t.certificate = sha256_hex(fmt::format("certificate of {} of {}", f.server_name.empty() ? f.to : f.server_name, t.issued));
  }
  return t;
}

}  // namespace custos::simulate::wire

#include <algorithm>
#include <charconv>

#include "base/hash.h"
#include "simulate/sensors/detail.h"
#include "simulate/sensors/wire/wire.h"

namespace custos::simulate::wire {
namespace connection {
namespace {

// How a TCP connection of each of Zeek's states begins, ends, and how long Zeek waits before it writes its line (base/init-bare.zeek: tcp_*).
struct State {
  std::string_view name;
  bool established;
  std::string_view fixed;       // the whole history of connections that never carried anything
  std::string_view end, other;  // behind the data; `other` as often as not
  std::uint64_t orig, resp;     // packets besides data and acknowledgements
  Micros wait;
};
constexpr State kStates[] = {
    {"SF", true, "", "Ff", "fF", 4, 2, 5 * kSecond},     {"S0", false, "S", "", "", 1, 0, 5 * kSecond},    {"REJ", false, "Sr", "", "", 1, 1, kSecond / 10},
    {"S1", true, "", "", "", 2, 1, 5 * kMinute},         {"S2", true, "", "F", "F", 3, 1, 3 * kSecond},    {"S3", true, "", "f", "f", 2, 2, 3 * kSecond},
    {"RSTO", true, "", "R", "R", 3, 1, kSecond / 10},    {"RSTR", true, "", "r", "r", 2, 2, kSecond / 10}, {"RSTOS0", false, "SR", "", "", 2, 0, kSecond / 10},
    {"RSTRH", false, "^hr", "", "", 0, 2, kSecond / 10}, {"SH", false, "SF", "", "", 2, 0, 5 * kSecond},   {"SHR", false, "^hf", "", "", 0, 2, 5 * kSecond},
    {"OTH", true, "", "", "", 0, 0, 5 * kMinute},
};

const State& state(std::string_view name) {
  for (const State& s : kStates) {
    if (s.name == name) return s;
  }
  return kStates[0];
}

std::uint64_t packets(std::uint64_t bytes, std::uint64_t each) { return (bytes + each - 1) / each; }

std::uint64_t key(const Flow& f) {
  return hash64(f.from) * 0x9E3779B97F4A7C15ull ^ hash64(f.to) * 0xC2B2AE3D27D4EB4Full ^
         (static_cast<std::uint64_t>(f.from_port) << 16 | f.to_port) * 0x165667B19E3779F9ull ^ hash64(f.transport);
}

void tcp(Connection& c, Rng& rng, bool windows) {
  const Flow& f = c.flow;
  const State& s = state(f.state);
  c.state = s.name;
  const std::uint64_t header = windows ? 40 : 52, syn = windows ? 52 : 60;
  if (!s.established) {
    c.history = s.fixed;
    c.orig.packets = s.orig;
    c.resp.packets = s.resp;
    // A SYN without answer is sent again after one, three and seven seconds.
    if (s.name == "S0") c.orig.packets += f.duration >= 7 * kSecond ? 3 : f.duration >= 3 * kSecond ? 2 : f.duration >= kSecond ? 1 : 0;
    c.orig.ip_bytes = c.orig.packets * (s.name == "S0" ? syn : 40) + (s.orig > 0 && s.name != "S0" ? syn - 40 : 0);
    c.resp.ip_bytes = c.resp.packets * 40;
    c.measured = c.orig.packets + c.resp.packets > 1;
    // A refusal by one of ours is back in a tenth of a millisecond (zeek-background: median 93 microseconds), one from the Internet after its way.
    if (c.measured && c.duration == 0 && s.name == "REJ") {
      c.duration = static_cast<Micros>(c.local_resp ? 40 + rng.draw({52, 0.6}) : 5'000 + rng.exponential(16'000));
    }
    if (c.measured && c.duration == 0) c.duration = 150 + static_cast<Micros>(rng.below(4'000));
    if (!c.measured) c.duration = 0;
  } else {
    c.orig.payload = f.out;
    c.resp.payload = f.in;
    const std::uint64_t sent = packets(f.out, 1'460), received = packets(f.in, 1'460);
    c.orig.packets = s.orig + sent + received / 2;
    c.resp.packets = s.resp + received + sent / 2;
    const bool midstream = s.name == "OTH";
    if (midstream && c.orig.packets + c.resp.packets == 0) c.orig.packets = 1;
    c.orig.ip_bytes = f.out + c.orig.packets * header + (midstream ? 0 : 12);
    c.resp.ip_bytes = f.in + c.resp.packets * header + (midstream || c.resp.packets == 0 ? 0 : 12);
    const bool server_speaks_first = f.to_port == 21 || f.to_port == 25 || f.to_port == 110 || f.to_port == 143 || f.to_port == 3306;
    if (!midstream) c.history = "ShA";
    if (f.out > 0 && f.in > 0) {
      c.history += server_speaks_first ? "dDa" : midstream ? "DadA" : "Dad";
    } else if (f.out > 0) {
      c.history += "Da";
    } else if (f.in > 0) {
      c.history += midstream ? "dA" : "d";
    } else if (midstream) {
      c.history += 'A';
    }
    c.history += rng.chance(0.6) ? s.end : s.other;
    // Who only wants to know whether a port is open lets go before the third packet.
    if (s.name == "RSTO" && f.out + f.in == 0) {
      c.history = "ShR";
      c.orig.packets = 2;
      c.resp.packets = 1;
      c.orig.ip_bytes = syn + 40;
      c.resp.ip_bytes = syn;
      if (c.duration == 0) c.duration = 60 + static_cast<Micros>(rng.exponential(30'000));
    }
    if (c.duration == 0) c.duration = 4'000 + static_cast<Micros>(rng.below(60'000));
  }
  c.zeek_done = c.end() + s.wait;
  c.suricata_done = c.end() + (s.name == "S1" || s.name == "OTH" ? 10 * kMinute : s.name == "S0" ? kMinute : 10 * kSecond);
}

void datagrams(Connection& c, Rng& rng) {
  const Flow& f = c.flow;
  const bool icmp = f.transport == "icmp", heard = f.state != "S0";
  const std::uint64_t each = icmp ? 56 : 1'400;
  c.orig.payload = f.out;
  c.orig.packets = packets(f.out, each);
  if (heard) {
    c.resp.payload = f.in;
    c.resp.packets = packets(f.in, each);
  }
  if (c.orig.packets + c.resp.packets == 0) c.orig.packets = 1;
  c.orig.ip_bytes = c.orig.payload + c.orig.packets * 28;
  c.resp.ip_bytes = c.resp.payload + c.resp.packets * 28;
  c.measured = c.orig.packets + c.resp.packets > 1;
  if (!c.measured) c.duration = 0;
  if (c.measured && c.duration == 0) c.duration = 500 + static_cast<Micros>(rng.below(20'000));
  c.state = icmp ? "OTH" : c.orig.packets == 0 ? "SHR" : c.resp.packets == 0 ? "S0" : "SF";
  if (!icmp) c.history = c.orig.packets == 0 ? "^d" : c.resp.packets == 0 ? "D" : "Dd";
  c.zeek_done = c.end() + (f.service == "dns" ? 10 : 60) * kSecond;
  c.suricata_done = c.end() + (c.answered() ? 5 * kMinute : 30 * kSecond);
}

}  // namespace
}  // namespace connection

std::optional<std::uint32_t> address_of(std::string_view text) {
  std::uint32_t out = 0;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (int i = 0; i < 4; ++i) {
    std::uint32_t part = 256;
    const auto read = std::from_chars(at, end, part);
    if (read.ec != std::errc() || part > 255 || (i < 3 && (read.ptr == end || *read.ptr != '.'))) return {};
    out = out << 8 | part;
    at = read.ptr + (i < 3 ? 1 : 0);
  }
  if (at != end) return {};
  return out;
}

int net_of(const World& world, std::string_view address) {
  const auto ip = address_of(address);
  if (!ip) return -1;
  for (std::size_t i = 0; i < world.nets.size(); ++i) {
    if (*ip - world.nets[i].first < world.nets[i].size) return static_cast<int>(i);
  }
  return -1;
}

// A day in it, because ports come round again after some thousand connections.
std::uint64_t flow_id(const World& world, Micros at, const Flow& flow) { return detail(world, at / kDay, "flow", connection::key(flow)).next() >> 13; }

Connection observe(const World& world, Micros at, Flow&& flow, bool windows) {
  Connection c;
  c.flow = std::move(flow);
  const Flow& f = c.flow;
  Rng rng = detail(world, at, "connection", connection::key(f));
  c.start = at;
  c.duration = std::max<Micros>(0, f.duration);
  const auto local = [&world](std::string_view address) { return address.starts_with("10.") || net_of(world, address) >= 0; };
  c.local_orig = local(f.from);
  c.local_resp = local(f.to);
  c.uid = "C";
  append_base62(c.uid, rng, 17);
  c.flow_id = flow_id(world, at, f);
  if (f.transport == "tcp") {
    connection::tcp(c, rng, windows);
  } else {
    connection::datagrams(c, rng);
  }
  // A protocol is known by what was said in it.
  if (c.orig.payload > 0 && (c.answered() || f.transport != "tcp") && !(f.transport == "tcp" && c.state == "OTH")) {
    c.service = f.service == "krb" && f.transport == "tcp" ? "krb_tcp" : f.service;
    if (f.http && !f.server_name.empty()) c.service = "http,ssl";  // CONNECT to a proxy
    if (c.service.find("ssl") != std::string::npos && c.resp.payload > 0) c.tls = handshake(world, c);
  }
  return c;
}

}  // namespace custos::simulate::wire

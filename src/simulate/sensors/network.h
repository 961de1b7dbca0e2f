// What is seen on the wire and by the machines that carry traffic: Zeek, Suricata, the resolver's query log, the web proxy, the public web server.
// Called by life/ and campaigns/; feeds Delivery (and Sysmon through Windows::connected where a process is named).
// Kept as long as the run: the addresses handed out and the names that are cached, both bounded.
// One thread.
// Refuses nothing. The sensor stands at the gateway: it sees what crosses from one network to another, not what stays inside one.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "simulate/sensors/windows.h"
#include "simulate/sensors/wire/name_cache.h"

namespace custos::simulate {

struct Flow {
  std::string from = {}, to = {};  // addresses
  std::uint16_t from_port = 0, to_port = 443;
  std::string_view transport = "tcp";  // udp icmp
  std::string_view service = {};       // Zeek's word: ssl http dns ssh smb krb ntp rdp ...; empty: unknown
  Micros duration = 0;
  std::uint64_t out = 0, in = 0;  // payload bytes of the originator and of the responder
  std::string_view state = "SF";  // Zeek's conn_state; S0 is never answered, REJ refused
  std::string server_name = {};   // TLS
  std::string_view ja3 = {};      // of the client; empty: a browser's
  struct Http {
    std::string method = {}, host = {}, uri = {}, agent = {};
    int status = 200;
    std::string mime = {}, referrer = {};
  };
  std::optional<Http> http = {};  // in the clear
};

struct Answer {
  std::string_view rcode = "NOERROR";    // NXDOMAIN SERVFAIL
  std::vector<std::string> values = {};  // addresses, names, texts
  int ttl = 300;
};

class Network {
 public:
  Network(World& world, Delivery& delivery, Windows& windows) : world_(world), delivery_(delivery), windows_(windows) {}

  // A connection: Zeek conn, with ssl or http beside it; Suricata flow, tls, http. Nothing where both ends are in one network.
  // `subject`: the machine it is about (attribution); `by`: the process, for Sysmon 3.
  void flow(const Act& act, Machine& subject, Flow f, const Process* by = nullptr);

  // A name look-up at the institution's resolver: its query log, Suricata dns, Zeek dns; the resolver's own question to the outside where it has to ask.
  // Returns the first answer.
  std::string look_up(const Act& act, Machine& from, std::string_view name, const Answer& answer, std::string_view type = "A", const Process* by = nullptr);

  // A visit to a site by a person's browser: look-up by the proxy, the proxy's line with the account, the flow to the proxy and the proxy's own outside.
  // Machines outside the building go directly, unseen but for the cloud's logs. Bytes and seconds are drawn from the site's figures unless given.
  // `host` may name a port. On port 80 the proxy and the sensor see method, path and status; on any other a tunnel (CONNECT). 403 and 407 are the
  // proxy's own, then nothing goes outside; 500 and more on a tunnel: the site did not answer.
  struct Visit {
    std::string_view host = {}, path = "/", method = "GET", agent = {};
    std::uint64_t out = 0, in = 0;  // 0: as the site has it
    int status = 200;
  };
  void visit(const Act& act, Machine& from, const User& who, const Site& site, const Visit& v, const Process* by = nullptr);
  // The same past the proxy: updaters, telemetry, programs with servers of their own.
  void direct(const Act& act, Machine& from, const Site& site, std::string_view host, const Process* by = nullptr, std::uint64_t out = 0, std::uint64_t in = 0);

  // Between two machines of the institution, over `port`.
  void internal(const Act& act, Machine& from, Machine& to, std::uint16_t port, std::string_view service, std::uint64_t out, std::uint64_t in, Micros duration,
                const Process* by = nullptr);

  // A lease: Zeek dhcp (the relay makes it visible); sets the machine's address.
  void lease(const Act& act, Machine& m, std::uint32_t net);

  // From the Internet to a machine of ours that faces it.
  void inbound(const Act& act, std::string_view from, Machine& to, std::uint16_t port, std::string_view service, std::string_view state, std::uint64_t out,
               std::uint64_t in, Micros duration);
  // A request to the public web site: access log (combined), flow, http.
  void web_request(const Act& act, std::string_view from, std::string_view method, std::string_view uri, int status, std::uint64_t bytes,
                   std::string_view agent, std::string_view referrer = "-");
  // Suricata alert. Severity 1 to 3. Categories are Suricata's own words. It shares the flow's id where `f` names both ports and the days are the same.
  void alert(const Act& act, Machine& subject, const Flow& f, std::uint32_t signature_id, std::string_view signature, std::string_view category, int severity);

 private:
  struct Leg;  // a question and where it goes

  bool crosses(std::string_view from, std::string_view to) const;
  bool on_our_wire(const Machine& subject, const Flow& f) const;
  void put(Stream s, const Act& act, const Machine& sensor, std::uint32_t about, Micros due, Micros stamp, std::string&& body, std::string_view id);
  void record(const Act& act, const Machine& subject, Flow&& f);
  void ask(const Act& act, const Machine& subject, const Leg& leg);
  void from_outside(const Act& act, Machine& from, std::string_view host, const std::string& address, std::uint16_t port, const Process* by);
  void forward(const Act& act, Machine& from, const User& who, const Site& site, const Visit& v, const Process* by);

  World& world_;
  Delivery& delivery_;
  Windows& windows_;
  wire::NameCache resolved_, asked_;                          // of the resolver; of the machines that ask by themselves
  std::unordered_map<std::uint32_t, std::uint32_t> holders_;  // address -> machine; only looked up, never walked
};

}  // namespace custos::simulate

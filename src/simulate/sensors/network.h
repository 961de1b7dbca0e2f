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
  std::string_view rcode = "NOERROR";     // NXDOMAIN SERVFAIL; empty: none comes
  std::vector<std::string> values = {};   // addresses, names, texts
  int ttl = 300;                          // of a denial, too (RFC 2308)
  std::vector<std::string> aliases = {};  // CNAMEs from the name asked for to the one that has the values
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
  // A name of the institution's own machines, unless the asker still knows it; no address: there is no such name. Returns how long it took.
  Micros look_up_own(const Act& act, Machine& from, std::string_view name, std::string_view address, const Process* by = nullptr);
  // A device on the guests' network: questions and one connection, about nobody.
  void guest(const Act& act, const std::string& address, const Site& site, std::string_view host);
  // What a machine calls to everybody near it: mDNS (5353), LLMNR (5355), NetBIOS names (137) and datagrams (138), SSDP (1900). The gateway hears it too.
  void call_out(const Act& act, Machine& from, std::uint16_t port, std::string_view name, std::string_view type, std::uint64_t bytes);

  // A visit to a site by a person's browser: look-up by the proxy, the proxy's line with the account, the flow to the proxy and the proxy's own outside.
  // Machines outside the building go directly, unseen but for the cloud's logs. Bytes and seconds are drawn from the site's figures unless given.
  // `host` may name a port. On port 80 the proxy and the sensor see method, path and status; on any other a tunnel (CONNECT). 403 and 407 are the
  // proxy's own, then nothing goes outside; 500 and more on a tunnel: the site did not answer.
  struct Visit {
    std::string_view host = {}, path = "/", method = "GET", agent = {};
    std::uint64_t out = 0, in = 0;  // 0: as the site has it
    int status = 200;
    bool unknown = false;  // there is no such name: the proxy says so with 503
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
                   std::string_view agent, std::string_view referrer = "-", std::uint16_t port = 0);
  // Suricata alert. Severity 1 to 3. Categories are Suricata's own words. It shares the flow's id where `f` names both ports and the days are the same.
  void alert(const Act& act, Machine& subject, const Flow& f, std::uint32_t signature_id, std::string_view signature, std::string_view category, int severity);

 private:
  struct Leg;    // a question and where it goes
  struct Asker;  // who asks

  double wire_figure(const char* name) const;         // of `wire:`; 0 where there is none
  std::string_view ending(Rng& rng) const;            // Zeek's state of an ordinary connection
  Micros in_vain(const Act& act, Machine& from, const Flow& f, Rng& rng);  // a try before the one that works, now and then; what it cost
  Micros held(const Site& site, Micros duration, Rng& rng) const;          // some connections stay open for hours
  bool crosses(std::string_view from, std::string_view to) const;
  bool on_our_wire(const Machine& subject, const Flow& f) const;
  void put(Stream s, const Act& act, const Machine& sensor, std::uint32_t about, Micros due, Micros stamp, std::string&& body, std::string_view id);
  void record(const Act& act, const Machine& subject, Flow&& f);
  void ask(const Act& act, const Asker& who, const Leg& leg);
  // When it is answered, after act.at.
  Micros question(const Act& act, const Asker& who, std::string_view name, std::string_view type, const Answer& answer);
  Micros addresses(const Act& act, const Asker& who, const Site& site, std::string_view host, bool browser);
  // Asks for a site's addresses where `from` does not know them any more; how long that takes.
  Micros resolve(const Act& act, Machine& from, const Site& site, std::string_view host, bool unknown = false);
  Answer answer_of(const Site& site, std::string_view host, std::string_view type) const;
  bool wants_v6(const Machine& m) const;
  double figure(const char* name) const;                                                                              // of `names:`; 0 where there is none
  void noted(const Act& act, Machine& from, const Site& site, std::string_view host, const Process& by);  // Sysmon 22
  void from_outside(const Act& act, Machine& from, const Site& site, std::string_view host, std::uint16_t port, const Process* by);
  void forward(const Act& act, Machine& from, const User& who, const Site& site, const Visit& v, const Process* by);

  World& world_;
  Delivery& delivery_;
  Windows& windows_;
  wire::NameCache resolved_, asked_;                          // of the resolver; of the machines that ask by themselves
  std::unordered_map<std::uint32_t, std::uint32_t> holders_;  // address -> machine; only looked up, never walked
};

}  // namespace custos::simulate

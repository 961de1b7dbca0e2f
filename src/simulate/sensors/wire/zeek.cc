#include <fmt/format.h>

#include "base/hash.h"
#include "base/text.h"
#include "simulate/sensors/detail.h"
#include "simulate/sensors/wire/wire.h"

namespace custos::simulate::wire {
namespace zeek {
namespace {

// A line of a tab-separated log. Absent values are "-", empty ones "(empty)", and what would be mistaken for either or for a separator is escaped.
class Row {
 public:
  Row() { out_.reserve(320); }

  Row& time(Micros t) {
    next();
    append_number(out_, static_cast<std::uint64_t>(t / kSecond));
    out_ += '.';
    append_padded(out_, static_cast<std::uint64_t>(t % kSecond), 6);
    return *this;
  }
  Row& seconds(Micros t) { return time(t); }
  Row& absent() { return word("-"); }
  Row& word(std::string_view w) {  // known to be harmless
    next();
    out_ += w;
    return *this;
  }
  Row& number(std::uint64_t n) {
    next();
    append_number(out_, n);
    return *this;
  }
  Row& flag(bool b) { return word(b ? "T" : "F"); }
  Row& text(std::string_view s) {
    next();
    if (s.empty()) {
      out_ += "(empty)";
    } else if (s == "-" || s == "(empty)") {
      out_ += s == "-" ? "\\x2d" : "\\x28empty)";
    } else {
      escaped(s, '\t');
    }
    return *this;
  }
  Row& text_or_absent(std::string_view s) { return s.empty() ? absent() : text(s); }
  // An element of a set or vector; the first one opens the column.
  Row& element(std::string_view s, bool first) {
    if (first) {
      next();
    } else {
      out_ += ',';
    }
    escaped(s, ',');
    return *this;
  }
  Row& ends(const Connection& c) {
    text(c.flow.from).number(c.flow.from_port).text(c.flow.to).number(c.flow.to_port);
    return *this;
  }
  std::string take() { return std::move(out_); }

 private:
  void next() {
    if (begun_) out_ += '\t';
    begun_ = true;
  }
  void escaped(std::string_view s, char separator) {
    if (!is_ascii(s) && !is_valid_utf8(s)) return escaped(to_valid_utf8(s), separator);
    for (const char c : s) {
      const auto u = static_cast<unsigned char>(c);
      if (u < 0x20 || u == 0x7F || c == separator) {
        out_ += "\\x";
        append_hex(out_, u, 2);
      } else if (c == '\\') {
        out_ += "\\\\";
      } else {
        out_ += c;
      }
    }
  }

  std::string out_;
  bool begun_ = false;
};

// A file's id, the same in the logs that name it.
std::string file_id(const Connection& c) {
  Rng rng(c.flow_id, c.uid);
  std::string out = "F";
  append_base62(out, rng, 17);
  return out;
}

}  // namespace
}  // namespace zeek

std::string zeek_conn(const Connection& c) {
  zeek::Row row;
  row.time(c.start).word(c.uid).ends(c).word(c.flow.transport).text_or_absent(c.service);
  if (c.measured) {
    row.seconds(c.duration).number(c.orig.payload).number(c.resp.payload);
  } else {
    row.absent().absent().absent();
  }
  row.word(c.state).flag(c.local_orig).flag(c.local_resp).number(0);
  row.word(c.history.empty() ? std::string_view("-") : std::string_view(c.history));
  row.number(c.orig.packets).number(c.orig.ip_bytes).number(c.resp.packets).number(c.resp.ip_bytes).absent();
  return row.take();
}

std::string zeek_ssl(const Connection& c) {
  const Tls& t = *c.tls;
  zeek::Row row;
  row.time(c.start + c.duration / 20).word(c.uid).ends(c);
  row.word(t.v13 ? "TLSv13" : "TLSv12").word(t.cipher).text_or_absent(t.curve).text_or_absent(c.flow.server_name).flag(t.resumed).absent();
  row.text_or_absent(t.next_protocol).flag(true).word(t.v13 ? "CsiI" : t.resumed ? "CsiI" : "CsxknGIi");
  row.text_or_absent(t.certificate);
  if (t.certificate.empty()) {
    row.absent().absent().absent();
  } else {
    row.text("").flag(true).word("ok");
  }
  row.word(t.ja3).word(t.ja3s);
  return row.take();
}

std::string zeek_http(const Connection& c) {
  const Flow::Http& h = *c.flow.http;
  const bool tunnel = h.method == "CONNECT";
  const std::uint64_t sent = c.orig.payload > 400 && h.method != "GET" && h.method != "HEAD" && !tunnel ? c.orig.payload - 400 : 0;
  const std::uint64_t got = tunnel || h.method == "HEAD" || c.resp.payload < 300 ? 0 : c.resp.payload - 300;
  zeek::Row row;
  row.time(c.start + c.duration / 20).word(c.uid).ends(c).number(1).text(h.method).text_or_absent(h.host).text(h.uri).text_or_absent(h.referrer).word("1.1");
  row.text_or_absent(h.agent)
      .absent()
      .number(sent)
      .number(got)
      .number(static_cast<std::uint64_t>(h.status))
      .text(tunnel && h.status == 200 ? "Connection established" : reason(h.status));
  row.absent().absent().text("").absent().absent().absent();  // information, tags, user name, password, proxied
  row.absent().absent().absent();                             // files of the originator
  if (got > 0) {
    row.word(zeek::file_id(c)).absent().text_or_absent(h.mime);
  } else {
    row.absent().absent().absent();
  }
  return row.take();
}

std::string zeek_dns(const Connection& c, const Question& q) {
  zeek::Row row;
  row.time(c.start).word(c.uid).ends(c).word(c.flow.transport).number(q.id);
  if (q.answer != nullptr) {
    row.seconds(q.rtt);
  } else {
    row.absent();
  }
  row.text(q.name).number(1).word("C_INTERNET").number(static_cast<std::uint64_t>(type_number(q.type))).text(q.type);
  if (q.answer == nullptr) {
    row.absent().absent().flag(false).flag(false).flag(true).flag(false).number(0).absent().absent().flag(false);
    return row.take();
  }
  row.number(static_cast<std::uint64_t>(rcode_number(q.answer->rcode))).text(q.answer->rcode).flag(q.authoritative).flag(false).flag(true).flag(true).number(0);
  const std::vector<std::string>&aliases = q.answer->aliases, &values = q.answer->values;
  if (aliases.empty() && values.empty()) {
    row.absent().absent();
  } else {
    bool first = true;
    for (const std::string& v : aliases) {
      row.element(v, first);
      first = false;
    }
    for (const std::string& v : values) {
      row.element(q.type == "TXT" ? fmt::format("TXT {} {}", v.size(), v) : v, first);
      first = false;
    }
    first = true;
    const std::string ttl = fmt::format("{}.000000", q.ttl);
    for (std::size_t i = 0; i < aliases.size() + values.size(); ++i, first = false) row.element(ttl, first);
  }
  row.flag(q.answer->rcode == "REFUSED");
  return row.take();
}

std::string zeek_dhcp(const Lease& l, std::string_view uid) {
  zeek::Row row;
  row.time(l.at).word(uid).absent().text(l.server).text(l.mac).text_or_absent(l.name).text_or_absent(l.fqdn).text_or_absent(l.domain);
  row.text_or_absent(l.before).text(l.address).seconds(l.seconds * kSecond).absent().absent();
  row.word("DISCOVER,OFFER,REQUEST,ACK").seconds(l.duration);
  return row.take();
}

}  // namespace custos::simulate::wire

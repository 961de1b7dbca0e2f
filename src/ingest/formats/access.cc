#include <algorithm>
#include <cstring>

#include <fmt/format.h>

#include "ingest/format.h"
#include "ingest/formats/access/lines.h"
#include "ingest/lines.h"

namespace custos::ingest::access {
namespace {

// clang-format off
enum class N : std::uint8_t {
  ClientIp, Username, Date, Time, Method, Stem, Query, Uri, Version, Status, Bytes, Referer, Agent, Host, ProxyUri,
  ProxyAgent, Forwarded, kCount
};
constexpr std::array<std::string_view, static_cast<std::size_t>(N::kCount)> kNameTexts{
  "c-ip", "cs-username", "date", "time", "cs-method", "cs-uri-stem", "cs-uri-query", "cs-uri", "cs-version",
  "sc-status", "sc-bytes",
  "cs-referer", "cs-user-agent", "cs-host", "c-uri", "c-useragent", "x-forwarded-for"};
// clang-format on

// "10/Oct/2000:..." as "2000-10-10".
std::string_view iso_date(std::string_view stamp, int month, Arena& arena) {
  char* const to = arena.take(10);
  std::memcpy(to, stamp.data() + 7, 4);
  to[4] = to[7] = '-';
  to[5] = static_cast<char>('0' + month / 10);
  to[6] = static_cast<char>('0' + month % 10);
  std::memcpy(to + 8, stamp.data(), 2);
  return {to, 10};
}

class AccessDecoder final : public Decoder {
 public:
  explicit AccessDecoder(const DecodeOptions& options) : limits_(options.limits), names_(kNameTexts) {}

  std::size_t decode(const Window& window, Batch& batch, Report& report) override {
    names_.bind(batch.names());
    if (bound_ != &batch.sources()) {
      bound_ = &batch.sources();
      webserver_ = batch.sources().intern("", "", "webserver");
      proxy_source_ = batch.sources().intern("", "", "proxy");
      both_ = batch.sources().intern("", "", "webserver proxy");
    }
    cutter_.open(window);
    Line line;
    while (!batch.full() && cutter_.next(line, report)) {
      if (line.number == 1) line.text = without_bom(line.text);
      if (line.text.empty()) continue;
      if (line.text.front() == '#') {
        directive(line, batch, report);
      } else if (!columns_.empty()) {
        w3c(line, batch, report);
      } else {
        ncsa(line, batch, report);
      }
    }
    return cutter_.consumed();
  }

 private:
  void ncsa(const Line& line, Batch& batch, Report& report);
  void request(const Ncsa& a, LineFields& fields);
  void extras(std::string_view rest, LineFields& fields);
  void directive(const Line& line, Batch& batch, Report& report);
  void w3c(const Line& line, Batch& batch, Report& report);
  void text(N name, std::string_view value, LineFields& fields);
  void number(NameId name, std::string_view value, LineFields& fields);

  Limits limits_;
  KnownNames<N> names_;
  LineCutter cutter_;
  std::vector<NameId> columns_;  // of the W3C format; empty: NCSA
  int date_ = -1, time_ = -1, stem_ = -1, query_ = -1;
  bool proxy_ = false;
  const LogSources* bound_ = nullptr;
  LogSourceId webserver_ = kUnknownSource, proxy_source_ = kUnknownSource, both_ = kUnknownSource;
};

void AccessDecoder::text(N name, std::string_view value, LineFields& fields) {
  if (value.empty()) return;
  if (value.find('\\') == std::string_view::npos) {
    fields.add(names_[name], value);
  } else {
    fields.add_decoded(names_[name], fields.batch().arena().keep(unescape(value)), value);
  }
}

void AccessDecoder::number(NameId name, std::string_view value, LineFields& fields) {
  if (value.empty()) return;
  const bool digits = value.find_first_not_of("0123456789") == std::string_view::npos;
  fields.add(name, value, digits ? Type::Int : Type::Text);
}

void AccessDecoder::ncsa(const Line& line, Batch& batch, Report& report) {
  Ncsa a;
  if (!parse_ncsa(line.text, a)) return report.reject(line.offset, line.text.size(), "a line that is no access record");
  LineFields fields(batch, limits_.fields);
  fields.begin(line.text, line.offset, line.number);
  if (a.time == kNoTime) report.note("a date that does not exist: the event has no time");
  batch.pending_record().time = a.time;
  const std::size_t colon = a.vhost.rfind(':');
  text(N::Host, colon != std::string_view::npos && a.vhost.find(':') == colon ? a.vhost.substr(0, colon) : a.vhost,
       fields);
  text(N::ClientIp, a.client, fields);
  text(N::Username, a.user, fields);
  fields.add_decoded(names_[N::Date], iso_date(a.stamp, a.local.month, batch.arena()), a.stamp);
  fields.add(names_[N::Time], a.stamp.substr(12, 8));
  request(a, fields);
  number(names_[N::Status], a.status, fields);
  number(names_[N::Bytes], a.bytes, fields);
  text(N::Referer, a.referer, fields);
  text(N::Agent, a.agent, fields);
  // A whole address as the target, or CONNECT, is what a forward proxy is asked for; but anyone may ask a web server
  // for it.
  const bool proxy = a.target.substr(0, 7) == "http://" || a.target.substr(0, 8) == "https://" || a.method == "CONNECT";
  if (proxy) {
    text(N::ProxyUri, a.target, fields);
    text(N::ProxyAgent, a.agent, fields);
    std::string_view host = a.target.substr(a.method == "CONNECT" ? 0 : a.target.find("//") + 2);
    text(N::Host, host.substr(0, host.find_first_of(":/?")), fields);
  }
  extras(a.rest, fields);
  batch.pending_record().log_source = proxy ? both_ : webserver_;
  fields.end(report);
}

// The public rules use cs-uri-query both for the query and for the whole target: it has both values.
void AccessDecoder::request(const Ncsa& a, LineFields& fields) {
  text(N::Method, a.method, fields);
  if (a.target.empty()) return;
  const std::size_t mark = a.target.find('?');
  text(N::Stem, a.target.substr(0, mark), fields);
  if (mark != std::string_view::npos) text(N::Query, a.target.substr(mark + 1), fields);
  text(N::Query, a.target, fields);
  text(N::Uri, a.target, fields);
  text(N::Version, a.version, fields);
}

void AccessDecoder::extras(std::string_view rest, LineFields& fields) {
  std::string_view value;
  for (int i = 1; next_value(rest, value); ++i) {
    if (value == "-" || value.empty()) continue;
    const bool addresses = value.find_first_not_of("0123456789abcdefABCDEF.:, ") == std::string_view::npos &&
                           value.find_first_of(".:") != std::string_view::npos &&
                           value.find_first_not_of("0123456789.") != std::string_view::npos;
    const bool forwarded = i == 1 && (addresses || std::count(value.begin(), value.end(), '.') == 3);
    if (forwarded) {
      text(N::Forwarded, value, fields);
    } else if (!fields.add(fields.batch().names().intern(fmt::format("extra_{}", i)), value)) {
      return;
    }
  }
}

// "#Fields: date time s-ip cs-method ..."
void AccessDecoder::directive(const Line& line, Batch& batch, Report& report) {
  constexpr std::string_view kFields = "#Fields:";
  if (line.text.substr(0, kFields.size()) != kFields) return;
  columns_.clear();
  date_ = time_ = stem_ = query_ = -1;
  proxy_ = false;
  std::string_view rest = line.text.substr(kFields.size()), name;
  while (next_value(rest, name)) {
    if (columns_.size() >= limits_.fields) {
      report.reject(line.offset, line.text.size(),
                    fmt::format("a header of more than {} fields: the others were left out", limits_.fields));
      break;
    }
    const int at = static_cast<int>(columns_.size());
    if (name == "date") date_ = at;
    if (name == "time") time_ = at;
    if (name == "cs-uri-stem") stem_ = at;
    if (name == "cs-uri-query") query_ = at;
    proxy_ |= name == "r-ip" || name == "r-host" || name == "s-hierarchy" || name == "cs-categories" ||
              name == "sc-filter-result";
    columns_.push_back(batch.names().intern(w3c_name(name)));
  }
}

void AccessDecoder::w3c(const Line& line, Batch& batch, Report& report) {
  LineFields fields(batch, limits_.fields);
  fields.begin(line.text, line.offset, line.number);
  std::string_view rest = line.text, value, date, time, stem, query;
  std::size_t i = 0;
  for (; next_value(rest, value); ++i) {
    const int at = static_cast<int>(i);
    if (value == "-") continue;
    if (at == date_) date = value;
    if (at == time_) time = value;
    if (at == stem_) stem = value;
    if (at == query_) query = value;
    if (i >= columns_.size()) {
      if (!fields.add(batch.names().intern(fmt::format("column_{}", i + 1)), value)) break;
      continue;
    }
    // IIS writes a blank inside a value as '+'.
    const bool plus = batch.names().text(columns_[i]) == "cs-user-agent" && value.find('+') != std::string_view::npos &&
                      value.find(' ') == std::string_view::npos;
    if (plus) {
      std::string agent(value);
      for (char& c : agent) c = c == '+' ? ' ' : c;
      fields.add_decoded(columns_[i], batch.arena().keep(agent), value);
    } else {
      number(columns_[i], value, fields);
    }
  }
  if (i < columns_.size()) report.note("a row of fewer columns than the #Fields line names");
  if (i > columns_.size()) report.note("a row of more columns than the #Fields line names: the others are column_N");
  if (i != columns_.size()) report.partial("rows do not fit the columns of the #Fields line");
  if (!stem.empty()) {
    const std::string_view whole = query.empty() ? stem : batch.arena().keep(fmt::format("{}?{}", stem, query));
    fields.add_decoded(names_[N::Query], whole, stem);
    fields.add_decoded(names_[N::Uri], whole, stem);
  }
  if (!date.empty() && !time.empty()) {
    if (const auto t = parse_time(fmt::format("{} {}", date, time))) batch.pending_record().time = *t;
  } else if (!date.empty() || !time.empty()) {
    if (const auto t = parse_any_time(date.empty() ? time : date)) batch.pending_record().time = *t;
  }
  batch.pending_record().log_source = proxy_ ? proxy_source_ : webserver_;
  fields.end(report);
}

// A line of another log may carry an access record in its message: then a date or a word stands where the client
// should.
bool plausible(const Ncsa& a) {
  const bool dated = a.client.size() > 4 && a.client[4] == '-' && a.client.find_first_not_of("0123456789") == 4;
  return !dated &&
         (a.client == "-" || a.client == "localhost" || a.client.find_first_of(".:") != std::string_view::npos);
}

int recognise(Bytes head, bool whole) {
  std::size_t good = 0, fields = 0, words = 0;
  const std::size_t lines = head_lines(without_bom(head), whole, 20, [&](std::string_view line) {
    Ncsa a;
    good += line.front() != '#' && parse_ncsa(line.substr(0, 8192), a) && plausible(a);
    fields += line.substr(0, 9) == "#Fields: ";
    words += line.substr(0, 10) == "#Software:" || line.substr(0, 9) == "#Version:" || line.substr(0, 6) == "#Date:";
  });
  if (fields != 0) return words != 0 ? 94 : 85;
  return good != 0 && good * 2 >= lines ? 90 : 0;
}

std::unique_ptr<Decoder> open(const DecodeOptions& options) { return std::make_unique<AccessDecoder>(options); }

}  // namespace

extern const Format format;
const Format format{
    .name = "access",
    .title = "Web access log (common, combined, W3C extended)",
    .details =
        "Apache, nginx, IIS and proxies; fields named as in W3C (c-ip, cs-method, cs-uri-stem, sc-status, ...); "
        "category webserver or proxy",
    .recognise = recognise,
    .open = open,
};

}  // namespace custos::ingest::access

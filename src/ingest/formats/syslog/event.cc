#include "ingest/formats/syslog/event.h"

namespace custos::ingest::syslog {

bool all_digits(std::string_view s) {
  if (s.empty()) return false;
  for (const char c : s) {
    if (c < '0' || c > '9') return false;
  }
  return true;
}

// The signs of an IPv4 or IPv6 address, zone included; good enough to tell it from a host name.
bool looks_like_address(std::string_view s) {
  bool colon = false, letter = false, dot = false;
  const std::size_t zone = s.find('%');
  for (const char c : s.substr(0, zone)) {
    if (c == ':') {
      colon = true;
    } else if (c == '.') {
      dot = true;
    } else if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) {
      letter = true;
    } else if (c < '0' || c > '9') {
      return false;
    }
  }
  return colon || (dot && !letter);
}

void SyslogEvent::add_number(N name, std::string_view text) {
  if (text.empty()) return;
  fields_.add(names_[name], text, all_digits(text) ? Type::Int : Type::Text);
}

void SyslogEvent::add_source(std::string_view address) {
  if (address.empty()) return;
  if (address.size() > 2 && address.front() == '[' && address.back() == ']')
    address = address.substr(1, address.size() - 2);
  add(looks_like_address(address) ? N::SrcIp : N::SrcHost, address);
}

}  // namespace custos::ingest::syslog

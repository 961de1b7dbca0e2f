#include "evidence/net/http_post.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "base/crypto/openssl.h"
#include "base/text.h"

namespace custos::evidence {
namespace posting {
namespace {

constexpr std::size_t kMostBytes = 1u << 20, kMostUrl = 2'048;
constexpr long kMostRedirects = 5;

using Handle = Owned<CURL, curl_easy_cleanup>;
using Headers = Owned<curl_slist, curl_slist_free_all>;

struct Answer {
  std::string body;
  bool too_large = false;
};

std::size_t take(char* data, std::size_t, std::size_t size, void* to) {
  auto& answer = *static_cast<Answer*>(to);
  answer.too_large = size > kMostBytes - answer.body.size();
  if (answer.too_large) return 0;
  answer.body.append(data, size);
  return size;
}

bool begins_with(std::string_view text, std::string_view lower) { return equals_ignore_ascii_case(text.substr(0, lower.size()), lower); }

// A name and a password in an address are nobody's business who reads the message.
std::string shown(std::string_view url) {
  const std::size_t slashes = url.find("//"), start = slashes == std::string_view::npos ? 0 : slashes + 2;
  const std::size_t end = std::min(url.find_first_of("/?#", start), url.size());
  const std::size_t at = url.substr(0, end).rfind('@');
  const bool secret = at != std::string_view::npos && at >= start;
  return printable(to_valid_utf8(secret ? fmt::format("{}{}", url.substr(0, start), url.substr(at + 1)) : std::string(url)), 300);
}

bool is_url(std::string_view url) {
  const bool plain = std::all_of(url.begin(), url.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  return plain && url.size() <= kMostUrl && (begins_with(url, "http://") || begins_with(url, "https://"));
}

Headers headers(const PostBody& body) {
  Headers out;
  for (const std::string& line : {"Content-Type: " + body.type, "Accept: " + (body.accept.empty() ? "*/*" : body.accept), std::string("Expect:")}) {
    curl_slist* more = curl_slist_append(out.get(), line.c_str());
    if (more == nullptr) return {};
    (void)out.release();  // `more` begins with it
    out.reset(more);
  }
  return out;
}

void set_up(CURL* curl, const std::string& url, std::string_view bytes, const PostOptions& options, const curl_slist* with, Answer& answer, char* why) {
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);  // no SIGALRM in a program with threads
  curl_easy_setopt(curl, CURLOPT_PROXY, options.proxy.c_str());
  if (!options.tls_authorities.empty()) {
    curl_easy_setopt(curl, CURLOPT_CAINFO, options.tls_authorities.c_str());
    curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);  // else the system's are trusted, too
  }
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  // Who asked for TLS is not led away from it, and what is posted stays a POST.
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, begins_with(url, "https:") ? "https" : "http,https");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, kMostRedirects);
  curl_easy_setopt(curl, CURLOPT_POSTREDIR, static_cast<long>(CURL_REDIR_POST_ALL));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, static_cast<long>(options.timeout));
  curl_easy_setopt(curl, CURLOPT_POST, 1L);
  curl_easy_setopt(curl, CURLOPT_POSTFIELDS, bytes.data());
  curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(bytes.size()));
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, with);
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "custos/" CUSTOS_VERSION);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
}

// Why there was no answer at all.
tl::unexpected<Error> broken(CURLcode code, std::string_view why, const PostOptions& options, const std::string& url) {
  const std::string detail = printable(to_valid_utf8(why.empty() ? std::string_view(curl_easy_strerror(code)) : why), 300);
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY: return fail(Code::NotFound, fmt::format("no such host can be found ({}); is the network there?", detail), shown(url));
    case CURLE_COULDNT_CONNECT: return fail(Code::NotFound, fmt::format("nobody answers there ({})", detail), shown(url));
    case CURLE_OPERATION_TIMEDOUT: return fail(Code::Unreadable, fmt::format("it did not answer within {} s; try again later", options.timeout), shown(url));
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
      return fail(Code::Denied, fmt::format("this machine does not trust the certificate that it shows ({})", detail), shown(url));
    case CURLE_UNSUPPORTED_PROTOCOL: return fail(Code::Denied, fmt::format("it leads to an address that is not asked ({})", detail), shown(url));
    case CURLE_TOO_MANY_REDIRECTS: return fail(Code::Malformed, "it leads from address to address without end", shown(url));
    case CURLE_URL_MALFORMAT: return fail(Code::Usage, "is no address to send to; give one like https://host.example/path", shown(url));
    default: return fail(Code::Unreadable, fmt::format("the answer broke off ({}); try again later", detail), shown(url));
  }
}

}  // namespace
}  // namespace posting

Result<HttpAnswer> http_post(const std::string& url, const PostBody& body, const PostOptions& options) {
  using namespace posting;
  if (!is_url(url)) return fail(Code::Usage, "is no address to send to; give one like https://host.example/path", shown(url));
  if (options.timeout < 1 || options.timeout > 600) return fail(Code::Usage, "the time to wait for an answer must be between 1 and 600 seconds");
  const Quiet quiet;
  const Handle curl(curl_easy_init());
  const Headers with = headers(body);
  if (!curl || !with) return fail(Code::Internal, "libcurl could not begin");
  Answer answer;
  std::string why(CURL_ERROR_SIZE, '\0');
  set_up(curl.get(), url, body.bytes, options, with.get(), answer, why.data());
  const CURLcode code = curl_easy_perform(curl.get());
  if (answer.too_large) return fail(Code::Malformed, "its answer is larger than 1 MiB", shown(url));
  if (code != CURLE_OK) return broken(code, why.c_str(), options, url);
  HttpAnswer got;
  const char* type = nullptr;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &got.status);
  curl_easy_getinfo(curl.get(), CURLINFO_CONTENT_TYPE, &type);
  got.type = type != nullptr ? type : "";
  got.type = trim(std::string_view(got.type).substr(0, got.type.find(';')));
  got.body = std::move(answer.body);
  return got;
}

std::string shown_url(std::string_view url) { return posting::shown(url); }

}  // namespace custos::evidence

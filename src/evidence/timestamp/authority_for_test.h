// A time stamp authority of the test's own, made of `openssl` commands in a folder that goes away with it.
// Called by tests of this folder.
// Owned by the test.
// One thread.
// Refuses nothing: where there is no `openssl` program, NEEDS_OPENSSL skips the test.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include "evidence/timestamp/authorities.h"

namespace custos::evidence {

inline bool has_program(const std::string& name) { return std::system(("command -v " + name + " >/dev/null 2>&1").c_str()) == 0; }

class TestAuthority {
 public:
  // Keys of this kind: "rsa" (2048 bits) or "ec" (P-256). There are certificates "ca" and, issued by it, "tsa".
  explicit TestAuthority(std::string keys = "ec") : keys_(std::move(keys)) {
    std::string name = (std::filesystem::temp_directory_path() / "custos-tsa-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    write("index.txt", "");
    write("ts.serial", "0A11CE\n");
    write("conf", kConfiguration);
    issue("ca", "ca", "root");
    issue("tsa", "ca", "tsa");
  }
  ~TestAuthority() { std::filesystem::remove_all(folder_); }
  TestAuthority(const TestAuthority&) = delete;
  TestAuthority& operator=(const TestAuthority&) = delete;

  const std::string& folder() const { return folder_; }
  std::string path(const std::string& name) const { return folder_ + "/" + name; }

  void write(const std::string& name, std::string_view bytes) const { std::ofstream(path(name), std::ios::binary) << bytes; }
  std::string read(const std::string& name) const {
    std::ifstream in(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  // In the folder; what it prints is in the file "out".
  bool try_run(const std::string& command) const { return std::system(("cd " + folder_ + " && (" + command + ") >out 2>&1").c_str()) == 0; }
  void run(const std::string& command) const { ASSERT_TRUE(try_run(command)) << command << "\n" << read("out"); }

  // <name>.key, <name>.pem and <name>.der, with the extensions of a section of kConfiguration. A key that is there already is used again.
  void issue(const std::string& name, const std::string& issuer, const std::string& extensions, const std::string& from = "20200101000000Z",
             const std::string& until = "20991231235959Z", const std::string& subject = "") {
    const std::string algorithm = keys_ == "rsa" ? "RSA -pkeyopt rsa_keygen_bits:2048" : "EC -pkeyopt ec_paramgen_curve:P-256";
    if (!std::filesystem::exists(path(name + ".key"))) run("openssl genpkey -algorithm " + algorithm + " -out " + name + ".key");
    run("openssl req -new -config conf -key " + name + ".key -subj '" + (subject.empty() ? "/O=Custos Test/CN=" + name : subject) + "' -out " + name + ".csr");
    const std::string by = name == issuer ? "-selfsign -keyfile " + name + ".key" : "-cert " + issuer + ".pem -keyfile " + issuer + ".key";
    run("openssl ca -batch -notext -config conf -startdate " + from + " -enddate " + until + " -extensions " + extensions + " " + by + " -in " + name +
        ".csr -out " + name + ".pem");
    run("openssl x509 -in " + name + ".pem -outform DER -out " + name + ".der");
  }

  // What `openssl ts` answers to the query, by a section of kConfiguration.
  std::string answer(std::string_view query, const std::string& more = "", const std::string& section = "usual") const {
    write("query", query);
    run("openssl ts -reply -config conf -section " + section + " -queryfile query -signer tsa.pem -inkey tsa.key " + more + " -out reply");
    return read("reply");
  }

  // The TSTInfo in a reply.
  std::string content_of(std::string_view reply) const {
    write("reply", reply);
    run("openssl ts -reply -config conf -in reply -token_out -out token && openssl cms -verify -noverify -binary -inform DER -in token -out content");
    return read("content");
  }

  // A reply with this TSTInfo, signed as `openssl cms` does, which lets one do what no authority should.
  std::string sign(std::string_view content, const std::string& signer = "tsa", const std::string& more = "-cades", const std::string& type = "4") const {
    write("content", content);
    run("openssl cms -sign -binary -nodetach -nosmimecap -econtent_type 1.2.840.113549.1.9.16.1." + type + " -outform DER -in content -out token -signer " + signer +
        ".pem -inkey " + signer + ".key " + more);
    return wrap(read("token"));
  }

  // TimeStampResp of a token; `status` is the DER of PKIStatusInfo.
  static std::string wrap(std::string_view token, std::string_view status = std::string_view("\x30\x03\x02\x01\x00", 5)) {
    const std::size_t size = token.size() + status.size();
    std::string out = {'\x30', '\x82', static_cast<char>(size >> 8), static_cast<char>(size & 0xff)};
    return out.append(status).append(token);
  }

  Authorities trust(const std::string& names) const {
    std::string pem;
    for (std::size_t at = 0; at < names.size();) {
      const std::size_t end = std::min(names.find(' ', at), names.size());
      pem += read(names.substr(at, end - at) + ".pem");
      at = end + 1;
    }
    auto out = parse_authorities(pem);
    EXPECT_TRUE(out) << out.error().text;
    return out ? *out : Authorities{};
  }

 private:
  static constexpr std::string_view kConfiguration = R"(
[req]
distinguished_name = names
[names]
[ca]
default_ca = issuing
[issuing]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
organizationName = optional
commonName = optional
[root]
basicConstraints = critical, CA:true
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[tsa]
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
authorityKeyIdentifier = keyid
[web]
subjectAltName = IP:127.0.0.1
[not_critical]
extendedKeyUsage = timeStamping
[two_uses]
extendedKeyUsage = critical, timeStamping, serverAuth
[other_use]
extendedKeyUsage = critical, serverAuth
[no_use]
keyUsage = critical, digitalSignature
[encrypts]
keyUsage = critical, keyEncipherment
extendedKeyUsage = critical, timeStamping
[usual]
serial = ts.serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
tsa_name = yes
ess_cert_id_alg = sha256
[with_chain]
serial = ts.serial
signer_digest = sha384
default_policy = 1.2.3.4.1
digests = sha256
clock_precision_digits = 6
ess_cert_id_chain = yes
ess_cert_id_alg = sha1
[knows_no_sha256]
serial = ts.serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha512
)";
  std::string keys_, folder_;
};

}  // namespace custos::evidence

#define NEEDS_OPENSSL() \
  if (!custos::evidence::has_program("openssl")) GTEST_SKIP() << "no `openssl` program (Debian package openssl)"

#include "evidence/log/entry.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "evidence/log/contents.h"

namespace custos::evidence {

TEST(Entry, OneSpellingIsReadAndWhatReadersWouldDifferAboutIsNone) {
  const std::string good = *make_entry("copy", 1'790'000'000'000'000, {"dekker", "", "", "", "custos test", ""}, {{"to", "x"}, {"checkpoint", 7}});
  const auto changed = [&](std::string_view from, std::string_view to) {
    std::string s = good;
    return s.replace(s.find(from), from.size(), to);
  };
  EXPECT_TRUE(Contents().add(0, good));
  for (const std::string& fine :
       {changed(",\"to\"", ", \"to\""), changed("\"x\"", "\"\\u0078\""), changed("\"to\"", "\"new\":[1,null],\"to\""), changed("copy", "wish")}) {
    EXPECT_TRUE(Contents().add(0, fine)) << fine;
  }
  for (const std::string& bad : {changed(":7", ":7.0"), changed(":7", ":-7"), changed(":7", ":07"), changed("\"to\"", "\"to\":\"y\",\"to\""),
                                 changed("\"who\"", "\"role\":\"\",\"who\""), changed(",\"to\"", ",\n\"to\""), changed("copy", "c\\u006fpy"),
                                 changed("{\"kind\"", "{ \"kind\""), changed("\"kind\":\"copy\",", "\"a\":1,\"kind\":\"copy\","),
                                 changed("\"time\":\"2", "\"time\":\"x"), changed("\"configuration\"", "\"other\""), good + "{}", good.substr(1)}) {
    EXPECT_FALSE(Contents().add(0, bad)) << bad;
  }
}

}  // namespace custos::evidence

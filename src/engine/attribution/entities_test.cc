#include "engine/attribution/entities.h"

#include <gtest/gtest.h>

#include "evaluate/evaluate.h"

namespace custos::engine {
namespace {

// The fast way gives what the slow one gives, in its order.
TEST(Entities, TheLookThatRemembersNamesIsTheOneThatDoesNot) {
  evaluate::Random random(3);
  constexpr auto kNames = std::to_array<std::string_view>({"Computer", "User", "TargetUserName", "src_ip", "dest_ip", "query", "host", "nothing", "EventID", "Image",
                                                           "Hostname", "TargetFilename", "name", "id.orig_h", "user"});
  constexpr auto kValues = std::to_array<std::string_view>({"a", "b", "A", "-", "", "10.0.0.1", "0.0.0.0", "local"});
  Names names(1'000);
  LogSources sources;
  Batch batch(names, sources);
  EntityLook look;
  for (int round = 0; round < 200; ++round) {
    batch.clear();
    for (int e = 0; e < 5; ++e) {
      batch.begin({}, 0, 1);
      for (std::uint64_t f = random.below(40); f > 0; --f) {
        batch.add(kNames[random.below(kNames.size())], kValues[random.below(kValues.size())], random.below(9) == 0 ? Type::Null : Type::Text);
      }
      batch.end();
    }
    for (std::uint32_t i = 0; i < batch.size(); ++i) {
      const auto slow = entities_of(batch[i]);
      const auto fast = look.of(batch[i]);
      ASSERT_EQ(slow.size(), fast.size());
      for (std::size_t k = 0; k < slow.size(); ++k) {
        EXPECT_EQ(slow[k].kind, fast[k].kind);
        EXPECT_EQ(slow[k].value, fast[k].value);
      }
    }
  }
}

}  // namespace
}  // namespace custos::engine

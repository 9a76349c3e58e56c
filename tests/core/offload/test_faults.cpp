// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <cerrno>

#include "tests/core/offload/rig.h"

using namespace rollproof;
using namespace rollproof::offload;

TEST_CASE("whichever one disk call fails there is no false safe and the next run ends with one manifest") {
  const int error = GENERATE(EIO, ENOSPC, EROFS);
  for (std::uint64_t n = 1;; ++n) {
    REQUIRE(n < 3000);
    Rig rig;
    // Small files keep the loop quick; large ones are covered elsewhere.
    rig.fs.putFile("/card/CLIPS/A001C001.mov", std::string(70000, 'a'));
    const auto sourceBefore = rig.fs.pathsUnder("/card");
    const auto plan = planOffload(rig.fs, rig.request);
    REQUIRE(plan);
    rig.fs.failCall(n, error);
    jobs::Progress progress;
    const auto outcome = runOffload(rig.fs, *plan, systemClock(), progress, {});
    const bool fired = rig.fs.faultFired();
    rig.fs.failCall(0, 0);
    INFO("call " << n << " errno " << error << "\n" << reasonsText(outcome));
    REQUIRE(rig.fs.pathsUnder("/card") == sourceBefore);
    for (const std::string root : {"/a/P/D/A001/", "/b/P/D/A001/"}) {
      bool whole = true;
      for (const auto& file : plan->files) {
        const bool there = rig.fs.has(root + file.path);
        whole = whole && there;
        // Nothing has its final name before it is whole.
        if (there) REQUIRE(rig.fs.content(root + file.path) == rig.fs.content("/card/" + file.path));
      }
      if (safe(outcome)) REQUIRE(whole);
      if (safe(outcome)) REQUIRE(rig.manifests(root.substr(0, root.size() - 1)).size() == 1);
    }
    const auto next = rig.run();
    INFO("next run\n" << reasonsText(next));
    REQUIRE(safe(next));
    for (const std::string root : {"/a/P/D/A001", "/b/P/D/A001"}) {
      REQUIRE(rig.manifests(root).size() == 1);
      REQUIRE(rig.left(root, "rollproof").empty());
    }
    if (!fired) break;
  }
}

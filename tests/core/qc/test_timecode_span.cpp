// SPDX-License-Identifier: Apache-2.0
#include "core/qc/timecode_span.h"

#include <catch2/catch.hpp>
#include <random>
#include <set>

using namespace rollproof;
using qc::Span;

namespace {

Timecode at(const char* text, FrameRate rate) {
  const auto timecode = Timecode::parse(text, rate);
  REQUIRE(timecode);
  return *timecode;
}

bool overlap(const Span& a, const Span& b) { return !qc::overlaps({a, b}).empty(); }

const FrameRate k24{24, 1}, k25{25, 1}, k50{50, 1}, kNtsc{30000, 1001};

}  // namespace

TEST_CASE("the end of a clip is exclusive at every rate") {
  CHECK_FALSE(overlap({0, at("10:00:00:00", k25), 25}, {1, at("10:00:01:00", k25), 25}));
  CHECK(overlap({0, at("10:00:00:00", k25), 26}, {1, at("10:00:01:00", k25), 25}));
  // The same second, counted in halves of a frame.
  CHECK_FALSE(overlap({0, at("10:00:00:00", k25), 25}, {1, at("10:00:01:00", k50), 50}));
  CHECK(overlap({0, at("10:00:00:00", k25), 25}, {1, at("10:00:00:49", k50), 1}));
}

TEST_CASE("a clip that runs over midnight overlaps what comes after it and not what came before") {
  const Span night{0, at("23:59:59:00", k24), 48};
  CHECK(overlap(night, {1, at("00:00:00:12", k24), 10}));
  CHECK_FALSE(overlap(night, {1, at("00:00:01:00", k24), 10}));
  CHECK_FALSE(overlap(night, {1, at("23:59:58:00", k24), 24}));
  CHECK(overlap(night, {1, at("12:00:00:00", k24), std::int64_t{24} * 86400}));
}

TEST_CASE("drop-frame numbers that were skipped hold no clip apart") {
  // ;28 and ;29 of minute 0 exist, ;00 and ;01 of minute 1 do not.
  CHECK_FALSE(overlap({0, at("10:00:59;00", kNtsc), 30}, {1, at("10:01:00;02", kNtsc), 30}));
  CHECK(overlap({0, at("10:00:59;00", kNtsc), 31}, {1, at("10:01:00;02", kNtsc), 30}));
  CHECK(overlap({0, at("23:59:59;00", kNtsc), 31}, {1, at("00:00:00;00", kNtsc), 1}));
  CHECK_FALSE(overlap({0, at("23:59:59;00", kNtsc), 30}, {1, at("00:00:00;00", kNtsc), 1}));
}

TEST_CASE("hostile lengths and rates neither hang nor overflow") {
  const auto huge = std::numeric_limits<std::int64_t>::max();
  CHECK(overlap({0, at("10:00:00:00", k24), huge}, {1, at("09:00:00:00", k24), 1}));
  CHECK_FALSE(overlap({0, Timecode{5, {2147483647, 1}, false}, huge}, {1, at("09:00:00:00", k24), 1}));
  CHECK_FALSE(overlap({0, Timecode{huge, {1, 2147483647}, false}, huge}, {1, at("09:00:00:00", k24), 1}));
  std::vector<Span> primes;
  for (const int rate : {997, 991, 983, 977, 971, 967, 953, 947})
    primes.push_back({0, Timecode{0, {rate, 1}, false}, 9});
  CHECK(qc::overlaps(primes).size() <= primes.size());
}

TEST_CASE("the sweep finds exactly the clips that a comparison of all pairs frame by frame finds") {
  const unsigned seed = GENERATE(1U, 2U, 3U, 4U, 5U, 6U, 7U, 8U);
  std::mt19937 random(seed);
  auto pick = [&](std::int64_t below) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(below));
  };
  for (int round = 0; round < 100; ++round) {
    const FrameRate rates[] = {k24, k25, k50, kNtsc};
    std::vector<Span> spans;
    std::vector<std::set<std::int64_t>> moments;  // 600ths of a second, each frame's, of the label's clock
    for (std::size_t i = 0; i < 1 + static_cast<std::size_t>(pick(6)); ++i) {
      const FrameRate rate = rates[pick(4)];
      const bool drop = rate == kNtsc && pick(2) == 0;
      // Around midnight and around a minute where drop-frame skips.
      const int second = static_cast<int>(pick(4));
      const auto start = pick(2) == 0 ? Timecode::fromFields(23, 59, 57 + std::min(second, 2), 4, rate, drop)
                                      : Timecode::fromFields(0, pick(2) == 0 ? 0 : 1, second, 4, rate, drop);
      const std::int64_t frames = 1 + pick(200);
      spans.push_back({i, start, frames});
      std::set<std::int64_t> mine;
      for (std::int64_t f = 0; f < frames; ++f) {
        const std::int64_t unit = 600 / rate.nominal();
        const std::int64_t begin = qc::labelNumber(start.plus(f)) * unit;
        for (std::int64_t u = 0; u < unit; ++u) mine.insert(begin + u);
        // The numbers that drop-frame leaves out lie within the clip that passes them.
        if (f + 1 < frames) {
          const std::int64_t next = qc::labelNumber(start.plus(f + 1)) * unit;
          for (std::int64_t u = begin + unit; u < next; ++u) mine.insert(u);
        }
      }
      moments.push_back(std::move(mine));
    }
    std::set<std::size_t> expected, found;
    for (std::size_t a = 0; a < spans.size(); ++a) {
      for (std::size_t b = 0; b < spans.size(); ++b) {
        if (a == b) continue;
        for (const auto moment : moments[a]) {
          if (!moments[b].contains(moment)) continue;
          expected.insert(a);
          break;
        }
      }
    }
    for (const auto& one : qc::overlaps(spans)) {
      found.insert(one.first);
      CHECK(one.first != one.second);
    }
    INFO("seed " << seed << " round " << round);
    CHECK(found == expected);
  }
}

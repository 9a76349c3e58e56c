// SPDX-License-Identifier: Apache-2.0
#include "core/colour/parallel.h"

#include <algorithm>
#include <atomic>
#include <thread>
#include <vector>

namespace rollproof::colour {

void forRows(int rows, int pixelsPerRow, const std::function<void(int, int)>& work) {
  constexpr long kPixelsWorthAThread = 16384;
  const long pixels = static_cast<long>(rows) * pixelsPerRow;
  const long wanted = std::min<long>(std::thread::hardware_concurrency(), pixels / kPixelsWorthAThread);
  if (wanted < 2) {
    if (rows > 0) work(0, rows);
    return;
  }
  // Bands smaller than a thread's share, so that a thread the system holds up does not hold up the picture.
  const int band = std::max(1, rows / static_cast<int>(wanted * 4));
  std::atomic<int> next{0};
  auto run = [&] {
    for (int first = next.fetch_add(band); first < rows; first = next.fetch_add(band)) {
      work(first, std::min(rows, first + band));
    }
  };
  std::vector<std::jthread> helpers;
  for (long i = 1; i < wanted; ++i) helpers.emplace_back(run);
  run();
}

}  // namespace rollproof::colour

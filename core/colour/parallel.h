// SPDX-License-Identifier: Apache-2.0
// Splits the rows of a picture over the cores and waits for all of them.
// Threads: the work is called from several threads at once, with disjoint rows.
#pragma once

#include <functional>

namespace rollproof::colour {

// Calls work(firstRow, endRow) until every row below `rows` is done. Small pictures stay on the calling thread.
void forRows(int rows, int pixelsPerRow, const std::function<void(int, int)>& work);

}  // namespace rollproof::colour

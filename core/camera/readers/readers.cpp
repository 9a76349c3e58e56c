// SPDX-License-Identifier: Apache-2.0
// Sources stand in each reader's own file.
#include "core/camera/readers/readers.h"

#include <algorithm>
#include <array>

#include "core/camera/readers/ari.h"
#include "core/camera/readers/avchd_stream.h"
#include "core/camera/readers/boxes.h"
#include "core/camera/readers/cine.h"
#include "core/camera/readers/dng.h"
#include "core/camera/readers/movie.h"
#include "core/camera/readers/mxf.h"
#include "core/camera/readers/mxf_metadata.h"
#include "core/camera/readers/r3d.h"

namespace rollproof::camera {
namespace {

constexpr std::array kReaders{
    ContentReader{"movie", isMovie, describeBoxes, false},
    ContentReader{"r3d", isR3d, describeR3d, true},
    ContentReader{"ari", isAri, describeAri, true},
    ContentReader{"cine", isCine, describeCine, false},
    ContentReader{"dng", isTiff, describeDng, false},
    ContentReader{"mxf", isMxf, describeMxf, false},
    ContentReader{"avchd", isTransportStream, describeAvchdStream, false},
};

}  // namespace

bool describeContent(Record& record, Content& content) {
  bool alone = false;
  for (const ContentReader& reader : kReaders) {
    if (!reader.recognises(content.head())) continue;
    reader.describe(record, content);
    alone = alone || reader.alone;
  }
  // A movie is known by its boxes, but whether there is a decoder only by what is in them.
  const auto& warnings = record.clip.warnings;
  return alone || std::any_of(warnings.begin(), warnings.end(),
                              [](const model::Warning& warning) { return warning.code == "no_decoder"; });
}

}  // namespace rollproof::camera

// SPDX-License-Identifier: Apache-2.0
#include "core/media/turn.h"

#include <algorithm>

namespace rollproof::media {
namespace {

// Squares of this side: a column of one picture is a row of the other, and both stay in the cache.
constexpr int kSquare = 32;

// From a place of the turned picture to the sample that belongs there: base + x * across + y * down, in bytes.
struct Way {
  std::ptrdiff_t base = 0, across = 0, down = 0;
};

Way wayBack(const PlanarView& in, std::size_t plane, int width, int height, const Turn& turn) {
  const std::ptrdiff_t sample = in.bits > 8 ? 2 : 1, row = in.stride[plane];
  const std::ptrdiff_t right = (in.width - 1) * sample, bottom = (in.height - 1) * row;
  Way way;
  switch (turn.clockwise) {
    case 90:
      way = {bottom, -row, sample};
      break;
    case 180:
      way = {right + bottom, -sample, -row};
      break;
    case 270:
      way = {right, row, -sample};
      break;
    default:
      way = {0, sample, row};
      break;
  }
  if (turn.flipHorizontal) {
    way.base += (width - 1) * way.across;
    way.across = -way.across;
  }
  if (turn.flipVertical) {
    way.base += (height - 1) * way.down;
    way.down = -way.down;
  }
  return way;
}

template <typename Sample>
void fetch(const std::uint8_t* from, const Way& way, const PlanarRoom& out, std::size_t plane) {
  for (int top = 0; top < out.height; top += kSquare) {
    const int bottom = std::min(out.height, top + kSquare);
    for (int left = 0; left < out.width; left += kSquare) {
      const int right = std::min(out.width, left + kSquare);
      for (int y = top; y < bottom; ++y) {
        auto* const row = reinterpret_cast<Sample*>(out.row(plane, y));
        const std::uint8_t* at = from + way.base + y * way.down + left * way.across;
        for (int x = left; x < right; ++x, at += way.across) row[x] = *reinterpret_cast<const Sample*>(at);
      }
    }
  }
}

}  // namespace

Result<PlanarPicture> turned(const PlanarView& picture, const Turn& turn) {
  if (turn.clockwise % 90 != 0 || turn.clockwise < 0 || turn.clockwise > 270) {
    return fail(Errc::usage, "pictures are turned by 0, 90, 180 or 270 degrees");
  }
  if (picture.chroma != Chroma::s444) {
    return fail(Errc::unsupported, "a picture is turned with its chroma at full size");
  }
  const int width = turn.quarter() ? picture.height : picture.width;
  const int height = turn.quarter() ? picture.width : picture.height;
  OwnPlanes planes = makePlanes(width, height, picture.bits, Chroma::s444);
  if (!planes.memory) return fail(Errc::failed, "out of memory");
  planes.room.siting = picture.siting;
  planes.room.rgb = picture.rgb;
  planes.room.matrix = picture.matrix;
  planes.room.range = picture.range;
  for (std::size_t i = 0; i < 3; ++i) {
    const Way way = wayBack(picture, i, width, height, turn);
    if (picture.bits > 8) {
      fetch<std::uint16_t>(picture.plane[i], way, planes.room, i);
    } else {
      fetch<std::uint8_t>(picture.plane[i], way, planes.room, i);
    }
  }
  PlanarPicture result;
  result.view = viewOf(planes.room);
  result.memory = std::move(planes.memory);
  return result;
}

Place turned(Place place, const Turn& turn) {
  Place result = place;
  if (turn.clockwise == 90) result = {1 - place.y, place.x};
  if (turn.clockwise == 180) result = {1 - place.x, 1 - place.y};
  if (turn.clockwise == 270) result = {place.y, 1 - place.x};
  if (turn.flipHorizontal) result.x = 1 - result.x;
  if (turn.flipVertical) result.y = 1 - result.y;
  return result;
}

}  // namespace rollproof::media

// SPDX-License-Identifier: Apache-2.0
#include "core/media/quicktime_keys.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

namespace rollproof::media {
namespace {

// Real metadata boxes hold a few kilobytes; the rest of a moov is never read here.
constexpr std::int64_t kMaxMetaBytes = 4 << 20;
constexpr int kMaxBoxes = 4096;

std::uint64_t bigEndian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (const char c : bytes) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

struct Box {
  std::string type;
  std::int64_t begin = 0, end = 0;  // of the content
};

// Boxes between begin and end of the file, without their content.
template <class F>
void forEachBox(const LocalFile& file, std::int64_t begin, std::int64_t end, F visit) {
  for (int count = 0; count < kMaxBoxes && begin + 8 <= end; ++count) {
    char head[16];
    const auto got = file.readAt(head, sizeof head, begin);
    if (!got || *got < 8) return;
    std::uint64_t size = bigEndian({head, 4});
    std::int64_t header = 8;
    if (size == 1) {
      if (*got < 16) return;
      size = bigEndian({head + 8, 8});
      header = 16;
    } else if (size == 0) {
      size = static_cast<std::uint64_t>(end - begin);
    }
    if (size < static_cast<std::uint64_t>(header) || size > static_cast<std::uint64_t>(end - begin)) return;
    const Box box{std::string(head + 4, 4), begin + header, begin + static_cast<std::int64_t>(size)};
    visit(box);
    begin = box.end;
  }
}

// The same over memory; stops at the first box that does not fit.
template <class F>
void forEachBox(std::string_view bytes, F visit) {
  while (bytes.size() >= 8) {
    const std::uint64_t size = bigEndian(bytes.substr(0, 4));
    if (size < 8 || size > bytes.size()) return;
    visit(bytes.substr(4, 4), bytes.substr(8, size - 8));
    bytes.remove_prefix(size);
  }
}

std::string floatText(std::string_view bytes) {
  if (bytes.size() == 4) {
    const auto bits = static_cast<std::uint32_t>(bigEndian(bytes));
    float value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return fmt::format("{}", value);  // the shortest text that gives this value back
  }
  const std::uint64_t bits = bigEndian(bytes);
  double value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return fmt::format("{}", value);
}

std::string floatsText(std::string_view bytes) {
  std::string text;
  for (std::size_t at = 0; at + 4 <= bytes.size(); at += 4) {
    if (at > 0) text += ' ';
    text += floatText(bytes.substr(at, 4));
  }
  return text;
}

std::string signedText(std::string_view bytes) {
  const int unused = 64 - static_cast<int>(bytes.size()) * 8;
  return std::to_string(static_cast<std::int64_t>(bigEndian(bytes) << unused) >> unused);
}

// Well-known types of the QuickTime File Format.
std::optional<std::string> numberText(std::uint32_t type, std::string_view value) {
  const std::size_t size = value.size();
  if (size == 0) return std::nullopt;
  switch (type) {
    case 21:
      return size <= 8 ? std::optional(signedText(value)) : std::nullopt;
    case 22:
      return size <= 8 ? std::optional(std::to_string(bigEndian(value))) : std::nullopt;
    case 23:
      return size == 4 ? std::optional(floatText(value)) : std::nullopt;
    case 24:
      return size == 8 ? std::optional(floatText(value)) : std::nullopt;
    case 65:
      return size == 1 ? std::optional(signedText(value)) : std::nullopt;
    case 66:
      return size == 2 ? std::optional(signedText(value)) : std::nullopt;
    case 67:
      return size == 4 ? std::optional(signedText(value)) : std::nullopt;
    case 74:
      return size == 8 ? std::optional(signedText(value)) : std::nullopt;
    case 75:
    case 76:
    case 77:
    case 78:
      return size <= 8 ? std::optional(std::to_string(bigEndian(value))) : std::nullopt;
    case 70:
    case 71:
      return size == 8 ? std::optional(floatsText(value)) : std::nullopt;
    case 72:
      return size == 16 ? std::optional(floatsText(value)) : std::nullopt;
    case 79:
      return size == 36 ? std::optional(floatsText(value)) : std::nullopt;
    default:
      return std::nullopt;
  }
}

void readMeta(std::string_view meta, std::map<std::string, std::string>& found) {
  // A meta box in MP4 begins with version and flags, in QuickTime it does not.
  if (meta.size() >= 12 && meta.substr(4, 4) != "hdlr" && meta.substr(8, 4) == "hdlr") meta.remove_prefix(4);
  std::vector<std::string> names;
  forEachBox(meta, [&](std::string_view type, std::string_view content) {
    if (type == "keys" && content.size() > 8) {
      forEachBox(content.substr(8), [&](std::string_view, std::string_view name) { names.emplace_back(name); });
    } else if (type == "ilst") {
      forEachBox(content, [&](std::string_view index, std::string_view item) {
        const std::uint64_t number = bigEndian(index);
        if (number < 1 || number > names.size()) return;
        forEachBox(item, [&](std::string_view kind, std::string_view data) {
          if (kind != "data" || data.size() < 8) return;
          const auto text =
              numberText(static_cast<std::uint32_t>(bigEndian(data.substr(0, 4)) & 0xFFFFFF), data.substr(8));
          if (text) found.emplace(names[number - 1], *text);
        });
      });
    }
  });
}

}  // namespace

std::map<std::string, std::string> numericKeys(const LocalFile& file) {
  std::map<std::string, std::string> found;
  const auto read = [&](const Box& box) {
    if (box.end - box.begin > kMaxMetaBytes) return;
    std::string bytes(static_cast<std::size_t>(box.end - box.begin), '\0');
    const auto got = file.readAt(bytes.data(), bytes.size(), box.begin);
    if (got && *got == bytes.size()) readMeta(bytes, found);
  };
  forEachBox(file, 0, file.size(), [&](const Box& top) {
    if (top.type != "moov") return;
    forEachBox(file, top.begin, top.end, [&](const Box& box) {
      if (box.type == "meta") read(box);
      if (box.type == "udta")
        forEachBox(file, box.begin, box.end, [&](const Box& inner) {
          if (inner.type == "meta") read(inner);
        });
    });
  });
  return found;
}

}  // namespace rollproof::media

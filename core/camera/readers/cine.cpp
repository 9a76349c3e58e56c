// SPDX-License-Identifier: Apache-2.0
// All little-endian. The setup grew with each version of the maker's software; its own length tells which fields are
// there, and what lies behind that length is another block.
#include "core/camera/readers/cine.h"

#include <fmt/format.h>

#include <chrono>
#include <cmath>
#include <cstdlib>

#include "core/base/clock.h"

namespace rollproof::camera {
namespace {

constexpr From kHeader{Rank::file, "cine"};
constexpr std::size_t kHeaderBytes = 44;
constexpr std::size_t kSetupBytes = 16 << 10;
// No rate, distance or size of a real camera is beyond these.
constexpr std::uint32_t kMaxRate = 100'000'000;
constexpr std::uint32_t kMaxSide = 65536;

class Setup {
 public:
  Setup(Record& record, std::string bytes) : m_record(record), m_bytes(std::move(bytes)) {
    if (part(m_bytes, 140, 2) != "ST") m_bytes.clear();
    m_bytes.resize(std::min<std::size_t>(m_bytes.size(), le16(m_bytes, 142)));
  }

  void say() {
    if (m_bytes.empty()) return;
    if (word(743) != 0) m_record.text("camera.serial", kHeader, fmt::format("{}", word(743)));
    if (word(796) != 0) m_record.text("camera.firmware", kHeader, fmt::format("{}", word(796)));
    sayRates();
    if (const std::uint32_t exposure = word(1568); exposure > 0) {
      m_record.number("exposure.shutter_s", kHeader, fmt::format("{} ns", exposure), exposure / 1e9);
    }
    const std::uint32_t depth = word(12416) > 0 ? word(12416) : word(896);
    if (depth > 0 && depth <= 32) m_record.whole("picture.bit_depth", kHeader, fmt::format("{}", depth), depth);
    m_record.text("lens.model", kHeader, fixedText(m_bytes, 5740, 256));
    numberTo("lens.focus_m", 6000, 0.01, 100'000);
    numberTo("lens.focal_mm", 6004, 0.5, 10'000);
    if (const double kelvin = real(7288); kelvin >= 500 && kelvin <= 100'000)
      m_record.whole("white_balance.kelvin", kHeader, fmt::format("{}", kelvin), std::llround(kelvin));
    if (const double tint = real(7292); tint != 0 && std::abs(tint) < 1000)
      m_record.number("white_balance.tint", kHeader, fmt::format("{}", tint), tint);
    // What was typed in: the long field since 2006, the short one before.
    const std::string notes = fixedText(m_bytes, 1596, 4096);
    m_record.text("slate.notes", kHeader, notes.empty() ? fixedText(m_bytes, 19, 121) : notes);
    m_record.text("uuid", kHeader, fixedText(m_bytes, 10368, 1024));
    keep("cine_name", fixedText(m_bytes, 6984, 256));
    keep("created_by", fixedText(m_bytes, 11392, 1024));
    keep("optical_filter", fixedText(m_bytes, 8320, 1024));
    keep("gps", fixedText(m_bytes, 9344, 1024));
    keepWord("camera_version", 792);
    keepWord("software_version", 800);
    keepWord("time_zone", 804);
    keepWord("post_trigger_frames", 780);
    if (const double stop = real(5996); stop > 0 && stop < 1000) keep("lens_aperture", fmt::format("f/{:.4g}", stop));
    keepTrigger();
  }

 private:
  [[nodiscard]] std::uint32_t word(std::size_t at) const { return le32(m_bytes, at); }
  [[nodiscard]] double real(std::size_t at) const {
    const double value = static_cast<double>(floatOf(word(at)));
    return std::isfinite(value) ? value : 0;
  }
  void keep(const char* name, std::string value) {
    if (!value.empty()) m_record.clip.raw[std::string("cine.") + name] = std::move(value);
  }
  void keepWord(const char* name, std::size_t at) {
    if (word(at) != 0) keep(name, fmt::format("{}", static_cast<std::int32_t>(word(at))));
  }
  void numberTo(const char* field, std::size_t at, double least, double most) {
    const double value = real(at);
    if (value >= least && value <= most) m_record.number(field, kHeader, fmt::format("{}", value), value);
  }

  // The rate that it was shot at, and the one that it is meant to play at.
  void sayRates() {
    const std::uint32_t shot = word(768) > 0 ? word(768) : le16(m_bytes, 0);
    if (shot > 0 && shot <= kMaxRate) m_record.ratio("sensor_fps", kHeader, fmt::format("{}", shot), {shot, 1});
    if (const double play = real(6976); play >= 1 && play <= 100'000)
      m_record.frameRate(kHeader, fmt::format("{}", play), FrameRate::fromDouble(play));
  }

  // The timecode of the trigger, not of the first frame: how the frames before it are counted is the player's choice.
  void keepTrigger() {
    const std::uint32_t code = word(6968);
    const auto digits = [code](int shift, std::uint32_t mask) {
      return bcd(static_cast<std::uint8_t>(code >> shift & mask));
    };
    const int frames = digits(0, 0x3F), seconds = digits(8, 0x7F), minutes = digits(16, 0x7F), hours = digits(24, 0x3F);
    if (code == 0 || frames < 0 || seconds < 0 || minutes < 0 || hours < 0) return;
    keep("trigger_timecode", fmt::format("{:02}:{:02}:{:02}:{:02}", hours, minutes, seconds, frames));
  }

  Record& m_record;
  std::string m_bytes;
};

void sayPicture(Record& record, const std::string& bitmap) {
  if (bitmap.size() < 40) return;
  // A negative height only says that the rows are stored from the top.
  const auto width = le32(bitmap, 4);
  const auto height =
      static_cast<std::uint32_t>(std::abs(static_cast<std::int64_t>(static_cast<std::int32_t>(le32(bitmap, 8)))));
  if (width == 0 || width > kMaxSide || height == 0 || height > kMaxSide) return;
  record.whole("picture.width", kHeader, fmt::format("{}", width), width);
  record.whole("picture.height", kHeader, fmt::format("{}", height), height);
}

// Frames are listed by their offsets: a list or a last frame beyond the end of the file was never written.
void checkWhole(Record& record, Content& content, std::uint64_t images) {
  const std::uint64_t list = le32(content.head(), 32);
  bool whole = list + images * 8 <= content.size();
  if (whole && images > 0) {
    const std::uint64_t last = le64(content.read(list + (images - 1) * 8, 8), 0);
    whole = last > 0 && last < content.size();
  }
  if (!whole) record.warn("unfinished", "The recording is shorter than its header says.");
}

}  // namespace

// Two letters are little to go by: the length of the header behind them is fixed too.
bool isCine(std::string_view head) { return part(head, 0, 2) == "CI" && le16(head, 2) == kHeaderBytes; }

void describeCine(Record& record, Content& content) {
  const std::string_view head = content.head();
  if (head.size() < kHeaderBytes) {
    record.warn("unfinished", "The recording ends within its header.");
    return;
  }
  record.text("camera.make", kHeader, "Vision Research");
  const std::uint32_t images = le32(head, 20);
  record.whole("duration_frames", kHeader, fmt::format("{}", images), images);
  record.clip.raw["cine.first_image"] = fmt::format("{}", static_cast<std::int32_t>(le32(head, 16)));
  // Seconds since 1970 in UTC, with a binary fraction below that nobody reads.
  if (const std::uint32_t seconds = le32(head, 40); seconds > 0)
    record.text("recorded_at", kHeader, fmt::format("{}", seconds), isoUtc(WallTime(std::chrono::seconds(seconds))));
  sayPicture(record, content.read(le32(head, 24), 40));
  Setup(record, content.read(le32(head, 28), kSetupBytes)).say();
  checkWhole(record, content, images);
}

}  // namespace rollproof::camera

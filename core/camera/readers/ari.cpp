// SPDX-License-Identifier: Apache-2.0
// Sections begin with a word that is not zero when they hold something. Numbers are of the byte order that the file's
// second word tells; texts end with NUL or fill their place.
#include "core/camera/readers/ari.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace rollproof::camera {
namespace {

constexpr From kHeader{Rank::file, "ari"};
constexpr std::size_t kHeaderBytes = 4096;

struct TextPlace {
  std::size_t at, length;
  const char* field;
};
constexpr std::array kContentTexts{
    TextPlace{0x4F8, 8, "reel"},       TextPlace{0x500, 16, "slate.scene"},
    TextPlace{0x510, 8, "slate.take"}, TextPlace{0x518, 32, "slate.director"},
    TextPlace{0x538, 32, "slate.dop"}, TextPlace{0x558, 32, "slate.production"},
};

class Header {
 public:
  Header(Record& record, std::string_view bytes)
      : m_record(record), m_bytes(bytes), m_little(le32(bytes, 4) == 0x12345678) {}

  void say() {
    m_record.text("camera.make", kHeader, "ARRI");
    m_record.text("picture.codec", kHeader, "arriraw");
    m_record.text("picture.codec_tag", kHeader, "ARRI");
    if (word(0x010) != 0) sayImage();
    if (word(0x054) != 0) sayColour();
    if (word(0x160) != 0) sayCamera();
    if (word(0x370) != 0) sayLens();
    if (word(0x4F0) != 0) sayContent();
  }

 private:
  [[nodiscard]] std::uint32_t word(std::size_t at) const { return m_little ? le32(m_bytes, at) : be32(m_bytes, at); }
  [[nodiscard]] std::int32_t whole(std::size_t at) const { return static_cast<std::int32_t>(word(at)); }
  [[nodiscard]] double real(std::size_t at) const { return static_cast<double>(floatOf(word(at))); }
  [[nodiscard]] std::string text(std::size_t at, std::size_t length) const { return fixedText(m_bytes, at, length); }
  // A fixed-size word of characters, stored as a number.
  [[nodiscard]] std::string letters(std::size_t at) const {
    std::string four(part(m_bytes, at, 4));
    if (m_little) std::reverse(four.begin(), four.end());
    return fixedText(four, 0, 4);
  }
  void keep(const char* name, std::string value) {
    if (!value.empty()) m_record.clip.raw[std::string("ari.") + name] = std::move(value);
  }
  void wholeTo(const char* field, std::size_t at, std::int64_t least, std::int64_t most) {
    const std::int64_t value = word(at);
    if (value >= least && value <= most) m_record.whole(field, kHeader, fmt::format("{}", value), value);
  }
  // The n-th byte of a word from its highest, as two decimal digits; -1 if it is none.
  [[nodiscard]] static int digits(std::uint32_t value, int n) {
    return bcd(static_cast<std::uint8_t>(value >> (24 - 8 * n) & 0xff));
  }
  void numberTo(const char* field, std::size_t at, double scale, double least, double most) {
    const double value = whole(at) * scale;
    if (value >= least && value <= most) m_record.number(field, kHeader, fmt::format("{}", whole(at)), value);
  }

  void sayImage() {
    wholeTo("picture.width", word(0x02C) > 0 ? 0x02C : 0x014, 1, 65536);
    wholeTo("picture.height", word(0x030) > 0 ? 0x030 : 0x018, 1, 65536);
    keep("recorded_size", fmt::format("{}x{}", word(0x014), word(0x018)));
    keep("active_area", fmt::format("{}x{}+{}+{}", word(0x02C), word(0x030), word(0x024), word(0x028)));
    keep("full_size", fmt::format("{}x{}", word(0x03C), word(0x040)));
  }

  void sayColour() {
    wholeTo("white_balance.kelvin", 0x05C, 500, 100'000);
    if (const double tint = real(0x060); std::isfinite(tint) && std::abs(tint) < 1000)
      m_record.number("white_balance.tint", kHeader, fmt::format("{}", tint), tint);
    wholeTo("exposure.ei", 0x074, 1, 1'000'000);
    if (const double squeeze = real(0x0C4); squeeze >= 1 && squeeze <= 4) {
      m_record.ratio("picture.lens_squeeze", kHeader, fmt::format("{}", squeeze), {std::llround(squeeze * 1000), 1000});
    }
    keep("target_colour_space", fmt::format("{}", word(0x0BC)));
    // Raw pictures are developed to the wide gamut that this camera generation has, whatever was on the monitor.
    m_record.text("colour.gamma", {Rank::tag, "ari"}, fmt::format("{}", word(0x0BC)), "LOG-C3");
    m_record.text("colour.primaries", {Rank::tag, "ari"}, fmt::format("{}", word(0x0BC)), "ARRI Wide Gamut 3");
    m_record.text("colour.look", kHeader, text(0x0CC, 32));
    keep("orientation", fmt::format("{}", word(0x0C8)));
    sayCdl();
  }

  void sayCdl() {
    model::Cdl cdl;
    bool plausible = true;
    for (std::size_t i = 0; i < 3; ++i) {
      cdl.slope[i] = real(0x100 + 4 * i);
      cdl.offset[i] = real(0x10C + 4 * i);
      cdl.power[i] = real(0x118 + 4 * i);
      // The standard: slope not negative, power above zero.
      plausible = plausible && std::isfinite(cdl.offset[i]) && cdl.slope[i] >= 0 && cdl.slope[i] < 1000 &&
                  cdl.power[i] > 0 && cdl.power[i] < 1000;
    }
    cdl.saturation = real(0x0FC);
    plausible = plausible && cdl.saturation >= 0 && cdl.saturation < 100;
    if (!plausible || word(0x130) == 0) return;
    m_record.cdl(
        kHeader,
        fmt::format("({} {} {})({} {} {})({} {} {}) {}", cdl.slope[0], cdl.slope[1], cdl.slope[2], cdl.offset[0],
                    cdl.offset[1], cdl.offset[2], cdl.power[0], cdl.power[1], cdl.power[2], cdl.saturation),
        cdl);
  }

  void sayCamera() {
    m_record.text("camera.model", kHeader, text(0x2F8, 20));
    if (word(0x170) != 0) m_record.text("camera.serial", kHeader, fmt::format("{}", word(0x170)));
    m_record.text("camera.id", kHeader, letters(0x174));
    m_record.text("camera_letter", kHeader, letters(0x178));
    m_record.text("uuid", kHeader, guidText(part(m_bytes, 0x2D0, 16), true));
    keep("recorder", text(0x2A4, 32));
    if (le64(m_bytes, 0x268) != 0)
      keep("medium_serial", fmt::format("{}", m_little ? le64(m_bytes, 0x268) : be64(m_bytes, 0x268)));
    numberTo("exposure.shutter_s", 0x18C, 1e-6, 1e-7, 3600);  // thousandths of a millisecond
    numberTo("exposure.shutter_angle_deg", 0x190, 0.001, 0.1, 360);
    sayRates();
    sayMoment();
  }

  void sayRates() {
    const auto rate = [this](std::size_t at) { return FrameRate::fromDouble(word(at) / 1000.0); };
    if (word(0x1A0) > 0 && word(0x1A0) < 10'000'000) {
      const FrameRate sensor = rate(0x1A0);
      m_record.ratio("sensor_fps", kHeader, fmt::format("{}", word(0x1A0)), {sensor.num, sensor.den});
    }
    const std::size_t base = word(0x1B0) > 0 ? 0x1B0 : 0x1A4;
    if (word(base) == 0 || word(base) > 10'000'000) return;
    m_record.frameRate(kHeader, fmt::format("{}", word(base)), rate(base));
    // Four bytes of two digits each, hours in the highest.
    const std::uint32_t code = word(0x1A8);
    const int hours = digits(code, 0), minutes = digits(code, 1), seconds = digits(code, 2);
    const int frames = digits(code & 0x3f, 3);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || seconds < 0 || seconds > 59 || frames < 0) return;
    m_record.startText(kHeader, fmt::format("{:08X}", code), "ari",
                       fmt::format("{:02}:{:02}:{:02}:{:02}", hours, minutes, seconds, frames));
  }

  void sayMoment() {
    const std::uint32_t date = word(0x17C), time = word(0x180);
    const int century = digits(date, 0), year = digits(date, 1), month = digits(date, 2), day = digits(date, 3);
    if (century < 19 || year < 0 || month < 1 || month > 12 || day < 1 || day > 31) return;
    std::string moment = fmt::format("{:02}{:02}-{:02}-{:02}", century, year, month, day);
    const int hours = digits(time, 0), minutes = digits(time, 1), seconds = digits(time, 2);
    if (time != 0 && hours >= 0 && hours < 24 && minutes >= 0 && minutes < 60 && seconds >= 0 && seconds < 60)
      moment += fmt::format("T{:02}:{:02}:{:02}", hours, minutes, seconds);
    m_record.text("recorded_at", kHeader, fmt::format("{:08X} {:08X}", date, time), moment);
  }

  void sayLens() {
    m_record.text("lens.model", kHeader, text(0x398, 32));
    if (word(0x380) != 0 && word(0x380) != 0xffffffff)
      m_record.text("lens.serial", kHeader, fmt::format("{}", word(0x380)));
    numberTo("lens.focal_mm", 0x37C, 0.001, 0.5, 10'000);
    const bool metric = word(0x374) == 1;
    // Inches or metres, in thousandths.
    numberTo("lens.focus_m", 0x378, metric ? 0.001 : 0.0000254, 0.01, 100'000);
    if (const std::int32_t iris = whole(0x384); iris > 0 && iris < 20'000) {
      m_record.number("exposure.iris_t", kHeader, fmt::format("{}", iris), std::exp2((iris / 1000.0 - 1) / 2));
    }
    const int density = m_little ? le16(m_bytes, 0x38A) : be16(m_bytes, 0x38A);
    // Thousandths of optical density, as in ARRI's logs: 300 is one stop.
    if (density > 0 && density <= 6000)
      m_record.number("exposure.nd_stops", kHeader, fmt::format("{}", density), density / 1000.0 / std::log10(2.0));
  }

  void sayContent() {
    for (const TextPlace& one : kContentTexts) m_record.text(one.field, kHeader, text(one.at, one.length));
    m_record.flag("slate.circled", kHeader, fmt::format("{}", word(0x4F4)), word(0x4F4) != 0);
    keep("company", text(0x578, 32));
    keep("user_info", text(0x598, 256));
    keep("clip_name", text(0x698, 24));
  }

  Record& m_record;
  std::string_view m_bytes;
  bool m_little;
};

}  // namespace

bool isAri(std::string_view head) {
  return part(head, 0, 4) == "ARRI" && (le32(head, 4) == 0x12345678 || be32(head, 4) == 0x12345678);
}

void describeAri(Record& record, Content& content) {
  if (content.size() < kHeaderBytes) record.warn("unreadable_media", "The frame is shorter than its header.");
  Header(record, std::string_view(content.head()).substr(0, kHeaderBytes)).say();
  record.warn("no_decoder",
              "Only ARRI's own library decodes ARRIRAW: what the header says is shown, pictures are not.");
}

}  // namespace rollproof::camera

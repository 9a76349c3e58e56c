// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "core/base/path.h"
#include "core/camera/families.h"

namespace rollproof::camera {
namespace {

constexpr From kAle{Rank::ale, "ale"};
// Density 0.3 is one stop; exactly log10(2).
constexpr double kDensityPerStop = 0.30102999566398120;

bool namesClip(const interchange::Ale& ale, std::size_t row, const model::Clip& clip) {
  const std::string wanted = path::lowerAscii(clip.name);
  for (const char* column : {"Name", "Source File", "Clip"}) {
    const std::string value = path::lowerAscii(path::fileName(ale.value(row, column)));
    if (value.empty()) continue;
    if (value == wanted || path::stem(value) == wanted) return true;
    for (const auto& file : clip.files) {
      if (file.role == model::FileRole::essence && value == path::lowerAscii(path::fileName(file.path))) return true;
    }
  }
  // The card log shortens Uuid to its first 16 characters.
  const std::string uuid = path::lowerAscii(ale.value(row, "Uuid"));
  return uuid.size() >= 16 && !clip.uuid.empty() && path::lowerAscii(clip.uuid).starts_with(uuid);
}

std::optional<model::Cdl> cdlFrom(const std::string& sop, const std::string& saturation) {
  model::Cdl cdl;
  std::size_t count = 0;
  std::string word;
  auto flush = [&] {
    if (word.empty()) return true;
    const auto value = leadingNumber(word);
    word.clear();
    if (!value || count >= 9) return false;
    (count < 3 ? cdl.slope : count < 6 ? cdl.offset : cdl.power)[count % 3] = *value;
    ++count;
    return true;
  };
  for (const char c : sop) {
    if (c == '(' || c == ')' || c == ' ' || c == ',') {
      if (!flush()) return std::nullopt;
    } else {
      word += c;
    }
  }
  if (!flush() || (count != 9 && !(count == 0 && !saturation.empty()))) return std::nullopt;
  if (!saturation.empty()) {
    const auto value = leadingNumber(saturation);
    if (!value) return std::nullopt;
    cdl.saturation = *value;
  }
  return cdl;
}

// "20240426" + "08h46m50s" -> "2024-04-26T08:46:50".
std::string recordedAt(const std::string& date, const std::string& time) {
  if (date.size() != 8 || !wholeNumber(date)) return {};
  std::string out = date.substr(0, 4) + "-" + date.substr(4, 2) + "-" + date.substr(6, 2);
  if (time.size() == 9 && time[2] == 'h' && time[5] == 'm' && time[8] == 's') {
    out += "T" + time.substr(0, 2) + ":" + time.substr(3, 2) + ":" + time.substr(6, 2);
  }
  return out;
}

// The row by column; titles are the same in whatever case a log writes them.
class Row {
 public:
  Row(const interchange::Ale& ale, std::size_t row) {
    for (std::size_t i = 0; i < ale.columns.size() && i < ale.rows[row].size(); ++i)
      m_cells.emplace(path::lowerAscii(ale.columns[i]), ale.rows[row][i]);
  }
  [[nodiscard]] std::string value(std::string_view column) const {
    const auto found = m_cells.find(path::lowerAscii(column));
    return found == m_cells.end() ? std::string() : found->second;
  }

 private:
  std::map<std::string, std::string> m_cells;
};

// "VA1A2A3A4" and "A1-4" name four channels; 0 if there is no sound.
int channelsOf(const std::string& tracks) {
  int channels = 0;
  for (std::size_t at = tracks.find('A'); at != std::string::npos; at = tracks.find('A', at + 1)) {
    const auto number = [&tracks](std::size_t from) {
      std::size_t end = from;
      while (end < tracks.size() && tracks[end] >= '0' && tracks[end] <= '9' && end - from < 3) ++end;
      return wholeNumber(std::string_view(tracks).substr(from, end - from)).value_or(0);
    };
    const std::int64_t first = number(at + 1);
    if (first < 1) continue;
    const std::size_t dash = tracks.find_first_not_of("0123456789", at + 1);
    const std::int64_t last = dash != std::string::npos && tracks[dash] == '-' ? number(dash + 1) : first;
    if (last >= first && last <= 64) channels += static_cast<int>(last - first) + 1;
  }
  return channels <= 64 ? channels : 0;
}

void saySound(Record& record, const Row& row) {
  if (const int channels = channelsOf(row.value("Tracks")); channels > 0)
    record.whole("audio.channels", kAle, row.value("Tracks"), channels);
  // "48000", "48kHz"
  if (const auto hertz = leadingNumber(row.value("Audio_sr")); hertz && *hertz > 0 && *hertz <= 768'000)
    record.whole("audio.sample_rate", kAle, row.value("Audio_sr"),
                 std::llround(*hertz < 1000 ? *hertz * 1000 : *hertz));
  if (const auto bits = leadingNumber(row.value("Audio_bit")); bits && *bits >= 8 && *bits <= 64)
    record.whole("audio.bit_depth", kAle, row.value("Audio_bit"), std::llround(*bits));
}

void sayIdentity(Record& record, const Row& row) {
  // A shortened Uuid agrees with the whole one that the file gives, and says less.
  const std::string uuid = row.value("Uuid"), known = path::lowerAscii(record.clip.uuid);
  if (known.empty() || !known.starts_with(path::lowerAscii(uuid))) record.text("uuid", kAle, uuid);
  const std::string umid = row.value("Umid");
  record.text("umid", kAle, umid, umid.starts_with("0x") || umid.starts_with("0X") ? umid.substr(2) : umid);
}

void sayTime(Record& record, const Row& row) {
  const FrameRate rate = FrameRate::parse(row.value("FPS")).value_or(FrameRate{});
  record.frameRate(kAle, row.value("FPS"), rate);
  const std::string project = row.value("Project_fps");
  if (const auto number = leadingNumber(project); number && *number > 0 && *number <= 1000)
    record.frameRate(kAle, project, FrameRate::fromDouble(*number));
  const std::string start = row.value("Start"), end = row.value("End"), length = row.value("Duration");
  if (!start.empty()) record.startText(kAle, start, "ale", start);
  if (const auto duration = Timecode::parse(length, rate)) {
    record.whole("duration_frames", kAle, length, duration->frames);
    return;
  }
  const auto first = Timecode::parse(start, rate), behind = Timecode::parse(end, rate);
  if (!first || !behind) return;
  const std::int64_t day = Timecode::fromFields(24, 0, 0, 0, rate, first->dropFrame).frames;
  const std::int64_t frames = behind->frames - first->frames + (behind->frames < first->frames ? day : 0);
  record.whole("duration_frames", kAle, fmt::format("{} - {}", start, end), frames);
}

void sayRow(Record& record, const interchange::Ale& ale, std::size_t index) {
  for (std::size_t i = 0; i < ale.columns.size(); ++i) {
    if (!ale.rows[index][i].empty()) record.clip.raw["ale:" + ale.columns[i]] = ale.rows[index][i];
  }
  const Row row(ale, index);
  auto value = [&row](const char* column) { return row.value(column); };
  struct TextColumn {
    const char *column, *field;
  };
  static constexpr std::array kTexts{
      TextColumn{"Reel_name", "reel"},
      TextColumn{"Tape", "reel"},
      TextColumn{"Original_video", "picture.codec"},
      TextColumn{"Sup_version", "camera.firmware"},
      TextColumn{"Gamma", "colour.gamma"},
      TextColumn{"Look_name", "colour.look"},
      TextColumn{"Manufacturer", "camera.make"},
      TextColumn{"Camera_model", "camera.model"},
      TextColumn{"Camera_sn", "camera.serial"},
      TextColumn{"Camera_id", "camera.id"},
      TextColumn{"Camera_index", "camera_letter"},
      TextColumn{"Comments", "slate.notes"},
      TextColumn{"Production", "slate.production"},
      TextColumn{"Cinematographer", "slate.dop"},
      TextColumn{"Director", "slate.director"},
      TextColumn{"Scene", "slate.scene"},
      TextColumn{"Take", "slate.take"},
      TextColumn{"Look_user_lut", "colour.lut"},
      TextColumn{"Lut_file_name", "colour.lut"},
      TextColumn{"Lens_sn", "lens.serial"},
      TextColumn{"Lens_type", "lens.model"},
  };
  for (const TextColumn& text : kTexts) record.text(text.field, kAle, value(text.column));
  sayIdentity(record, row);
  sayTime(record, row);
  saySound(record, row);

  auto whole = [&](const char* column, const char* field) {
    if (const auto number = leadingNumber(value(column))) {
      record.whole(field, kAle, value(column), std::llround(std::clamp(*number, -1e9, 1e9)));
    }
  };
  whole("Frame_width", "picture.width");
  whole("Frame_height", "picture.height");
  whole("Exposure_index", "exposure.ei");
  whole("White_balance", "white_balance.kelvin");
  if (const auto number = leadingNumber(value("Cc_shift"))) {
    record.number("white_balance.tint", kAle, value("Cc_shift"), *number);
  }
  if (const auto number = leadingNumber(value("Shutter_angle"))) {
    record.number("exposure.shutter_angle_deg", kAle, value("Shutter_angle"), *number);
  }
  sayDensity(record, kAle, value("Nd_filterdensity"));
  if (const auto number = leadingNumber(value("Sensor_fps"))) {
    const FrameRate rate = FrameRate::fromDouble(*number);
    record.ratio("sensor_fps", kAle, value("Sensor_fps"), {rate.num, rate.den});
  }
  if (const auto aspect = leadingNumber(value("Pixelaspectratio")); aspect && *aspect >= 0.1 && *aspect <= 10)
    record.ratio("picture.pixel_aspect", kAle, value("Pixelaspectratio"), {std::llround(*aspect * 1000), 1000});
  if (!value("ASC_SOP").empty() || !value("ASC_SAT").empty()) {
    if (const auto cdl = cdlFrom(value("ASC_SOP"), value("ASC_SAT"))) {
      record.cdl(kAle, value("ASC_SOP") + " " + value("ASC_SAT"), *cdl);
    }
  }
  const std::string circled = path::lowerAscii(value("Circle"));
  if (circled == "yes" || circled == "true" || circled == "1")
    record.flag("slate.circled", kAle, value("Circle"), true);
  if (circled == "no" || circled == "false" || circled == "0")
    record.flag("slate.circled", kAle, value("Circle"), false);
  record.text("recorded_at", kAle, value("Date_camera") + " " + value("Time_camera"),
              recordedAt(value("Date_camera"), value("Time_camera")));
}

}  // namespace

void sayDensity(Record& record, From from, const std::string& raw) {
  const auto number = leadingNumber(raw);
  if (!number || *number < 0) return;
  // 1200 and 1.2 are the same filter; no filter is denser than 10.
  const double density = *number >= 10 ? *number / 1000 : *number;
  record.number("exposure.nd_stops", from, raw, std::round(density / kDensityPerStop * 1000) / 1000);
}

void describeFromAle(Record& record, Reading& reading, const std::string& folder) {
  const auto files = reading.folders.find(path::lowerAscii(folder));
  if (files == reading.folders.end()) return;
  for (const CardFile* file : files->second) {
    if (file->extension != "ale") continue;
    const interchange::Ale* ale = reading.ale(*file);
    for (std::size_t row = 0; ale && row < ale->rows.size(); ++row) {
      if (namesClip(*ale, row, record.clip)) return sayRow(record, *ale, row);
    }
  }
}

}  // namespace rollproof::camera

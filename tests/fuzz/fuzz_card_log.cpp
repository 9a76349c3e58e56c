// SPDX-License-Identifier: Apache-2.0
// Any bytes at all as the log that ARRI's cameras leave beside their clips.
#include "core/camera/families.h"
#include "core/interchange/ale.h"
#include "tests/core/camera/side_files.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/memory_file_system.h"

namespace rollproof::fuzz {

void one(std::string_view bytes) {
  const auto log = interchange::parseAle(bytes);
  if (!log) return;
  for (const auto& row : log->rows) require(row.size() == log->columns.size(), "a row of another length");
  support::MemoryFileSystem disk;
  disk.putFile("/card/A001R1AA_AVID.ale", std::string(bytes));
  camera::Reading reading;
  reading.fs = &disk;
  reading.root = "/card";
  reading.depth = camera::Depth::metadata;
  camera::CardFile file;
  file.path = file.name = "A001R1AA_AVID.ale";
  file.lower = "a001r1aa_avid.ale";
  file.extension = "ale";
  reading.files = {file};
  reading.index();
  camera::Record record;
  record.clip.name = "A901C001_240426_R1AA";
  record.clip.uuid = "7a89d08e-bcab-11ee-8000-00000000beef";
  camera::describeFromAle(record, reading, "");
  record.finish();
  require(record.clip.raw.size() <= 1024, "more columns than a log may have");
  if (record.clip.durationFrames) require(*record.clip.durationFrames >= 0, "a negative length");
}

std::vector<std::string> seeds() {
  return {side_files::ale({{"Name", "A901C001_240426_R1AA"},
                           {"Tracks", "VA1A2A3-8"},
                           {"Start", "13:22:21:05"},
                           {"End", "13:22:31:00"},
                           {"FPS", "24"},
                           {"Audio_sr", "48khz"},
                           {"Uuid", "7A89D08E-BCAB-11"},
                           {"Umid", "0x060A2B34"},
                           {"Exposure_index", "800"},
                           {"Shutter_angle", "172.8"},
                           {"Nd_filterdensity", "1200"},
                           {"Sensor_fps", "48.000"},
                           {"Pixelaspectratio", "2.00"},
                           {"Circle", "yes"},
                           {"Date_camera", "20240426"},
                           {"Time_camera", "08h46m50s"},
                           {"ASC_SOP", "(1.1 1 0.9)(0 0.01 0)(1 1 1)"},
                           {"ASC_SAT", "0.9"}}),
          side_files::ale({{"Uuid", "7A89D08E-BCAB-11"}, {"Duration", "00:00:10:00"}, {"FPS", "29.97"}})};
}

std::vector<std::string> pieces() {
  return {"Heading\n", "Column\n",   "Data\n",         "\t",           "\r\n", "FIELD_DELIM\tTABS", "23:59:59;29",
          "VA1-64",    "Audio_sr\t", "(1 1 1)(0 0 0)", "A999999999999"};
}

}  // namespace rollproof::fuzz

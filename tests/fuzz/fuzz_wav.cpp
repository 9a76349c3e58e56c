// SPDX-License-Identifier: Apache-2.0
// Any bytes at all as a sound file: chunks, bext and iXML.
#include "core/camera/readers/wav.h"
#include "tests/core/camera/sound_files.h"
#include "tests/fuzz/fuzz.h"
#include "tests/support/memory_file_system.h"

namespace rollproof::fuzz {

void one(std::string_view bytes) {
  support::MemoryFileSystem disk;
  disk.putFile("/a.wav", std::string(bytes));
  const auto info = camera::readWav(disk, "/a.wav");
  if (!info) return;
  require(info->channels > 0 && info->sampleRate > 0, "a sound file without a format");
  require(info->sampleFrames <= bytes.size(), "more sound than there are bytes");
}

std::vector<std::string> seeds() {
  fixtures::Wav what;
  what.sampleFrames = 8;
  what.timeReference = 2190940753;
  what.description = "sSPEED=023.976-ND\r\nsTAPE=R1\r\n";
  what.ixml = fixtures::ixml(
      "<SCENE>12</SCENE><SPEED><TIMECODE_RATE>24000/1001</TIMECODE_RATE></SPEED><FILE_SET><TOTAL_FILES>2</TOTAL_FILES>"
      "<FAMILY_UID>F</FAMILY_UID></FILE_SET><BEXT><BWF_TIME_REFERENCE_LOW>-1944591466</BWF_TIME_REFERENCE_LOW></BEXT>"
      "<TRACK_LIST><TRACK><INTERLEAVE_INDEX>1</INTERLEAVE_INDEX><NAME>Boom</NAME></TRACK></TRACK_LIST>");
  fixtures::Wav other = what;
  other.rf64 = true;
  other.ixmlFirst = true;
  other.before = fixtures::chunk("JUNK", "junk");
  return {fixtures::wav(what), fixtures::wav(other)};
}

std::vector<std::string> pieces() {
  return {"RIFF", "RF64", "BW64", "WAVE", "fmt ", "data", "ds64", "bext", "iXML", "\xFF\xFF\xFF\xFF", "<BWFXML>"};
}

}  // namespace rollproof::fuzz

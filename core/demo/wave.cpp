// SPDX-License-Identifier: Apache-2.0
#include "core/demo/wave.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace rollproof::demo {
namespace {

constexpr unsigned kBytesPerSample = 3;

std::string number(std::uint64_t value, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
  return out;
}

std::string fixed(std::string text, std::size_t bytes) {
  text.resize(bytes, '\0');
  return text;
}

std::string chunk(const char* id, std::string body) {
  std::string out = id + number(body.size(), 4) + body;
  if (body.size() % 2 != 0) out += '\0';
  return out;
}

std::string bext(const WaveTake& take, std::uint64_t reference) {
  std::string description =
      fmt::format("sSPEED=023.976-ND\r\nsSCENE={}\r\nsTAKE={}\r\nsTAPE={}\r\n", take.scene, take.take, take.tape);
  for (std::size_t i = 0; i < take.tracks.size(); ++i)
    description += fmt::format("sTRK{}={}\r\n", i + 1, take.tracks[i]);
  return fixed(description, 256) + fixed("Rollproof demo", 32) + fixed(take.fileUid, 32) + fixed(take.date, 10) +
         fixed(take.time, 8) + number(reference, 8) + number(1, 2) + fixed("", 64 + 190) +
         fmt::format("A=PCM,F={},W=24,M=multi,T=Rollproof\r\n", take.sampleRate);
}

std::string ixml(const WaveTake& take, std::uint64_t reference) {
  std::string tracks;
  for (std::size_t i = 0; i < take.tracks.size(); ++i) {
    tracks += fmt::format(
        "    "
        "<TRACK><CHANNEL_INDEX>{0}</CHANNEL_INDEX><INTERLEAVE_INDEX>{0}</INTERLEAVE_INDEX><NAME>{1}</NAME></TRACK>\n",
        i + 1, take.tracks[i]);
  }
  const std::uint64_t high = reference >> 32, low = reference & 0xFFFFFFFFU;
  return fmt::format(
      R"(<?xml version="1.0" encoding="UTF-8"?>
<BWFXML>
  <IXML_VERSION>2.0</IXML_VERSION>
  <PROJECT>{project}</PROJECT>
  <SCENE>{scene}</SCENE>
  <TAKE>{take}</TAKE>
  <TAPE>{tape}</TAPE>
  <CIRCLED>FALSE</CIRCLED>
  <WILD_TRACK>FALSE</WILD_TRACK>
  <FILE_UID>{uid}</FILE_UID>
  <UBITS>00000000</UBITS>
  <NOTE>Demo</NOTE>
  <SPEED>
    <MASTER_SPEED>{rate}</MASTER_SPEED>
    <CURRENT_SPEED>{rate}</CURRENT_SPEED>
    <TIMECODE_RATE>{rate}</TIMECODE_RATE>
    <TIMECODE_FLAG>{flag}</TIMECODE_FLAG>
    <FILE_SAMPLE_RATE>{samples}</FILE_SAMPLE_RATE>
    <AUDIO_BIT_DEPTH>24</AUDIO_BIT_DEPTH>
    <DIGITIZER_SAMPLE_RATE>{samples}</DIGITIZER_SAMPLE_RATE>
    <TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI>{high}</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_HI>
    <TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO>{low}</TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO>
    <TIMESTAMP_SAMPLE_RATE>{samples}</TIMESTAMP_SAMPLE_RATE>
  </SPEED>
  <FILE_SET>
    <TOTAL_FILES>1</TOTAL_FILES>
    <FAMILY_UID>{uid}</FAMILY_UID>
    <FAMILY_NAME>{scene}T{take}</FAMILY_NAME>
    <FILE_SET_INDEX>A</FILE_SET_INDEX>
  </FILE_SET>
  <TRACK_LIST>
    <TRACK_COUNT>{count}</TRACK_COUNT>
{tracks}  </TRACK_LIST>
  <BEXT>
    <BWF_TIME_REFERENCE_LOW>{low}</BWF_TIME_REFERENCE_LOW>
    <BWF_TIME_REFERENCE_HIGH>{high}</BWF_TIME_REFERENCE_HIGH>
  </BEXT>
</BWFXML>
)",
      fmt::arg("project", take.project), fmt::arg("scene", take.scene), fmt::arg("take", take.take),
      fmt::arg("tape", take.tape), fmt::arg("uid", take.fileUid), fmt::arg("rate", take.start.rate.text()),
      fmt::arg("flag", take.start.dropFrame ? "DF" : "NDF"), fmt::arg("samples", take.sampleRate),
      fmt::arg("high", high), fmt::arg("low", low), fmt::arg("count", take.tracks.size()), fmt::arg("tracks", tracks));
}

std::string format(const WaveTake& take) {
  // KSDATAFORMAT_SUBTYPE_PCM after its first two bytes, which are the format tag.
  constexpr std::string_view kPcmGuidTail("\x00\x00\x00\x00\x10\x00\x80\x00\x00\xAA\x00\x38\x9B\x71", 14);
  constexpr std::uint64_t kExtensible = 0xFFFE, kPcm = 1;
  const std::uint64_t block = take.tracks.size() * kBytesPerSample;
  return number(kExtensible, 2) + number(take.tracks.size(), 2) + number(take.sampleRate, 4) +
         number(take.sampleRate * block, 4) + number(block, 2) + number(8 * kBytesPerSample, 2) + number(22, 2) +
         number(8 * kBytesPerSample, 2) + number(0, 4) + number(kPcm, 2) + std::string(kPcmGuidTail);
}

}  // namespace

std::uint64_t samplesSinceMidnight(const Timecode& timecode, std::uint32_t sampleRate) {
  // A day at 120 fps and 384 kHz stays far below 2^64.
  const auto frames = static_cast<std::uint64_t>(timecode.frames);
  const auto num = static_cast<std::uint64_t>(timecode.rate.num), den = static_cast<std::uint64_t>(timecode.rate.den);
  return (frames * den * sampleRate + num / 2) / num;
}

std::string waveFile(const WaveTake& take, const std::vector<float>& interleaved) {
  std::string samples;
  samples.reserve(interleaved.size() * kBytesPerSample);
  for (const float value : interleaved) {
    const auto code = std::clamp(std::lround(static_cast<double>(value) * 8388608.0), -8388608L, 8388607L);
    samples += number(static_cast<std::uint64_t>(code), kBytesPerSample);
  }
  const std::uint64_t reference = samplesSinceMidnight(take.start, take.sampleRate);
  const std::string body = "WAVE" + chunk("bext", bext(take, reference)) + chunk("iXML", ixml(take, reference)) +
                           chunk("fmt ", format(take)) + chunk("data", std::move(samples));
  return "RIFF" + number(body.size(), 4) + body;
}

}  // namespace rollproof::demo

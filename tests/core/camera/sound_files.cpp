// SPDX-License-Identifier: Apache-2.0
#include "tests/core/camera/sound_files.h"

#include "tests/core/camera/movies.h"

namespace fixtures {
namespace {

using movies::le;

std::string padded(std::string text, std::size_t size) {
  text.resize(size, '\0');
  return text;
}

}  // namespace

std::string chunk(const std::string& id, const std::string& body) {
  std::string out = id + le(body.size(), 4) + body;
  if (body.size() % 2 != 0) out += '\0';
  return out;
}

std::string wav(const Wav& what) {
  const auto align = static_cast<std::uint64_t>(what.channels * what.bits / 8);
  const std::uint64_t dataBytes = what.sampleFrames * align;
  std::string format = le(1, 2) + le(static_cast<std::uint64_t>(what.channels), 2) +
                       le(static_cast<std::uint64_t>(what.sampleRate), 4) +
                       le(static_cast<std::uint64_t>(what.sampleRate) * align, 4) + le(align, 2) +
                       le(static_cast<std::uint64_t>(what.bits), 2);
  std::string bext;
  if (what.timeReference) {
    bext = padded(what.description, 256) + padded(what.originator + std::string("\0heap junk", 10), 32) +
           padded("", 32) + "2026:05:02" + "12:40:13" + le(*what.timeReference, 8) + le(1, 2);
    bext = chunk("bext", padded(bext, 602));
  }
  const std::string x = what.ixml.empty() ? "" : chunk("iXML", what.ixml);
  std::string body = "WAVE";
  if (what.rf64) body += chunk("ds64", le(0, 8) + le(dataBytes, 8) + le(what.sampleFrames, 8) + le(0, 4));
  body += what.before;
  body += what.ixmlFirst ? x : std::string();
  body += bext + chunk("fmt ", format);
  body += "data" + le(what.dataLength.value_or(what.rf64 ? 0xFFFFFFFFu : static_cast<std::uint32_t>(dataBytes)), 4) +
          std::string(dataBytes, '\0');
  if (dataBytes % 2 != 0) body += '\0';
  body += what.ixmlFirst ? std::string() : x;
  return (what.rf64 ? "RF64" + le(0xFFFFFFFFu, 4) : "RIFF" + le(body.size(), 4)) + body;
}

std::string ixml(const std::string& inner) {
  return R"(<?xml version="1.0" encoding="UTF-8"?><BWFXML>)" + inner + "</BWFXML>" + std::string(7, '\0');
}

}  // namespace fixtures

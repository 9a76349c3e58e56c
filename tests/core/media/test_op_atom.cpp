// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <cmath>
#include <cstdio>
#include <filesystem>

#include "core/media/media.h"
#include "fixtures.h"
#include "klv_walk.h"

using namespace rollproof;
using namespace rollproof::media;
using namespace rollproof::media::test;

namespace {

// RP 210's labels of the properties that are looked at.
const std::string kPackageUid = "060e2b34010101010101151000000000", kName = "060e2b34010101010103030201000000",
                  kTracks = "060e2b34010101020601010406050000", kDescriptor = "060e2b34010101020601010402030000",
                  kComments = "060e2b3401010102030201020c000000", kTrackId = "060e2b34010101020107010100000000",
                  kTrackNumber = "060e2b34010101020104010300000000", kEditRate = "060e2b34010101020530040500000000",
                  kSequence = "060e2b34010101020601010402040000", kDataDefinition = "060e2b34010101020407010000000000",
                  kDuration = "060e2b34010101020702020101030000", kComponents = "060e2b34010101020601010406090000",
                  kStart = "060e2b34010101020702010301040000", kSourcePackage = "060e2b34010101020601010301000000",
                  kSourceTrack = "060e2b34010101020601010302000000",
                  kStartTimecode = "060e2b34010101020702010301050000",
                  kTimecodeBase = "060e2b34010101020404010102060000", kDropFrame = "060e2b34010101010404010105000000",
                  kTagName = "060e2b34010101020302010209010000", kTagValue = "060e2b3401010102030201020a010000",
                  kContainer = "060e2b34010101020601010401020000", kCoding = "060e2b34010101020401060100000000",
                  kContainerDuration = "060e2b34010101010406010200000000";
const std::string kPicture = "060e2b34040101010103020201000000", kSound = "060e2b34040101010103020202000000",
                  kTimecode = "060e2b34040101010103020101000000";

struct Spec {
  FrameRate rate{24000, 1001};
  std::string start = "10:20:30:12", codec = "dnxhr_lb", reel = "A001";
  int channels = 2, frames = 5, width = 640, height = 360;
};

struct SetOfFiles {
  std::vector<std::string> paths;  // picture first
};

WriterOptions optionsFor(const TempDir& folder, const Spec& spec) {
  WriterOptions options;
  options.path = folder.file("clip_V1.mxf");
  options.container = "op_atom";
  options.video.codec = spec.codec;
  options.video.width = spec.width;
  options.video.height = spec.height;
  options.video.rate = spec.rate;
  AudioTarget audio;
  audio.codec = "pcm_s24le";
  audio.channels = spec.channels;
  audio.names = {"Boom"};
  for (int c = 1; c <= spec.channels; ++c) audio.paths.push_back(folder.file("clip_A" + std::to_string(c) + ".mxf"));
  if (spec.channels > 0) options.audio = audio;
  options.start = Timecode::parse(spec.start, spec.rate);
  options.reel = spec.reel;
  options.clipName = "A001C001";
  options.tags = {{"Scene", "12A"}, {"Take", "3"}};
  return options;
}

SetOfFiles make(const TempDir& folder, const Spec& spec) {
  const WriterOptions options = optionsFor(folder, spec);
  auto writer = createMovie(options);
  if (!writer) FAIL(describe(writer.error()));
  Frame16 frame;
  frame.width = spec.width;
  frame.height = spec.height;
  const auto count = static_cast<std::size_t>(spec.width) * static_cast<std::size_t>(spec.height);
  std::int64_t sample = 0;
  for (int i = 0; i < spec.frames; ++i) {
    frame.plane[0].assign(count, static_cast<std::uint16_t>((100 + 100 * i) << 6));
    for (std::size_t p = 1; p < 3; ++p) frame.plane[p].assign(count, 32768);
    REQUIRE((*writer)->writeFrame(frame).has_value());
    if (spec.channels == 0) continue;
    std::vector<float> sound;
    for (const std::int64_t end = (i + 1) * std::int64_t{48000} * spec.rate.den / spec.rate.num; sample < end;
         ++sample) {
      for (int c = 0; c < spec.channels; ++c) sound.push_back(static_cast<float>(sample + c) / 65536.0F);
    }
    REQUIRE((*writer)->writeAudio(sound).has_value());
  }
  REQUIRE((*writer)->finish().has_value());
  SetOfFiles files;
  files.paths.push_back(options.path);
  if (options.audio) files.paths.insert(files.paths.end(), options.audio->paths.begin(), options.audio->paths.end());
  return files;
}

// The one component of a track.
const MetaSet& componentOf(const MxfFile& file, const MetaSet& track) {
  const MetaSet& sequence = file.at(track.item(kSequence));
  const auto parts = file.batch(sequence.item(kComponents));
  REQUIRE(parts.size() == 1);
  CHECK(parts[0]->item(kDuration) == sequence.item(kDuration));
  CHECK(parts[0]->item(kDataDefinition) == sequence.item(kDataDefinition));
  return *parts[0];
}

std::string dataOf(const MxfFile& file, const MetaSet& track) {
  return hex(file.at(track.item(kSequence)).item(kDataDefinition));
}

const MetaSet& packageNamed(const MxfFile& file, const std::string& uid) {
  for (const char* kind : {"36", "37"}) {
    for (const MetaSet* one : file.ofKind(kind)) {
      if (hex(one->item(kPackageUid)) == uid) return *one;
    }
  }
  FAIL("no package " << uid);
  return *file.ofKind("36").front();
}

std::string firstLine(const std::string& command) {
  FILE* pipe = popen((command + " 2>/dev/null").c_str(), "r");
  std::string text;
  std::array<char, 512> chunk{};
  while (pipe != nullptr && fgets(chunk.data(), chunk.size(), pipe)) text += chunk.data();
  if (pipe != nullptr) pclose(pipe);
  return text.substr(0, text.find('\n'));
}

}  // namespace

TEST_CASE("every file of an OP-Atom set is whole from header to random index", "[op_atom]") {
  const TempDir folder;
  const SetOfFiles set = make(folder, {});
  REQUIRE(set.paths.size() == 3);
  for (const std::string& path : set.paths) {
    INFO(path);
    const MxfFile file(path);
    const auto packs = file.starting("060e2b34020501010d010201010");
    std::vector<const Klv*> partitions;
    for (const Klv* one : packs) {
      if (one->key.substr(26, 2) == "02" || one->key.substr(26, 2) == "03" || one->key.substr(26, 2) == "04")
        partitions.push_back(one);
    }
    REQUIRE(partitions.size() == 3);
    const std::array<std::string, 3> kinds{"02", "03", "04"};
    for (std::size_t i = 0; i < 3; ++i) {
      const Klv& pack = *partitions[i];
      CHECK(pack.key.substr(26, 2) == kinds[i]);
      CHECK(pack.key.substr(28, 2) == "04");                                  // closed and complete
      CHECK(pack.at % number(pack.value, 4, 4) == 0);                         // on its grid
      CHECK(number(pack.value, 8, 8) == pack.at);                             // this
      CHECK(number(pack.value, 16, 8) == (i == 2 ? partitions[1]->at : 0));   // previous
      CHECK(number(pack.value, 24, 8) == partitions[2]->at);                  // footer
      CHECK(hex(pack.value.substr(64, 13)) == "060e2b34040101020d01020110");  // OP-Atom
    }
    // The header's metadata begins behind the fill and ends where the body begins.
    const Klv& primer = *file.starting("060e2b34020501010d01020101050100").front();
    CHECK(number(partitions[0]->value, 32, 8) == partitions[1]->at - primer.at);
    CHECK(number(partitions[1]->value, 60, 4) == 1);  // body SID
    const auto index = file.starting("060e2b34025301010d01020101100100");
    REQUIRE(index.size() == 1);
    CHECK(index[0]->at > partitions[2]->at);
    CHECK(number(partitions[2]->value, 48, 4) == 2);  // index SID
    const auto list = file.starting("060e2b34020501010d01020101110100");
    REQUIRE(list.size() == 1);
    CHECK(number(list[0]->value, 4, 8) == 0);
    CHECK(number(list[0]->value, 16, 8) == partitions[1]->at);
    CHECK(number(list[0]->value, 28, 8) == partitions[2]->at);
    CHECK(number(list[0]->value, 36, 4) == file.bytes().size() - list[0]->at);
    CHECK(number(partitions[2]->value, 40, 8) == list[0]->at - index[0]->at);  // index bytes with their fill
    CHECK(list[0] == &file.klvs.back());
    const auto essence = file.starting("060e2b34010201010d010301");
    REQUIRE(essence.size() == 1);
    CHECK(essence[0]->at > partitions[1]->at);
    CHECK(essence[0]->at < partitions[2]->at);
  }
}

TEST_CASE("all files of a set share one material package that names each of their file packages", "[op_atom]") {
  const TempDir folder;
  const Spec spec;
  const SetOfFiles set = make(folder, spec);
  std::string material, tape;
  std::vector<std::string> filePackages, listed;
  for (std::size_t i = 0; i < set.paths.size(); ++i) {
    const MxfFile file(set.paths[i]);
    const auto materials = file.ofKind("36");
    REQUIRE(materials.size() == 1);
    const std::string uid = hex(materials[0]->item(kPackageUid));
    CHECK(uid.substr(0, 14) == "060a2b34010101");
    if (i == 0) material = uid;
    CHECK(uid == material);
    CHECK(ascii(materials[0]->item(kName)) == "A001C001");
    const auto tracks = file.batch(materials[0]->item(kTracks));
    REQUIRE(tracks.size() == 4);
    CHECK(dataOf(file, *tracks[0]) == kTimecode);
    const MetaSet& clock = componentOf(file, *tracks[0]);
    CHECK(number(clock.item(kStartTimecode), 0, 8) == ((10 * 60 + 20) * 60 + 30) * 24 + 12);
    CHECK(number(clock.item(kTimecodeBase), 0, 2) == 24);
    CHECK(number(clock.item(kDropFrame), 0, 1) == 0);
    std::vector<std::string> sources;
    for (std::size_t t = 1; t < tracks.size(); ++t) {
      CHECK(dataOf(file, *tracks[t]) == (t == 1 ? kPicture : kSound));
      CHECK(number(tracks[t]->item(kTrackNumber), 0, 4) == (t == 1 ? 1 : t - 1));  // V1, A1, A2
      const MetaSet& clip = componentOf(file, *tracks[t]);
      CHECK(number(clip.item(kStart), 0, 8) == 0);
      CHECK(number(clip.item(kDuration), 0, 8) == (t == 1 ? 5u : 5u * 2002u));
      sources.push_back(hex(clip.item(kSourcePackage)));
    }
    if (i == 0) listed = sources;
    CHECK(sources == listed);

    // The file's own package, its essence, and the tape.
    const auto packages = file.ofKind("37");
    REQUIRE(packages.size() == 2);
    const MetaSet& own = packageNamed(file, sources[i]);
    filePackages.push_back(hex(own.item(kPackageUid)));
    const MetaSet& descriptor = file.at(own.item(kDescriptor));
    CHECK(descriptor.kind == (i == 0 ? "28" : "48"));
    CHECK(number(descriptor.item(kContainerDuration), 0, 8) == (i == 0 ? 5u : 5u * 2002u));
    CHECK(hex(descriptor.item(kContainer)) == (i == 0 ? "060e2b340401010a0d01030102110200"     // VC-3, clip
                                                      : "060e2b34040101010d01030102060200"));  // BWF, clip
    const auto ownTracks = file.batch(own.item(kTracks));
    REQUIRE(ownTracks.size() == 1);
    const std::string essence = file.starting("060e2b34010201010d010301").front()->key;
    CHECK(hex(ownTracks[0]->item(kTrackNumber)) == essence.substr(24));
    const std::string rate = hex(ownTracks[0]->item(kEditRate));
    CHECK(rate == (i == 0 ? "00005dc0000003e9" : "0000bb8000000001"));
    const MetaSet& origin = componentOf(file, *ownTracks[0]);
    const std::uint64_t startFrame = ((10 * 60 + 20) * 60 + 30) * 24 + 12;
    CHECK(number(origin.item(kStart), 0, 8) == (i == 0 ? startFrame : startFrame * 2002));

    const MetaSet& source = packageNamed(file, hex(origin.item(kSourcePackage)));
    CHECK(file.at(source.item(kDescriptor)).kind == "2e");  // a tape
    CHECK(ascii(source.item(kName)) == "A001");
    if (i == 0) tape = hex(source.item(kPackageUid));
    CHECK(hex(source.item(kPackageUid)) == tape);
    bool found = false;
    for (const MetaSet* track : file.batch(source.item(kTracks))) {
      if (dataOf(file, *track) == kTimecode) {
        CHECK(number(componentOf(file, *track).item(kStartTimecode), 0, 8) == 0);
        continue;
      }
      if (number(track->item(kTrackId), 0, 4) != number(origin.item(kSourceTrack), 0, 4)) continue;
      found = true;
      CHECK(dataOf(file, *track) == (i == 0 ? kPicture : kSound));
      CHECK(hex(componentOf(file, *track).item(kSourcePackage)) == std::string(64, '0'));
    }
    CHECK(found);
  }
  CHECK(listed == filePackages);
  CHECK(filePackages[0] != filePackages[1]);
  CHECK(filePackages[1] != filePackages[2]);
}

TEST_CASE("an OP-Atom file carries the user comments and the name of the sound track", "[op_atom]") {
  const TempDir folder;
  const SetOfFiles set = make(folder, {});
  for (const std::string& path : set.paths) {
    const MxfFile file(path);
    std::map<std::string, std::string> comments;
    for (const MetaSet* one : file.batch(file.ofKind("36")[0]->item(kComments))) {
      const std::string value = one->item(kTagValue);
      // Indirect value: 'B', the type number of a string in that byte order, the text.
      REQUIRE(value.size() > 17);
      CHECK(hex(value.substr(0, 17)) ==
            "4201100200000000"
            "00060e2b3401040101");
      comments[ascii(one->item(kTagName))] = ascii(value.substr(17));
    }
    CHECK(comments == std::map<std::string, std::string>{{"Scene", "12A"}, {"Take", "3"}});
    const auto tracks = file.batch(file.ofKind("36")[0]->item(kTracks));
    CHECK(ascii(tracks[2]->item("060e2b34010101020107010201000000")) == "Boom");
    CHECK(ascii(tracks[3]->item("060e2b34010101020107010201000000")) == "A2");
  }
}

TEST_CASE("the index of an OP-Atom file finds every frame and every sample", "[op_atom]") {
  const TempDir folder;
  const Spec spec;
  const SetOfFiles set = make(folder, spec);
  for (std::size_t i = 0; i < set.paths.size(); ++i) {
    const MxfFile file(set.paths[i]);
    const Klv& essence = *file.starting("060e2b34010201010d010301").front();
    const Klv& index = *file.starting("060e2b34025301010d01020101100100").front();
    std::map<std::uint64_t, std::string> items;
    for (std::size_t at = 0; at < index.value.size();) {
      const std::uint64_t length = number(index.value, at + 2, 2);
      items[number(index.value, at, 2)] = index.value.substr(at + 4, length);
      at += 4 + length;
    }
    const std::uint64_t unit = number(items[0x3F05], 0, 4), duration = number(items[0x3F0D], 0, 8);
    CHECK(unit * duration == essence.value.size());
    CHECK(duration == (i == 0 ? 5u : 5u * 2002u));
    if (i == 0) {
      for (std::uint64_t frame = 0; frame < duration; ++frame) {
        // A VC-3 frame's header prefix, and its compression ID at byte 40: ST 2019-1.
        CHECK(hex(essence.value.substr(frame * unit, 5)) == "0000028003");
        CHECK(number(essence.value, frame * unit + 40, 4) == 1274);
      }
      CHECK(hex(file.ofKind("28")[0]->item(kCoding)) == "060e2b340401010a0401020271280000");
    } else {
      for (const std::uint64_t sample : {std::uint64_t{0}, std::uint64_t{1000}, std::uint64_t{10009}}) {
        const auto byte = [&](std::uint64_t b) {
          return static_cast<std::uint32_t>(static_cast<unsigned char>(essence.value[sample * 3 + b]));
        };
        CHECK((byte(0) | byte(1) << 8 | byte(2) << 16) == (sample + i - 1) * 128);  // of 2^23 at 1/65536 a step
      }
    }
  }
}

TEST_CASE("drop-frame timecode reaches the tape and the material package of an OP-Atom set", "[op_atom]") {
  const TempDir folder;
  Spec spec;
  spec.rate = {30000, 1001};
  spec.start = "10:00:00;00";
  const SetOfFiles set = make(folder, spec);
  const std::uint64_t frames = 10 * 107892;  // an hour of drop-frame
  const MxfFile file(set.paths[0]);
  for (const MetaSet* clock : file.ofKind("14")) {
    CHECK(number(clock->item(kDropFrame), 0, 1) == 1);
    CHECK(number(clock->item(kTimecodeBase), 0, 2) == 30);
  }
  const MetaSet& material = *file.ofKind("36")[0];
  CHECK(number(componentOf(file, *file.batch(material.item(kTracks))[0]).item(kStartTimecode), 0, 8) == frames);
  const auto info = probe(set.paths[0]);
  REQUIRE(info.has_value());
  REQUIRE(info->start.has_value());
  CHECK(info->start->text() == "10:00:00;00");
}

TEST_CASE("clips of one tape share its package and clips of another do not", "[op_atom]") {
  const TempDir one, two, three;
  Spec spec;
  const auto tapeOf = [](const SetOfFiles& set) {
    const MxfFile file(set.paths[0]);
    for (const MetaSet* package : file.ofKind("37")) {
      if (file.at(package->item(kDescriptor)).kind == "2e") return hex(package->item(kPackageUid));
    }
    return std::string();
  };
  const std::string first = tapeOf(make(one, spec));
  spec.channels = 1;
  spec.start = "11:00:00:00";
  CHECK(tapeOf(make(two, spec)) == first);
  spec.reel = "A002";
  CHECK(tapeOf(make(three, spec)) != first);
}

TEST_CASE("other programs read frames and timecode and reel and sound of an OP-Atom set", "[op_atom]") {
  const TempDir folder;
  const SetOfFiles set = make(folder, {});
  const auto info = probe(set.paths[0]);
  REQUIRE(info.has_value());
  REQUIRE(info->start.has_value());
  CHECK(info->start->text() == "10:20:30:12");
  CHECK(info->reel == "A001");
  auto reader = openVideo({set.paths[0]}, {});
  REQUIRE(reader.has_value());
  CHECK((*reader)->frameCount() == 5);
  for (const std::int64_t frame : {4, 0, 2}) {
    const auto picture = (*reader)->readFrame(frame);
    REQUIRE(picture.has_value());
    CHECK(std::abs(picture->plane[0][0] / 64.0 - static_cast<double>(100 + 100 * frame)) < 4.0);
  }
  auto sound = openAudio({set.paths[2]});
  REQUIRE(sound.has_value());
  CHECK((*sound)->channels() == 1);
  const auto samples = (*sound)->read(100000);
  REQUIRE(samples.has_value());
  REQUIRE(samples->size() == 10010);
  CHECK((*samples)[5000] == Approx(5001 / 65536.0).margin(1e-6));
  if (std::system("command -v ffprobe >/dev/null 2>&1") == 0) {
    const std::string ask = "ffprobe -v error -of default=nw=1:nk=1 '" + set.paths[0] + "' ";
    CHECK(firstLine(ask + "-select_streams v:0 -count_packets -show_entries stream=nb_read_packets") == "5");
    CHECK(firstLine(ask + "-show_entries format_tags=timecode") == "10:20:30:12");
    CHECK(firstLine(ask + "-select_streams v:0 -show_entries stream_tags=reel_name") == "A001");
    CHECK(firstLine(ask + "-select_streams v:0 -show_entries stream=color_transfer") == "bt709");
    CHECK(firstLine(ask + "-show_entries format_tags=comment_Scene") == "12A");
    const std::string sounds = "ffprobe -v error -of default=nw=1:nk=1 '" + set.paths[1] + "' -select_streams a:0 ";
    CHECK(firstLine(sounds + "-show_entries stream_tags=timecode") == "10:20:30:12");
    CHECK(firstLine(sounds + "-show_entries stream_tags=reel_name") == "A001");
    CHECK(firstLine(sounds + "-show_entries stream=codec_name") == "pcm_s24le");
  }
  if (std::system("command -v mediainfo >/dev/null 2>&1") == 0) {
    const std::string ask = "mediainfo '" + set.paths[0] + "' --Output=";
    CHECK(firstLine(ask + "'General;%Format_Profile%'").rfind("OP-Atom", 0) == 0);
    CHECK(firstLine(ask + "'Video;%FrameCount%'") == "5");
    // The clip's, then the tape's own, which begins at zero.
    CHECK(firstLine(ask + "'Other;%TimeCode_FirstFrame% '") == "10:20:30:12 00:00:00:00 ");
  }
}

TEST_CASE("an OP-Atom set refuses pictures and sound that Avid does not take", "[op_atom]") {
  const TempDir folder;
  const auto codeOf = [&](const WriterOptions& options) {
    auto writer = createMovie(options);
    REQUIRE_FALSE(writer.has_value());
    return writer.error().code;
  };
  Spec spec;
  spec.codec = "prores_lt";
  CHECK(codeOf(optionsFor(folder, spec)) == Errc::unsupported);
  WriterOptions options = optionsFor(folder, {});
  options.audio->paths.pop_back();
  CHECK(codeOf(options) == Errc::usage);
  options = optionsFor(folder, {});
  options.audio->sampleRate = 44100;
  CHECK(codeOf(options) == Errc::unsupported);
}

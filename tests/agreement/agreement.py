#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares what Rollproof reads from real files with what exiftool and mediainfo read, field by field.

    agreement.py --build build/dev [--samples ../shared/samples] [--all] [--unmapped]

Every value of either tool that has a place in the clip record must be in the record too: the same, or one that is
listed below as better, with the reason. Prints the table; exit 0 all agree, 1 something does not, 77 a tool or the files
are absent. Open differences are listed in OPEN and shown each time; one that is gone is named, to be struck out.
"""
import argparse
import fractions
import json
import math
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
SUFFIXES = {".mov", ".mp4", ".mxf", ".r3d", ".dng", ".dpx", ".exr", ".wav", ".cin", ".tif", ".tiff", ".ari", ".arx",
            ".braw", ".crm", ".nev", ".cine", ".360", ".insv", ".lrv", ".mts", ".m2ts"}


# --- values -----------------------------------------------------------------------------------------------------------


def ratio(text):
    return float(fractions.Fraction(str(text).replace(":", "/")))


def digits(text):
    """A moment without its zone and punctuation: 20180903124500."""
    return re.sub(r"\D", "", re.sub(r"([+-]\d\d:?\d\d|Z|UTC|[A-Z]{3})$", "", str(text).strip()))[:14]


def words(value):
    return " ".join(str(value).split()).casefold()


def timecode(text):
    return str(text).replace(";", ":").strip()


def same_number(mine, theirs):
    return math.isclose(float(mine), float(theirs), rel_tol=1e-3, abs_tol=1e-6)


def same_moment(mine, theirs):
    # A tool may read the day alone, or less than the seconds.
    mine, theirs = digits(mine), digits(theirs)
    return bool(theirs) and mine.startswith(theirs)


def same_timecode(mine, theirs):
    # exiftool prints MXF's without the frames.
    return timecode(mine).startswith(timecode(theirs))


COMPARE = {"recorded_at": same_moment, "start_timecode": same_timecode}
NUMBERS = {"picture.width", "picture.height", "picture.bit_depth", "picture.pixel_aspect", "picture.lens_squeeze",
           "frame_rate", "sensor_fps", "duration_frames", "audio.channels", "audio.sample_rate", "audio.bit_depth",
           "exposure.ei", "exposure.shutter_s", "exposure.shutter_angle_deg", "exposure.iris_t", "exposure.nd_stops",
           "white_balance.kelvin", "white_balance.tint", "lens.focal_mm", "lens.focus_m"}
RATIOS = {"picture.pixel_aspect", "picture.lens_squeeze", "frame_rate", "sensor_fps"}


def agree(field, mine, theirs):
    if mine is None:
        return False
    if isinstance(mine, list):  # names of sound tracks: the tool gives the first, or all
        return theirs in mine
    if isinstance(mine, bool):
        return words(mine) == words(theirs)
    if field in COMPARE:
        return COMPARE[field](mine, theirs)
    if field in NUMBERS:
        return same_number(ratio(mine) if field in RATIOS else mine, theirs)
    return words(mine) == words(theirs)


def of(record, field):
    for part in field.split("."):
        if not isinstance(record, dict) or part not in record:
            return None
        record = record[part]
    return record


# --- what the tools say, and where it belongs -------------------------------------------------------------------------
# (tag, field, what the value means here; None from it: the tag says nothing)
# F-numbers (Red:FNumber, OpenEXR:Aperture) have no place: the record has T-stops, which light loss makes another number.


def keep(value, _):
    return value if str(value).strip() else None


def positive(value, _):
    try:
        return value if float(value) > 0 else None
    except ValueError:
        return None


def moment(value, _):
    return value if digits(value).strip("0") else None


def whole_height(value, tags):
    # Lines of one field where the descriptor says that fields are stored apart.
    return value * 2 if tags.get("Track2:FrameLayout") == 1 else value


def set_bits(value, _):
    text = str(value).removeprefix("0x")
    return text if text.strip("0") else None


def from_samples(value, tags):
    """The frame of iXML's rate that the first sample lies in, counted from midnight."""
    rate = tags.get("XML:BwfxmlSpeedTimecodeRate")
    if not rate or tags.get("XML:BwfxmlSpeedTimecodeFlag") == "DF":
        return None
    nominal = round(float(rate))
    exact = fractions.Fraction(nominal * 1000, 1001) if abs(float(rate) - nominal) > 0.001 else nominal
    frames = math.floor(fractions.Fraction(int(value), int(tags["RIFF:SampleRate"])) * exact) % (24 * 3600 * nominal)
    seconds, frame = divmod(frames, nominal)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{frame:02}"


def take_identity(value, tags):
    """A take of several files is known by its family, which a mix of it in one file shares: that has its own."""
    return value if int(tags.get("XML:BwfxmlFileSetTotalFiles", 1)) > 1 else tags.get("XML:BwfxmlFileUid")


def sony_timecode(value, tags):
    text = f"{int(value):08d}"  # FFSSMMHH, drop-frame bit in the frames
    frame = int(text[:2], 16) & 0x3F
    return f"{text[6:8]}:{text[4:6]}:{text[2:4]}:{frame:02x}"


def sony_frames(value, _):
    return float(re.match(r"[\d.]+", str(value)).group(0))


NRT = "XMP:NonRealTimeMeta"
EXIFTOOL = [
    ("Red:ImageWidth", "picture.width", positive),
    ("Red:ImageHeight", "picture.height", positive),
    ("Red:FrameRate", "frame_rate", positive),
    ("Red:OriginalFrameRate", "sensor_fps", positive),
    ("Red:StartTimecode", "start_timecode", keep),
    ("Red:SerialNumber", "camera.serial", keep),
    ("Red:Model", "camera.model", keep),
    ("Red:FirmwareVersion", "camera.firmware", keep),
    ("Red:VideoFormat", "camera.sensor_mode", keep),
    ("Red:CameraType", "camera_letter", keep),
    ("Red:ReelNumber", "reel", lambda value, tags: f"{tags.get('Red:CameraType', '')}{int(value):03d}"),
    ("Red:ColorTemperature", "white_balance.kelvin", positive),
    ("Red:ISO", "exposure.ei", positive),
    ("Red:FocalLength", "lens.focal_mm", positive),
    ("Red:FocusDistance", "lens.focus_m", positive),  # -0.001 is "not known"
    ("Red:DateCreated", "recorded_at", lambda value, tags: f"{value} {tags.get('Red:TimeCreated', '')}"),
    ("File:ImageWidth", "picture.width", positive),
    ("File:ImageHeight", "picture.height", positive),
    ("File:BitDepth", "picture.bit_depth", positive),
    ("File:CreateDate", "recorded_at", moment),
    ("File:Project", "slate.production", keep),
    ("File:InputDeviceName", "camera.model", keep),
    ("File:InputDeviceSerialNumber", "camera.serial", keep),
    ("File:AspectRatio", "picture.pixel_aspect",
     lambda value, _: float(value) if re.fullmatch(r"[\d.]+", str(value)) and float(value) > 0 else None),
    ("File:FrameRate", "frame_rate", positive),
    ("File:ShutterAngle", "exposure.shutter_angle_deg", positive),
    ("OpenEXR:CameraMake", "camera.make", keep),
    ("OpenEXR:CameraModel", "camera.model", keep),
    ("OpenEXR:CameraSerialNumber", "camera.serial", keep),
    ("OpenEXR:CameraFirmwareVersion", "camera.firmware", keep),
    ("OpenEXR:LensMake", "lens.make", keep),
    ("OpenEXR:LensModel", "lens.model", keep),
    ("OpenEXR:LensSerialNumber", "lens.serial", keep),
    ("OpenEXR:ISO", "exposure.ei", positive),
    ("OpenEXR:ExposureTime", "exposure.shutter_s", positive),
    ("OpenEXR:EffectiveFocalLength", "lens.focal_mm", positive),
    ("OpenEXR:NominalFocalLength", "lens.focal_mm", positive),
    ("OpenEXR:Focus", "lens.focus_m", positive),
    ("OpenEXR:PixelAspectRatio", "picture.pixel_aspect", positive),
    ("OpenEXR:ReelName", "reel", keep),
    ("IFD0:Make", "camera.make", keep),
    ("IFD0:Model", "camera.model", keep),
    ("IFD0:CameraSerialNumber", "camera.serial", keep),
    ("ExifIFD:DateTimeOriginal", "recorded_at", moment),
    ("ExifIFD:ISO", "exposure.ei", positive),
    ("ExifIFD:ExposureTime", "exposure.shutter_s", positive),
    ("ExifIFD:FocalLength", "lens.focal_mm", positive),
    ("ExifIFD:LensModel", "lens.model", keep),
    ("RIFF:NumChannels", "audio.channels", positive),
    ("RIFF:SampleRate", "audio.sample_rate", positive),
    ("RIFF:BitsPerSample", "audio.bit_depth", positive),
    ("RIFF:DateTimeOriginal", "recorded_at", moment),
    ("RIFF:Originator", "camera.model", keep),
    ("RIFF:BWF_UMID", "umid", set_bits),
    ("RIFF:TimeReference", "start_timecode", from_samples),
    ("XML:BwfxmlProject", "slate.production", keep),
    ("XML:BwfxmlScene", "slate.scene", keep),
    ("XML:BwfxmlTake", "slate.take", keep),
    ("XML:BwfxmlTape", "reel", keep),
    ("XML:BwfxmlNote", "slate.notes", keep),
    ("XML:BwfxmlCircled", "slate.circled", keep),
    ("XML:BwfxmlSpeedTimecodeRate", "frame_rate", positive),
    ("XML:BwfxmlTrackListTrackName", "audio.tracks", keep),
    ("XML:BwfxmlFileSetFamilyUid", "uuid", take_identity),
    ("MXF:SampleRate", "frame_rate", positive),
    ("Track1:StartTimecode", "start_timecode",
     lambda value, _: value if ":" in str(value) else f"{value // 3600:02}:{value // 60 % 60:02}:{value % 60:02}"),
    ("Track2:ImageWidth", "picture.width", positive),
    ("Track2:ImageHeight", "picture.height", whole_height),
    ("Track2:ComponentDepth", "picture.bit_depth", positive),
    ("Track3:AudioSampleRate", "audio.sample_rate", positive),
    ("Track3:ChannelCount", "audio.channels", positive),
    ("Track3:BitsPerAudioSample", "audio.bit_depth", positive),
    ("QuickTime:CreateDate", "recorded_at", moment),
    ("UserData:FirmwareVersion", "camera.firmware", keep),
    ("UserData:LensSerialNumber", "lens.serial", keep),
    ("UserData:CameraSerialNumber", "camera.serial", keep),
    ("UserData:Model", "camera.model", keep),
    ("GoPro:Model", "camera.model", keep),
    ("Track1:CompressorID", "picture.codec_tag", keep),
    ("Track1:SourceImageWidth", "picture.width", positive),
    ("Track1:SourceImageHeight", "picture.height", positive),
    ("Track1:VideoFrameRate", "frame_rate", positive),
    ("Track2:AudioChannels", "audio.channels", positive),
    ("Track2:AudioSampleRate", "audio.sample_rate", positive),
    (NRT + "TargetMaterialUmidRef", "umid", set_bits),
    (NRT + "DurationValue", "duration_frames", positive),
    (NRT + "LtcChangeTableLtcChangeValue", "start_timecode", sony_timecode),
    (NRT + "CreationDateValue", "recorded_at", moment),
    (NRT + "VideoFormatVideoFrameCaptureFps", "sensor_fps", sony_frames),
    (NRT + "VideoFormatVideoFrameFormatFps", "frame_rate", sony_frames),
    (NRT + "VideoFormatVideoFrameVideoCodec", "picture.codec", keep),
    (NRT + "VideoFormatVideoLayoutPixel", "picture.width", positive),
    (NRT + "VideoFormatVideoLayoutNumOfVerticalLine", "picture.height", positive),
    (NRT + "VideoFormatVideoLayoutPixelAspect", "picture.pixel_aspect", lambda value, _: ratio(value)),
    (NRT + "AudioFormatNumOfChannel", "audio.channels", positive),
    (NRT + "AudioFormatAudioRecPortSamplingRate", "audio.sample_rate", positive),
    (NRT + "AudioFormatAudioRecPortAudioCodec", "audio.bit_depth",
     lambda value, _: int(str(value).removeprefix("LPCM")) if str(value).startswith("LPCM") else None),
    (NRT + "CameraManufacturer", "camera.make", keep),
    (NRT + "CameraModelName", "camera.model", keep),
    (NRT + "CameraSerialNo", "camera.serial", keep),
    (NRT + "CameraElementSoftware", "camera.firmware", keep),
    (NRT + "LensManufacturer", "lens.make", keep),
    (NRT + "LensModelName", "lens.model", keep),
    (NRT + "AcquisitionRecordGroupItemValue", "picture.lens_squeeze",
     lambda value, tags: float(value) / 100
     if tags.get(NRT + "AcquisitionRecordGroupItemName") == "AnamorphicLensSqueezeRatio" else None),
]

CODECS = {"AVC": "h264", "HEVC": "hevc", "MPEG Video": "mpeg2video", "ProRes": "prores", "DPX": "dpx", "EXR": "exr",
          "JPEG 2000": "jpeg2000", "VC-3": "dnxhd", "DV": "dvvideo"}


def four_letters(value, _):
    return value if re.fullmatch(r"[A-Za-z0-9 ]{4}", str(value)) else None


# By the kind of mediainfo's track.
MEDIAINFO = {
    "General": [("Encoded_Date", "recorded_at", moment), ("Producer", "camera.model", keep)],
    "Video": [("Width", "picture.width", positive), ("Height", "picture.height", positive),
              ("Format", "picture.codec", lambda value, _: CODECS.get(value)),
              ("CodecID", "picture.codec_tag", four_letters), ("BitDepth", "picture.bit_depth", positive),
              ("ChromaSubsampling", "picture.chroma", keep), ("PixelAspectRatio", "picture.pixel_aspect", positive),
              ("FrameRate", "frame_rate", positive), ("FrameCount", "duration_frames", positive)],
    "Image": [("Width", "picture.width", positive), ("Height", "picture.height", positive),
              ("BitDepth", "picture.bit_depth", positive), ("PixelAspectRatio", "picture.pixel_aspect", positive),
              ("Format", "picture.codec", lambda value, _: CODECS.get(value)),
              ("Encoded_Date", "recorded_at", moment)],
    "Audio": [("Channels", "audio.channels", positive), ("SamplingRate", "audio.sample_rate", positive),
              ("BitDepth", "audio.bit_depth", positive)],
    "Other": [("TimeCode_FirstFrame", "start_timecode", keep)],
}

# (file, tool, tag): (the value of ours that is better, why)
BETTER = {
    ("karma.mp4", "mediainfo", "TimeCode_FirstFrame"):
        ("19:26:48:04", "the tmcd says 29 frames a second where its ticks say 30"),
    ("sample.mxf", "mediainfo", "Height"):
        (608, "lines as recorded, as exiftool says too; mediainfo leaves the 32 above the picture out"),
    ("sample.mxf", "mediainfo", "PixelAspectRatio"):
        ("152/135", "4:3 over 720x608; mediainfo's 1.000 makes no 4:3 of its own 720x576"),
    ("DNG.dng", "mediainfo", "Width"): (None, "mediainfo measures the thumbnail"),
    ("DNG.dng", "mediainfo", "Height"): (None, "mediainfo measures the thumbnail"),
    ("DNG.dng", "mediainfo", "BitDepth"): (None, "mediainfo measures the thumbnail"),
    ("D001C005_210716AG", "exiftool", NRT + "CameraElementSoftware"): ("6.10", "a version is text, not a number"),
}

# (file, tool, tag): what is open
OPEN = {}


def exiftool_tags(path):
    text = subprocess.run(["exiftool", "-json", "-G1", "-n", "-charset", "filename=utf8", str(path)],
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
    return json.loads(text)[0] if text.strip() else {}


def said_by_exiftool(path):
    tags = exiftool_tags(path)
    for tag, field, meaning in EXIFTOOL:
        if tag in tags:
            value = meaning(tags[tag], tags)
            if value is not None:
                yield tag, field, value
    known = {tag for tag, _, _ in EXIFTOOL}
    for tag, value in tags.items():
        if tag not in known and not tag.startswith(("System:", "ExifTool:", "Composite:")):
            yield tag, None, value


def said_by_mediainfo(path):
    text = subprocess.run(["mediainfo", "--Output=JSON", str(path)], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL).stdout
    tracks = ((json.loads(text) or {}).get("media") or {}).get("track", []) if text.strip() else []
    seen = set()
    for track in tracks:
        kind = track.get("@type")
        for tag, field, meaning in MEDIAINFO.get(kind, []):
            if tag not in track or (kind, tag) in seen:
                continue
            seen.add((kind, tag))  # the first of several sound or timecode tracks
            value = meaning(track[tag], track)
            if value is not None:
                yield tag, field, value


def described_by(program, path, catalog):
    done = subprocess.run([program, "--catalog", str(catalog), "inspect", str(path)], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    return json.loads(lines[0]) if lines else {}


def cases(samples, work):
    """(what it is called, the file the tools read, what Rollproof reads)"""
    for path in sorted(samples.rglob("*")):
        if path.is_file() and path.suffix.lower() in SUFFIXES:
            yield path.name, path, path
    # A camera's side file tells of the clip it lies beside.
    for side in sorted(samples.rglob("*M01.[xX][mM][lL]")):
        name = side.name[:-len("M01.XML")]
        folder = work / "XDROOT" / "Clip"
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(side, folder / f"{name}M01.XML")
        (folder / f"{name}.MXF").write_bytes(b"not here")
        yield name, side, folder / f"{name}.MXF"


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--build", required=True, type=pathlib.Path)
    options.add_argument("--samples", type=pathlib.Path,
                         default=pathlib.Path(__file__).resolve().parents[3] / "shared" / "samples")
    options.add_argument("--all", action="store_true", help="show what agrees too")
    options.add_argument("--unmapped", action="store_true", help="show exiftool's tags that have no place")
    chosen = options.parse_args()
    program = chosen.build / "app" / "cli" / "rollproof"
    absent = [tool for tool in ("exiftool", "mediainfo") if not shutil.which(tool)]
    if absent or not chosen.samples.is_dir():
        print(f"left out: {', '.join(absent) or f'no samples at {chosen.samples}'}")
        return SKIPPED
    count = {"same": 0, "better": 0, "open": 0, "differs": 0}
    rows, unmapped, stale, met = [], [], [], set()
    with tempfile.TemporaryDirectory(prefix="rollproof-agreement-") as work:
        work = pathlib.Path(work)
        for name, tools_read, we_read in cases(chosen.samples, work):
            record = described_by(program, we_read, work / "catalog.db")
            for tool, said in (("exiftool", said_by_exiftool), ("mediainfo", said_by_mediainfo)):
                for tag, field, theirs in said(tools_read):
                    if field is None:
                        unmapped.append((name, tag, theirs))
                        continue
                    mine, key, why = of(record, field), (name, tool, tag), ""
                    met.add(key)
                    result = "same" if agree(field, mine, theirs) else "differs"
                    if result == "differs" and key in BETTER:
                        better, why = BETTER[key]
                        if mine is not None and (better is None or mine == better):
                            result = "better"
                    if result == "differs" and key in OPEN:
                        result, why = "open", OPEN[key]
                    if result == "same" and key in OPEN:
                        stale.append(key)
                    count[result] += 1
                    if result != "same" or chosen.all:
                        rows.append((result, name, field, mine, tool, tag, theirs, why))
    print(f"{'':8} {'file':24} {'field':26} {'Rollproof':26} {'the other':34}")
    for result, name, field, mine, tool, tag, theirs, why in sorted(rows, key=lambda row: row[:3]):
        other = f"{tool} {tag.rpartition(':')[2].removeprefix('NonRealTimeMeta')[:24]} = {theirs}"
        print(f"{result:8} {name:24} {field:26} {'-' if mine is None else str(mine):26} {other}"
              + (f"  ({why})" if why else ""))
    if chosen.unmapped:
        for name, tag, theirs in unmapped:
            print(f"no place {name:24} {tag} = {str(theirs)[:60]}")
    print(", ".join(f"{number} {what}" for what, number in count.items()))
    for key in stale:
        print("agrees now, strike it from OPEN:", key)
    return 1 if count["differs"] else 0


if __name__ == "__main__":
    sys.exit(main())

// SPDX-License-Identifier: Apache-2.0
// A clip as Avid Media Composer keeps media: one MXF OP-Atom file a track, DNxHD or DNxHR for the picture and mono PCM
// for each sound channel, which together are one master clip because every file carries the same material package.
//
// Each file: header partition (material package of all tracks, the file's own source package, the tape package), body
// partition with the track's essence in one element, footer partition with the index table, random index pack. All
// clips of one tape share the tape's package, whose timecode starts at zero; a file's source clip says where on the
// tape it begins, as Avid does it.
// Threads: as MovieWriter. Errors: Errc::unsupported for a codec that is not VC-3; Errc::usage without a path a track.
// Source: SMPTE ST 377-1 (MXF), ST 390 (OP-Atom), ST 382 (BWF in the generic container), ST 2019-4 (VC-3 in it),
//         ST 330 (UMID), AAF Object Specification v1.1 (user comments).
#pragma once

#include "core/media/media.h"

namespace rollproof::media {

// options.path is the picture's file, options.audio->paths one file a channel; options.tags become user comments.
[[nodiscard]] Result<std::unique_ptr<MovieWriter>> createOpAtom(const WriterOptions& options);

}  // namespace rollproof::media

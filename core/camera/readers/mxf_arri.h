// SPDX-License-Identifier: Apache-2.0
// ARRI's descriptive sets in an MXF header, each a JSON document with its media type and the address of its schema.
// Private to this folder. Threads: pure per record. Errors: none; a document that is no JSON is left out.
// Source: SMPTE RDD 54 and RDD 55; the schemas' words by ARRI's published metadata exports. Not verified on real media.
#pragma once

#include "core/camera/readers/mxf_metadata.h"
#include "core/camera/record.h"

namespace rollproof::camera {

void describeArriSets(Record& record, const MxfMetadata& metadata);

}  // namespace rollproof::camera

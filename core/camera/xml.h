// SPDX-License-Identifier: Apache-2.0
// XML side files of cards, through the house's one reader of small XML files. Private to this folder.
// Threads: pure. Errors: as core/interchange/xml.h.
#pragma once

#include "core/interchange/xml.h"

namespace rollproof::camera {

using interchange::kMaxXmlBytes;
using interchange::parseXml;
using interchange::XmlNode;

}  // namespace rollproof::camera

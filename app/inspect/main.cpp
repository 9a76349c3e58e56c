// SPDX-License-Identifier: Apache-2.0
// rollproof-inspect: parses what lies on cards, so that nothing else has to.
#include "core/camera/inspect.h"

int main(int argc, char** argv) { return rollproof::camera::inspectMain(argc, argv); }

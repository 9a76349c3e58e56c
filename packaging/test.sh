#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is needed, builds, and passes all tests. Quiet on success but for the count; safe to run again.
#   bash packaging/test.sh [--no-install]
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
take_install_argument "$@"
[ "$install" = no ] || install_packages packaging/packages-build.txt packaging/packages-test.txt
build release
# The desktop tests start their own Xvfb; ctest's last lines hold the count.
if ! ctest --preset release -j2 --output-on-failure >"$log_dir/ctest.log" 2>&1; then
  tail -n 150 "$log_dir/ctest.log" >&2
  die "tests failed; the whole output is in $log_dir/ctest.log"
fi
tail -n 12 "$log_dir/ctest.log"

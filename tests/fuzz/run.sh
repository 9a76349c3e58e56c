#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run.sh TARGET [SECONDS]: libFuzzer on one target, from its seeds and what earlier runs found.
set -eu
target=${1:?which target, for example mhl}
seconds=${2:-600}
cd "$(dirname "$0")/../.."
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz --target "fuzz_$target" "seed_$target"
corpus=build/fuzz/corpus/$target
mkdir -p "$corpus/found"
build/fuzz/tests/fuzz/seed_"$target" --write-seeds "$corpus"
exec build/fuzz/tests/fuzz/fuzz_"$target" -max_total_time="$seconds" -timeout=25 -rss_limit_mb=2048 -max_len=200000 \
  -print_final_stats=1 -artifact_prefix="$corpus/found/" "$corpus"

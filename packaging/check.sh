#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What a change must also pass before it is called done: formatting, clang-tidy's short list, sanitizers.
#   bash packaging/check.sh [format|tidy|asan|tsan ...]     (default: all)
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
steps=("$@")
[ ${#steps[@]} -gt 0 ] || steps=(format tidy asan tsan)
mapfile -t sources < <(git ls-files '*.cpp' '*.h')
for step in "${steps[@]}"; do
  echo "$step ..."
  case "$step" in
    format) quietly format clang-format --dry-run --Werror "${sources[@]}" ;;
    tidy)
      build dev
      mapfile -t units < <(git ls-files 'core/*.cpp' 'app/*.cpp' 'ui/*.cpp')
      quietly tidy clang-tidy -p build/dev --quiet "${units[@]}"
      ;;
    asan)
      build asan
      # Qt and the GL stack keep memory until the process ends; leaks are looked for in the core's tests.
      ASAN_OPTIONS=detect_leaks=1 quietly ctest-asan ctest --preset asan -E '^(gui|ui)'
      ;;
    tsan)
      build tsan
      quietly ctest-tsan ctest --preset tsan -R '^(jobs|offload|catalog|session|volumes|mhl|hash)'
      ;;
    *) die "unknown step $step" ;;
  esac
done

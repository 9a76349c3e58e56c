#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what is needed, builds, makes demo cards and takes one through the main job: offload with proof, catalog,
# proxies, report. Safe to run again; a second run takes seconds.
#   bash packaging/run.sh [--no-install]
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
take_install_argument "$@"
[ "$install" = no ] || install_packages packaging/packages-build.txt
build release

bin=build/release/app/cli/rollproof
desktop=build/release/app/desktop/rollproof-desktop
demo=build/demo
catalog=$demo/catalog.db
mkdir -p "$demo/drive-1" "$demo/drive-2"
# What a verb prints, kept; its exit code, given.
verb() { "$bin" --catalog "$catalog" "$@"; }

quietly demo "$bin" demo "$demo/cards"
# The ARRI-style reel is the card that is taken through the whole job.
card=$(find "$demo/cards" -mindepth 1 -maxdepth 1 -type d -name 'A001*' | sort | head -n 1)
[ -n "$card" ] || die "the demo made no camera card"

policy=()
if [ "$(stat -c %d "$demo/drive-1")" = "$(stat -c %d "$demo/drive-2")" ]; then
  policy=(--min-devices 1)
  echo "This machine offers one disk for both copies: Safe is asked for with --min-devices 1."
  echo "On a set, use two drives and leave that out: two copies on one disk are lost together."
fi
echo
status=0
verb offload "$card" --to "$demo/drive-1" --to "$demo/drive-2" --project "Demo" --day 2026-05-02 ${policy[@]+"${policy[@]}"} || status=$?
if [ "$status" -ne 0 ]; then die "the offload ended with exit code $status"; fi

roll_folder=$(find "$demo/drive-1/Demo/2026-05-02" -mindepth 1 -maxdepth 1 -type d -name 'A001*' | sort | head -n 1)
proxies=$demo/drive-1/Demo/2026-05-02/proxies
mkdir -p "$proxies"
made=$(find "$proxies" -type f | wc -l)
if [ "$made" -lt 4 ]; then
  quietly proxies "$bin" --catalog "$catalog" proxy "$roll_folder" --preset h264-review --preset prores-proxy -o "$proxies" --burnin '{clip}   {tc}'
fi
echo
find "$proxies" -type f | sort | sed 's/^/proxy     /'
verb report card "$(basename "$roll_folder")"
echo
echo "Open the desktop on the same catalog:"
echo "  $desktop --catalog $catalog"

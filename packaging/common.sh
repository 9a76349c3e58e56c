# SPDX-License-Identifier: Apache-2.0
# Shared by run.sh and test.sh: arguments, packages, build. Sourced, not run.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"
log_dir="$root/build/logs"
mkdir -p "$log_dir"

die() { printf 'rollproof: %s\n' "$*" >&2; exit 1; }

# Sets install=yes, or no for --no-install; anything else is a usage error.
take_install_argument() {
  install=yes
  local argument
  for argument in "$@"; do
    case "$argument" in
      --no-install) install=no ;;
      *) echo "usage: bash packaging/$(basename "$0") [--no-install]" >&2; exit 2 ;;
    esac
  done
}

# quietly NAME COMMAND...: silent on success; on failure the end of its output and where the rest is.
quietly() {
  local name=$1; shift
  if ! "$@" >"$log_dir/$name.log" 2>&1; then
    tail -n 40 "$log_dir/$name.log" >&2
    die "$name failed; the whole output is in $log_dir/$name.log"
  fi
}

install_packages() {
  local list missing=() package
  mapfile -t list < <(grep -hvE '^\s*(#|$)' "$@")
  for package in "${list[@]}"; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] && return
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "these Debian packages are missing and sudo is not here to install them: ${missing[*]}"
    sudo=(sudo)
  fi
  echo "Installing ${#missing[@]} Debian packages ..."
  quietly apt-update "${sudo[@]}" apt-get update
  quietly apt-install "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"
}

build() {
  local preset=$1
  if [ ! -f "build/$preset/build.ninja" ]; then
    echo "Building ($preset); the first time takes several minutes ..."
    quietly "configure-$preset" cmake --preset "$preset"
  fi
  quietly "build-$preset" cmake --build --preset "$preset"
}

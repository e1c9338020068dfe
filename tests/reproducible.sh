#!/bin/sh
# Builds the committed sources twice, in folders of different names and depths, at different times and with different
# umasks, and compares the results: the binaries, the packages, the man pages. Takes two builds of the release,
# so it is run by hand.
# Usage: sh tests/reproducible.sh
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
commit=$(git -C "$root" rev-parse HEAD)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# build NAME UMASK: builds without a compiler cache, which would compare one build with itself.
build() {
  mkdir -p "$(dirname "$folder/$1")"
  (
    umask "$2"
    git clone -q "$root" "$folder/$1"
    cd "$folder/$1"
    git checkout -q --detach "$commit"
    cmake --preset release -DALOHOOK_TESTS=OFF -DCMAKE_CXX_COMPILER_LAUNCHER="$(command -v env)" >"$folder/log" 2>&1 &&
      cmake --build build/release --target alohook alohook_portable >>"$folder/log" 2>&1 &&
      umask 022 && # cpack marks the parts of a .deb with it, and dpkg does not care
      cd build/release && cpack >>"$folder/log" 2>&1
  ) || { tail -n 20 "$folder/log" >&2; exit 1; }
}

build one 022
build a/longer/way/to/two 077

failed=0
for file in alohook alohook_portable $(cd "$folder/one/build/release" && ls alohook_*.deb alohook-*.tar.gz man/*.1 2>/dev/null); do
  if cmp "$folder/one/build/release/$file" "$folder/a/longer/way/to/two/build/release/$file"; then
    echo "same    $file"
  else
    echo "DIFFERS $file"
    failed=1
  fi
done
exit $failed

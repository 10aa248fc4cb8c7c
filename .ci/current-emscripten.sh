#!/bin/sh
# Builds the project with a current Emscripten, and tests what comes out: the core's tests
# as wasm, and files of the browser tests. Prints the sizes last.
#
#   sh .ci/current-emscripten.sh                        Debian sid's, in build/emscripten-sid
#   sh .ci/current-emscripten.sh --suite trixie         that of another Debian
#   sh .ci/current-emscripten.sh --all                  all browser tests
#   sh .ci/current-emscripten.sh --keep                 keeps the sizes in bench/current-sizes.json
#   sh .ci/current-emscripten.sh FOLDER                 in another folder
#
# The folder becomes a small Debian of its own (1.5 GB), so that nothing of the machine
# changes; there the sources are copied and built as anybody builds them. The second time
# it brings that Debian up to date and builds what has changed.
#
# Needs root, for chroot, and what `set-up.sh build chromium current-emscripten` installs.
set -eu
cd "$(dirname "$0")/.."

packages='emscripten cmake ninja-build'
# What touches Emscripten most: how the module starts, what it keeps, texts, each operation.
smoke='burry cost hostile ids leaks live loading odd-names parse queue read rubbish two-files write'
suite=sid
folder=''
keep=''

fail() {
  echo "current-emscripten: $1" >&2
  exit 1
}

while [ $# -gt 0 ]; do
  case $1 in
    --suite) suite=${2:?'--suite needs a name'}; shift ;;
    --all) smoke=$(cd wasm-tests/browser && ls ./*.test.mjs | sed 's/^..//; s/.test.mjs$//') ;;
    --keep) keep=--keep ;;
    -*) fail "expected --suite NAME, --all, --keep or a folder, got '$1'" ;;
    *) folder=$1 ;;
  esac
  shift
done
folder=$(realpath -m "${folder:-build/emscripten-$suite}")
project=$folder/project
# Stands in a folder that was made here, and in no other Debian, such as the machine's own.
made=$folder/etc/made-for-current-emscripten

[ "$(id -u)" -eq 0 ] || fail 'please run as root'

inside() {
  chroot "$folder" env HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"
}

install_debian() {
  [ -e "$made" ] && return
  [ -z "$(ls -A "$folder" 2>/dev/null)" ] || fail "$folder is there, and not, or not wholly, made by this; please remove it"
  # Where the machine's own packages come from.
  codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
  # shellcheck disable=SC2016 # what apt-get is to put there
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' "Release: $codename" 'Component: main' | head -n 1)
  echo "current-emscripten: installing Debian $suite in $folder"
  mkdir -p "$folder"
  if ! debootstrap --variant=minbase "$suite" "$folder" ${mirror:+"$mirror"} >"$folder.log" 2>&1; then
    tail -n 20 "$folder.log"
    fail "debootstrap failed; please remove $folder"
  fi
  touch "$made"
}

install_emscripten() {
  echo "current-emscripten: installing the Debian packages $packages there, or bringing them up to date"
  # A mirror that is kept as it was one day is out of date.
  echo 'Acquire::Check-Valid-Until "false";' >"$folder/etc/apt/apt.conf.d/any-date"
  # What an interrupted run has left half installed.
  inside dpkg --configure -a >"$folder.log" 2>&1
  inside apt-get update -qq
  # shellcheck disable=SC2086 # a list of names
  inside apt-get install -qq -y --no-install-recommends $packages </dev/null >"$folder.log" 2>&1 || {
    tail -n 20 "$folder.log"
    fail 'apt-get failed'
  }
}

# node_modules by hard links, since it is large; header-only libraries as the machine has
# them, so that nothing but the compiler differs. What has not changed keeps its time, for ninja.
copy_sources() {
  mkdir -p "$project"
  find "$project" -mindepth 1 -maxdepth 1 ! -name build -exec rm -rf {} +
  tar -c --exclude=./build --exclude=./dist --exclude=./node_modules --exclude=./.git . | tar -x -C "$project"
  cp -al node_modules "$project" 2>/dev/null || cp -a node_modules "$project"
  for library in /usr/include/nlohmann /usr/include/doctest /usr/local/include/nlohmann /usr/local/include/doctest; do
    if [ -d "$library" ]; then cp -aL "$library" "$folder/usr/local/include"; fi
  done
}

# ninja does not see that the compiler is another one.
drop_objects_of_another_release() {
  if [ "$(cat "$project/build/release" 2>/dev/null)" = "$release" ]; then return; fi
  rm -rf "$project/build"
  mkdir -p "$project/build"
  echo "$release" >"$project/build/release"
}

install_debian
install_emscripten
copy_sources
release=$(inside emcc --version | sed -n '1s/.* \([0-9][0-9.]*\).*/\1/p')
drop_objects_of_another_release
echo "current-emscripten: building with Emscripten $release; its first link builds its own libraries"
inside sh -c 'cd /project && node js/build/build.mjs && node -e "
  import(\"/project/js/build/cmake.mjs\").then(({build}) => build(\"wasm-tests\", \"wasm\"))"'

cd "$project"
echo 'current-emscripten: the core, as wasm'
node build/wasm/core_tests.js
echo 'current-emscripten: the built files, in a browser'
failed=''
try() { # try BUILD NAME
  file=wasm-tests/browser/$2.test.mjs
  BUILD=$1 node --test "$file" >"$folder.log" 2>&1 || {
    failed="$failed $file ($1)"
    cat "$folder.log"
  }
  echo "$file, as $1: $(sed -n 's/^# \(pass\|fail\) \([0-9]*\)$/\2 \1/p; s/^ℹ \(pass\|fail\) \([0-9]*\)$/\2 \1/p' "$folder.log" | tr '\n' ' ')"
}
for name in $smoke; do try wasm "$name"; done
for name in hostile lists loading write; do try asm "$name"; done
cd "$OLDPWD"
[ -z "$failed" ] || fail "failed:$failed"

node bench/current-sizes.mjs "$release" "$project" $keep

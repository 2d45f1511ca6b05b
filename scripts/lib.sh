# Shared by the scripts beside it; sourced, not run. Steps say what they do and how long they took.
# shellcheck shell=bash

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program=$(basename "$0")

say() { printf '%s: %s\n' "$program" "$*" >&2; }

die() {
  say "$*"
  exit 1
}

# step WHAT COMMAND…: runs the command, says what it is for and how many seconds it took.
step() {
  local what=$1 begun=$SECONDS status=0
  shift
  say "$what …"
  "$@" || status=$?
  if ((status != 0)); then
    say "$what FAILED after $((SECONDS - begun)) s (exit $status)"
    return "$status"
  fi
  say "$what: done in $((SECONDS - begun)) s"
}

# quietly COMMAND…: shows the output only when the command fails.
quietly() {
  local output status=0
  output=$(mktemp)
  "$@" >"$output" 2>&1 || status=$?
  ((status == 0)) || cat "$output" >&2
  rm -f "$output"
  return "$status"
}

# configure DIR CMAKE-OPTION…: configures a build folder. With ccache where it is there.
configure() {
  local folder=$1
  shift
  local launcher=()
  if command -v ccache >/dev/null; then
    launcher=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  fi
  quietly cmake -S "$root" -B "$folder" -G Ninja "${launcher[@]}" "$@"
}

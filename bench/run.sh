#!/usr/bin/env bash
# Every benchmark, one after the other, then the report. About 45 minutes on a quiet machine; QUICK=1
# takes five and is good for nothing but trying the tools.
set -euo pipefail
cd "$(dirname "$0")/.."

ulimit -n "$(ulimit -Hn)"
for program in ffmpeg nginx wrk node chromium; do
  command -v "$program" >/dev/null || { echo "bench needs $program: apt-get install nginx libnginx-mod-rtmp wrk chromium ffmpeg nodejs" >&2; exit 1; }
done
[[ -d bench/node_modules ]] || npm --prefix bench ci --no-audit --no-fund

target=${CARGO_TARGET_DIR:-target}
cargo build --release -p rivulet -p rivulet-bench
bench() { "$target/release/rivulet-bench" "$@"; }

load=$(cut -d' ' -f1 /proc/loadavg)
awk -v load="$load" 'BEGIN { exit !(load > 0.5) }' && echo "warning: the machine is busy (load $load); the numbers will be noise" >&2

if [[ -n ${QUICK:-} ]]; then
  bench idle --runs 1 --window 3 --settle 2
  bench passthrough --runs 1 --channels 1,20 --window 5 --settle 2
  bench delay --runs 1 --window 10
  bench delivery --runs 1 --window 3
  bench waiters --runs 1 --waiters 500 --window 5
  bench fanout --runs 1 --players 50 --window 5
  bench glass --runs 1 --window 20 --settle 5
else
  bench idle
  bench passthrough
  bench delay
  bench delivery
  bench waiters
  bench fanout
  bench glass
fi
bench report

#!/usr/bin/env bash
# Runs the benchmarks one after the other, then renders docs/BENCHMARKS.md from their results.
#   scripts/bench.sh PROGRAM [NAME…]      PROGRAM: the built rivulet-bench; NAME: only these
# About an hour on a quiet machine. QUICK=1 takes seven minutes and is good for nothing but trying the tools.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

readonly program=${1:?the built rivulet-bench}
shift
(($#)) || set -- idle passthrough delay delivery waiters fanout chat ladder glass discovery sign-in

# What makes a benchmark quick.
quickly() {
    [[ -n ${QUICK:-} ]] || return 0
    case $1 in
    idle) echo --runs 1 --window 3 --settle 2 ;;
    passthrough) echo --runs 1 --window 5 --settle 2 --channels 1,20 ;;
    delay) echo --runs 1 --window 10 ;;
    delivery) echo --runs 1 --window 3 --settle 2 ;;
    waiters) echo --runs 1 --window 5 --waiters 500 ;;
    fanout) echo --runs 1 --window 5 --players 50 ;;
    chat) echo --runs 1 --window 5 --what rates,durable --rates 50,200 --receivers 300 --senders 300 ;;
    ladder) echo --runs 1 --length 140 --settle 4 --judged 8 ;;
    discovery) echo --runs 1 --channels 500 --follows 20000 --requests 400 ;;
    sign-in) echo --runs 1 --window 5 ;;
    glass) echo --runs 1 --window 20 --settle 5 ;;
    esac
}

# Thousands of players wait on one machine, at both ends.
ulimit -n "$(ulimit -Hn)"
[[ -d bench/node_modules ]] || npm --prefix bench ci --no-audit --no-fund --silent

load=$(cut -d' ' -f1 /proc/loadavg)
if awk -v load="$load" 'BEGIN { exit !(load > 0.5) }'; then
    say "The machine is busy (load $load): the numbers will be noise."
fi

for name in "$@"; do
    say "== benchmark: $name"
    # shellcheck disable=SC2046 # several arguments are meant
    "$program" "$name" $(quickly "$name") ||
        fail "The benchmark $name could not measure; the reason is above." "Run it alone: make bench ARGS=$name"
done
"$program" report
say "The results are in bench/results, the text with its charts in docs/BENCHMARKS.md."

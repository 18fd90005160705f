#!/usr/bin/env bash
# Runs the benchmarks one after the other, then renders docs/BENCHMARKS.md from their results.
#   scripts/bench.sh PROGRAM [NAME…]      PROGRAM: the built rivulet-bench; NAME: only these
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

readonly program=${1:?the built rivulet-bench}
shift
(($#)) || set -- idle passthrough delay delivery waiters fanout glass

for name in "$@"; do
    say "== benchmark: $name"
    "$program" "$name" ||
        fail "The benchmark $name could not measure; the reason is above." "Run it alone: make bench ARGS=$name"
done
"$program" report
say "The results are in bench/results, the text with its charts in docs/BENCHMARKS.md."

#!/usr/bin/env bash
# The fuzz targets: `check` compiles them, `run SECONDS` stays with each for so long.
#   scripts/fuzz.sh check | run SECONDS
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

check() {
    # Nothing is linked, so that the fuzzer's own C++ need not be built.
    CUSTOM_LIBFUZZER_PATH=/dev/null cargo clippy --locked --manifest-path fuzz/Cargo.toml \
        --target-dir "${CARGO_TARGET_DIR:-target}/fuzz-check" -- -D warnings
}

run() {
    local seconds=$1
    cargo fuzz --version >/dev/null 2>&1 ||
        fail "cargo-fuzz is not installed." "Type: cargo install cargo-fuzz   (it needs a C++ compiler: apt-get install g++)"
    has c++ || fail "There is no C++ compiler." "Debian: apt-get install g++"
    # The sanitizer's flags are for nightly compilers; the pinned one takes them when told so.
    export RUSTC_BOOTSTRAP=1
    say "building the fuzz targets"
    cargo fuzz build || fail "The fuzz targets do not compile; the reason is above."
    local target name
    for target in fuzz/fuzz_targets/*.rs; do
        name=$(basename "$target" .rs)
        say "== fuzzing $name for $seconds s"
        # What is found grows in the first folder; the tracked corpus is only read.
        mkdir -p "fuzz/target/corpus/$name"
        cargo fuzz run "$name" "fuzz/target/corpus/$name" "fuzz/corpus/$name" -- \
            -max_total_time="$seconds" -print_final_stats=1 -rss_limit_mb=1024 -timeout=10 ||
            fail "$name failed; the input is in fuzz/artifacts/$name." \
                "Repair the parser, and put the input into fuzz/corpus/$name so that it stays tested."
    done
}

case ${1:-} in
check) check ;;
run) run "${2:?seconds}" ;;
*) fail "usage: scripts/fuzz.sh check | run SECONDS" ;;
esac

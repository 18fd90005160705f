#!/usr/bin/env bash
# Serves while sources change: Vite reloads the pages, and the server is rebuilt and restarted.
#   scripts/dev.sh TARGET      TARGET: cargo's target folder
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

readonly server=${1:?cargo\'s target folder}/debug/rivulet
readonly stamp=target/dev.stamp
serving=

# shellcheck disable=SC2329 # called by the trap below
stop() {
    trap - EXIT INT TERM HUP
    local group
    for group in $(jobs -p); do kill -- "-$group" 2>/dev/null || true; done
    wait 2>/dev/null || true
}

changed() { [[ -n "$(find crates Cargo.toml Cargo.lock -type f -newer "$stamp" -print -quit)" ]]; }

restart() {
    touch "$stamp"
    cargo build --package rivulet || {
        say "the server is as it was; it is rebuilt at the next change"
        return 0
    }
    if [[ -n $serving ]]; then
        kill "$serving" 2>/dev/null || true
        wait "$serving" 2>/dev/null || true
    fi
    "$server" --data-dir data &
    serving=$!
}

# Each child is its own process group, so that Ctrl-C comes here alone and each is told to stop once.
set -m
trap stop EXIT
trap 'exit 130' INT TERM HUP
mkdir -p target
restart
(cd web && exec npm run --silent dev) </dev/null &
say "The pages, reloaded as they change, are where Vite says; the server itself is on port 8080."
while true; do
    sleep 1
    if changed; then restart; fi
done

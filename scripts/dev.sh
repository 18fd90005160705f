#!/usr/bin/env bash
# Serves while sources change: Vite reloads the pages, and the server is rebuilt and restarted.
#   scripts/dev.sh TARGET      TARGET: cargo's target folder
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

readonly server=${1:?cargo\'s target folder}/debug/rivulet
readonly stamp=target/dev.stamp
serving=

stop() {
    trap - EXIT
    # shellcheck disable=SC2046 # one process id per word
    kill $(jobs -p) 2>/dev/null || true
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

trap stop EXIT
trap 'exit 130' INT TERM
mkdir -p target
restart
(cd web && exec npm run --silent dev) &
say "The pages, reloaded as they change, are where Vite says; the server itself is on port 8080."
while true; do
    sleep 1
    if changed; then restart; fi
done

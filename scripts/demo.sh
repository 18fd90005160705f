#!/usr/bin/env bash
# Serves from ./data, publishes the test picture to it, and stops both on Ctrl-C.
#   scripts/demo.sh SERVER      SERVER: the built binary
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

readonly server=${1:?the built binary}
readonly data=${RIVULET_DATA_DIR:-data}
readonly run=$data/run.json
readonly patience_seconds=30

# The value of KEY in the server's run file, one flat JSON object; nothing where no server runs.
running() { sed -n "s/.*\"$1\" *: *\"\{0,1\}\([^\",}]*\).*/\1/p" "$run" 2>/dev/null || true; }

is_taken() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# The first free port from $1 on.
free_port() {
    local port
    for port in $(seq "$1" $(($1 + 50))); do
        is_taken "$port" || {
            echo "$port"
            return
        }
    done
    fail "Every port from $1 to $port is taken." "Stop what uses them; 'ss -ltnp' shows it."
}

# Every address of this machine, where it has IPv6; every IPv4 address otherwise.
anywhere() { if [[ -s /proc/net/if_inet6 || ! -e /proc/net ]]; then echo '[::]'; else echo 0.0.0.0; fi; }

refuse_second() {
    local pid
    pid=$(running pid)
    [[ -n $pid ]] && kill -0 "$pid" 2>/dev/null || return 0
    fail "A server already runs on $data (process $pid), at $(running http)." \
        "Watch that one, or stop it first: kill $pid"
}

# shellcheck disable=SC2329 # called by the trap below
stop() {
    trap - EXIT INT TERM
    say "stopping"
    local pid
    for pid in "${publisher:-}" "${serving:-}"; do
        [[ -z $pid ]] || kill "$pid" 2>/dev/null || true
    done
    wait 2>/dev/null || true
}

await_server() {
    local deadline=$((SECONDS + patience_seconds))
    until [[ "$(running pid)" == "$serving" && -n "$(running http)" ]]; do
        kill -0 "$serving" 2>/dev/null ||
            fail "The server stopped; its last lines are above." "'$server doctor' looks for the cause."
        ((SECONDS < deadline)) ||
            fail "The server did not start within $patience_seconds s." "'$server doctor' looks for the cause."
        sleep 0.1
    done
}

# Whether a player would get the test picture now, and not the one that stands while nothing is on.
is_playable() {
    local status
    exec 3<>"/dev/tcp/127.0.0.1/$http" || return
    printf 'GET /hls/0/stream.m3u8 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
    read -r _ status _ <&3
    exec 3>&-
    [[ $status == 200 ]]
} 2>/dev/null

await_picture() {
    local deadline=$((SECONDS + patience_seconds))
    until is_playable || ! kill -0 "$publisher" 2>/dev/null || ((SECONDS >= deadline)); do sleep 0.1; done
}

refuse_second
http=$(free_port 8080)
rtmp=$(free_port 1935)
listen=() # a flag only where the default does not do
((http == 8080)) || {
    say "port 8080 is taken; the pages are on $http"
    listen+=(--http "$(anywhere):$http")
}
((rtmp == 1935)) || {
    say "port 1935 is taken; RTMP is on $rtmp"
    listen+=(--rtmp "$(anywhere):$rtmp")
}

# Each child is its own process group: Ctrl-C comes here alone, and each is told to stop once. A
# server that is told twice does not wait for its viewers.
set -m
trap stop EXIT
trap 'exit 0' INT # this is how a demo ends
trap 'exit 143' TERM HUP
"$server" --data-dir "$data" "${listen[@]}" &
serving=$!
await_server

"$server" demo --data-dir "$data" &
publisher=$!
await_picture
if kill -0 "$publisher" 2>/dev/null; then
    say ""
    say "  The test picture is on air. Open $(running http) to watch it."
    say "  Ctrl-C stops it and the server. Everything they wrote is in $data."
    say ""
fi

# Whichever ends first ends the demo; Ctrl-C comes here as well.
wait -n "$serving" "$publisher" && status=0 || status=$?
kill -0 "$serving" 2>/dev/null ||
    fail "The server stopped (exit code $status); its last lines are above." "'$server doctor' looks for the cause."
fail "The test picture stopped (exit code $status); the reason is above." "'make run' serves without it."

#!/usr/bin/env bash
# A PostgreSQL server of its own, for tests: what is in it is lost.
#   scripts/postgres.sh start FOLDER   makes FOLDER, starts the server and prints its URL
#   scripts/postgres.sh stop FOLDER    stops it and removes FOLDER
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

[[ $# == 2 && $1 =~ ^(start|stop)$ ]] || fail "usage: scripts/postgres.sh start|stop FOLDER"
folder=$2
binaries=$(postgres_binaries) || fail "PostgreSQL's server is missing." "Debian: apt-get install postgresql"

# PostgreSQL refuses to run as root.
as=()
((EUID == 0)) && as=(runuser -u postgres --)

start() {
    mkdir "$folder"
    ((EUID == 0)) && chown postgres "$folder"
    local port
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    # Nothing here must survive the machine: servers are killed in the tests, this one is not.
    (
        cd /
        "${as[@]}" "$binaries/initdb" --pgdata "$folder/data" --auth trust --username rivulet \
            --encoding UTF8 --locale C.UTF-8 --no-sync
        "${as[@]}" "$binaries/pg_ctl" --pgdata "$folder/data" --log "$folder/log" --wait start --options \
            "-c port=$port -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off \
             -c full_page_writes=off -c max_connections=400 -c shared_buffers=64MB"
    ) >&2 || fail "PostgreSQL did not start." "See $folder/log."
    echo "postgres://rivulet@127.0.0.1:$port"
}

stop() {
    (cd / && "${as[@]}" "$binaries/pg_ctl" --pgdata "$folder/data" --mode immediate --silent stop) || true
    rm -rf "$folder"
}

"$1"

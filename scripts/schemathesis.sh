#!/usr/bin/env bash
# Asks a server everything that its API description speaks of, and much that it does not: no answer
# is a failure of the server's, and every answer is one that is described.
#   scripts/schemathesis.sh SERVER [EXAMPLES]      SERVER: the built binary; EXAMPLES: per operation
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

readonly server=${1:?the built binary}
readonly examples=${2:-20}
readonly seed=20260101
readonly root=$PWD
readonly tool=$root/target/venv/bin/schemathesis
readonly patience_seconds=30
# What ends the sign-in that the others are asked with.
readonly ending='^/api/v1/(session|account/logins|account/logins/.id.)$'
# It is opened by CONNECT as well (RFC 8441), which no description can name.
readonly socket='^/api/v1/socket$'
# Owncast's clients may send what they like.
readonly owncast='^/api/chat'

[[ -x $tool ]] || fail "Schemathesis is not installed." "Type: scripts/need.sh soak"

data=$(mktemp --directory --tmpdir rivulet-schemathesis.XXXXXX)
readonly data

# shellcheck disable=SC2329 # called by the trap below
stop() {
    [[ -z ${serving:-} ]] || kill "$serving" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$data"
}
trap stop EXIT

# The value of KEY in the server's run file, one flat JSON object.
running() { sed -n "s/.*\"$1\" *: *\"\{0,1\}\([^\",}]*\).*/\1/p" "$data/run.json" 2>/dev/null || true; }

# The password goes by the environment: nobody else on the machine reads it there.
password=$(head -c 24 /dev/urandom | base64 | tr '+/' '-_')
RIVULET_ADMIN_PASSWORD=$password "$server" --data-dir "$data" --http 127.0.0.1:0 --rtmp off \
    --registration approval --public-url http://localhost \
    --api-limits read=1000000,change=1000000,create=1000000 2>"$data/log" &
serving=$!
deadline=$((SECONDS + patience_seconds))
until [[ "$(running pid)" == "$serving" && -n "$(running http)" ]]; do
    kill -0 "$serving" 2>/dev/null || fail "The server stopped: $(tail -n 3 "$data/log")"
    ((SECONDS < deadline)) || fail "The server did not start within $patience_seconds s."
    sleep 0.1
done
url=$(running http)
readonly url

# The cookie of an admin who has just signed in.
signed_in() {
    printf '{"name":"admin","password":"%s"}' "$password" |
        curl --silent --show-error --fail --output /dev/null --dump-header - \
            --header 'Content-Type: application/json' --header "Origin: $url" --data @- "$url/api/v1/session" |
        sed -n 's/^set-cookie: \([^;]*\).*/\1/Ip'
}

# ask NAME CHECKS ARGUMENTS…: one run without some checks, of which the whole report stays in
# target/schemathesis.
ask() (
    local name=$1 without=$2 cookie
    shift 2
    cookie=$(signed_in)
    [[ -n $cookie ]] || fail "The admin of the new server cannot sign in."
    say "== schemathesis: $name"
    # It keeps what it found where it runs.
    cd target/schemathesis
    "$tool" --config-file "$root/scripts/schemathesis.toml" run "$url/api/v1/openapi.json" \
        --header "Cookie: $cookie" --header "Origin: $url" --checks all --exclude-checks "$without" \
        --max-examples "$examples" --seed $seed --generation-database none \
        --request-timeout 30 --continue-on-failure --no-color \
        --report junit --report-junit-path "$name.xml" "$@"
)

# What a description cannot say keeps some requests from success, and not every route asks who it is.
readonly unchecked=positive_data_acceptance,ignored_auth
mkdir -p target/schemathesis
status=0
# Schemathesis cannot write `application/cmcd`; its fuzz target can.
ask signed-in "$unchecked" --exclude-path-regex "$ending|$socket|$owncast" --exclude-name 'POST /api/v1/cmcd' || status=1
ask endings "$unchecked" --include-path-regex "$ending" || status=1
ask owncast "$unchecked,negative_data_rejection" --include-path-regex "$owncast" || status=1
ask socket "$unchecked,allow_header_conformance" --include-path-regex "$socket" || status=1
if grep -q '"level":"ERROR"' "$data/log" || grep -q panicked "$data/log"; then
    cp "$data/log" target/schemathesis/server.log
    say "The server complained: see target/schemathesis/server.log"
    status=1
fi
((status == 0)) || fail "Some answers are not as described; they are listed above."

#!/usr/bin/env bash
# The pages: installs their dependencies, builds and checks them, each only when something changed.
#   scripts/web.sh install|build|check|fix|test
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

readonly built=target/web.built # the fingerprint of the sources that web/dist was built from

# One line that changes with any source of the pages.
fingerprint() {
    find web -type f -not -path 'web/node_modules/*' -not -path 'web/dist/*' -not -path 'web/look/*' -print0 |
        LC_ALL=C sort -z | xargs -0 cksum | cksum
}

install() {
    local installed=web/node_modules/.installed
    cmp -s web/package-lock.json "$installed" && return
    say "installing the pages' dependencies"
    (cd web && npm ci) ||
        fail "npm could not install the pages' dependencies." "Check the network, then run the same command again."
    cp web/package-lock.json "$installed"
}

is_built() { [[ -f web/dist/index.html ]] && [[ "$(cat "$built" 2>/dev/null)" == "$(fingerprint)" ]]; }

mark_built() {
    mkdir -p target
    fingerprint >"$built"
}

case ${1:-} in
install) install ;;
build)
    if is_built; then
        say "the pages are up to date"
        exit
    fi
    install
    say "building the pages"
    (cd web && npm run --silent build)
    mark_built
    ;;
check)
    install
    (cd web && npm run --silent check)
    mark_built
    ;;
fix)
    install
    (cd web && npm run --silent fix)
    ;;
test)
    install
    (cd web && npm test)
    ;;
*) fail "usage: scripts/web.sh install|build|check|fix|test" ;;
esac

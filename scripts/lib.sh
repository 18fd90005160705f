# shellcheck shell=bash
# What the other scripts share. Sourced, from anywhere; leaves them at the root of the repository.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

# Servers such as nginx are installed where only root's PATH looks.
PATH=$PATH:/usr/sbin

# Progress, on one line.
say() { printf '%s\n' "$*" >&2; }

# A failure and, in further arguments, what to do about it.
fail() {
    printf 'error: %s\n' "$1" >&2
    shift
    local remedy
    for remedy in "$@"; do printf '       %s\n' "$remedy" >&2; done
    exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

# at_least WANTED FOUND: whether version FOUND is WANTED or later.
at_least() { [[ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" == "$1" ]]; }

# Where PostgreSQL's server is: Debian keeps it out of PATH, a folder for each version.
postgres_binaries() {
    local binary
    for binary in /usr/lib/postgresql/*/bin/initdb; do
        [[ -x $binary ]] && dirname "$binary" && return
    done
    binary=$(command -v initdb) && dirname "$binary"
}

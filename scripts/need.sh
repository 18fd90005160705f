#!/usr/bin/env bash
# Checks that what a command needs is there, installs what it can, and says what to do for the rest.
#   scripts/need.sh demo|check|test|soak|bench
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

packages=() # Debian packages to install
problems=() # what a person must do, a paragraph each

rust_needed=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
readonly rust_needed
readonly node_needed=20.19

need_rust() {
    if ! has cargo; then
        problems+=("Rust is missing. Install it as https://rustup.rs says, then open a new terminal.")
        return
    fi
    local found
    # With rustup, this also installs the toolchain that rust-toolchain.toml names.
    if ! found=$(rustc --version | cut -d ' ' -f 2); then
        problems+=("The Rust toolchain of this repository cannot be used. Try: rustup toolchain install $(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)")
    elif ! at_least "$rust_needed" "$found"; then
        problems+=("Rust $found is too old: $rust_needed is needed. Distributions' packages lag behind; install it as https://rustup.rs says.")
    fi
}

need_node() {
    local remedy="Install the current long-term version from https://nodejs.org, or with nvm: nvm install --lts"
    if ! has node; then
        problems+=("Node.js is missing; $node_needed or later builds the pages. $remedy")
    elif ! at_least "$node_needed" "$(node --version | tr -d v)"; then
        problems+=("Node.js $(node --version) is too old: $node_needed is needed. $remedy")
    elif ! has npm; then
        problems+=("npm is missing; it comes with Node.js. $remedy")
    fi
}

# need COMMAND PACKAGE: the command, from the Debian package.
need() { has "$1" || packages+=("$2"); }

need_compiler() {
    has cc || packages+=(gcc libc6-dev)
}

need_python() {
    need python3 python3
    if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then packages+=(python3-venv); fi
}

need_font() {
    [[ -n "$(find /usr/share/fonts /usr/local/share/fonts ~/.fonts -name '*.ttf' -print -quit 2>/dev/null)" ]] ||
        packages+=(fonts-dejavu-core)
}

# Tools that come as Python packages, into target/venv. Argument: the file that lists them.
python_tools() {
    local list=$1
    local installed
    installed=target/venv/$(basename "$list")
    cmp -s "$list" "$installed" && return
    say "installing the tools of $list into target/venv"
    mkdir -p target
    [[ -x target/venv/bin/python ]] || python3 -m venv --clear target/venv ||
        fail "Python cannot make target/venv." "Install Python's venv module (Debian: apt-get install python3-venv)."
    target/venv/bin/python -m pip install --quiet --disable-pip-version-check --requirement "$list" ||
        fail "pip could not install the tools of $list." "Check the network, then run the same command again."
    cp "$list" "$installed"
}

# The ffmpeg that speaks enhanced RTMP, which Debian's is too old for, under a name that stays.
enhanced_ffmpeg() {
    local binary
    binary=$(target/venv/bin/python -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')
    ln -sf "$binary" target/venv/bin/ffmpeg-enhanced
}

# Prints how root is reached, or nothing for root; fails where there is no way to it.
as_root() {
    if ((EUID == 0)); then return 0; fi
    has sudo || return 1
    sudo -n true 2>/dev/null || [[ -t 0 ]] || return 1
    echo sudo
}

install_packages() {
    ((${#packages[@]})) || return 0
    local by_hand="apt-get install ${packages[*]}"
    has apt-get || {
        problems+=("Missing: ${packages[*]} (Debian's names). Install them with this system's package manager.")
        return 0
    }
    local root
    root=$(as_root) || {
        problems+=("Missing: ${packages[*]}. As root, type: $by_hand")
        return 0
    }
    say "installing ${packages[*]}"
    apt_get "$root" update --quiet=2 || say "the list of packages could not be renewed; trying with the old one"
    apt_get "$root" install --quiet=2 --yes --no-install-recommends "${packages[@]}" ||
        problems+=("Packages could not be installed. See above, or type: $by_hand")
}

# apt_get "sudo or nothing" ARGUMENTS…
apt_get() {
    local root=$1
    shift
    ${root:+"$root"} env DEBIAN_FRONTEND=noninteractive apt-get \
        -o DPkg::Lock::Timeout=120 -o Acquire::Retries=3 "$@" </dev/null >/dev/null
}

stop_at_problems() {
    ((${#problems[@]})) || return 0
    say "This machine is not ready yet:"
    local problem
    for problem in "${problems[@]}"; do say "  * $problem"; done
    exit 1
}

# What serves well to have, and whose absence is no reason to stop.
wish_for_ffmpeg() {
    has ffmpeg && return
    packages=(ffmpeg)
    install_packages
    ((${#problems[@]} == 0)) || say "note: ffmpeg is missing, the demo goes on without it. ${problems[*]}"
    problems=()
}

what=${1:-}
case $what in
demo | check | test | soak | bench) ;;
*) fail "usage: scripts/need.sh demo|check|test|soak|bench" ;;
esac

need_rust
need_node
need_compiler
if [[ $what == check || $what == test || $what == soak ]]; then
    need git git
    need_python
fi
if [[ $what == test || $what == soak || $what == bench ]]; then
    need ffmpeg ffmpeg
    need chromium chromium
    need curl curl
    need prometheus prometheus
    need_font
fi
if [[ $what == test || $what == soak ]]; then
    postgres_binaries >/dev/null || packages+=(postgresql)
    need nginx nginx-light
    need caddy caddy
    need varnishd varnish
fi
if [[ $what == bench ]]; then
    need nginx nginx-light
    need wrk wrk
    [[ -e /usr/lib/nginx/modules/ngx_rtmp_module.so ]] || packages+=(libnginx-mod-rtmp)
fi
install_packages
stop_at_problems
case $what in
demo) wish_for_ffmpeg ;;
check) python_tools scripts/tools-check.txt ;;
test | soak)
    python_tools scripts/tools-test.txt
    enhanced_ffmpeg
    [[ $what == test ]] || python_tools scripts/tools-soak.txt
    ;;
esac

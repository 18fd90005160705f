#!/usr/bin/env bash
# Every test: the examples in the documentation, the pages, then the workspace with the corpora of
# the fuzz targets and the stories with real encoders and a real browser.
set -euo pipefail
# shellcheck source=scripts/lib.sh
source "$(dirname "$0")/lib.sh"

# Where the stories find the encoder that speaks enhanced RTMP.
export RIVULET_FFMPEG_ENHANCED="$PWD/target/venv/bin/ffmpeg-enhanced"
# A snapshot that differs is a failure, here and in CI.
export INSTA_UPDATE=no

# The server on which the tests make their databases.
postgres=$(mktemp --dry-run --tmpdir rivulet-postgres.XXXXXX)
trap 'scripts/postgres.sh stop "$postgres"' EXIT
say "== tests: starting PostgreSQL"
RIVULET_TEST_POSTGRES=$(scripts/postgres.sh start "$postgres")
export RIVULET_TEST_POSTGRES

say "== tests: examples in the documentation"
cargo test --locked --workspace --doc --quiet

say "== tests: pages"
scripts/web.sh test

say "== tests: workspace"
if cargo nextest --version >/dev/null 2>&1; then
    cargo nextest run --locked --workspace
else
    cargo test --locked --workspace --lib --bins --tests
fi

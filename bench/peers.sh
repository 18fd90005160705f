#!/usr/bin/env bash
# Real encoders publish to a running server, real players play from it; prints a table with what was
# decoded. Programs that are not installed are said and skipped.
#
#   bench/peers.sh                         starts target/release/rivulet (or $RIVULET_BIN)
#   PEERS_RTMP=rtmp://host/live PEERS_HLS=http://host/hls/%s.m3u8 bench/peers.sh
#                                          another server; every stream key is also its name
#
# Needs: ffmpeg python3; for all rows: vlc mpv streamlink obs-studio xvfb, gstreamer1.0-tools and its
# plugins base, good, bad, ugly and libav. PyPI's imageio-ffmpeg is installed into target/bench.
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
work=$(mktemp -d)
seconds=${PEERS_SECONDS:-6}
# A player that decodes less than half of the time it was given does not play.
least_frames=$((seconds * 30 / 2))
# First playable after a group of pictures, with slow encoders on a small machine.
start_limit=${PEERS_START_LIMIT:-45}
failed=0
jobs_started=()

# shellcheck disable=SC2329 # called by the trap below
finish() {
  for pid in "${jobs_started[@]}"; do
    pkill -KILL -P "$pid" 2>/dev/null || true
    kill "$pid" 2>/dev/null || true
  done
  if ((failed)); then echo "logs: $work" >&2; else rm -rf "$work"; fi
}
trap finish EXIT

has() { command -v "$1" >/dev/null 2>&1; }

start() {
  "$@" >"$work/job-${#jobs_started[@]}.log" 2>&1 &
  jobs_started+=($!)
}

# --- the server ---------------------------------------------------------------------------------

rivulet=${RIVULET_BIN:-${CARGO_TARGET_DIR:-$root/target}/release/rivulet}
declare -A key

use_channel() { # NAME
  if [[ -n ${PEERS_RTMP:-} ]]; then key[$1]=$1; return; fi
  key[$1]=$("$rivulet" admin create-channel "$1" --data-dir "$work/data" | tail -n 1)
}

start_server() {
  if [[ -n ${PEERS_RTMP:-} ]]; then rtmp=$PEERS_RTMP hls=$PEERS_HLS; return; fi
  start "$rivulet" serve --data-dir "$work/data" --http 127.0.0.1:0 --rtmp 127.0.0.1:0
  until [[ -s $work/data/run.json ]]; do
    kill -0 "${jobs_started[0]}" || { cat "$work/job-0.log" >&2; exit 1; }
    sleep 0.1
  done
  rtmp=$(field rtmp)/live
  hls=$(field http)/hls/@%s/stream.m3u8
}

field() { python3 -c 'import json,sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$work/data/run.json" "$1"; }

playlist() { # NAME
  # shellcheck disable=SC2059  # the pattern is the user's
  printf "$hls" "$1"
}

# --- counting -----------------------------------------------------------------------------------

# One line per decoded frame: stream, times, size, checksum. Prints "pictures sounds".
count_framecrc() { awk -F, '/^0,/ { v++ } /^1,/ { a++ } END { printf "%d %d\n", v, a }'; }

decode() { # INPUT [ffmpeg options before it]
  local input=$1
  shift
  timeout -k 2 $((seconds + 20)) "$ffmpeg_new" -v error -nostdin "$@" -t "$seconds" -i "$input" \
    -map 0:v -map 0:a? -c:v rawvideo -c:a pcm_s16le -f framecrc - 2>>"$work/decode.log" | count_framecrc
}

row() { # WHAT PICTURES SOUNDS
  local verdict=ok
  if [[ $2 == - ]]; then
    verdict="not installed"
  elif (($2 < least_frames)); then
    verdict=FAILED
    failed=1
  fi
  printf '| %-34s | %-13s | %8s | %7s |\n' "$1" "$verdict" "$2" "$3"
}

heading() { printf '\n| %-34s |               | pictures | sounds  |\n|---|---|---:|---:|\n' "$1"; }

wait_playable() { # NAME
  local until=$((SECONDS + start_limit))
  until curl -sf --max-time 5 "$(playlist "$1")" | grep -qE 'EXTINF|EXT-X-STREAM-INF'; do
    ((SECONDS < until)) || return 1
    sleep 0.2
  done
}

published() { # LABEL NAME
  if wait_playable "$2"; then
    read -r pictures sounds < <(decode "$(playlist "$2")")
  else
    pictures=0 sounds=0
  fi
  row "$1" "$pictures" "$sounds"
}

# --- encoders -----------------------------------------------------------------------------------

picture=(-re -f lavfi -i testsrc2=size=1280x720:rate=30 -re -f lavfi -i sine=frequency=440:sample_rate=48000)
h264=(-c:v libx264 -preset ultrafast -tune zerolatency -pix_fmt yuv420p -g 60 -b:v 2M)
aac=(-c:a aac -ac 2 -b:a 128k)

ffmpeg_publishes() { # LABEL NAME PROGRAM codec options…
  local label=$1 name=$2 program=$3
  shift 3
  start "$program" -v error -nostdin "${picture[@]}" "$@" -f flv "$rtmp/${key[$name]}"
  published "$label" "$name"
  # The first channel stays for the players.
  [[ $name == peer-ffmpeg ]] || stop_last
}

# Asks the last job to end, and its children, which a wrapper such as xvfb-run does not pass signals to.
stop_last() {
  local pid=${jobs_started[-1]} until=$((SECONDS + 3))
  pkill -P "$pid" 2>/dev/null || true
  kill "$pid" 2>/dev/null || true
  while kill -0 "$pid" 2>/dev/null && ((SECONDS < until)); do sleep 0.1; done
  pkill -KILL -P "$pid" 2>/dev/null || true
  kill -KILL "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
}

gstreamer_publishes() {
  if ! has gst-launch-1.0; then row "GStreamer rtmp2sink, H.264 + AAC" - -; return; fi
  start gst-launch-1.0 -q flvmux name=mux streamable=true ! rtmp2sink location="$rtmp/${key[peer-gstreamer]}" \
    videotestsrc is-live=true ! video/x-raw,width=1280,height=720,framerate=30/1 ! \
    x264enc tune=zerolatency speed-preset=ultrafast key-int-max=60 bitrate=2000 ! h264parse ! queue ! mux. \
    audiotestsrc is-live=true ! audio/x-raw,rate=48000,channels=2 ! avenc_aac bitrate=128000 ! aacparse ! queue ! mux.
  published "GStreamer rtmp2sink, H.264 + AAC" peer-gstreamer
  stop_last
}

obs_publishes() {
  if ! has obs || ! has xvfb-run; then row "OBS" - -; return; fi
  local home=$work/obs
  python3 "$here/compatibility/obs_profile.py" "$home" "$rtmp" "${key[peer-obs]}"
  start env HOME="$home" XDG_CONFIG_HOME="$home/.config" LIBGL_ALWAYS_SOFTWARE=1 QT_QPA_PLATFORM=xcb \
    xvfb-run -a -s "-screen 0 1280x720x24" obs --startstreaming --multi --collection bench --profile bench
  published "OBS $(dpkg-query -W -f '${Version}' obs-studio 2>/dev/null | cut -d+ -f1), H.264 + AAC" peer-obs
  stop_last
}

# --- players ------------------------------------------------------------------------------------

# VLC refuses to run as root.
as_somebody() {
  if ((EUID == 0)); then
    install -d -o nobody -m 700 "$work/nobody"
    chmod 755 "$work"
    runuser -u nobody -- env HOME="$work/nobody" XDG_RUNTIME_DIR="$work/nobody" "$@"
  else
    "$@"
  fi
}

plays_ffmpeg() { # LABEL URL
  read -r pictures sounds < <(decode "$2")
  row "$1" "$pictures" "$sounds"
}

plays_vlc() { # LABEL URL
  if ! has cvlc; then row "$1" - -; return; fi
  { sleep $((seconds + 6)); echo stats; sleep 1; echo quit; } |
    as_somebody timeout $((seconds + 20)) vlc -I rc --no-video-title-show --vout dummy --aout dummy "$2" >"$work/vlc.log" 2>&1 || true
  row "$1" "$(vlc_stat 'video decoded')" "$(vlc_stat 'audio decoded')"
}

vlc_stat() { awk -v what="$1" 'index($0, what) { n = $NF } END { print n + 0 }' "$work/vlc.log"; }

plays_mpv() { # LABEL URL
  if ! has mpv; then row "$1" - -; return; fi
  timeout $((seconds + 20)) mpv --no-config --really-quiet --length="$seconds" "$2" \
    --o="$work/mpv.crc" --of=framecrc --ovc=rawvideo --oac=pcm_s16le >"$work/mpv.log" 2>&1 || true
  read -r pictures sounds < <(count_framecrc <"$work/mpv.crc" 2>/dev/null || echo "0 0")
  row "$1" "$pictures" "$sounds"
}

gstreamer_counts() { # LABEL PIPELINE…
  local label=$1
  shift
  if ! has gst-launch-1.0; then row "$label" - -; return; fi
  timeout $((seconds + 6)) gst-launch-1.0 -v "$@" >"$work/gst.log" 2>&1 || true
  row "$label" "$(grep -c 'pictures: last-message = chain' "$work/gst.log" || true)" \
    "$(grep -c 'sounds: last-message = chain' "$work/gst.log" || true)"
}

# playbin3 has the newer HLS demuxer. The one in playbin takes the timestamps inside fMP4 for the time
# to wait before the first picture: it plays nobody's fMP4 that has been live for a while.
gstreamer_plays() { # LABEL URL
  gstreamer_counts "$1" playbin3 uri="$2" \
    video-sink="fakesink name=pictures silent=false sync=true" audio-sink="fakesink name=sounds silent=false sync=true"
}

gstreamer_pulls() { # LABEL URL
  gstreamer_counts "$1" rtmp2src location="$2" ! decodebin name=d \
    d. ! queue ! videoconvert ! fakesink name=pictures silent=false sync=true \
    d. ! queue ! audioconvert ! fakesink name=sounds silent=false sync=true
}

plays_streamlink() { # LABEL URL
  if ! has streamlink; then row "$1" - -; return; fi
  read -r pictures sounds < <(timeout $((seconds + 20)) streamlink --quiet --stdout "hls://$2" best 2>>"$work/streamlink.log" | decode - || echo "0 0")
  row "$1" "$pictures" "$sounds"
}

# ------------------------------------------------------------------------------------------------

venv=${CARGO_TARGET_DIR:-$root/target}/bench/venv
if [[ ! -x $venv/bin/python ]]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet imageio-ffmpeg
fi
ffmpeg_new=$("$venv/bin/python" -c 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())')

for name in peer-ffmpeg peer-h264 peer-hevc peer-av1 peer-vp9 peer-gstreamer peer-obs; do use_channel "$name"; done
start_server

heading "publishes"
ffmpeg_publishes "$(ffmpeg -version | awk 'NR==1 { sub(/-.*/, "", $3); print "ffmpeg " $3 }'), H.264 + AAC" peer-ffmpeg ffmpeg "${h264[@]}" "${aac[@]}"
version=$("$ffmpeg_new" -version | awk 'NR==1 { sub(/-.*/, "", $3); print "ffmpeg " $3 }')
ffmpeg_publishes "$version, H.264 + AAC" peer-h264 "$ffmpeg_new" "${h264[@]}" "${aac[@]}"
ffmpeg_publishes "$version, HEVC + AAC" peer-hevc "$ffmpeg_new" -c:v libx265 -preset ultrafast -tune zerolatency \
  -x265-params log-level=error:keyint=60 -pix_fmt yuv420p -b:v 1M "${aac[@]}"
ffmpeg_publishes "$version, AV1 + Opus" peer-av1 "$ffmpeg_new" -c:v libsvtav1 -preset 12 -g 60 -pix_fmt yuv420p -b:v 1M -c:a libopus -b:a 96k
ffmpeg_publishes "$version, VP9 + Opus" peer-vp9 "$ffmpeg_new" -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -row-mt 1 -g 60 \
  -s 640x360 -pix_fmt yuv420p -b:v 1M -c:a libopus -b:a 96k
gstreamer_publishes
obs_publishes

url=$(playlist peer-ffmpeg)
pull=$rtmp/peer-ffmpeg
heading "plays HLS"
plays_ffmpeg "$version" "$url"
plays_vlc "VLC" "$url"
plays_mpv "mpv" "$url"
gstreamer_plays "GStreamer playbin3" "$url"
plays_streamlink "streamlink" "$url"

heading "plays RTMP"
plays_ffmpeg "$version" "$pull"
plays_vlc "VLC" "$pull"
plays_mpv "mpv" "$pull"
gstreamer_pulls "GStreamer rtmp2src" "$pull"
exit "$failed"

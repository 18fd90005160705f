//! Broadcasts through the room, with a real ffmpeg.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rivulet_media::flv;
use rivulet_media::frame::{Frame, Packet, Track, TrackConfig};
use rivulet_media::time::Timestamp;
use tokio::runtime::Handle;
use tokio::sync::broadcast;
use tokio::time::{Instant, sleep_until, timeout};

use super::*;
use crate::tasks::Tasks;

const PATIENCE: Duration = Duration::from_secs(60);
const LIMITS: OnceLimits = OnceLimits { time: PATIENCE, output_bytes: 16 * 1024 * 1024 };

/// A broadcast that a test sends.
struct Air {
    configured: Mutex<Option<watch::Sender<()>>>,
    configs: Vec<Packet>,
    packets: Mutex<Option<broadcast::Sender<Packet>>>,
}

impl Tap for Air {
    fn listen(&self) -> Option<Feed> {
        let packets = self.packets.lock().unwrap().as_ref()?.subscribe();
        Some(Feed { configs: self.configs.clone(), packets })
    }

    fn configured(&self) -> Option<watch::Receiver<()>> {
        Some(self.configured.lock().unwrap().as_ref()?.subscribe())
    }
}

impl Air {
    fn send(&self, frame: Frame) {
        let packets = self.packets.lock().unwrap();
        // Nobody listens between two children.
        let _ = packets.as_ref().unwrap().send(Packet::Frame(frame));
    }

    fn close(&self) {
        *self.packets.lock().unwrap() = None;
        *self.configured.lock().unwrap() = None;
    }
}

/// Six seconds of pictures and sound, a keyframe in each second.
async fn source() -> (Arc<Air>, Vec<Frame>) {
    let line = "-v error -f lavfi -i testsrc2=s=320x180:r=30 -f lavfi -i sine -t 6 -pix_fmt yuv420p \
                -c:v libx264 -preset ultrafast -g 30 -c:a aac -f flv pipe:1";
    let words: Vec<_> = line.split_whitespace().map(str::to_owned).collect();
    let file = Ffmpeg::direct("ffmpeg").once(&words, vec![], LIMITS).await.unwrap();
    let mut demuxer = flv::Demuxer::new(Timestamp::from_millis(5000));
    let mut packets = Vec::new();
    for tag in flv::file::read_all(&file).unwrap() {
        demuxer.push(&tag, &mut packets).unwrap();
    }
    let (mut configs, mut frames) = (Vec::new(), Vec::new());
    for packet in packets {
        match packet {
            Packet::Frame(frame) => frames.push(frame),
            config => configs.push(config),
        }
    }
    let packets = Mutex::new(Some(broadcast::Sender::new(4096)));
    (
        Arc::new(Air { configured: Mutex::new(Some(watch::Sender::new(()))), configs, packets }),
        frames,
    )
}

fn wishes() -> Wishes {
    Wishes::parse(
        r#"{"variants": [
            {"video": "passthrough"},
            {"video": {"encode": {"size": {"height": 120}, "bitrate_kbps": 300, "effort": 0}}},
            {"video": {"encode": {"size": {"height": 90}, "frame_rate": 15, "bitrate_kbps": 150}},
             "audio": {"encode": {"bitrate_kbps": 48}}}
        ]}"#,
    )
    .unwrap()
}

fn job(air: &Arc<Air>) -> Job {
    let (broadcast, channel) = (BroadcastId::generate(), ChannelId::generate());
    Job { broadcast, channel, wishes: wishes(), tap: Arc::clone(air) as Arc<dyn Tap> }
}

fn room(ffmpeg: Option<Ffmpeg>) -> (Transcode, Tasks) {
    let tasks = Tasks::on(Handle::current());
    (Transcode::new(Means { ffmpeg, ..Means::default() }, Clock::system(), &tasks), tasks)
}

async fn next(events: &mut mpsc::Receiver<RungEvent>) -> Option<RungEvent> {
    timeout(PATIENCE, events.recv()).await.expect("the room is silent")
}

fn pictures<'a>(frames: impl IntoIterator<Item = &'a Frame>) -> BTreeMap<i64, bool> {
    let video = frames.into_iter().filter(|frame| frame.track == Track::Video);
    video.map(|frame| (frame.pts.as_micros(), frame.keyframe)).collect()
}

/// What came of each rung.
#[derive(Default)]
struct Heard {
    frames: BTreeMap<u8, Vec<Frame>>,
    codecs: BTreeMap<u8, BTreeSet<String>>,
    resumed: Vec<u8>,
    lost: Vec<u8>,
}

impl Heard {
    fn take(&mut self, event: RungEvent) {
        match event {
            RungEvent::Ladder { .. } => {}
            RungEvent::Resumes { number, .. } => self.resumed.push(number),
            RungEvent::Lost { number } => self.lost.push(number),
            RungEvent::Packets { number, packets } => {
                for packet in packets {
                    match packet {
                        Packet::Frame(frame) => self.frames.entry(number).or_default().push(frame),
                        Packet::Config(TrackConfig::Video(config)) => {
                            self.codecs.entry(number).or_default().insert(config.rfc6381);
                        }
                        Packet::Config(TrackConfig::Audio(config)) => {
                            self.codecs.entry(number).or_default().insert(config.rfc6381);
                        }
                        Packet::Discontinuity => {}
                    }
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_frame_of_a_broadcast_is_in_its_rungs() {
    let (air, frames) = source().await;
    let (transcode, tasks) = room(Some(Ffmpeg::direct("ffmpeg")));
    // Of a machine that is known, so that nothing takes its time.
    transcode.shared.messages.send(Message::Measured(Cost(1_000_000))).await.unwrap();
    let mut abilities = transcode.shared.abilities.subscribe();
    abilities.wait_for(Abilities::are_known).await.unwrap();
    let job = job(&air);
    let mut activity = {
        let id = job.broadcast;
        let mut events = transcode.begin(job);
        let activity = transcode.state(id).unwrap();
        for frame in &frames {
            air.send(frame.clone());
        }
        let Some(RungEvent::Ladder { ladder, .. }) = next(&mut events).await else {
            panic!("no ladder")
        };
        let names: Vec<_> = ladder.rungs.iter().map(|rung| rung.name.as_str()).collect();
        assert_eq!(names, ["120p30", "90p15"]);
        let mut heard = Heard::default();
        while let Some(event) = next(&mut events).await {
            heard.take(event);
            // It began with the first frame, and gets what is on its way to it.
            if heard.resumed.len() == 2 {
                air.close();
            }
        }
        assert_eq!((heard.resumed.as_slice(), heard.lost.as_slice()), (&[1, 2][..], &[][..]));
        let all = pictures(&frames);
        assert_eq!(pictures(&heard.frames[&1]), all);
        let half = pictures(&heard.frames[&2]);
        assert_eq!((half.len(), all.len()), (90, 180));
        assert!(half.iter().all(|picture| all.get(picture.0) == Some(picture.1)));
        for rung in &ladder.rungs {
            let promised: BTreeSet<_> = rung.rfc6381.split(',').map(str::to_owned).collect();
            assert_eq!(heard.codecs[&rung.number], promised);
            let sounds = heard.frames[&rung.number].iter();
            assert!(sounds.filter(|frame| frame.track == Track::Audio).count() > 250);
        }
        activity
    };
    // The room forgets a broadcast that is over.
    while activity.changed().await.is_ok() {}
    assert!(transcode.states().is_empty());
    assert!(tasks.shut_down(PATIENCE).await);
}

/// Sends a broadcast over and over in its own time.
async fn loop_forever(air: Arc<Air>, frames: Vec<Frame>) {
    let began = Instant::now();
    let first = frames[0].dts;
    for round in 0.. {
        for frame in &frames {
            let turn = Duration::from_secs(6) * round;
            let due = began + turn + frame.dts.since(first);
            sleep_until(due).await;
            let (dts, pts) = (frame.dts + turn, frame.pts + turn);
            air.send(Frame { dts, pts, ..frame.clone() });
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_that_is_killed_is_back_within_two_seconds_at_a_keyframe() {
    let (air, frames) = source().await;
    let (transcode, tasks) = room(Some(Ffmpeg::direct("ffmpeg")));
    let job = job(&air);
    let id = job.broadcast;
    let mut events = transcode.begin(job);
    let stopping = tasks.stopping();
    let sending = loop_forever(Arc::clone(&air), frames);
    tasks.spawn("sending", async move {
        tokio::select! {
            () = sending => {}
            () = stopping.cancelled() => {}
        }
    });
    let mut activity = transcode.state(id).unwrap();
    let running = |activity: &Activity| {
        let running =
            Doing::Scheduled(Standing::Running { rungs: vec![1, 2], missing: vec![], slow: false });
        activity.health.filter(|_| activity.doing == running).map(|health| health.pid)
    };
    let mut heard = Heard::default();
    let pid = loop {
        tokio::select! {
            event = next(&mut events) => heard.take(event.unwrap()),
            changed = activity.changed() => changed.unwrap(),
        }
        if let Some(pid) = running(&activity.borrow()) {
            break pid;
        }
    };
    let pid = rustix::process::Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
    let mut heard = Heard::default();
    while heard.lost.len() < 2 {
        heard.take(next(&mut events).await.unwrap());
    }
    let lost = Instant::now();
    let mut heard = Heard::default();
    while !(heard.frames.contains_key(&1) && heard.frames.contains_key(&2)) {
        heard.take(next(&mut events).await.unwrap());
    }
    // Half a second of waiting, and up to a second until the next keyframe.
    assert!(lost.elapsed() < Duration::from_secs(3), "{:?}", lost.elapsed());
    for frames in heard.frames.values() {
        let first = frames.iter().find(|frame| frame.track == Track::Video);
        assert!(first.is_none_or(|frame| frame.keyframe));
    }
    assert!(tasks.shut_down(PATIENCE).await, "a child was left behind");
}

/// NVENC encodes the picture that it is tried with, and fails in every broadcast.
const A_CARD_THAT_FAILS: &str = r#"#!/bin/sh
case "$*" in
*h264_nvenc*"-f null"*) exit 0 ;;
*h264_nvenc*) echo "[h264_nvenc @ 0x1] [error] the card has no room" >&2
    echo "[error] Conversion failed!" >&2
    exit 1 ;;
*) exec ffmpeg "$@" ;;
esac
"#;

/// What is given a broadcast takes it, and makes nothing of it.
const MAKES_NOTHING: &str = r#"#!/bin/sh
case "$*" in
*"-i pipe:0 -filter_complex"*) exec cat > /dev/null ;;
*) exec ffmpeg "$@" ;;
esac
"#;

/// A program in the place of ffmpeg.
fn in_place_of_ffmpeg(folder: &std::path::Path, script: &str) -> Ffmpeg {
    use std::os::unix::fs::PermissionsExt as _;
    let path = folder.join("ffmpeg");
    std::fs::write(&path, script).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    Ffmpeg::direct(path)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hardware_that_fails_in_broadcasts_gives_way_to_software() {
    let folder = tempfile::tempdir().unwrap();
    let (air, frames) = source().await;
    let (transcode, tasks) = room(Some(in_place_of_ffmpeg(folder.path(), A_CARD_THAT_FAILS)));
    let job = job(&air);
    let mut events = transcode.begin(job);
    let stopping = tasks.stopping();
    let sending = loop_forever(Arc::clone(&air), frames);
    tasks.spawn("sending", async move {
        tokio::select! {
            () = sending => {}
            () = stopping.cancelled() => {}
        }
    });
    let mut encoders = Vec::new();
    let mut heard = Heard::default();
    while pictures(heard.frames.values().flatten()).is_empty() {
        match next(&mut events).await.unwrap() {
            RungEvent::Ladder { ladder, .. } => encoders.push(ladder.rungs[0].encoder),
            event => heard.take(event),
        }
    }
    assert_eq!(encoders, [Encoder::Nvenc, Encoder::X264]);
    let abilities = transcode.abilities();
    let nvenc = abilities.tried().find(|(encoder, _)| *encoder == Encoder::Nvenc).unwrap().1;
    let why = "it fails in broadcasts: the card has no room".to_owned();
    assert_eq!(*nvenc, Ability::Fails { why });
    assert!(tasks.shut_down(PATIENCE).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_that_makes_nothing_is_still_starting() {
    let folder = tempfile::tempdir().unwrap();
    let (air, frames) = source().await;
    let (transcode, tasks) = room(Some(in_place_of_ffmpeg(folder.path(), MAKES_NOTHING)));
    let job = job(&air);
    let id = job.broadcast;
    let events = transcode.begin(job);
    for frame in frames {
        air.send(frame);
    }
    let mut activity = transcode.state(id).unwrap();
    let looked_at = activity.wait_for(|activity| activity.health.is_some());
    let doing = timeout(PATIENCE, looked_at).await.unwrap().unwrap().doing.clone();
    assert_eq!(doing, Doing::Scheduled(Standing::Starting { rungs: vec![1, 2] }));
    drop(events);
    assert!(tasks.shut_down(PATIENCE).await);
}

#[tokio::test]
async fn without_ffmpeg_a_broadcast_is_told_so_and_goes_on() {
    let (air, frames) = source().await;
    let (transcode, tasks) = room(None);
    let mut events = transcode.begin(job(&air));
    for frame in frames {
        air.send(frame);
    }
    let Some(RungEvent::Ladder { ladder, .. }) = next(&mut events).await else {
        panic!("no ladder")
    };
    assert!(ladder.rungs.is_empty());
    assert_eq!(ladder.remarks, [Remark::NoFfmpeg]);
    air.close();
    assert!(next(&mut events).await.is_none());
    assert!(tasks.shut_down(PATIENCE).await);
}

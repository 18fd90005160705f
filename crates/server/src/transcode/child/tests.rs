//! Real encoders on real sources: what goes in and what comes out have the same times.

use std::collections::BTreeSet;

use rivulet_media::flv;
use rivulet_media::frame::{Frame, TrackConfig, VideoCodec};
use rivulet_media::hls::FrameRate;

use super::super::abilities::Encoder;
use super::super::ffmpeg::OnceLimits;
use super::super::ladder::{Cost, Rung, Sound};
use super::*;

/// More than any test reports.
const MAX_REPORTS: usize = 100_000;
const LIMITS: OnceLimits =
    OnceLimits { time: Duration::from_secs(60), output_bytes: 64 * 1024 * 1024 };

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

fn installed() -> Ffmpeg {
    let found = Ffmpeg::find(None, tokio::runtime::Handle::current()).unwrap();
    Ffmpeg::direct(found.program())
}

/// The one in a Python package, which `make test` installs.
async fn newest() -> Ffmpeg {
    if let Ok(named) = std::env::var("RIVULET_FFMPEG_ENHANCED") {
        return Ffmpeg::direct(named);
    }
    let script = ["-c", "import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())"];
    let python = Ffmpeg::direct("python3");
    let said = python.once(&script.map(str::to_owned), vec![], LIMITS).await.unwrap();
    Ffmpeg::direct(String::from_utf8(said).unwrap().trim())
}

/// A source: its packets, and what is in force at its first frame.
struct Source {
    packets: Vec<Packet>,
    order: Order,
}

/// What `ffmpeg` makes with these arguments, as a publisher would send it.
async fn source(ffmpeg: &Ffmpeg, made_with: &str) -> Source {
    let arguments = words(&format!("-v error {made_with} -f flv pipe:1"));
    let file = ffmpeg.once(&arguments, vec![], LIMITS).await.unwrap();
    // No broadcast begins at zero for long.
    let mut demuxer = flv::Demuxer::new(Timestamp::from_micros(7_200_000_123));
    let mut packets = Vec::new();
    for tag in flv::file::read_all(&file).unwrap() {
        demuxer.push(&tag, &mut packets).unwrap();
    }
    let video = packets.iter().find_map(|packet| match packet {
        Packet::Config(TrackConfig::Video(video)) => Some(video.clone()),
        _ => None,
    });
    let audio = packets.iter().find_map(|packet| match packet {
        Packet::Config(TrackConfig::Audio(audio)) => Some(audio.clone()),
        _ => None,
    });
    let sound = if audio.is_some() { Sound::Copy } else { Sound::None };
    let rungs = vec![rung(1, sound), Rung { keep_one_of: 2, ..rung(2, sound) }];
    Source { packets, order: Order { rungs, video: video.unwrap(), audio } }
}

fn rung(number: u8, audio: Sound) -> Rung {
    Rung {
        number,
        name: String::new(),
        codec: VideoCodec::H264,
        encoder: Encoder::X264,
        width: 160,
        height: 90,
        keep_one_of: 1,
        frame_rate: FrameRate::from_millihertz(30_000),
        level: 31,
        video_kbps: 200,
        max_kbps: 240,
        buffer_kbit: 240,
        effort: 0,
        audio,
        rfc6381: "avc1.64001f".to_owned(),
        bandwidth: 0,
        average_bandwidth: 0,
        cost: Cost(0),
    }
}

/// What a child made of a source that came all at once.
struct Made {
    reports: Vec<Report>,
    ended: Ended,
}

async fn encode(ffmpeg: &Ffmpeg, order: Order, packets: Vec<Packet>) -> Made {
    let (_, receiver) = broadcast::channel(1);
    run_with(ffmpeg, order, Feed { configs: packets, packets: receiver }).await
}

async fn run_with(ffmpeg: &Ffmpeg, order: Order, feed: Feed) -> Made {
    let (report, mut reports) = mpsc::channel(MAX_REPORTS);
    let ended = run(ffmpeg, order, feed, report, CancellationToken::new()).await;
    let mut made = Vec::new();
    while let Some(report) = reports.recv().await {
        made.push(report);
    }
    Made { reports: made, ended }
}

fn frames(packets: &[Packet], track: Track) -> Vec<Frame> {
    let frame = |packet: &Packet| match packet {
        Packet::Frame(frame) if frame.track == track => Some(frame.clone()),
        _ => None,
    };
    packets.iter().filter_map(frame).collect()
}

fn times<'a>(frames: impl IntoIterator<Item = &'a Frame>) -> BTreeSet<Timestamp> {
    frames.into_iter().map(|frame| frame.pts).collect()
}

fn keys(frames: &[Frame]) -> BTreeSet<Timestamp> {
    times(frames.iter().filter(|frame| frame.keyframe))
}

impl Report {
    /// Packets of a rung.
    fn packets(&self, wanted: u8) -> Vec<Packet> {
        let Self::Packets(rungs) = self else { return Vec::new() };
        let of = rungs.iter().filter(|rung| rung.number == wanted);
        of.flat_map(|rung| rung.packets.clone()).collect()
    }
}

impl Made {
    fn packets(&self, wanted: u8) -> Vec<Packet> {
        self.reports.iter().flat_map(|report| report.packets(wanted)).collect()
    }

    fn frames(&self, wanted: u8, track: Track) -> Vec<Frame> {
        frames(&self.packets(wanted), track)
    }
}

const PICTURES: &str = "-f lavfi -i testsrc2=s=320x180:d=2:r";
const SOUND: &str = "-f lavfi -i sine=f=440:d=2:r";
const X264: &str = "-c:v libx264 -preset veryfast -pix_fmt yuv420p -sc_threshold 0";

/// A source of 2 s of each kind that encoders send.
fn kinds() -> Vec<(&'static str, String)> {
    let plain = |rate: &str| format!("{PICTURES}={rate} {X264} -g 24 -bf 0");
    vec![
        ("24000/1001", plain("24000/1001")),
        ("25", plain("25")),
        ("30000/1001", plain("30000/1001")),
        ("30", plain("30")),
        ("60", plain("60")),
        (
            "B-frames, 44.1 kHz mono",
            format!("{PICTURES}=30 {SOUND}=44100 {X264} -g 45 -bf 3 -c:a aac -ac 1"),
        ),
        // About every third frame is missing, irregularly.
        (
            "variable rate",
            format!("{PICTURES}=60 {X264} -g 30 -bf 2 -vf select=gt(mod(n*7\\,11)\\,3) -vsync vfr"),
        ),
    ]
}

#[tokio::test]
async fn times_and_keyframes_are_the_source_s() {
    for ffmpeg in [installed(), newest().await] {
        for (kind, made_with) in kinds() {
            let source = source(&installed(), &made_with).await;
            let sent = frames(&source.packets, Track::Video);
            let made = encode(&ffmpeg, source.order, source.packets.clone()).await;
            assert!(matches!(made.ended, Ended::Stopped), "{kind}: {:?}", made.ended);

            let full = made.frames(1, Track::Video);
            assert_eq!(times(&full), times(&sent), "{kind}");
            assert_eq!(keys(&full), keys(&sent), "{kind}");
            let half = made.frames(2, Track::Video);
            assert_eq!(keys(&half), keys(&sent), "{kind}");
            assert!(times(&half).is_subset(&times(&sent)), "{kind}");
            assert!(half.len().abs_diff(sent.len() / 2) <= keys(&sent).len(), "{kind}");
            // Sound that is copied is the source's own.
            let sound = frames(&source.packets, Track::Audio);
            let from = sent.first().unwrap().pts;
            let copied = made.frames(1, Track::Audio);
            assert!(copied.iter().all(|frame| sound.contains(frame)), "{kind}");
            assert!(copied.len() + 4 >= sound.len(), "{kind}");
            assert!(
                made.reports
                    .iter()
                    .any(|report| matches!(report, Report::Resumes { from: at } if *at == from))
            );
        }
    }
}

#[tokio::test]
async fn hevc_becomes_h264_of_the_level_that_was_told() {
    let ffmpeg = newest().await;
    let x265 = "-c:v libx265 -x265-params log-level=error:keyint=20:scenecut=0 -preset ultrafast";
    let source = source(&ffmpeg, &format!("{PICTURES}=25 {x265} -pix_fmt yuv420p")).await;
    let sent = frames(&source.packets, Track::Video);
    for ffmpeg in [installed(), ffmpeg] {
        let made = encode(&ffmpeg, source.order.clone(), source.packets.clone()).await;
        let config = made.packets(1).into_iter().find_map(|packet| match packet {
            Packet::Config(TrackConfig::Video(config)) => Some(config),
            _ => None,
        });
        let config = config.unwrap();
        assert_eq!((config.rfc6381.as_str(), config.width), ("avc1.64001f", 160));
        let full = made.frames(1, Track::Video);
        assert_eq!((times(&full), keys(&full)), (times(&sent), keys(&sent)));
    }
}

#[tokio::test]
async fn av1_has_the_source_s_times_and_keyframes_too() {
    let ffmpeg = newest().await;
    let mut source = source(&installed(), &format!("{PICTURES}=25 {X264} -g 20 -bf 2")).await;
    let av1 =
        Rung { encoder: Encoder::SvtAv1, codec: VideoCodec::Av1, level: 0, ..rung(1, Sound::None) };
    source.order.rungs = vec![av1];
    let sent = frames(&source.packets, Track::Video);
    let made = encode(&ffmpeg, source.order, source.packets).await;
    assert!(matches!(made.ended, Ended::Stopped), "{:?}", made.ended);
    let full = made.frames(1, Track::Video);
    assert_eq!((times(&full), keys(&full)), (times(&sent), keys(&sent)));
}

#[tokio::test]
async fn bits_are_shared_out_by_the_rate_that_there_is() {
    let made_with = format!("-f lavfi -i testsrc2=s=320x180:d=6:r=60 {X264} -g 60");
    let mut source = source(&installed(), &made_with).await;
    let hertz = |hertz: u32| FrameRate::from_millihertz(hertz * 1000);
    let av1 =
        Rung { encoder: Encoder::SvtAv1, codec: VideoCodec::Av1, level: 0, ..rung(1, Sound::None) };
    let all = Rung { frame_rate: hertz(60), ..av1.clone() };
    let half = Rung { number: 2, keep_one_of: 2, frame_rate: hertz(30), ..av1 };
    source.order.rungs = vec![all, half];
    let made = encode(&newest().await, source.order, source.packets).await;
    for number in [1, 2] {
        let pictures = made.frames(number, Track::Video);
        let times = times(&pictures);
        let lasted = times.last().unwrap().since(*times.first().unwrap()).as_secs_f64();
        let bits = pictures.iter().map(|frame| frame.data.len() * 8).sum::<usize>() as f64;
        let kbps = bits / lasted / 1000.0;
        assert!((140.0..280.0).contains(&kbps), "rung {number}: {kbps} kbit/s of 200");
    }
}

#[tokio::test]
async fn sound_is_encoded_once_for_all_who_want_it_alike() {
    for ffmpeg in [installed(), newest().await] {
        let made_with = format!("{PICTURES}=30 {SOUND}=44100 {X264} -g 30 -c:a aac -ac 1");
        let mut source = source(&installed(), &made_with).await;
        let encoded = Sound::Encode { bitrate_kbps: 64, sample_rate: 44_100, channels: 1 };
        source.order.rungs = vec![rung(1, encoded), rung(2, encoded), rung(3, Sound::None)];
        assert_eq!(source.order.outputs().len(), 4);
        let made = encode(&ffmpeg, source.order, source.packets.clone()).await;
        let sent = frames(&source.packets, Track::Audio);
        let got = made.frames(1, Track::Audio);
        assert_eq!(got, made.frames(2, Track::Audio));
        assert!(made.frames(3, Track::Audio).is_empty());
        // The encoder begins with a frame of silence, and the source's first frames came before the
        // first picture.
        assert!(got.len().abs_diff(sent.len()) <= 6, "{} of {}", got.len(), sent.len());
        let last = |frames: &[Frame]| frames.last().unwrap().pts.as_millis();
        assert!(last(&got).abs_diff(last(&sent)) <= 50, "{} {}", last(&got), last(&sent));
    }
}

#[tokio::test]
async fn sound_that_never_comes_holds_no_picture_back() {
    let made_with = format!("{PICTURES}=30 {SOUND}=48000 {X264} -g 30 -c:a aac");
    let mut source = source(&installed(), &made_with).await;
    let encoded = Sound::Encode { bitrate_kbps: 64, sample_rate: 48_000, channels: 1 };
    source.order.rungs = vec![rung(1, encoded)];
    source.packets.retain(|packet| frames(std::slice::from_ref(packet), Track::Audio).is_empty());
    for ffmpeg in [installed(), newest().await] {
        let (_packets, receiver) = broadcast::channel(1);
        let feed = Feed { configs: source.packets.clone(), packets: receiver };
        let (report, mut reports) = mpsc::channel(MAX_REPORTS);
        let stop = CancellationToken::new();
        let running = run(&ffmpeg, source.order.clone(), feed, report, stop.clone());
        let beside = async {
            let mut pictures = 0;
            while let Some(report) = reports.recv().await {
                pictures += frames(&report.packets(1), Track::Video).len();
                // While the input is open, not when it is flushed.
                if pictures >= 40 {
                    stop.cancel();
                }
            }
        };
        let (ended, ()) = tokio::join!(running, beside);
        assert!(matches!(ended, Ended::Stopped), "{ended:?}");
    }
}

/// A program in ffmpeg's place: it says its version, and otherwise does what `script` says.
struct Fake {
    _folder: tempfile::TempDir,
    ffmpeg: Ffmpeg,
}

fn fake(script: &str) -> Fake {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ffmpeg");
    let text = format!(
        "#!/bin/sh\nif [ \"$1\" = -version ]; then echo ffmpeg version 5.1; exit; fi\n{script}\n"
    );
    std::fs::write(&file, text).unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o755)).unwrap();
    Fake { ffmpeg: Ffmpeg::direct(file), _folder: folder }
}

async fn small_source() -> Source {
    source(&installed(), &format!("{PICTURES}=30 {X264} -g 30")).await
}

#[tokio::test]
async fn one_that_fails_says_why() {
    let source = small_source().await;
    let fake = fake("echo no such encoder >&2; exit 3");
    let made = encode(&fake.ffmpeg, source.order, source.packets).await;
    let Ended::Exited { code: Some(3), said } = made.ended else { panic!("{:?}", made.ended) };
    assert_eq!(said, ["no such encoder"]);
}

#[tokio::test]
async fn nonsense_is_an_end_and_no_hang() {
    let source = small_source().await;
    // Into every pipe that it has, whatever its number.
    let fake = fake(
        "for pipe in $(ls /proc/$$/fd); do test $pipe -gt 2 && head -c 99 /dev/zero \
         >/proc/$$/fd/$pipe; done 2>/dev/null; exec sleep 600",
    );
    let made = encode(&fake.ffmpeg, source.order.clone(), source.packets.clone()).await;
    let Ended::Exited { code: None, said } = made.ended else { panic!("{:?}", made.ended) };
    assert!(said.iter().any(|line| line.contains("cannot be read")), "{said:?}");
}

#[tokio::test]
async fn one_that_is_not_there_is_not_started() {
    let source = small_source().await;
    let nowhere = Ffmpeg::direct("/nowhere/ffmpeg");
    let made = encode(&nowhere, source.order, source.packets).await;
    assert!(matches!(made.ended, Ended::NotStarted(_)), "{:?}", made.ended);
}

/// A child that encodes, and the hands of a test on both its ends.
struct Live {
    pid: rustix::process::Pid,
    packets: broadcast::Sender<Packet>,
    reports: mpsc::Receiver<Report>,
}

/// Runs a child on the beginning of `source`; when its first frame has come, does `work` beside it.
async fn live(source: &Source, kept: usize, work: impl AsyncFnOnce(&mut Live)) -> Ended {
    let ffmpeg = installed();
    let (packets, receiver) = broadcast::channel(512);
    let (report, reports) = mpsc::channel(MAX_REPORTS);
    let configs = source.packets.iter().take(kept).cloned().collect();
    let feed = Feed { configs, packets: receiver };
    let running = run(&ffmpeg, source.order.clone(), feed, report, CancellationToken::new());
    let beside = async {
        let mut live = Live { pid: rustix::process::getpid(), packets, reports };
        loop {
            match live.reports.recv().await.unwrap() {
                Report::Started { pid } => {
                    live.pid = rustix::process::Pid::from_raw(pid.cast_signed()).unwrap();
                }
                report if report.packets(1).iter().any(|it| picture(it).is_some()) => break,
                _ => {}
            }
        }
        work(&mut live).await;
        // What it sent to is closed when the child has ended, not before.
        while live.reports.recv().await.is_some() {}
        live.pid
    };
    let (ended, pid) = tokio::join!(running, beside);
    assert_eq!(usage(pid.as_raw_nonzero().get().cast_unsigned()), None, "it is reaped");
    ended
}

#[tokio::test]
async fn one_that_is_killed_has_exited() {
    let source = small_source().await;
    let ended = live(&source, 30, async |live| {
        rustix::process::kill_process(live.pid, rustix::process::Signal::KILL).unwrap();
    });
    let ended = ended.await;
    assert!(matches!(ended, Ended::Exited { code: None, .. }), "{ended:?}");
}

/// How soon is for [`super::super::vitals`] to say.
#[tokio::test]
async fn one_that_stands_still_is_hung() {
    let source = source(&installed(), &format!("{PICTURES}=90 {X264} -g 30")).await;
    let ended = live(&source, 30, async |live| {
        rustix::process::kill_process(live.pid, rustix::process::Signal::STOP).unwrap();
        // As a source does: what the child had said before is read meanwhile, and answers nothing
        // that comes after.
        let mut pace = tokio::time::interval(Duration::from_millis(20));
        for packet in source.packets.iter().skip(30) {
            pace.tick().await;
            live.packets.send(packet.clone()).unwrap();
        }
    });
    let ended = ended.await;
    assert!(matches!(ended, Ended::Hung { .. }), "{ended:?}");
}

#[tokio::test]
async fn one_that_never_reads_is_hung() {
    let source = small_source().await;
    let fake = fake("exec sleep 600");
    let (_packets, receiver) = broadcast::channel(1);
    let feed = Feed { configs: source.packets, packets: receiver };
    let made = run_with(&fake.ffmpeg, source.order, feed).await;
    assert!(matches!(made.ended, Ended::Hung { .. }), "{:?}", made.ended);
}

#[tokio::test]
async fn another_configuration_ends_it_after_its_last_frames() {
    let mut source = small_source().await;
    let mut other = source.order.video.clone();
    other.width = 64;
    source.packets.insert(31, Packet::Config(TrackConfig::Video(other)));
    let made = encode(&installed(), source.order, source.packets.clone()).await;
    assert!(matches!(made.ended, Ended::Reconfigured), "{:?}", made.ended);
    let before = frames(&source.packets[..31], Track::Video);
    assert_eq!(times(&made.frames(1, Track::Video)), times(&before));
}

#[tokio::test]
async fn one_that_falls_behind_goes_on_at_a_keyframe() {
    let source = small_source().await;
    let sent = frames(&source.packets, Track::Video);
    let (packets, receiver) = broadcast::channel(32);
    for packet in &source.packets {
        packets.send(packet.clone()).unwrap();
    }
    drop(packets);
    let feed = Feed { configs: Vec::new(), packets: receiver };
    let made = run_with(&installed(), source.order, feed).await;
    assert!(matches!(made.ended, Ended::Stopped), "{:?}", made.ended);
    assert!(made.reports.iter().any(|report| matches!(report, Report::Skipped { .. })));
    let from = *keys(&sent).last().unwrap();
    let rest = sent.iter().filter(|frame| frame.pts >= from);
    assert_eq!(times(&made.frames(1, Track::Video)), times(rest));
}

#[tokio::test]
async fn one_that_is_told_to_stop_gives_its_last_frames_and_said_how_it_did() {
    let source = small_source().await;
    let (_packets, receiver) = broadcast::channel(1);
    let (report, mut reports) = mpsc::channel(MAX_REPORTS);
    let stop = CancellationToken::new();
    let feed = Feed { configs: source.packets.clone(), packets: receiver };
    let ffmpeg = installed();
    let running = run(&ffmpeg, source.order.clone(), feed, report, stop.clone());
    let beside = async {
        let mut made = Vec::new();
        let mut progress = None;
        while let Some(report) = reports.recv().await {
            made.extend(report.packets(1));
            if let Report::Progress(seen) = report {
                progress = Some(seen);
                stop.cancel();
            }
        }
        (made, progress.unwrap())
    };
    let (ended, (made, progress)) = tokio::join!(running, beside);
    assert!(matches!(ended, Ended::Stopped), "{ended:?}");
    let sent = frames(&source.packets, Track::Video);
    assert_eq!(times(&frames(&made, Track::Video)), times(&sent));
    assert!(progress.frames > 0 && progress.memory_bytes > 1 << 20, "{progress:?}");
    assert!(progress.cpu > Duration::ZERO && progress.lag < Duration::from_secs(2), "{progress:?}");
}

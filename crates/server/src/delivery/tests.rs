//! What a broadcast lists, and whom it keeps waiting.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use rivulet_media::frame::{VideoCodec, VideoConfig};
use rivulet_media::hls::request::Request;
use rivulet_media::hls::{
    Content, Init, LatencyLevel, Options, Output, Part, Rates, SegmentStart, Timing, Window,
};
use rivulet_media::time::{Timestamp, WallClock};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::info::RenditionState;
use super::rendition::{Expected, Kind, Label, Rendition};
use super::stream::{AUDIO_ONLY, Broadcast, SOURCE, Stream};
use super::waiting::Answer;
use super::{ChannelId, MediaInfo};

/// A channel with a broadcast whose source, one rung and sound alone are listed.
struct Fixture {
    stream: Stream,
    info: watch::Receiver<Option<MediaInfo>>,
    broadcast: Arc<Broadcast>,
    source: Arc<Rendition>,
    rung: Arc<Rendition>,
    sound: Arc<Rendition>,
}

impl Fixture {
    fn new() -> Self {
        let told = watch::Sender::new(None);
        let info = told.subscribe();
        let stream = Stream::new(ChannelId::generate(), told, CancellationToken::new());
        let source = rendition(SOURCE, Kind::Source);
        let (rung, sound) = (rendition(1, Kind::Encoded), rendition(AUDIO_ONLY, Kind::Audio));
        let broadcast = Arc::new(Broadcast::new("x".to_owned(), Arc::clone(&source), 0));
        stream.begin(Arc::clone(&broadcast));
        broadcast.add(Arc::clone(&sound));
        broadcast.add(Arc::clone(&rung));
        Self { stream, info, broadcast, source, rung, sound }
    }

    /// All renditions have a segment with media.
    fn playing() -> Self {
        let fixture = Self::new();
        for rendition in [&fixture.source, &fixture.rung, &fixture.sound] {
            fixture.publish(rendition, beginning());
            fixture.publish(rendition, segment(0, Content::Media(Bytes::from_static(b"media"))));
        }
        fixture
    }

    fn publish(&self, rendition: &Rendition, mut outputs: Vec<Output>) {
        self.stream.apply(&self.broadcast, rendition, &mut outputs);
    }

    fn listed(&self) -> Vec<u8> {
        self.broadcast.listed().iter().map(|it| it.number).collect()
    }

    /// What pages are told of the rung.
    fn state(&self) -> RenditionState {
        let info = self.info.borrow();
        let mut renditions = info.as_ref().unwrap().renditions.iter();
        renditions.find(|it| it.number == 1).unwrap().state
    }
}

fn rendition(number: u8, kind: Kind) -> Arc<Rendition> {
    let expected = Expected {
        rates: Rates { peak: 1000, average: 1000 },
        codecs: vec!["avc1.64001f".to_owned()],
        resolution: None,
        frame_rate: None,
    };
    let label = Label { number, kind, name: String::new(), expected: Some(expected) };
    let window = Window::new(Options {
        id: "x".into(),
        latency: LatencyLevel::default(),
        next_sequence: 0,
        independent_segments: false,
    });
    Arc::new(Rendition::new(label, window))
}

fn beginning() -> Vec<Output> {
    let part_target = Duration::from_millis(500);
    let timing = Timing { target_duration_secs: 2, part_target, frame_rate: None };
    let video = VideoConfig {
        codec: VideoCodec::H264,
        record: Bytes::new(),
        width: 16,
        height: 16,
        rfc6381: "avc1.64001f".to_owned(),
    };
    let init = Init { number: 0, video: Some(video), audio: None, bytes: Bytes::new() };
    vec![Output::Timing(timing), Output::Init(init)]
}

fn segment(sequence: u64, content: Content) -> Vec<Output> {
    let start = SegmentStart {
        sequence,
        discontinuity_sequence: 0,
        discontinuity: false,
        at: Timestamp::ZERO,
        program_date_time: WallClock::default(),
    };
    let duration = Duration::from_millis(500);
    let part = Part { index: 0, duration, independent: true, content };
    vec![Output::SegmentStart(start), Output::Part(part), Output::SegmentEnd(duration)]
}

#[test]
fn a_hidden_source_is_listed_while_no_other_pictures_come() {
    let fixture = Fixture::new();
    fixture.broadcast.settle(true);
    fixture.publish(&fixture.source, beginning());
    for rendition in [&fixture.source, &fixture.sound] {
        fixture.publish(rendition, segment(0, Content::Media(Bytes::from_static(b"media"))));
    }
    assert_eq!(fixture.listed(), [0, 1, 9], "sound alone is no reason to hide the pictures");

    let fixture = Fixture::playing();
    assert_eq!(fixture.listed(), [0, 1, 9]);
    fixture.broadcast.settle(true);
    assert_eq!(fixture.listed(), [1, 9]);
    fixture.publish(&fixture.rung, segment(1, Content::Gap));
    assert_eq!(fixture.listed(), [0, 1, 9], "nothing comes of the rung");
    fixture.publish(&fixture.rung, segment(2, Content::Media(Bytes::from_static(b"media"))));
    assert_eq!(fixture.listed(), [1, 9]);
    fixture.rung.set_away(true);
    assert_eq!(fixture.listed(), [0, 1, 9], "its encoder is gone");
}

#[test]
fn a_rung_that_resumes_is_live_when_its_pictures_are_there() {
    let fixture = Fixture::playing();
    assert_eq!(fixture.state(), RenditionState::Live);
    fixture.publish(&fixture.rung, segment(1, Content::Gap));
    fixture.rung.set_away(true);
    fixture.stream.tell(&fixture.broadcast);
    assert_eq!(fixture.state(), RenditionState::Away);
    fixture.rung.set_away(false);
    fixture.stream.tell(&fixture.broadcast);
    assert_eq!(fixture.state(), RenditionState::Starting);
    fixture.publish(&fixture.rung, segment(2, Content::Media(Bytes::from_static(b"media"))));
    assert_eq!(fixture.state(), RenditionState::Live);
}

#[tokio::test(start_paused = true)]
async fn only_a_rendition_that_may_yet_come_is_waited_for() {
    let fixture = Fixture::playing();
    let request = Request::parse("").unwrap();
    let begun = Instant::now();
    for number in [AUDIO_ONLY + 1, u8::MAX] {
        assert!(matches!(fixture.stream.playlist(number, &request).await, Answer::Missing));
    }
    assert_eq!(begun.elapsed(), Duration::ZERO);
    assert!(matches!(fixture.stream.playlist(2, &request).await, Answer::TimedOut));
    assert!(begun.elapsed() > Duration::ZERO);
    assert!(matches!(fixture.stream.master().await, Answer::TimedOut), "it is worth a wait");
    // Over before its first group of pictures was measured.
    fixture.broadcast.settle_at_last();
    let over = Instant::now();
    assert!(matches!(fixture.stream.playlist(2, &request).await, Answer::Missing));
    assert!(matches!(fixture.stream.master().await, Answer::Found(_)));
    assert_eq!(over.elapsed(), Duration::ZERO);
}

#[tokio::test]
async fn the_master_playlist_is_rendered_anew_after_every_change() {
    let fixture = Fixture::playing();
    fixture.broadcast.settle(false);
    for number in 2..4 {
        fixture.broadcast.add(rendition(number, Kind::Encoded));
        fixture.stream.tell(&fixture.broadcast);
        let Answer::Found(text) = fixture.stream.master().await else { panic!("no playlist") };
        let entry = format!("\n{number}/stream.m3u8");
        assert!(str::from_utf8(&text.plain).unwrap().contains(&entry));
    }
}

#[tokio::test]
async fn a_broadcast_that_another_follows_is_let_go() {
    let fixture = Fixture::playing();
    let next = Arc::new(Broadcast::new("y".to_owned(), rendition(SOURCE, Kind::Source), 0));
    fixture.stream.begin(next);
    fixture.broadcast.closed().await;
}

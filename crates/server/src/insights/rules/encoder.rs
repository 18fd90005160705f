//! What the encoder sends, and how it comes.

use std::time::Duration;

use rivulet_media::frame::VideoCodec;
use rivulet_media::meter::{Reading, VideoReading};

use super::super::facts::{Facts, Transcoder};
use super::super::model::{Finding, Severity};
use super::{Bench, Limit, percent, rate, seconds, words};

/// What is judged by its rate must have been watched for this long.
const LEAST_OBSERVED: Duration = Duration::from_secs(4);
/// A track that sent nothing for this long has stopped.
const LONG_OBSERVED: Duration = Duration::from_secs(9);
/// Longer than the longest segment: it is cut where decoding cannot begin.
const LONGEST_SEGMENT: Duration = Duration::from_millis(6_100);

const GROUP_S: Limit = Limit { enter: 3.2, leave: 3.0 };
const MISSING: Limit = Limit { enter: 0.05, leave: 0.02 };
const MUCH_MISSING: f64 = 0.2;
const UNEVENNESS: Limit = Limit { enter: 0.2, leave: 0.12 };
const SILENCE_S: Limit = Limit { enter: 3.0, leave: 1.0 };
const LAG_S: Limit = Limit { enter: 2.0, leave: 1.0 };
const MUCH_LAG: Duration = Duration::from_secs(6);
/// How much of the usual bitrate is left out.
const COLLAPSE: Limit = Limit { enter: 0.6, leave: 0.4 };
const REJOINS: Limit = Limit { enter: 2.0, leave: 1.0 };
/// Bits for one pixel of one picture, beyond which nobody sees a difference.
const BITS_PER_PIXEL: Limit = Limit { enter: 0.3, leave: 0.25 };
/// Below this nothing is wasted that anybody misses.
const LEAST_WASTE_BPS: u64 = 4_000_000;

pub(super) fn gone(bench: &mut Bench<'_>) {
    let remedy = "Check the encoder and its network. The broadcast goes on when it comes back.";
    bench.find(
        Finding::EncoderGone,
        Severity::Bad,
        words("The encoder is gone, and the broadcast waits for it.", remedy),
    );
}

pub(super) fn judge(facts: &Facts<'_>, reading: &Reading, bench: &mut Bench<'_>) {
    connection(facts, reading, bench);
    tracks(reading, bench);
    if reading.jumps > 0 {
        let remedy = "Restart the encoder if viewers see the picture jump; a computer that slept or \
                      set its clock can cause this.";
        let sentence = "The encoder's clock jumped, and players had to start over.";
        bench.find(Finding::ClockJumped, Severity::Notice, words(sentence, remedy));
    }
    if let Some(video) = &reading.video {
        pictures(facts, video, bench);
        if reading.observed >= LEAST_OBSERVED {
            pace(facts, reading, video, bench);
        }
    }
}

/// How it comes.
fn connection(facts: &Facts<'_>, reading: &Reading, bench: &mut Bench<'_>) {
    let silence = reading.longest_wait.as_secs_f64();
    if bench.exceeds(Finding::EncoderSilent, silence, SILENCE_S) {
        let sentence =
            format!("Nothing came from the encoder for {}.", seconds(reading.longest_wait));
        let remedy = "Check the network between encoder and server; use a cable rather than Wi-Fi.";
        bench.find(Finding::EncoderSilent, Severity::Bad, words(sentence, remedy));
    }
    if bench.exceeds(Finding::UploadTooSlow, reading.lag.as_secs_f64(), LAG_S) {
        let much = reading.lag >= MUCH_LAG;
        let severity = if much { Severity::Bad } else { Severity::Warning };
        let sentence = format!(
            "The stream comes {} late: the encoder's upload is too slow for its bitrate.",
            seconds(reading.lag)
        );
        let remedy = "Lower the bitrate in the encoder (OBS: Settings → Output → Streaming → Video \
                      Bitrate), or give it a faster or less busy network.";
        bench.find(Finding::UploadTooSlow, severity, words(sentence, remedy));
    }
    if bench.exceeds(Finding::EncoderReconnects, f64::from(facts.recent_joins), REJOINS) {
        let sentence =
            format!("The encoder came back {} times in five minutes.", facts.recent_joins);
        let remedy =
            "Look for what breaks its connection: Wi-Fi, a VPN, or a router that restarts.";
        bench.find(Finding::EncoderReconnects, Severity::Warning, words(sentence, remedy));
    }
}

/// What there is to see and to hear.
fn tracks(reading: &Reading, bench: &mut Bench<'_>) {
    if reading.observed < LEAST_OBSERVED {
        return;
    }
    match (&reading.video, &reading.audio) {
        (Some(_), None) => {
            let remedy = "Add an audio source in the encoder (OBS: the mixer must show one that \
                          moves), if there should be sound.";
            let sentence = "The stream has no sound.";
            bench.find(Finding::AudioMissing, Severity::Notice, words(sentence, remedy));
        }
        (None, Some(_)) => {
            let remedy = "Add a video source in the encoder, if there should be a picture.";
            let sentence = "The stream has sound and no picture.";
            bench.find(Finding::VideoMissing, Severity::Notice, words(sentence, remedy));
        }
        (Some(video), Some(audio))
            if reading.observed >= LONG_OBSERVED && audio.frames == 0 && video.frames > 0 =>
        {
            let remedy = "Check the encoder's audio device; it may have been unplugged.";
            let sentence = "The sound has stopped, while the picture goes on.";
            bench.find(Finding::AudioStopped, Severity::Warning, words(sentence, remedy));
        }
        _ => {}
    }
}

/// What the pictures are.
fn pictures(facts: &Facts<'_>, video: &VideoReading, bench: &mut Bench<'_>) {
    let group = video.longest_group;
    if bench.exceeds(Finding::KeyframesFarApart, group.as_secs_f64(), GROUP_S) {
        let too_long = group > LONGEST_SEGMENT;
        let severity = if too_long { Severity::Warning } else { Severity::Notice };
        let sentence = match video.last_group {
            Some(last) => format!("Keyframes come every {}.", seconds(last.max(group))),
            None => format!("The last keyframe came {} ago.", seconds(group)),
        };
        let remedy = "Set the keyframe interval to 2 s in your encoder (OBS: Settings → Output → \
                      Streaming → Keyframe Interval). Viewers then start sooner and are closer to live.";
        bench.find(Finding::KeyframesFarApart, severity, words(sentence, remedy));
    }
    if video.size_changes > 0 {
        let sentence = format!("The picture's size changed to {} × {}.", video.width, video.height);
        let remedy = "Keep one output size in the encoder while on air: players stop for a moment \
                      at each change.";
        bench.find(Finding::SizeChanged, Severity::Notice, words(sentence, remedy));
    }
    if video.reordered && facts.latency_level == 0 {
        let sentence = "B-frames delay the stream by a few frames.";
        let remedy = "Set B-frames to 0 in the encoder (or tune x264 for zerolatency), or choose a \
                      higher latency level for the channel.";
        bench.find(Finding::BFrames, Severity::Notice, words(sentence, remedy));
    }
    let transcoded = matches!(
        facts.transcoder, Some(Transcoder::Running(running)) if !running.renditions.is_empty()
    );
    if let Some(codec) = picky(video.codec).filter(|_| !transcoded) {
        let sentence = format!("Not every player can show {codec}, and there is nothing else.");
        let remedy = format!(
            "Encode H.264, or add an encoded rendition to the channel beside the {codec} one."
        );
        bench.find(Finding::CodecNotPlayable, Severity::Warning, words(sentence, remedy));
    }
}

fn picky(codec: VideoCodec) -> Option<&'static str> {
    match codec {
        VideoCodec::H264 => None,
        VideoCodec::Hevc => Some("HEVC"),
        VideoCodec::Av1 => Some("AV1"),
        VideoCodec::Vp9 => Some("VP9"),
    }
}

/// How the pictures follow each other, and what they cost.
fn pace(facts: &Facts<'_>, reading: &Reading, video: &VideoReading, bench: &mut Bench<'_>) {
    if bench.exceeds(Finding::FrameRateUnsteady, video.missing, MISSING) {
        let much = video.missing >= MUCH_MISSING;
        let severity = if much { Severity::Bad } else { Severity::Warning };
        let sentence =
            format!("The encoder leaves out {} of the pictures.", percent(video.missing));
        let remedy = "The encoder's computer is overloaded: choose a faster preset, a hardware \
                      encoder, or a smaller picture (OBS: View → Stats shows skipped frames).";
        bench.find(Finding::FrameRateUnsteady, severity, words(sentence, remedy));
    } else if bench.exceeds(Finding::FrameRateVariable, video.unevenness, UNEVENNESS) {
        let sentence = "The frame rate varies from picture to picture.";
        let remedy = "Set a constant frame rate in the encoder (ffmpeg: -fps_mode cfr).";
        bench.find(Finding::FrameRateVariable, Severity::Notice, words(sentence, remedy));
    }
    collapse(facts, reading, video, bench);
    let pixels = f64::from(video.width) * f64::from(video.height) * video.frame_rate;
    let spent = video.bitrate as f64 / pixels.max(1.0);
    if video.codec == VideoCodec::H264
        && video.bitrate >= LEAST_WASTE_BPS
        && bench.exceeds(Finding::BitrateWasteful, spent, BITS_PER_PIXEL)
    {
        let sentence = format!(
            "{} is more than {} × {} at {:.0} frames per second can use.",
            rate(video.bitrate),
            video.width,
            video.height,
            video.frame_rate
        );
        let enough = (pixels * BITS_PER_PIXEL.enter / 2.0 / 500_000.0).ceil() * 500_000.0;
        let remedy = format!(
            "Lower the bitrate to about {}: it looks the same, and more viewers can watch.",
            rate(enough as u64)
        );
        bench.find(Finding::BitrateWasteful, Severity::Notice, words(sentence, remedy));
    }
}

/// A quiet picture needs few bits: it is a collapse only when pictures are late or missing too.
fn collapse(facts: &Facts<'_>, reading: &Reading, video: &VideoReading, bench: &mut Bench<'_>) {
    let Some(usual) = facts.usual_video_bps.filter(|usual| *usual > 0) else { return };
    let lost = 1.0 - video.bitrate as f64 / usual as f64;
    let suffers = reading.late_frames > 0
        || video.missing >= MISSING.leave
        || reading.longest_wait.as_secs_f64() >= SILENCE_S.leave;
    if suffers && bench.exceeds(Finding::BitrateCollapsed, lost, COLLAPSE) {
        let sentence =
            format!("The bitrate fell to {}, from {}.", rate(video.bitrate), rate(usual));
        let remedy = "The network between encoder and server carries less than before: lower the \
                      bitrate, or find what else uses it.";
        bench.find(Finding::BitrateCollapsed, Severity::Warning, words(sentence, remedy));
    }
}

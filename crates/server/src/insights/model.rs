//! Findings: what is wrong with a stream, since when, and what to do about it.
//!
//! The rules ([`super::rules`]) judge one moment. What they find must stand for a while before it is
//! told, and be gone for a while before it is taken back, so that nothing flickers.

use std::time::{Duration, Instant};

use rivulet_media::time::WallClock;
use serde::Serialize;
use utoipa::ToSchema;

/// What was found. The names are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Finding {
    /// The encoder is gone and awaited.
    EncoderGone,
    /// The encoder is connected and sends nothing.
    EncoderSilent,
    /// The encoder comes back again and again.
    EncoderReconnects,
    /// What is sent comes later and later.
    UploadTooSlow,
    /// Far fewer bits come than a moment ago.
    BitrateCollapsed,
    /// The bitrate is higher than the pictures' size and rate can use.
    BitrateWasteful,
    /// Keyframes are too far apart.
    KeyframesFarApart,
    /// Pictures are missing: the encoder leaves some out.
    FrameRateUnsteady,
    /// The time between pictures varies.
    FrameRateVariable,
    /// The pictures' size changed.
    SizeChanged,
    /// The encoder's clock jumped.
    ClockJumped,
    /// B-frames delay a broadcast at the lowest latency.
    BFrames,
    /// There are pictures in a codec that not every player can decode, and no others.
    CodecNotPlayable,
    /// There is no sound.
    AudioMissing,
    /// The sound stopped.
    AudioStopped,
    /// There are no pictures.
    VideoMissing,
    /// ffmpeg is not there.
    TranscoderMissing,
    /// The transcoder waits for its turn.
    TranscoderQueued,
    /// The transcoder cannot keep up.
    TranscoderBehind,
    /// The transcoder fails.
    TranscoderFails,
    /// Pictures stand still for many viewers.
    ViewersStall,
    /// Players of many viewers tell of errors.
    ViewersFail,
    /// The smallest rendition is too much for many viewers' networks.
    ViewersShortOfBandwidth,
    /// Many pictures are decoded too late to be shown.
    ViewersDropFrames,
}

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Severity {
    /// Worth knowing.
    Notice,
    /// Some viewers notice it.
    Warning,
    /// Everybody notices it.
    Bad,
}

/// How a stream is, all in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Condition {
    /// Nothing is wrong that anybody notices.
    Good,
    /// Some viewers notice something.
    Fair,
    /// Everybody notices something.
    Poor,
}

/// What the rules say of one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) finding: Finding,
    pub(super) severity: Severity,
    pub(super) sentence: String,
    pub(super) remedy: String,
}

/// A verdict that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) verdict: Verdict,
    pub(super) since: WallClock,
    first: Instant,
    last: Instant,
}

/// How long something must be found before it is told, and not be found before it is taken back.
#[derive(Clone, Copy)]
struct Patience {
    told_after: Duration,
    kept_for: Duration,
}

impl Finding {
    fn patience(self) -> Patience {
        let (told_after, kept_for) = match self {
            Self::EncoderGone => (0, 0),
            // What happens in one moment is told for a while, or nobody would see it.
            Self::SizeChanged | Self::ClockJumped => (0, 60),
            // Counted over minutes, so that it is steady in itself.
            Self::EncoderReconnects => (0, 10),
            Self::KeyframesFarApart | Self::BFrames | Self::CodecNotPlayable => (0, 6),
            Self::AudioMissing | Self::VideoMissing => (4, 6),
            Self::FrameRateVariable | Self::BitrateWasteful => (10, 30),
            Self::TranscoderQueued | Self::TranscoderMissing => (4, 6),
            _ => (4, 15),
        };
        let secs = Duration::from_secs;
        Patience { told_after: secs(told_after), kept_for: secs(kept_for) }
    }
}

/// What stands: at most one verdict per finding.
#[derive(Clone, Debug, Default)]
pub(super) struct Findings {
    all: Vec<Standing>,
}

impl Findings {
    /// Whether something is told.
    pub(super) fn has(&self, finding: Finding) -> bool {
        self.told().any(|it| it.verdict.finding == finding)
    }

    /// Takes in what the rules say of this moment.
    pub(super) fn judge(&mut self, verdicts: Vec<Verdict>, now: Instant, at: WallClock) {
        for verdict in verdicts {
            match self.all.iter_mut().find(|it| it.verdict.finding == verdict.finding) {
                Some(standing) => {
                    standing.verdict = verdict;
                    standing.last = now;
                }
                None => self.all.push(Standing { verdict, since: at, first: now, last: now }),
            }
        }
        self.all.retain(|it| {
            // What was not told yet has nothing to be kept for.
            let kept_for = it.verdict.finding.patience().kept_for;
            it.last == now || (it.is_told() && now.saturating_duration_since(it.last) < kept_for)
        });
        self.all.sort_by_key(|it| (std::cmp::Reverse(it.verdict.severity), it.verdict.finding));
    }

    /// What is told, the worst first.
    pub(super) fn told(&self) -> impl Iterator<Item = &Standing> {
        self.all.iter().filter(|it| it.is_told())
    }

    /// How the stream is, all in all.
    pub(super) fn condition(&self) -> Condition {
        match self.told().map(|it| it.verdict.severity).max() {
            None | Some(Severity::Notice) => Condition::Good,
            Some(Severity::Warning) => Condition::Fair,
            Some(Severity::Bad) => Condition::Poor,
        }
    }
}

impl Standing {
    fn is_told(&self) -> bool {
        let told_after = self.verdict.finding.patience().told_after;
        self.last.saturating_duration_since(self.first) >= told_after
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(finding: Finding, severity: Severity) -> Verdict {
        let (sentence, remedy) = ("It is so.".to_owned(), "Change it.".to_owned());
        Verdict { finding, severity, sentence, remedy }
    }

    /// A look every two seconds at something that is there (`#`) or not (`.`); what is told.
    fn told(finding: Finding, there: &str) -> String {
        let (start, mut findings) = (Instant::now(), Findings::default());
        let looks = there.chars().zip(0_u64..).map(|(look, n)| {
            let verdicts =
                if look == '#' { vec![verdict(finding, Severity::Warning)] } else { vec![] };
            let at = WallClock::from_unix_millis(n as i64 * 2000);
            findings.judge(verdicts, start + Duration::from_secs(n * 2), at);
            if findings.has(finding) { '#' } else { '.' }
        });
        looks.collect()
    }

    #[test]
    fn what_comes_and_goes_does_not_flicker() {
        use Finding::{EncoderGone, KeyframesFarApart, SizeChanged, UploadTooSlow};
        for (finding, there, expected) in [
            (EncoderGone, ".##..#.", ".##..#."),
            (UploadTooSlow, "#.#.##.", "......."),
            (UploadTooSlow, "###........", "..########."),
            (UploadTooSlow, "###...#.#..........", "..##############..."),
            (KeyframesFarApart, "##.....", "####..."),
            (SizeChanged, "#.............................#..", "##############################.."),
        ] {
            let told = told(finding, there);
            if finding == SizeChanged {
                assert!(told.starts_with("#############################"), "{told}");
                continue;
            }
            assert_eq!(told, expected, "{finding:?} {there}");
        }
    }

    #[test]
    fn it_stands_since_it_was_first_found_with_its_newest_words() {
        let (start, mut findings) = (Instant::now(), Findings::default());
        for (n, severity) in [(0, Severity::Warning), (2, Severity::Warning), (4, Severity::Bad)] {
            let at = WallClock::from_unix_millis(1000 + n as i64);
            let verdicts = vec![verdict(Finding::ViewersStall, severity)];
            findings.judge(verdicts, start + Duration::from_secs(n), at);
        }
        let standing = findings.told().next().unwrap();
        assert_eq!(standing.since, WallClock::from_unix_millis(1000));
        assert_eq!(standing.verdict.severity, Severity::Bad);
    }

    #[test]
    fn the_worst_says_how_it_is_and_comes_first() {
        let mut findings = Findings::default();
        let now = Instant::now();
        let at = WallClock::from_unix_millis(0);
        assert_eq!(findings.condition(), Condition::Good);
        let mut judge = |verdicts| {
            findings.judge(verdicts, now, at);
            findings.condition()
        };
        let notice = verdict(Finding::BFrames, Severity::Notice);
        let warning = verdict(Finding::KeyframesFarApart, Severity::Warning);
        let bad = verdict(Finding::EncoderGone, Severity::Bad);
        assert_eq!(judge(vec![notice.clone()]), Condition::Good);
        assert_eq!(judge(vec![notice.clone(), warning.clone()]), Condition::Fair);
        assert_eq!(judge(vec![notice, warning, bad]), Condition::Poor);
        let order: Vec<_> = findings.told().map(|it| it.verdict.finding).collect();
        assert_eq!(order, [Finding::EncoderGone, Finding::KeyframesFarApart, Finding::BFrames]);
    }
}

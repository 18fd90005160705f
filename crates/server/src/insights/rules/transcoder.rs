//! What the transcoder does.

use super::super::facts::{Running, Transcoder};
use super::super::model::{Finding, Severity};
use super::{Bench, Limit, seconds, words};

const LAG_S: Limit = Limit { enter: 2.0, leave: 1.0 };

/// What helps a server that has too much to do.
const LESS: &str = "Ask for fewer or smaller renditions or a faster preset, or give the server more \
                    processors or an encoder in hardware.";

pub(super) fn judge(transcoder: &Transcoder, bench: &mut Bench<'_>) {
    match transcoder {
        Transcoder::Missing => {
            let sentence = "ffmpeg is missing, so that there is only what the encoder sends.";
            let remedy = "Install ffmpeg on the server, or name it with `--ffmpeg`.";
            bench.find(Finding::TranscoderMissing, Severity::Warning, words(sentence, remedy));
        }
        Transcoder::Queued { why } => {
            let sentence = format!("The other renditions wait for their turn: {why}.");
            let remedy = "Viewers get what the encoder sends meanwhile. Ask for fewer or smaller \
                          renditions, or give the server more processors.";
            bench.find(Finding::TranscoderQueued, Severity::Notice, words(sentence, remedy));
        }
        Transcoder::Starting => {}
        Transcoder::Running(running) => behind(running, bench),
        Transcoder::TooSlow => {
            let sentence = "The server is too slow to make any other rendition.".to_owned();
            bench.find(Finding::TranscoderBehind, Severity::Warning, words(sentence, LESS));
        }
        Transcoder::BackingOff { why } => {
            let sentence = format!("ffmpeg failed: {why}.");
            let remedy = "It is started again by itself, and what the encoder sends goes on. The \
                          server's log has ffmpeg's last words.";
            bench.find(Finding::TranscoderFails, Severity::Warning, words(sentence, remedy));
        }
    }
}

fn behind(running: &Running, bench: &mut Bench<'_>) {
    let lags = bench.exceeds(Finding::TranscoderBehind, running.lag.as_secs_f64(), LAG_S);
    let sentence = match running.missing {
        0 if lags => format!("The other renditions are {} behind.", seconds(running.lag)),
        0 => return,
        1 => "The server cannot keep up, and makes one rendition less.".to_owned(),
        many => format!("The server cannot keep up, and makes {many} renditions less."),
    };
    bench.find(Finding::TranscoderBehind, Severity::Warning, words(sentence, LESS));
}

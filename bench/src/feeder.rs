//! Feeds a program's standard input with a source in real time, on a thread of its own like the
//! publishers: what a server's own ffmpeg is given, without the server.

use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use rivulet_media::flv::{self, Tag};
use rivulet_media::fmp4;
use rivulet_media::frame::{Packet, Track, TrackConfig};
use rivulet_media::time::Timestamp;
use tokio::io::AsyncWriteExt;
use tokio::process::ChildStdin;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::publisher::stamped;
use crate::source::Source;
use crate::stamp;

/// A program that is further behind than this does less work than was asked for.
const MAX_BEHIND: Duration = Duration::from_secs(2);

/// In what form a program takes it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    /// An FLV file without end: what Owncast passes on.
    Flv,
    /// Fragmented MP4 of the pictures, a frame to a fragment: what our server passes on.
    Pictures,
}

/// A program being fed.
pub(crate) struct Feeder {
    stop: watch::Sender<bool>,
    thread: JoinHandle<Result<()>>,
}

impl Feeder {
    pub(crate) fn start(source: Arc<Source>, form: Form, stdin: ChildStdin) -> Result<Self> {
        let (stop, stopped) = watch::channel(false);
        // The pipe moves from this thread's runtime to the other's.
        let stdin = std::process::ChildStdin::from(stdin.into_owned_fd()?);
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let stdin = ChildStdin::from_std(stdin)?;
                feed(&source, Writer::new(form), stdin, stopped).await
            })
        });
        Ok(Self { stop, thread })
    }

    /// Ends the input; an error says that the program had ended before.
    pub(crate) fn stop(self) -> Result<()> {
        // The thread has gone already when the program was; `join` says why.
        let _ = self.stop.send(true);
        self.thread.join().map_err(|_| anyhow::anyhow!("the feeder panicked"))?
    }
}

/// Repeats the source with timestamps that go on, until told to stop.
async fn feed(
    source: &Source,
    mut writer: Writer,
    mut stdin: ChildStdin,
    mut stopped: watch::Receiver<bool>,
) -> Result<()> {
    for header in &source.headers {
        let bytes = writer.write(header)?;
        stdin.write_all(&bytes).await.context("the program does not read any more")?;
    }
    let began = Instant::now();
    for round in 0_u32.. {
        for tag in &source.frames {
            let timestamp = source.length * round + Duration::from_millis(tag.timestamp_ms.into());
            tokio::select! {
                biased;
                _ = stopped.wait_for(|stop| *stop) => return Ok(()),
                () = sleep_until(began + timestamp) => {}
            }
            let bytes = writer.write(&stamped(tag, timestamp, stamp::now_micros())?)?;
            stdin.write_all(&bytes).await.context("the program does not read any more")?;
            ensure!(
                began.elapsed() < timestamp + MAX_BEHIND,
                "the program is slower than real time"
            );
        }
    }
    Ok(())
}

/// Tags in one of the forms.
enum Writer {
    Flv(flv::file::Writer),
    Pictures(Box<Pictures>),
}

/// From tags to fragments.
struct Pictures {
    demuxer: flv::Demuxer,
    muxer: Option<fmp4::Feed>,
}

impl Writer {
    fn new(form: Form) -> Self {
        match form {
            Form::Flv => Self::Flv(flv::file::Writer::new()),
            Form::Pictures => {
                let demuxer = flv::Demuxer::new(Timestamp::ZERO);
                Self::Pictures(Box::new(Pictures { demuxer, muxer: None }))
            }
        }
    }

    fn write(&mut self, tag: &Tag) -> Result<Bytes> {
        match self {
            Self::Flv(writer) => {
                writer.write(tag)?;
                Ok(writer.take())
            }
            Self::Pictures(pictures) => pictures.write(tag),
        }
    }
}

impl Pictures {
    fn write(&mut self, tag: &Tag) -> Result<Bytes> {
        let (mut packets, mut out) = (Vec::new(), Vec::new());
        self.demuxer.push(tag, &mut packets)?;
        for packet in packets {
            match packet {
                Packet::Config(TrackConfig::Video(config)) => {
                    let muxer = fmp4::Feed::new(Some(&config), None);
                    out.extend_from_slice(&muxer.init());
                    self.muxer = Some(muxer);
                }
                Packet::Frame(frame) if frame.track == Track::Video => {
                    let muxer = self.muxer.as_mut().context("a frame without configuration")?;
                    out.extend_from_slice(&muxer.write(&frame));
                }
                _ => {}
            }
        }
        Ok(out.into())
    }
}

#[cfg(test)]
mod tests {
    use rivulet_media::flv::TagKind;
    use rivulet_media::flv::file::read_all;

    use super::*;

    #[test]
    fn every_picture_goes_out_in_either_form() {
        let tags = read_all(include_bytes!("../../testdata/flv/h264_aac.flv")).unwrap();
        let write = |form| -> Vec<u8> {
            let mut writer = Writer::new(form);
            tags.iter().flat_map(|tag| writer.write(tag).unwrap()).collect()
        };
        assert_eq!(read_all(&write(Form::Flv)).unwrap().len(), tags.len());
        let mut demuxer = fmp4::Demuxer::new();
        demuxer.push(&write(Form::Pictures)).unwrap();
        let mut pictures = 0;
        while let Some((_, packet)) = demuxer.poll().unwrap() {
            if let Packet::Frame(frame) = packet {
                assert_eq!(frame.track, Track::Video);
                pictures += 1;
            }
        }
        let coded = |tag: &&Tag| tag.kind == TagKind::Video && tag.body.get(1) == Some(&1);
        assert_eq!(pictures, tags.iter().filter(coded).count());
    }
}

//! Low-latency HLS: cutting frames into segments and parts, listing them, checking the lists.
//!
//! RFC 8216bis, <https://datatracker.ietf.org/doc/html/draft-pantos-hls-rfc8216bis>.
//!
//! [`Packager`] takes a broadcast's packets and gives [`Output`]s; a [`Follower`] cuts another
//! rendition of it at the same places; [`Window`] keeps what a live
//! playlist lists and what may still be fetched; [`Snapshot`] is what [`playlist`] renders;
//! [`request`] reads what players ask for; [`conformance`] checks any server's playlists.
//!
//! ```
//! use rivulet_media::hls::playlist::{Variant, render_master, render_media};
//! use rivulet_media::hls::request::{Delta, MediaName};
//! use rivulet_media::hls::{
//!     LatencyLevel, Lookup, Options, Packager, Resume, Settings, Window, conformance::Checker,
//! };
//! use rivulet_media::time::WallClock;
//! # use rivulet_media::{flv, time::Timestamp};
//! # let recording = std::fs::read("../../testdata/flv/h264_aac.flv")?;
//! # let (mut demuxer, mut packets) = (flv::Demuxer::new(Timestamp::ZERO), Vec::new());
//! # for tag in flv::file::read_all(&recording)? {
//! #     demuxer.push(&tag, &mut packets)?;
//! # }
//!
//! let latency = LatencyLevel::default();
//! let (id, next_sequence) = ("x".into(), 0);
//! let mut window =
//!     Window::new(Options { id, latency, next_sequence, independent_segments: false });
//! let mut packager = Packager::new(Settings { latency }, Resume::default());
//! let mut outputs = Vec::new();
//! for packet in &packets {
//!     packager.push(packet, WallClock::default(), &mut outputs);
//! }
//! packager.end(&mut outputs);
//! outputs.into_iter().for_each(|output| window.apply(output));
//!
//! let playlist = render_media(&window.snapshot().ok_or("nothing yet")?, Delta::Full);
//! let mut checker = Checker::new();
//! checker.observe(std::time::Duration::ZERO, None, &playlist);
//! assert!(checker.findings().is_empty());
//! assert!(playlist.contains("stream-x-0.m4s") && playlist.ends_with("#EXT-X-ENDLIST\n"));
//! let name = MediaName::parse("stream-x-0.m4s").ok_or("no such name")?;
//! assert!(matches!(window.lookup(&name), Lookup::Found(_)));
//!
//! let (video, audio) = window.configs();
//! let codecs = [video.map(|it| &it.rfc6381), audio.map(|it| &it.rfc6381)];
//! let master = render_master(&[Variant {
//!     uri: "0/stream.m3u8".to_owned(),
//!     rates: window.rates().ok_or("nothing yet")?,
//!     codecs: codecs.into_iter().flatten().cloned().collect(),
//!     resolution: video.map(|it| (it.width, it.height)),
//!     frame_rate: window.frame_rate(),
//! }]);
//! assert!(master.ends_with("\n0/stream.m3u8\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod audio_clock;
mod boundaries;
mod cadence;
pub mod conformance;
mod cutter;
mod followed;
mod follower;
mod gap;
mod held;
mod lane;
mod marks;
mod measuring;
mod on_air;
mod output;
mod packager;
mod patience;
mod pending;
pub mod playlist;
mod rates;
pub mod request;
mod running;
mod segment;
mod settings;
mod snapshot;
mod tracks;
mod window;

pub use cadence::{FrameRate, Timing};
pub use follower::{Follower, Following};
pub use measuring::{Measured, Measuring};
pub use output::{Content, Init, Output, Part, SegmentStart};
pub use packager::{Packager, Resume};
pub use rates::Rates;
pub use settings::{LatencyLevel, Settings};
pub use snapshot::{PartLine, RenditionReport, SegmentLine, Snapshot};
pub use window::{Edge, Lookup, Options, PlaylistAnswer, Window};

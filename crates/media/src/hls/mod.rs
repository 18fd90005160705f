//! Low-latency HLS: cutting frames into segments and parts, listing them, checking the lists.
//!
//! RFC 8216bis, <https://datatracker.ietf.org/doc/html/draft-pantos-hls-rfc8216bis>.
//!
//! [`Packager`] takes a broadcast's packets and gives [`Output`]s; a [`Follower`] cuts another
//! rendition of it at the same places; [`Window`] keeps what a live
//! playlist lists and what may still be fetched; [`Snapshot`] is what [`playlist`] renders;
//! [`request`] reads what players ask for; [`conformance`] checks any server's playlists.

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

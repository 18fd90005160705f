//! What the transcoder is doing, for who runs this machine.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Extension, State};
use axum::http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Ability, Activity, Doing, Ladder, Rung, Standing, Transcode, Why};
use crate::access::{Caller, Permission};
use crate::api::{ApiError, Code, Problem};
use crate::http::{Peer, is_local};

/// The routes that the API description speaks of.
pub(crate) fn described() -> OpenApiRouter<Transcode> {
    OpenApiRouter::new().routes(routes!(transcoding))
}

/// This room's routes.
pub(crate) fn routes(transcode: Transcode) -> OpenApiRouter {
    described().with_state(transcode)
}

/// What the transcoder can do, and what it is doing
///
/// For admins of the site, and for programs on this machine itself.
#[utoipa::path(
    get,
    path = "/api/v1/transcoding",
    responses(
        (status = 200, body = TranscodingDocument),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn transcoding(
    State(transcode): State<Transcode>,
    caller: Caller,
    peer: Option<Extension<Peer>>,
    headers: HeaderMap,
) -> Result<Json<TranscodingDocument>, ApiError> {
    let is_here = peer.is_some_and(|Extension(peer)| is_local(peer.address, &headers));
    if !is_here && Permission::Operate.check(&caller, None).is_err() {
        let detail = "sign in as an admin, or ask on the machine itself: http://127.0.0.1 with the \
                      server's port";
        return Err(ApiError::with_detail(Code::Forbidden, detail));
    }
    Ok(Json(TranscodingDocument::new(&transcode)))
}

/// What the transcoder can do, and what it is doing.
#[derive(Serialize, ToSchema)]
struct TranscodingDocument {
    /// Whether an ffmpeg was found.
    ffmpeg: bool,
    /// Whether every encoder has been tried; until then `encoders` is not complete.
    encoders_known: bool,
    encoders: Vec<EncoderDocument>,
    /// Thousands of pixels per second that this machine encodes with libx264 at effort 2; absent
    /// until something is to be encoded
    #[serde(skip_serializing_if = "Option::is_none")]
    capacity: Option<u64>,
    /// How many of them are given to broadcasts.
    used: u64,
    /// Broadcasts, oldest first.
    broadcasts: Vec<BroadcastDocument>,
}

/// An encoder of ffmpeg.
#[derive(Serialize, ToSchema)]
struct EncoderDocument {
    /// Its name in ffmpeg.
    name: &'static str,
    state: EncoderState,
    /// Why it fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// What came of trying an encoder.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum EncoderState {
    Works,
    Missing,
    Fails,
}

/// A broadcast, as the transcoder sees it.
#[derive(Serialize, ToSchema)]
struct BroadcastDocument {
    id: String,
    channel_id: String,
    state: BroadcastState,
    /// What it waits for, or what went wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Its place in the queue; 1 is the next.
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<usize>,
    rungs: Vec<RungDocument>,
    remarks: Vec<RemarkDocument>,
    #[serde(skip_serializing_if = "Option::is_none")]
    child: Option<ChildDocument>,
}

/// What is done for a broadcast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum BroadcastState {
    /// Its source is being measured.
    Measuring,
    /// Nothing is to be encoded.
    Idle,
    Queued,
    Starting,
    Running,
    /// The child failed and is started again soon.
    BackingOff,
    /// This machine is too slow for even one rendition; it is tried again.
    TooSlow,
}

/// An encoded rendition.
#[derive(Serialize, ToSchema)]
struct RungDocument {
    /// Its number among the renditions.
    number: u8,
    name: String,
    width: u16,
    height: u16,
    /// Pictures per second.
    frame_rate: f64,
    video_kbps: u32,
    encoder: &'static str,
    cost: u64,
    /// Whether a child encodes it now.
    running: bool,
}

/// Something the owner should know.
#[derive(Serialize, ToSchema)]
struct RemarkDocument {
    code: &'static str,
    text: String,
}

/// A process that encodes.
#[derive(Serialize, ToSchema)]
struct ChildDocument {
    pid: u32,
    /// Pictures made so far, of all rungs.
    frames: u64,
    /// Seconds of media made in a second.
    speed: f64,
    lag_ms: u64,
    cpu_ms: u64,
    memory_bytes: u64,
    /// Packets that were not packaged in time.
    dropped_packets: u64,
}

impl TranscodingDocument {
    fn new(transcode: &Transcode) -> Self {
        let (abilities, machine) = (transcode.abilities(), transcode.machine());
        let encoders = abilities.tried().map(|(encoder, ability)| {
            let (state, reason) = match ability {
                Ability::Works => (EncoderState::Works, None),
                Ability::Missing => (EncoderState::Missing, None),
                Ability::Fails { why } => (EncoderState::Fails, Some(why.clone())),
            };
            EncoderDocument { name: encoder.name(), state, reason }
        });
        let states = transcode.states();
        Self {
            ffmpeg: abilities.ffmpeg,
            encoders_known: abilities.are_known(),
            encoders: encoders.collect(),
            capacity: machine.capacity.map(|capacity| capacity.0),
            used: machine.used.0,
            broadcasts: states
                .iter()
                .map(|(id, activity)| BroadcastDocument::new(id.to_string(), activity))
                .collect(),
        }
    }
}

impl BroadcastDocument {
    fn new(id: String, activity: &Activity) -> Self {
        let (state, reason) = state(&activity.doing);
        let place = match &activity.doing {
            Doing::Scheduled(Standing::Queued { place, .. }) => Some(*place),
            _ => None,
        };
        let running = match &activity.doing {
            Doing::Scheduled(Standing::Running { rungs, .. }) => rungs.as_slice(),
            _ => &[],
        };
        let ladder = activity.ladder.as_ref();
        Self {
            id,
            channel_id: activity.channel.to_string(),
            state,
            reason,
            place,
            rungs: ladder.map(|ladder| rungs(ladder, running)).unwrap_or_default(),
            remarks: ladder.map(remarks).unwrap_or_default(),
            child: activity.health.map(|health| ChildDocument {
                pid: health.pid,
                frames: health.frames,
                speed: health.speed,
                lag_ms: millis(health.lag),
                cpu_ms: millis(health.cpu),
                memory_bytes: health.memory_bytes,
                dropped_packets: health.dropped,
            }),
        }
    }
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn rungs(ladder: &Arc<Ladder>, running: &[u8]) -> Vec<RungDocument> {
    let of = |rung: &Rung| RungDocument {
        number: rung.number,
        name: rung.name.clone(),
        width: rung.width,
        height: rung.height,
        frame_rate: f64::from(rung.frame_rate.as_millihertz()) / 1000.0,
        video_kbps: rung.video_kbps,
        encoder: rung.encoder.name(),
        cost: rung.cost.0,
        running: running.contains(&rung.number),
    };
    ladder.rungs.iter().map(of).collect()
}

fn remarks(ladder: &Arc<Ladder>) -> Vec<RemarkDocument> {
    let of =
        |remark: &super::Remark| RemarkDocument { code: remark.code(), text: remark.to_string() };
    ladder.remarks.iter().map(of).collect()
}

fn state(doing: &Doing) -> (BroadcastState, Option<String>) {
    let standing = match doing {
        Doing::Measuring => return (BroadcastState::Measuring, None),
        Doing::Nothing => return (BroadcastState::Idle, None),
        Doing::Scheduled(standing) => standing,
    };
    let some = |text: &str| Some(text.to_owned());
    match standing {
        Standing::Queued { why, .. } => (BroadcastState::Queued, some(why.sentence())),
        Standing::Starting { .. } => (BroadcastState::Starting, None),
        Standing::Running { missing, slow, .. } if !missing.is_empty() => {
            let reason = match slow {
                true => "This machine was too slow for the others: wish for fewer or smaller ones.",
                false => "There is no room for the others on this machine at the moment.",
            };
            (BroadcastState::Running, some(reason))
        }
        Standing::Running { .. } => (BroadcastState::Running, None),
        Standing::BackingOff { why, .. } => (BroadcastState::BackingOff, some(why)),
        Standing::TooSlow { .. } => (
            BroadcastState::TooSlow,
            some("This machine is too slow: wish for smaller renditions, or for less effort."),
        ),
    }
}

impl Why {
    /// In words, with what to do.
    pub(crate) const fn sentence(self) -> &'static str {
        match self {
            Self::Measuring => "This machine's speed is being measured.",
            Self::Busy => "Other broadcasts take all that this machine can do.",
            Self::TooLarge => {
                "Its smallest rendition is more than this machine can do beside others: wish for a \
                 smaller one."
            }
            Self::Planning => "Its source has just changed.",
        }
    }
}

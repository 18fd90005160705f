//! Pictures over HTTP: Owncast's addresses for the primary channel, ours for every channel.

mod owner;
mod people;

use std::fmt::Display;

use axum::Json;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::model::{Kind, Task};
use super::{MAX_PICTURE_BYTES, Stills, StillsError, pictures};
use crate::api::{ApiError, Code, Problem, Query};
use crate::channels::Channel;
use crate::ids::{BroadcastId, ChannelId};

const JPEG: HeaderValue = HeaderValue::from_static("image/jpeg");
const GIF: HeaderValue = HeaderValue::from_static("image/gif");
const WEBP: HeaderValue = HeaderValue::from_static("image/webp");
/// Pictures of a broadcast that are kept never change.
const KEPT_CACHING: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// A picture that is not there may be there soon.
const MISSING_CACHING: HeaderValue = HeaderValue::from_static("no-cache");

/// The routes that the API description speaks of.
pub(crate) fn described() -> OpenApiRouter<Stills> {
    OpenApiRouter::new()
        .routes(routes!(thumbnail))
        .routes(routes!(preview_gif))
        .routes(routes!(preview_webp))
        .routes(routes!(picture, owner::set_picture, owner::remove_picture))
        .routes(routes!(owner::avatar, owner::set_avatar, owner::remove_avatar))
        .routes(routes!(owner::banner, owner::set_banner, owner::remove_banner))
        .routes(routes!(people::set_avatar, people::remove_avatar))
        .routes(routes!(people::avatar))
        .routes(routes!(storyboard))
        .routes(routes!(storyboard_picture))
        .layer(DefaultBodyLimit::max(MAX_PICTURE_BYTES))
}

/// This room's routes.
pub(crate) fn routes(stills: Stills) -> OpenApiRouter {
    described()
        .route("/thumbnail.jpg", get(owncast_thumbnail))
        .route("/preview.gif", get(owncast_preview))
        .with_state(stills)
}

/// The storyboard of a broadcast: small pictures at even distances.
#[derive(Serialize, ToSchema)]
struct StoryboardDocument {
    /// The broadcast.
    broadcast: String,
    /// How far the pictures are apart, in milliseconds; it doubles as a broadcast grows long.
    every_ms: u64,
    /// The pictures, in order.
    thumbnails: Vec<StoryboardPicture>,
}

/// One picture of a storyboard.
#[derive(Serialize, ToSchema)]
struct StoryboardPicture {
    /// When it was on, in milliseconds since the broadcast began.
    offset_ms: u64,
    /// Where it is.
    #[schema(example = "/api/v1/channels/rivulet/broadcasts/…/thumbnails/60000.jpg")]
    url: String,
}

/// How large a picture somebody wants.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Size {
    /// 1280 pixels wide at most
    Usual,
    /// 640 at most: for phones and lists
    Small,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ThumbnailQuery {
    /// Of what is on, how large; the usual when absent
    #[param(inline)]
    size: Option<Size>,
}

/// A picture of what is on now, or of the channel while nothing is
///
/// It is made when somebody asks, and at most every ten seconds. While the first one of a broadcast
/// is not there, or none can be made, there is none.
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/thumbnail.jpg",
    params(
        ("name" = String, Path, description = "The channel's slug, or `primary`"),
        ThumbnailQuery,
    ),
    responses(
        (status = 200, description = "A JPEG", content_type = "image/jpeg"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn thumbnail(
    State(stills): State<Stills>,
    Path(name): Path<String>,
    Query(ThumbnailQuery { size }): Query<ThumbnailQuery>,
) -> Result<Response, ApiError> {
    let channel = find(&stills, &name).await?;
    let kind = match size {
        Some(Size::Small) => Kind::Small,
        Some(Size::Usual) | None => Kind::Thumbnail,
    };
    thumbnail_of(&stills, Task { channel: channel.id, kind }, kind.every().as_secs()).await
}

async fn owncast_thumbnail(State(stills): State<Stills>) -> Result<Response, ApiError> {
    let channel = find(&stills, "primary").await?;
    let task = Task { channel: channel.id, kind: Kind::Thumbnail };
    thumbnail_of(&stills, task, pictures::CACHED.as_secs()).await
}

async fn thumbnail_of(stills: &Stills, task: Task, cached: u64) -> Result<Response, ApiError> {
    if stills.shared.live.on_air(task.channel).is_none() {
        return picture_of(stills, task.channel).await;
    }
    Ok(image(JPEG, caching(cached), stills.still(task).await))
}

/// A second or more of what is on now, as an animated GIF
///
/// It is made when somebody asks, and at most every twenty seconds.
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/preview.gif",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    responses(
        (status = 200, description = "A GIF", content_type = "image/gif"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn preview_gif(
    State(stills): State<Stills>,
    Path(name): Path<String>,
) -> Result<Response, ApiError> {
    let channel = find(&stills, &name).await?;
    Ok(preview(&stills, &channel, Kind::Gif, GIF).await)
}

async fn owncast_preview(State(stills): State<Stills>) -> Result<Response, ApiError> {
    let channel = find(&stills, "primary").await?;
    Ok(preview(&stills, &channel, Kind::Gif, GIF).await)
}

/// The same as an animated WebP, a fifth of the size
///
/// There is none where ffmpeg was built without WebP.
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/preview.webp",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    responses(
        (status = 200, description = "A WebP", content_type = "image/webp"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn preview_webp(
    State(stills): State<Stills>,
    Path(name): Path<String>,
) -> Result<Response, ApiError> {
    let channel = find(&stills, &name).await?;
    Ok(preview(&stills, &channel, Kind::Webp, WEBP).await)
}

async fn preview(stills: &Stills, channel: &Channel, kind: Kind, form: HeaderValue) -> Response {
    let still = stills.still(Task { channel: channel.id, kind }).await;
    image(form, caching(kind.every().as_secs()), still)
}

/// The channel's own picture, whatever is on
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/picture.jpg",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    responses(
        (status = 200, description = "A JPEG", content_type = "image/jpeg"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn picture(
    State(stills): State<Stills>,
    Path(name): Path<String>,
) -> Result<Response, ApiError> {
    let channel = find(&stills, &name).await?;
    picture_of(&stills, channel.id).await
}

async fn picture_of(stills: &Stills, channel: ChannelId) -> Result<Response, ApiError> {
    let picture = stills.shared.pictures.of(channel).await.map_err(internal)?;
    Ok(image(JPEG, caching(pictures::CACHED.as_secs()), Some(picture.jpeg)))
}

/// The storyboard of a broadcast, where the channel's setting asks for one
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/broadcasts/{broadcast}/thumbnails",
    params(
        ("name" = String, Path, description = "The channel's slug, or `primary`"),
        ("broadcast" = String, Path, description = "The broadcast's id"),
    ),
    responses(
        (status = 200, body = StoryboardDocument),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn storyboard(
    State(stills): State<Stills>,
    Path((name, broadcast)): Path<(String, String)>,
) -> Result<Json<StoryboardDocument>, ApiError> {
    let channel = find(&stills, &name).await?;
    let Some(broadcast) = BroadcastId::parse(&broadcast) else { return Err(no_storyboard()) };
    let found = stills.shared.storyboards.list(channel.id, broadcast).await.map_err(internal)?;
    let (board, offsets) = found.ok_or_else(no_storyboard)?;
    let url = |offset_ms: u64| {
        let slug = &channel.slug;
        format!("/api/v1/channels/{slug}/broadcasts/{broadcast}/thumbnails/{offset_ms}.jpg")
    };
    let picture = |offset_ms| StoryboardPicture { offset_ms, url: url(offset_ms) };
    Ok(Json(StoryboardDocument {
        broadcast: broadcast.to_string(),
        every_ms: board.every_ms,
        thumbnails: offsets.into_iter().map(picture).collect(),
    }))
}

/// One picture of a storyboard
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/broadcasts/{broadcast}/thumbnails/{file}",
    params(
        ("name" = String, Path, description = "The channel's slug, or `primary`"),
        ("broadcast" = String, Path, description = "The broadcast's id"),
        ("file" = String, Path, description = "As the storyboard lists it, such as `60000.jpg`"),
    ),
    responses(
        (status = 200, description = "A JPEG", content_type = "image/jpeg"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn storyboard_picture(
    State(stills): State<Stills>,
    Path((name, broadcast, file)): Path<(String, String, String)>,
) -> Result<Response, ApiError> {
    let channel = find(&stills, &name).await?;
    let offset_ms = file.strip_suffix(".jpg").and_then(|digits| digits.parse::<u64>().ok());
    let wanted = BroadcastId::parse(&broadcast).zip(offset_ms);
    let Some((broadcast, offset_ms)) = wanted else { return Err(no_storyboard()) };
    let storyboards = &stills.shared.storyboards;
    let found = storyboards.picture(channel.id, broadcast, offset_ms).await.map_err(internal)?;
    Ok(image(JPEG, KEPT_CACHING, found))
}

fn image(form: HeaderValue, caching: HeaderValue, bytes: Option<Bytes>) -> Response {
    let (mut response, caching) = match bytes {
        Some(bytes) => {
            let mut response = bytes.into_response();
            response.headers_mut().insert(header::CONTENT_TYPE, form);
            (response, caching)
        }
        None => {
            let detail = "There is no such picture, or not yet.";
            (ApiError::with_detail(Code::NotFound, detail).into_response(), MISSING_CACHING)
        }
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, caching);
    // Pictures are for every page, as the video is.
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

fn caching(seconds: impl Display) -> HeaderValue {
    HeaderValue::try_from(format!("public, max-age={seconds}"))
        .expect("words and digits are a valid header")
}

async fn find(stills: &Stills, name: &str) -> Result<Channel, ApiError> {
    stills.shared.channels.asked_for(name).await
}

#[expect(clippy::needless_pass_by_value, reason = "it is called by `map_err`")]
fn internal(error: StillsError) -> ApiError {
    ApiError::internal(&error)
}

fn no_storyboard() -> ApiError {
    ApiError::with_detail(Code::NotFound, "No pictures of such a broadcast are kept.")
}

//! The addresses of the clip: asked after everything else has found nothing.

use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use rivulet_media::hls::request::MediaName;

use super::super::routes::{media_file, playlist};
use crate::api::ApiError;
use crate::channels::{Channel, ChannelsError, Slug};
use crate::delivery::Delivery;

/// The clip changes with the channel's picture, and goes when the channel is on air.
const CACHING: HeaderValue = HeaderValue::from_static("no-store");

/// What of the clip a path asks for.
#[derive(Debug, PartialEq, Eq)]
enum Target<'a> {
    Master,
    Playlist,
    File(MediaName<'a>),
}

/// The channel a path speaks of (`None` is the primary one), and what of its clip.
fn parse(path: &str) -> Option<(Option<&str>, Target<'_>)> {
    let (channel, rest) = match path.strip_prefix('@') {
        Some(named) => named.split_once('/').map(|(slug, rest)| (Some(slug), rest))?,
        None => (None, path),
    };
    let target = match rest.split_once('/') {
        None if rest == "stream.m3u8" => Target::Master,
        Some(("offline", "stream.m3u8")) => Target::Playlist,
        Some(("offline", name)) => Target::File(MediaName::parse(name)?),
        _ => return None,
    };
    Some((channel, target))
}

/// `answer`, unless it is that there is nothing and the clip has something instead.
pub(in crate::delivery) async fn or_offline(
    delivery: &Delivery,
    request: &Parts,
    answer: Response,
) -> Response {
    if answer.status() != StatusCode::NOT_FOUND {
        return answer;
    }
    match offline(delivery, request).await {
        Ok(Some(instead)) => instead,
        Ok(None) => answer,
        Err(error) => ApiError::internal(&error).into_response(),
    }
}

async fn offline(delivery: &Delivery, request: &Parts) -> Result<Option<Response>, ChannelsError> {
    let Some(show) = delivery.shared.offline.get() else { return Ok(None) };
    let path = request.uri.path().strip_prefix("/hls/");
    let Some((name, target)) = path.and_then(parse) else { return Ok(None) };
    let Some(channel) = find(delivery, name).await? else { return Ok(None) };
    if target == Target::Master && delivery.shared.live.on_air(channel.id).is_some() {
        return Ok(None); // a broadcast begins at this moment: who asks again is given that
    }
    let Some(clip) = show.clip(channel.id).await else { return Ok(None) };
    Ok(match target {
        Target::Master => Some(playlist(&clip.master, &request.headers, CACHING)),
        Target::Playlist => Some(playlist(&clip.playlist, &request.headers, CACHING)),
        Target::File(name) => clip.file(&name).map(media_file),
    })
}

async fn find(delivery: &Delivery, name: Option<&str>) -> Result<Option<Channel>, ChannelsError> {
    let channels = &delivery.shared.channels;
    match name.map(Slug::parse) {
        None => channels.primary().await.map(Some),
        Some(Ok(slug)) => channels.by_slug(&slug).await,
        Some(Err(_)) => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_a_channel_and_what_of_its_clip() {
        assert_eq!(parse("stream.m3u8"), Some((None, Target::Master)));
        assert_eq!(parse("@a/offline/stream.m3u8"), Some((Some("a"), Target::Playlist)));
        let segment = Target::File(MediaName::Segment { id: "x", sequence: 3 });
        assert_eq!(parse("offline/stream-x-3.m4s"), Some((None, segment)));
        for path in ["", "@a", "0/stream.m3u8", "offline", "offline/", "offline/../stream.m3u8"] {
            assert_eq!(parse(path), None, "{path}");
        }
    }
}

//! Names that channels had lead to those that they have.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use crate::api::ApiError;
use crate::channels::{Channels, Slug};

/// Leads from a name that a channel had to the one that it has, where nobody else has it now. What
/// is answered otherwise says no: there is no such channel, or nobody has a role in it.
pub(super) async fn follow_move(
    State(channels): State<Channels>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let path = request.uri().path().to_owned();
    let query = request.uri().query().map(|query| format!("?{query}")).unwrap_or_default();
    let response = next.run(request).await;
    let says_no = matches!(
        response.status(),
        StatusCode::NOT_FOUND | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN
    );
    let Some((before, slug, after)) = named(&path).filter(|_| says_no) else {
        return Ok(response);
    };
    let Some(channel) = channels.moved(&slug).await? else { return Ok(response) };
    let there = format!("{before}{}{after}{query}", channel.slug);
    let mut moved = Redirect::permanent(&there).into_response();
    // Somebody else may take the name one day.
    moved.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    Ok(moved)
}

/// What a path says before, as, and after the name of a channel.
fn named(path: &str) -> Option<(&'static str, Slug, &str)> {
    let (before, rest) = ["/@", "/api/v1/channels/"]
        .into_iter()
        .find_map(|before| Some((before, path.strip_prefix(before)?)))?;
    let (name, after) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    Some((before, Slug::parse(name).ok()?, after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_name_a_channel_in_pages_and_in_the_api() {
        let parts =
            |path| named(path).map(|(before, slug, after)| (before, slug.to_string(), after));
        let expected = ("/@", "old".to_owned(), "");
        assert_eq!(parts("/@old"), Some(expected));
        assert_eq!(parts("/@old/embed"), Some(("/@", "old".to_owned(), "/embed")));
        let api = ("/api/v1/channels/", "old".to_owned(), "/keys");
        assert_eq!(parts("/api/v1/channels/old/keys"), Some(api));
        for path in ["/", "/old", "/@", "/@primary", "/@OLD", "/@..", "/api/v1/site"] {
            assert!(parts(path).is_none(), "{path}");
        }
    }
}

//! Search.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::super::Discovery;
use super::super::cursor::Offset;
use super::super::document::{SearchPage, Suggestion};
use super::super::search::Kind;
use super::cursor;
use crate::access::Caller;
use crate::api::{ApiError, Problem, Query};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SearchQuery {
    /// What is looked for: words, of which up to eight count
    q: String,
    /// Only this kind
    #[param(inline)]
    #[param(inline)]
    kind: Option<Kind>,
    /// What an earlier answer called `next`
    cursor: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SuggestQuery {
    /// What was typed so far
    q: String,
}

/// Channels, broadcasts and categories by words
///
/// All words must be there, as they are or as the beginning of another; in names small typing errors
/// are forgiven. At most 200 results.
#[utoipa::path(
    get,
    path = "/api/v1/search",
    params(SearchQuery),
    responses(
        (status = 200, body = SearchPage),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn find(
    State(discovery): State<Discovery>,
    caller: Caller,
    Query(query): Query<SearchQuery>,
) -> Result<Json<SearchPage>, ApiError> {
    let after = cursor(query.cursor.as_deref())?.unwrap_or(Offset(0));
    discovery.count_search(&caller)?;
    Ok(Json(discovery.find(&query.q, query.kind, after).await?))
}

/// What somebody may mean who has begun to type
#[utoipa::path(
    get,
    path = "/api/v1/search/suggest",
    params(SuggestQuery),
    responses(
        (status = 200, body = Vec<Suggestion>),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 429, body = Problem, content_type = "application/problem+json"),
        (status = 503, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn suggest(
    State(discovery): State<Discovery>,
    caller: Caller,
    Query(query): Query<SuggestQuery>,
) -> Result<Json<Vec<Suggestion>>, ApiError> {
    discovery.count_search(&caller)?;
    Ok(Json(discovery.suggest(&query.q).await?))
}

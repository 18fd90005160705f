//! Following, and who follows.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::IntoParams;

use super::super::Discovery;
use super::super::cursor::Offset;
use super::super::document::{
    FollowState, FollowedPage, FollowerPage, FollowsListed, ShownFollowers,
};
use super::cursor;
use crate::access::Person;
use crate::api::{ApiError, Body, Problem, Query};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct FollowQuery {
    /// Whether to be told when the channel goes live; `true` when absent
    notify: Option<bool>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PageQuery {
    /// What an earlier answer called `next`
    cursor: Option<String>,
}

/// Whether you follow a channel
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/follow",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    responses(
        (status = 200, body = FollowState),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn state(
    State(discovery): State<Discovery>,
    Path(name): Path<String>,
    person: Person,
) -> Result<Json<FollowState>, ApiError> {
    let channel = discovery.shared.channels.asked_for(&name).await?;
    Ok(Json(discovery.follow_state(person.account, &channel).await?))
}

/// Follow a channel
#[utoipa::path(
    put,
    path = "/api/v1/channels/{name}/follow",
    params(("name" = String, Path, description = "The channel's slug, or `primary`"), FollowQuery),
    responses(
        (status = 200, body = FollowState),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn follow(
    State(discovery): State<Discovery>,
    Path(name): Path<String>,
    person: Person,
    Query(query): Query<FollowQuery>,
) -> Result<Json<FollowState>, ApiError> {
    let channel = discovery.shared.channels.asked_for(&name).await?;
    let notify = query.notify.unwrap_or(true);
    Ok(Json(discovery.follow(person.account, &channel, notify).await?))
}

/// Follow a channel no longer
#[utoipa::path(
    delete,
    path = "/api/v1/channels/{name}/follow",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    responses(
        (status = 200, body = FollowState),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn unfollow(
    State(discovery): State<Discovery>,
    Path(name): Path<String>,
    person: Person,
) -> Result<Json<FollowState>, ApiError> {
    let channel = discovery.shared.channels.asked_for(&name).await?;
    Ok(Json(discovery.unfollow(person.account, &channel).await?))
}

/// Who follows a channel, the newest first
///
/// For those who work on it; how many there are, the channel's document tells everybody.
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/followers",
    params(("name" = String, Path, description = "The channel's slug, or `primary`"), PageQuery),
    responses(
        (status = 200, body = FollowerPage),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn followers(
    State(discovery): State<Discovery>,
    Path(name): Path<String>,
    Query(query): Query<PageQuery>,
) -> Result<Json<FollowerPage>, ApiError> {
    let channel = discovery.shared.channels.asked_for(&name).await?;
    let before = cursor(query.cursor.as_deref())?;
    Ok(Json(discovery.followers_of(&channel, before.as_ref()).await?))
}

/// Who follows a channel that shows it, the newest first
///
/// Those who do not want to be seen are counted, and not named.
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/followers/shown",
    params(("name" = String, Path, description = "The channel's slug, or `primary`"), PageQuery),
    responses(
        (status = 200, body = ShownFollowers),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn shown(
    State(discovery): State<Discovery>,
    Path(name): Path<String>,
    Query(query): Query<PageQuery>,
) -> Result<Json<ShownFollowers>, ApiError> {
    let channel = discovery.shared.channels.asked_for(&name).await?;
    let before = cursor(query.cursor.as_deref())?;
    Ok(Json(discovery.shown_followers_of(&channel, before.as_ref()).await?))
}

/// Whether you may be seen among the followers of channels that show theirs
#[utoipa::path(
    get,
    path = "/api/v1/account/follows/listed",
    responses((status = 200, body = FollowsListed))
)]
pub(super) async fn listed(
    State(discovery): State<Discovery>,
    person: Person,
) -> Result<Json<FollowsListed>, ApiError> {
    Ok(Json(FollowsListed { listed: discovery.is_listed(person.account).await? }))
}

/// Says whether you may be seen among the followers of channels that show theirs
#[utoipa::path(
    put,
    path = "/api/v1/account/follows/listed",
    request_body = FollowsListed,
    responses(
        (status = 200, body = FollowsListed),
        (status = 400, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn set_listed(
    State(discovery): State<Discovery>,
    person: Person,
    Body(wanted): Body<FollowsListed>,
) -> Result<Json<FollowsListed>, ApiError> {
    discovery.set_listed(person.account, wanted.listed).await?;
    Ok(Json(wanted))
}

/// What you follow: those on air first, then the newest follow
#[utoipa::path(
    get,
    path = "/api/v1/account/follows",
    params(PageQuery),
    responses(
        (status = 200, body = FollowedPage),
        (status = 400, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn own(
    State(discovery): State<Discovery>,
    person: Person,
    Query(query): Query<PageQuery>,
) -> Result<Json<FollowedPage>, ApiError> {
    let after = cursor(query.cursor.as_deref())?.unwrap_or(Offset(0));
    Ok(Json(discovery.follows(person.account, after).await?))
}

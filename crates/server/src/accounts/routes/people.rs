//! Public profiles, and guests.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::Accounts;
use super::account::ProfileLink;
use super::origin;
use super::session::{NO_STORE, With};
use crate::access::{Caller, SiteRole};
use crate::api::{ApiError, Problem};
use crate::clock::rfc3339;

/// What everybody may know of somebody.
#[derive(Serialize, ToSchema)]
pub(super) struct PersonDocument {
    username: String,
    display_name: String,
    role: SiteRole,
    bio: String,
    /// A hue, 0 to 359
    colour: u16,
    /// Where their picture is, if they have one
    #[schema(required)]
    avatar_url: Option<String>,
    links: Vec<ProfileLink>,
    created_at: String,
}

/// Somebody's public profile
#[utoipa::path(
    get,
    path = "/api/v1/people/{username}",
    params(("username" = String, Path, description = "The account's name")),
    responses(
        (status = 200, body = PersonDocument),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn person(
    State(accounts): State<Accounts>,
    Path(username): Path<String>,
) -> Result<Json<PersonDocument>, ApiError> {
    let (account, links) = accounts.profile(&username).await?;
    Ok(Json(PersonDocument {
        avatar_url: account.avatar_url(),
        username: account.username.to_string(),
        display_name: account.display_name,
        role: account.role,
        bio: account.bio,
        colour: account.colour,
        links: links.into_iter().map(ProfileLink::from).collect(),
        created_at: rfc3339(account.created_at),
    }))
}

/// Somebody without an account.
#[derive(Serialize, ToSchema)]
pub(super) struct GuestDocument {
    id: String,
    name: String,
    /// A hue, 0 to 359
    colour: u16,
    /// What the guest shows from now on; a new account takes it as `guest`, to keep name, colour and
    /// history
    token: String,
}

/// Become a guest: a name and a colour, without an account
#[utoipa::path(
    post,
    path = "/api/v1/guests",
    responses(
        (status = 201, body = GuestDocument),
    )
)]
pub(super) async fn guest(
    State(accounts): State<Accounts>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<(StatusCode, With<1, Json<GuestDocument>>), ApiError> {
    let (guest, token) = accounts.welcome_guest(&origin(&caller, &headers)).await?;
    let document = GuestDocument {
        id: guest.id.to_string(),
        name: guest.name,
        colour: guest.colour,
        token: token.reveal().to_owned(),
    };
    Ok((StatusCode::CREATED, ([NO_STORE], Json(document))))
}

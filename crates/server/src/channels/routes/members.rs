//! Who works on a channel, as its owners say; and who may make channels, as moderators say.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Doors;
use crate::access::{Caller, ChannelRole};
use crate::api::{ApiError, Body, Refused};
use crate::audit::Actor;
use crate::clock::rfc3339;
use crate::ids::AccountId;

/// Somebody with a role in a channel.
#[derive(Serialize, ToSchema)]
pub(super) struct MemberDocument {
    /// The account's id.
    account_id: String,
    /// The account's name.
    username: String,
    role: ChannelRole,
    /// Since when (RFC 3339, UTC).
    added_at: String,
    /// Who said so.
    added_by: String,
}

/// Everybody with a role in the channel, owners first
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/members",
    params(("name" = String, Path, description = "The channel's slug, or `primary`")),
    responses((status = 200, body = Vec<MemberDocument>), Refused)
)]
pub(super) async fn list(
    State(doors): State<Doors>,
    Path(name): Path<String>,
) -> Result<Json<Vec<MemberDocument>>, ApiError> {
    let channel = doors.find(&name).await?;
    let mut found = Vec::new();
    for member in doors.channels.members(channel.id).await? {
        found.push(MemberDocument {
            account_id: member.account.to_string(),
            username: doors.name_of(member.account).await?,
            role: member.role,
            added_at: rfc3339(member.added_at),
            added_by: member.added_by,
        });
    }
    Ok(Json(found))
}

/// A role in a channel.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct MemberRole {
    role: ChannelRole,
}

/// Gives somebody a role in the channel, or another one
#[utoipa::path(
    put,
    path = "/api/v1/channels/{name}/members/{username}",
    params(
        ("name" = String, Path, description = "The channel's slug, or `primary`"),
        ("username" = String, Path, description = "The account's name"),
    ),
    request_body = MemberRole,
    responses((status = 200, body = MemberRole), Refused)
)]
pub(super) async fn set(
    State(doors): State<Doors>,
    Path((name, username)): Path<(String, String)>,
    caller: Caller,
    Body(wanted): Body<MemberRole>,
) -> Result<Json<MemberRole>, ApiError> {
    let channel = doors.find(&name).await?;
    let account = doors.account(&username).await?;
    let (who, role) = ((account, username.as_str()), Some(wanted.role));
    doors.channels.set_member(&Actor::of(&caller), &channel, who, role).await?;
    Ok(Json(wanted))
}

/// Takes somebody's role in the channel
#[utoipa::path(
    delete,
    path = "/api/v1/channels/{name}/members/{username}",
    params(
        ("name" = String, Path, description = "The channel's slug, or `primary`"),
        ("username" = String, Path, description = "The account's name"),
    ),
    responses((status = 204, description = "There is no such member any more"), Refused)
)]
pub(super) async fn remove(
    State(doors): State<Doors>,
    Path((name, username)): Path<(String, String)>,
    caller: Caller,
) -> Result<StatusCode, ApiError> {
    let channel = doors.find(&name).await?;
    let account = doors.account(&username).await?;
    let who = (account, username.as_str());
    doors.channels.set_member(&Actor::of(&caller), &channel, who, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Approves somebody to make channels
#[utoipa::path(
    put,
    path = "/api/v1/admin/channel-creators/{username}",
    params(("username" = String, Path, description = "The account's name")),
    responses((status = 204, description = "The account may make channels"), Refused)
)]
pub(super) async fn approve(
    State(doors): State<Doors>,
    Path(username): Path<String>,
    caller: Caller,
) -> Result<StatusCode, ApiError> {
    let who = (doors.account(&username).await?, username.as_str());
    doors.channels.set_creator(&Actor::of(&caller), who, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes the approval to make channels back
#[utoipa::path(
    delete,
    path = "/api/v1/admin/channel-creators/{username}",
    params(("username" = String, Path, description = "The account's name")),
    responses((status = 204, description = "The account makes no more channels"), Refused)
)]
pub(super) async fn disapprove(
    State(doors): State<Doors>,
    Path(username): Path<String>,
    caller: Caller,
) -> Result<StatusCode, ApiError> {
    let who = (doors.account(&username).await?, username.as_str());
    doors.channels.set_creator(&Actor::of(&caller), who, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl Doors {
    async fn account(&self, username: &str) -> Result<AccountId, ApiError> {
        Ok(self.accounts.named(username).await?.id)
    }

    async fn name_of(&self, account: AccountId) -> Result<String, ApiError> {
        Ok(self.accounts.account(account).await?.username.to_string())
    }
}

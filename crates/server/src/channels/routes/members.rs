//! Who works on a channel, as its owners say; and who may make channels, as moderators say.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ChannelName, Doors, Named, Somebody, Username};
use crate::access::ChannelRole;
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
    params(ChannelName),
    responses((status = 200, body = Vec<MemberDocument>), Refused)
)]
pub(super) async fn list(
    State(doors): State<Doors>,
    Named(channel): Named,
) -> Result<Json<Vec<MemberDocument>>, ApiError> {
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
    params(ChannelName, Username),
    request_body = MemberRole,
    responses((status = 200, body = MemberRole), Refused)
)]
pub(super) async fn set(
    State(doors): State<Doors>,
    Named(channel): Named,
    Somebody(account): Somebody,
    actor: Actor,
    Body(wanted): Body<MemberRole>,
) -> Result<Json<MemberRole>, ApiError> {
    let who = (account.id, account.username.as_str());
    let role = Some(wanted.role);
    doors.channels.set_member(&actor, &channel, who, role).await?;
    Ok(Json(wanted))
}

/// Takes somebody's role in the channel
#[utoipa::path(
    delete,
    path = "/api/v1/channels/{name}/members/{username}",
    params(ChannelName, Username),
    responses((status = 204, description = "There is no such member any more"), Refused)
)]
pub(super) async fn remove(
    State(doors): State<Doors>,
    Named(channel): Named,
    Somebody(account): Somebody,
    actor: Actor,
) -> Result<StatusCode, ApiError> {
    let who = (account.id, account.username.as_str());
    doors.channels.set_member(&actor, &channel, who, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Approves somebody to make channels
#[utoipa::path(
    put,
    path = "/api/v1/admin/channel-creators/{username}",
    params(Username),
    responses((status = 204, description = "The account may make channels"), Refused)
)]
pub(super) async fn approve(
    State(doors): State<Doors>,
    Somebody(account): Somebody,
    actor: Actor,
) -> Result<StatusCode, ApiError> {
    let who = (account.id, account.username.as_str());
    doors.channels.set_creator(&actor, who, true).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes the approval to make channels back
#[utoipa::path(
    delete,
    path = "/api/v1/admin/channel-creators/{username}",
    params(Username),
    responses((status = 204, description = "The account makes no more channels"), Refused)
)]
pub(super) async fn disapprove(
    State(doors): State<Doors>,
    Somebody(account): Somebody,
    actor: Actor,
) -> Result<StatusCode, ApiError> {
    let who = (account.id, account.username.as_str());
    doors.channels.set_creator(&actor, who, false).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl Doors {
    async fn name_of(&self, account: AccountId) -> Result<String, ApiError> {
        Ok(self.accounts.account(account).await?.username.to_string())
    }
}

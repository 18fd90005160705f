//! Invitations.

use std::time::Duration;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::{Accounts, AccountsError, By, Invitation, Invited};
use super::Unread;
use super::session::{NO_STORE, With};
use crate::access::Person;
use crate::api::{ApiError, Body, Problem};
use crate::clock::rfc3339;
use crate::ids::InvitationId;

/// An invitation, without its code.
#[derive(Serialize, ToSchema)]
pub(super) struct InvitationDocument {
    id: String,
    note: String,
    uses_left: u32,
    /// The name of whoever made it
    #[serde(skip_serializing_if = "Option::is_none")]
    made_by: Option<String>,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<String>,
}

/// Invitations that are good for something.
#[derive(Serialize, ToSchema)]
pub(super) struct InvitationsDocument {
    /// The newest first
    invitations: Vec<InvitationDocument>,
}

/// A new invitation.
#[derive(Serialize, ToSchema)]
pub(super) struct NewInvitationDocument {
    #[serde(flatten)]
    invitation: InvitationDocument,
    /// Shown here and nowhere again
    code: String,
}

/// What a new invitation is for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct InvitationBody {
    #[serde(default)]
    #[schema(max_length = 140)]
    note: String,
    /// How many accounts can be made with it
    #[schema(minimum = 1, maximum = 1000)]
    uses: u32,
    /// Without it, until it is used up
    #[schema(minimum = 1, maximum = 366)]
    expires_in_days: Option<u32>,
}

impl InvitationDocument {
    fn new(invitation: &Invitation) -> Self {
        Self {
            id: invitation.id.to_string(),
            note: invitation.note.clone(),
            uses_left: invitation.uses_left,
            made_by: invitation.made_by.clone(),
            created_at: rfc3339(invitation.created_at),
            expires_at: invitation.expires_at.map(rfc3339),
        }
    }
}

/// Invitations that are good for something
#[utoipa::path(
    get,
    path = "/api/v1/admin/invitations",
    responses((status = 200, body = InvitationsDocument))
)]
pub(super) async fn list(
    State(accounts): State<Accounts>,
) -> Result<Json<InvitationsDocument>, ApiError> {
    let invitations = accounts.invitations().await?;
    let invitations = invitations.iter().map(InvitationDocument::new).collect();
    Ok(Json(InvitationsDocument { invitations }))
}

/// Make an invitation
#[utoipa::path(
    post,
    path = "/api/v1/admin/invitations",
    request_body = InvitationBody,
    responses(
        (status = 201, body = NewInvitationDocument),
        (status = 409, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
        Unread,
    )
)]
pub(super) async fn create(
    State(accounts): State<Accounts>,
    person: Person,
    Body(body): Body<InvitationBody>,
) -> Result<(StatusCode, With<1, Json<NewInvitationDocument>>), ApiError> {
    let lasts = body.expires_in_days.map(|days| Duration::from_secs(u64::from(days) * 24 * 3600));
    let invited = Invited { note: &body.note, uses: body.uses, lasts };
    let (invitation, code) = accounts.invite(By::Staff(&person), &invited).await?;
    let document = NewInvitationDocument {
        invitation: InvitationDocument::new(&invitation),
        code: code.reveal().to_owned(),
    };
    Ok((StatusCode::CREATED, ([NO_STORE], Json(document))))
}

/// Take an invitation back
#[utoipa::path(
    delete,
    path = "/api/v1/admin/invitations/{id}",
    params(("id" = String, Path, description = "The invitation's id")),
    responses(
        (status = 204, description = "It is gone"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn remove(
    State(accounts): State<Accounts>,
    person: Person,
    Path(id): Path<String>,
) -> Result<StatusCode, ApiError> {
    let id = InvitationId::parse(&id).ok_or(AccountsError::Missing("invitation"))?;
    accounts.remove_invitation(By::Staff(&person), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

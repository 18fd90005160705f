//! Our own routes to what Owncast's clients keep here: our pages show no password.

use axum::Json;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::{ApiError, Body, Code, Refused};
use crate::audit::Actor;
use crate::clock::rfc3339;
use crate::ids::TokenId;
use crate::owncast::extras::Extras;
use crate::owncast::tokens::{Scope, Token};
use crate::owncast::{Owncast, OwncastError};

/// Largest change, in bytes: all that is kept, once more.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// The routes that the API description speaks of.
pub(crate) fn described() -> OpenApiRouter<Owncast> {
    OpenApiRouter::new()
        .routes(routes!(extras, change_extras))
        .routes(routes!(programs, make_program))
        .routes(routes!(remove_program))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
}

/// This room's routes beside Owncast's.
pub(crate) fn own_routes(owncast: Owncast) -> OpenApiRouter {
    described().with_state(owncast)
}

/// What the admin adds to the pages of the site
#[utoipa::path(get, path = "/api/v1/admin/extras", responses((status = 200, body = Extras), Refused))]
async fn extras(State(owncast): State<Owncast>) -> Result<Json<Extras>, ApiError> {
    Ok(Json(owncast.extras().await?))
}

/// Changes what is named of what the admin adds to the pages
///
/// A JSON merge patch (RFC 7396) of what `GET` answers, but for `appearance`: its variables are replaced
/// all at once.
#[utoipa::path(
    patch,
    path = "/api/v1/admin/extras",
    request_body(content = Object, description = "What changes"),
    responses((status = 200, body = Extras), Refused)
)]
async fn change_extras(
    State(owncast): State<Owncast>,
    actor: Actor,
    Body(patch): Body<Value>,
) -> Result<Json<Extras>, ApiError> {
    Ok(Json(owncast.change_extras(&actor, &patch).await?))
}

/// A program that was made for Owncast, without its token.
#[derive(Serialize, ToSchema)]
struct ProgramDocument {
    id: String,
    /// Its name, in chat as well.
    name: String,
    scopes: Vec<Scope>,
    created_at: String,
    /// When it showed its token last.
    #[schema(required)]
    last_used_at: Option<String>,
}

/// A program with the token that it shows.
#[derive(Serialize, ToSchema)]
struct NewProgramDocument {
    #[serde(flatten)]
    program: ProgramDocument,
    /// To be sent as `Authorization: Bearer …`.
    token: String,
}

/// A program to let in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ProgramBody {
    name: String,
    scopes: Vec<Scope>,
}

/// The programs that have a token for Owncast's API, the oldest first
#[utoipa::path(
    get,
    path = "/api/v1/admin/programs",
    responses((status = 200, body = Vec<ProgramDocument>), Refused)
)]
async fn programs(State(owncast): State<Owncast>) -> Result<Json<Vec<ProgramDocument>>, ApiError> {
    let tokens = owncast.tokens().await?;
    Ok(Json(tokens.into_iter().map(|(token, _)| token.into()).collect()))
}

/// Lets a program in: its token works on Owncast's integrations API
#[utoipa::path(
    post,
    path = "/api/v1/admin/programs",
    request_body = ProgramBody,
    responses((status = 201, body = NewProgramDocument), Refused)
)]
async fn make_program(
    State(owncast): State<Owncast>,
    actor: Actor,
    Body(wanted): Body<ProgramBody>,
) -> Result<(StatusCode, Json<NewProgramDocument>), ApiError> {
    let made = owncast.create_token(&actor, (&wanted.name, wanted.scopes)).await?;
    let (token, secret) = made;
    let token = NewProgramDocument { program: token.into(), token: secret.reveal().to_owned() };
    Ok((StatusCode::CREATED, Json(token)))
}

/// Lets a program in no more
#[utoipa::path(
    delete,
    path = "/api/v1/admin/programs/{id}",
    params(("id" = String, Path, description = "The program")),
    responses((status = 204, description = "Its token is good for nothing"), Refused)
)]
async fn remove_program(
    State(owncast): State<Owncast>,
    Path(id): Path<String>,
    actor: Actor,
) -> Result<StatusCode, ApiError> {
    let tokens = owncast.tokens().await?;
    let id = TokenId::parse(&id).ok_or_else(|| ApiError::new(Code::NotFound))?;
    let meant = tokens.into_iter().find(|(token, _)| token.id == id);
    let (_, secret) = meant.ok_or_else(|| ApiError::new(Code::NotFound))?;
    owncast.remove_token(&actor, secret.reveal()).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<Token> for ProgramDocument {
    fn from(token: Token) -> Self {
        Self {
            id: token.id.to_string(),
            name: token.name,
            scopes: token.scopes,
            created_at: rfc3339(token.created_at),
            last_used_at: token.last_used_at.map(rfc3339),
        }
    }
}

impl From<OwncastError> for ApiError {
    fn from(error: OwncastError) -> Self {
        if error.is_refusal() {
            Self::with_detail(Code::Invalid, error.to_string())
        } else {
            Self::internal(&error)
        }
    }
}

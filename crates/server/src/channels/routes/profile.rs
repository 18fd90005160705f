//! What a channel says of itself, and how it is sent.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::super::profile::{Panel, Profile, Sending};
use super::super::{Channel, NewChannel, Owner, Slug};
use super::{ChannelName, Doors, Named};
use crate::access::{ChannelRole, Person, SiteRole};
use crate::api::{ApiError, Body, Code, Refused};
use crate::audit::Actor;
use crate::clock::rfc3339;
use crate::ids::PanelId;
use crate::sanitise::{self, SafeHtml};
use crate::site::Creators;

/// A channel to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CreateChannel {
    /// Its name in addresses: `/@slug`.
    #[schema(example = "my-channel")]
    slug: String,
    /// Its name on pages; the slug when absent.
    name: Option<String>,
}

/// A channel as those who work on it see it.
#[derive(Serialize, ToSchema)]
pub(super) struct OwnChannel {
    id: String,
    slug: String,
    name: String,
    is_primary: bool,
    /// What the caller is in it.
    role: ChannelRole,
    /// Whether it was taken out of lists.
    hidden: bool,
    /// Since when nobody may publish (RFC 3339, UTC).
    #[schema(required)]
    locked_at: Option<String>,
    /// Who said so.
    #[schema(required)]
    locked_by: Option<String>,
}

impl OwnChannel {
    fn new(channel: Channel, role: ChannelRole) -> Self {
        Self {
            id: channel.id.to_string(),
            slug: channel.slug.to_string(),
            name: channel.name,
            is_primary: channel.is_primary,
            role,
            hidden: channel.hidden,
            locked_at: channel.lock.as_ref().map(|lock| rfc3339(lock.at)),
            locked_by: channel.lock.map(|lock| lock.by),
        }
    }
}

/// Makes a channel, which the caller owns
///
/// The site's settings say who may, and how many.
#[utoipa::path(
    post,
    path = "/api/v1/channels",
    request_body = CreateChannel,
    responses((status = 201, body = OwnChannel), Refused)
)]
pub(super) async fn create(
    State(doors): State<Doors>,
    person: Person,
    Body(wanted): Body<CreateChannel>,
) -> Result<(StatusCode, Json<OwnChannel>), ApiError> {
    let rules = doors.site.settings().settings.channels.clone();
    let is_admin = person.role == SiteRole::Admin;
    let may = is_admin
        || match rules.creators {
            Creators::Admins => false,
            Creators::Approved => doors.channels.is_creator(person.account).await?,
            Creators::Anyone => true,
        };
    if !may {
        let detail = match rules.creators {
            Creators::Approved => "Ask a moderator of this site to approve you for channels first.",
            Creators::Admins | Creators::Anyone => "Only admins make channels on this site.",
        };
        return Err(ApiError::with_detail(Code::Forbidden, detail));
    }
    let limit = (!is_admin).then_some(rules.max_per_account);
    let mut new = NewChannel::named(Slug::parse(&wanted.slug)?);
    if let Some(name) = wanted.name {
        new = new.called(name)?;
    }
    let owner = Owner { account: person.account, limit };
    let channel = doors.channels.create(&Actor::from(&person), new, Some(owner)).await?;
    Ok((StatusCode::CREATED, Json(OwnChannel::new(channel, ChannelRole::Owner))))
}

/// The channels that the caller works on
#[utoipa::path(
    get,
    path = "/api/v1/me/channels",
    responses((status = 200, body = Vec<OwnChannel>), Refused)
)]
pub(super) async fn own(
    State(doors): State<Doors>,
    person: Person,
) -> Result<Json<Vec<OwnChannel>>, ApiError> {
    let found = doors.channels.of_account(person.account).await?;
    Ok(Json(found.into_iter().map(|(channel, role)| OwnChannel::new(channel, role)).collect()))
}

/// What a channel says of itself, as it is changed
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/profile",
    params(ChannelName),
    responses((status = 200, body = Profile), Refused)
)]
pub(super) async fn profile(
    State(doors): State<Doors>,
    Named(channel): Named,
) -> Result<Json<Profile>, ApiError> {
    Ok(Json(doors.channels.profile(&channel).await?))
}

/// Changes what is named of what a channel says of itself
///
/// A JSON merge patch (RFC 7396) of the channel's profile. Pages are told at once.
#[utoipa::path(
    patch,
    path = "/api/v1/channels/{name}",
    params(ChannelName),
    request_body(content = Object, description = "What changes of the profile"),
    responses((status = 200, body = Profile), Refused)
)]
pub(super) async fn edit(
    State(doors): State<Doors>,
    Named(channel): Named,
    actor: Actor,
    Body(patch): Body<Value>,
) -> Result<Json<Profile>, ApiError> {
    let changed = doors.channels.edit(&actor, channel.id, &patch).await?;
    Ok(Json(doors.channels.profile(&changed).await?))
}

/// Removes a channel and everything that is its own
#[utoipa::path(
    delete,
    path = "/api/v1/channels/{name}",
    params(ChannelName),
    responses((status = 204, description = "It is gone"), Refused)
)]
pub(super) async fn remove(
    State(doors): State<Doors>,
    Named(channel): Named,
    actor: Actor,
) -> Result<StatusCode, ApiError> {
    doors.channels.remove(&actor, channel.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How a channel is sent
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/settings",
    params(ChannelName),
    responses((status = 200, body = Sending), Refused)
)]
pub(super) async fn sending(Named(channel): Named) -> Result<Json<Sending>, ApiError> {
    Ok(Json(Sending::of(&channel)))
}

/// Changes what is named of how a channel is sent, from its next broadcast on
///
/// A JSON merge patch (RFC 7396) of the channel's settings.
#[utoipa::path(
    patch,
    path = "/api/v1/channels/{name}/settings",
    params(ChannelName),
    request_body(content = Object, description = "What changes of the settings"),
    responses((status = 200, body = Sending), Refused)
)]
pub(super) async fn configure(
    State(doors): State<Doors>,
    Named(channel): Named,
    actor: Actor,
    Body(patch): Body<Value>,
) -> Result<Json<Sending>, ApiError> {
    let changed = doors.channels.configure(&actor, channel.id, &patch).await?;
    Ok(Json(Sending::of(&changed)))
}

/// A channel's name in addresses.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ChannelSlug {
    #[schema(example = "my-channel")]
    slug: String,
}

/// Gives a channel another name in addresses
///
/// Pages, playlists and encoders that use the former one go on: it leads here until somebody else
/// takes it, which nobody may for 90 days.
#[utoipa::path(
    put,
    path = "/api/v1/channels/{name}/slug",
    params(ChannelName),
    request_body = ChannelSlug,
    responses((status = 200, body = ChannelSlug), Refused)
)]
pub(super) async fn rename(
    State(doors): State<Doors>,
    Named(channel): Named,
    actor: Actor,
    Body(wanted): Body<ChannelSlug>,
) -> Result<Json<ChannelSlug>, ApiError> {
    let slug = Slug::parse(&wanted.slug)?;
    let renamed = doors.channels.rename(&actor, &channel, &slug).await?;
    Ok(Json(ChannelSlug { slug: renamed.slug.to_string() }))
}

/// A part of a channel's description.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PanelDocument {
    /// Its id; absent for a new one.
    #[serde(default)]
    id: Option<String>,
    /// Its heading; may be empty.
    #[serde(default)]
    title: String,
    /// Its text, in Markdown; may be empty.
    #[serde(default)]
    markdown: String,
    /// Where the heading leads.
    #[serde(default)]
    link: Option<String>,
    /// Its text as HTML; ignored when it is sent.
    #[serde(default, skip_deserializing)]
    html: SafeHtml,
}

impl PanelDocument {
    fn panel(self, known: &[Panel]) -> Panel {
        let id = self.id.as_deref().and_then(PanelId::parse);
        let id = id.filter(|id| known.iter().any(|panel| panel.id == *id));
        Panel {
            id: id.unwrap_or_else(PanelId::generate),
            title: self.title.trim().to_owned(),
            markdown: self.markdown,
            link: self.link.filter(|link| !link.is_empty()),
        }
    }
}

impl From<Panel> for PanelDocument {
    fn from(panel: Panel) -> Self {
        let html = sanitise::markdown(&panel.markdown);
        let Panel { id, title, markdown, link } = panel;
        Self { id: Some(id.to_string()), title, markdown, link, html }
    }
}

/// The panels of a channel's description, in order
#[utoipa::path(
    get,
    path = "/api/v1/channels/{name}/panels",
    params(ChannelName),
    responses((status = 200, body = Vec<PanelDocument>), Refused)
)]
pub(super) async fn panels(
    State(doors): State<Doors>,
    Named(channel): Named,
) -> Result<Json<Vec<PanelDocument>>, ApiError> {
    let panels = doors.channels.panels(channel.id).await?;
    Ok(Json(panels.into_iter().map(PanelDocument::from).collect()))
}

/// Puts these panels in the place of the channel's, in this order
#[utoipa::path(
    put,
    path = "/api/v1/channels/{name}/panels",
    params(ChannelName),
    request_body = Vec<PanelDocument>,
    responses((status = 200, body = Vec<PanelDocument>), Refused)
)]
pub(super) async fn set_panels(
    State(doors): State<Doors>,
    Named(channel): Named,
    actor: Actor,
    Body(wanted): Body<Vec<PanelDocument>>,
) -> Result<Json<Vec<PanelDocument>>, ApiError> {
    let known = doors.channels.panels(channel.id).await?;
    let mut panels: Vec<Panel> = Vec::new();
    for document in wanted {
        let mut panel = document.panel(&known);
        if panels.iter().any(|other| other.id == panel.id) {
            panel.id = PanelId::generate();
        }
        panels.push(panel);
    }
    doors.channels.set_panels(&actor, &channel, &panels).await?;
    Ok(Json(panels.into_iter().map(PanelDocument::from).collect()))
}

/// Whether a channel is out of lists.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Visibility {
    hidden: bool,
}

/// Takes a channel out of lists, or puts it back
///
/// Its own page stays.
#[utoipa::path(
    put,
    path = "/api/v1/channels/{name}/visibility",
    params(ChannelName),
    request_body = Visibility,
    responses((status = 200, body = Visibility), Refused)
)]
pub(super) async fn hide(
    State(doors): State<Doors>,
    Named(channel): Named,
    actor: Actor,
    Body(wanted): Body<Visibility>,
) -> Result<Json<Visibility>, ApiError> {
    let changed = doors.channels.hide(&actor, channel.id, wanted.hidden).await?;
    Ok(Json(Visibility { hidden: changed.hidden }))
}

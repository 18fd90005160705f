//! The site as everybody sees it, and its settings as admins change them.

use axum::Json;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::settings::{Creators, Mode, Settings};
use super::values::{Accent, Language, Link, Tag};
use super::{Site, SiteError, theme};
use crate::accounts::Registration;
use crate::api::{ApiError, Body, Code, Problem, Refused};
use crate::audit::Actor;
use crate::sanitise::{self, SafeHtml};

/// Largest change of settings, in bytes: every text at its longest, twice.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// The routes that the API description speaks of.
pub(crate) fn described() -> OpenApiRouter<Site> {
    OpenApiRouter::new()
        .routes(routes!(site))
        .routes(routes!(settings, change))
        .routes(routes!(preview))
        .layer(DefaultBodyLimit::max(MAX_BODY_BYTES))
}

/// This room's routes.
pub(crate) fn routes(site: Site) -> OpenApiRouter {
    described().route("/site.css", get(styles)).with_state(site)
}

/// The site's own styles.
async fn styles(State(site): State<Site>) -> Response {
    let css = theme::sheet(&site.settings().settings);
    let kind = HeaderValue::from_static("text/css; charset=utf-8");
    // Its address changes with it.
    let caching = HeaderValue::from_static("public, max-age=86400");
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, caching)], css).into_response()
}

/// The site as everybody sees it.
#[derive(Serialize, ToSchema)]
pub(crate) struct SiteDocument {
    /// What it is called.
    name: String,
    /// The site in a sentence; may be empty.
    summary: String,
    /// What new people are told, as HTML; may be empty.
    welcome_html: SafeHtml,
    /// The about page, as HTML; may be empty.
    about_html: SafeHtml,
    /// What the site is about.
    tags: Vec<Tag>,
    /// The language of what is written here.
    #[schema(required)]
    language: Option<Language>,
    /// Where else to find who runs it.
    links: Vec<Link>,
    /// The colour of channels that chose none.
    #[schema(required)]
    accent: Option<Accent>,
    /// What `/` shows.
    mode: Mode,
    /// How people get accounts.
    registration: Registration,
    /// Who may make channels, beside admins.
    channel_creators: Creators,
}

impl SiteDocument {
    fn new(settings: &Settings) -> Self {
        Self {
            name: settings.name.clone(),
            summary: settings.summary.clone(),
            welcome_html: sanitise::markdown(&settings.welcome),
            about_html: sanitise::markdown(&settings.about),
            tags: settings.tags.clone(),
            language: settings.language.clone(),
            links: settings.links.clone(),
            accent: settings.accent.clone(),
            mode: settings.mode,
            registration: settings.accounts.registration,
            channel_creators: settings.channels.creators,
        }
    }
}

/// The site, as everybody sees it
#[utoipa::path(
    get,
    path = "/api/v1/site",
    responses((status = 200, body = SiteDocument))
)]
async fn site(State(site): State<Site>) -> Json<SiteDocument> {
    Json(SiteDocument::new(&site.settings().settings))
}

/// A text in Markdown.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct MarkdownBody {
    text: String,
}

/// The same as HTML.
#[derive(Serialize, ToSchema)]
struct MarkdownShown {
    /// Safe to be put into a page.
    html: SafeHtml,
}

/// What a text in Markdown becomes on pages, before it is saved
#[utoipa::path(
    post,
    path = "/api/v1/markdown",
    request_body = MarkdownBody,
    responses((status = 200, body = MarkdownShown), Refused)
)]
async fn preview(Body(draft): Body<MarkdownBody>) -> Json<MarkdownShown> {
    Json(MarkdownShown { html: sanitise::markdown(&draft.text) })
}

/// The site's settings
#[utoipa::path(
    get,
    path = "/api/v1/admin/settings",
    responses(
        (status = 200, body = Settings),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn settings(State(site): State<Site>) -> Json<Settings> {
    Json(site.settings().settings.clone())
}

/// Changes the settings that are named
///
/// A JSON merge patch (RFC 7396) of what `GET` answers: what is not named stays, and `null` gives a
/// setting its default back. It applies at once.
#[utoipa::path(
    patch,
    path = "/api/v1/admin/settings",
    request_body(content = Object, description = "The settings that change"),
    responses(
        (status = 200, body = Settings),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 401, body = Problem, content_type = "application/problem+json"),
        (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json"),
    )
)]
async fn change(
    State(site): State<Site>,
    actor: Actor,
    Body(patch): Body<Value>,
) -> Result<Json<Settings>, ApiError> {
    let changed = site.change(&actor, &patch).await?;
    Ok(Json(changed.settings.clone()))
}

impl From<SiteError> for ApiError {
    fn from(error: SiteError) -> Self {
        match error {
            SiteError::Db(_) => Self::internal(&error),
            refused => Self::with_detail(Code::Invalid, refused.to_string()),
        }
    }
}

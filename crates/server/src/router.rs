//! All routes in one place, and what every response carries.

mod gate;

use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use axum::{Json, Router};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

pub(crate) use gate::Site;

use crate::accounts::{self, Accounts};
use crate::api::{ApiError, Code};
use crate::audit::{self, Audit};
use crate::channels::{self, Channels, Slug};
use crate::delivery::{self, Delivery};
use crate::discovery::{self, Discovery};
use crate::insights::{self, Insights};
use crate::live::{self, Live};
use crate::site;
use crate::stills::{self, Stills};
use crate::transcode::{self, Transcode};
use crate::watch::{self, Watch};
use crate::web::Web;
use gate::Gatekeeper;

/// The head of the API description.
#[derive(OpenApi)]
#[openapi(info(
    title = "Rivulet",
    description = "Errors are problem documents (RFC 9457) with a stable `code`. \
                       Times are RFC 3339 in UTC.",
    license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
))]
struct Description;

/// What the routes lead to.
pub(crate) struct Rooms {
    pub(crate) accounts: Accounts,
    pub(crate) audit: Audit,
    pub(crate) site: site::Site,
    pub(crate) channels: channels::Doors,
    pub(crate) live: Live,
    pub(crate) discovery: Discovery,
    pub(crate) watch: Watch,
    pub(crate) delivery: Delivery,
    pub(crate) insights: Insights,
    pub(crate) stills: Stills,
    pub(crate) transcode: Transcode,
    pub(crate) web: Web,
}

/// The API description, without a running server.
pub(crate) fn description() -> utoipa::openapi::OpenApi {
    let mut description = Description::openapi();
    description.merge(accounts::described().into_openapi());
    description.merge(site::described().into_openapi());
    description.merge(audit::described().into_openapi());
    description.merge(channels::described().into_openapi());
    description.merge(live::described().into_openapi());
    description.merge(discovery::described().into_openapi());
    description.merge(watch::described().into_openapi());
    description.merge(insights::described().into_openapi());
    description.merge(stills::described().into_openapi());
    description.merge(transcode::described().into_openapi());
    gate::describe(&mut description);
    description
}

/// The whole site.
pub(crate) fn build(rooms: Rooms, site: Site) -> Router {
    let channels = rooms.channels.channels.clone();
    let gatekeeper = Gatekeeper::new(rooms.accounts.clone(), channels.clone(), site);
    let (router, mut described) = OpenApiRouter::with_openapi(Description::openapi())
        .merge(accounts::routes(rooms.accounts))
        .merge(site::routes(rooms.site))
        .merge(audit::routes(rooms.audit))
        .merge(channels::routes(rooms.channels))
        .merge(live::routes(rooms.live))
        .merge(discovery::routes(rooms.discovery))
        .merge(watch::routes(rooms.watch))
        .merge(insights::routes(rooms.insights))
        .merge(stills::routes(rooms.stills))
        .merge(transcode::routes(rooms.transcode))
        .split_for_parts();
    gate::describe(&mut described);
    let description = Json(described);
    router
        .route("/api/v1/openapi.json", get(move || std::future::ready(description.clone())))
        .route("/assets/{*path}", get(asset).with_state(rooms.web))
        .route("/healthz", get(|| std::future::ready("ok")))
        .route("/readyz", get(|| std::future::ready("ok")))
        .route("/robots.txt", get(|| std::future::ready("User-agent: *\nDisallow: /api\n")))
        .route_layer(middleware::from_fn_with_state(gatekeeper, gate::stand))
        .fallback(not_found)
        .method_not_allowed_fallback(method_not_allowed)
        .layer(middleware::from_fn_with_state(channels, follow_move))
        .layer(middleware::map_response(common_headers))
        .merge(delivery::routes(rooms.delivery))
}

async fn asset(State(web): State<Web>, Path(path): Path<String>, headers: HeaderMap) -> Response {
    let file = web.file(&format!("assets/{path}"), &headers);
    file.unwrap_or_else(|| ApiError::new(Code::NotFound).into_response())
}

async fn not_found() -> ApiError {
    ApiError::new(Code::NotFound)
}

async fn method_not_allowed(method: Method) -> ApiError {
    wrong_method(&method)
}

fn wrong_method(method: &Method) -> ApiError {
    ApiError::with_detail(Code::MethodNotAllowed, format!("{method} does not work at this address"))
}

/// Leads from a name that a channel had to the one that it has, where nobody else has it now. What
/// is answered otherwise says no: there is no such channel, or nobody has a role in it.
async fn follow_move(
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

/// What every page and document says to browsers.
async fn common_headers(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    let referrer = HeaderValue::from_static("strict-origin-when-cross-origin");
    headers.insert(header::REFERRER_POLICY, referrer);
    response
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

//! Before the pages of our administration: programs made for Owncast show the admin's password there,
//! as they do at its own.

use axum::extract::{MatchedPath, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;

use super::gate;
use crate::access::Stranger;
use crate::accounts;
use crate::owncast::Owncast;

/// The pages.
const PAGES: [&str; 2] = ["/admin", "/admin/{part}"];

/// Refuses who shows a wrong password, and marks who shows nothing; others get the page, which asks
/// the API for everything that it shows.
pub(crate) async fn before_admin_pages(
    State(owncast): State<Owncast>,
    request: Request,
    next: Next,
) -> Response {
    let path = request.extensions().get::<MatchedPath>();
    if !path.is_some_and(|path| PAGES.contains(&path.as_str())) {
        return next.run(request).await;
    }
    let (mut head, body) = request.into_parts();
    if gate::basic(&head.headers).is_some() {
        let client = owncast.client(&head);
        if let Err(refused) = owncast.by_password(&head.headers, client).await {
            return refused;
        }
    } else if !has_cookie(&head.headers) {
        head.extensions.insert(Stranger);
    }
    next.run(Request::from_parts(head, body)).await
}

/// Whether a browser shows that somebody signed in there, at whatever time.
fn has_cookie(headers: &HeaderMap) -> bool {
    [true, false].into_iter().any(|encrypted| accounts::cookie(headers, encrypted).is_some())
}

//! What those find here who know Owncast: its pages elsewhere, and the stream for media players.

use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;

/// Pages that Owncast has elsewhere, and where they are here.
pub(super) const MOVED: &[(&str, &str)] = &[
    ("/admin/", "/admin"),
    ("/admin/{part}/", "/admin"),
    ("/admin/{part}/{*rest}", "/admin"),
    ("/embed/chat", "/embed/chat/readonly"),
    ("/embed/chat/", "/embed/chat/readonly"),
];
/// What media players call themselves, as Owncast knows them.
const MEDIA_PLAYERS: &[&str] = &["mpv", "player", "vlc", "applecoremedia"];

/// Whether it shows video and no pages.
pub(super) fn is_media_player(headers: &HeaderMap) -> bool {
    let agent = headers.get(USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let agent = agent.to_lowercase();
    MEDIA_PLAYERS.iter().any(|player| agent.contains(player))
}

//! Lists by pages: a cursor says where the next one begins.
//!
//! A cursor is opaque and signed: it is of one list, made here, and holds the position of the last
//! item seen, so a page is found by an index and stays right while items come and go.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{ApiError, Code, Query, limit};
use crate::seal::Keyring;

/// Items on a page unless somebody asks for another number.
const DEFAULT_PAGE: usize = 50;
/// And at most: what one request costs is bounded.
const MAX_PAGE: usize = 100;
/// Characters of a cursor that are looked at.
const MAX_CURSOR: usize = 1024;
/// Characters of the keyed hash at a cursor's end: 128 bits.
const SIGNATURE: usize = 32;

/// A list that is read by pages.
pub(crate) trait List {
    /// Its name in cursors: one list's cursors mean nothing in another.
    const NAME: &'static str;
    /// By what it is ordered, unique among its items.
    type Position: Serialize + DeserializeOwned;
}

/// Which page somebody asks for.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// What `next` of the page before said; the first page without it
    pub(crate) cursor: Option<String>,
    /// Items on the page, 1 to 100; 50 without it
    #[param(minimum = 1, maximum = 100)]
    pub(crate) limit: Option<usize>,
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    /// The cursor of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) next: Option<String>,
}

/// The page that is wanted, understood.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Wanted<P> {
    /// Items after this one; from the beginning without.
    pub(crate) after: Option<P>,
    limit: usize,
}

impl<P> Wanted<P> {
    /// How many rows to read: one more than the page has, to know whether there is a next one.
    pub(crate) fn rows(&self) -> usize {
        self.limit + 1
    }
}

/// Reads and writes cursors.
#[derive(Clone)]
pub(crate) struct Cursors {
    keyring: Arc<Keyring>,
}

impl Cursors {
    pub(crate) fn new(keyring: Arc<Keyring>) -> Self {
        Self { keyring }
    }

    /// Understands which page of `L` is asked for.
    ///
    /// # Errors
    /// When the cursor is none of this list's, or the number is none that a page can have.
    pub(crate) fn wanted<L: List>(
        &self,
        query: &PageQuery,
    ) -> Result<Wanted<L::Position>, ApiError> {
        let limit = limit(query.limit, DEFAULT_PAGE, MAX_PAGE)?;
        let after = query.cursor.as_deref().map(|cursor| self.read::<L>(cursor)).transpose()?;
        Ok(Wanted { after, limit })
    }

    /// The page that `rows` fill; see [`Wanted::rows`].
    pub(crate) fn page<L: List, T>(
        &self,
        wanted: &Wanted<L::Position>,
        mut rows: Vec<T>,
        position: impl FnOnce(&T) -> L::Position,
    ) -> Page<T> {
        let goes_on = rows.len() > wanted.limit;
        rows.truncate(wanted.limit);
        let last = rows.last().filter(|_| goes_on);
        let next = last.map(|last| self.write::<L>(&position(last)));
        Page { items: rows, next }
    }

    fn write<L: List>(&self, position: &L::Position) -> String {
        // Positions are numbers, ids and names; these are always JSON.
        let json = serde_json::to_string(position).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(format!("{json}{}", self.signature::<L>(&json)))
    }

    fn read<L: List>(&self, cursor: &str) -> Result<L::Position, ApiError> {
        let position = || {
            let short = (cursor.len() <= MAX_CURSOR).then_some(cursor)?;
            let text = String::from_utf8(URL_SAFE_NO_PAD.decode(short).ok()?).ok()?;
            let (json, signature) = text.split_at_checked(text.len().checked_sub(SIGNATURE)?)?;
            // A forged position would only ask for what anybody may: time tells nothing of worth.
            let is_ours = signature == self.signature::<L>(json);
            is_ours.then(|| serde_json::from_str(json).ok())?
        };
        position().ok_or_else(|| ApiError::new(Code::CursorInvalid))
    }

    fn signature<L: List>(&self, json: &str) -> String {
        let mut hex = self.keyring.fingerprint(&format!("cursor {} {json}", L::NAME)).to_hex();
        hex.truncate(SIGNATURE);
        hex
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PageQuery {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let Query(query) = Query::from_request_parts(parts, state).await?;
        Ok(query)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Names;

    impl List for Names {
        const NAME: &'static str = "names";
        type Position = (i64, String);
    }

    struct Others;

    impl List for Others {
        const NAME: &'static str = "others";
        type Position = (i64, String);
    }

    fn cursors(folder: &tempfile::TempDir) -> Cursors {
        let keyring = Keyring::open_or_create(&folder.path().join("secret.key")).unwrap();
        Cursors::new(Arc::new(keyring))
    }

    fn asked(cursor: &str, limit: usize) -> PageQuery {
        let cursor = (!cursor.is_empty()).then(|| cursor.to_owned());
        PageQuery { cursor, limit: Some(limit) }
    }

    #[test]
    fn pages_follow_each_other_to_the_end() {
        let folder = tempfile::tempdir().unwrap();
        let cursors = cursors(&folder);
        let all: Vec<i64> = (0..7).collect();
        let (mut cursor, mut seen, mut pages) = (String::new(), Vec::new(), 0);
        loop {
            let wanted = cursors.wanted::<Names>(&asked(&cursor, 3)).unwrap();
            let from = wanted.after.as_ref().map_or(-1, |(at, name)| {
                assert_eq!(name, "näme");
                *at
            });
            let rows = all.iter().copied().filter(|at| *at > from).take(wanted.rows()).collect();
            let page = cursors.page::<Names, _>(&wanted, rows, |at| (*at, "näme".to_owned()));
            seen.extend(page.items);
            pages += 1;
            let Some(next) = page.next else { break };
            cursor = next;
        }
        assert_eq!((seen, pages), (all, 3));
    }

    #[test]
    fn no_other_cursor_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let (ours, elsewhere) = (cursors(&folder), tempfile::tempdir().unwrap());
        let cursor = ours.write::<Names>(&(5, "x".to_owned()));
        assert!(ours.wanted::<Names>(&asked(&cursor, 1)).is_ok());
        let theirs = super::tests::cursors(&elsewhere).write::<Names>(&(5, "x".to_owned()));
        let others = ours.write::<Others>(&(5, "x".to_owned()));
        let bare = URL_SAFE_NO_PAD.encode("[5,\"x\"]");
        let long = "A".repeat(MAX_CURSOR + 1);
        let wrong = [&theirs, &others, &bare, &cursor[1..], "%%%", "-", "AAAA", &long];
        for wrong in wrong {
            let refused = ours.wanted::<Names>(&asked(wrong, 1)).unwrap_err();
            assert_eq!(refused.code, Code::CursorInvalid, "{wrong}");
        }
        for limit in [0, MAX_PAGE + 1, usize::MAX] {
            let refused = ours.wanted::<Names>(&asked("", limit)).unwrap_err();
            assert_eq!(refused.code, Code::BadRequest, "{limit}");
        }
        let first = ours.wanted::<Names>(&PageQuery::default()).unwrap();
        assert_eq!((first.after, first.limit), (None, DEFAULT_PAGE));
    }
}

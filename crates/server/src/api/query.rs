//! What is asked in a request's query. What is wrong with one is said in a problem document.

use std::fmt::Display;

use axum::extract::rejection::QueryRejection;
use axum::extract::{self, FromRequestParts};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::ApiError;

/// A request's query, read.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let read = extract::Query::from_request_parts(parts, state).await;
        let extract::Query(query) =
            read.map_err(|error: QueryRejection| ApiError::bad_request(error.body_text()))?;
        Ok(Self(query))
    }
}

/// How many items somebody wants: `usual` where they do not say, from one to `most`.
///
/// # Errors
/// When it is another number.
pub(crate) fn limit<N>(wanted: Option<N>, usual: N, most: N) -> Result<N, ApiError>
where
    N: Copy + Display + From<u8> + PartialOrd,
{
    let limit = wanted.unwrap_or(usual);
    if !(N::from(1)..=most).contains(&limit) {
        return Err(ApiError::bad_request(format!("`limit` is 1 to {most}")));
    }
    Ok(limit)
}

#[cfg(test)]
mod tests {
    use super::limit;

    #[test]
    fn a_page_has_one_item_at_least_and_so_many_at_most() {
        for (wanted, answer) in [(None, Some(50)), (Some(1), Some(1)), (Some(100), Some(100))] {
            assert_eq!(limit(wanted, 50, 100).ok(), answer);
        }
        for wrong in [0, 101, u32::MAX] {
            assert!(limit(Some(wrong), 50, 100).is_err());
        }
    }
}

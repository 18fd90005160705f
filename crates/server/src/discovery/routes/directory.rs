//! Lists of channels, categories and tags.

use axum::Json;
use axum::extract::{Path, State};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::super::Discovery;
use super::super::document::{CategorySummary, ChannelPage, TagSummary};
use super::super::listing::{PAGE, Wanted};
use super::super::model::{Filter, Sort};
use super::{cursor, tag};
use crate::api::{ApiError, Code, Problem, Query};
use crate::site::Language;

/// What comes first.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Order {
    /// The most watched
    Viewers,
    /// The newest broadcast
    Started,
    /// By name, whether on air or not
    Name,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::discovery) struct DirectoryQuery {
    /// `true` for those on air only, `false` for the others
    live: Option<bool>,
    /// A category's name in addresses
    category: Option<String>,
    /// A tag
    tag: Option<String>,
    /// A language; `pt` stands for `pt-BR` as well
    language: Option<String>,
    /// What comes first; those that are not on air follow by name
    #[param(inline)]
    #[param(inline)]
    sort: Option<Order>,
    /// What an earlier answer called `next`
    cursor: Option<String>,
    /// How many at most, 1 to 100; 30 when absent
    limit: Option<usize>,
}

impl DirectoryQuery {
    pub(in crate::discovery) fn wanted(self, discovery: &Discovery) -> Result<Wanted, ApiError> {
        let category = self.category.map(|slug| {
            let catalogue = discovery.shared.catalogue();
            catalogue.category_named(&slug).map(|shelf| shelf.id).ok_or_else(no_category)
        });
        let tag = self.tag.as_deref().map(tag);
        let language = self.language.map(|text| {
            let language = Language::parse(&text);
            language
                .ok_or_else(|| ApiError::bad_request("`language` is a tag such as `en` or `pt-BR`"))
        });
        Ok(Wanted {
            filter: Filter {
                live: self.live,
                category: category.transpose()?,
                tag: tag.transpose()?.map(|tag| tag.to_string()),
                language: language.transpose()?.map(|language| language.to_string()),
            },
            sort: match self.sort {
                Some(Order::Started) => Sort::Started,
                Some(Order::Name) => Sort::Name,
                Some(Order::Viewers) | None => Sort::Viewers,
            },
            after: cursor(self.cursor.as_deref())?,
            limit: self.limit.unwrap_or(PAGE),
        })
    }
}

/// Channels: those on air first
#[utoipa::path(
    get,
    path = "/api/v1/directory",
    params(DirectoryQuery),
    responses(
        (status = 200, body = ChannelPage),
        (status = 400, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn list(
    State(discovery): State<Discovery>,
    Query(query): Query<DirectoryQuery>,
) -> Result<Json<ChannelPage>, ApiError> {
    let wanted = query.wanted(&discovery)?;
    Ok(Json(discovery.directory(&wanted)))
}

/// Categories, the most watched first
#[utoipa::path(
    get,
    path = "/api/v1/categories",
    responses((status = 200, body = Vec<CategorySummary>))
)]
pub(super) async fn categories(
    State(discovery): State<Discovery>,
) -> Result<Json<Vec<CategorySummary>>, ApiError> {
    Ok(Json(discovery.categories().await?))
}

/// A category
#[utoipa::path(
    get,
    path = "/api/v1/categories/{slug}",
    params(("slug" = String, Path, description = "The category's name in addresses")),
    responses(
        (status = 200, body = CategorySummary),
        (status = 404, body = Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn category(
    State(discovery): State<Discovery>,
    Path(slug): Path<String>,
) -> Result<Json<CategorySummary>, ApiError> {
    discovery.category(&slug).await?.map(Json).ok_or_else(no_category)
}

/// The most used tags, the most watched first
#[utoipa::path(get, path = "/api/v1/tags", responses((status = 200, body = Vec<TagSummary>)))]
pub(super) async fn tags(State(discovery): State<Discovery>) -> Json<Vec<TagSummary>> {
    Json(discovery.tags())
}

fn no_category() -> ApiError {
    ApiError::with_detail(Code::NotFound, "There is no such category.")
}

//! The pages of the directory, categories, search and follows: lists that need no script.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde_json::json;

use super::Discovery;
use super::cursor::Offset;
use super::document::{CategorySummary, Hit, ListedChannel};
use super::listing::{PAGE, Wanted};
use super::model::{Filter, Sort};
use super::routes::{cursor, tag};
use super::search::MAX_QUERY_LEN;
use crate::access::Caller;
use crate::api::{ApiError, Query};
use crate::http::percent_encoded;
use crate::ids::CategoryId;
use crate::web::{Fill, Kind, Reader, Reading, Word, escape};

/// Characters of a query that a title repeats.
const MAX_SHOWN_QUERY: usize = 80;

#[derive(Deserialize)]
pub(super) struct ListQuery {
    cursor: Option<String>,
    tag: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct SearchQuery {
    #[serde(default)]
    q: String,
    cursor: Option<String>,
}

/// What one page is, beside its list.
struct Page<'a> {
    title: String,
    description: &'a str,
    path: String,
    /// HTML.
    body: String,
    /// Whether search engines may list it.
    indexed: bool,
    status: StatusCode,
}

/// All channels, those on air first.
pub(super) async fn browse(
    State(discovery): State<Discovery>,
    reader: Reader,
    Query(query): Query<ListQuery>,
) -> Result<Response, ApiError> {
    let tag = query.tag.as_deref().map(tag).transpose()?.map(|tag| tag.to_string());
    let filter = Filter { tag: tag.clone(), ..Filter::default() };
    let reading = discovery.shared.web.reading(reader);
    let (list, next) = channels(&discovery, filter, query.cursor.as_deref(), reading)?;
    let tag = tag.map(|tag| format!("&amp;tag={}", percent_encoded(&tag))).unwrap_or_default();
    let more = more(next.map(|next| format!("/browse?cursor={next}{tag}")), reading);
    let categories = discovery.categories().await?;
    let categories: String = categories.iter().map(|it| category_item(it, reading)).collect();
    let heading = reading.say(Word::Categories);
    let body = format!("{list}{more}<h2>{heading}</h2><ul>{categories}</ul>");
    discovery.page(
        reader,
        Page {
            title: reading.text(Word::Browse).to_owned(),
            description: reading.text(Word::Directory),
            path: "/browse".to_owned(),
            body,
            indexed: true,
            status: StatusCode::OK,
        },
    )
}

/// The channels of a category.
pub(super) async fn category(
    State(discovery): State<Discovery>,
    reader: Reader,
    Path(slug): Path<String>,
    Query(query): Query<ListQuery>,
) -> Result<Response, ApiError> {
    let reading = discovery.shared.web.reading(reader);
    let Some(category) = discovery.category(&slug).await? else {
        return discovery.missing(reader, Word::NoCategory);
    };
    let filter = Filter { category: CategoryId::parse(&category.id), ..Filter::default() };
    let (list, next) = channels(&discovery, filter, query.cursor.as_deref(), reading)?;
    let path = format!("/category/{}", category.slug);
    let more = more(next.map(|next| format!("{path}?cursor={next}")), reading);
    discovery.page(
        reader,
        Page {
            title: category.name.clone(),
            description: &category.description,
            body: format!("<p>{}</p>{list}{more}", escape(&category.description)),
            path,
            indexed: true,
            status: StatusCode::OK,
        },
    )
}

/// What was found.
pub(super) async fn search(
    State(discovery): State<Discovery>,
    reader: Reader,
    caller: Caller,
    Query(query): Query<SearchQuery>,
) -> Result<Response, ApiError> {
    let after = cursor(query.cursor.as_deref())?.unwrap_or(Offset(0));
    discovery.count_search(&caller)?;
    let found = discovery.find(&query.q, None, after).await?;
    let read: String = query.q.chars().take(MAX_QUERY_LEN).collect();
    let shown: String = read.chars().take(MAX_SHOWN_QUERY).collect();
    let reading = discovery.shared.web.reading(reader);
    let (search, results) = (reading.text(Word::Search), results(&found.results, reading));
    let more = more(found.next.map(|next| found_more(&read, &next)), reading);
    let form = format!(
        "<form action=\"/search\" role=\"search\"><label>{0} <input name=\"q\" type=\"search\" \
         value=\"{1}\"></label> <button>{0}</button></form>",
        escape(search),
        escape(&read)
    );
    discovery.page(
        reader,
        Page {
            title: if shown.is_empty() {
                search.to_owned()
            } else {
                format!("{shown} · {search}")
            },
            description: "",
            path: "/search".to_owned(),
            body: format!("{form}<ul>{results}</ul>{more}"),
            indexed: false,
            status: StatusCode::OK,
        },
    )
}

/// What whoever asks follows.
pub(super) async fn following(
    State(discovery): State<Discovery>,
    reader: Reader,
    caller: Caller,
    Query(query): Query<ListQuery>,
) -> Result<Response, ApiError> {
    let after = cursor(query.cursor.as_deref())?.unwrap_or(Offset(0));
    let reading = discovery.shared.web.reading(reader);
    let body = match &caller.person {
        None => format!("<p>{}</p>", reading.say(Word::SignInToFollow)),
        Some(person) => {
            let page = discovery.follows(person.account, after).await?;
            let follows = page.follows.iter();
            let list: String = follows.map(|it| channel_item(&it.channel, reading)).collect();
            let more = more(page.next.map(|next| format!("/following?cursor={next}")), reading);
            match (list.as_str(), after) {
                ("", Offset(0)) => with_way_on(Word::FollowsNobody, reading),
                (list, _) => format!("<ul>{list}</ul>{more}"),
            }
        }
    };
    discovery.page(
        reader,
        Page {
            title: reading.text(Word::Following).to_owned(),
            description: "",
            path: "/following".to_owned(),
            body,
            indexed: false,
            status: StatusCode::OK,
        },
    )
}

impl Discovery {
    fn missing(&self, reader: Reader, why: Word) -> Result<Response, ApiError> {
        let reading = self.shared.web.reading(reader);
        self.page(
            reader,
            Page {
                title: reading.text(Word::NotFound).to_owned(),
                description: "",
                path: "/browse".to_owned(),
                body: with_way_on(why, reading),
                indexed: false,
                status: StatusCode::NOT_FOUND,
            },
        )
    }

    fn page(&self, reader: Reader, page: Page<'_>) -> Result<Response, ApiError> {
        let current = self.shared.site.settings();
        let site = &current.settings.name;
        let title = escape(&page.title);
        let reading = self.shared.web.reading(reader);
        let fill = Fill {
            reader,
            styles: current.styles_url(),
            head: self.head(&page, site) + &current.dress(),
            body: format!(
                "<nav><a href=\"/\">{}</a> <a href=\"/browse\">{}</a> \
                 <a href=\"/following\">{}</a> <a href=\"/search\">{}</a></nav>\
                 <h1>{title}</h1>{}",
                escape(site),
                reading.say(Word::Browse),
                reading.say(Word::Following),
                reading.say(Word::Search),
                page.body
            ),
            boot: json!({
                "site": {
                    "name": site,
                    "summary": current.settings.summary,
                    "accent": current.settings.accent,
                    "mode": current.settings.mode,
                    "hides_viewers": current.settings.hides_viewers,
                    "actions": current.buttons,
                },
                "channel": null,
                "version": env!("CARGO_PKG_VERSION"),
            }),
        };
        let page = self.shared.web.page(Kind::Plain, page.status, &fill);
        page.map_err(|error| ApiError::internal(&error))
    }

    fn head(&self, page: &Page<'_>, site: &str) -> String {
        let (name, title) = (escape(site), escape(&page.title));
        let description = escape(page.description.lines().next().unwrap_or_default());
        let mut head = format!(
            "<title>{title} · {name}</title><meta name=\"description\" content=\"{description}\">\
             <meta property=\"og:site_name\" content=\"{name}\">\
             <meta property=\"og:title\" content=\"{title}\">\
             <meta property=\"og:description\" content=\"{description}\">\
             <meta property=\"og:type\" content=\"website\">"
        );
        if !page.indexed {
            head.push_str("<meta name=\"robots\" content=\"noindex\">");
        }
        if let Some(public) = &self.shared.public_url {
            let address = escape(&format!("{public}{}", page.path));
            head.push_str(&format!(
                "<link rel=\"canonical\" href=\"{address}\">\
                 <meta property=\"og:url\" content=\"{address}\">"
            ));
        }
        head
    }
}

/// A list of channels as HTML, and where it goes on.
fn channels(
    discovery: &Discovery,
    filter: Filter,
    after: Option<&str>,
    reading: &Reading,
) -> Result<(String, Option<String>), ApiError> {
    let after = cursor(after)?;
    let page = discovery.directory(&Wanted { filter, sort: Sort::Viewers, after, limit: PAGE });
    let list: String = page.channels.iter().map(|it| channel_item(it, reading)).collect();
    Ok((format!("<ul>{}</ul>", or_nothing(list, Word::Empty, reading)), page.next))
}

/// What was found as HTML.
fn results(found: &[Hit], reading: &Reading) -> String {
    let items = found.iter().map(|hit| match hit {
        Hit::Channel { channel } | Hit::Live { channel } => channel_item(channel, reading),
        Hit::Category { category } => category_item(category, reading),
    });
    or_nothing(items.collect(), Word::NothingFound, reading)
}

/// A list's items, or what to say of a list without any.
fn or_nothing(items: String, nothing: Word, reading: &Reading) -> String {
    if items.is_empty() { format!("<li>{}</li>", reading.say(nothing)) } else { items }
}

/// Why there is nothing here, and where there is something.
fn with_way_on(why: Word, reading: &Reading) -> String {
    let (why, browse) = (reading.say(why), reading.say(Word::BrowseChannels));
    format!("<p>{why} <a href=\"/browse\">{browse}</a></p>")
}

fn channel_item(channel: &ListedChannel, reading: &Reading) -> String {
    let title = match channel.title.as_str() {
        "" => String::new(),
        title => format!(": {}", escape(title)),
    };
    let live = channel.live.as_ref().map(|live| {
        let viewers = live.viewers.to_string();
        format!(" {}", reading.fill(Word::Watching, &[("viewers", &viewers)]))
    });
    let mature = channel.mature.then(|| format!(" {}", reading.say(Word::GrownUps)));
    format!(
        "<li><a href=\"{}\">{}</a>{title}{}{}</li>",
        escape(&channel.url),
        escape(&channel.name),
        live.unwrap_or_default(),
        mature.unwrap_or_default(),
    )
}

fn category_item(category: &CategorySummary, reading: &Reading) -> String {
    let (channels, live) = (category.channels.to_string(), category.live.to_string());
    let counts = [("channels", channels.as_str()), ("live", live.as_str())];
    format!(
        "<li><a href=\"/category/{}\">{}</a> {}</li>",
        escape(&category.slug),
        escape(&category.name),
        reading.fill(Word::CategoryCounts, &counts)
    )
}

/// Where a search goes on: with all of the query that is read.
fn found_more(read: &str, next: &str) -> String {
    format!("/search?q={}&amp;cursor={next}", percent_encoded(read))
}

fn more(address: Option<String>, reading: &Reading) -> String {
    let link = |to| format!("<p><a href=\"{to}\" rel=\"next\">{}</a></p>", reading.say(Word::More));
    address.map(link).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::Web;

    #[test]
    fn what_people_say_of_themselves_stays_text() {
        let channel = ListedChannel {
            slug: "x".to_owned(),
            name: "<script>".to_owned(),
            title: "\"&'".to_owned(),
            category: None,
            tags: Vec::new(),
            language: None,
            mature: true,
            url: "/@x".to_owned(),
            thumbnail_url: String::new(),
            live: None,
        };
        assert_eq!(
            channel_item(&channel, Web::load().reading(Reader::default())),
            "<li><a href=\"/@x\">&lt;script&gt;</a>: &quot;&amp;&#39; (for grown-ups)</li>"
        );
    }
}

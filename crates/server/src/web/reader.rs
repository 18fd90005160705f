//! How a page is sent to whoever reads it: in the language and the colours that they chose, else in
//! the language that their browser asks for (RFC 9110 §12.5.4).

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

/// Where a page's script keeps what its reader chose.
const LANGUAGE_COOKIE: &str = "rivulet_language";
const THEME_COOKIE: &str = "rivulet_theme";
/// Languages of a browser that are looked at. Against a header that is a list without end.
const MAX_WISHES: usize = 32;

/// A language that the pages speak; `web/src/lib/i18n.ts` has the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum PageLanguage {
    Arabic,
    German,
    #[default]
    English,
    Spanish,
    French,
    Japanese,
}

impl PageLanguage {
    /// As in `lang` and in the names of catalogues.
    pub(crate) fn tag(self) -> &'static str {
        match self {
            Self::Arabic => "ar",
            Self::German => "de",
            Self::English => "en",
            Self::Spanish => "es",
            Self::French => "fr",
            Self::Japanese => "ja",
        }
    }

    /// As in `dir`.
    pub(super) fn direction(self) -> &'static str {
        if self == Self::Arabic { "rtl" } else { "ltr" }
    }

    /// The language of a tag such as `de-AT`.
    fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split('-').next()?.to_ascii_lowercase();
        let all = [
            Self::Arabic,
            Self::German,
            Self::English,
            Self::Spanish,
            Self::French,
            Self::Japanese,
        ];
        all.into_iter().find(|language| language.tag() == primary)
    }

    /// `lang` in the address comes first: whoever frames a page knows best what stands around it.
    fn of(query: &str, headers: &HeaderMap) -> Self {
        let named = query.split('&').find_map(|pair| pair.strip_prefix("lang="));
        named
            .and_then(Self::parse)
            .or_else(|| Self::parse(cookie(headers, LANGUAGE_COOKIE)?))
            .or_else(|| wished(headers))
            .unwrap_or_default()
    }
}

/// Dark or light, where somebody chose; `web/src/lib/theme.ts` has the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Theme {
    Dark,
    Light,
}

/// How whoever asks for a page likes it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reader {
    pub(crate) language: PageLanguage,
    pub(crate) theme: Option<Theme>,
}

impl Reader {
    /// The attributes of a page's first tag.
    pub(super) fn attributes(self) -> String {
        let (tag, direction) = (self.language.tag(), self.language.direction());
        let theme = match self.theme {
            None => "",
            Some(Theme::Dark) => " data-theme=\"dark\"",
            Some(Theme::Light) => " data-theme=\"light\"",
        };
        format!("lang=\"{tag}\" dir=\"{direction}\"{theme}")
    }
}

impl<S: Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let theme = cookie(&parts.headers, THEME_COOKIE).and_then(|theme| match theme {
            "dark" => Some(Theme::Dark),
            "light" => Some(Theme::Light),
            _ => None,
        });
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self { language: PageLanguage::of(query, &parts.headers), theme })
    }
}

fn cookie<'a>(headers: &'a HeaderMap, wanted: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    lines
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == wanted).then_some(value))
}

/// The first of those that the browser likes best.
fn wished(headers: &HeaderMap) -> Option<PageLanguage> {
    let header = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
    let wishes = header.split(',').take(MAX_WISHES).filter_map(|wish| {
        let (tag, parameters) = wish.split_once(';').unwrap_or((wish, ""));
        let language = PageLanguage::parse(tag)?;
        let weight = parameters.trim().strip_prefix("q=").map_or(Some(1.0), |q| q.parse().ok())?;
        (weight > 0.0_f32).then_some((language, weight))
    });
    let best = |best: Option<(PageLanguage, f32)>, wish: (PageLanguage, f32)| match best {
        Some(known) if known.1 >= wish.1 => Some(known),
        _ => Some(wish),
    };
    wishes.fold(None, best).map(|(language, _)| language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readers_choice_comes_before_the_browsers() {
        for (query, cookie, accepted, language) in [
            ("", "", "", "en"),
            ("", "", "de-AT,de;q=0.9,en;q=0.8", "de"),
            ("", "", "pt-BR, fr;q=0.4, ja;q=0.7", "ja"),
            ("", "", "es;q=0, fr;q=0.1", "fr"),
            ("", "", "de;q=x, *", "en"),
            ("", "", "ZH, AR-EG", "ar"),
            ("", "rivulet_language=fr", "de", "fr"),
            ("", "a=b; rivulet_language=tlh", "de", "de"),
            ("", "xrivulet_language=fr", "de", "de"),
            ("autoplay=false&lang=es", "rivulet_language=fr", "de", "es"),
            ("lang=%00", "rivulet_language=fr", "de", "fr"),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::COOKIE, cookie.parse().unwrap());
            headers.insert(header::ACCEPT_LANGUAGE, accepted.parse().unwrap());
            let found = PageLanguage::of(query, &headers);
            assert_eq!(found.tag(), language, "{query} {cookie} {accepted}");
        }
    }
}

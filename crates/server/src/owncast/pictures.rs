//! The logo and the favicon.
//!
//! Photographs are encoded anew, as every picture of the site is. What cannot be, drawings and
//! animations, is kept as it came; it is the admin's, and served so that nothing in it runs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::store::File;
use super::{Owncast, OwncastError, store};
use crate::audit::Actor;

/// Largest favicon, in bytes: as Owncast's.
pub(super) const MAX_FAVICON_BYTES: usize = 200 * 1024;
/// Largest drawing or animation, in bytes.
const MAX_DRAWING_BYTES: usize = 2 * 1024 * 1024;
const LOGO: &str = "logo";
const FAVICON: &str = "favicon";
const SVG: &str = "image/svg+xml";

/// A picture in a text (RFC 2397).
pub(super) struct DataUrl {
    pub(super) media_type: String,
    pub(super) bytes: Vec<u8>,
}

impl DataUrl {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (head, data) = text.trim().strip_prefix("data:")?.split_once(',')?;
        let media_type = head.strip_suffix(";base64")?.split(';').next()?.to_lowercase();
        Some(Self { media_type, bytes: STANDARD.decode(data).ok()? })
    }
}

impl Owncast {
    /// The logo. Where only photographs will do, a drawing is left out.
    pub(super) async fn logo(&self, drawings: bool) -> Result<File, OwncastError> {
        if let Some(file) = self.shared.store.file(LOGO).await?
            && (drawings || file.media_type != SVG)
        {
            return Ok(file);
        }
        let jpeg = self.doors().stills.avatar(&self.channel().await?).await?;
        Ok(File { media_type: "image/jpeg".to_owned(), bytes: jpeg.to_vec() })
    }

    /// Takes another logo.
    pub(super) async fn set_logo(&self, actor: &Actor, data: &str) -> Result<(), OwncastError> {
        let unfit = || OwncastError::no("unable to find image data");
        let picture = DataUrl::parse(data).ok_or_else(unfit)?;
        let kept = match picture.media_type.as_str() {
            SVG if picture.bytes.len() <= MAX_DRAWING_BYTES => Some(picture),
            "image/gif" if is_gif(&picture.bytes) => Some(picture),
            "image/png" | "image/jpeg" | "image/jpg" | "image/webp" => {
                let channel = self.channel().await?;
                self.doors().stills.set_avatar(actor, &channel, picture.bytes).await?;
                None
            }
            _ => return Err(unfit()),
        };
        let kept = kept.map(|it| File { media_type: it.media_type, bytes: it.bytes });
        self.put_file((LOGO, kept)).await
    }

    pub(super) async fn favicon(&self) -> Result<Option<File>, OwncastError> {
        self.shared.store.file(FAVICON).await
    }

    /// Takes another favicon; `None` goes back to the one that comes with the program.
    pub(super) async fn set_favicon(
        &self,
        actor: &Actor,
        bytes: Option<Vec<u8>>,
    ) -> Result<(), OwncastError> {
        let Some(bytes) = bytes else {
            self.has_icon(actor, false).await?;
            return self.put_file((FAVICON, None)).await;
        };
        if bytes.len() > MAX_FAVICON_BYTES {
            return Err(OwncastError::no("file too large, max 200KB"));
        }
        let media_type = icon_type(&bytes);
        let media_type =
            media_type.ok_or_else(|| OwncastError::no("favicon must be PNG or ICO format"))?;
        self.put_file((FAVICON, Some(File { media_type: media_type.to_owned(), bytes }))).await?;
        self.has_icon(actor, true).await
    }

    /// Says to pages whether there is an icon of the site's own.
    async fn has_icon(&self, actor: &Actor, has: bool) -> Result<(), OwncastError> {
        self.doors().site.change(actor, &json!({ "look": { "has_icon": has } })).await?;
        Ok(())
    }

    async fn put_file(&self, (name, file): (&str, Option<File>)) -> Result<(), OwncastError> {
        let mut transaction = self.shared.store.begin().await?;
        let at = self.shared.clock.wall();
        store::put_file(&mut transaction, (name, file.as_ref()), at).await?;
        Ok(transaction.commit().await?)
    }
}

fn is_gif(bytes: &[u8]) -> bool {
    bytes.len() <= MAX_DRAWING_BYTES && bytes.starts_with(b"GIF8")
}

fn icon_type(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        return Some("image/png");
    }
    bytes.starts_with(&[0, 0, 1, 0]).then_some("image/x-icon")
}

/// The file in a form's field (RFC 7578), whose boundary the content type names.
pub(super) fn form_file(content_type: &str, body: &[u8], field: &str) -> Option<Vec<u8>> {
    let boundary =
        content_type.split(';').find_map(|part| part.trim().strip_prefix("boundary="))?;
    let edge = format!("--{}", boundary.trim_matches('"')).into_bytes();
    let mut rest = body;
    while let Some(at) = find(rest, &edge) {
        let (_, after) = rest.split_at(at + edge.len());
        let end = find(after, &edge)?;
        let (part, _) = after.split_at(end);
        let gap = find(part, b"\r\n\r\n")?;
        let (head, content) = part.split_at(gap);
        let head = String::from_utf8_lossy(head);
        if head.contains(&format!("name=\"{field}\"")) {
            let content = content.strip_prefix(b"\r\n\r\n")?;
            return Some(content.strip_suffix(b"\r\n").unwrap_or(content).to_vec());
        }
        rest = after;
    }
    None
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len().max(1)).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_are_found_in_texts_and_forms() {
        let url = DataUrl::parse("data:image/PNG;base64,iVBO").unwrap();
        assert_eq!((url.media_type.as_str(), url.bytes.len()), ("image/png", 3));
        for nonsense in ["", "data:", "data:image/png,abc", "data:image/png;base64,%%", "image/png"]
        {
            assert!(DataUrl::parse(nonsense).is_none(), "{nonsense}");
        }
        let body = b"--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--X\r\n\
            Content-Disposition: form-data; name=\"favicon\"; filename=\"f.ico\"\r\n\r\n\0\0\x01\0\r\n\
            --X--\r\n";
        let kind = "multipart/form-data; boundary=X";
        assert_eq!(form_file(kind, body, "favicon").unwrap(), [0, 0, 1, 0]);
        assert_eq!(form_file(kind, body, "b"), None);
        assert_eq!(form_file("multipart/form-data", body, "favicon"), None);
        assert_eq!(icon_type(&[0, 0, 1, 0]), Some("image/x-icon"));
        assert_eq!(icon_type(b"<svg>"), None);
    }
}

//! As much of a media playlist as the tools need to follow it: RFC 8216bis, sections 4.4.4 and 6.2.5.2.

/// What a live media playlist lists.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Playlist {
    pub(crate) segments: Vec<String>,
    /// Every listed part, oldest first.
    pub(crate) parts: Vec<String>,
    /// Sequence number of the segment that is being made.
    pub(crate) next_segment: u64,
    /// Parts of it that are listed already.
    pub(crate) next_part: u64,
    /// The initialisation segment in force at the end.
    pub(crate) init: Option<String>,
    /// Listed segments that are not there (section 4.4.4.7).
    pub(crate) gaps: Vec<String>,
    /// Whether the newest part is there; `None` while there is none.
    pub(crate) newest_part: Option<Presence>,
    /// Whether nothing will be added.
    pub(crate) ended: bool,
}

/// Whether something that is listed can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    There,
    Gap,
}

impl Playlist {
    pub(crate) fn parse(text: &str) -> Self {
        let mut playlist = Self::default();
        let mut gap = false;
        for line in text.lines() {
            if let Some(number) = line.strip_prefix("#EXT-X-MEDIA-SEQUENCE:") {
                playlist.next_segment += number.trim().parse().unwrap_or(0);
            } else if let Some(skipped) = line.strip_prefix("#EXT-X-SKIP:SKIPPED-SEGMENTS=") {
                playlist.next_segment += skipped.trim().parse().unwrap_or(0);
            } else if let Some(attributes) = line.strip_prefix("#EXT-X-PART:") {
                playlist.parts.extend(uri(attributes));
                playlist.next_part += 1;
                let missing = attributes.contains("GAP=YES");
                playlist.newest_part = Some(if missing { Presence::Gap } else { Presence::There });
            } else if let Some(attributes) = line.strip_prefix("#EXT-X-MAP:") {
                playlist.init = uri(attributes);
            } else if line == "#EXT-X-GAP" {
                gap = true;
            } else if line == "#EXT-X-ENDLIST" {
                playlist.ended = true;
            } else if !line.starts_with('#') && !line.is_empty() {
                playlist.segments.push(line.to_owned());
                if std::mem::take(&mut gap) {
                    playlist.gaps.push(line.to_owned());
                }
                playlist.next_part = 0;
            }
        }
        playlist.next_segment += playlist.segments.len() as u64;
        playlist
    }

    /// The query that waits for the part after the last one listed, and wants no more than what
    /// is new, as players do.
    pub(crate) fn wait_for_next(&self) -> String {
        format!("?_HLS_msn={}&_HLS_part={}&_HLS_skip=YES", self.next_segment, self.next_part)
    }
}

fn uri(attributes: &str) -> Option<String> {
    let (_, rest) = attributes.split_once("URI=\"")?;
    Some(rest.split_once('"')?.0.to_owned())
}

/// Resolves a relative URI of a playlist against the playlist's path.
pub(crate) fn resolve(playlist_path: &str, uri: &str) -> String {
    if uri.starts_with('/') {
        return uri.to_owned();
    }
    let directory = playlist_path.rsplit_once('/').map_or("", |(directory, _)| directory);
    format!("{directory}/{uri}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_parts_across_segments() {
        let playlist = Playlist::parse(
            "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:7\n#EXTINF:2,\n7.m4s\n#EXT-X-PART:DURATION=1,URI=\"8.0.m4s\"\n\
             #EXTINF:2,\n8.m4s\n#EXT-X-PART:DURATION=1,INDEPENDENT=YES,URI=\"9.0.m4s\"\n\
             #EXT-X-PRELOAD-HINT:TYPE=PART,URI=\"9.1.m4s\"\n",
        );
        assert_eq!(playlist.segments, ["7.m4s", "8.m4s"]);
        assert_eq!(playlist.parts, ["8.0.m4s", "9.0.m4s"]);
        assert_eq!(playlist.wait_for_next(), "?_HLS_msn=9&_HLS_part=1&_HLS_skip=YES");
    }

    #[test]
    fn tells_what_is_there_from_what_is_not() {
        let playlist = Playlist::parse(
            "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:7\n#EXT-X-MAP:URI=\"i.mp4\"\n#EXT-X-GAP\n#EXTINF:2,\n7.m4s\n\
             #EXTINF:2,\n8.m4s\n#EXT-X-PART:DURATION=1,URI=\"9.0.m4s\",GAP=YES\n",
        );
        assert_eq!(playlist.gaps, ["7.m4s"]);
        assert_eq!(playlist.init.as_deref(), Some("i.mp4"));
        assert_eq!(playlist.newest_part, Some(Presence::Gap));
        let gone_on = Playlist::parse("#EXT-X-PART:DURATION=1,URI=\"9.1.m4s\"\n#EXT-X-ENDLIST\n");
        assert_eq!((gone_on.newest_part, gone_on.ended), (Some(Presence::There), true));
    }

    #[test]
    fn counts_what_a_delta_update_leaves_out() {
        let playlist = Playlist::parse(
            "#EXTM3U\n#EXT-X-MEDIA-SEQUENCE:7\n#EXT-X-SKIP:SKIPPED-SEGMENTS=3\n#EXTINF:2,\n10.m4s\n",
        );
        assert_eq!((playlist.next_segment, playlist.next_part), (11, 0));
    }

    #[test]
    fn resolves_beside_the_playlist() {
        assert_eq!(resolve("/hls/0/stream.m3u8", "a.m4s"), "/hls/0/a.m4s");
        assert_eq!(resolve("/hls/0/stream.m3u8", "/x/a.m4s"), "/x/a.m4s");
    }
}

//! Places where people are found, as Owncast's clients name them.

use serde_json::{Map, Value, json};

/// Key and name.
const PLATFORMS: &[(&str, &str)] = &[
    ("bandcamp", "Bandcamp"),
    ("bluesky", "Bluesky"),
    ("bitcoin", "Bitcoin"),
    ("codeberg", "Codeberg"),
    ("discord", "Discord"),
    ("donate", "Donate"),
    ("email", "Email"),
    ("ethereum", "Ethereum"),
    ("facebook", "Facebook"),
    ("fediverse", "Fediverse"),
    ("flattr", "Flattr"),
    ("follow", "Follow"),
    ("github", "GitHub"),
    ("gitlab", "GitLab"),
    ("google", "Google"),
    ("instagram", "Instagram"),
    ("keyoxide", "Keyoxide"),
    ("ko-fi", "Ko-Fi"),
    ("lbry", "LBRY"),
    ("linkedin", "LinkedIn"),
    ("mastodon", "Mastodon"),
    ("matrix", "Matrix"),
    ("newgrounds", "Newgrounds"),
    ("odysee", "Odysee"),
    ("patreon", "Patreon"),
    ("paypal", "PayPal"),
    ("pixelfed", "Pixelfed"),
    ("snapchat", "Snapchat"),
    ("soundcloud", "SoundCloud"),
    ("spotify", "Spotify"),
    ("steam", "Steam"),
    ("threads", "Threads"),
    ("tiktok", "TikTok"),
    ("twitch", "Twitch"),
    ("twitter", "Twitter"),
    ("xmpp", "XMPP"),
    ("youtube", "YouTube"),
];

/// All of them, by their keys.
pub(super) fn all() -> Value {
    let one = |&(key, name): &(&str, &str)| {
        (key.to_owned(), json!({ "platform": name, "icon": icon(key) }))
    };
    Value::Object(PLATFORMS.iter().map(one).collect::<Map<_, _>>())
}

/// Where a platform's picture is; empty where there is none.
pub(super) fn icon(key: &str) -> String {
    let is_known = PLATFORMS.iter().any(|(known, _)| *known == key);
    if is_known { format!("/img/platformlogos/{key}.svg") } else { String::new() }
}

/// The key of what a link is called.
pub(super) fn key_of(label: &str) -> String {
    let known = PLATFORMS
        .iter()
        .find(|(key, name)| label.eq_ignore_ascii_case(name) || label.eq_ignore_ascii_case(key));
    known.map_or_else(|| label.to_owned(), |(key, _)| (*key).to_owned())
}

/// What a link is called.
pub(super) fn label_of(key: &str) -> String {
    let known = PLATFORMS.iter().find(|(known, _)| *known == key);
    known.map_or(key, |(_, name)| name).to_owned()
}

/// A picture for a platform: its first letter. The platforms' own are their trademarks.
pub(super) fn picture(file: &str) -> Option<String> {
    let key = file.strip_suffix(".svg")?;
    let (_, name) = PLATFORMS.iter().find(|(known, _)| *known == key)?;
    let letter = name.chars().next()?;
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 24 24\">\
         <circle cx=\"12\" cy=\"12\" r=\"11\" fill=\"#667\"/>\
         <text x=\"12\" y=\"17\" font-family=\"sans-serif\" font-size=\"14\" fill=\"#fff\" \
         text-anchor=\"middle\">{letter}</text></svg>"
    ))
}

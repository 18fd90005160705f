//! Tables for addresses.

use super::*;

#[test]
fn every_split_of_a_url_leads_to_the_same_stream() {
    // (app of connect, name of publish) → (app, name, query)
    let table = [
        ("live", "key", "live", "key", None),
        ("live/", "key", "live", "key", None),
        ("live", "/key", "live", "key", None),
        ("live/key", "", "live", "key", None),
        ("", "live/key", "live", "key", None),
        ("live", "key?token=1", "live", "key", Some("token=1")),
        ("live?token=1", "key", "live", "key", Some("token=1")),
        ("live?token=1", "key?token=2", "live", "key", Some("token=2")),
        ("live/channel", "key", "live/channel", "key", None),
        ("channel", "key", "channel", "key", None),
        ("live", "", "live", "", None),
        ("live//", "//", "live", "", None),
        ("", "", "", "", None),
    ];
    for (app, name, expected_app, expected_name, query) in table {
        let path = StreamPath::new(app, name);
        assert_eq!(path.app, expected_app, "{app:?} {name:?}");
        assert_eq!(path.name, expected_name, "{app:?} {name:?}");
        assert_eq!(path.query.as_deref(), query, "{app:?} {name:?}");
    }
}

#[test]
fn urls_are_taken_apart() {
    let url = StreamUrl::parse("rtmp://example.org/live/key").unwrap();
    assert_eq!((url.host.as_str(), url.port), ("example.org", 1935));
    assert_eq!((url.app.as_str(), url.name.expose()), ("live", "key"));
    assert_eq!(url.tc_url(), "rtmp://example.org:1935/live");

    let url = StreamUrl::parse("rtmp://[::1]:1936/live/a/key?x=1").unwrap();
    assert_eq!((url.host.as_str(), url.port), ("[::1]", 1936));
    assert_eq!((url.app.as_str(), url.name.expose()), ("live", "a/key?x=1"));

    for wrong in [
        "",
        "http://a/b/c",
        "rtmp://a",
        "rtmp://a/b",
        "rtmp://a/b/",
        "rtmp:///b/c",
        "rtmp://a:x/b/c",
    ] {
        assert_eq!(StreamUrl::parse(wrong), None, "{wrong}");
    }
}

#[test]
fn keys_do_not_print() {
    let url = StreamUrl::parse("rtmp://example.org/live/secret").unwrap();
    assert!(!format!("{url:?} {:?}", url.name).contains("secret"));
}

//! What Owncast's administration sets, and where it is seen.

use hyper::Method;
use serde_json::{Value, json};

use super::client::{Client, PASSWORD, base64, started};
use crate::harness::{Database, Setup, on_both_databases};

on_both_databases!(settings_are_kept_and_shown_where_owncast_shows_them);

/// Key, value, and where it stands in `serverconfig`.
fn settings() -> Vec<(&'static str, Value, &'static str)> {
    let action = json!([{ "url": "https://a.example", "title": "A", "description": "", "icon": "",
        "color": "#fff", "openExternally": true }]);
    let variants = json!([{ "name": "High", "videoPassthrough": false, "audioPassthrough": true,
        "videoBitrate": 1500, "audioBitrate": 0, "scaledHeight": 720, "framerate": 30,
        "cpuUsageLevel": 2 }]);
    let s3 = json!({ "enabled": true, "endpoint": "https://s3.example", "accessKey": "ak",
        "secret": "sk", "bucket": "b", "region": "r", "acl": "", "pathPrefix": "",
        "forcePathStyle": true });
    vec![
        ("name", json!("Town"), "/instanceDetails/name"),
        ("serversummary", json!("A town"), "/instanceDetails/summary"),
        ("streamtitle", json!("Birds"), "/instanceDetails/streamTitle"),
        ("pagecontent", json!("# Us\n\n**we**"), "/instanceDetails/extraPageContent"),
        ("welcomemessage", json!("hello"), "/instanceDetails/welcomeMessage"),
        ("offlinemessage", json!("later"), "/instanceDetails/offlineMessage"),
        ("tags", json!(["birds", "town"]), "/instanceDetails/tags"),
        ("nsfw", json!(true), "/instanceDetails/nsfw"),
        ("appearance", json!({ "theme-color": "#123" }), "/instanceDetails/appearanceVariables"),
        ("customstyles", json!("body{}"), "/instanceDetails/customStyles"),
        ("customjavascript", json!("alert(1)"), "/instanceDetails/customJavascript"),
        ("chat/disable", json!(true), "/chatDisabled"),
        ("chat/joinmessagesenabled", json!(false), "/chatJoinMessagesEnabled"),
        ("chat/establishedusermode", json!(true), "/chatEstablishedUserMode"),
        ("chat/spamprotectionenabled", json!(false), "/chatSpamProtectionEnabled"),
        ("chat/slurfilterenabled", json!(true), "/chatSlurFilterEnabled"),
        ("chat/requireauthentication", json!(true), "/chatRequireAuthentication"),
        ("chat/forbiddenusernames", json!(["root"]), "/forbiddenUsernames"),
        ("chat/suggestedusernames", json!(["ada"]), "/suggestedUsernames"),
        ("video/codec", json!("libx264"), "/videoCodec"),
        ("video/streamlatencylevel", json!(3.0), "/videoSettings/latencyLevel"),
        ("video/streamoutputvariants", variants, "/videoSettings/videoQualityVariants"),
        ("webserverport", json!(8081), "/webServerPort"),
        ("webserverip", json!("127.0.0.1"), "/webServerIP"),
        ("rtmpserverport", json!(1936.0), "/rtmpServerPort"),
        ("rtmpserverbindaddress", json!("127.0.0.1"), "/rtmpServerAddress"),
        ("sockethostoverride", json!("wss://ws.example"), "/socketHostOverride"),
        ("videoservingendpoint", json!("https://cdn.example"), "/videoServingEndpoint"),
        ("ffmpegpath", json!("/usr/bin/ffmpeg"), "/ffmpegPath"),
        ("serverurl", json!("https://live.example.org"), "/yp/instanceUrl"),
        ("directoryenabled", json!(true), "/yp/enabled"),
        ("hideviewercount", json!(true), "/hideViewerCount"),
        ("disablesearchindexing", json!(true), "/disableSearchIndexing"),
        ("autoplay", json!("always"), "/autoplay"),
        ("externalactions", action, "/externalActions"),
        ("s3", s3, "/s3"),
        ("federation/enable", json!(true), "/federation/enabled"),
        ("federation/private", json!(true), "/federation/isPrivate"),
        ("federation/showengagement", json!(false), "/federation/showEngagement"),
        ("federation/enablequotes", json!(true), "/federation/enableQuotes"),
        ("federation/hidefollowers", json!(true), "/federation/hideFollowersTab"),
        ("federation/username", json!("bird"), "/federation/username"),
        ("federation/livemessage", json!("on"), "/federation/goLiveMessage"),
        ("federation/blockdomains", json!(["bad.example"]), "/federation/blockedDomains"),
        (
            "notifications/discord",
            json!({ "enabled": true, "webhook": "https://discord.example/x", "goLiveMessage": "g" }),
            "/notifications/discord",
        ),
        (
            "notifications/browser",
            json!({ "enabled": true, "goLiveMessage": "g" }),
            "/notifications/browser",
        ),
        ("schedule/enabled", json!(false), "/schedule/enabled"),
        ("schedule/showcountdown", json!(false), "/schedule/showCountdown"),
        ("schedule/chatopenminutes", json!(30.0), "/schedule/chatOpenMinutes"),
        ("schedule/remindermessage", json!("soon"), "/schedule/reminderMessage"),
        ("schedule/firstreminderminutes", json!(60), "/schedule/firstReminderMinutes"),
        (
            "socialhandles",
            json!([{ "platform": "mastodon", "url": "https://a.example/@b",
                "icon": "/img/platformlogos/mastodon.svg" }]),
            "/instanceDetails/socialHandles",
        ),
        (
            "streamkeys",
            json!([{ "key": "first-key-of-two", "comment": "Mine" },
                { "key": "second-key-of-two", "comment": "Yours" }]),
            "/streamKeys",
        ),
    ]
}

async fn settings_are_kept_and_shown_where_owncast_shows_them(database: Database) {
    let mut server = started(Setup::on(database)).await;
    let (admin, guest) = (Client::admin(&server), Client::guest(&server));
    for (key, value, place) in settings() {
        let answer = admin.set(key, &value).await;
        assert_eq!(answer.status, 200, "{key}: {}", answer.text());
        assert_eq!(answer.json()["success"], true, "{key}");
        let config = admin.get("/api/admin/serverconfig").await.json();
        let shown = config.pointer(place).unwrap_or_else(|| panic!("{place}: {config}"));
        assert!(is_same(shown, &value), "{key} is {shown}, and was set to {value}");
    }
    let config = guest.get("/api/config").await.json();
    for (field, value) in [
        ("name", json!("Town")),
        ("summary", json!("A town")),
        ("offlineMessage", json!("<p>later</p>")),
        ("extraPageContent", json!("<h1>Us</h1>\n<p><strong>we</strong></p>\n")),
        ("chatDisabled", json!(true)),
        ("hideViewerCount", json!(true)),
        ("socketHostOverride", json!("wss://ws.example")),
    ] {
        assert_eq!(config[field], value, "{field}");
    }
    assert_eq!(config["federation"]["enabled"], false, "{config}");
    assert!(guest.get("/api/status").await.json().get("viewerCount").is_none());
    assert_eq!(guest.get("/customjavascript").await.text(), "alert(1)");
    let robots = "User-agent: *\nDisallow: /admin\nDisallow: /api\nDisallow: /";
    assert_eq!(guest.get("/robots.txt").await.text(), robots);
    assert_eq!(guest.get("/api/yp").await.json()["name"], "Town");
    let variants = guest.get("/api/video/variants").await.json();
    assert_eq!(variants, json!([{ "index": 0, "name": "High" }]));
    assert_eq!(guest.get("/api/schedule").await.json(), json!([]));
    // What rooms of ours know is seen by our clients too.
    let ours = guest.get("/api/v1/channels/primary").await.json();
    assert_eq!((&ours["name"], &ours["title"]), (&json!("Town"), &json!("Birds")));
    assert_eq!(guest.get("/api/v1/site").await.json()["name"], "Town");
    assert_eq!(server.key(), "first-key-of-two");

    // It is there after a restart, and nothing secret lies open.
    server.stop().await;
    server.start_again().await;
    let admin = Client::admin(&server);
    let config = admin.get("/api/admin/serverconfig").await.json();
    assert_eq!(config["s3"]["secret"], "sk");
    assert_eq!(config["notifications"]["discord"]["webhook"], "https://discord.example/x");
    assert_eq!(config["adminPassword"], "********");
    assert!(!server.log().contains("discord.example"), "{}", server.log());
}

/// Whether all that was set is shown; numbers by their value.
fn is_same(shown: &Value, set: &Value) -> bool {
    match (shown, set) {
        (Value::Object(shown), Value::Object(set)) => {
            set.iter().all(|(key, it)| shown.get(key).is_some_and(|shown| is_same(shown, it)))
        }
        (Value::Array(shown), Value::Array(set)) => {
            shown.len() == set.len() && shown.iter().zip(set).all(|(a, b)| is_same(a, b))
        }
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        _ => shown == set,
    }
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_changes_nothing() {
    let server = started(Setup::default()).await;
    let admin = Client::admin(&server);
    let before = admin.get("/api/admin/serverconfig").await.json();
    for (key, value, says) in [
        ("name", json!(""), "1 to 140"),
        ("name", json!(5), "another kind"),
        ("streamkeys", json!([]), "at least one"),
        ("streamkeys", json!("x"), "another kind"),
        ("streamkeys", json!([{ "key": "", "comment": "x" }]), "at least one"),
        ("streamkeys", json!([{ "key": "abc123", "comment": "x" }]), "8 to 256"),
        ("adminpass", json!("short"), ""),
        ("video/streamlatencylevel", json!(5), "0 to 4"),
        ("video/streamlatencylevel", json!("2"), "0 to 4"),
        ("webserverport", json!(0), "between 1 and 65535"),
        ("webserverport", json!(70000), "between 1 and 65535"),
        ("webserverip", json!("localhost"), "Invalid IP"),
        ("serverurl", json!("live.example.org"), "server url value invalid"),
        ("serverurl", json!("https://192.168.1.2"), "Server URL cannot be private"),
        ("logo", json!("nonsense"), "unable to find image data"),
        ("logo", json!("data:text/html;base64,PGI+"), "unable to find image data"),
        ("chat/disable", json!("yes"), "another kind"),
        ("autoplay", json!("loud"), "off, always"),
        ("s3", json!({ "enabled": true }), "s3 support requires an endpoint"),
        ("externalactions", json!([{ "title": "x", "url": "javascript:x" }]), "address of the web"),
        ("socialhandles", json!([{ "platform": "x", "url": "javascript:x" }]), "links"),
        ("customstyles", json!("x".repeat(50_001)), "50,000"),
        ("customstyles", json!(5), "another kind"),
        ("appearance", json!({ "theme-color-action": "red;}" }), "look.variables"),
        ("offlinemessage", json!("x".repeat(2_000_000)), "1 MB"),
    ] {
        let answer = admin.set(key, &value).await;
        assert_eq!(answer.status, 400, "{key}: {}", answer.text());
        let said = answer.json();
        assert_eq!(said["success"], false, "{key}");
        assert!(said["message"].as_str().unwrap().contains(says), "{key}: {said}");
    }
    assert_eq!(admin.get("/api/admin/serverconfig").await.json(), before);
}

#[tokio::test]
async fn the_logo_and_the_favicon_are_pictures_in_which_nothing_runs() {
    let server = started(Setup::default()).await;
    let (admin, guest) = (Client::admin(&server), Client::guest(&server));
    let drawing = "<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let url = format!("data:image/svg+xml;base64,{}", base64(drawing.as_bytes()));
    assert_eq!(admin.set("logo", &json!(url)).await.status, 200);
    let logo = guest.get("/logo").await;
    assert_eq!((logo.header("content-type"), logo.text().as_str()), ("image/svg+xml", drawing));
    assert!(logo.header("content-security-policy").starts_with("default-src 'none'"));
    assert!(logo.header("content-security-policy").ends_with("sandbox"));
    assert_eq!(guest.get("/logo/external").await.header("content-type"), "image/jpeg");

    let icon = [&[0, 0, 1, 0][..], b"icon"].concat();
    let url = format!("data:image/x-icon;base64,{}", base64(&icon));
    let set = admin.post("/api/admin/config/favicon", &json!({ "value": url })).await;
    assert_eq!(set.json()["message"], "favicon updated");
    assert_eq!(guest.get("/favicon.ico").await.body, icon);
    assert_eq!(guest.get("/favicon.svg").await.header("location"), "/favicon.ico");
    let large = format!("data:image/x-icon;base64,{}", base64(&[0, 0, 1, 0].repeat(60_000)));
    let refused = admin.post("/api/admin/config/favicon", &json!({ "value": large })).await;
    assert_eq!(refused.json()["message"], "file too large, max 200KB");
    let form = "--X\r\ncontent-disposition: form-data; name=\"favicon\"; filename=\"f\"\r\n\r\n\
        <svg>\r\n--X--\r\n";
    let kind = [("content-type", "multipart/form-data; boundary=X")];
    let refused = admin.ask(Method::POST, "/api/admin/config/favicon", form, &kind).await;
    assert_eq!(refused.json()["message"], "favicon must be PNG or ICO format");
    let gone = admin.ask(Method::DELETE, "/api/admin/config/favicon", "", &[]).await;
    assert_eq!(gone.json()["message"], "favicon reset to default");
    assert_eq!(guest.get("/favicon.ico").await.header("location"), "/favicon.svg");
}

#[tokio::test]
async fn the_password_is_asked_for_and_guessing_it_is_slow() {
    let server = started(Setup::default()).await;
    let admin = Client::admin(&server);
    let path = "/api/admin/serverconfig";
    assert_eq!(admin.get(path).await.status, 200);
    // A page of another site, in a browser that knows the password.
    for field in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
        for (method, path) in
            [(Method::GET, "/api/admin/disconnect"), (Method::POST, "/api/admin/config/name")]
        {
            let answer = admin.ask(method, path, r#"{"value":"x"}"#, &[field]).await;
            assert_eq!(answer.status, 403, "{field:?} {path}");
        }
    }
    let ours = [("origin", "http://stories"), ("sec-fetch-site", "same-origin")];
    let answer = admin.ask(Method::GET, path, "", &ours).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, ""));

    let other = "another horse battery";
    assert_eq!(admin.set("adminpass", &json!(other)).await.status, 200);
    assert_eq!(admin.get(path).await.status, 401, "the old password was remembered");
    assert_eq!(Client::with_password(&server, other).get(path).await.status, 200);
    assert!(!server.log().contains(PASSWORD) && !server.log().contains(other));

    let mut statuses = Vec::new();
    for n in 0..12 {
        let guess = Client::with_password(&server, &format!("wrong horse {n}"));
        let answer = guess.get(path).await;
        statuses.push(answer.status);
        if answer.status == 429 {
            assert!(answer.header("retry-after").parse::<u64>().unwrap() > 0);
        }
    }
    assert_eq!(statuses[0], 401);
    assert_eq!(statuses[11], 429, "{statuses:?}");
}

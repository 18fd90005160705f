//! The site's settings, and what pages are told of changes.

use serde_json::json;

use crate::harness::{
    Browser, Database, Encoder, Program, Server, Setup, Socket, Source, on_both_databases, until,
};

on_both_databases!(settings_apply_at_once_whoever_changes_them);

async fn settings_apply_at_once_whoever_changes_them(database: Database) {
    let server = Server::start_with(Setup::on(database)).await;
    let admin = Program::of_new(&server, "root-of-all", "admin").await;
    let member = Program::of_new(&server, "ada", "member").await;
    let guest = Program::guest(&server);
    let path = "/api/v1/admin/settings";
    assert_eq!(guest.get(path).await.status, 401);
    assert_eq!(member.get(path).await.status, 403);
    assert_eq!(member.patch(path, &json!({ "name": "x" })).await.status, 403);

    let patch = json!({ "name": "Town", "about": "# Us\n<script>x</script>", "mode": "multi" });
    let changed = admin.patch(path, &patch).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    let site = guest.get("/api/v1/site").await.json();
    assert_eq!((&site["name"], &site["mode"]), (&json!("Town"), &json!("multi")));
    assert_eq!(site["about_html"], "<h1>Us</h1>\n");
    for (patch, complaint) in [
        (json!({ "nmae": "x" }), "did you mean `name`?"),
        (json!({ "name": "" }), "`name` must be 1 to 60 characters"),
        (json!({ "channels": { "creators": "all" } }), "`channels.creators` does not fit"),
    ] {
        let refused = admin.patch(path, &patch).await;
        assert_eq!(refused.status, 422, "{patch}: {}", refused.text());
        assert!(
            refused.json()["detail"].as_str().unwrap().contains(complaint),
            "{}",
            refused.text()
        );
    }
    assert_eq!(admin.patch(path, &json!([])).await.status, 422);

    assert_eq!(server.admin(&["settings", "name"]), "Town");
    assert_eq!(server.admin(&["set", "name", "Village"]), "Village");
    assert_eq!(server.admin(&["set", "accounts.registration", "open"]), "open");
    until("the server has heard", async || {
        let site = guest.get("/api/v1/site").await.json();
        (site["name"] == "Village" && site["registration"] == "open").then_some(())
    })
    .await;
    let policy = guest.get("/api/v1/accounts/policy").await.json();
    assert_eq!(policy["registration"], "open", "{policy}");
    let refused = server.site.run(&["admin", "set", "mode", "both"]);
    assert!(!refused.status.success());
    server.admin(&["set", "name", "null"]);
    assert_eq!(server.admin(&["settings", "name"]), "Rivulet");
}

#[tokio::test]
async fn a_page_is_told_what_channels_and_the_site_say_of_themselves() {
    let server = Server::start().await;
    let admin = Program::of_new(&server, "root-of-all", "admin").await;
    let key = server.create_channel("brook");
    // Another process made it: the server notices within two seconds.
    until("the directory has the new channel", async || {
        let listed = server.client().get("/api/v1/directory").await.json();
        (listed["channels"].as_array()?.len() == 2).then_some(())
    })
    .await;
    let mut one = Socket::open(&server, "").await;
    let mut directory = Socket::open(&server, "?directory=1").await;
    let mut some = Socket::open(&server, "?channels=brook,rivulet").await;
    assert_eq!(one.hear().await["type"], "status");
    let channel = one.hear().await;
    assert_eq!(
        (&channel["type"], &channel["channel"]["slug"]),
        (&json!("channel"), &json!("rivulet"))
    );
    assert_eq!(one.hear().await["type"], "site");
    assert_eq!(directory.hear().await["type"], "site");
    let listed = directory.hear().await;
    assert_eq!(listed["channels"].as_array().unwrap().len(), 2, "{listed}");
    for expected in ["site", "channel", "status", "channel", "status"] {
        assert_eq!(some.hear().await["type"], expected);
    }

    let of = |id: &str| format!("/api/v1/channels/{id}");
    assert_eq!(admin.patch(&of("rivulet"), &json!({ "title": "Dawn" })).await.status, 200);
    assert_eq!(one.hear().await["channel"]["title"], "Dawn");
    // That there is a new channel at all, the server may hear of meanwhile.
    directory.hear_of(|it| it["channel"]["title"] == "Dawn").await;
    some.hear_of(|it| it["channel"]["title"] == "Dawn").await;
    assert_eq!(admin.patch(&of("brook"), &json!({ "title": "Fish" })).await.status, 200);
    directory.hear_of(|it| it["channel"]["title"] == "Fish").await;
    some.hear_of(|it| it["channel"]["title"] == "Fish").await;
    let name = json!({ "name": "Town" });
    assert_eq!(admin.patch("/api/v1/admin/settings", &name).await.status, 200);
    for socket in [&mut one, &mut directory, &mut some] {
        let site = socket.hear_of(|it| it["type"] == "site").await;
        assert_eq!((&site["type"], &site["site"]["name"]), (&json!("site"), &json!("Town")));
    }

    let encoder = Encoder::connect(&server, &key, Source::testcard()).await.unwrap();
    for socket in [&mut directory, &mut some] {
        let live = socket.hear_of(|it| it["type"] == "status").await;
        assert_eq!((&live["channel"], &live["status"]["state"]), (&json!("brook"), &json!("live")));
    }
    // Who comes back is shown everything first, what is on before the rest.
    let mut again = Socket::open(&server, "?directory=1").await;
    let listed = again.hear_of(|it| it["type"] == "directory").await;
    let first = &listed["channels"][0];
    assert_eq!(
        (&first["channel"]["slug"], &first["status"]["state"]),
        (&json!("brook"), &json!("live"))
    );
    encoder.finish().await;

    // What is taken out of lists goes from them, and comes back.
    let hide = |hidden: bool| json!({ "hidden": hidden });
    let path = "/api/v1/channels/brook/visibility";
    assert_eq!(admin.put(path, &hide(true)).await.status, 200);
    again.hear_of(|it| it["type"] == "gone").await;
    let mut fresh = Socket::open(&server, "?directory=1").await;
    let listed = fresh.hear_of(|it| it["type"] == "directory").await;
    assert!(!listed.to_string().contains("brook"), "{listed}");
    assert_eq!(admin.put(path, &hide(false)).await.status, 200);
    again.hear_of(|it| it["channel"]["slug"] == "brook").await;
}

#[tokio::test]
async fn one_channel_or_many_is_a_switch() {
    let server = Server::start().await;
    server.admin(&["set-channel", "--title", "Birds at dawn"]);
    let key = server.create_channel("brook");
    server.admin(&["set-channel", "brook", "--title", "<b>Fish</b>"]);
    let home = async || server.client().get("/").await.text();
    assert!(home().await.contains("<title>Birds at dawn"), "{}", home().await);

    server.admin(&["set", "mode", "multi"]);
    server.admin(&["set", "name", "Town"]);
    // What another process changes is noticed soon, and not in the order in which it was done.
    until("the directory is at the door", async || {
        let page = home().await;
        ["<title>Town", "href=\"/@rivulet\"", "href=\"/@brook\"", "&lt;b&gt;Fish&lt;/b&gt;"]
            .iter()
            .all(|text| page.contains(text))
            .then_some(())
    })
    .await;
    let _encoder = Encoder::connect(&server, &key, Source::testcard()).await.unwrap();
    server.channel_becomes("brook", "live").await;
    let page = until("the one on air comes first", async || {
        let page = home().await;
        page.contains("<strong>Live</strong>").then_some(page)
    })
    .await;
    assert!(page.find("/@brook") < page.find("/@rivulet"), "{page}");

    let browser = Browser::launch().await;
    let page = browser.open(&server.url("/")).await;
    page.shows("the channels", "document.querySelectorAll('main a[href^=\"/@\"]').length === 2")
        .await;
    assert!(page.accessibility_violations().await.is_empty());
    server.admin(&["set-channel", "brook", "--title", "Trout"]);
    page.shows("a change by itself", "document.body.innerText.includes('Trout')").await;
    page.is_content().await;

    server.admin(&["set", "mode", "single"]);
    until("the channel is at the door again", async || {
        home().await.contains("<title>Birds at dawn").then_some(())
    })
    .await;
}

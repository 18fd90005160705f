//! Finding channels and following them, as people and programs meet it.

use serde_json::{Value, json};

use crate::harness::{
    Answer, Database, Encoder, Program, Server, Setup, Source, on_both_databases, until,
};

on_both_databases!(
    channels_are_found_listed_and_followed,
    nothing_that_is_typed_breaks_the_search,
    the_index_is_there_again_after_a_crash,
);

fn says(answer: &Answer, status: u16) -> Value {
    assert_eq!(answer.status, status, "{}", answer.text());
    answer.json()
}

/// The names of the channels in a list, as far as it says them.
fn slugs(list: &Value) -> Vec<String> {
    let slug = |entry: &Value| {
        let slug = ["/slug", "/channel/slug", "/category/slug"].map(|path| entry.pointer(path));
        slug.into_iter().flatten().next().unwrap().as_str().unwrap().to_owned()
    };
    list.as_array().unwrap().iter().map(slug).collect()
}

/// Waits until a search finds these, in this order.
async fn finds(program: &Program, query: &str, expected: &[&str]) {
    until(&format!("{query} finds {expected:?}"), async || {
        let answer = program.get(&format!("/api/v1/search?{query}")).await;
        // Who looks as often as this may be asked to wait.
        let found = (answer.status != 429).then(|| says(&answer, 200))?;
        (slugs(&found["results"]) == expected).then_some(())
    })
    .await;
}

/// Channels `mozart`, about music, and `chess`, by an admin.
async fn channels(server: &Server) -> Program {
    let admin = Program::of_new(server, "root-of-all", "admin").await;
    let music =
        json!({ "slug": "music", "name": "Music", "description": "Everything that sounds" });
    says(&admin.post("/api/v1/admin/categories", &music).await, 201);
    for (slug, name, patch) in [
        (
            "mozart",
            "Mozart at Night",
            json!({
                "title": "Sonatas <live>", "tags": ["piano"], "language": "de-AT",
                "category": "music",
            }),
        ),
        ("chess", "Chess Café", json!({ "tags": ["games"], "language": "en", "mature": true })),
    ] {
        says(&admin.post("/api/v1/channels", &json!({ "slug": slug, "name": name })).await, 201);
        says(&admin.patch(&format!("/api/v1/channels/{slug}"), &patch).await, 200);
    }
    admin
}

async fn channels_are_found_listed_and_followed(database: Database) {
    let server = Server::start_with(Setup::on(database)).await;
    let admin = channels(&server).await;
    let guest = Program::guest(&server);
    search_finds(&guest).await;
    lists_are_filtered(&guest).await;

    let keys = "/api/v1/channels/mozart/keys";
    let made = says(&admin.post(keys, &json!({ "label": "OBS" })).await, 201);
    let key = made["key"].as_str().unwrap();
    let encoder = Encoder::connect(&server, key, Source::testcard()).await.unwrap();
    server.channel_becomes("mozart", "live").await;
    finds(&guest, "q=sonata&kind=live", &["mozart"]).await;
    let live = says(&guest.get("/api/v1/directory?live=true").await, 200);
    assert_eq!(slugs(&live["channels"]), ["mozart"]);
    assert!(live["channels"][0]["live"]["started_at"].is_string(), "{live}");
    let all = says(&guest.get("/api/v1/directory?limit=1").await, 200);
    assert_eq!(slugs(&all["channels"]), ["mozart"]);
    let next = all["next"].as_str().unwrap();
    let rest = says(&guest.get(&format!("/api/v1/directory?cursor={next}")).await, 200);
    assert_eq!(slugs(&rest["channels"]), ["chess", "rivulet"]);
    let category = says(&guest.get("/api/v1/categories/music").await, 200);
    assert_eq!((&category["channels"], &category["live"]), (&json!(1), &json!(1)));
    let tags = says(&guest.get("/api/v1/tags").await, 200);
    assert_eq!((&tags[0]["tag"], &tags[0]["live"]), (&json!("piano"), &json!(1)));

    people_follow(&server, &admin, &guest).await;
    pages_list(&server).await;

    encoder.drop_out().await;
    says(&admin.put("/api/v1/channels/mozart/visibility", &json!({ "hidden": true })).await, 200);
    finds(&guest, "q=mozart", &[]).await;
    let all = says(&guest.get("/api/v1/directory").await, 200);
    assert_eq!(slugs(&all["channels"]), ["chess", "rivulet"]);
}

async fn search_finds(guest: &Program) {
    for (query, expected) in [
        ("q=mozart", vec!["mozart"]),
        ("q=mozrat", vec!["mozart"]),
        ("q=ozar", vec!["mozart"]),
        ("q=chess%20cafe", vec!["chess"]),
        ("q=piano", vec!["mozart"]),
        ("q=music", vec!["music", "mozart"]),
        ("q=music&kind=category", vec!["music"]),
        ("q=everything", vec!["music"]),
        ("q=haydn", vec![]),
    ] {
        finds(guest, query, &expected).await;
    }
    let suggested = says(&guest.get("/api/v1/search/suggest?q=moz").await, 200);
    assert_eq!(suggested, json!([{ "text": "Mozart at Night", "url": "/@mozart" }]));
}

async fn lists_are_filtered(guest: &Program) {
    for (query, expected) in [
        ("", vec!["chess", "mozart", "rivulet"]),
        ("live=true", vec![]),
        ("category=music", vec!["mozart"]),
        ("tag=Games", vec!["chess"]),
        ("language=de", vec!["mozart"]),
        ("sort=name", vec!["chess", "mozart", "rivulet"]),
    ] {
        let list = says(&guest.get(&format!("/api/v1/directory?{query}")).await, 200);
        assert_eq!(slugs(&list["channels"]), expected, "{query}");
    }
    let mature = says(&guest.get("/api/v1/directory?tag=games").await, 200);
    assert_eq!(mature["channels"][0]["mature"], true);
    for (query, status) in [
        ("category=none", 404),
        ("sort=size", 400),
        ("cursor=x", 400),
        ("limit=-1", 400),
        ("tag=a/b", 400),
        ("language=english", 400),
    ] {
        says(&guest.get(&format!("/api/v1/directory?{query}")).await, status);
    }
}

async fn people_follow(server: &Server, admin: &Program, guest: &Program) {
    let ada = Program::of_new(server, "ada", "member").await;
    let follow = "/api/v1/channels/mozart/follow";
    for program in [guest, &ada] {
        let expected = if std::ptr::eq(program, guest) { 401 } else { 200 };
        says(&program.put("/api/v1/channels/chess/follow", &json!({})).await, expected);
        says(&program.put(follow, &json!({})).await, expected);
    }
    let again = says(&ada.put(&format!("{follow}?notify=false"), &json!({})).await, 200);
    assert_eq!(again, json!({ "following": true, "notify": false, "followers": 1 }));
    says(&admin.put(follow, &json!({})).await, 200);
    assert_eq!(says(&guest.get("/api/v1/channels/mozart").await, 200)["followers"], 2);

    let own = says(&ada.get("/api/v1/account/follows").await, 200);
    // The one on air comes first, though it was followed after the other.
    assert_eq!(slugs(&own["follows"]), ["mozart", "chess"]);
    says(&guest.get("/api/v1/account/follows").await, 401);

    says(&guest.get("/api/v1/channels/mozart/followers").await, 401);
    says(&ada.get("/api/v1/channels/mozart/followers").await, 403);
    let followers = says(&admin.get("/api/v1/channels/mozart/followers").await, 200);
    assert_eq!(followers["total"], 2);
    assert_eq!(followers["followers"].as_array().unwrap().len(), 2);

    people_see_who_follows(admin, guest, &ada).await;

    let gone = says(&ada.delete(follow).await, 200);
    assert_eq!(gone, json!({ "following": false, "notify": false, "followers": 1 }));
    says(&ada.put("/api/v1/channels/nobody/follow", &json!({})).await, 404);
}

/// Where the channel shows it, and those who follow let themselves be seen.
async fn people_see_who_follows(admin: &Program, guest: &Program, ada: &Program) {
    let shown = "/api/v1/channels/mozart/followers/shown";
    says(&guest.get(shown).await, 404);
    let profile = json!({ "shows_followers": true });
    says(&admin.patch("/api/v1/channels/mozart", &profile).await, 200);
    until("the channel says that it shows them", async || {
        let channel = says(&guest.get("/api/v1/channels/mozart").await, 200);
        (channel["about"]["shows_followers"] == true).then_some(())
    })
    .await;

    let names = |page: &serde_json::Value| {
        let followers = page["followers"].as_array().unwrap().iter();
        followers.map(|it| it["username"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let everybody = says(&guest.get(shown).await, 200);
    assert_eq!(names(&everybody), ["root-of-all", "ada"]);
    // Nothing beside what a profile tells anyway.
    let fields = everybody["followers"][1].as_object().unwrap().keys().collect::<Vec<_>>();
    assert_eq!(fields, ["avatar_url", "colour", "display_name", "username"]);

    let listed = "/api/v1/account/follows/listed";
    says(&guest.put(listed, &json!({ "listed": false })).await, 401);
    says(&ada.put(listed, &json!({ "listed": false })).await, 200);
    assert_eq!(says(&ada.get(listed).await, 200), json!({ "listed": false }));
    let others = says(&guest.get(shown).await, 200);
    assert_eq!((names(&others), &others["total"]), (vec!["root-of-all".to_owned()], &json!(2)));
    says(&ada.put(listed, &json!({ "listed": true })).await, 200);
    assert_eq!(names(&says(&guest.get(shown).await, 200)), ["root-of-all", "ada"]);
}

async fn pages_list(server: &Server) {
    let client = server.client();
    for (path, text) in [
        ("/browse", "<a href=\"/@mozart\">Mozart at Night</a>: Sonatas &lt;live&gt; (live"),
        ("/browse?tag=%23Games", "<a href=\"/@chess\">Chess Caf\u{e9}</a> (for grown-ups)"),
        ("/category/music", "<a href=\"/@mozart\">"),
        ("/search?q=mozrat", "<a href=\"/@mozart\">"),
        ("/search?q=%22%3E%3Cscript%3E", "value=\"&quot;&gt;&lt;script&gt;\""),
        ("/search", "name=\"q\""),
        ("/following", "Sign in"),
    ] {
        let page = client.get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.text().contains(text), "{path}: {}", page.text());
        assert!(page.text().contains("<meta property=\"og:title\""), "{path}");
        assert!(!page.text().contains("<live>"), "{path}");
    }
    assert_eq!(client.get("/category/none").await.status, 404);
    assert_eq!(client.get("/browse?tag=a/b").await.status, 400);
    // What was typed stays whole, also beyond what a title repeats.
    let long = "sonata+".repeat(25);
    let page = client.get(&format!("/search?q={long}")).await.text();
    assert!(page.contains(&format!("value=\"{}\"", long.replace('+', " "))), "{page}");
}

async fn nothing_that_is_typed_breaks_the_search(database: Database) {
    let server = Server::start_with(Setup::on(database)).await;
    let guest = Program::guest(&server);
    let long = "x%20".repeat(2500);
    for q in [
        "%22",
        "%27",
        "%5C",
        "*",
        "%25",
        "_",
        "%00",
        "a%00b",
        "NEAR(a%20b,2)",
        "a%20AND",
        "OR",
        "%22a%22%20OR%20%22",
        "name:x",
        "%7Bname%7D:x",
        "-x",
        "!%26%7C",
        "%3C-%3E",
        ":*",
        "%27;--",
        "%F0%9F%98%80",
        "%EF%BF%BD",
        "%ff",
        "%E2%80%AE",
        "",
        &long,
    ] {
        for path in ["/api/v1/search?q=", "/api/v1/search/suggest?q=", "/search?q="] {
            let answer = guest.get(&format!("{path}{q}")).await;
            assert!([200, 400].contains(&answer.status), "{path}{q}: {}", answer.text());
        }
    }
    for query in ["", "kind=x&q=a", "q=a&cursor=*", "q=a&q=b"] {
        says(&guest.get(&format!("/api/v1/search?{query}")).await, 400);
    }
    for _ in 0..150 {
        let answer = guest.get("/api/v1/search?q=a").await;
        if answer.status == 429 {
            assert_eq!(answer.header("retry-after"), "1", "ten a second are let through");
            return;
        }
    }
    panic!("somebody may search as often as they like");
}

async fn the_index_is_there_again_after_a_crash(database: Database) {
    let mut server = Server::start_with(Setup::on(database)).await;
    channels(&server).await;
    server.kill().await;
    // As if the crash had come before the index was written.
    server
        .site
        .sql("DELETE FROM search_entry; UPDATE channel SET name = 'Haydn' WHERE slug = 'chess'")
        .await;
    server.start_again().await;
    let guest = Program::guest(&server);
    finds(&guest, "q=haydn", &["chess"]).await;
    finds(&guest, "q=mozart", &["mozart"]).await;
    finds(&guest, "q=cafe", &[]).await;
    // An index of another form is made anew.
    server.kill().await;
    server.site.sql("UPDATE search_about SET form = 0").await;
    server.start_again().await;
    let guest = Program::guest(&server);
    finds(&guest, "q=mozart", &["mozart"]).await;
}

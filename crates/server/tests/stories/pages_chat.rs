//! Chat on pages: beside the picture, alone, in a frame, over a picture.

use serde_json::json;

use crate::harness::{Browser, Page, Person, Server, Setup, Socket};
use crate::pages::is_accessible;

pub(crate) const PASSWORD: &str = "a quiet river at noon";

/// A site whose chat is always open, and whoever keeps order there, watching.
pub(crate) async fn room() -> (Server, Browser, Page) {
    let server = Server::start_with(Setup::with(&["--admin-password", PASSWORD])).await;
    let browser = Browser::launch().await;
    let keeper = browser.open(&server.url("/sign-in")).await;
    keeper.fill("Name or mail address", "admin").await;
    keeper.fill("Password", PASSWORD).await;
    keeper.press("Enter").await;
    keeper.shows("the start page", "location.pathname === '/'").await;
    rule(&keeper, r#"{ open: "always" }"#).await;
    keeper.shows("where to write", "document.querySelector('.chat textarea') !== null").await;
    (server, browser, keeper)
}

/// Changes the rules of the room.
async fn rule(keeper: &Page, change: &str) {
    let ask = format!(
        "fetch('/api/v1/channels/primary/chat/settings', {{ method: 'PATCH',
            headers: {{ 'content-type': 'application/json' }}, body: JSON.stringify({change}) }})
            .then((it) => it.status)"
    );
    assert_eq!(keeper.evaluate(&ask).await, 200);
}

async fn say(page: &Page, text: &str) {
    page.fill("Your message", text).await;
    page.press("Enter").await;
}

/// The line of this text: JavaScript.
fn line(text: &str) -> String {
    format!(
        "[...document.querySelectorAll('[data-part=chat-message]')]
            .find((it) => it.innerText.includes({}))",
        json!(text)
    )
}

#[tokio::test]
async fn a_guest_talks_without_an_account_and_others_see_it_at_once() {
    let (server, browser, keeper) = room().await;
    let guest = browser.open(&server.url("/")).await;
    guest.says("Nobody has said anything yet.").await;
    say(&guest, "hello, river").await;
    keeper.shows("what the guest says", &format!("{} !== undefined", line("hello, river"))).await;
    say(&keeper, "welcome").await;
    guest.says("welcome").await;
    guest.shows("an empty field", "document.querySelector('.chat textarea').value === ''").await;

    // Loaded anew, the page has what was said, and the guest their name.
    let name = "document.querySelector('.chat textarea').placeholder";
    let before = guest.evaluate(name).await;
    guest.go(&server.url("/")).await;
    guest.says("hello, river").await;
    guest.shows("the same name", &format!("{name} === {before}")).await;
}

#[tokio::test]
async fn order_is_kept_with_single_keys_and_taken_back() {
    let (server, browser, keeper) = room().await;
    let guest = browser.open(&server.url("/")).await;
    say(&guest, "buy followers").await;
    let rude = line("buy followers");
    keeper
        .shows(
            "it",
            &format!("({rude})?.focus() === undefined && document.activeElement.matches('li')"),
        )
        .await;
    keeper.press("d").await;
    keeper.says("Message deleted").await;
    guest.shows("that it is gone", &format!("{rude} === undefined")).await;
    keeper.click("Undo").await;
    keeper.shows("it again", &format!("{rude} !== undefined")).await;
    is_accessible(&keeper, "a chat that is kept in order").await;
}

#[tokio::test]
async fn who_may_not_write_is_told_why_and_keeps_their_words() {
    let (server, browser, keeper) = room().await;
    let guest = browser.open(&server.url("/")).await;
    say(&guest, "first").await;
    keeper.says("first").await;
    rule(&keeper, "{ slow_seconds: 60 }").await;
    guest.says("Slow mode, 60 s").await;
    say(&guest, "second").await;
    guest
        .shows(
            "how long to wait, and the words",
            "document.querySelector('.chat-send').ariaLabel.startsWith('Send, in')
            && document.querySelector('.chat textarea').value === 'second'",
        )
        .await;
    rule(&keeper, "{ signed_in_only: true, slow_seconds: 0 }").await;
    guest.says("Sign in to write here.").await;
    is_accessible(&guest, "a chat for accounts").await;
}

#[tokio::test]
async fn the_chat_goes_on_wherever_it_is_drawn() {
    let (server, browser, keeper) = room().await;
    let guest = browser.open(&server.url("/")).await;
    say(&guest, "on a desk").await;
    guest.resize(390, 844).await;
    guest.says("on a desk").await;
    guest.click("About").await;
    guest.shows("that it is away", "document.querySelector('.chat') === null").await;
    say(&keeper, "meanwhile").await;
    keeper.says("meanwhile").await;
    guest.click("Chat").await;
    guest.says("meanwhile").await;
    say(&guest, "on a phone").await;
    keeper.says("on a phone").await;
    guest.resize(1440, 900).await;
    guest.says("on a phone").await;
    guest.click("Hide the chat").await;
    guest.click("Show the chat").await;
    guest.says("on a phone").await;
    say(&guest, "here again").await;
    keeper.says("here again").await;
}

#[tokio::test]
async fn the_chat_stands_alone_too() {
    let (server, browser, keeper) = room().await;
    say(&keeper, "over the picture").await;
    for path in ["/@rivulet/chat", "/@rivulet/embed/chat", "/embed/chat/readwrite"] {
        let alone = browser.open(&server.url(path)).await;
        alone.says("over the picture").await;
        say(&alone, path).await;
        keeper.says(path).await;
        is_accessible(&alone, path).await;
    }
    let reader = browser.open(&server.url("/embed/chat/readonly")).await;
    reader.says("over the picture").await;
    assert_eq!(reader.evaluate("document.querySelector('textarea')").await, json!(null));
    let overlay = browser.open(&server.url("/@rivulet/overlay?max=2")).await;
    overlay.says("/embed/chat/readwrite").await;
    assert_eq!(overlay.evaluate("document.querySelectorAll('li').length").await, 2);
    overlay.is_content().await;
}

#[tokio::test]
async fn other_sites_may_frame_the_chat_that_is_made_for_it_and_no_other() {
    let server = Server::start().await;
    for (path, ancestors) in [
        ("/@rivulet/chat", "frame-ancestors 'none'"),
        ("/@rivulet/overlay", "frame-ancestors 'none'"),
        ("/@rivulet/embed/chat", "frame-ancestors *"),
        ("/embed/chat/readonly", "frame-ancestors *"),
    ] {
        let page = server.client().get(path).await;
        assert_eq!(page.status, 200, "{path}");
        assert!(page.header("content-security-policy").contains(ancestors), "{path}");
        // Only those who watch count as viewers.
        assert_eq!(page.header("set-cookie"), "", "{path}");
    }
    for path in ["/@nobody/chat", "/nobody/overlay", "/@nobody/embed/chat"] {
        assert_eq!(server.client().get(path).await.status, 404, "{path}");
    }
}

/// What people write who mean harm: the corpus that the renderer is tried with.
const ATTACKS: &str = include_str!("../../../../testdata/chat/xss.txt");

/// What one socket says within a second, at most, and is read.
const AT_ONCE: usize = 15;

/// Notes whatever runs or tries to, from before the page's own scripts.
const TRAP: &str = "window.trouble = [];
    const note = (what) => (...said) => { window.trouble.push(`${what} ${said.join(' ')}`); };
    document.addEventListener('securitypolicyviolation',
        (it) => note('CSP')(it.violatedDirective, it.blockedURI, it.sample));
    for (const name of ['alert', 'confirm', 'prompt', 'print', 'open']) window[name] = note(name);
    window.addEventListener('error', (it) => note('error')(it.message));";

/// Fails when anything of what was typed runs, loads or leads astray.
async fn is_harmless(page: &Page) {
    let found = page
        .evaluate(
            "[...window.trouble, ...[...document.querySelectorAll('.chat *, [data-part] *, li *')]
            .flatMap((it) => [
                ...(it.matches('script, iframe, object, embed, form[action], base, meta, style, link')
                    ? [it.outerHTML] : []),
                ...[...it.attributes].filter(({ name, value }) => name.startsWith('on')
                    || /^(href|src|action|formaction|xlink:href)$/.test(name)
                    && /^\\s*(javascript|data|vbscript):/i.test(value)).map(() => it.outerHTML),
                ...(it.matches('img') && !it.src.startsWith(location.origin) ? [it.outerHTML] : []),
            ])]",
        )
        .await;
    assert_eq!(found, json!([]));
}

/// A socket of whoever shows this cookie, or of a new guest.
pub(crate) async fn talker(server: &Server, cookie: Option<&str>) -> Socket {
    let mut headers = vec![("origin", "http://stories"), ("host", "stories")];
    headers.extend(cookie.map(|cookie| ("cookie", cookie)));
    let path = "/api/v1/socket?chat=say";
    let mut socket = Socket::connect(server, path, &headers).await.unwrap();
    if cookie.is_none() {
        let made = Person::guest(server).post("/api/v1/guests", json!({})).await.json();
        socket.say(&json!({ "type": "hello", "guest": made["token"] })).await;
    }
    // Whose cookie is shown is known from the first word on.
    let known = if cookie.is_some() { "chat_welcome" } else { "you" };
    socket.hear_of(|it| it["type"] == known).await;
    socket
}

pub(crate) async fn ask(socket: &mut Socket, message: serde_json::Value) -> serde_json::Value {
    socket.say(&message).await;
    socket.hear_of(|it| it["key"] == message["key"]).await
}

#[tokio::test]
async fn nothing_that_is_typed_runs() {
    let (server, browser, _keeper) = room().await;
    let mut admin = Person::signed_in(&server, "admin", PASSWORD).await;
    let chat = "/api/v1/channels/primary/chat";
    let rules = json!({ "max_length": 2000 });
    let patched = admin.ask(hyper::Method::PATCH, &format!("{chat}/settings"), Some(rules)).await;
    assert_eq!(patched.status, 200, "{}", patched.text());
    let watch = browser.open_with(TRAP, &server.url("/@rivulet/chat")).await;
    watch.shows("the chat", "document.querySelector('.chat') !== null").await;
    let overlay = browser.open_with(TRAP, &server.url("/@rivulet/overlay?max=300")).await;

    // As messages, answers, other texts and pins of somebody whom nobody judges.
    let attacks: Vec<&str> = ATTACKS.lines().filter(|line| !line.is_empty()).collect();
    let mut speaker = talker(&server, admin.cookie.as_deref()).await;
    let (mut said, mut last) = (0, json!(null));
    for (n, attack) in attacks.iter().enumerate() {
        if n % AT_ONCE == 0 {
            speaker = talker(&server, admin.cookie.as_deref()).await;
        }
        let text = format!("{attack} [x]({attack}) https://x.example/{attack} @{attack}");
        let say = json!({ "type": "say", "key": format!("a{n}"), "text": text, "reply_to": last });
        let answer = ask(&mut speaker, say).await;
        if answer["type"] == "ack" {
            said += 1;
            last = answer["id"].clone();
        }
    }
    assert!(said > attacks.len() * 9 / 10, "{said} of {} were said", attacks.len());
    let edit = json!({ "type": "edit", "key": "e", "id": last, "text": attacks[0] });
    assert_eq!(ask(&mut speaker, edit).await["type"], "ack");
    let pin = json!({ "action": "pin", "message": last });
    assert_eq!(admin.post(&format!("{chat}/actions"), pin).await.status, 201);

    // As names, questions and answers, reports and appeals.
    let mut named = 0;
    for (n, attack) in attacks.iter().enumerate().step_by(12) {
        let mut guest = talker(&server, None).await;
        let name: String = attack.replace(['<', '>'], "").chars().take(30).collect();
        let renamed = ask(&mut guest, json!({ "type": "rename", "key": "n", "name": name })).await;
        named += usize::from(renamed["type"] == "ack");
        let hello = json!({ "type": "say", "key": "s", "text": format!("I am number {n}") });
        assert_eq!(ask(&mut guest, hello).await["type"], "ack");
    }
    assert!(named > 10, "{named} were named");
    let report = json!({ "subject": last, "text": attacks[0] });
    assert_eq!(admin.post(&format!("{chat}/reports"), report).await.status, 202);
    let cut = |text: &str, most: usize| text.chars().take(most).collect::<String>();
    let choices = [cut(attacks[1], 80), cut(attacks[2], 80)];
    let poll = json!({ "question": cut(attacks[3], 200), "choices": choices, "seconds": 600 });
    let asked = admin.ask(hyper::Method::PUT, &format!("{chat}/poll"), Some(poll)).await;
    assert_eq!(asked.status, 204, "{}", asked.text());

    let done = json!({ "type": "say", "key": "end", "text": "that was all" });
    assert_eq!(ask(&mut speaker, done).await["type"], "ack");
    for page in [&watch, &overlay] {
        page.says("that was all").await;
        is_harmless(page).await;
    }
    // Loaded anew, and read back.
    for path in ["/@rivulet/chat", "/", "/embed/chat/readwrite", "/@rivulet/overlay?max=300"] {
        watch.go(&server.url(path)).await;
        watch.says("that was all").await;
        is_harmless(&watch).await;
    }
    // What waits for moderators.
    let keeper = browser.open_with(TRAP, &server.url("/sign-in")).await;
    keeper.fill("Name or mail address", "admin").await;
    keeper.fill("Password", PASSWORD).await;
    keeper.press("Enter").await;
    keeper.shows("the start page", "location.pathname === '/'").await;
    keeper.says("that was all").await;
    keeper.click("1 thing waits for you").await;
    keeper.shows("it", "document.querySelector('.chat-queue-item') !== null").await;
    is_harmless(&keeper).await;
}

#[tokio::test]
async fn what_waits_is_decided_where_it_is_told() {
    let (server, browser, keeper) = room().await;
    let term = json!({ "pattern": "viagra", "action": "hold" });
    let mut admin = Person::signed_in(&server, "admin", PASSWORD).await;
    let added = admin.post("/api/v1/channels/primary/chat/terms", term).await;
    assert_eq!(added.status, 201, "{}", added.text());
    let guest = browser.open(&server.url("/")).await;
    say(&guest, "viagra, anyone?").await;
    keeper.click("1 thing waits for you").await;
    keeper.says("Let it be said").await;
    is_accessible(&keeper, "what waits for a moderator").await;
    // Another size is another place for the chat, and what was open there is not.
    keeper.click("1 thing waits for you").await;
    keeper.click("Let it be said").await;
    guest.shows("what was held", &format!("{} !== undefined", line("viagra, anyone?"))).await;
    keeper.shows("that nothing waits", "document.querySelector('.chat-queue-item') === null").await;

    // Whoever is silenced appeals, and reads what became of it.
    let seen = admin.get("/api/v1/channels/primary/chat/messages").await.json();
    let who = seen["events"][0]["author"]["id"].clone();
    let timeout = json!({ "action": "timeout", "chatter": who, "seconds": 600 });
    let acted = admin.post("/api/v1/channels/primary/chat/actions", timeout).await;
    assert_eq!(acted.status, 201, "{}", acted.text());
    guest.click("Appeal").await;
    guest.fill("Why this was wrong", "It was a joke").await;
    guest.click("Send").await;
    guest.says("A moderator will look at it.").await;
    is_accessible(&guest, "a chat of somebody who is silenced").await;
    // What waits is open still.
    keeper.says("It was a joke").await;
    keeper.click("Undo what was done").await;
    guest.says("Your appeal was granted.").await;
    guest.shows("where to write", "document.querySelector('.chat textarea') !== null").await;
}

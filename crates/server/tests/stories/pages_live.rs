//! What somebody changes is seen where others are: colours at once, qualities with the next
//! broadcast, a stream's faults in words. And the pages that stand on other sites and over pictures.

use serde_json::{Value, json};

use crate::harness::{Browser, Encoder, Ffmpeg, Page, Server, Setup, Source, until};

const PASSWORD: &str = "a quiet river at noon";

async fn server() -> Server {
    Server::start_with(Setup::with(&["--admin-password", PASSWORD])).await
}

async fn signed_in(server: &Server, browser: &Browser, path: &str) -> Page {
    let page = browser.open(&server.url(&format!("/sign-in?next={path}"))).await;
    page.fill("Name or mail address", "admin").await;
    page.fill("Password", PASSWORD).await;
    page.press("Enter").await;
    page.shows("the page that was asked for", &format!("location.pathname === '{path}'")).await;
    page
}

/// Chooses a colour as somebody does who drags over the palette: JavaScript.
fn chooses(colour: &str) -> String {
    format!(
        "(() => {{ const it = document.querySelector('input[type=color]');
        const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set;
        set.call(it, '{colour}');
        it.dispatchEvent(new Event('input', {{ bubbles: true }})); }})()"
    )
}

/// What the text of links has of contrast on the page's ground, of at least 4.5: JavaScript.
const CONTRAST: &str = "(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const luminance = (colour) => {
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
        const [r, g, b] = [...canvas.getImageData(0, 0, 1, 1).data].map((it) => it / 255)
            .map((it) => it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const root = document.body.appendChild(document.createElement('i'));
    const of = (name) => { root.style.color = `var(${name})`;
        return luminance(getComputedStyle(root).color); };
    const pairs = [['--accent', '--s0'], ['--accent-fg', '--accent']].map((names) => {
        const [light, dark] = names.map(of).sort((a, b) => b - a);
        return (light + 0.05) / (dark + 0.05);
    });
    root.remove();
    return Math.min(...pairs); })()";

#[tokio::test(flavor = "multi_thread")]
async fn a_colour_is_seen_at_once_by_those_who_watch_and_none_is_illegible() {
    let server = server().await;
    let browser = Browser::launch().await;
    let viewer = browser.open(&server.url("/")).await;
    let admin = signed_in(&server, &browser, "/admin/branding").await;
    let hue = "document.documentElement.style.getPropertyValue('--hue')";
    // What could be read worst: yellow, white, black, the brightest of blues.
    for (colour, expected) in [("#ffff00", "110"), ("#ffffff", "222"), ("#000001", "264")] {
        admin.shows("the colour", "document.querySelector('input[type=color]') !== null").await;
        admin.evaluate(&chooses(colour)).await;
        admin.click("Save").await;
        viewer.shows(colour, &format!("{hue} === '{expected}'")).await;
        for scheme in ["light", "dark"] {
            viewer.wishes(&[("prefers-color-scheme", scheme)]).await;
            let contrast = viewer.evaluate(CONTRAST).await.as_f64().unwrap();
            assert!(contrast >= 4.5, "{colour}, {scheme}: {contrast}");
        }
    }
    // The channel's own goes before the site's, just as soon.
    let studio = signed_in(&server, &browser, "/studio/rivulet/look").await;
    studio.shows("the colour", "document.querySelector('input[type=color]') !== null").await;
    studio.evaluate(&chooses("#ff0000")).await;
    studio.click("Save").await;
    viewer.shows("the channel's colour", &format!("{hue} === '29'")).await;
    viewer.is_content().await;
}

/// The sizes that a broadcast is offered in, as players read them.
async fn sizes(server: &Server) -> Vec<String> {
    let master = server.client().get("/hls/stream.m3u8").await.text();
    let size = |line: &str| Some(line.split_once("RESOLUTION=")?.1.split(',').next()?.to_owned());
    master.lines().filter_map(size).collect()
}

/// Goes on air and waits until players are offered these sizes.
async fn offers(server: &Server, expected: &[&str]) -> Encoder {
    let encoder = server.encode(Source::testcard()).await;
    server.becomes("live").await;
    until(&format!("{expected:?} are offered"), async || {
        (sizes(server).await == expected).then_some(())
    })
    .await;
    encoder
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quality_that_is_added_on_the_page_is_one_that_players_are_offered() {
    let server = server().await;
    server.admin(&["set-channel", "--reconnect-grace", "0"]);
    let browser = Browser::launch().await;
    let studio = signed_in(&server, &browser, "/studio/rivulet/video").await;
    studio.click("Add a quality").await;
    for (label, value) in [("Lines", "180"), ("Pictures / s", "15"), ("kb/s", "200")] {
        studio.fill(label, value).await;
    }
    studio.says("What it costs").await;
    studio.click("Save").await;
    studio.says("Saved").await;
    let encoder = offers(&server, &["1280x720", "320x180"]).await;

    encoder.finish().await;
    server.becomes("offline").await;
    studio.click("Remove").await;
    studio.shows("no quality", "document.querySelector('[data-part=rung]') === null").await;
    studio.click("Save").await;
    let kept = "fetch('/api/v1/channels/rivulet/settings').then((it) => it.json())
        .then((it) => it.renditions.variants.length === 1)";
    studio.shows("that it is kept", kept).await;
    let _encoder = offers(&server, &["1280x720"]).await;
    studio.is_content().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sends_keyframes_too_rarely_reads_what_to_set_and_when_it_is_right() {
    let server = server().await;
    let browser = Browser::launch().await;
    let studio = signed_in(&server, &browser, "/studio/rivulet/live").await;
    studio.says("Nothing is on air.").await;
    let encoder = server.publish(&Ffmpeg::testsrc().gop(300));
    studio.says("Keyframes come every 10 s.").await;
    studio.says("Keyframe Interval").await;
    studio.says("It works, with flaws").await;
    drop(encoder);
    server.becomes("interrupted").await;
    let _encoder = server.publish(&Ffmpeg::testsrc());
    studio.says("Healthy").await;
    let findings = "document.querySelectorAll('[data-part=health] .rows li').length === 0";
    studio.shows("nothing to put right", findings).await;
    studio
        .shows("a line of figures", "document.querySelector('[data-part=health] svg') !== null")
        .await;
    studio.is_content().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_site_holds_the_player_and_speaks_to_it() {
    let server = Server::start().await;
    let _encoder = server.encode(Source::testcard()).await;
    server.becomes("live").await;
    let browser = Browser::launch().await;
    let document = format!(
        "<!doctype html><title>Elsewhere</title>
        <iframe id='player' src='{}' allow='autoplay; fullscreen' width='640' height='360'></iframe>
        <script>
            window.said = [];
            addEventListener('message', ({{ data, origin }}) => window.said.push({{ ...data, origin }}));
            window.tell = (message) =>
                document.getElementById('player').contentWindow.postMessage(message, '*');
        </script>",
        server.url("/embed/video")
    );
    let page = browser.open_elsewhere(document).await;
    hears(&page, r#"state === "playing""#).await;
    for (message, expected) in [
        (json!({ "type": "rivulet:pause" }), r#"state === "paused""#),
        (json!({ "type": "rivulet:play" }), r#"state === "playing""#),
        (json!({ "type": "rivulet:mute", "muted": true }), "muted === true"),
        (json!({ "type": "rivulet:mute", "muted": false }), "muted === false"),
    ] {
        page.evaluate(&format!("window.tell({message})")).await;
        hears(&page, expected).await;
    }
    // It says where it comes from, which is not where it stands.
    let origins: Value = page.evaluate("[...new Set(window.said.map((it) => it.origin))]").await;
    assert_eq!(origins, json!([server.url("")]));
    assert_ne!(page.evaluate("location.origin").await, server.url(""));
    // The whole page is not for frames: whoever could lay something over it could steal clicks.
    let page = server.client().get("/").await;
    assert!(page.header("content-security-policy").contains("frame-ancestors 'none'"));
}

/// Waits until the last word of the player is of this state.
async fn hears(page: &Page, expected: &str) {
    let last = format!(
        "(({{ type, state, muted }}) => type === 'rivulet:state' && {expected})(window.said.at(-1) ?? {{}})"
    );
    page.shows(expected, &last).await;
}

/// On what share of a picture there is nothing, and how many of its points can be seen well: JavaScript.
const GROUND: &str = "(async (picture) => {
    const bytes = Uint8Array.from(atob(picture), (it) => it.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
    canvas.drawImage(image, 0, 0);
    const { data } = canvas.getImageData(0, 0, image.width, image.height);
    let [nothing, solid] = [0, 0];
    for (let at = 3; at < data.length; at += 4) {
        if (data[at] === 0) nothing += 1;
        if (data[at] > 200) solid += 1;
    }
    return [nothing * 4 / data.length, solid]; })";

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_behind_the_chat_over_a_picture() {
    let (server, browser, keeper) = crate::pages_chat::room().await;
    keeper.fill("Your message", "over the picture").await;
    keeper.press("Enter").await;
    let overlay = browser.open(&server.url("/@rivulet/overlay")).await;
    overlay.says("over the picture").await;
    for scheme in ["light", "dark"] {
        overlay.wishes(&[("prefers-color-scheme", scheme)]).await;
        let nothing = until(&format!("letters are drawn, {scheme}"), async || {
            let picture = overlay.picture_without_ground().await;
            let found = overlay.evaluate(&format!("{GROUND}('{picture}')")).await;
            (found[1].as_u64()? > 100).then_some(found[0].as_f64()?)
        })
        .await;
        assert!(nothing > 0.8, "{scheme}: of the ground {nothing} is empty");
    }
}

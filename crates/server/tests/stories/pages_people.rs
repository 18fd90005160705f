//! People on the pages: they come in, go live with a key of theirs, and leave.

use crate::harness::{Browser, Ffmpeg, Page, Server, Setup};

const PASSWORD: &str = "a quiet river at noon";

/// A server whose admin has a known password.
async fn server() -> Server {
    Server::start_with(Setup::with(&["--admin-password", PASSWORD])).await
}

async fn sign_in(page: &Page, name: &str) {
    page.fill("Name or mail address", name).await;
    page.fill("Password", PASSWORD).await;
    page.press("Enter").await;
}

async fn signed_in(server: &Server, browser: &Browser, path: &str) -> Page {
    let page = browser.open(&server.url(path)).await;
    sign_in(&page, "admin").await;
    page.shows("the page that was asked for", &format!("location.pathname === '{path}'")).await;
    page
}

/// On a phone and on a desk: nothing for axe to find, nothing that sticks out at the side.
async fn is_for_everybody(page: &Page, what: &str) {
    for (width, height) in [(390, 844), (1440, 900)] {
        page.resize(width, height).await;
        let violations = page.accessibility_violations().await;
        assert!(violations.is_empty(), "{what} at {width}: {violations:#?}");
        let sticks_out = "document.documentElement.scrollWidth > window.innerWidth";
        assert_eq!(page.evaluate(sticks_out).await, false, "{what} at {width} scrolls sideways");
    }
}

#[tokio::test]
async fn a_streamer_goes_live_from_the_studio_and_viewers_see_the_title_change() {
    let server = server().await;
    let browser = Browser::launch().await;
    let viewer = browser.open(&server.url("/")).await;

    // Somebody who is not signed in is asked to be, and comes back to where they wanted to go.
    let studio = signed_in(&server, &browser, "/studio").await;
    studio.go(&server.url("/studio/rivulet")).await;
    studio.fill("What a new key is for", "OBS at home").await;
    studio.click("Make a key").await;
    let key =
        "document.querySelector('[data-part=stream-key]:last-of-type [data-shown]')?.innerText";
    studio.shows("the new key", &format!("{key} !== undefined")).await;
    let key = studio.evaluate(key).await.as_str().unwrap().to_owned();
    let address = "document.querySelector('input[readonly]').value";
    let address = studio.evaluate(address).await.as_str().unwrap().to_owned();
    assert_eq!(address, format!("rtmp://{}/live", server.rtmp));

    let _encoder = Ffmpeg::testsrc().publish(&format!("{address}/{key}"));
    studio.says("On air").await;
    viewer.player_is("state", "playing").await;

    studio.fill("Title", "Soldering <live>").await;
    studio.fill("Tags", "electronics, #weather").await;
    studio.click("Save").await;
    studio.says("Saved").await;
    viewer.says("Soldering <live>").await;
    viewer.shows("its title in the tab", "document.title.startsWith('Soldering <live>')").await;
    viewer.is_content().await;

    studio.click("End and lock").await;
    studio.click("Lock it").await;
    studio.says("encoders are refused").await;
    server.becomes("offline").await;
    studio.click("Release the lock").await;

    studio.click("admin: your pages").await;
    studio.click("Sign out").await;
    studio
        .shows(
            "the way in again",
            "document.querySelector('header a[href^=\"/sign-in\"]') !== null",
        )
        .await;
    studio.go(&server.url("/studio")).await;
    studio.says("Name or mail address").await;
}

#[tokio::test]
async fn who_mistypes_is_told_beside_the_field_and_can_go_on() {
    let server = server().await;
    let browser = Browser::launch().await;
    let page = browser.open(&server.url("/sign-in?next=%2Fsettings%2Fdata")).await;
    page.fill("Name or mail address", "admin").await;
    page.click("Sign in").await;
    page.says("Fill this in.").await;
    page.fill("Password", "not this one").await;
    page.press("Enter").await;
    page.says("The name or the password is wrong.").await;
    let focused = "document.activeElement.name === 'password'
        && document.activeElement.getAttribute('aria-invalid') === 'true'";
    page.shows("where to put it right", focused).await;
    is_for_everybody(&page, "a wrong password").await;
    page.fill("Password", PASSWORD).await;
    page.press("Enter").await;
    page.shows("where they wanted to go", "location.pathname === '/settings/data'").await;
    page.is_content().await;
}

#[tokio::test]
async fn nobody_is_led_to_another_site_by_signing_in() {
    let server = server().await;
    let browser = Browser::launch().await;
    let page = browser.open(&server.url("/sign-in?next=//evil.example/")).await;
    sign_in(&page, "admin").await;
    page.shows("the start page", &format!("location.href === '{}'", server.url("/"))).await;
}

#[tokio::test]
async fn pages_with_forms_are_for_everybody() {
    let server = server().await;
    let browser = Browser::launch().await;
    let page = signed_in(&server, &browser, "/settings").await;
    let paths = [
        "/settings",
        "/settings/security",
        "/settings/tokens",
        "/settings/data",
        "/studio",
        "/studio/rivulet",
        "/studio/rivulet/about",
        "/studio/rivulet/people",
        "/studio/rivulet/insights",
        "/admin",
        "/admin/insights",
        "/admin/serverlog",
        "/admin/people",
        "/admin/categories",
        "/admin/log",
    ];
    for path in paths {
        page.go(&server.url(path)).await;
        let drawn = "document.querySelector('h2, form') && !document.querySelector('.skeleton')";
        page.shows("all of itself", &format!("Boolean({drawn})")).await;
        is_for_everybody(&page, path).await;
    }
    let guest = browser.open(&server.url("/sign-in")).await;
    for path in ["/sign-in", "/register", "/setup", "/reset", "/confirm-mail"] {
        guest.go(&server.url(path)).await;
        guest.shows("all of itself", "document.querySelector('h1') !== null").await;
        is_for_everybody(&guest, path).await;
    }
}

/// What an authenticator shows for a secret now (RFC 6238): the browser has what it takes.
const CODE: &str = "(async (secret) => {
    const bits = [...secret].map((it) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(it)
        .toString(2).padStart(5, '0')).join('');
    const bytes = Uint8Array.from(bits.match(/.{8}/g), (it) => parseInt(it, 2));
    const hmac = { name: 'HMAC', hash: 'SHA-1' };
    const key = await crypto.subtle.importKey('raw', bytes, hmac, false, ['sign']);
    const step = new DataView(new ArrayBuffer(8));
    step.setUint32(4, Math.floor(Date.now() / 30000) + AHEAD);
    const mac = new DataView(await crypto.subtle.sign('HMAC', key, step.buffer));
    const number = mac.getUint32(mac.getUint8(19) & 15) & 0x7fffffff;
    return String(number % 1000000).padStart(6, '0'); })";

/// The code of this step, or of one further on: a code works once.
async fn code(page: &Page, secret: &str, ahead: u32) -> String {
    let script = format!("{}('{secret}')", CODE.replace("AHEAD", &ahead.to_string()));
    page.evaluate(&script).await.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_second_step_asks_for_a_code_and_recovery_codes_open_it_once() {
    let server = server().await;
    let browser = Browser::launch().await;
    let page = signed_in(&server, &browser, "/settings/security").await;
    page.click("Turn it on").await;
    page.fill("Your password, to be sure", PASSWORD).await;
    page.click("Go on").await;
    page.shows("the QR code", "document.querySelector('svg.qr path') !== null").await;
    is_for_everybody(&page, "the QR code").await;
    let secret = page.evaluate("document.querySelector('.secret').innerText").await;
    let secret = secret.as_str().unwrap().to_owned();
    let first = code(&page, &secret, 0).await;
    page.fill("Code", &first).await;
    page.click("Confirm").await;
    let recovery = "document.querySelector('[data-part=recovery-codes] li')?.innerText";
    page.shows("recovery codes", &format!("{recovery} !== undefined")).await;
    let recovery = page.evaluate(recovery).await.as_str().unwrap().to_owned();
    page.click("I have kept them").await;
    page.says("It is on.").await;

    let other = browser.open(&server.url("/sign-in")).await;
    sign_in(&other, "admin").await;
    other.fill("Code from your authenticator", "000000").await;
    other.press("Enter").await;
    other.says("This code is wrong or was used already.").await;
    let next = code(&other, &secret, 1).await;
    other.fill("Code from your authenticator", &next).await;
    other.press("Enter").await;
    other.shows("the start page", "location.pathname === '/'").await;

    let lost = browser.open(&server.url("/sign-in")).await;
    sign_in(&lost, "admin").await;
    lost.fill("Code from your authenticator", &recovery).await;
    lost.press("Enter").await;
    lost.shows("the start page", "location.pathname === '/'").await;
}

#[tokio::test]
async fn somebody_invited_makes_an_account_and_is_suspended() {
    let server = server().await;
    let browser = Browser::launch().await;
    let admin = signed_in(&server, &browser, "/admin/general").await;
    let choice = "document.querySelector('[name=registration][value=invitation]')";
    admin.shows("who may make an account", &format!("{choice} !== null")).await;
    admin.evaluate(&format!("{choice}.click()")).await;
    admin.evaluate(&format!("{choice}.form.requestSubmit()")).await;
    admin.says("Saved").await;
    admin.go(&server.url("/admin/people")).await;
    admin.fill("For whom", "Ada").await;
    admin.click("Invite").await;
    let link = "document.querySelector('.notice .secret')?.innerText";
    admin.shows("the invitation's link", &format!("{link} !== undefined")).await;
    let link = admin.evaluate(link).await.as_str().unwrap().to_owned();

    let ada = browser.open(&link).await;
    ada.fill("Name", "ada").await;
    ada.fill("Password", "short").await;
    ada.click("Make the account").await;
    ada.says("Use at least 8 characters.").await;
    ada.fill("Password", PASSWORD).await;
    ada.press("Enter").await;
    ada.shows("the start page", "location.pathname === '/'").await;

    admin.go(&server.url("/admin/people")).await;
    admin.click("Suspend ada").await;
    admin.fill("Why", "A test").await;
    admin.press("Enter").await;
    admin.says("Suspended").await;
    ada.go(&server.url("/settings")).await;
    ada.fill("Name or mail address", "ada").await;
    ada.fill("Password", PASSWORD).await;
    ada.press("Enter").await;
    ada.says("A test").await;
}

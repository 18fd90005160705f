//! Accounts on pages: confirmed by mail, approved, kept by guests, exported, deleted.

use serde_json::json;

use crate::harness::{Browser, MailServer, Page, Server, Setup, until};

const PASSWORD: &str = "a quiet river at noon";

async fn sign_in(page: &Page, name: &str, password: &str) {
    page.fill("Name or mail address", name).await;
    page.fill("Password", password).await;
    page.press("Enter").await;
}

async fn arrives_at(page: &Page, path: &str) {
    page.shows(path, &format!("location.pathname === {}", json!(path))).await;
}

/// The link of a letter to a page of this server.
fn link(letter: &str, server: &Server, page: &str) -> String {
    let start = server.url(&format!("/{page}?code="));
    let rest = letter.split_once(&start).unwrap_or_else(|| panic!("no link: {letter}")).1;
    let code: String =
        rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    start + &code
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_confirmed_and_a_forgotten_password_replaced_by_mail() {
    let mails = MailServer::start().await;
    let mut server = Server::start().await;
    let (smtp, url) = (mails.url("rivulet:secret@"), server.url(""));
    server.set_up(Setup::with(&[
        "--smtp",
        &smtp,
        "--mail-from",
        "rivulet@stories.example",
        "--public-url",
        &url,
        "--admin-password",
        PASSWORD,
    ]));
    assert!(server.stop().await.success());
    server.start_again().await;
    let browser = Browser::launch().await;
    let page = browser.open(&server.url("/sign-in?next=/settings/security")).await;
    sign_in(&page, "admin", PASSWORD).await;
    page.fill("Address", "ada@stories.example").await;
    page.fill("Your password, to be sure", PASSWORD).await;
    page.press("Enter").await;
    page.says("Not confirmed yet").await;
    let letter = mails.gets_mail_for("ada@stories.example").await;
    page.go(&link(&letter.text, &server, "confirm-mail")).await;
    page.click("Confirm the address").await;
    page.says("It is confirmed.").await;

    let lost = browser.open(&server.url("/reset")).await;
    lost.fill("Name or mail address", "ada@stories.example").await;
    lost.press("Enter").await;
    let letter = until("the mail with the link", async || {
        mails.received().into_iter().find(|mail| mail.text.contains("/reset-password?"))
    })
    .await;
    lost.go(&link(&letter.text, &server, "reset-password")).await;
    lost.fill("New password", "another river at dusk").await;
    lost.press("Enter").await;
    lost.shows(
        "that somebody is signed in",
        "document.querySelector('[aria-label^=admin]') !== null",
    )
    .await;
    page.go(&server.url("/settings")).await;
    sign_in(&page, "ada@stories.example", "another river at dusk").await;
    arrives_at(&page, "/settings").await;
}

#[tokio::test]
async fn who_asks_for_an_account_is_approved_and_comes_in() {
    let arguments = ["--admin-password", PASSWORD, "--registration", "approval"];
    let server = Server::start_with(Setup::with(&arguments)).await;
    let browser = Browser::launch().await;
    let ada = browser.open(&server.url("/register")).await;
    ada.fill("Name", "ada-l").await;
    ada.fill("Password", PASSWORD).await;
    ada.fill("Why you would like to join", "I build things").await;
    ada.click("Make the account").await;
    ada.says("Once somebody who runs the site has approved it").await;

    let admin = browser.open(&server.url("/sign-in?next=/admin/people")).await;
    sign_in(&admin, "admin", PASSWORD).await;
    admin.says("I build things").await;
    admin.click("Approve").await;
    let waits =
        "[...document.querySelectorAll('button')].some((it) => it.innerText.startsWith('Approve'))";
    admin.shows("nobody who waits", &format!("!{waits}")).await;

    ada.go(&server.url("/sign-in?next=/settings")).await;
    sign_in(&ada, "ada-l", PASSWORD).await;
    arrives_at(&ada, "/settings").await;
}

#[tokio::test]
async fn a_guest_who_talked_keeps_the_name_as_an_account_and_takes_everything_along() {
    let arguments = ["--admin-password", PASSWORD, "--registration", "open"];
    let server = Server::start_with(Setup::with(&arguments)).await;
    let browser = Browser::launch().await;
    let page = browser.open(&server.url("/")).await;
    // The room is closed while nothing is on; the name is given out all the same.
    page.fill("Your message", "hello").await;
    page.press("Enter").await;
    page.shows("a name", "localStorage.getItem('rivulet.guest')?.length > 9").await;
    page.go(&server.url("/register")).await;
    page.fill("Name", "ada-l").await;
    page.fill("Password", PASSWORD).await;
    page.click("Make the account").await;
    arrives_at(&page, "/").await;
    page.go(&server.url("/settings/data")).await;
    let export = "fetch(document.querySelector('a[download]').href).then((it) => it.json())";
    page.shows("the way to its data", "document.querySelector('a[download]') !== null").await;
    let export = page.evaluate(export).await;
    assert_eq!(export["account"]["username"], "ada-l", "{export}");
    assert_ne!(export["account"]["display_name"], "ada-l", "the guest's name");

    page.click("Delete my account").await;
    page.fill("Your password, to be sure", PASSWORD).await;
    page.press("Enter").await;
    arrives_at(&page, "/").await;
    page.go(&server.url("/sign-in")).await;
    sign_in(&page, "ada-l", PASSWORD).await;
    page.says("The name or the password is wrong.").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_made_on_the_page_signs_in_on_the_page() {
    let server = Server::start_with(Setup::with(&["--public-url", "http://localhost"])).await;
    let password = server.admin(&["create-user", "ada-l"]);
    let browser = Browser::launch().await;
    let local = |path: &str| format!("http://localhost:{}{path}", server.http.port());
    let page = browser.open(&local("/sign-in?next=/settings/security")).await;
    page.has_a_device_with_keys().await;
    sign_in(&page, "ada-l", &password).await;
    page.click("Add a passkey").await;
    page.fill("What to call it", "Telephone").await;
    page.fill("Your password, to be sure", "not this one").await;
    page.click("Make the passkey").await;
    page.says("The name or the password is wrong.").await;
    page.fill("Your password, to be sure", &password).await;
    page.click("Make the passkey").await;
    page.shows(
        "it",
        "document.querySelector('[data-part=passkeys]')?.innerText.includes('Telephone')",
    )
    .await;
    crate::pages::is_accessible(&page, "with a passkey").await;

    page.click("Sign out everywhere").await;
    page.click("Sign out everywhere").await;
    arrives_at(&page, "/").await;
    page.go(&local("/sign-in?next=/settings/security")).await;
    page.click("Sign in with a passkey").await;
    arrives_at(&page, "/settings/security").await;
    page.says("Last used").await;
    page.click("Remove").await;
    page.click("Remove it").await;
    page.shows("none", "document.querySelector('[data-part=passkeys]') === null").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_given_and_taken_away() {
    let server = Server::start_with(Setup::with(&["--admin-password", PASSWORD])).await;
    let browser = Browser::launch().await;
    let page = browser.open(&server.url("/sign-in?next=/settings")).await;
    sign_in(&page, "admin", PASSWORD).await;
    page.shows("where to give one", "document.querySelector('input[type=file]') !== null").await;
    page.evaluate(
        "(async () => { const canvas = new OffscreenCanvas(64, 64);
        canvas.getContext('2d').fillRect(0, 0, 64, 64);
        const files = new DataTransfer();
        files.items.add(new File([await canvas.convertToBlob()], 'me.png', { type: 'image/png' }));
        const input = document.querySelector('input[type=file]');
        input.files = files.files;
        input.dispatchEvent(new Event('change', { bubbles: true })); })()",
    )
    .await;
    let pictures = "[...document.querySelectorAll('.avatar img')]";
    page.shows(
        "it in the header and in the form",
        &format!("{pictures}.length >= 2 && {pictures}.every((it) => it.naturalWidth > 0)"),
    )
    .await;
    page.click("Remove Avatar").await;
    page.shows("none", &format!("{pictures}.length === 0")).await;
}

//! What somebody does with a page.

use serde_json::json;

use super::Page;

impl Page {
    /// Types into the field of this label or name, in the place of what is there.
    pub(crate) async fn fill(&self, label: &str, text: &str) {
        let field = format!(
            "(() => {{ const named = (it, words) => it.checkVisibility() && words?.trim().startsWith({label});
            const label = [...document.querySelectorAll('label')].find((it) => named(it, it.innerText));
            const control = label?.control ?? [...document.querySelectorAll('input, textarea')]
                .find((it) => named(it, it.ariaLabel));
            control?.focus();
            control?.select?.();
            return control != null && document.activeElement === control; }})()",
            label = json!(label)
        );
        self.shows(&format!("a field for {label}"), &field).await;
        self.call("Input.insertText", json!({ "text": text })).await;
    }

    /// Clicks on the button or link of this name.
    pub(crate) async fn click(&self, name: &str) {
        let click = format!(
            "(() => {{ const open = document.querySelector('dialog[open]') ?? document;
            const named = (it) => (it.ariaLabel ?? it.innerText).replace(/\\s+/g, ' ').trim()
                .startsWith({name});
            const it = [...open.querySelectorAll('button, a, summary')]
                .find((it) => it.checkVisibility() && it.ariaDisabled !== 'true' && named(it));
            it?.click();
            return it != null; }})()",
            name = json!(name)
        );
        self.shows(&format!("a way to {name}"), &click).await;
    }

    /// Goes to another address, as somebody who types it.
    pub(crate) async fn go(&self, url: &str) {
        self.call("Page.navigate", json!({ "url": url })).await;
        let there = format!(
            "location.href.startsWith({}) && document.readyState === 'complete'",
            json!(url)
        );
        self.shows(url, &there).await;
    }

    /// Presses and releases a key, named as in `KeyboardEvent.key`.
    pub(crate) async fn press(&self, key: &str) {
        let code = match key {
            "Tab" => 9,
            "Enter" => 13,
            "Escape" => 27,
            "ArrowUp" => 38,
            "ArrowDown" => 40,
            "a" => 65,
            "d" => 68,
            "r" => 82,
            other => panic!("the number of the key {other} has yet to be written down"),
        };
        let text = if key == "Enter" { "\r" } else { "" };
        for kind in ["keyDown", "keyUp"] {
            let event = json!({
                "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text
            });
            self.call("Input.dispatchKeyEvent", event).await;
        }
    }

    /// Presses and releases a letter while Alt is held, on a keyboard where that writes another one.
    pub(crate) async fn press_with_alt(&self, letter: char) {
        let upper = letter.to_ascii_uppercase();
        for kind in ["keyDown", "keyUp"] {
            let event = json!({
                "type": kind, "key": "\u{b5}", "code": format!("Key{upper}"), "modifiers": 1,
                "windowsVirtualKeyCode": u32::from(upper),
            });
            self.call("Input.dispatchKeyEvent", event).await;
        }
    }

    /// From now on the page has a device that keeps passkeys, and somebody who unlocks it.
    pub(crate) async fn has_a_device_with_keys(&self) {
        self.call("WebAuthn.enable", json!({})).await;
        let device = json!({
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": true,
            "hasUserVerification": true, "isUserVerified": true,
            "automaticPresenceSimulation": true,
        });
        self.call("WebAuthn.addVirtualAuthenticator", json!({ "options": device })).await;
    }

    /// The device in its place is as new.
    pub(crate) async fn forgets_its_keys(&self) {
        // Without it there is no device either.
        self.call("WebAuthn.disable", json!({})).await;
        self.has_a_device_with_keys().await;
    }

    /// Gives the page this size, in CSS pixels.
    pub(crate) async fn resize(&self, width: u32, height: u32) {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.call("Emulation.setDeviceMetricsOverride", size).await;
        let resized = format!("window.innerWidth === {width} && window.innerHeight === {height}");
        self.shows("itself in its new size", &resized).await;
    }
}

//! What somebody does with a page.

use serde_json::json;

use super::Page;

/// Nothing on a page is further away by Tab than this.
const MAX_STOPS: usize = 60;

/// What has the focus, and why that cannot be seen, once it is drawn (WCAG 2.2, 2.4.7 and 2.4.11):
/// JavaScript. Some controls have their ring around what they stand in.
const FOCUS: &str = "(async () => {
    const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
    await frame();
    await frame();
    const it = document.activeElement;
    if (!it || it === document.body) return { name: '', fault: 'nothing has it' };
    const words = it.ariaLabel ?? it.labels?.[0]?.innerText ?? it.innerText ?? '';
    const name = words.replace(/\\s+/g, ' ').trim();
    const around = '.player-option, .chat-field, .search-box form';
    const rung = [it, it.closest(around)].find((one) => {
        const style = one && getComputedStyle(one);
        return style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
    });
    if (!rung) return { name, fault: `there is no ring: ${it.outerHTML.slice(0, 200)}` };
    const { left, top, width, height } = rung.getBoundingClientRect();
    if (width < 4 || height < 4) return { name, fault: `it is too small: ${width} by ${height}` };
    const [x, y] = [left + width / 2, top + height / 2];
    const seen = document.elementsFromPoint(x, y);
    const there = seen.length > 0 && (rung.contains(seen[0]) || seen[0].contains(rung));
    return { name, fault: there ? null : `${seen[0]?.outerHTML.slice(0, 120)} is before it at ${x}, ${y}` };
})()";

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

    /// Types where the focus is.
    pub(crate) async fn types(&self, text: &str) {
        self.call("Input.insertText", json!({ "text": text })).await;
    }

    /// Presses Tab, or Shift and Tab, until the control of this name has the focus. On the way there
    /// everything that has it is in sight, and can be seen to have it.
    pub(crate) async fn tabs_to(&self, name: &str) {
        self.walks_to("Tab", name).await;
    }

    pub(crate) async fn tabs_back_to(&self, name: &str) {
        self.walks_to("Shift+Tab", name).await;
    }

    async fn walks_to(&self, key: &str, name: &str) {
        let mut passed = Vec::new();
        while passed.len() < MAX_STOPS {
            self.press(key).await;
            let (stop, fault) = self.focus().await;
            assert_eq!(fault, None, "on {stop:?}, after {passed:?}");
            if stop.starts_with(name) {
                return;
            }
            passed.push(stop);
        }
        panic!("{name:?} is not reached by {key}: {passed:?}");
    }

    /// Fails where nobody could see what has the focus; gives the name of what has it.
    pub(crate) async fn has_focus_in_sight(&self) -> String {
        let (name, fault) = self.focus().await;
        assert_eq!(fault, None, "the focus is on {name:?}");
        name
    }

    async fn focus(&self) -> (String, Option<String>) {
        let focus = self.evaluate(FOCUS).await;
        let word = |name: &str| focus[name].as_str().map(str::to_owned);
        (word("name").unwrap_or_default(), word("fault"))
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

    /// Presses and releases a key, named as in `KeyboardEvent.key`; `Shift+` before it holds that
    /// key down meanwhile.
    pub(crate) async fn press(&self, key: &str) {
        const SHIFT: u8 = 8;
        let (modifiers, key) = key.strip_prefix("Shift+").map_or((0, key), |key| (SHIFT, key));
        let code = match key {
            "Tab" => 9,
            "Enter" => 13,
            "Escape" => 27,
            "ArrowLeft" => 37,
            "ArrowUp" => 38,
            "ArrowRight" => 39,
            "ArrowDown" => 40,
            "a" => 65,
            "d" => 68,
            "r" => 82,
            other => panic!("the number of the key {other} has yet to be written down"),
        };
        let text = if key == "Enter" { "\r" } else { "" };
        for kind in ["keyDown", "keyUp"] {
            let event = json!({
                "type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text,
                "modifiers": modifiers,
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

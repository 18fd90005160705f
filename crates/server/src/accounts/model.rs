//! What an account is, and the rules that its values obey.

use std::time::Duration;

use rivulet_media::time::WallClock;

use super::AccountsError;
use super::password::StoredPassword;
use super::username::Username;
use crate::access::{Person, SiteRole, words};
use crate::attempts::Prefix;
use crate::http::percent_encoded;
use crate::ids::{AccountId, GuestId, LoginId, PictureId};
use crate::mail::Address;
use crate::names;
use crate::seal::Secret;

/// Longest word about oneself, in characters.
const MAX_BIO: usize = 2000;
/// Longest reason for a suspension, or for wanting an account, in characters.
const MAX_REASON: usize = 500;
/// What is kept of a browser's name for itself, in characters: it may write books there.
const MAX_USER_AGENT: usize = 200;
/// Hues of names.
const HUES: u64 = 360;

words! {
    /// Whether somebody may use an account.
    #[schema(as = AccountState)]
    State {
        /// Waits for somebody's approval.
        Pending = "pending",
        /// In use.
        Active = "active",
        /// Closed by the site, until it is opened again.
        Suspended = "suspended",
        /// Gone; its name stays taken.
        Deleted = "deleted",
    }
}

words! {
    /// What signed in.
    LoginKind {
        /// A browser, with a cookie.
        Browser = "browser",
        /// A program, with tokens.
        Client = "client",
    }
}

/// A person's account.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) id: AccountId,
    pub(crate) username: Username,
    pub(crate) display_name: String,
    pub(crate) email: Option<Address>,
    /// Until then anybody could have typed it, so nobody signs in by it.
    pub(crate) email_confirmed_at: Option<WallClock>,
    pub(crate) password: Option<StoredPassword>,
    pub(crate) role: SiteRole,
    pub(crate) state: State,
    /// Why it is suspended; before it is approved, what its owner wrote.
    pub(crate) state_reason: String,
    pub(crate) bio: String,
    /// A hue.
    pub(crate) colour: u16,
    /// Whether signing in takes a code.
    pub(crate) has_totp: bool,
    /// Which picture it has; another one is another.
    pub(crate) avatar: Option<PictureId>,
    pub(crate) created_at: WallClock,
    pub(crate) last_seen_at: Option<WallClock>,
}

impl Account {
    /// Somebody who may act.
    pub(crate) fn person(&self) -> Person {
        Person { account: self.id, username: self.username.to_string(), role: self.role }
    }

    /// Where their picture is. A changed one is somewhere else, so that nobody shows the former one
    /// from a cache.
    pub(super) fn avatar_url(&self) -> Option<String> {
        let id = self.avatar?;
        let name = percent_encoded(self.username.as_str());
        Some(format!("/api/v1/people/{name}/avatar.jpg?{id}"))
    }
}

/// An account that is about to be made.
pub(super) struct NewAccount {
    pub(super) username: Username,
    pub(super) display_name: String,
    pub(super) email: Option<Address>,
    pub(super) email_confirmed: bool,
    pub(super) password: Option<StoredPassword>,
    pub(super) role: SiteRole,
    pub(super) state: State,
    pub(super) state_reason: String,
    pub(super) colour: u16,
    /// The hash of an invitation's code.
    pub(super) invitation: Option<String>,
    /// Who becomes this account.
    pub(super) guest: Option<GuestId>,
}

impl NewAccount {
    /// One with nothing but a name, in use.
    pub(super) fn named(username: Username) -> Self {
        Self {
            display_name: username.to_string(),
            colour: hue_of(username.as_str()),
            username,
            email: None,
            email_confirmed: false,
            password: None,
            role: SiteRole::Member,
            state: State::Active,
            state_reason: String::new(),
            invitation: None,
            guest: None,
        }
    }
}

/// Where somebody signs in from.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) from: Prefix,
    pub(crate) user_agent: String,
}

impl Origin {
    /// A request's address and its `User-Agent`.
    pub(crate) fn new(from: Prefix, user_agent: Option<&str>) -> Self {
        let user_agent = user_agent.unwrap_or_default();
        Self { from, user_agent: user_agent.chars().take(MAX_USER_AGENT).collect() }
    }
}

/// One sign-in, as its owner sees it.
#[derive(Clone, Debug)]
pub(crate) struct Login {
    pub(crate) id: LoginId,
    pub(crate) kind: LoginKind,
    pub(crate) user_agent: String,
    pub(crate) address: String,
    pub(crate) created_at: WallClock,
    pub(crate) last_used_at: WallClock,
    pub(crate) expires_at: WallClock,
}

/// Who signed in, with what they show from now on.
pub(crate) struct SignedIn {
    pub(crate) account: Account,
    pub(crate) login: LoginId,
    pub(crate) token: Secret,
    pub(crate) lasts: Duration,
}

/// The hue that a name has until its owner chooses another.
pub(super) fn hue_of(name: &str) -> u16 {
    let sum = name.chars().fold(7_u64, |sum, c| sum.wrapping_mul(31).wrapping_add(u64::from(c)));
    u16::try_from(sum % HUES).unwrap_or_default()
}

/// Reads a hue.
pub(super) fn hue(number: u16) -> Result<u16, AccountsError> {
    if u64::from(number) < HUES { Ok(number) } else { Err(field("colour", "0 to 359")) }
}

/// Reads a name for pages.
pub(super) fn display_name(typed: &str) -> Result<String, AccountsError> {
    // It stands in chat beside the names of guests, and obeys what those obey.
    let must = |error: names::NameError| format!("be a name: {error}");
    let name = names::check_display_name(typed);
    let name =
        name.map_err(|error| AccountsError::Field { name: "display_name", must: must(error) })?;
    Ok(name.as_str().to_owned())
}

/// Reads what somebody writes of themself.
pub(super) fn bio(typed: &str) -> Result<String, AccountsError> {
    text("bio", typed, MAX_BIO)
}

/// Reads a reason.
pub(super) fn reason(typed: &str) -> Result<String, AccountsError> {
    text("reason", typed, MAX_REASON)
}

/// One line of at most so many characters, without what no keyboard writes: databases refuse some
/// of it, and pages would show it as something else.
pub(super) fn line(name: &'static str, typed: &str, max: usize) -> Result<String, AccountsError> {
    let line = text(name, typed, max)?;
    if line.contains('\n') { Err(field(name, "one line")) } else { Ok(line) }
}

fn text(name: &'static str, typed: &str, max: usize) -> Result<String, AccountsError> {
    let typed = typed.trim();
    let odd = |c: char| (c.is_control() && c != '\n') || is_invisible(c);
    if typed.len() > max * 4 || typed.chars().count() > max {
        return Err(AccountsError::Field { name, must: format!("be at most {max} characters") });
    }
    if typed.chars().any(odd) {
        return Err(AccountsError::Field { name, must: "hold no control characters".to_owned() });
    }
    Ok(typed.to_owned())
}

/// What turns the direction of a text around, and so what stands beside it.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn field(name: &'static str, must: &str) -> AccountsError {
    AccountsError::Field { name, must: format!("be {must}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_hold_what_pages_and_databases_can_show() {
        assert_eq!(display_name("  Ada \u{1f600} ").unwrap(), "Ada \u{1f600}");
        for bad in ["", "  ", "a\0b", "a\nb", "a\u{202e}b", "a\u{1b}[1m", "<b>", &"x".repeat(31)] {
            assert!(display_name(bad).is_err(), "{bad:?}");
        }
        assert_eq!(bio("one\ntwo").unwrap(), "one\ntwo");
        assert!(bio(&"x".repeat(2001)).is_err());
    }

    #[test]
    fn a_browsers_name_for_itself_is_cut() {
        let from = Prefix::of([192, 0, 2, 1].into());
        let origin = Origin::new(from, Some(&"x".repeat(5000)));
        assert_eq!(origin.user_agent.len(), MAX_USER_AGENT);
    }

    #[test]
    fn every_name_has_a_hue() {
        for name in ["", "a", "ada", "Zoë", "some-very-long-name-of-somebody"] {
            assert!(hue(hue_of(name)).is_ok());
        }
        assert!(hue(360).is_err());
    }
}

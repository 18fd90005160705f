//! What somebody says of themself.

use super::model::{self, Account, Login, State, line};
use super::username::FoldedName;
use super::{Accounts, AccountsError, ApiToken, Passkey};
use crate::ids::{AccountId, PictureId};
use crate::names::{self, Folded};

/// Links of one profile.
const MAX_LINKS: usize = 10;
/// Longest label of a link, in characters.
const MAX_LABEL: usize = 40;
/// Longest address of a link, in characters.
const MAX_URL: usize = 500;

/// A place elsewhere that is somebody's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) label: String,
    pub(crate) url: String,
}

/// Somebody as lists show them.
pub(crate) struct Face {
    pub(crate) username: String,
    pub(crate) display_name: String,
    /// A hue, 0 to 359.
    pub(crate) colour: u16,
    pub(crate) avatar_url: Option<String>,
}

impl From<&Account> for Face {
    fn from(account: &Account) -> Self {
        Self {
            username: account.username.to_string(),
            display_name: account.display_name.clone(),
            colour: account.colour,
            avatar_url: account.avatar_url(),
        }
    }
}

/// A change to some of a profile; `None` leaves it as it is.
#[derive(Default)]
pub(crate) struct ProfilePatch {
    pub(crate) display_name: Option<String>,
    pub(crate) bio: Option<String>,
    pub(crate) colour: Option<u16>,
    pub(crate) links: Option<Vec<Link>>,
}

/// Everything that is kept of somebody here, for them to take along.
pub(crate) struct Export {
    pub(crate) account: Account,
    pub(crate) links: Vec<Link>,
    pub(crate) logins: Vec<Login>,
    pub(crate) tokens: Vec<ApiToken>,
    pub(crate) passkeys: Vec<Passkey>,
}

impl Accounts {
    /// The links of a profile.
    pub(crate) async fn links(&self, id: AccountId) -> Result<Vec<Link>, AccountsError> {
        self.shared.store.links(id).await
    }

    /// Changes a profile.
    pub(crate) async fn change_profile(
        &self,
        id: AccountId,
        patch: ProfilePatch,
    ) -> Result<(), AccountsError> {
        let mut account = self.account(id).await?;
        if let Some(typed) = patch.display_name.filter(|typed| *typed != account.display_name) {
            account.display_name = model::display_name(&typed)?;
            self.is_free_for(&account).await?;
        }
        if let Some(typed) = &patch.bio {
            account.bio = model::bio(typed)?;
        }
        if let Some(number) = patch.colour {
            account.colour = model::hue(number)?;
        }
        let links = patch.links.map(check_links).transpose()?;
        self.shared.store.set_profile(&account, links.as_deref()).await
    }

    /// Those whose name or profile says what looks like this. It is the one place that knows whether
    /// somebody would be taken for somebody else.
    pub(crate) async fn whose(&self, name: &Folded) -> Result<Vec<AccountId>, AccountsError> {
        self.shared.store.whose(name).await
    }

    /// Whether nobody else is called what `account` is to be called, and it may be called so.
    async fn is_free_for(&self, account: &Account) -> Result<(), AccountsError> {
        let name = names::fold(&account.display_name);
        if name == names::fold(account.username.as_str()) {
            return Ok(());
        }
        if names::is_reserved(&name) {
            let must = "be another: this one is kept for the site itself".to_owned();
            return Err(AccountsError::Field { name: "display_name", must });
        }
        let same = self.whose(&name).await?;
        if same.iter().all(|id| *id == account.id) { Ok(()) } else { Err(AccountsError::NameTaken) }
    }

    /// Somebody's public profile; those who are closed or wait have none.
    pub(crate) async fn profile(&self, name: &str) -> Result<(Account, Vec<Link>), AccountsError> {
        let missing = AccountsError::Missing("account");
        let Some(name) = FoldedName::of(name) else { return Err(missing) };
        let found = self.shared.store.by_name(&name).await?;
        let account = found.filter(|it| it.state == State::Active).ok_or(missing)?;
        let links = self.links(account.id).await?;
        Ok((account, links))
    }

    /// Those of `ids` whom everybody may see, in that order.
    pub(crate) async fn faces(&self, ids: &[AccountId]) -> Result<Vec<Face>, AccountsError> {
        let mut known = self.shared.store.those(ids).await?;
        known.retain(|it| it.state == State::Active);
        let find = |id: &AccountId| known.iter().find(|it| it.id == *id);
        Ok(ids.iter().filter_map(find).map(Face::from).collect())
    }

    /// The picture of somebody whom everybody may see.
    pub(crate) async fn avatar(&self, name: &str) -> Result<Option<Vec<u8>>, AccountsError> {
        let (account, _) = self.profile(name).await?;
        self.shared.store.picture(account.id).await
    }

    /// Gives somebody a picture. It must have been encoded here: browsers are sent nothing that a
    /// stranger wrote.
    pub(crate) async fn set_avatar(&self, id: AccountId, jpeg: &[u8]) -> Result<(), AccountsError> {
        let picture = (PictureId::generate(), jpeg);
        self.shared.store.set_picture(id, picture, self.now()).await
    }

    /// Takes somebody's picture away.
    pub(crate) async fn remove_avatar(&self, id: AccountId) -> Result<(), AccountsError> {
        self.shared.store.remove_picture(id).await
    }

    /// Everything that this room keeps of somebody.
    pub(crate) async fn export(&self, id: AccountId) -> Result<Export, AccountsError> {
        Ok(Export {
            account: self.account(id).await?,
            links: self.links(id).await?,
            logins: self.logins(id).await?,
            tokens: self.tokens(id).await?,
            passkeys: self.passkeys(id).await?,
        })
    }
}

fn check_links(links: Vec<Link>) -> Result<Vec<Link>, AccountsError> {
    if links.len() > MAX_LINKS {
        let must = format!("be at most {MAX_LINKS}");
        return Err(AccountsError::Field { name: "links", must });
    }
    links.into_iter().map(check_link).collect()
}

/// Browsers go where a link says, so it says nothing but a page.
fn check_link(link: Link) -> Result<Link, AccountsError> {
    let label = line("label", &link.label, MAX_LABEL)?;
    let url = line("url", &link.url, MAX_URL)?;
    let parsed: Option<http::Uri> = url.parse().ok();
    let is_page = parsed.as_ref().is_some_and(|it| {
        matches!(it.scheme_str(), Some("http" | "https"))
            && it.authority().is_some_and(|it| !it.as_str().contains('@'))
    });
    if is_page {
        Ok(Link { label, url })
    } else {
        let must = "begin with https:// and name a page".to_owned();
        Err(AccountsError::Field { name: "url", must })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_pages_and_nowhere_else() {
        let check = |url: &str| {
            check_link(Link { label: String::new(), url: url.to_owned() }).map(|link| link.url)
        };
        assert_eq!(check(" https://example.org/a?b=c ").unwrap(), "https://example.org/a?b=c");
        for bad in [
            "javascript:alert(1)",
            "data:text/html,hi",
            "example.org",
            "/here",
            "https://",
            "https://bank.example@evil.example/",
            "ftp://example.org",
        ] {
            assert!(check(bad).is_err(), "{bad}");
        }
        let many = vec![Link { label: String::new(), url: "https://a.example".to_owned() }; 11];
        assert!(check_links(many).is_err());
    }
}

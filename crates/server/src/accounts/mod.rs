//! Accounts: the people of this site, how they prove who they are, and guests.
//!
//! Invariants: no password, token or code is stored, only what recognises it; a request that proves
//! an account is answered from the row of its login or token, so that whatever ends one ends it at
//! once; whoever fails to sign in learns nothing about whether the account exists; the site never
//! loses its last admin.

mod access_token;
mod api_tokens;
mod basic;
mod clients;
mod credentials;
mod ending;
mod error;
mod guests;
mod invitations;
mod mails;
mod model;
mod passkeys;
mod password;
mod policy;
mod profile;
mod recovery;
mod registration;
mod routes;
mod sessions;
mod setup;
mod sign_in;
mod staff;
mod store;
mod totp;
mod username;

use std::path::PathBuf;
use std::sync::Arc;

use rivulet_media::time::WallClock;
use tokio::sync::{broadcast, watch};

pub(crate) use api_tokens::{ApiToken, Wished};
pub(crate) use clients::Tokens;
pub(crate) use error::AccountsError;
pub(crate) use guests::Guest;
pub(crate) use invitations::{Invitation, Invited};
pub(crate) use model::{Account, Login, LoginKind, Origin, SignedIn, State};
pub(crate) use passkeys::Passkey;
pub(crate) use password::Passwords;
pub(crate) use policy::{Policy, Registration};
pub(crate) use profile::{Face, Link, ProfilePatch};
pub(crate) use registration::Applicant;
pub(crate) use routes::{cookie, described, routes};
pub(crate) use sessions::Bearer;
pub(crate) use sign_in::SignIn;
pub(crate) use staff::{By, MAX_PAGE, Made, Wanted};

use crate::attempts::Limits;
use crate::audit::Audit;
use crate::clock::Clock;
use crate::config::Config;
use crate::db::Db;
use crate::ids::AccountId;
use crate::jobs::Jobs;
use crate::mail::Mail;
use crate::seal::Keyring;
use basic::Remembered;
use passkeys::Party;
use password::Cost;
use store::Store;

/// What the room is built from.
pub(crate) struct Doors {
    pub(crate) db: Db,
    pub(crate) keyring: Arc<Keyring>,
    pub(crate) clock: Clock,
    pub(crate) jobs: Jobs,
    pub(crate) mail: Mail,
    /// The site's rules for new accounts, as they are now.
    pub(crate) policy: watch::Receiver<Arc<Policy>>,
}

#[cfg(test)]
impl Doors {
    /// Of a site that sends no mail.
    pub(crate) fn without_mail(
        db: Db,
        keyring: Arc<Keyring>,
        clock: Clock,
        policy: Policy,
    ) -> Self {
        let jobs = Jobs::new(db.clone(), clock);
        let doors = crate::mail::Doors { jobs: jobs.clone(), keyring: Arc::clone(&keyring) };
        let mail = Mail::new(None, doors, clock).unwrap();
        let policy = watch::channel(Arc::new(policy)).1;
        Self { db, keyring, clock, jobs, mail, policy }
    }
}

/// The room's handle.
#[derive(Clone)]
pub(crate) struct Accounts {
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    audit: Audit,
    keyring: Arc<Keyring>,
    clock: Clock,
    passwords: Passwords,
    limits: Limits,
    remembered: Remembered,
    policy: watch::Receiver<Arc<Policy>>,
    jobs: Jobs,
    mail: Mail,
    /// Whose ways in have changed.
    ended: broadcast::Sender<AccountId>,
    /// The site as browsers know it that keep passkeys; `None` where they keep none.
    party: Option<Party>,
    /// What links in letters begin with.
    public_url: Option<String>,
    /// The site's name, in letters and authenticators.
    site: String,
    /// Where a first run left its password.
    data_dir: PathBuf,
}

/// What the site is called, until its settings say so.
const SITE: &str = "Rivulet";

/// What a secret proves. It goes into the hash: a secret of one kind is none of another.
#[derive(Clone, Copy)]
enum Kind {
    Cookie,
    RefreshToken,
    ApiToken,
    OneTimeCode,
    Invitation,
    Guest,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Cookie => "session",
            Self::RefreshToken => "refresh token",
            Self::ApiToken => "api token",
            Self::OneTimeCode => "one-time code",
            Self::Invitation => "invitation",
            Self::Guest => "guest",
        }
    }
}

impl Accounts {
    /// The room over its database and keys. `cores` is how many passwords are hashed at a time.
    ///
    /// # Errors
    /// When there is no randomness.
    pub(crate) fn new(doors: Doors, config: &Config, cores: usize) -> Result<Self, AccountsError> {
        Ok(Self::with(doors, config, Passwords::new(Cost::TODAY, cores)?))
    }

    /// The room for tests of others, in which passwords cost next to nothing.
    #[cfg(test)]
    pub(crate) fn for_tests(db: Db, keyring: Arc<Keyring>, config: &Config) -> Self {
        let clock = Clock::system();
        let jobs = Jobs::new(db.clone(), clock);
        let doors = crate::mail::Doors { jobs: jobs.clone(), keyring: Arc::clone(&keyring) };
        let mail = Mail::new(None, doors, clock).unwrap();
        let policy = watch::channel(Arc::default()).1;
        let doors = Doors { db, keyring, clock, jobs, mail, policy };
        Self::with(doors, config, Passwords::new(Cost::LEAST, 2).unwrap())
    }

    fn with(doors: Doors, config: &Config, passwords: Passwords) -> Self {
        let shared = Shared {
            audit: Audit::new(doors.db.clone(), doors.clock),
            store: Store::new(doors.db),
            keyring: doors.keyring,
            clock: doors.clock,
            passwords,
            limits: Limits::default(),
            remembered: Remembered::default(),
            policy: doors.policy,
            jobs: doors.jobs,
            mail: doors.mail,
            ended: broadcast::Sender::new(ending::MAX_BEHIND),
            party: Party::at(config.public_url.as_deref()),
            public_url: config.public_url.clone(),
            site: SITE.to_owned(),
            data_dir: config.data_dir.clone(),
        };
        Self { shared: Arc::new(shared) }
    }

    /// The rules for new accounts, as they are now.
    pub(crate) fn policy(&self) -> Arc<Policy> {
        Arc::clone(&self.shared.policy.borrow())
    }

    fn site_name(&self) -> &str {
        &self.shared.site
    }

    fn now(&self) -> WallClock {
        self.shared.clock.wall()
    }

    /// By what a secret is found.
    fn hash_of(&self, kind: Kind, secret: &str) -> String {
        self.shared.keyring.fingerprint(&format!("{} {secret}", kind.name())).to_hex()
    }
}

#[cfg(test)]
mod tests;

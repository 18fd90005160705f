//! Passkeys: keys that somebody's device keeps and unlocks for this site alone, beside the password.
//!
//! W3C Web Authentication Level 3. A device must prove to itself who holds it (by a finger, a face
//! or a code), so a passkey alone signs in, whatever second factor the account has. There are
//! passkeys only where the site has a host name, for browsers bind them to one; that is why
//! everybody has a password as well.

mod party;
mod proof;

use rivulet_media::time::WallClock;

pub(super) use party::{LASTS, Party};
pub(super) use proof::{Algorithm, ProofError, PublicKey};

use super::model::{Account, LoginKind, SignedIn, line};
use super::{Accounts, AccountsError, Origin, store};
use crate::access::words;
use crate::attempts::Limit;
use crate::ids::{AccountId, PasskeyId};
use crate::seal::Secret;
use party::Challenge;
use proof::{AuthenticatorData, Ceremony, is_credential_id};

/// Passkeys of one account.
pub(super) const MAX_PASSKEYS: u32 = 20;
/// Longest name of one, in characters.
const MAX_NAME: usize = 60;
/// Passkeys shown, and challenges asked for, from one address: a school shares one, and every page
/// with a sign-in asks once.
const BY_ADDRESS: Limit = Limit { burst: 120, every: std::time::Duration::from_secs(2) };

words! {
    /// How a browser reaches what holds a passkey.
    Transport {
        /// Bluetooth.
        Ble = "ble",
        /// A telephone beside the computer.
        Hybrid = "hybrid",
        /// The device itself.
        Internal = "internal",
        /// Near field communication.
        Nfc = "nfc",
        /// A chip card.
        SmartCard = "smart-card",
        /// A plug.
        Usb = "usb",
    }
}

/// A passkey, as its owner sees it.
#[derive(Clone, Debug)]
pub(crate) struct Passkey {
    pub(crate) id: PasskeyId,
    pub(crate) name: String,
    /// Whether its maker keeps a copy.
    pub(crate) synced: bool,
    pub(crate) created_at: WallClock,
    pub(crate) last_used_at: Option<WallClock>,
}

/// A passkey with what recognises it.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) passkey: Passkey,
    pub(super) account: AccountId,
    pub(super) credential: Vec<u8>,
    pub(super) key: PublicKey,
    pub(super) sign_count: u32,
    pub(super) backup_eligible: bool,
    pub(super) transports: Vec<Transport>,
}

/// What a browser is to make a passkey for.
pub(super) struct Wanted {
    pub(super) party: Party,
    pub(super) account: Account,
    pub(super) challenge: String,
    /// The passkeys there are: a device that holds one makes no other.
    pub(super) known: Vec<Kept>,
}

/// A new passkey as the browser shows it.
pub(super) struct Made {
    pub(super) name: String,
    pub(super) client_data: Vec<u8>,
    pub(super) authenticator_data: Vec<u8>,
    pub(super) public_key: Vec<u8>,
    pub(super) algorithm: i64,
    pub(super) transports: Vec<Transport>,
}

/// A passkey that somebody signs in with.
pub(super) struct Shown {
    pub(super) credential: Vec<u8>,
    pub(super) client_data: Vec<u8>,
    pub(super) authenticator_data: Vec<u8>,
    pub(super) signature: Vec<u8>,
    /// Whose it is, as the device remembers.
    pub(super) user: Option<Vec<u8>>,
}

impl Accounts {
    /// Whether people can have passkeys here.
    pub(crate) fn has_passkeys(&self) -> bool {
        self.shared.party.is_some()
    }

    /// The passkeys of an account, oldest first.
    pub(crate) async fn passkeys(&self, id: AccountId) -> Result<Vec<Passkey>, AccountsError> {
        let kept = self.shared.store.passkeys(id).await?;
        Ok(kept.into_iter().map(|kept| kept.passkey).collect())
    }

    /// Begins to make a passkey; whoever asks shows the password again.
    pub(super) async fn begin_passkey(
        &self,
        id: AccountId,
        password: &Secret,
        origin: &Origin,
    ) -> Result<Wanted, AccountsError> {
        let party = self.party()?.clone();
        let account = self.check_again(self.account(id).await?, password, origin).await?;
        let known = self.shared.store.passkeys(id).await?;
        if known.len() >= usize::try_from(MAX_PASSKEYS).unwrap_or(usize::MAX) {
            return Err(AccountsError::Full { what: "passkeys", max: MAX_PASSKEYS });
        }
        let challenge = Party::challenge(&self.shared.keyring, Some(id), self.now())?;
        Ok(Wanted { party, account, challenge, known })
    }

    /// Keeps a passkey that a browser made.
    pub(super) async fn add_passkey(
        &self,
        id: AccountId,
        made: Made,
    ) -> Result<Passkey, AccountsError> {
        let party = self.party()?;
        let name = passkey_name(&made.name)?;
        let now = self.now();
        let said = (made.client_data.as_slice(), Ceremony::Create);
        let challenge = party.answered(&self.shared.keyring, said, (Some(id), now))?;
        let read = AuthenticatorData::read(&made.authenticator_data, &party.id)?;
        let credential = read.credential_id.ok_or(ProofError::Damaged)?.to_vec();
        let kept = Kept {
            passkey: Passkey {
                id: PasskeyId::generate(),
                name,
                synced: read.backed_up,
                created_at: now,
                last_used_at: None,
            },
            account: id,
            credential,
            key: PublicKey::read(made.public_key, made.algorithm)?,
            sign_count: read.sign_count,
            backup_eligible: read.backup_eligible,
            transports: made.transports,
        };
        let mut transaction = self.shared.store.begin().await?;
        self.answered(&mut transaction, &challenge).await?;
        store::insert_passkey(&mut transaction, &kept).await?;
        transaction.commit().await?;
        tracing::info!(account.id = %id, passkey.id = %kept.passkey.id, "an account has a new passkey");
        Ok(kept.passkey)
    }

    /// Gives a passkey another name.
    pub(super) async fn rename_passkey(
        &self,
        account: AccountId,
        id: PasskeyId,
        name: &str,
    ) -> Result<Passkey, AccountsError> {
        let name = passkey_name(name)?;
        let missing = || AccountsError::Missing("passkey");
        if !self.shared.store.rename_passkey(account, id, &name).await? {
            return Err(missing());
        }
        let passkeys = self.passkeys(account).await?;
        passkeys.into_iter().find(|it| it.id == id).ok_or_else(missing)
    }

    /// Forgets a passkey.
    pub(super) async fn remove_passkey(
        &self,
        account: AccountId,
        id: PasskeyId,
    ) -> Result<(), AccountsError> {
        let was = self.shared.store.delete_passkey(account, id).await?;
        if was { Ok(()) } else { Err(AccountsError::Missing("passkey")) }
    }

    /// What a browser is asked that shows a passkey, whoever's: the site, and a challenge.
    pub(super) fn begin_passkey_sign_in(
        &self,
        origin: &Origin,
    ) -> Result<(Party, String), AccountsError> {
        let party = self.party()?.clone();
        let by_address = self.shared.limits.counted("passkey from", origin.from);
        drop(self.pay_for(&[(by_address, BY_ADDRESS)])?);
        Ok((party, Party::challenge(&self.shared.keyring, None, self.now())?))
    }

    /// Signs a browser in by a passkey.
    pub(super) async fn sign_in_by_passkey(
        &self,
        shown: &Shown,
        origin: &Origin,
    ) -> Result<SignedIn, AccountsError> {
        let party = self.party()?;
        let by_address = self.shared.limits.counted("passkey from", origin.from);
        drop(self.pay_for(&[(by_address, BY_ADDRESS)])?);
        let said = (shown.client_data.as_slice(), Ceremony::Get);
        let challenge = party.answered(&self.shared.keyring, said, (None, self.now()))?;
        let known = match is_credential_id(&shown.credential) {
            true => self.shared.store.passkey(&shown.credential).await?,
            false => None,
        };
        let kept = known.ok_or(AccountsError::PasskeyUnknown)?;
        let used = kept.used(party, shown)?;
        let account = self.account(kept.account).await?;
        let mut transaction = self.shared.store.begin().await?;
        self.answered(&mut transaction, &challenge).await?;
        if !store::use_passkey(&mut transaction, &used, self.now()).await? {
            // A count that does not go up: somebody has a copy of the key.
            tracing::warn!(account.id = %account.id, passkey.id = %kept.passkey.id, "a passkey was copied");
            return Err(ProofError::Forged.into());
        }
        transaction.commit().await?;
        Self::may_sign_in(&account)?;
        self.open_login(account, LoginKind::Browser, origin).await
    }

    /// Notes that a challenge was answered; each is answered once.
    async fn answered(
        &self,
        transaction: &mut crate::db::Transaction,
        challenge: &Challenge,
    ) -> Result<(), AccountsError> {
        let times = (challenge.expires_at, self.now());
        let is_first = store::remember_challenge(transaction, &challenge.tag, times).await?;
        if is_first { Ok(()) } else { Err(ProofError::OtherPurpose.into()) }
    }

    fn party(&self) -> Result<&Party, AccountsError> {
        self.shared.party.as_ref().ok_or(AccountsError::NoPasskeys)
    }
}

impl Kept {
    /// The passkey after it was used as shown, if it was.
    fn used(&self, party: &Party, shown: &Shown) -> Result<Self, AccountsError> {
        let owner = self.account.to_string();
        if shown.user.as_ref().is_some_and(|user| user != owner.as_bytes()) {
            return Err(ProofError::OtherPurpose.into());
        }
        let read = AuthenticatorData::read(&shown.authenticator_data, &party.id)?;
        self.key.check((&shown.authenticator_data, &shown.client_data), &shown.signature)?;
        if read.backup_eligible != self.backup_eligible {
            return Err(ProofError::Damaged.into());
        }
        let mut used = self.clone();
        used.sign_count = read.sign_count;
        used.passkey.synced = read.backed_up;
        Ok(used)
    }
}

fn passkey_name(typed: &str) -> Result<String, AccountsError> {
    let name = line("name", typed, MAX_NAME)?;
    let must = format!("be 1 to {MAX_NAME} characters");
    if name.is_empty() { Err(AccountsError::Field { name: "name", must }) } else { Ok(name) }
}

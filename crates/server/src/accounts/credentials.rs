//! What people do with their own password and second factor. Each asks for the password again: a
//! browser that somebody left open is not enough.

use super::model::Account;
use super::password::Password;
use super::recovery::RecoveryCode;
use super::sign_in::SEAL_PURPOSE;
use super::staff::Told;
use super::totp::{Label, TotpSecret};
use super::{Accounts, AccountsError, LoginKind, Origin, SignedIn, store};
use crate::audit::{Action, Actor};
use crate::ids::AccountId;
use crate::seal::Secret;

/// A second factor that waits for its first code.
pub(crate) struct Enrolment {
    /// In Base32, for authenticators that cannot read pictures.
    pub(crate) secret: Secret,
    /// For those that can.
    pub(crate) uri: Secret,
}

impl Accounts {
    /// Chooses another password. Everybody is signed out, and the one who asks signed in again.
    pub(crate) async fn choose_password(
        &self,
        id: AccountId,
        (old, new): (&Secret, &Secret),
        origin: &Origin,
    ) -> Result<SignedIn, AccountsError> {
        let account = self.check_again(self.account(id).await?, old, origin).await?;
        let mail = account.email.as_ref().map_or("", |address| address.as_str());
        let new = Password::choose(new.reveal(), &[account.username.as_str(), mail])?;
        self.change_password(id, &new).await?;
        self.open_login(account, LoginKind::Browser, origin).await
    }

    /// Begins to ask for a second factor; it counts once a code of it was shown.
    pub(crate) async fn begin_totp(
        &self,
        id: AccountId,
        password: &Secret,
        origin: &Origin,
    ) -> Result<Enrolment, AccountsError> {
        let account = self.check_again(self.account(id).await?, password, origin).await?;
        let secret = TotpSecret::generate()?;
        let sealed = self.shared.keyring.seal(SEAL_PURPOSE, secret.text())?;
        self.shared.store.set_pending_factor(id, &sealed).await?;
        let name = account.username.to_string();
        let uri = secret.uri(&Label { issuer: &self.shared.site, account: &name });
        Ok(Enrolment { secret: secret.text().clone(), uri })
    }

    /// The first code of a new second factor. Gives recovery codes, shown here and nowhere again.
    pub(crate) async fn confirm_totp(
        &self,
        id: AccountId,
        code: &str,
    ) -> Result<Vec<Secret>, AccountsError> {
        let paid = self.pay_for_code(id)?;
        let pending = self.shared.store.pending_factor(id).await?;
        let sealed = pending.ok_or(AccountsError::Missing("authenticator to confirm"))?;
        let secret = self.shared.keyring.unseal(SEAL_PURPOSE, &sealed)?;
        let secret = TotpSecret::parse(&secret).ok_or(AccountsError::CodeWrong)?;
        let step = secret.check(code, self.now(), None).map_err(|_| AccountsError::CodeWrong)?;
        self.shared.limits.pay_back(paid);
        let codes = RecoveryCode::generate_all()?;
        self.shared.store.set_factor(id, (&sealed, step.number())).await?;
        self.keep_recovery_codes(id, codes).await
    }

    /// Signing in takes the password alone from now on.
    pub(crate) async fn disable_totp(
        &self,
        id: AccountId,
        password: &Secret,
        origin: &Origin,
    ) -> Result<(), AccountsError> {
        self.check_again(self.account(id).await?, password, origin).await?;
        self.shared.store.clear_factor(id).await
    }

    /// New recovery codes; the old ones are good for nothing more.
    pub(crate) async fn new_recovery_codes(
        &self,
        id: AccountId,
        password: &Secret,
        origin: &Origin,
    ) -> Result<Vec<Secret>, AccountsError> {
        let account = self.check_again(self.account(id).await?, password, origin).await?;
        if !account.has_totp {
            return Err(AccountsError::Missing("authenticator"));
        }
        self.keep_recovery_codes(id, RecoveryCode::generate_all()?).await
    }

    async fn keep_recovery_codes(
        &self,
        id: AccountId,
        codes: Vec<RecoveryCode>,
    ) -> Result<Vec<Secret>, AccountsError> {
        let keyring = &self.shared.keyring;
        let hashes: Vec<_> = codes.iter().map(|it| it.fingerprint(keyring).to_hex()).collect();
        self.shared.store.set_recovery_codes(id, (&hashes, self.now())).await?;
        Ok(codes.iter().map(RecoveryCode::shown).collect())
    }

    /// How many recovery codes are left.
    pub(crate) async fn recovery_codes_left(&self, id: AccountId) -> Result<u32, AccountsError> {
        self.shared.store.recovery_codes_left(id).await
    }

    /// Removes the account. What others must be able to refer to stays: its name is nobody's.
    pub(crate) async fn delete(
        &self,
        account: Account,
        password: &Secret,
        origin: &Origin,
    ) -> Result<(), AccountsError> {
        let account = self.check_again(account, password, origin).await?;
        let mut transaction = self.shared.store.begin().await?;
        store::forget(&mut transaction, account.id, self.now()).await?;
        let told = Told { action: Action::AccountDeleted, was: None, became: None };
        let (actor, who) = (Actor::from(&account.person()), (account.id, &account.username));
        self.note(&mut transaction, actor, who, told).await?;
        transaction.commit().await?;
        self.tell_ended(account.id);
        tracing::info!(account.id = %account.id, "an account was deleted by its owner");
        Ok(())
    }
}

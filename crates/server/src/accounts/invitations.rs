//! Invitations: codes with which people whom somebody wants here make accounts.

use std::time::Duration;

use rivulet_media::time::WallClock;
use serde_json::json;

use super::api_tokens::after;
use super::model::line;
use super::store::NewInvitation;
use super::{Accounts, AccountsError, By, Kind, store};
use crate::audit::{Action, Entry, Subject, SubjectKind};
use crate::clock::rfc3339;
use crate::db::Transaction;
use crate::ids::InvitationId;
use crate::seal::{self, Secret};

/// Uses of one invitation.
const MAX_USES: u32 = 1000;
/// The longest that an invitation may last.
const MAX_LASTS: Duration = Duration::from_secs(3600 * 24 * 366);
/// Longest note on an invitation, in characters.
const MAX_NOTE: usize = 140;

/// An invitation, without its code.
#[derive(Clone, Debug)]
pub(crate) struct Invitation {
    pub(crate) id: InvitationId,
    pub(crate) note: String,
    pub(crate) uses_left: u32,
    /// The name of whoever made it.
    pub(crate) made_by: Option<String>,
    pub(crate) created_at: WallClock,
    pub(crate) expires_at: Option<WallClock>,
}

/// An invitation that somebody makes.
pub(crate) struct Invited<'a> {
    pub(crate) note: &'a str,
    pub(crate) uses: u32,
    /// `None` for until it is used up.
    pub(crate) lasts: Option<Duration>,
}

impl Accounts {
    /// Makes an invitation; its code is shown here and nowhere again.
    pub(crate) async fn invite(
        &self,
        by: By<'_>,
        invited: &Invited<'_>,
    ) -> Result<(Invitation, Secret), AccountsError> {
        let note = line("note", invited.note, MAX_NOTE)?;
        if !(1..=MAX_USES).contains(&invited.uses) {
            let must = format!("be 1 to {MAX_USES}");
            return Err(AccountsError::Field { name: "uses", must });
        }
        if invited.lasts.is_some_and(|lasts| lasts.is_zero() || lasts > MAX_LASTS) {
            let must = "be 1 to 366".to_owned();
            return Err(AccountsError::Field { name: "expires_in_days", must });
        }
        let (code, now) = (seal::random_token()?, self.now());
        let invitation = Invitation {
            id: InvitationId::generate(),
            note,
            uses_left: invited.uses,
            made_by: by.account().map(|_| by.actor().name().to_owned()),
            created_at: now,
            expires_at: invited.lasts.map(|lasts| after(now, lasts)),
        };
        let hash = self.hash_of(Kind::Invitation, code.reveal());
        let new = NewInvitation { invitation: &invitation, hash: &hash, made_by: by.account() };
        let mut transaction = self.shared.store.begin().await?;
        store::insert_invitation(&mut transaction, &new).await?;
        let action = Action::InvitationCreated;
        self.note_invitation(&mut transaction, (by, action), &invitation).await?;
        transaction.commit().await?;
        Ok((invitation, code))
    }

    /// The invitations that are good for something, the newest first.
    pub(crate) async fn invitations(&self) -> Result<Vec<Invitation>, AccountsError> {
        self.shared.store.invitations(self.now()).await
    }

    /// Takes an invitation back.
    pub(crate) async fn remove_invitation(
        &self,
        by: By<'_>,
        id: InvitationId,
    ) -> Result<(), AccountsError> {
        let mut transaction = self.shared.store.begin().await?;
        let removed = store::remove_invitation(&mut transaction, id).await?;
        let invitation = removed.ok_or(AccountsError::Missing("invitation"))?;
        let action = Action::InvitationDeleted;
        self.note_invitation(&mut transaction, (by, action), &invitation).await?;
        Ok(transaction.commit().await?)
    }

    async fn note_invitation(
        &self,
        transaction: &mut Transaction,
        (by, action): (By<'_>, Action),
        invitation: &Invitation,
    ) -> Result<(), AccountsError> {
        let expires = invitation.expires_at.map(rfc3339);
        let says = Some(json!({ "uses_left": invitation.uses_left, "expires_at": expires }));
        let (was, became) = match action {
            Action::InvitationDeleted => (says, None),
            _ => (None, says),
        };
        let subject = Subject::new(SubjectKind::Invitation, invitation.id, &invitation.note);
        let entry = Entry { actor: &by.actor(), action, subject, was, became };
        Ok(self.shared.audit.record(transaction, entry).await?)
    }
}

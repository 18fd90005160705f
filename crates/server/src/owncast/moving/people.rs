//! People: who has no account here keeps the token that they show, programs keep theirs.

use super::source::Row;
use super::{Became, Moving};
use crate::accounts::Guest;
use crate::chat::Newcomer;
use crate::db::Transaction;
use crate::ids::{ChatterId, GuestId, TokenId};
use crate::owncast::OwncastError;
use crate::owncast::store::moved::Known;
use crate::owncast::tokens::Scope;
use crate::seal::Secret;

/// Degrees between two of Owncast's eight colours.
const STEP: u16 = 45;
/// Longest name that is looked at, in bytes.
const MAX_NAME: usize = 500;

/// Who a user of Owncast's is here, as it is written down.
enum Whom {
    Guest(GuestId),
    /// A program, and what its token may be used for.
    Bot(TokenId, Vec<Scope>),
}

/// What became of something of somebody who was forgotten here.
pub(super) const FORGOTTEN: &str = "forgotten";

/// As it is written down of a guest.
pub(super) fn written(guest: ChatterId) -> String {
    format!("guest {guest}")
}

impl Whom {
    /// Somebody new, or a program.
    fn of(row: &Row) -> Self {
        if row.text("type").as_deref() != Some("API") {
            return Self::Guest(GuestId::generate());
        }
        // A program whose token was taken away is here for what it said.
        if row.text("disabled_at").is_some() {
            return Self::Bot(TokenId::generate(), Vec::new());
        }
        let scopes = row.text("scopes").unwrap_or_default();
        let scopes = scopes.split(',').filter_map(|it| Scope::parse(it.trim())).collect();
        Self::Bot(TokenId::generate(), scopes)
    }

    fn written(&self) -> String {
        match self {
            Self::Guest(id) => written(ChatterId::from(*id)),
            Self::Bot(id, scopes) => {
                let scopes: Vec<_> = scopes.iter().map(|it| it.as_str()).collect();
                format!("bot {id} {}", scopes.join(","))
            }
        }
    }

    fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        match (parts.next()?, parts.next()?, parts.next()) {
            ("guest", id, _) => GuestId::parse(id).map(Self::Guest),
            ("bot", id, scopes) => {
                let scopes = scopes.unwrap_or_default().split(',').filter_map(Scope::parse);
                Some(Self::Bot(TokenId::parse(id)?, scopes.collect()))
            }
            _ => None,
        }
    }

    fn chatter(&self) -> ChatterId {
        match self {
            Self::Guest(id) => ChatterId::from(*id),
            Self::Bot(id, _) => ChatterId::from(*id),
        }
    }
}

impl Moving<'_> {
    /// A user: somebody in chat, or a program.
    pub(super) async fn user(
        &self,
        transaction: &mut Option<Transaction>,
        row: &Row,
    ) -> Result<Became, OwncastError> {
        if row.text("id").is_none() {
            return Ok(Became::Kept(Some("a user without an id is kept as it is".to_owned())));
        }
        let whom = Whom::of(row);
        let newcomer = self.newcomer(&whom, row);
        let mut open = self.begin().await?;
        let name = self.adopt(&mut open, &newcomer).await?;
        if let Whom::Guest(id) = whom {
            let (colour, created_at) = (newcomer.colour * STEP, newcomer.since);
            let guest = Guest { id, name, colour, created_at };
            let accounts = &self.owncast.doors().accounts;
            accounts.adopt_guest(&mut open, (&guest, newcomer.seen_at)).await?;
        }
        *transaction = Some(open);
        Ok(Became::Here(whom.written()))
    }

    /// Somebody as chat knows people.
    fn newcomer(&self, whom: &Whom, row: &Row) -> Newcomer {
        let is_bot = matches!(whom, Whom::Bot(..));
        let now = self.owncast.shared.clock.wall();
        let since = row.time("created_at").unwrap_or(now);
        let colour = row.text("display_color").and_then(|it| it.parse::<f64>().ok());
        let scopes = row.text("scopes").unwrap_or_default();
        Newcomer {
            id: whom.chatter(),
            is_bot,
            name: row.text("display_name").filter(|it| it.len() <= MAX_NAME).unwrap_or_default(),
            // 0 to 7, whatever stood there.
            colour: colour.unwrap_or_default().rem_euclid(8.0) as u16 % 8,
            since,
            seen_at: row.time("last_used").unwrap_or(since),
            keeps_order: !is_bot && scopes.split(',').any(|it| it.trim() == "MODERATOR"),
            banned_at: row.since("disabled_at", now).filter(|_| !is_bot),
        }
    }

    async fn adopt(
        &self,
        transaction: &mut Transaction,
        newcomer: &Newcomer,
    ) -> Result<String, OwncastError> {
        let chat = &self.owncast.doors().chat;
        Ok(chat.adopt(transaction, (&self.channel, &self.actor), newcomer).await?)
    }

    /// Who a user is here, if they were taken over.
    pub(super) async fn whom(&self, user: &str) -> Result<Option<ChatterId>, OwncastError> {
        Ok(self.known_as(user).await?.map(|whom| whom.chatter()))
    }

    async fn known_as(&self, user: &str) -> Result<Option<Whom>, OwncastError> {
        let key = self.short(user.to_owned());
        match self.owncast.shared.store.moved(("users", &key)).await? {
            Some(Known::Here(became)) => Ok(Whom::read(&became)),
            Some(Known::Kept) | None => Ok(None),
        }
    }

    /// What somebody shows.
    pub(super) async fn token(
        &self,
        transaction: &mut Option<Transaction>,
        row: &Row,
    ) -> Result<Became, OwncastError> {
        let (token, user) = (row.text("token"), row.text("user_id").unwrap_or_default());
        let Some(token) = token.map(Secret::from) else { return Ok(Became::Kept(None)) };
        match self.known_as(&user).await? {
            None => {
                Ok(Became::Kept(Some(format!("a token is of the user {user}, who is not there"))))
            }
            Some(Whom::Bot(_, scopes)) if scopes.is_empty() => Ok(Became::Kept(None)),
            Some(Whom::Bot(id, scopes)) => self.bot_token(transaction, (id, scopes), &token).await,
            // Whoever was forgotten since stays so: nothing of theirs is kept either.
            Some(Whom::Guest(id))
                if self.owncast.doors().accounts.guest_by_id(id).await?.is_none() =>
            {
                Ok(Became::Here(FORGOTTEN.to_owned()))
            }
            Some(Whom::Guest(id)) => {
                let mut open = self.begin().await?;
                let accounts = &self.owncast.doors().accounts;
                if !accounts.adopt_token(&mut open, (id, token.reveal())).await? {
                    let why = "a token is somebody else's here, or too long".to_owned();
                    return Ok(Became::Kept(Some(why)));
                }
                *transaction = Some(open);
                Ok(Became::Here("token".to_owned()))
            }
        }
    }

    async fn bot_token(
        &self,
        transaction: &mut Option<Transaction>,
        (id, scopes): (TokenId, Vec<Scope>),
        token: &Secret,
    ) -> Result<Became, OwncastError> {
        let known = self.owncast.doors().chat.newcomer(ChatterId::from(id)).await?;
        let Some(known) = known else { return Ok(Became::Kept(None)) };
        let mut open = self.begin().await?;
        let adopted = self.owncast.adopt_token(&mut open, (id, &known, scopes), token).await;
        match adopted {
            Ok(()) => {
                *transaction = Some(open);
                Ok(Became::Here("token".to_owned()))
            }
            Err(error) if error.is_refusal() => {
                Ok(Became::Kept(Some(format!("the token of {}: {error}", known.name))))
            }
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_somebody_is_is_read_as_it_was_written() {
        let (guest, bot) = (GuestId::generate(), TokenId::generate());
        let written = Whom::Guest(guest).written();
        assert!(matches!(Whom::read(&written), Some(Whom::Guest(id)) if id == guest));
        let scopes = vec![Scope::Messages, Scope::AdminAccess];
        let written = Whom::Bot(bot, scopes.clone()).written();
        let Some(Whom::Bot(id, read)) = Whom::read(&written) else { panic!("{written}") };
        assert_eq!((id, read), (bot, scopes));
        let Some(Whom::Bot(_, none)) = Whom::read(&Whom::Bot(bot, Vec::new()).written()) else {
            panic!()
        };
        assert!(none.is_empty());
        for nonsense in ["", "guest", "guest x", "bot x y", "x y z"] {
            assert!(Whom::read(nonsense).is_none(), "{nonsense}");
        }
    }
}

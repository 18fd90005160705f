//! Guests: somebody in chat without an account. Who makes one later keeps name, colour and history.

use std::time::Duration;

use rivulet_media::time::WallClock;

use super::model::hue_of;
use super::{Accounts, AccountsError, Kind, Origin, store};
use crate::attempts::Limit;
use crate::db::Transaction;
use crate::ids::GuestId;
use crate::seal::{self, Secret};

/// Guests from one address: a school shares one.
const BY_ADDRESS: Limit = Limit { burst: 60, every: Duration::from_secs(20) };
/// And from the /56 and the /48 around an IPv6 address: whoever has one of those chooses among as
/// many addresses as there are.
const AROUND: [Limit; 2] = [
    Limit { burst: 180, every: Duration::from_secs(7) },
    Limit { burst: 600, every: Duration::from_secs(2) },
];
/// The longest token that is looked at, in bytes.
const MAX_TOKEN: usize = 2048;
/// What guests are called, before a number.
const FIRST: &[&str] = &[
    "Amber", "Brisk", "Calm", "Clever", "Cosy", "Curious", "Eager", "Gentle", "Happy", "Jolly",
    "Kind", "Lively", "Lucky", "Mellow", "Merry", "Nimble", "Quiet", "Rapid", "Silver", "Sunny",
    "Swift", "Tidy", "Warm", "Witty",
];
const SECOND: &[&str] = &[
    "Badger",
    "Beaver",
    "Crane",
    "Dipper",
    "Duck",
    "Falcon",
    "Fox",
    "Frog",
    "Hare",
    "Heron",
    "Kingfisher",
    "Lynx",
    "Marten",
    "Otter",
    "Owl",
    "Perch",
    "Pike",
    "Salmon",
    "Seal",
    "Swan",
    "Trout",
    "Turtle",
    "Vole",
    "Wren",
];

/// Somebody in chat without an account.
#[derive(Clone, Debug)]
pub(crate) struct Guest {
    pub(crate) id: GuestId,
    pub(crate) name: String,
    /// A hue.
    pub(crate) colour: u16,
    pub(crate) created_at: WallClock,
}

impl Accounts {
    /// A new guest, and what they show from now on.
    pub(crate) async fn welcome_guest(
        &self,
        origin: &Origin,
    ) -> Result<(Guest, Secret), AccountsError> {
        let counted = |within| self.shared.limits.counted("guest from", within);
        let by_address = (self.shared.limits.counted("guest from", origin.from), BY_ADDRESS);
        let around = origin.from.around().into_iter().zip(AROUND);
        let around = around.map(|(net, limit)| (counted(net), limit));
        drop(self.pay_for(&std::iter::once(by_address).chain(around).collect::<Vec<_>>())?);
        let token = seal::random_token()?;
        let name = made_up(seal::entropy()?);
        let guest =
            Guest { id: GuestId::generate(), colour: hue_of(&name), name, created_at: self.now() };
        let hash = self.hash_of(Kind::Guest, token.reveal());
        self.shared.store.insert_guest(&guest, &hash).await?;
        Ok((guest, token))
    }

    /// The guest who shows `token`, unless an account has become of them.
    pub(crate) async fn guest(&self, token: &str) -> Result<Option<Guest>, AccountsError> {
        if token.len() > MAX_TOKEN {
            return Ok(None);
        }
        let hash = self.hash_of(Kind::Guest, token);
        self.shared.store.guest(&hash).await
    }

    /// Takes in a guest whom another program knew, as part of what else is taken over of them.
    pub(crate) async fn adopt_guest(
        &self,
        transaction: &mut Transaction,
        (guest, seen_at): (&Guest, WallClock),
    ) -> Result<(), AccountsError> {
        // What they show is added afterwards; this one nobody knows.
        let hash = self.hash_of(Kind::Guest, seal::random_token()?.reveal());
        Ok(store::guests::insert(transaction, (guest, &hash), seen_at).await?)
    }

    /// Lets a guest show this token too. `false` when it is somebody else's, or none at all.
    pub(crate) async fn adopt_token(
        &self,
        transaction: &mut Transaction,
        (guest, token): (GuestId, &str),
    ) -> Result<bool, AccountsError> {
        if token.is_empty() || token.len() > MAX_TOKEN {
            return Ok(false);
        }
        let hash = self.hash_of(Kind::Guest, token);
        Ok(store::guests::add_token(transaction, (guest, &hash), self.now()).await?)
    }

    /// Forgets a guest of whom no account has become. `false` when there is none.
    pub(crate) async fn forget_guest(
        &self,
        transaction: &mut Transaction,
        guest: GuestId,
    ) -> Result<bool, AccountsError> {
        Ok(store::guests::remove(transaction, guest).await?)
    }

    /// The guest of that id, unless there is none any more.
    pub(crate) async fn guest_by_id(&self, id: GuestId) -> Result<Option<Guest>, AccountsError> {
        self.shared.store.guest_by_id(id).await
    }
}

/// A name like `Swift Otter 4821`.
fn made_up(entropy: [u8; 32]) -> String {
    let [a, b, c, d, ..] = entropy;
    let word = |words: &[&'static str], byte: u8| {
        words.get(usize::from(byte) % words.len()).copied().unwrap_or_default()
    };
    let number = u16::from_be_bytes([c, d]) % 9000 + 1000;
    format!("{} {} {number}", word(FIRST, a), word(SECOND, b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guests_have_names_that_can_be_said() {
        assert_eq!(made_up([0; 32]), "Amber Badger 1000");
        assert_eq!(made_up([255; 32]), "Nimble Perch 3535");
    }
}

//! Passwords: which are good enough, and how they are kept: argon2id (RFC 9106) as PHC strings.
//!
//! A hash costs a core fifty milliseconds and nineteen megabytes, on purpose. So hashing has a gate:
//! few at a time, few more in line, and whoever comes on top of that is told at once. Sign-ins under
//! load never take the cores that the picture needs.

use std::fmt;
use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{self, PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization as _;

use crate::db::stored_as_text;
use crate::seal::{self, SealError, Secret};

/// Characters of a password.
const MIN_CHARS: usize = 8;
const MAX_CHARS: usize = 256;
/// What is looked at at all: somebody could send megabytes to be normalised and hashed.
const MAX_BYTES: usize = 2048;
/// Sign-ins that wait for the gate, for a few seconds at most; the next is refused.
const MAX_WAITING: usize = 64;
/// Of the salt (RFC 9106 §3.1).
const SALT_LEN: usize = 16;
/// The passwords that everybody tries first.
const COMMON: &str = include_str!("common_passwords.txt");

/// A password in the one form in which it is hashed and compared (NFKC). Prints as `***`.
#[derive(Clone, Debug)]
pub(crate) struct Password(Secret);

/// A hash as it is stored. Prints as `***`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct StoredPassword(String);

/// Why a password is not good enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PasswordError {
    #[error("a password has {MIN_CHARS} to {MAX_CHARS} characters")]
    Length,
    #[error("this password is one of those that everybody tries first: choose another")]
    Common,
    #[error("the password is the account's name or mail address: choose another")]
    Same,
}

/// Why a password was neither hashed nor compared.
#[derive(Debug, thiserror::Error)]
pub(crate) enum HashError {
    #[error("too many are signing in at once: try again in a few seconds")]
    TooMany,
    #[error("the stored password is damaged: reset it with `rivulet admin reset-password`")]
    Damaged,
    #[error("hashing a password failed")]
    Failed(#[source] password_hash::Error),
    #[error("hashing a password was broken off")]
    Broken,
    #[error("secrets")]
    Seal(#[from] SealError),
}

/// What comparing a password says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Wrong,
    Right,
    /// Right, but kept in a way that is not today's: hash it again and store that.
    RightButOld,
}

/// What a hash costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cost {
    memory_kib: u32,
    passes: u32,
}

/// Hashes and compares. Everybody shares one, for its gate counts.
#[derive(Clone)]
pub(crate) struct Passwords {
    cost: Cost,
    /// One permit for each core that hashing may take.
    cores: Arc<Semaphore>,
    /// One permit for everybody who hashes or waits to.
    places: Arc<Semaphore>,
    /// The hash of no password, of today's cost.
    decoy: StoredPassword,
    /// How often the gate was passed: what an answer costs shows here, and on no clock.
    #[cfg(test)]
    pub(super) passed: Arc<std::sync::atomic::AtomicU64>,
}

impl Password {
    /// Reads what somebody typed to sign in. `None` for what can be nobody's password.
    pub(crate) fn parse(typed: &str) -> Option<Self> {
        if typed.is_empty() || typed.len() > MAX_BYTES {
            return None;
        }
        let text: String = typed.nfkc().collect();
        (text.chars().count() <= MAX_CHARS).then(|| Self(Secret::from(text)))
    }

    /// Reads a new password. `known` is what others know of the account: its name, its addresses.
    ///
    /// # Errors
    /// When it is too easily guessed.
    pub(crate) fn choose(typed: &str, known: &[&str]) -> Result<Self, PasswordError> {
        let password = Self::parse(typed).ok_or(PasswordError::Length)?;
        let text = password.0.reveal();
        if text.chars().count() < MIN_CHARS {
            return Err(PasswordError::Length);
        }
        let lower = text.to_lowercase();
        if COMMON.lines().any(|common| common == lower) || is_one_letter(&lower) {
            return Err(PasswordError::Common);
        }
        let same = |known: &&str| {
            let known = known.nfkc().collect::<String>().to_lowercase();
            let before_at = known.split('@').next().unwrap_or_default();
            lower == known || lower == before_at
        };
        if known.iter().any(same) { Err(PasswordError::Same) } else { Ok(password) }
    }
}

fn is_one_letter(text: &str) -> bool {
    let first = text.chars().next();
    text.chars().all(|c| Some(c) == first)
}

impl Cost {
    /// About fifty milliseconds of one core of 2026; OWASP's least for argon2id.
    pub(crate) const TODAY: Self = Self { memory_kib: 19 * 1024, passes: 2 };
    /// As little as the algorithm allows, for tests.
    #[cfg(test)]
    pub(crate) const LEAST: Self = Self { memory_kib: 8, passes: 1 };

    fn argon2(self) -> Result<Argon2<'static>, HashError> {
        let params = Params::new(self.memory_kib, self.passes, 1, None)
            .map_err(|error| HashError::Failed(error.into()))?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }

    fn hash(self, password: &Password) -> Result<StoredPassword, HashError> {
        let salt = seal::entropy()?;
        let salt = salt.get(..SALT_LEN).unwrap_or(&salt);
        let hash = self.argon2()?.hash_password_with_salt(password.0.reveal().as_bytes(), salt);
        Ok(StoredPassword(hash.map_err(HashError::Failed)?.to_string()))
    }

    fn verify(self, password: &Password, stored: &StoredPassword) -> Result<Verdict, HashError> {
        let hash = PasswordHash::new(&stored.0).map_err(|_| HashError::Damaged)?;
        // The stored parameters decide; ours say whether they are today's.
        match self.argon2()?.verify_password(password.0.reveal().as_bytes(), &hash) {
            Ok(()) if self.made(&hash) => Ok(Verdict::Right),
            Ok(()) => Ok(Verdict::RightButOld),
            Err(password_hash::Error::PasswordInvalid) => Ok(Verdict::Wrong),
            Err(_) => Err(HashError::Damaged),
        }
    }

    fn made(self, hash: &PasswordHash) -> bool {
        let of_today = |params: Params| {
            (params.m_cost(), params.t_cost(), params.p_cost()) == (self.memory_kib, self.passes, 1)
        };
        hash.algorithm.as_str() == "argon2id"
            && hash.version == Some(Version::V0x13.into())
            && Params::try_from(hash).is_ok_and(of_today)
    }
}

impl Passwords {
    /// With a gate that `cores` hashes pass at a time.
    ///
    /// # Errors
    /// When there is no randomness, or `cost` is none that argon2 knows.
    pub(crate) fn new(cost: Cost, cores: usize) -> Result<Self, HashError> {
        let decoy = cost.hash(&Password(seal::random_token()?))?;
        let cores = cores.max(1);
        Ok(Self {
            cost,
            cores: Arc::new(Semaphore::new(cores)),
            places: Arc::new(Semaphore::new(cores + MAX_WAITING)),
            decoy,
            #[cfg(test)]
            passed: Arc::default(),
        })
    }

    /// The form in which `password` is kept.
    pub(crate) async fn hash(&self, password: &Password) -> Result<StoredPassword, HashError> {
        let (cost, password) = (self.cost, password.clone());
        self.behind_the_gate(move || cost.hash(&password)).await?
    }

    /// Whether `password` is the one that was stored.
    pub(crate) async fn verify(
        &self,
        password: &Password,
        stored: &StoredPassword,
    ) -> Result<Verdict, HashError> {
        let (cost, password, stored) = (self.cost, password.clone(), stored.clone());
        self.behind_the_gate(move || cost.verify(&password, &stored)).await?
    }

    /// Takes as long as [`Self::verify`] for a wrong password, where there is no account: how long
    /// an answer takes must not tell.
    pub(crate) async fn verify_nobody(&self, password: &Password) -> Result<(), HashError> {
        self.verify(password, &self.decoy).await.map(|_| ())
    }

    async fn behind_the_gate<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, HashError> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_| HashError::TooMany)?;
        let core = Arc::clone(&self.cores).acquire_owned().await.map_err(|_| HashError::Broken)?;
        #[cfg(test)]
        self.passed.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        // Both go with the work: a client that hangs up does not open the gate for another.
        let held = move || {
            let done = work();
            drop((core, place));
            done
        };
        tokio::task::spawn_blocking(held).await.map_err(|_| HashError::Broken)
    }
}

impl StoredPassword {
    /// Reads the database's text form.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        PasswordHash::new(text).is_ok().then(|| Self(text.to_owned()))
    }
}

impl fmt::Display for StoredPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for StoredPassword {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

stored_as_text!(StoredPassword);

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::parse(text).unwrap()
    }

    #[test]
    fn passwords_are_long_uncommon_and_not_what_everybody_knows() {
        use PasswordError::{Common, Length, Same};
        let known = ["Ada.Lovelace", "countess.ada@example.org"];
        for (typed, expected) in [
            ("correct horse battery staple", None),
            ("12 Zeichen ü", None),
            ("🦀🦀🐙🐙🦀🦀🐙🐙", None),
            ("short", Some(Length)),
            ("1234567", Some(Length)),
            (&"x1".repeat(129), Some(Length)),
            (&"\u{fdfa}".repeat(15), Some(Length)),
            (&"x1".repeat(10_000), Some(Length)),
            ("", Some(Length)),
            ("password", Some(Common)),
            ("PassWord1", Some(Common)),
            ("12345678", Some(Common)),
            ("ｐａｓｓｗｏｒｄ", Some(Common)),
            ("zzzzzzzzzzzz", Some(Common)),
            ("ada.lovelace", Some(Same)),
            ("Countess.Ada@Example.org", Some(Same)),
            ("countess.ada", Some(Same)),
        ] {
            let refused = Password::choose(typed, &known).err();
            assert_eq!(refused, expected, "{typed:.40}");
        }
    }

    #[test]
    fn the_list_holds_what_could_be_typed() {
        for line in COMMON.lines() {
            assert!(line.chars().count() >= MIN_CHARS, "{line} is refused for its length");
            assert_eq!(line, line.nfkc().collect::<String>().to_lowercase());
        }
    }

    #[tokio::test]
    async fn a_password_is_right_in_whatever_form_it_is_typed() {
        let passwords = Passwords::new(Cost::LEAST, 1).unwrap();
        let stored = passwords.hash(&password("Zoë's password")).await.unwrap();
        assert!(stored.0.starts_with("$argon2id$v=19$m=8,t=1,p=1$"), "{}", stored.0);
        assert_eq!(format!("{stored:?} {:?}", password("abc")), "*** Password(***)");
        let verdict =
            async |typed: &str| passwords.verify(&password(typed), &stored).await.unwrap();
        assert_eq!(verdict("Zoë's password").await, Verdict::Right);
        assert_eq!(verdict("Zoe\u{308}'s password").await, Verdict::Right);
        assert_eq!(verdict("zoë's password").await, Verdict::Wrong);
        let again = passwords.hash(&password("Zoë's password")).await.unwrap();
        assert_ne!(again, stored);
        passwords.verify_nobody(&password("Zoë's password")).await.unwrap();
    }

    #[tokio::test]
    async fn what_was_kept_at_another_cost_is_right_but_old() {
        let before = Cost { memory_kib: 16, ..Cost::LEAST };
        let stored = before.hash(&password("some password")).unwrap();
        let passwords = Passwords::new(Cost::LEAST, 1).unwrap();
        let stored = StoredPassword::parse(&stored.to_string()).unwrap();
        let verdict =
            async |typed: &str| passwords.verify(&password(typed), &stored).await.unwrap();
        assert_eq!(verdict("some password").await, Verdict::RightButOld);
        assert_eq!(verdict("other password").await, Verdict::Wrong);
        assert!(StoredPassword::parse("some password").is_none());
    }

    #[tokio::test]
    async fn the_gate_lets_few_pass_and_few_wait() {
        let passwords = Passwords::new(Cost::LEAST, 1).unwrap();
        let core = Arc::clone(&passwords.cores).acquire_owned().await.unwrap();
        let typed = password("some password");
        let mut waiting: Vec<_> =
            (0..=MAX_WAITING).map(|_| Box::pin(passwords.hash(&typed))).collect();
        for one in &mut waiting {
            assert!(futures_util::poll!(one).is_pending());
        }
        assert!(matches!(passwords.hash(&typed).await, Err(HashError::TooMany)));
        // One who gives up makes room for another.
        drop(waiting.pop());
        let mut next = Box::pin(passwords.hash(&typed));
        assert!(futures_util::poll!(&mut next).is_pending());
        drop(core);
        for one in waiting {
            one.await.unwrap();
        }
        next.await.unwrap();
    }

    #[test]
    fn todays_cost_is_one_that_argon2_knows() {
        let stored = Cost::TODAY.hash(&password("some password")).unwrap();
        assert!(stored.0.contains("$m=19456,t=2,p=1$"), "{}", stored.0);
    }
}

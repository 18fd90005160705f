//! What no story sees: what an answer costs, and what happens at the same moment.

use std::sync::atomic::Ordering;

use futures_util::future::join_all;

use super::*;
use crate::access::SiteRole;
use crate::config::Settings;
use crate::db::Engine;
use crate::db::scratch::{Scratch, on_both_databases};
use crate::ids::{AccountId, PasskeyId};
use crate::seal::Secret;
use passkeys::{Algorithm, Kept, MAX_PASSKEYS, PublicKey, Transport};

on_both_databases!(
    a_wrong_password_costs_one_hash_whoever_is_meant,
    of_two_who_show_one_refresh_token_neither_stays,
    an_invitation_for_one_lets_one_in,
    a_copied_passkey_is_noticed_and_each_challenge_is_answered_once,
);

const PASSWORD: &str = "correct horse battery";

struct House {
    accounts: Accounts,
    db: Db,
    _scratch: Scratch,
}

async fn house(engine: Engine) -> House {
    let scratch = Scratch::new(engine).await;
    let db = Db::open(&scratch.database).await.unwrap();
    let settings = Settings { data_dir: Some(scratch.folder.clone()), ..Settings::default() };
    let config = Config::check(settings).unwrap();
    let (keyring, clock) = (Arc::new(Keyring::for_tests(7)), Clock::system());
    let policy = Policy { registration: Registration::Invitation, ..Policy::default() };
    let doors = Doors::without_mail(db.clone(), keyring, clock, policy);
    let passwords = Passwords::new(Cost::LEAST, 2).unwrap();
    House { accounts: Accounts::with(doors, &config, passwords), db, _scratch: scratch }
}

fn origin(n: u8) -> Origin {
    Origin::new(crate::attempts::Prefix::of([192, 0, 2, n].into()), None)
}

async fn a_wrong_password_costs_one_hash_whoever_is_meant(engine: Engine) {
    let House { accounts, db, _scratch } = house(engine).await;
    let made = |username| Made { username, email: Some("ada@example.org"), role: SiteRole::Member };
    accounts.create(By::Machine, &made("ada-l")).await.unwrap();
    let admin = Made { username: "boss", email: None, role: SiteRole::Admin };
    accounts.create(By::Machine, &admin).await.unwrap();
    let named = accounts.named("ada-l").await.unwrap();
    accounts.suspend(By::Machine, named.id, "").await.unwrap();
    for name in ["ada-l", "ADA-L", "ada@example.org", "nobody", "nobody@example.org", "a b c", ""] {
        let passed = &accounts.shared.passwords.passed;
        let before = passed.load(Ordering::Relaxed);
        let password = Secret::new("a wrong guess");
        let shown = SignIn { name, password: &password, code: None };
        let refused = accounts.sign_in(&shown, &origin(1)).await.err().unwrap();
        assert!(matches!(refused, AccountsError::WrongCredentials), "{name}: {refused}");
        assert_eq!(passed.load(Ordering::Relaxed) - before, 1, "{name}");
    }
    db.close().await;
}

async fn of_two_who_show_one_refresh_token_neither_stays(engine: Engine) {
    let House { accounts, db, _scratch } = house(engine).await;
    let made = Made { username: "ada-l", email: None, role: SiteRole::Member };
    let password = accounts.create(By::Machine, &made).await.unwrap();
    let shown = SignIn { name: "ada-l", password: &password, code: None };
    let tokens = accounts.issue_tokens(&shown, &origin(1)).await.unwrap();
    let shown = (0..4).map(|_| accounts.refresh_tokens(&tokens.refresh));
    let given: Vec<_> = join_all(shown).await.into_iter().filter_map(Result::ok).collect();
    assert_eq!(given.len(), 1);
    let is_over = accounts.by_bearer(given[0].access.reveal()).await.unwrap();
    assert!(matches!(is_over, Bearer::Invalid));
    assert!(accounts.refresh_tokens(&given[0].refresh).await.is_err());
    db.close().await;
}

async fn an_invitation_for_one_lets_one_in(engine: Engine) {
    let House { accounts, db, _scratch } = house(engine).await;
    let invited = Invited { note: "", uses: 1, lasts: None };
    let (_, code) = accounts.invite(By::Machine, &invited).await.unwrap();
    let password = Secret::new(PASSWORD);
    let names = ["ada-l", "bob-k", "carol", "dave-m"];
    let come = names.map(|username| {
        let (accounts, password, code) = (&accounts, &password, code.reveal());
        async move {
            let invitation = Some(code);
            let applicant =
                Applicant { username, password, email: None, invitation, guest: None, reason: "" };
            accounts.register(&applicant, &origin(1)).await.is_ok()
        }
    });
    let came = join_all(come).await.into_iter().filter(|is_in| *is_in).count();
    assert_eq!((came, accounts.everybody().await.unwrap().len()), (1, 1));
    db.close().await;
}

/// A passkey of somebody's, as it was used so often.
fn passkey(account: AccountId, number: u8, sign_count: u32) -> Kept {
    let at = WallClock::from_unix_millis(1_000);
    Kept {
        passkey: Passkey {
            id: PasskeyId::generate(),
            name: "Phone".to_owned(),
            synced: false,
            created_at: at,
            last_used_at: None,
        },
        account,
        credential: vec![number; 16],
        key: PublicKey { algorithm: Algorithm::Es256, bytes: vec![4; 65] },
        sign_count,
        backup_eligible: true,
        transports: vec![Transport::Internal, Transport::Hybrid],
    }
}

async fn a_copied_passkey_is_noticed_and_each_challenge_is_answered_once(engine: Engine) {
    let House { accounts, db, _scratch } = house(engine).await;
    let made = Made { username: "ada-l", email: None, role: SiteRole::Member };
    accounts.create(By::Machine, &made).await.unwrap();
    let ada = accounts.named("ada-l").await.unwrap().id;
    let (counts, counts_not) = (passkey(ada, 1, 5), passkey(ada, 2, 0));
    let store = &accounts.shared.store;
    let mut transaction = store.begin().await.unwrap();
    for kept in [&counts, &counts_not] {
        store::insert_passkey(&mut transaction, kept).await.unwrap();
    }
    transaction.commit().await.unwrap();
    let found = store.passkey(&counts.credential).await.unwrap().unwrap();
    assert_eq!((found.key, found.transports), (counts.key.clone(), counts.transports.clone()));

    let now = WallClock::from_unix_millis(2_000);
    for (kept, sign_count, expected) in [
        (&counts, 5, false),
        (&counts, 4, false),
        (&counts, 0, false),
        (&counts, 6, true),
        (&counts, 6, false),
        (&counts_not, 0, true),
        (&counts_not, 0, true),
        (&counts_not, 1, true),
        (&counts_not, 0, false),
    ] {
        let mut transaction = store.begin().await.unwrap();
        let used = Kept { sign_count, ..kept.clone() };
        let was = store::use_passkey(&mut transaction, &used, now).await.unwrap();
        assert_eq!(was, expected, "{sign_count}");
        transaction.commit().await.unwrap();
    }
    for (tag, expires_at, at, expected) in [
        ("one", 5_000, 2_000, true),
        ("one", 5_000, 2_001, false),
        ("other", 5_000, 2_001, true),
        // Those that are over are forgotten; they are refused before anybody looks here.
        ("one", 5_000, 5_000, true),
    ] {
        let mut transaction = store.begin().await.unwrap();
        let times = (WallClock::from_unix_millis(expires_at), WallClock::from_unix_millis(at));
        let was = store::remember_challenge(&mut transaction, tag, times).await.unwrap();
        assert_eq!(was, expected, "{tag} at {at}");
        transaction.commit().await.unwrap();
    }

    let mut transaction = store.begin().await.unwrap();
    let twice = store::insert_passkey(&mut transaction, &passkey(ada, 1, 0)).await;
    assert!(matches!(twice, Err(AccountsError::PasskeyTaken)));
    drop(transaction);
    let mut transaction = store.begin().await.unwrap();
    for number in 3..=u8::try_from(MAX_PASSKEYS).unwrap() {
        store::insert_passkey(&mut transaction, &passkey(ada, number, 0)).await.unwrap();
    }
    let full = store::insert_passkey(&mut transaction, &passkey(ada, 100, 0)).await;
    assert!(matches!(full, Err(AccountsError::Full { .. })));
    transaction.commit().await.unwrap();
    assert_eq!(accounts.passkeys(ada).await.unwrap().len(), 20);
    db.close().await;
}

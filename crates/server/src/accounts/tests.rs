//! What no story sees: what an answer costs, and what happens at the same moment.

use std::sync::atomic::Ordering;

use futures_util::future::join_all;

use super::*;
use crate::access::SiteRole;
use crate::config::Settings;
use crate::db::Engine;
use crate::db::scratch::{Scratch, on_both_databases};
use crate::seal::Secret;

on_both_databases!(
    a_wrong_password_costs_one_hash_whoever_is_meant,
    of_two_who_show_one_refresh_token_neither_stays,
    an_invitation_for_one_lets_one_in,
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

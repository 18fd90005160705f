//! `rivulet admin` about people.

use std::time::Duration;

use anyhow::Context;
use clap::{Args, Subcommand, ValueEnum};

use crate::access::SiteRole;
use crate::accounts::{Account, Accounts, By, Invited, Made};
use crate::clock::rfc3339;

/// What to do.
#[derive(Subcommand)]
pub(super) enum People {
    /// List the accounts
    ListUsers,
    /// Make an account; prints its password
    CreateUser(CreateUser),
    /// Give an account a new password, print it, and sign the account out everywhere
    ResetPassword {
        /// The account
        name: String,
    },
    /// Say what somebody is on the site
    SetRole {
        /// The account
        name: String,
        role: Role,
    },
    /// Close an account, until it is opened again
    Suspend {
        /// The account
        name: String,
        /// What its owner is told
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Open a suspended account again
    Unsuspend {
        /// The account
        name: String,
    },
    /// Approve an account that waits for it
    Approve {
        /// The account
        name: String,
    },
    /// Make an invitation and print its code
    Invite(Invite),
}

/// Who it is.
#[derive(Args)]
pub(super) struct CreateUser {
    /// Name to sign in by
    name: String,
    #[arg(long, default_value = "member")]
    role: Role,
    /// Mail address; it counts as confirmed
    #[arg(long, value_name = "ADDRESS")]
    mail: Option<String>,
}

/// For whom.
#[derive(Args)]
pub(super) struct Invite {
    /// How many accounts can be made with it
    #[arg(long, default_value_t = 1)]
    uses: u32,
    /// Days for which it is good; without it, until it is used up
    #[arg(long)]
    days: Option<u64>,
    /// What it is for
    #[arg(long, default_value = "")]
    note: String,
}

/// A role on the site.
#[derive(Clone, Copy, ValueEnum)]
pub(super) enum Role {
    Member,
    Moderator,
    Admin,
}

impl From<Role> for SiteRole {
    fn from(role: Role) -> Self {
        match role {
            Role::Member => Self::Member,
            Role::Moderator => Self::Moderator,
            Role::Admin => Self::Admin,
        }
    }
}

impl People {
    pub(super) async fn execute(self, accounts: &Accounts) -> anyhow::Result<String> {
        let find = async |name: &str| {
            let missing =
                || format!("there is no account `{name}`; see `rivulet admin list-users`");
            accounts.named(name).await.with_context(missing)
        };
        match self {
            Self::ListUsers => {
                let lines: Vec<_> = accounts.everybody().await?.iter().map(line).collect();
                Ok(lines.join("\n"))
            }
            Self::CreateUser(CreateUser { name, role, mail }) => {
                let made = Made { username: &name, email: mail.as_deref(), role: role.into() };
                Ok(accounts.create(By::Machine, &made).await?.reveal().to_owned())
            }
            Self::ResetPassword { name } => {
                let account = find(&name).await?;
                let password = accounts.reset_password(By::Machine, &account).await?;
                Ok(password.reveal().to_owned())
            }
            Self::SetRole { name, role } => {
                let id = find(&name).await?.id;
                Ok(line(&accounts.set_role(By::Machine, id, role.into()).await?))
            }
            Self::Suspend { name, reason } => {
                let id = find(&name).await?.id;
                Ok(line(&accounts.suspend(By::Machine, id, &reason).await?))
            }
            Self::Unsuspend { name } | Self::Approve { name } => {
                let id = find(&name).await?.id;
                Ok(line(&accounts.activate(By::Machine, id).await?))
            }
            Self::Invite(Invite { uses, days, note }) => {
                let lasts = days.map(|days| Duration::from_secs(days.saturating_mul(24 * 3600)));
                let invited = Invited { note: &note, uses, lasts };
                Ok(accounts.invite(By::Machine, &invited).await?.1.reveal().to_owned())
            }
        }
    }
}

fn line(account: &Account) -> String {
    let mail = account.email.as_ref().map_or_else(|| "-".to_owned(), ToString::to_string);
    let seen = account.last_seen_at.map_or_else(|| "never".to_owned(), rfc3339);
    format!("{}  {}  {}  {mail}  last seen {seen}", account.username, account.role, account.state)
}

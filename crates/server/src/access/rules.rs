//! The table of permissions.

use super::caller::{Caller, Via};
use super::roles::{ChannelRole, Scope, SiteRole, words};

words! {
    /// What a route, or a part of what it does, asks for.
    Permission {
        /// Nothing: anybody may, signed in or not.
        Anyone = "anyone",
        /// To read what belongs to one's own account.
        OwnAccountRead = "own_account_read",
        /// To change what belongs to one's own account.
        OwnAccountWrite = "own_account_write",
        /// To change one's own password, second factors, sessions and tokens: never by an API token.
        OwnCredentials = "own_credentials",
        /// To make a channel; the site's settings say who may beside.
        CreateChannel = "create_channel",
        /// To read what only those who work on a channel see.
        ReadChannel = "read_channel",
        /// To change what a channel says of itself: title, category, panels, schedule, pictures.
        EditChannel = "edit_channel",
        /// To change how it is sent: renditions, latency.
        ConfigureChannel = "configure_channel",
        /// To see, make, change and remove its stream keys.
        ChannelKeys = "channel_keys",
        /// To say who has a role in it.
        ChannelMembers = "channel_members",
        /// To rename, transfer or delete it.
        OwnChannel = "own_channel",
        /// To see the health of its broadcast.
        StreamHealth = "stream_health",
        /// To end its broadcast, and lock and release it.
        EndStream = "end_stream",
        /// To mark moments of its broadcasts, and to see, change and remove marks.
        MarkStream = "mark_stream",
        /// To keep order in its chat.
        ModerateChat = "moderate_chat",
        /// To see accounts of the site, suspend and approve them, and invite people.
        ManageAccounts = "manage_accounts",
        /// To give and take roles of the site, and delete accounts.
        ManageRoles = "manage_roles",
        /// To change what channels of others say, hide and delete them.
        ManageChannels = "manage_channels",
        /// To change categories.
        ManageCategories = "manage_categories",
        /// To read and change the site's settings.
        SiteSettings = "site_settings",
        /// To read who did what.
        ReadAudit = "read_audit",
        /// To look after the machine: encoders, jobs, backups.
        Operate = "operate",
    }
}

/// Any one of these is enough.
struct Rule {
    /// Least role on the site.
    site: Option<SiteRole>,
    /// Least role in the channel it is about.
    channel: Option<ChannelRole>,
    /// What a token must have been given for; `None` refuses every token.
    scope: Option<Scope>,
}

/// The table.
const fn rule(permission: Permission) -> Rule {
    use ChannelRole as In;
    use Permission as P;
    use SiteRole as On;
    let (site, channel, scope) = match permission {
        P::Anyone => (None, None, None),
        P::OwnAccountRead => (Some(On::Member), None, Some(Scope::AccountRead)),
        P::OwnAccountWrite => (Some(On::Member), None, Some(Scope::AccountWrite)),
        P::OwnCredentials => (Some(On::Member), None, None),
        P::CreateChannel => (Some(On::Member), None, Some(Scope::ChannelWrite)),
        P::ReadChannel => (Some(On::Moderator), Some(In::Moderator), Some(Scope::Stream)),
        P::EditChannel => (Some(On::Admin), Some(In::Editor), Some(Scope::ChannelWrite)),
        P::ConfigureChannel => (Some(On::Admin), Some(In::Editor), Some(Scope::ChannelWrite)),
        P::ChannelKeys => (Some(On::Admin), Some(In::Owner), Some(Scope::ChannelKeys)),
        P::ChannelMembers => (Some(On::Admin), Some(In::Owner), Some(Scope::ChannelWrite)),
        P::OwnChannel => (Some(On::Admin), Some(In::Owner), None),
        P::StreamHealth => (Some(On::Moderator), Some(In::Moderator), Some(Scope::Stream)),
        P::MarkStream => (Some(On::Moderator), Some(In::Moderator), Some(Scope::Stream)),
        P::EndStream => (Some(On::Moderator), Some(In::Editor), Some(Scope::Stream)),
        P::ModerateChat => (Some(On::Moderator), Some(In::Moderator), Some(Scope::Moderation)),
        P::ManageAccounts => (Some(On::Moderator), None, Some(Scope::Site)),
        P::ManageChannels => (Some(On::Moderator), None, Some(Scope::Site)),
        P::ManageRoles | P::ManageCategories | P::SiteSettings | P::ReadAudit | P::Operate => {
            (Some(On::Admin), None, Some(Scope::Site))
        }
    };
    Rule { site, channel, scope }
}

/// What somebody is where a permission is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) site: Option<SiteRole>,
    pub(crate) channel: Option<ChannelRole>,
}

/// Why somebody may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// It takes an account.
    SignIn,
    /// The token was not given for this.
    Scope(Option<Scope>),
    /// It takes another role.
    Role,
}

impl Permission {
    /// Whether `caller`, who is this in the channel that it is about, may.
    pub(crate) fn check(
        self,
        caller: &Caller,
        channel: Option<ChannelRole>,
    ) -> Result<(), Refusal> {
        if self == Self::Anyone {
            return Ok(());
        }
        let Some(person) = &caller.person else { return Err(Refusal::SignIn) };
        let rule = rule(self);
        if let Via::ApiToken { scopes, .. } = &caller.via
            && rule.scope.is_none_or(|scope| !scopes.contains(&scope))
        {
            return Err(Refusal::Scope(rule.scope));
        }
        let standing = Standing { site: Some(person.role), channel };
        if self.is_met_by(standing) { Ok(()) } else { Err(Refusal::Role) }
    }

    /// What `caller` may on the site, whatever they are in its channels.
    pub(crate) fn on_site(caller: &Caller) -> Vec<Self> {
        let may = |permission: &Self| permission.check(caller, None).is_ok();
        Self::ALL.iter().copied().filter(may).collect()
    }

    /// The scope that an API token needs; `None` where none is enough.
    pub(crate) fn scope(self) -> Option<Scope> {
        rule(self).scope
    }

    /// Whether the roles are enough, whoever has them.
    pub(crate) fn is_met_by(self, standing: Standing) -> bool {
        let rule = rule(self);
        let on_site = rule.site.is_some_and(|least| standing.site >= Some(least));
        let in_channel = rule.channel.is_some_and(|least| standing.channel >= Some(least));
        self == Self::Anyone || on_site || in_channel
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn may(permission: Permission, site: SiteRole, channel: Option<ChannelRole>) -> bool {
        permission.is_met_by(Standing { site: Some(site), channel })
    }

    #[test]
    fn roles_are_ordered_and_nobody_is_less_than_a_member() {
        use ChannelRole as In;
        use Permission as P;
        use SiteRole as On;
        for (permission, site, channel, expected) in [
            (P::ChannelKeys, On::Member, None, false),
            (P::ChannelKeys, On::Member, Some(In::Editor), false),
            (P::ChannelKeys, On::Member, Some(In::Owner), true),
            (P::ChannelKeys, On::Moderator, None, false),
            (P::ChannelKeys, On::Admin, None, true),
            (P::EndStream, On::Member, Some(In::Moderator), false),
            (P::EndStream, On::Member, Some(In::Editor), true),
            (P::EndStream, On::Moderator, None, true),
            (P::ManageAccounts, On::Member, Some(In::Owner), false),
            (P::ManageAccounts, On::Moderator, None, true),
            (P::SiteSettings, On::Moderator, None, false),
            (P::SiteSettings, On::Admin, None, true),
        ] {
            assert_eq!(
                may(permission, site, channel),
                expected,
                "{permission:?} {site} {channel:?}"
            );
        }
        for (permission, least) in [
            (P::ReadChannel, In::Moderator),
            (P::EditChannel, In::Editor),
            (P::ConfigureChannel, In::Editor),
            (P::ChannelKeys, In::Owner),
            (P::ChannelMembers, In::Owner),
            (P::OwnChannel, In::Owner),
            (P::StreamHealth, In::Moderator),
            (P::MarkStream, In::Moderator),
            (P::EndStream, In::Editor),
            (P::ModerateChat, In::Moderator),
        ] {
            for role in ChannelRole::ALL {
                let is_met = may(permission, On::Member, Some(*role));
                assert_eq!(is_met, *role >= least, "{permission:?} {role}");
            }
            assert!(!may(permission, On::Member, None), "{permission:?}");
        }
        assert!(Permission::Anyone.is_met_by(Standing::default()));
        assert!(!Permission::OwnAccountRead.is_met_by(Standing::default()));
    }
}

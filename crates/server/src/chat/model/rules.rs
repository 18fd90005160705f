//! A room's settings and terms as the rules by which a message is judged.

use std::sync::Arc;
use std::time::Duration;

use super::refusal::{Reason, Refusal};
use super::settings::{Links, Settings};
use crate::chat::text::conduct::{
    Code, Doubtful, EmoteRule, Flood, Links as LinkRule, Reason as Why, Repetition, Rules,
};
use crate::chat::text::terms::Terms;

/// Lines of one message.
const MAX_LINES: usize = 20;
/// Emotes and emoji of one message.
const MAX_EMOTES: usize = 50;
/// The same character one after the other.
const MAX_REPEATED: usize = 40;
/// Marks on one letter.
const MAX_MARKS: usize = 4;
/// Messages that somebody may send at once, and how long one more takes: who goes on and on gets
/// three through every two seconds.
const FLOOD: Flood = Flood { burst: 6, every: Duration::from_millis(650) };
/// How often the same may be said.
const REPETITION: Repetition = Repetition { times: 2, within: Duration::from_secs(30) };

/// The rules of a room, as they are with the shield up or not.
pub(crate) fn rules(settings: &Settings, terms: &Arc<Terms>, shielded: bool) -> Rules {
    let links = match settings.links {
        _ if shielded => LinkRule::Nobody,
        Links::Allow => LinkRule::Allow,
        Links::Followers => LinkRule::Followers,
        Links::Listed => LinkRule::Hosts(settings.link_hosts.clone()),
        Links::None => LinkRule::Nobody,
    };
    let caps = u8::try_from(settings.max_caps_percent).ok().filter(|percent| *percent < 100);
    Rules {
        max_chars: usize::try_from(settings.max_length).unwrap_or(usize::MAX),
        max_lines: MAX_LINES,
        links,
        emotes: if settings.emote_only { EmoteRule::Only } else { EmoteRule::AtMost(MAX_EMOTES) },
        max_caps_percent: caps,
        max_repeated: Some(MAX_REPEATED),
        max_marks: Some(MAX_MARKS),
        repetition: (!settings.repetition).then_some(REPETITION),
        flood: Some(FLOOD),
        terms: Arc::clone(terms),
        doubtful: if settings.hold_doubtful { Doubtful::Hold } else { Doubtful::Refuse },
    }
}

/// The rules of those who are not judged: how long a message may be, and nothing else.
pub(crate) fn lenient(rules: &Rules) -> Rules {
    Rules {
        links: LinkRule::Allow,
        emotes: EmoteRule::Any,
        max_caps_percent: None,
        max_repeated: None,
        repetition: None,
        flood: None,
        terms: no_terms(),
        ..rules.clone()
    }
}

/// A list without terms.
pub(crate) fn no_terms() -> Arc<Terms> {
    Arc::new(Terms::compile(&[]).unwrap_or_else(|_| unreachable!("nothing can be compiled")))
}

impl From<Why> for Refusal {
    fn from(why: Why) -> Self {
        let reason = match why.code {
            Code::Empty => Reason::Empty,
            Code::TooLong => Reason::TooLong,
            Code::TooFast => Reason::Flood,
            Code::EmotesOnly => Reason::EmoteOnly,
            Code::TooManyEmotes => Reason::TooManyEmotes,
            Code::Links => Reason::Link,
            Code::Term => Reason::Term,
            Code::Caps => Reason::Caps,
            Code::Repeated | Code::Marks => Reason::Unreadable,
            Code::SaidBefore => Reason::Repetition,
        };
        let range = why.range.map(|range| (range.start, range.end));
        Self { until: why.until, range, ..Self::new(reason, why.detail) }
    }
}

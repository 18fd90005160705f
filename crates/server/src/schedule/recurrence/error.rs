//! Why a rule or a series is refused.

use super::{MAX_COUNT, WallTime};

/// Why a text is no rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum RuleError {
    #[error("a rule has at most {0} characters")]
    TooLong(usize),
    #[error("write a rule as NAME=VALUE;NAME=VALUE, such as FREQ=WEEKLY;BYDAY=MO,TH")]
    Form,
    #[error("{0} stands twice in the rule")]
    Twice(&'static str),
    #[error(
        "`{0}` is not understood: a rule is made of FREQ, INTERVAL, BYDAY, BYMONTHDAY, COUNT and \
         UNTIL"
    )]
    Unknown(String),
    #[error("a rule says FREQ=DAILY, FREQ=WEEKLY or FREQ=MONTHLY")]
    Frequency,
    #[error("INTERVAL is a number from 1 to 400")]
    Interval,
    #[error("COUNT is a number from 1 to {MAX_COUNT}")]
    Count,
    #[error("UNTIL is a time in UTC, such as 20261231T230000Z")]
    Until,
    #[error("a rule has COUNT or UNTIL, not both")]
    TwoEnds,
    #[error("BYDAY lists MO, TU, WE, TH, FR, SA and SU")]
    Day,
    #[error("BYDAY counts from 1 to 5, or from -1 to -5 from the month's end, as in 2TU or -1SU")]
    Nth,
    #[error("days are counted, as in 2TU, in a rule with FREQ=MONTHLY only")]
    NthOutsideMonth,
    #[error("BYMONTHDAY lists numbers from 1 to 31, or from -1 to -31 from the month's end")]
    MonthDay,
    #[error("BYMONTHDAY does not go with FREQ=WEEKLY")]
    MonthDayInWeek,
}

/// Why a rule does not fit what it begins with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SeriesError {
    #[error("the rule names no day at all within ten years")]
    Never,
    #[error("the rule does not name its own beginning: the first day that it names is {0}")]
    Unnamed(WallTime),
    #[error("the rule ends before it begins: choose a later UNTIL")]
    EndsFirst,
}

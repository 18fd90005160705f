//! When something happens that repeats: recurrence rules in the wall time of a place (RFC 5545
//! §3.3.10), <https://www.rfc-editor.org/rfc/rfc5545#section-3.3.10>.
//!
//! Pure: no clock, and nothing of this program; the fuzz target compiles this folder alone. What is
//! understood is what streams need – every so many days, weeks or months, on these days, so often or
//! until then – and everything else is refused with a sentence, for a rule that is half understood
//! would announce streams that never come.
//!
//! A stream at 20:00 stays at 20:00 where its place changes its clocks. A time that a change leaves
//! out is the one that the clocks would have shown without it, and of one that comes twice it is the
//! first (§3.3.5).

mod error;
mod rule;
mod series;
mod text;
mod zone;

pub(crate) use error::{RuleError, SeriesError};
pub(crate) use rule::{Day, End, Frequency, MAX_COUNT, Rule};
pub(crate) use series::Series;
pub(crate) use zone::{WallTime, Zone};

#[cfg(test)]
mod tests;

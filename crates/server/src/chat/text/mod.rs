//! What people write becomes what is shown, and whether it may be said at all.
//!
//! Pure: texts, rules and `now` come in, HTML and verdicts go out. Nothing here knows rooms, people
//! or a database, and the fuzz target compiles this folder alone. Everything that is shown has been
//! through the one sanitiser; everything that is compared has been folded first.

pub(crate) mod conduct;
mod emoji;
mod from_html;
mod links;
mod render;
pub(crate) mod terms;

pub(crate) use crate::names;
pub(crate) use from_html::from_html;
#[cfg(test)]
pub(crate) use links::Link;
pub(crate) use render::{EmoteRef, Emotes, Rendered, Ways, cleaned, escaped, render};

#[cfg(test)]
mod tests;

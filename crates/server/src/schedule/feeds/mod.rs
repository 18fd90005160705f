//! The schedule in the formats that calendars and readers subscribe to. Pure functions of one
//! snapshot: the same schedule is the same bytes, so that a feed can be compared by its hash.

mod atom;
mod ical;
mod lines;
mod zones;

pub(super) use atom::{Entry, Feed};
pub(super) use ical::{Calendar, Event};

#[cfg(test)]
mod tests;

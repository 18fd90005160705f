//! What this room keeps, on both engines.

mod follows;
mod lists;
mod search;

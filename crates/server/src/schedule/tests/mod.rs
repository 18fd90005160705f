//! The room's tests.

mod corpus;

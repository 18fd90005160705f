//! What is planned, on both databases.

mod corpus;
mod model;
mod planning;

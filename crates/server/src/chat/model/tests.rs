//! Situations in a room, and what becomes of them.

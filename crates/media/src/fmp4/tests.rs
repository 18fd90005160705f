//! What is written is what an independent reader finds.

//! Unpredictable bytes, expanded from a seed that the caller drew.

use sha2::{Digest, Sha256};

/// A seed and how much of its expansion has been used: SHA-256 over the seed and a counter.
///
/// Handshakes need some thousand bytes that differ between connections, and this crate may not
/// draw them itself.
#[derive(Clone)]
pub struct Entropy {
    seed: [u8; 32],
    blocks: u64,
}

impl Entropy {
    /// From 32 random bytes.
    #[must_use]
    pub const fn new(seed: [u8; 32]) -> Self {
        Self { seed, blocks: 0 }
    }

    /// Overwrites `target`.
    pub fn fill(&mut self, target: &mut [u8]) {
        for part in target.chunks_mut(32) {
            let block =
                Sha256::new().chain_update(self.seed).chain_update(self.blocks.to_be_bytes());
            self.blocks += 1;
            part.iter_mut().zip(block.finalize()).for_each(|(to, from)| *to = from);
        }
    }
}

impl std::fmt::Debug for Entropy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Entropy(***)")
    }
}

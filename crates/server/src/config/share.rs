//! How much of this machine may be spent on encoding.

/// Hundredths of the machine's capacity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share(u8);

impl Share {
    /// From 1 to 100; `None` for anything else.
    pub(crate) fn of_percent(percent: u8) -> Option<Self> {
        (1..=100).contains(&percent).then_some(Self(percent))
    }

    pub(crate) fn percent(self) -> u64 {
        self.0.into()
    }
}

impl Default for Share {
    /// The rest is for everything else on this machine.
    fn default() -> Self {
        Self(85)
    }
}

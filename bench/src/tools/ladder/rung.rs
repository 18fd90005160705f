//! A rung as it is asked for.

use std::fmt;
use std::str::FromStr;

use anyhow::{Context, Error, Result};
use serde_json::{Value, json};

/// A height and a bitrate, as `480:1200`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rung {
    pub(super) height: u32,
    pub(super) kbps: u32,
}

impl FromStr for Rung {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let (height, kbps) = text.split_once(':').context("write height:kbps, such as 480:1200")?;
        Ok(Self { height: height.parse()?, kbps: kbps.parse()? })
    }
}

impl fmt::Display for Rung {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}p at {} kbit/s", self.height, self.kbps)
    }
}

/// What our server is to be told: the source as it is, and these.
pub(super) fn wishes(rungs: &[Rung], effort: u8) -> Value {
    let encoded = rungs.iter().map(|rung| {
        let size = json!({ "height": rung.height });
        let encode = json!({ "size": size, "bitrate_kbps": rung.kbps, "effort": effort });
        json!({ "video": { "encode": encode } })
    });
    let variants: Vec<Value> =
        std::iter::once(json!({ "video": "passthrough" })).chain(encoded).collect();
    json!({ "variants": variants, "audio_only": false })
}

//! Capability negotiation of Enhanced RTMP.
//!
//! Veovera Enhanced RTMP v2 (<https://veovera.org/docs/enhanced/enhanced-rtmp-v2>), "Enhancing
//! NetConnection connect Command".

use std::fmt;

use super::amf0::{Properties, Value};

/// Codecs a peer may list. Against a `connect` of a thousand invented ones.
const MAX_CODECS: usize = 32;

/// Several tracks in one message are understood.
pub const CAPS_EX_MULTITRACK: u32 = 0x02;
/// Modifier packets are understood.
pub const CAPS_EX_MOD_EX: u32 = 0x04;

/// What this project reads: the first track of several, and past modifiers.
const OWN_CAPS_EX: u32 = CAPS_EX_MULTITRACK | CAPS_EX_MOD_EX;

/// `FourCcInfoMask`: we decode (to make renditions) and forward.
const CAN_DECODE: u8 = 0x01;
const CAN_FORWARD: u8 = 0x04;
const OWN_MASK: u8 = CAN_DECODE | CAN_FORWARD;

const VIDEO_CODECS: [FourCc; 4] =
    [FourCc(*b"avc1"), FourCc(*b"hvc1"), FourCc(*b"av01"), FourCc(*b"vp09")];
const AUDIO_CODECS: [FourCc; 5] =
    [FourCc(*b"mp4a"), FourCc(*b"Opus"), FourCc(*b"fLaC"), FourCc(*b"ac-3"), FourCc(*b".mp3")];

/// A codec's name in four bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FourCc(pub [u8; 4]);

impl fmt::Display for FourCc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.escape_ascii())
    }
}

impl fmt::Debug for FourCc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FourCc({self})")
    }
}

/// What a client said it can do beyond RTMP 1.0.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Enhanced {
    /// Codecs it listed, by `fourCcList` or by the maps; a wildcard is left out.
    pub codecs: Vec<FourCc>,
    /// `capsEx`, if it was sent.
    pub caps_ex: Option<u32>,
}

impl Enhanced {
    /// From the object of a `connect` command; `None` when the client speaks RTMP 1.0.
    pub(super) fn parse(connect: &Value) -> Option<Self> {
        let list = connect.get("fourCcList");
        let maps = [connect.get("videoFourCcInfoMap"), connect.get("audioFourCcInfoMap")];
        let caps_ex = connect.get("capsEx").and_then(Value::as_number).map(|caps| caps as u32);
        if list.is_none() && maps == [None, None] && caps_ex.is_none() {
            return None;
        }
        let listed = match list {
            Some(Value::StrictArray(names)) => names.as_slice(),
            _ => &[],
        };
        let listed = listed.iter().filter_map(Value::as_str);
        let mapped = maps.into_iter().flatten().flat_map(Value::properties);
        let names = listed.chain(mapped.map(|(name, _)| name.as_str()));
        let codecs = names.filter_map(four_cc).take(MAX_CODECS).collect();
        Some(Self { codecs, caps_ex })
    }

    /// What we answer: our codecs, and the extensions that both know.
    pub(super) fn answer(&self) -> Properties {
        let mut answer = own_codecs();
        if let Some(caps) = self.caps_ex {
            answer.push(("capsEx".to_owned(), Value::Number(f64::from(caps & OWN_CAPS_EX))));
        }
        answer
    }
}

/// What a client of ours says in `connect`.
pub(super) fn client_properties() -> Properties {
    let mut properties = own_codecs();
    properties.push(("capsEx".to_owned(), Value::Number(f64::from(OWN_CAPS_EX))));
    properties
}

fn own_codecs() -> Properties {
    let all = VIDEO_CODECS.iter().chain(&AUDIO_CODECS);
    let list = all.map(|codec| Value::string(codec.to_string())).collect();
    vec![
        ("fourCcList".to_owned(), Value::StrictArray(list)),
        ("videoFourCcInfoMap".to_owned(), info_map(&VIDEO_CODECS)),
        ("audioFourCcInfoMap".to_owned(), info_map(&AUDIO_CODECS)),
    ]
}

fn info_map(codecs: &[FourCc]) -> Value {
    let mask = Value::Number(f64::from(OWN_MASK));
    Value::Object(codecs.iter().map(|codec| (codec.to_string(), mask.clone())).collect())
}

fn four_cc(name: &str) -> Option<FourCc> {
    name.as_bytes().try_into().ok().map(FourCc)
}

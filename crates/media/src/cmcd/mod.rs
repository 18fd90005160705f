//! What players say about themselves: Common Media Client Data, [CTA-5004] and its version 2,
//! [CTA-5004-B].
//!
//! A report is a list of keys with values, in the notation of structured fields (RFC 9651). It comes
//! in the query of a request or in its header fields (request mode), or in the body of a request of
//! its own, one per line (event mode). Version 1 has bare numbers where version 2 has inner lists;
//! both are read. Keys that tell nothing about how playback goes are somebody else's.
//!
//! [CTA-5004]: https://cdn.cta.tech/cta/media/media/resources/standards/pdfs/cta-5004-final.pdf
//! [CTA-5004-B]: https://cta-wave.github.io/Resources/common-media-client-data--cta-5004-b.html

mod notation;
#[cfg(test)]
mod tests;

pub use notation::{Item, Malformed, Value};

use notation::Reader;

/// The longest report, in bytes. Against peers who let the server read for nothing.
pub const MAX_REPORT_BYTES: usize = 8 * 1024;
/// The longest session or content id, in bytes, as the standard limits them.
pub const MAX_ID_BYTES: usize = 128;
/// The parameter of a query that holds a report.
const PARAMETER: &str = "CMCD";

/// What a player does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// It begins, or loads ahead.
    Starting,
    /// It plays.
    Playing,
    /// It looks for another place.
    Seeking,
    /// It stands still for want of data.
    Rebuffering,
    /// It was told to stand still.
    Paused,
    /// It is done.
    Ended,
    /// It cannot go on.
    Failed,
}

/// One report. What is absent was not said, or not in a form that can be used.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// `sid`: which player this is, as long as it plays one thing.
    pub session: Option<String>,
    /// `cid`: what it plays.
    pub content: Option<String>,
    /// `sta`.
    pub state: Option<State>,
    /// `bl`, in milliseconds.
    pub buffer_ms: Option<u32>,
    /// `mtp`, in bits per second.
    pub throughput_bps: Option<u64>,
    /// `ltc`, in milliseconds.
    pub latency_ms: Option<u32>,
    /// `bs`: it stood still since the report before.
    pub starved: bool,
    /// `bsa`: how often it stood still since it began.
    pub starvations: Option<u32>,
    /// `bsd`: for how long it stood still, in milliseconds, told when it is over.
    pub starved_ms: u32,
    /// `dfa`: pictures dropped since it began.
    pub dropped_frames: Option<u32>,
    /// `ec`: how many errors it tells of.
    pub errors: u32,
    /// `e=bc`: it changes to another rendition.
    pub switches: bool,
    /// `bg`: nobody sees it.
    pub background: bool,
}

impl Report {
    /// The report in a query, if there is one.
    #[must_use]
    pub fn in_query(query: &str) -> Option<Result<Self, Malformed>> {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let (_, value) = pairs.into_iter().find(|(name, _)| *name == PARAMETER)?;
        Some(percent_decoded(value).and_then(|text| Self::parse(&text)))
    }

    /// Reads a report.
    ///
    /// # Errors
    /// When it is not in the standard's notation; the text is meant for whoever sent it.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let mut report = Self::default();
        report.add(text)?;
        Ok(report)
    }

    /// Reads more of a report: header fields have a part of it each.
    ///
    /// # Errors
    /// See [`Self::parse`].
    pub fn add(&mut self, text: &str) -> Result<(), Malformed> {
        if text.len() > MAX_REPORT_BYTES {
            return Err(Malformed::new(MAX_REPORT_BYTES, "the report is too long"));
        }
        let mut reader = Reader::new(text);
        while let Some((key, value)) = reader.next()? {
            self.note(key, &value);
        }
        Ok(())
    }

    /// Takes one key.
    pub fn note(&mut self, key: &str, value: &Value<'_>) {
        match key {
            "sid" => self.session = value.id(),
            "cid" => self.content = value.id(),
            "sta" => self.state = value.word().and_then(state),
            "bl" => self.buffer_ms = value.picked(),
            "mtp" => self.throughput_bps = value.picked().map(|kbps| u64::from(kbps) * 1000),
            "ltc" => self.latency_ms = value.picked(),
            "bs" => self.starved = value.is_true(),
            "bsa" => self.starvations = Some(value.total()),
            "bsd" => self.starved_ms = value.total(),
            "dfa" => self.dropped_frames = value.picked(),
            "ec" => self.errors = value.count(),
            "e" => self.switches = value.word() == Some("bc"),
            "bg" => self.background = value.is_true(),
            _ => {}
        }
    }
}

fn state(word: &str) -> Option<State> {
    Some(match word {
        "s" | "d" => State::Starting,
        "p" => State::Playing,
        "k" => State::Seeking,
        "r" | "w" => State::Rebuffering,
        "a" => State::Paused,
        "e" | "q" => State::Ended,
        "f" => State::Failed,
        _ => return None,
    })
}

impl Value<'_> {
    fn items(&self) -> &[Item<'_>] {
        match self {
            Self::One(item) => std::slice::from_ref(item),
            Self::List(items) => items,
        }
    }

    fn id(&self) -> Option<String> {
        let Some(Item::Text(text)) = self.items().first() else { return None };
        (!text.is_empty() && text.len() <= MAX_ID_BYTES).then(|| text.to_string())
    }

    fn word(&self) -> Option<&str> {
        match self.items().first()? {
            Item::Text(text) => Some(text),
            _ => None,
        }
    }

    fn is_true(&self) -> bool {
        matches!(self, Self::One(Item::Flag(true)))
    }

    /// The number for the pictures, or the first one where none says what it is for.
    fn picked(&self) -> Option<u32> {
        let items = self.items();
        let of = |of: &str| {
            items.iter().find(|it| matches!(it, Item::Number { of: Some(it), .. } if *it == of))
        };
        of("v").or_else(|| of("av")).or_else(|| items.first())?.number()
    }

    fn total(&self) -> u32 {
        self.items().iter().filter_map(Item::number).fold(0, u32::saturating_add)
    }

    fn count(&self) -> u32 {
        u32::try_from(self.items().len()).unwrap_or(u32::MAX)
    }
}

impl Item<'_> {
    fn number(&self) -> Option<u32> {
        match self {
            // A cast of a float saturates, and makes nothing of what is no number.
            Self::Number { value, .. } if *value >= 0.0 => Some(*value as u32),
            _ => None,
        }
    }
}

fn percent_decoded(text: &str) -> Result<String, Malformed> {
    let wrong = |at| Malformed::new(at, "`%` needs two hexadecimal digits of UTF-8 after it");
    let mut bytes = Vec::with_capacity(text.len().min(MAX_REPORT_BYTES));
    let mut rest = text.bytes().enumerate();
    while let Some((at, byte)) = rest.next() {
        let decoded = match byte {
            b'%' => {
                let mut digit = || rest.next().and_then(|(_, it)| char::from(it).to_digit(16));
                let (high, low) = digit().zip(digit()).ok_or_else(|| wrong(at))?;
                u8::try_from(high * 16 + low).map_err(|_| wrong(at))?
            }
            b'+' => b' ',
            byte => byte,
        };
        bytes.push(decoded);
        if bytes.len() > MAX_REPORT_BYTES {
            return Err(Malformed::new(at, "the report is too long"));
        }
    }
    String::from_utf8(bytes).map_err(|error| wrong(error.utf8_error().valid_up_to()))
}

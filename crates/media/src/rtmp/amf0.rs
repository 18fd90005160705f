//! AMF0, the value notation of RTMP commands and metadata.
//!
//! Action Message Format AMF 0, Adobe 2007
//! (<https://rtmp.veriskope.com/pdf/amf0-file-format-specification.pdf>), section 2. Everything a
//! live encoder or player sends is read; references, AMF3 values and the types reserved by the
//! specification are refused by name.

use std::borrow::Cow;

use thiserror::Error;

/// Nesting a document may reach. Against a body of nested arrays that overflows the stack.
pub const MAX_DEPTH: usize = 16;

/// Values a document may hold. Against a body of one-byte values that grows 30-fold in memory.
pub const MAX_VALUES: usize = 1024;

/// Bytes a string may hold. Against a long string that fills a message of megabytes.
pub const MAX_STRING_BYTES: usize = 64 * 1024 - 1;

mod marker {
    pub(super) const NUMBER: u8 = 0x00;
    pub(super) const BOOLEAN: u8 = 0x01;
    pub(super) const STRING: u8 = 0x02;
    pub(super) const OBJECT: u8 = 0x03;
    pub(super) const MOVIE_CLIP: u8 = 0x04;
    pub(super) const NULL: u8 = 0x05;
    pub(super) const UNDEFINED: u8 = 0x06;
    pub(super) const REFERENCE: u8 = 0x07;
    pub(super) const ECMA_ARRAY: u8 = 0x08;
    pub(super) const OBJECT_END: u8 = 0x09;
    pub(super) const STRICT_ARRAY: u8 = 0x0A;
    pub(super) const DATE: u8 = 0x0B;
    pub(super) const LONG_STRING: u8 = 0x0C;
    pub(super) const UNSUPPORTED: u8 = 0x0D;
    pub(super) const RECORD_SET: u8 = 0x0E;
    pub(super) const XML_DOCUMENT: u8 = 0x0F;
    pub(super) const TYPED_OBJECT: u8 = 0x10;
    pub(super) const AVM_PLUS: u8 = 0x11;
}

/// Named values, in the order they were written.
pub type Properties = Vec<(String, Value)>;

/// One AMF0 value.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A double; AMF0 has no integers.
    Number(f64),
    /// True or false.
    Boolean(bool),
    /// A short or long string, or an XML document. What is not UTF-8 is replaced by U+FFFD.
    String(String),
    /// An object; a typed object without its class name.
    Object(Properties),
    /// An associative array, which differs from an object on the wire only.
    EcmaArray(Properties),
    /// A list.
    StrictArray(Vec<Value>),
    /// Milliseconds since 1970-01-01T00:00:00Z. The time zone field is reserved and skipped.
    Date(f64),
    /// Null.
    Null,
    /// Undefined, or a value the sender could not express.
    Undefined,
}

/// Why bytes are not an AMF0 document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Error {
    /// The bytes end inside a value.
    #[error("the AMF0 data ends inside a value")]
    Truncated,
    /// A type that is reserved, unknown, or of AMF3.
    #[error("AMF0 values of type {0:#04x} are not supported")]
    Unsupported(u8),
    /// More nesting than [`MAX_DEPTH`].
    #[error("the AMF0 data is nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// More values than [`MAX_VALUES`].
    #[error("the AMF0 data holds more than {MAX_VALUES} values")]
    TooManyValues,
    /// A string longer than [`MAX_STRING_BYTES`].
    #[error("the AMF0 data holds a string of {0} bytes; the maximum is {MAX_STRING_BYTES}")]
    StringTooLong(usize),
}

impl Value {
    /// A string value.
    pub fn string(text: impl Into<String>) -> Self {
        Self::String(text.into())
    }

    /// An object of `properties`.
    pub fn object<'a>(properties: impl IntoIterator<Item = (&'a str, Value)>) -> Self {
        Self::Object(properties.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }

    /// The number, if this is one.
    #[must_use]
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The text, if this is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// The properties of an object or associative array; none of anything else.
    #[must_use]
    pub fn properties(&self) -> &[(String, Value)] {
        match self {
            Self::Object(properties) | Self::EcmaArray(properties) => properties,
            _ => &[],
        }
    }

    /// The first property called `name`, of an object or associative array.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.properties().iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

/// Reads every value of `bytes`.
///
/// # Errors
/// The bytes end inside a value, hold an unsupported type, or exceed a limit of this module.
pub fn decode(bytes: &[u8]) -> Result<Vec<Value>, Error> {
    let mut reader = Reader { rest: bytes, values: 0 };
    let mut values = Vec::new();
    while !reader.rest.is_empty() {
        values.push(reader.value(0)?);
    }
    Ok(values)
}

struct Reader<'a> {
    rest: &'a [u8],
    values: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Result<Value, Error> {
        if depth > MAX_DEPTH {
            return Err(Error::TooDeep);
        }
        self.values += 1;
        if self.values > MAX_VALUES {
            return Err(Error::TooManyValues);
        }
        let [kind] = self.array()?;
        self.body(kind, depth)
    }

    fn body(&mut self, kind: u8, depth: usize) -> Result<Value, Error> {
        match kind {
            marker::NUMBER => Ok(Value::Number(f64::from_be_bytes(self.array()?))),
            marker::BOOLEAN => self.array().map(|[byte]| Value::Boolean(byte != 0)),
            marker::STRING => self.short_string().map(|text| Value::String(text.into_owned())),
            marker::LONG_STRING | marker::XML_DOCUMENT => self.long_string(),
            marker::OBJECT => self.properties(depth).map(Value::Object),
            marker::TYPED_OBJECT => {
                self.short_string()?;
                self.properties(depth).map(Value::Object)
            }
            marker::ECMA_ARRAY => self.ecma_array(depth),
            marker::STRICT_ARRAY => self.strict_array(depth),
            marker::DATE => self.date(),
            marker::NULL => Ok(Value::Null),
            marker::UNDEFINED | marker::UNSUPPORTED => Ok(Value::Undefined),
            marker::MOVIE_CLIP
            | marker::REFERENCE
            | marker::OBJECT_END
            | marker::RECORD_SET
            | marker::AVM_PLUS => Err(Error::Unsupported(kind)),
            _ => Err(Error::Unsupported(kind)),
        }
    }

    fn date(&mut self) -> Result<Value, Error> {
        let millis = f64::from_be_bytes(self.array()?);
        let [_, _] = self.array()?;
        Ok(Value::Date(millis))
    }

    /// The count before an associative array is a hint that encoders get wrong; the end marker
    /// rules.
    fn ecma_array(&mut self, depth: usize) -> Result<Value, Error> {
        let [_, _, _, _] = self.array()?;
        self.properties(depth).map(Value::EcmaArray)
    }

    fn strict_array(&mut self, depth: usize) -> Result<Value, Error> {
        let count = u32::from_be_bytes(self.array()?);
        let mut items = Vec::new();
        for _ in 0..count {
            items.push(self.value(depth + 1)?);
        }
        Ok(Value::StrictArray(items))
    }

    fn properties(&mut self, depth: usize) -> Result<Properties, Error> {
        let mut properties = Vec::new();
        loop {
            // Several encoders leave the end marker of the outermost object out.
            if self.rest.is_empty() && depth == 0 {
                return Ok(properties);
            }
            let name = self.short_string()?;
            if name.is_empty() && self.rest.first() == Some(&marker::OBJECT_END) {
                self.take(1)?;
                return Ok(properties);
            }
            let name = name.into_owned();
            properties.push((name, self.value(depth + 1)?));
        }
    }

    fn short_string(&mut self) -> Result<Cow<'a, str>, Error> {
        let length = u16::from_be_bytes(self.array()?);
        self.take(usize::from(length)).map(String::from_utf8_lossy)
    }

    fn long_string(&mut self) -> Result<Value, Error> {
        let length = usize::try_from(u32::from_be_bytes(self.array()?)).unwrap_or(usize::MAX);
        if length > MAX_STRING_BYTES {
            return Err(Error::StringTooLong(length));
        }
        let text = String::from_utf8_lossy(self.take(length)?);
        Ok(Value::String(text.into_owned()))
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], Error> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Error::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or(Error::Truncated)?;
        self.rest = rest;
        Ok(*taken)
    }
}

/// Writes `values` one after the other.
#[must_use]
pub fn encode(values: &[Value]) -> Vec<u8> {
    let mut out = Vec::with_capacity(128);
    for value in values {
        write_value(&mut out, value);
    }
    out
}

fn write_value(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Number(number) => {
            out.push(marker::NUMBER);
            out.extend_from_slice(&number.to_be_bytes());
        }
        Value::Boolean(truth) => out.extend_from_slice(&[marker::BOOLEAN, u8::from(*truth)]),
        Value::String(text) => write_string(out, text),
        Value::Object(properties) => {
            out.push(marker::OBJECT);
            write_properties(out, properties);
        }
        Value::EcmaArray(properties) => {
            out.push(marker::ECMA_ARRAY);
            write_count(out, properties.len());
            write_properties(out, properties);
        }
        Value::StrictArray(items) => {
            out.push(marker::STRICT_ARRAY);
            write_count(out, items.len());
            items.iter().for_each(|item| write_value(out, item));
        }
        Value::Date(millis) => {
            out.push(marker::DATE);
            out.extend_from_slice(&millis.to_be_bytes());
            out.extend_from_slice(&[0, 0]);
        }
        Value::Null => out.push(marker::NULL),
        Value::Undefined => out.push(marker::UNDEFINED),
    }
}

fn write_string(out: &mut Vec<u8>, text: &str) {
    if let Ok(length) = u16::try_from(text.len()) {
        out.push(marker::STRING);
        out.extend_from_slice(&length.to_be_bytes());
    } else {
        out.push(marker::LONG_STRING);
        write_count(out, text.len());
    }
    out.extend_from_slice(text.as_bytes());
}

fn write_properties(out: &mut Vec<u8>, properties: &[(String, Value)]) {
    for (name, value) in properties {
        // A name has no long form. Ours are constants; one that came from a peer fitted before.
        let length = u16::try_from(name.len()).unwrap_or(0);
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(name.as_bytes().get(..usize::from(length)).unwrap_or_default());
        write_value(out, value);
    }
    out.extend_from_slice(&[0, 0, marker::OBJECT_END]);
}

fn write_count(out: &mut Vec<u8>, count: usize) {
    out.extend_from_slice(&u32::try_from(count).unwrap_or(u32::MAX).to_be_bytes());
}

#[cfg(test)]
#[path = "amf0_tests.rs"]
mod tests;

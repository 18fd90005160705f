//! Go's gob, as Owncast stores its settings in it (encoding/gob, "Encoding Details" of its package
//! documentation): one value, after the definitions of the types it is made of.
//!
//! What is read comes from a file that anybody may have made: nothing is believed of a length, a type
//! or a depth, and there is an error for all that does not fit, never a panic.

use std::collections::BTreeMap;
use std::sync::Arc;

/// Longest value, in bytes.
const MAX_BYTES: usize = 8 * 1024 * 1024;
/// Types that one value may define. Owncast's take three.
const MAX_TYPES: usize = 64;
/// Fields of one type.
const MAX_FIELDS: usize = 100;
/// Longest name of a type or a field, in bytes.
const MAX_NAME: usize = 100;
/// How deep values may lie in others. Against types that refer to themselves.
const MAX_DEPTH: usize = 16;
/// Values in all: each takes many times the byte that it may be written in.
const MAX_VALUES: usize = 100_000;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Bytes(Vec<u8>),
    Text(String),
    List(Vec<Value>),
    Map(Vec<(Value, Value)>),
    /// Fields by name; those that are zero are left out.
    Struct(Vec<(Arc<str>, Value)>),
}

/// Why something is no gob.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum GobError {
    #[error("it ends too early")]
    Short,
    #[error("it is longer than 8 MB")]
    Long,
    #[error("a number in it is no number")]
    Number,
    #[error("it is made of a type that it does not define")]
    Type,
    #[error("it holds more, or deeper, than a setting does")]
    Large,
    #[error("a text in it is no UTF-8")]
    Text,
}

/// What a type is, by the number that stands for it.
#[derive(Clone, Debug)]
enum Kind {
    List(i64),
    Array(i64),
    Map(i64, i64),
    Struct(Vec<(Arc<str>, i64)>),
    /// Its own encoding, which only its program knows.
    Opaque,
}

/// Reads a value.
pub(super) fn decode(bytes: &[u8]) -> Result<Value, GobError> {
    if bytes.len() > MAX_BYTES {
        return Err(GobError::Long);
    }
    let mut outer = Reader { rest: bytes };
    let mut decoder = Decoder { types: BTreeMap::new(), left: MAX_VALUES };
    loop {
        let message = outer.bytes()?;
        let mut reader = Reader { rest: message };
        let id = reader.int()?;
        if id >= 0 {
            let is_struct = matches!(decoder.types.get(&id), Some(Kind::Struct(_)));
            // What is no struct stands there as the only field of one.
            if !is_struct && reader.uint()? != 0 {
                return Err(GobError::Type);
            }
            return decoder.value(&mut reader, id, 0);
        }
        let id = id.checked_neg().ok_or(GobError::Number)?;
        if decoder.types.len() >= MAX_TYPES {
            return Err(GobError::Large);
        }
        let kind = definition(&mut reader)?;
        decoder.types.insert(id, kind);
    }
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], GobError> {
        let (taken, rest) = self.rest.split_at_checked(length).ok_or(GobError::Short)?;
        self.rest = rest;
        Ok(taken)
    }

    /// Small numbers are one byte; others say with their first, negated, how many follow.
    fn uint(&mut self) -> Result<u64, GobError> {
        let first = self.take(1)?.first().copied().ok_or(GobError::Short)?;
        if first < 0x80 {
            return Ok(u64::from(first));
        }
        let length = usize::from(first.wrapping_neg());
        if length > 8 {
            return Err(GobError::Number);
        }
        Ok(self.take(length)?.iter().fold(0, |number, byte| (number << 8) | u64::from(*byte)))
    }

    /// The lowest bit says whether the others are negated.
    fn int(&mut self) -> Result<i64, GobError> {
        let number = self.uint()?;
        let half = i64::try_from(number >> 1).map_err(|_| GobError::Number)?;
        Ok(if number & 1 == 1 { !half } else { half })
    }

    /// The bytes of a float in reverse, so that the zeros at its end are left out.
    fn float(&mut self) -> Result<f64, GobError> {
        Ok(f64::from_bits(self.uint()?.swap_bytes()))
    }

    fn length(&mut self) -> Result<usize, GobError> {
        let length = usize::try_from(self.uint()?).map_err(|_| GobError::Short)?;
        // Everything takes a byte at least.
        if length > self.rest.len() { Err(GobError::Short) } else { Ok(length) }
    }

    fn bytes(&mut self) -> Result<&'a [u8], GobError> {
        let length = self.length()?;
        self.take(length)
    }

    fn text(&mut self) -> Result<&'a str, GobError> {
        std::str::from_utf8(self.bytes()?).map_err(|_| GobError::Text)
    }

    fn name(&mut self) -> Result<Arc<str>, GobError> {
        let name = self.text()?;
        if name.len() > MAX_NAME { Err(GobError::Large) } else { Ok(name.into()) }
    }

    /// The fields of a struct: each by how far it is behind the one before, until there is none.
    fn fields(
        &mut self,
        mut field: impl FnMut(&mut Self, u64) -> Result<(), GobError>,
    ) -> Result<(), GobError> {
        let mut number: u64 = 0;
        loop {
            let step = self.uint()?;
            if step == 0 {
                return Ok(());
            }
            number = number.checked_add(step).ok_or(GobError::Number)?;
            field(self, number - 1)?;
        }
    }
}

/// Reads what a type is (`wireType`): one of its fields says it.
fn definition(reader: &mut Reader<'_>) -> Result<Kind, GobError> {
    let mut kind = None;
    reader.fields(|reader, field| {
        kind = Some(match field {
            0 => {
                let [elem, _] = parts(reader)?;
                Kind::Array(elem)
            }
            1 => {
                let [elem, _] = parts(reader)?;
                Kind::List(elem)
            }
            2 => Kind::Struct(structure(reader)?),
            3 => {
                let [key, elem] = parts(reader)?;
                Kind::Map(key, elem)
            }
            4..=6 => {
                parts(reader)?;
                Kind::Opaque
            }
            _ => return Err(GobError::Type),
        });
        Ok(())
    })?;
    kind.ok_or(GobError::Type)
}

/// The name and number that all types have, and the numbers of up to two others.
fn parts(reader: &mut Reader<'_>) -> Result<[i64; 2], GobError> {
    let mut parts = [0; 2];
    let [first, second] = &mut parts;
    reader.fields(|reader, field| {
        match field {
            0 => common(reader)?,
            1 => *first = reader.int()?,
            2 => *second = reader.int()?,
            _ => return Err(GobError::Type),
        }
        Ok(())
    })?;
    Ok(parts)
}

fn common(reader: &mut Reader<'_>) -> Result<(), GobError> {
    reader.fields(|reader, field| match field {
        0 => reader.name().map(drop),
        1 => reader.int().map(drop),
        _ => Err(GobError::Type),
    })
}

fn structure(reader: &mut Reader<'_>) -> Result<Vec<(Arc<str>, i64)>, GobError> {
    let mut fields = Vec::new();
    reader.fields(|reader, field| match field {
        0 => common(reader),
        1 => {
            let count = reader.length()?;
            if count > MAX_FIELDS {
                return Err(GobError::Large);
            }
            for _ in 0..count {
                fields.push(one_field(reader)?);
            }
            Ok(())
        }
        _ => Err(GobError::Type),
    })?;
    if fields.len() > MAX_FIELDS { Err(GobError::Large) } else { Ok(fields) }
}

fn one_field(reader: &mut Reader<'_>) -> Result<(Arc<str>, i64), GobError> {
    let (mut name, mut id): (Arc<str>, i64) = ("".into(), 0);
    reader.fields(|reader, field| {
        match field {
            0 => name = reader.name()?,
            1 => id = reader.int()?,
            _ => return Err(GobError::Type),
        }
        Ok(())
    })?;
    Ok((name, id))
}

struct Decoder {
    types: BTreeMap<i64, Kind>,
    /// How many values there may still be.
    left: usize,
}

impl Decoder {
    fn value(&mut self, reader: &mut Reader<'_>, id: i64, depth: usize) -> Result<Value, GobError> {
        self.left = self.left.checked_sub(1).ok_or(GobError::Large)?;
        if depth > MAX_DEPTH {
            return Err(GobError::Large);
        }
        // The numbers of the types that gob knows by itself.
        match id {
            1 => return Ok(Value::Bool(reader.uint()? != 0)),
            2 => return Ok(Value::Int(reader.int()?)),
            3 => return Ok(Value::Uint(reader.uint()?)),
            4 => return Ok(Value::Float(reader.float()?)),
            5 => return Ok(Value::Bytes(reader.bytes()?.to_vec())),
            6 => return Ok(Value::Text(reader.text()?.to_owned())),
            _ => {}
        }
        match self.types.get(&id).cloned().ok_or(GobError::Type)? {
            Kind::List(elem) | Kind::Array(elem) => {
                let count = reader.length()?;
                let mut list = Vec::new();
                for _ in 0..count {
                    list.push(self.value(reader, elem, depth + 1)?);
                }
                Ok(Value::List(list))
            }
            Kind::Map(key, elem) => {
                let count = reader.length()?;
                let mut map = Vec::new();
                for _ in 0..count {
                    let key = self.value(reader, key, depth + 1)?;
                    map.push((key, self.value(reader, elem, depth + 1)?));
                }
                Ok(Value::Map(map))
            }
            Kind::Struct(fields) => self.structure(reader, &fields, depth),
            Kind::Opaque => Ok(Value::Bytes(reader.bytes()?.to_vec())),
        }
    }

    fn structure(
        &mut self,
        reader: &mut Reader<'_>,
        fields: &[(Arc<str>, i64)],
        depth: usize,
    ) -> Result<Value, GobError> {
        let mut values = Vec::new();
        reader.fields(|reader, field| {
            let field = usize::try_from(field).map_err(|_| GobError::Type)?;
            let (name, id) = fields.get(field).ok_or(GobError::Type)?;
            values.push((Arc::clone(name), self.value(reader, *id, depth + 1)?));
            Ok(())
        })?;
        Ok(Value::Struct(values))
    }
}

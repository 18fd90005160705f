//! Dictionaries of structured fields (RFC 9651 §3.2), as far as reports need them, and with what
//! version 1 does otherwise.

use std::borrow::Cow;

/// Keys in one report. The standard has fewer than this; nothing is gained by more.
const MAX_KEYS: usize = 96;
/// Values in one list.
const MAX_ITEMS: usize = 64;

/// Why a report cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}, at byte {at}")]
pub struct Malformed {
    at: usize,
    what: &'static str,
}

impl Malformed {
    pub(super) const fn new(at: usize, what: &'static str) -> Self {
        Self { at, what }
    }
}

/// The value of a key.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// One value.
    One(Item<'a>),
    /// Several, in brackets.
    List(Vec<Item<'a>>),
}

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub enum Item<'a> {
    /// Yes or no.
    Flag(bool),
    /// A number, and what it is for where that is said.
    Number {
        /// The number.
        value: f64,
        /// The first parameter's name, such as `v`.
        of: Option<&'a str>,
    },
    /// A word or a text.
    Text(Cow<'a, str>),
}

/// Reads key after key.
pub(super) struct Reader<'a> {
    text: &'a str,
    at: usize,
    keys: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, keys: 0 }
    }

    /// The next key and its value; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<(&'a str, Value<'a>)>, Malformed> {
        self.spaces();
        if self.rest().is_empty() {
            return Ok(None);
        }
        if self.keys > 0 {
            self.expect(',', "a comma must stand between two keys")?;
            self.spaces();
        }
        self.keys += 1;
        if self.keys > MAX_KEYS {
            return Err(self.wrong("there are too many keys"));
        }
        let key = self.while_some(is_name);
        if key.is_empty() {
            return Err(self.wrong("a key is missing"));
        }
        let value = if self.skip('=') { self.value()? } else { Value::One(Item::Flag(true)) };
        self.parameter()?;
        Ok(Some((key, value)))
    }

    fn value(&mut self) -> Result<Value<'a>, Malformed> {
        if !self.skip('(') {
            return self.item().map(Value::One);
        }
        let mut items = Vec::new();
        loop {
            self.spaces();
            if self.skip(')') {
                return Ok(Value::List(items));
            }
            if items.len() >= MAX_ITEMS {
                return Err(self.wrong("a list is too long"));
            }
            items.push(self.item()?);
        }
    }

    fn item(&mut self) -> Result<Item<'a>, Malformed> {
        let mut item = match self.rest().chars().next() {
            Some('"') => self.quoted()?,
            Some('?') => self.flag()?,
            Some('-' | '0'..='9') => self.number()?,
            Some(first) if is_token(first) => Item::Text(self.while_some(is_token).into()),
            _ => return Err(self.wrong("a value is missing")),
        };
        let parameter = self.parameter()?;
        if let Item::Number { of, .. } = &mut item {
            *of = parameter;
        }
        Ok(item)
    }

    /// The first parameter's name; the others are passed over.
    fn parameter(&mut self) -> Result<Option<&'a str>, Malformed> {
        let mut first = None;
        while self.skip(';') {
            self.spaces();
            let name = self.while_some(is_name);
            if self.skip('=') {
                // Parameters of parameters do not exist, so this goes no deeper.
                match self.rest().chars().next() {
                    Some('"') => drop(self.quoted()?),
                    _ => drop(self.while_some(is_token)),
                }
            }
            first = first.or(Some(name));
        }
        Ok(first)
    }

    fn flag(&mut self) -> Result<Item<'a>, Malformed> {
        self.skip('?');
        match (self.skip('1'), self.skip('0')) {
            (true, false) => Ok(Item::Flag(true)),
            (false, true) => Ok(Item::Flag(false)),
            _ => Err(self.wrong("after `?` there is 0 or 1")),
        }
    }

    fn number(&mut self) -> Result<Item<'a>, Malformed> {
        let start = self.at;
        let digits = self.while_some(|it| it.is_ascii_digit() || it == '-' || it == '.');
        match digits.parse::<f64>() {
            Ok(value) => Ok(Item::Number { value, of: None }),
            Err(_) => Err(Malformed::new(start, "a number is not one")),
        }
    }

    fn quoted(&mut self) -> Result<Item<'a>, Malformed> {
        let start = self.at;
        let unclosed = Malformed::new(start, "a text has no end");
        self.skip('"');
        let body = self.rest();
        let mut escaped = false;
        let mut has_escapes = false;
        let end = body.char_indices().find_map(|(at, it)| {
            if escaped {
                escaped = false;
                return None;
            }
            escaped = it == '\\';
            has_escapes |= escaped;
            (it == '"').then_some(at)
        });
        let end = end.ok_or(unclosed)?;
        let text = body.get(..end).ok_or(unclosed)?;
        self.at += end + 1;
        Ok(Item::Text(if has_escapes { unescaped(text).into() } else { text.into() }))
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn while_some(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|it| !belongs(it)).unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).unwrap_or_default()
    }

    fn spaces(&mut self) {
        self.while_some(|it| it == ' ' || it == '\t');
    }

    fn skip(&mut self, it: char) -> bool {
        let is_there = self.rest().starts_with(it);
        if is_there {
            self.at += it.len_utf8();
        }
        is_there
    }

    fn expect(&mut self, it: char, what: &'static str) -> Result<(), Malformed> {
        if self.skip(it) { Ok(()) } else { Err(self.wrong(what)) }
    }

    fn wrong(&self, what: &'static str) -> Malformed {
        Malformed::new(self.at, what)
    }
}

fn is_name(it: char) -> bool {
    it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.' | '*')
}

/// What words are made of (RFC 9110 §5.6.2, `:` and `/`).
fn is_token(it: char) -> bool {
    it.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~:/".contains(it)
}

fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(it) = rest.next() {
        plain.extend(if it == '\\' { rest.next() } else { Some(it) });
    }
    plain
}

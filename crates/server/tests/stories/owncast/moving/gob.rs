//! Writes Go's gobs as Owncast does: each value after the types that it is made of.

/// A value of a type that Owncast stores.
pub(super) enum Gob<'a> {
    Bool(bool),
    Float(f64),
    Text(&'a str),
    Texts(&'a [&'a str]),
    Pairs(&'a [(&'a str, &'a str)]),
    /// Structs of one type: the names of its fields, and the fields of each.
    Structs(&'a [&'a str], &'a [&'a [Field<'a>]]),
    /// One struct.
    Struct(&'a [&'a str], &'a [Field<'a>]),
}

/// A field of a struct. One that is zero is left out, as Go does.
#[derive(Clone, Copy)]
pub(super) enum Field<'a> {
    Text(&'a str),
    Int(i64),
    Bool(bool),
}

const STRUCT: i64 = 65;
const LIST: i64 = 66;

impl Gob<'_> {
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Self::Bool(it) => single(&mut out, 1, &[u8::from(*it)]),
            Self::Float(it) => single(&mut out, 4, &uint(it.to_bits().swap_bytes())),
            Self::Text(it) => single(&mut out, 6, &text(it)),
            Self::Texts(list) => {
                message(&mut out, &list_of(6));
                let items: Vec<u8> = list.iter().flat_map(|it| text(it)).collect();
                single(&mut out, LIST, &[uint(list.len() as u64), items].concat());
            }
            Self::Pairs(pairs) => {
                // mapType: its own number, and those of keys and values.
                let body = [&int(-LIST)[..], &[4, 1, 2], &int(LIST), &[0, 1, 12, 1, 12, 0, 0]];
                message(&mut out, &body.concat());
                let items: Vec<u8> =
                    pairs.iter().flat_map(|(key, it)| [text(key), text(it)].concat()).collect();
                single(&mut out, LIST, &[uint(pairs.len() as u64), items].concat());
            }
            Self::Structs(names, items) => {
                message(&mut out, &list_of(STRUCT));
                let first = items.first().copied().unwrap_or_default();
                message(&mut out, &structure(names, first));
                let values: Vec<u8> = items.iter().flat_map(|fields| value(fields)).collect();
                single(&mut out, LIST, &[uint(items.len() as u64), values].concat());
            }
            Self::Struct(names, fields) => {
                message(&mut out, &structure(names, fields));
                message(&mut out, &[int(STRUCT), value(fields)].concat());
            }
        }
        out
    }
}

fn message(out: &mut Vec<u8>, body: &[u8]) {
    out.extend(uint(body.len() as u64));
    out.extend(body);
}

/// What is no struct stands there as the only field of one.
fn single(out: &mut Vec<u8>, kind: i64, value: &[u8]) {
    message(out, &[&int(kind)[..], &[0], value].concat());
}

fn list_of(element: i64) -> Vec<u8> {
    [&int(-LIST)[..], &[2, 1, 2], &int(LIST), &[0, 1], &int(element), &[0, 0]].concat()
}

fn structure(names: &[&str], like: &[Field<'_>]) -> Vec<u8> {
    let mut body = [&int(-STRUCT)[..], &[3, 1, 2], &int(STRUCT), &[0, 1]].concat();
    body.extend(uint(names.len() as u64));
    for (name, field) in names.iter().zip(like) {
        let kind = match field {
            Field::Bool(_) => 1,
            Field::Int(_) => 2,
            Field::Text(_) => 6,
        };
        body.push(1);
        body.extend(text(name));
        body.push(1);
        body.extend(int(kind));
        body.push(0);
    }
    body.extend([0, 0]);
    body
}

fn value(fields: &[Field<'_>]) -> Vec<u8> {
    let (mut out, mut last) = (Vec::new(), 0);
    for (number, field) in (1..).zip(fields) {
        let bytes = match field {
            Field::Text("") | Field::Int(0) | Field::Bool(false) => continue,
            Field::Text(it) => text(it),
            Field::Int(it) => int(*it),
            Field::Bool(_) => vec![1],
        };
        out.extend(uint(number - last));
        out.extend(bytes);
        last = number;
    }
    out.push(0);
    out
}

fn text(text: &str) -> Vec<u8> {
    [&uint(text.len() as u64)[..], text.as_bytes()].concat()
}

fn uint(number: u64) -> Vec<u8> {
    if number < 0x80 {
        return vec![u8::try_from(number).unwrap()];
    }
    let bytes: Vec<u8> = number.to_be_bytes().into_iter().skip_while(|it| *it == 0).collect();
    let length = u8::try_from(bytes.len()).unwrap();
    [&[length.wrapping_neg()][..], &bytes].concat()
}

fn int(number: i64) -> Vec<u8> {
    let bits = number.cast_unsigned();
    uint(if number < 0 { !bits << 1 | 1 } else { bits << 1 })
}

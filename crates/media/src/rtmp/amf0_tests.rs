//! Tables and properties for AMF0.

use proptest::prelude::*;

use super::*;

fn text(value: &str) -> Value {
    Value::string(value)
}

#[test]
fn values_of_every_type_read_and_write_as_specified() {
    let table: [(&[u8], Value); 10] = [
        (b"\x00\x3F\xF0\0\0\0\0\0\0", Value::Number(1.0)),
        (b"\x01\x01", Value::Boolean(true)),
        (b"\x01\x00", Value::Boolean(false)),
        (b"\x02\x00\x04live", text("live")),
        (b"\x03\x00\x01a\x05\x00\x00\x09", Value::object([("a", Value::Null)])),
        (b"\x05", Value::Null),
        (b"\x06", Value::Undefined),
        (
            b"\x08\0\0\0\x01\x00\x01a\x01\x01\x00\x00\x09",
            Value::EcmaArray(vec![("a".to_owned(), Value::Boolean(true))]),
        ),
        (b"\x0A\0\0\0\x02\x05\x06", Value::StrictArray(vec![Value::Null, Value::Undefined])),
        (b"\x0B\x3F\xF0\0\0\0\0\0\0\0\0", Value::Date(1.0)),
    ];
    for (bytes, value) in table {
        assert_eq!(decode(bytes), Ok(vec![value.clone()]), "{bytes:x?}");
        assert_eq!(encode(&[value]), bytes);
    }
}

#[test]
fn what_encoders_get_wrong_is_read_as_they_meant_it() {
    let table: [(&str, &[u8], Value); 6] = [
        (
            "an associative array with a wrong count",
            b"\x08\0\0\0\x63\x00\x01a\x05\x00\x00\x09",
            Value::EcmaArray(vec![("a".to_owned(), Value::Null)]),
        ),
        (
            "an outermost object without end marker",
            b"\x03\x00\x01a\x05",
            Value::object([("a", Value::Null)]),
        ),
        (
            "a typed object",
            b"\x10\x00\x03Foo\x00\x01a\x05\x00\x00\x09",
            Value::object([("a", Value::Null)]),
        ),
        ("text that is not UTF-8", b"\x02\x00\x02a\xFF", text("a\u{FFFD}")),
        ("a long string that is short", b"\x0C\0\0\0\x01a", text("a")),
        (
            "a property with an empty name",
            b"\x03\0\0\x05\0\0\x09",
            Value::object([("", Value::Null)]),
        ),
    ];
    for (what, bytes, value) in table {
        assert_eq!(decode(bytes), Ok(vec![value]), "{what}");
    }
}

#[test]
fn a_text_too_long_for_the_short_form_is_written_in_the_long_one() {
    let long = "x".repeat(70_000);
    let bytes = encode(&[text(&long)]);
    assert_eq!(bytes.first(), Some(&marker::LONG_STRING));
    assert_eq!(decode(&bytes), Err(Error::StringTooLong(70_000)));
}

#[test]
fn types_that_are_not_supported_are_refused_by_number() {
    for kind in [0x04, 0x07, 0x09, 0x0E, 0x11, 0x12, 0xFF] {
        assert_eq!(decode(&[kind, 0, 0, 0, 0]), Err(Error::Unsupported(kind)));
    }
}

#[test]
fn nesting_is_refused_beyond_the_maximum() {
    let nested = |levels: usize| b"\x0A\0\0\0\x01".repeat(levels);
    assert_eq!(decode(&nested(MAX_DEPTH + 1)), Err(Error::TooDeep));
    assert_eq!(decode(&nested(1_000_000)), Err(Error::TooDeep));
    let mut deepest = nested(MAX_DEPTH);
    deepest.push(marker::NULL);
    assert!(decode(&deepest).is_ok());

    let objects = b"\x03\x00\x01a".repeat(100_000);
    assert_eq!(decode(&objects), Err(Error::TooDeep));
}

#[test]
fn values_are_refused_beyond_the_maximum() {
    assert_eq!(decode(&vec![marker::NULL; MAX_VALUES]).map(|values| values.len()), Ok(MAX_VALUES));
    assert_eq!(decode(&vec![marker::NULL; MAX_VALUES + 1]), Err(Error::TooManyValues));
    let mut array = b"\x0A\xFF\xFF\xFF\xFF".to_vec();
    array.resize(100_000, marker::NULL);
    assert_eq!(decode(&array), Err(Error::TooManyValues));
}

#[test]
fn bytes_that_end_too_early_are_told_from_whole_values() {
    let whole = encode(&[
        text("connect"),
        Value::StrictArray(vec![Value::object([("app", text("live"))]), Value::Date(0.0)]),
    ]);
    let boundary = encode(&[text("connect")]).len();
    for length in 0..whole.len() {
        let complete = length == 0 || length == boundary;
        let read = decode(&whole[..length]);
        assert_eq!(read.is_ok(), complete, "{length} of {} bytes", whole.len());
        assert!(complete || read == Err(Error::Truncated));
    }
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<i32>().prop_map(|number| Value::Number(f64::from(number))),
        any::<bool>().prop_map(Value::Boolean),
        ".{0,20}".prop_map(Value::String),
        any::<u32>().prop_map(|millis| Value::Date(f64::from(millis))),
        Just(Value::Null),
        Just(Value::Undefined),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        let properties = prop::collection::vec(("[a-z]{1,8}", inner.clone()), 0..4);
        prop_oneof![
            properties.clone().prop_map(Value::Object),
            properties.prop_map(Value::EcmaArray),
            prop::collection::vec(inner, 0..4).prop_map(Value::StrictArray),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_written_reads_back(values in prop::collection::vec(any_value(), 0..5)) {
        prop_assert_eq!(decode(&encode(&values)), Ok(values));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        if let Ok(values) = decode(&bytes) {
            prop_assert!(values.len() <= bytes.len());
        }
    }
}

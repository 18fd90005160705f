//! Gobs as Go writes them.

mod corpus;

use super::gob::{GobError, Value, decode};

/// Of the documentation of encoding/gob: `type Point struct { X, Y int }` and `Point{22, 33}`.
const POINT: &[u8] = &[
    0x1f, 0xff, 0x81, 0x03, 0x01, 0x01, 0x05, 0x50, 0x6f, 0x69, 0x6e, 0x74, 0x01, 0xff, 0x82, 0x00,
    0x01, 0x02, 0x01, 0x01, 0x58, 0x01, 0x04, 0x00, 0x01, 0x01, 0x59, 0x01, 0x04, 0x00, 0x00, 0x00,
    0x07, 0xff, 0x82, 0x01, 0x2c, 0x01, 0x42, 0x00,
];

#[test]
fn values_are_read_as_go_documents_them() {
    let point = Value::Struct(vec![("X".into(), Value::Int(22)), ("Y".into(), Value::Int(33))]);
    assert_eq!(decode(POINT), Ok(point));
    for (bytes, value) in [
        (&[3, 4, 0, 6][..], Value::Int(3)),
        (&[3, 4, 0, 5], Value::Int(-3)),
        (&[3, 2, 0, 1], Value::Bool(true)),
        (&[3, 2, 0, 0], Value::Bool(false)),
        (&[5, 6, 0, 0xfe, 1, 0], Value::Uint(256)),
        (&[5, 8, 0, 0xfe, 0x31, 0x40], Value::Float(17.0)),
        (&[3, 8, 0, 0], Value::Float(0.0)),
        (&[8, 12, 0, 5, b'h', b'e', b'l', b'l', b'o'], Value::Text("hello".to_owned())),
        (&[5, 10, 0, 2, 1, 2], Value::Bytes(vec![1, 2])),
        // []string{"a"}: its type is defined first.
        (
            &[12, 0xff, 0x83, 2, 1, 2, 0xff, 0x84, 0, 1, 12, 0, 0, 6, 0xff, 0x84, 0, 1, 1, b'a'],
            Value::List(vec![Value::Text("a".to_owned())]),
        ),
        // map[string]string{"a": "b"}
        (
            &[
                14, 0xff, 0x85, 4, 1, 2, 0xff, 0x86, 0, 1, 12, 1, 12, 0, 0, 8, 0xff, 0x86, 0, 1, 1,
                b'a', 1, b'b',
            ],
            Value::Map(vec![(Value::Text("a".to_owned()), Value::Text("b".to_owned()))]),
        ),
    ] {
        assert_eq!(decode(bytes), Ok(value), "{bytes:?}");
    }
}

#[test]
fn whatever_is_no_gob_is_an_error() {
    for end in 0..POINT.len() {
        assert!(decode(&POINT[..end]).is_err(), "{end}");
    }
    for (bytes, error) in [
        (&[][..], GobError::Short),
        (&[0x85, 1, 2, 3], GobError::Number),
        (&[3, 16, 0, 1], GobError::Type),
        (&[3, 12, 1, 0], GobError::Type),
        (&[0xf8, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], GobError::Short),
        (&[5, 12, 0, 0xfe, 0xff, 0xff], GobError::Short),
        (&[4, 12, 0, 1, 0xff], GobError::Text),
        // A list of lists of itself.
        (
            &[
                13, 0xff, 0x83, 2, 1, 2, 0xff, 0x84, 0, 1, 0xff, 0x84, 0, 0, 28, 0xff, 0x84, 0, 1,
                1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
            ],
            GobError::Large,
        ),
    ] {
        assert_eq!(decode(bytes), Err(error), "{bytes:?}");
    }
    assert_eq!(decode(&vec![0; 9 * 1024 * 1024]), Err(GobError::Long));
}

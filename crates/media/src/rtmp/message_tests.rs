//! Tables for messages.

use super::*;

fn raw(kind: u8, payload: &[u8]) -> RawMessage {
    RawMessage { kind, stream_id: 1, timestamp: 1000, payload: Bytes::copy_from_slice(payload) }
}

#[test]
fn control_messages_are_read() {
    let table = [
        (raw(3, &[0, 0, 1, 0]), Message::Acknowledgement(256)),
        (raw(5, &[0, 0, 0, 0]), Message::WindowAcknowledgementSize(0)),
        (raw(6, &[0, 0, 0, 9, 2]), Message::SetPeerBandwidth(9)),
        (raw(4, &[0, 6, 0, 0, 0, 7]), Message::UserControl(UserControl::PingRequest(7))),
        (raw(4, &[0, 3, 0, 0, 0, 1, 0, 0, 1, 0]), Message::UserControl(UserControl::Other(3))),
        (raw(4, &[0, 6, 0]), Message::UserControl(UserControl::Other(6))),
        (raw(19, b"shared object"), Message::Unknown(19)),
    ];
    for (raw, message) in table {
        assert_eq!(Message::parse(raw.clone()), Ok(message), "{raw:?}");
    }
    for (kind, payload) in [(3, [1, 2, 3].as_slice()), (5, &[]), (6, &[0]), (4, &[0])] {
        assert_eq!(Message::parse(raw(kind, payload)), Err(Error::ShortControlMessage(kind)));
    }
}

#[test]
fn user_control_reads_back_as_written() {
    for event in [
        UserControl::StreamBegin(1),
        UserControl::StreamEof(2),
        UserControl::PingRequest(3),
        UserControl::PingResponse(u32::MAX),
    ] {
        assert_eq!(UserControl::parse(&event.to_payload()), Some(event));
    }
}

#[test]
fn commands_are_read_in_both_wrappers() {
    let command = Command {
        name: "publish".to_owned(),
        transaction: 5.0,
        object: Value::Null,
        arguments: vec![Value::string("key"), Value::string("live")],
    };
    let payload = command.to_payload();
    let expected = Ok(Message::Command(1, command));
    assert_eq!(Message::parse(raw(kind::COMMAND_AMF0, &payload)), expected);
    let wrapped = [&[0], payload.as_slice()].concat();
    assert_eq!(Message::parse(raw(kind::COMMAND_AMF3, &wrapped)), expected);

    assert_eq!(Message::parse(raw(kind::COMMAND_AMF3, &[0x0A, 1])), Err(Error::Amf3));
    assert_eq!(Message::parse(raw(kind::COMMAND_AMF3, &[])), Err(Error::Amf3));
    assert_eq!(Message::parse(raw(kind::COMMAND_AMF0, &[5])), Err(Error::NamelessCommand));
    assert_eq!(Message::parse(raw(kind::COMMAND_AMF0, &[])), Err(Error::NamelessCommand));
}

#[test]
fn a_bare_name_is_a_command() {
    let Ok(Message::Command(_, command)) = Message::parse(raw(kind::COMMAND_AMF0, b"\x02\0\x01x"))
    else {
        panic!("a command")
    };
    assert_eq!((command.name.as_str(), command.transaction), ("x", 0.0));
    assert_eq!((command.object, command.arguments), (Value::Null, vec![]));
}

#[test]
fn data_in_amf3_loses_its_wrapper() {
    let expected = MediaMessage {
        kind: MediaKind::Data,
        timestamp: 1000,
        payload: Bytes::from_static(b"\x05"),
    };
    assert_eq!(Message::parse(raw(kind::DATA_AMF3, b"\0\x05")), Ok(Message::Media(expected)));
    assert_eq!(Message::parse(raw(kind::DATA_AMF3, b"\x0A")), Ok(Message::Unknown(15)));
    assert_eq!(Message::parse(raw(kind::DATA_AMF3, b"")), Ok(Message::Unknown(15)));
}

/// A part of an aggregate as FLV lays it out, with its back pointer.
fn part(kind: u8, timestamp: u32, payload: &[u8]) -> Vec<u8> {
    let [t3, t0, t1, t2] = timestamp.to_be_bytes();
    let length = u8::try_from(payload.len()).unwrap();
    let mut bytes = vec![kind, 0, 0, length, t0, t1, t2, t3, 0, 0, 0];
    bytes.extend(payload);
    bytes.extend([0, 0, 0, length + 11]);
    bytes
}

#[test]
fn an_aggregate_comes_apart_with_timestamps_counted_from_its_own() {
    let base = 0x0100_0000;
    let parts = [
        part(9, base, b"v"),
        part(8, base + 20, b"aa"),
        part(20, base, b"?"),
        part(9, base + 40, b""),
    ];
    let Ok(Message::Aggregate(messages)) = Message::parse(raw(kind::AGGREGATE, &parts.concat()))
    else {
        panic!("an aggregate")
    };
    let summary: Vec<_> =
        messages.iter().map(|part| (part.kind, part.timestamp, part.payload.as_ref())).collect();
    let expected: [(MediaKind, u32, &[u8]); 3] = [
        (MediaKind::Video, 1000, b"v"),
        (MediaKind::Audio, 1020, b"aa"),
        (MediaKind::Video, 1040, b""),
    ];
    assert_eq!(summary, expected);
}

#[test]
fn a_broken_aggregate_is_refused() {
    let mut cut = part(9, 0, b"video");
    cut.truncate(14);
    let many = part(9, 0, b"").repeat(MAX_AGGREGATED + 1);
    for broken in [cut, many, vec![9; 5]] {
        assert_eq!(Message::parse(raw(kind::AGGREGATE, &broken)), Err(Error::MalformedAggregate));
    }
    let mut without_last_pointer = part(9, 0, b"video");
    without_last_pointer.truncate(16);
    assert!(Message::parse(raw(kind::AGGREGATE, &without_last_pointer)).is_ok());
}

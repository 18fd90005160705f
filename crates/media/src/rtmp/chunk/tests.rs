//! Tables and properties for chunk streams.

use bytes::BytesMut;
use proptest::prelude::*;

use super::*;

fn keeping(limits: Limits) -> Reader {
    let mut reader = Reader::new(limits);
    reader.set_media_policy(MediaPolicy::Keep);
    reader
}

/// Everything in `bytes`, given `piece` bytes at a time.
fn read_in_pieces(bytes: &[u8], piece: usize) -> Result<Vec<RawMessage>, Error> {
    let mut reader = keeping(Limits::default());
    let mut messages = Vec::new();
    for mut input in bytes.chunks(piece) {
        while let Some(message) = reader.read(&mut input)? {
            messages.push(message);
        }
        assert!(input.is_empty(), "a reader that wants more has taken all there is");
    }
    Ok(messages)
}

fn read(bytes: &[u8]) -> Result<Vec<RawMessage>, Error> {
    let whole = read_in_pieces(bytes, bytes.len().max(1));
    for piece in [1, 2, 3, 5, 13, 129] {
        assert_eq!(read_in_pieces(bytes, piece), whole, "in pieces of {piece}");
    }
    whole
}

fn summary(messages: &[RawMessage]) -> Vec<(u8, u32, u32, &[u8])> {
    let fields = |m: &RawMessage| (m.kind, m.stream_id, m.timestamp);
    messages
        .iter()
        .map(|message| {
            let (kind, stream_id, timestamp) = fields(message);
            (kind, stream_id, timestamp, message.payload.as_ref())
        })
        .collect()
}

#[test]
fn each_header_type_takes_over_what_it_leaves_out() {
    let bytes = [
        b"\x03\x00\x00\x64\x00\x00\x02\x08\x01\x00\x00\x00ab".as_slice(), // 0: all, t = 100
        b"\x43\x00\x00\x0A\x00\x00\x01\x09c",                             // 1: +10, length 1, video
        b"\x83\x00\x00\x05d",                                             // 2: +5
        b"\xC3e",                                                         // 3: +5 again
    ]
    .concat();
    let expected: [(u8, u32, u32, &[u8]); 4] =
        [(8, 1, 100, b"ab"), (9, 1, 110, b"c"), (9, 1, 115, b"d"), (9, 1, 120, b"e")];
    assert_eq!(summary(&read(&bytes).unwrap()), expected);
}

#[test]
fn a_type_3_header_after_a_type_0_one_adds_its_timestamp() {
    let bytes = b"\x03\x00\x00\x64\x00\x00\x01\x08\x01\x00\x00\x00a\xC3b";
    let expected: [(u8, u32, u32, &[u8]); 2] = [(8, 1, 100, b"a"), (8, 1, 200, b"b")];
    assert_eq!(summary(&read(bytes).unwrap()), expected);
}

#[test]
fn chunk_stream_ids_have_one_two_or_three_bytes() {
    let rest = b"\x00\x00\x00\x00\x00\x01\x09\x00\x00\x00\x00x".as_slice();
    for basic in [b"\x3F".as_slice(), b"\x00\x00", b"\x00\xFF", b"\x01\x00\x00", b"\x01\xFF\xFF"] {
        let bytes = [basic, rest].concat();
        assert_eq!(summary(&read(&bytes).unwrap()), [(9, 0, 0, b"x".as_slice())]);
    }
    // Two and three byte forms of one id are one chunk stream.
    let bytes = [b"\x00\x10".as_slice(), rest, b"\xC1\x10\x00y"].concat();
    assert_eq!(read(&bytes).unwrap().len(), 2);
}

#[test]
fn messages_on_different_chunk_streams_interleave() {
    let mut bytes = b"\x04\x00\x00\x00\x00\x01\x00\x09\x01\x00\x00\x00".to_vec();
    bytes.extend([b'v'; 128]);
    bytes.extend(b"\x06\x00\x00\x07\x00\x00\x01\x08\x01\x00\x00\x00a");
    bytes.push(0xC4);
    bytes.extend([b'w'; 128]);
    let video = [[b'v'; 128], [b'w'; 128]].concat();
    let expected = [(8, 1, 7, b"a".as_slice()), (9, 1, 0, video.as_slice())];
    assert_eq!(summary(&read(&bytes).unwrap()), expected);
}

#[test]
fn extended_timestamps_are_read_whether_type_3_chunks_repeat_them_or_not() {
    let time = 0x0123_4567_u32.to_be_bytes();
    let payload: Vec<u8> = (0..=255).chain(0..=255).collect();
    for repeats in [true, false] {
        let mut bytes = b"\x04\xFF\xFF\xFF\x00\x02\x00\x09\x01\x00\x00\x00".to_vec();
        bytes.extend(time);
        for (index, chunk) in payload.chunks(128).enumerate() {
            if index > 0 {
                bytes.push(0xC4);
                bytes.extend(time.iter().filter(|_| repeats));
            }
            bytes.extend(chunk);
        }
        // The next message is a delta, in a type 2 header.
        bytes.extend(b"\x84\x00\x00\x01");
        bytes.extend(&payload[..128]);
        for chunk in payload[128..].chunks(128) {
            bytes.push(0xC4);
            bytes.extend(chunk);
        }
        let expected =
            [(9, 1, 0x0123_4567, payload.as_slice()), (9, 1, 0x0123_4568, payload.as_slice())];
        assert_eq!(summary(&read(&bytes).unwrap()), expected, "repeats: {repeats}");
    }
}

#[test]
fn payload_that_resembles_an_extended_timestamp_is_payload() {
    // Not repeated, and the second chunk begins with three of the timestamp's four bytes; then the
    // message ends after two of them.
    for tail in [b"\x01\x23\x45\x00".as_slice(), b"\x01\x23"] {
        let length = u8::try_from(128 + tail.len()).unwrap();
        let mut bytes = b"\x04\xFF\xFF\xFF\x00\x00".to_vec();
        bytes.extend([length, 0x09, 0x01, 0, 0, 0, 0x01, 0x23, 0x45, 0x67]);
        bytes.extend([b'v'; 128]);
        bytes.push(0xC4);
        bytes.extend(tail);
        bytes.extend(b"\x06\x00\x00\x07\x00\x00\x01\x08\x01\x00\x00\x00a");
        let messages = read(&bytes).unwrap();
        let [video, audio] = messages.as_slice() else { panic!("two messages") };
        assert!(video.payload.ends_with(tail));
        assert_eq!(audio.payload.as_ref(), b"a");
    }
}

#[test]
fn timestamps_wrap() {
    let bytes =
        b"\x03\xFF\xFF\xFF\x00\x00\x01\x08\x01\x00\x00\x00\xFF\xFF\xFF\xFEa\x83\x00\x00\x05b";
    let expected: [(u8, u32, u32, &[u8]); 2] = [(8, 1, 0xFFFF_FFFE, b"a"), (8, 1, 3, b"b")];
    assert_eq!(summary(&read(bytes).unwrap()), expected);
}

#[test]
fn a_chunk_size_holds_from_the_next_chunk_on() {
    let mut bytes = control(kind::SET_CHUNK_SIZE, 4096);
    bytes.extend(b"\x04\x00\x00\x00\x00\x03\xE8\x09\x01\x00\x00\x00");
    bytes.extend([b'v'; 1000]);
    bytes.extend(control(kind::SET_CHUNK_SIZE, i32::MAX.cast_unsigned()));
    bytes.extend(b"\x04\x00\x00\x00\x01\x86\xA0\x09\x01\x00\x00\x00");
    bytes.extend([b'v'; 100_000]);
    let lengths: Vec<_> = read(&bytes).unwrap().iter().map(|m| m.payload.len()).collect();
    assert_eq!(lengths, [1000, 100_000]);
}

fn control(kind: u8, argument: u32) -> Vec<u8> {
    let mut bytes = vec![2, 0, 0, 0, 0, 0, 4, kind, 0, 0, 0, 0];
    bytes.extend(argument.to_be_bytes());
    bytes
}

#[test]
fn impossible_chunk_sizes_are_refused() {
    for size in [0, 0x8000_0000, u32::MAX] {
        let read = read(&control(kind::SET_CHUNK_SIZE, size));
        assert_eq!(read, Err(Error::InvalidChunkSize(size)));
    }
}

#[test]
fn an_aborted_message_is_forgotten() {
    let mut bytes = b"\x04\x00\x00\x00\x00\x01\x00\x09\x01\x00\x00\x00".to_vec();
    bytes.extend([b'v'; 128]);
    bytes.extend(control(kind::ABORT, 4));
    bytes.extend(control(kind::ABORT, 99));
    bytes.extend(b"\x04\x00\x00\x05\x00\x00\x01\x09\x01\x00\x00\x00x");
    assert_eq!(summary(&read(&bytes).unwrap()), [(9, 1, 5, b"x".as_slice())]);
}

#[test]
fn a_message_interrupted_by_a_new_one_is_forgotten() {
    let mut bytes = b"\x04\x00\x00\x00\x00\x01\x00\x09\x01\x00\x00\x00".to_vec();
    bytes.extend([b'v'; 128]);
    bytes.extend(b"\x04\x00\x00\x05\x00\x00\x01\x09\x01\x00\x00\x00x");
    assert_eq!(summary(&read(&bytes).unwrap()), [(9, 1, 5, b"x".as_slice())]);
}

#[test]
fn a_chunk_stream_begins_with_type_0_or_1() {
    assert_eq!(read(b"\x83\x00\x00\x00"), Err(Error::NothingToReferTo(3)));
    assert_eq!(read(b"\xC3"), Err(Error::NothingToReferTo(3)));
    assert_eq!(read(b"\x42\x00\x00\x00\x00\x00\x01\x09x").unwrap().len(), 1);
}

#[test]
fn the_sixty_fifth_chunk_stream_is_refused() {
    let open = |id: u8| vec![0, id, 0, 0, 0, 0, 0, 1, 9, 0, 0, 0, 0, b'x'];
    let most: Vec<u8> = (0..64).flat_map(open).collect();
    assert_eq!(read(&most).unwrap().len(), MAX_CHUNK_STREAMS);
    assert_eq!(read(&[most, open(64)].concat()), Err(Error::TooManyChunkStreams));
}

#[test]
fn a_command_longer_than_its_maximum_is_refused_when_announced() {
    let announce = |kind| [4, 0, 0, 0, 0xFF, 0xFF, 0xFF, kind, 1, 0, 0, 0];
    assert_eq!(
        read(&announce(kind::COMMAND_AMF0)),
        Err(Error::MessageTooLong { kind: 20, length: 0xFF_FFFF, max: 64 * 1024 })
    );
    assert_eq!(read(&announce(kind::VIDEO)), Ok(vec![]));
    let limits = Limits { max_media_bytes: 1000, ..Limits::default() };
    let error = keeping(limits).read(&mut announce(kind::VIDEO).as_slice());
    assert_eq!(error, Err(Error::MessageTooLong { kind: 9, length: 0xFF_FFFF, max: 1000 }));
}

#[test]
fn memory_follows_the_bytes_that_came_not_the_length_announced() {
    let mut reader = keeping(Limits::default());
    reader.read(&mut [4, 0, 0, 0, 0xFF, 0xFF, 0xFF, 9, 1, 0, 0, 0].as_slice()).unwrap();
    assert_eq!(reader.buffered_bytes(), 0);
    for came in (128..100_000).step_by(128) {
        reader.read(&mut [b'v'; 128].as_slice()).unwrap();
        assert!(reader.buffered_bytes() <= 2 * came + 512);
        reader.read(&mut [0xC4].as_slice()).unwrap();
    }
}

#[test]
fn media_without_leave_is_read_over_without_keeping_a_byte() {
    let mut reader = Reader::new(Limits::default());
    let mut bytes = b"\x04\x00\x00\x00\x00\x01\x00\x09\x01\x00\x00\x00".to_vec();
    bytes.extend([b'v'; 128]);
    assert_eq!(reader.read(&mut bytes.as_slice()), Ok(None));
    assert_eq!((reader.buffered_bytes(), reader.discarded_bytes()), (0, 128));
    // Leave in the middle of a message holds for the next.
    reader.set_media_policy(MediaPolicy::Keep);
    let rest = [b"\xC4".as_slice(), &[b'v'; 128], b"\xC4", &[b'w'; 128], b"\xC4", &[b'w'; 128]];
    let bytes = rest.concat();
    let message = reader.read(&mut bytes.as_slice()).unwrap().unwrap();
    assert_eq!(message.payload.as_ref(), [b'w'; 256]);
    assert_eq!(reader.discarded_bytes(), 256);
}

#[test]
fn many_unfinished_messages_are_refused() {
    let begin = |id: u8| {
        let mut bytes = vec![0, id, 0, 0, 0, 0, 0xFF, 0xFF, 20, 0, 0, 0, 0];
        bytes.extend([b'x'; 20_000]);
        bytes
    };
    let mut reader = Reader::new(Limits::default());
    reader.read(&mut control(kind::SET_CHUNK_SIZE, 20_000).as_slice()).unwrap();
    let early = Limits::default().max_buffered_early_bytes;
    let error = (0..64).find_map(|id| reader.read(&mut begin(id).as_slice()).err());
    assert_eq!(error, Some(Error::TooMuchBuffered(early)));
    assert!(reader.buffered_bytes() <= early + 20_013);
}

#[test]
fn short_control_messages_are_refused() {
    for kind in [kind::SET_CHUNK_SIZE, kind::ABORT] {
        let bytes = [2, 0, 0, 0, 0, 0, 2, kind, 0, 0, 0, 0, 1, 1];
        assert_eq!(read(&bytes), Err(Error::ShortControlMessage(kind)));
    }
}

proptest! {
    #[test]
    fn what_is_written_reads_back(
        messages in prop::collection::vec((any::<u32>(), 0_usize..700, 2_u8..64), 1..8),
        chunk_size in 1_u32..300,
        piece in 1_usize..400,
    ) {
        let mut bytes = BytesMut::from(control(kind::SET_CHUNK_SIZE, chunk_size).as_slice());
        let mut expected = Vec::new();
        for (timestamp, length, chunk_stream) in messages {
            // Not the timestamp's own bytes, which a type 3 chunk could be taken to repeat.
            let payload: Vec<u8> = (0..length).map(|i| (i % 251) as u8 ^ 0x5A).collect();
            let header = MessageHeader { chunk_stream, kind: kind::VIDEO, stream_id: 1, timestamp };
            write_message(&mut bytes, header, &payload, chunk_size as usize);
            let payload = Bytes::from(payload);
            expected.push(RawMessage { kind: kind::VIDEO, stream_id: 1, timestamp, payload });
        }
        prop_assert_eq!(read_in_pieces(&bytes, piece), Ok(expected));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let whole = read_in_pieces(&bytes, bytes.len().max(1));
        let bytewise = read_in_pieces(&bytes, 1);
        prop_assert_eq!(whole, bytewise);
    }
}

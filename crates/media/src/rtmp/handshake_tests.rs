//! Handshakes of every form, in pieces and damaged.

use super::*;

const CLIENT_SEED: [u8; 32] = [1; 32];
const SERVER_SEED: [u8; 32] = [2; 32];

/// Runs a server over `bytes`, `piece` bytes at a time. Returns its answer and what it left over.
fn serve(bytes: &[u8], piece: usize) -> Result<(Vec<u8>, Vec<u8>), Error> {
    let mut server = Server::default();
    let mut entropy = Entropy::new(SERVER_SEED);
    let (mut answer, mut left_over, mut done) = (Vec::new(), Vec::new(), false);
    for mut input in bytes.chunks(piece) {
        while !done {
            match server.receive(&mut input, &mut entropy)? {
                Step::Incomplete => break,
                Step::Answer(bytes) => answer.extend(bytes),
                Step::Done => done = true,
            }
        }
        left_over.extend_from_slice(input);
    }
    Ok((answer, left_over))
}

fn packets(answer: &[u8]) -> (Packet, Packet) {
    let (version, rest) = answer.split_first().unwrap();
    let (s1, s2) = rest.split_at(PACKET_BYTES);
    assert_eq!(*version, VERSION);
    (s1.try_into().unwrap(), s2.try_into().unwrap())
}

#[test]
fn a_simple_client_gets_its_packet_back() {
    let opening = Client::open(Opening::Simple, &mut Entropy::new(CLIENT_SEED));
    let (answer, _) = serve(&opening, 4096).unwrap();
    let (s1, s2) = packets(&answer);
    assert_eq!(s2, opening[1..]);
    assert_eq!(s1[..8], [0; 8], "time and version zero: no digest");
    assert_ne!(s1[8..], opening[9..], "the server draws bytes of its own");
}

#[test]
fn a_digest_client_gets_a_digest_in_its_scheme_and_a_signed_reply() {
    for scheme in Scheme::BOTH {
        let opening = Client::open(Opening::Digest(scheme), &mut Entropy::new(CLIENT_SEED));
        let c1: Packet = opening[1..].try_into().unwrap();
        let (_, c1_digest) = find_digest(&c1, CLIENT_KEY).unwrap();
        let (s1, s2) = packets(&serve(&opening, 4096).unwrap().0);

        assert_eq!(find_digest(&s1, SERVER_KEY).map(|(found, _)| found), Some(scheme));
        let mut signed_again = s2;
        sign_reply(&mut signed_again, SERVER_KEY, &c1_digest);
        assert_eq!(s2, signed_again);
    }
}

#[test]
fn a_packet_with_a_spoilt_digest_is_answered_simply() {
    let mut opening = Client::open(Opening::Digest(Scheme::First), &mut Entropy::new(CLIENT_SEED));
    *opening.last_mut().unwrap() ^= 1;
    let (_, s2) = packets(&serve(&opening, 4096).unwrap().0);
    assert_eq!(s2, opening[1..]);
}

#[test]
fn the_client_signs_its_reply_to_a_server_that_signs() {
    for opening in [Opening::Simple, Opening::Digest(Scheme::Second)] {
        let mut entropy = Entropy::new(CLIENT_SEED);
        let (answer, _) = serve(&Client::open(opening, &mut entropy), 4096).unwrap();
        let (s1, _) = packets(&answer);
        let mut client = Client::default();
        let mut input = answer.as_slice();
        let Ok(Step::Answer(c2)) = client.receive(&mut input, &mut entropy) else {
            panic!("the server's first packet is answered")
        };
        assert_eq!(client.receive(&mut input, &mut entropy), Ok(Step::Done));
        assert_eq!(c2 == s1, opening == Opening::Simple);
        assert_eq!(c2.len(), PACKET_BYTES);
    }
}

#[test]
fn pieces_of_any_size_lead_to_the_same_answer_and_what_follows_is_left() {
    let mut bytes = Client::open(Opening::Digest(Scheme::First), &mut Entropy::new(CLIENT_SEED));
    bytes.extend([9; PACKET_BYTES]);
    bytes.extend(b"chunks");
    let whole = serve(&bytes, bytes.len()).unwrap();
    assert_eq!(whole.1, b"chunks");
    for piece in [1, 2, 7, 1535, 1536, 1537, 3073] {
        assert_eq!(serve(&bytes, piece).unwrap(), whole, "in pieces of {piece}");
    }
}

#[test]
fn other_protocols_are_told_apart() {
    let table = [
        (b'G', Error::Http),
        (0x16, Error::Tls),
        (6, Error::Encrypted),
        (0, Error::NotRtmp(0)),
        (0xFF, Error::NotRtmp(0xFF)),
    ];
    for (byte, error) in table {
        assert_eq!(serve(&[byte], 1), Err(error));
    }
}

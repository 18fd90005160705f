//! The RTMP handshake, both sides, sans-IO.
//!
//! Adobe's RTMP 1.0 (<https://rtmp.veriskope.com/docs/spec/>), section 5.2, and the digest
//! handshake that Flash Media Server 3 introduced and that Adobe never specified: a 32-byte
//! HMAC-SHA256 hides in the 1536-byte packet at a place computed from four of its bytes, in either
//! half of the packet ("schemes"). A client that sends a digest gets one back, in its scheme; any
//! other client gets the simple handshake.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use thiserror::Error;

use super::entropy::Entropy;

/// Length of C1, C2, S1 and S2 in bytes.
pub const PACKET_BYTES: usize = 1536;

const VERSION: u8 = 3;
const DIGEST_BYTES: usize = 32;
/// A packet is time, version, and two halves of this many bytes.
const HALF_BYTES: usize = 764;
/// A half is four bytes of place, a digest, and filling.
const PLACES: usize = HALF_BYTES - 4 - DIGEST_BYTES;

/// What the digests of C1 and S1 are keyed with; the whole keys, with [`KEY_TAIL`], are for C2
/// and S2.
const CLIENT_KEY: &[u8] = b"Genuine Adobe Flash Player 001";
const SERVER_KEY: &[u8] = b"Genuine Adobe Flash Media Server 001";
const KEY_TAIL: [u8; 32] = [
    0xF0, 0xEE, 0xC2, 0x4A, 0x80, 0x68, 0xBE, 0xE8, 0x2E, 0x00, 0xD0, 0xD1, 0x02, 0x9E, 0x7E, 0x57,
    0x6E, 0xEC, 0x5D, 0x2D, 0x29, 0x80, 0x6F, 0xAB, 0x93, 0xB8, 0xE6, 0x36, 0xCF, 0xEB, 0x31, 0xAE,
];

/// The version a digest-capable peer names; ours says that we are one.
const SERVER_VERSION: [u8; 4] = [4, 5, 0, 1];
const CLIENT_VERSION: [u8; 4] = [9, 0, 124, 2];

/// One of C1, C2, S1, S2.
pub type Packet = [u8; PACKET_BYTES];
type Sha256Digest = [u8; DIGEST_BYTES];

/// Why the handshake failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Error {
    /// The first byte is not RTMP's.
    #[error("the peer does not speak RTMP: its first byte is {0:#04x}")]
    NotRtmp(u8),
    /// A TLS client came to the plain port.
    #[error("the peer speaks TLS (rtmps) on a plain RTMP port")]
    Tls,
    /// A web client came to the RTMP port.
    #[error("the peer speaks HTTP on an RTMP port")]
    Http,
    /// RTMPE, whose encryption is broken by design.
    #[error("the peer asks for encrypted RTMP (RTMPE), which is not supported; use rtmps")]
    Encrypted,
}

/// Which half of the packet holds the digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// In the first half.
    First,
    /// In the second half.
    Second,
}

impl Scheme {
    const BOTH: [Self; 2] = [Self::First, Self::Second];

    const fn half_start(self) -> usize {
        match self {
            Self::First => 8,
            Self::Second => 8 + HALF_BYTES,
        }
    }

    /// Where the digest stands: the sum of the half's first four bytes says how far in.
    fn digest_start(self, packet: &Packet) -> usize {
        let start = self.half_start();
        let sum: usize = packet.iter().skip(start).take(4).map(|byte| usize::from(*byte)).sum();
        start + 4 + sum % PLACES
    }
}

/// What a server has heard and said so far.
#[derive(Debug, Default)]
pub struct Server {
    gathered: Gathered,
}

/// What a step of a handshake leads to.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// More bytes are needed.
    Incomplete,
    /// These bytes go to the peer.
    Answer(Vec<u8>),
    /// The peer's handshake is complete; what follows are chunks.
    Done,
}

impl Server {
    /// Takes what it needs from the front of `input`. C2's content is not compared: many encoders
    /// send something else there, and nothing depends on it.
    ///
    /// # Errors
    /// The peer does not speak plain RTMP.
    pub fn receive(&mut self, input: &mut &[u8], entropy: &mut Entropy) -> Result<Step, Error> {
        let (version, packets) = self.gathered.receive(input)?;
        Ok(match packets {
            Packets::None => Step::Incomplete,
            Packets::First(c1) => Step::Answer(answer_client(version, c1, entropy)),
            Packets::Both => Step::Done,
        })
    }
}

fn answer_client(version: u8, c1: &Packet, entropy: &mut Entropy) -> Vec<u8> {
    let mut answer = Vec::with_capacity(1 + 2 * PACKET_BYTES);
    answer.push(version);
    let mut s1 = [0; PACKET_BYTES];
    entropy.fill(&mut s1);
    set(&mut s1, 0, &[0; 4]);
    if let Some((scheme, c1_digest)) = find_digest(c1, CLIENT_KEY) {
        set(&mut s1, 4, &SERVER_VERSION);
        sign(&mut s1, scheme, SERVER_KEY);
        let mut s2 = [0; PACKET_BYTES];
        entropy.fill(&mut s2);
        sign_reply(&mut s2, SERVER_KEY, &c1_digest);
        answer.extend_from_slice(&s1);
        answer.extend_from_slice(&s2);
    } else {
        set(&mut s1, 4, &[0; 4]);
        answer.extend_from_slice(&s1);
        answer.extend_from_slice(c1);
    }
    answer
}

/// What a client sends first, and what it has heard so far.
#[derive(Debug, Default)]
pub struct Client {
    gathered: Gathered,
}

/// Which handshake a client opens with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opening {
    /// As RTMP 1.0 specifies.
    Simple,
    /// With a digest in this place.
    Digest(Scheme),
}

impl Client {
    /// C0 and C1.
    #[must_use]
    pub fn open(opening: Opening, entropy: &mut Entropy) -> Vec<u8> {
        let mut c1 = [0; PACKET_BYTES];
        entropy.fill(&mut c1);
        set(&mut c1, 0, &[0; 8]);
        if let Opening::Digest(scheme) = opening {
            set(&mut c1, 4, &CLIENT_VERSION);
            sign(&mut c1, scheme, CLIENT_KEY);
        }
        let mut opening = Vec::with_capacity(1 + PACKET_BYTES);
        opening.push(VERSION);
        opening.extend_from_slice(&c1);
        opening
    }

    /// Takes what it needs from the front of `input`; the one answer is C2.
    ///
    /// # Errors
    /// The peer does not speak plain RTMP.
    pub fn receive(&mut self, input: &mut &[u8], entropy: &mut Entropy) -> Result<Step, Error> {
        let (_, packets) = self.gathered.receive(input)?;
        Ok(match packets {
            Packets::None => Step::Incomplete,
            Packets::First(s1) => Step::Answer(answer_server(s1, entropy)),
            Packets::Both => Step::Done,
        })
    }
}

fn answer_server(s1: &Packet, entropy: &mut Entropy) -> Vec<u8> {
    let Some((_, s1_digest)) = find_digest(s1, SERVER_KEY) else {
        return s1.to_vec();
    };
    let mut c2 = [0; PACKET_BYTES];
    entropy.fill(&mut c2);
    sign_reply(&mut c2, CLIENT_KEY, &s1_digest);
    c2.to_vec()
}

/// The peer's version and two packets, as far as they have come.
#[derive(Debug, Default)]
struct Gathered {
    version: Option<u8>,
    first: Vec<u8>,
    /// Bytes of the second packet that have come; its content is not kept.
    second_bytes: usize,
}

enum Packets<'a> {
    None,
    /// The first packet has just come.
    First(&'a Packet),
    Both,
}

impl Gathered {
    fn receive(&mut self, input: &mut &[u8]) -> Result<(u8, Packets<'_>), Error> {
        let Some(version) = self.version else {
            let Some((byte, rest)) = input.split_first() else { return Ok((0, Packets::None)) };
            check_version(*byte)?;
            self.version = Some(*byte);
            *input = rest;
            return self.receive(input);
        };
        if self.first.len() < PACKET_BYTES {
            let taken = take(input, PACKET_BYTES - self.first.len());
            self.first.extend_from_slice(taken);
            let packet = self.first.first_chunk();
            return Ok((version, packet.map_or(Packets::None, Packets::First)));
        }
        self.second_bytes += take(input, PACKET_BYTES - self.second_bytes).len();
        let complete = self.second_bytes == PACKET_BYTES;
        Ok((version, if complete { Packets::Both } else { Packets::None }))
    }
}

fn check_version(byte: u8) -> Result<(), Error> {
    match byte {
        VERSION => Ok(()),
        6 | 8 => Err(Error::Encrypted),
        0x16 => Err(Error::Tls),
        b'G' | b'P' | b'H' | b'O' | b'D' | b'C' => Err(Error::Http),
        _ => Err(Error::NotRtmp(byte)),
    }
}

fn take<'a>(input: &mut &'a [u8], count: usize) -> &'a [u8] {
    let (taken, rest) = input.split_at_checked(count).unwrap_or((input, &[]));
    *input = rest;
    taken
}

/// The place and value of a valid digest in `packet`, if there is one.
fn find_digest(packet: &Packet, key: &[u8]) -> Option<(Scheme, Sha256Digest)> {
    // A peer of the simple handshake writes zero where a digest peer writes its version.
    if packet.iter().skip(4).take(4).all(|byte| *byte == 0) {
        return None;
    }
    Scheme::BOTH.into_iter().find_map(|scheme| {
        let start = scheme.digest_start(packet);
        let (_, tail) = packet.split_at_checked(start)?;
        let found: &Sha256Digest = tail.first_chunk()?;
        (packet_digest(packet, start, key) == *found).then_some((scheme, *found))
    })
}

fn sign(packet: &mut Packet, scheme: Scheme, key: &[u8]) {
    let start = scheme.digest_start(packet);
    let digest = packet_digest(packet, start, key);
    set(packet, start, &digest);
}

/// HMAC over `packet` without the 32 bytes at `start`.
fn packet_digest(packet: &Packet, start: usize, key: &[u8]) -> Sha256Digest {
    let (before, rest) = packet.split_at_checked(start).unwrap_or((packet, &[]));
    let after = rest.get(DIGEST_BYTES..).unwrap_or_default();
    hmac(key, &[before, after])
}

/// C2 and S2 end in a digest of themselves, keyed by a digest of the digest they answer.
fn sign_reply(packet: &mut Packet, key: &[u8], answered: &Sha256Digest) {
    let whole_key = [key, KEY_TAIL.as_slice()].concat();
    let reply_key = hmac(&whole_key, &[answered]);
    let start = PACKET_BYTES - DIGEST_BYTES;
    let digest = packet_digest(packet, start, &reply_key);
    set(packet, start, &digest);
}

fn hmac(key: &[u8], parts: &[&[u8]]) -> Sha256Digest {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}

fn set(packet: &mut Packet, start: usize, bytes: &[u8]) {
    packet.iter_mut().skip(start).zip(bytes).for_each(|(to, from)| *to = *from);
}

#[cfg(test)]
#[path = "handshake_tests.rs"]
mod tests;

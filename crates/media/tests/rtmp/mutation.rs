//! Recordings of real encoders, spoilt in thousands of ways.

use std::path::Path;

use rivulet_media::rtmp::server::{Event, Limits};

use crate::peer::{Random, Server};

/// Ways to spoil each recording.
const MUTATIONS: u64 = 1500;

/// The recordings: what clients sent after the handshake.
fn recordings() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/rtmp_server");
    let entries = std::fs::read_dir(folder).expect("the corpus is in the repository");
    let mut recordings: Vec<_> = entries
        .map(|entry| entry.expect("a readable folder").path())
        .map(|path| (path.display().to_string(), std::fs::read(path).expect("a readable file")))
        .collect();
    recordings.sort();
    assert!(recordings.len() >= 3, "the recordings are there");
    recordings
}

/// Plays `bytes` to a server that accepts whoever asks, in pieces as they would come.
fn play(bytes: &[u8], random: &mut Random) -> Server {
    let mut server = Server::ready(Limits::default());
    let most = Limits::default().chunk.max_buffered_bytes;
    for piece in random.split(bytes, 8000) {
        let outcome = server.receive(piece);
        assert!(server.session.buffered_bytes() <= most);
        if outcome.is_err() {
            break;
        }
        // Whether it asks just now or not.
        let _ = server.session.accept_publish();
        server.poll();
    }
    server
}

#[test]
fn recordings_play_whole() {
    for (name, bytes) in recordings() {
        let server = play(&bytes, &mut Random(1));
        let media = server.events.iter().filter(|event| matches!(event, Event::Media(_))).count();
        assert!(media > 50, "{name}: {media} messages");
        assert_eq!(server.events.last(), Some(&Event::Unpublished), "{name}");
    }
}

#[test]
fn spoilt_recordings_are_played_or_refused_within_the_limits() {
    for (name, recording) in recordings() {
        let mut survived = 0;
        for seed in 0..MUTATIONS {
            let mut random = Random(seed);
            let mut bytes = recording.clone();
            for _ in 0..=random.below(12) {
                mutate(&mut bytes, &mut random);
            }
            let server = play(&bytes, &mut random);
            assert!(server.session.media_bytes() <= bytes.len() as u64, "{name}, seed {seed}");
            survived += u64::from(!server.events.is_empty());
        }
        assert!(survived > MUTATIONS / 4, "{name}: most mutations reach the sessions' depth");
    }
}

/// One mistake: bytes changed, taken out, doubled, or replaced by interesting ones. Half of them
/// fall on the first kilobyte, where the commands are.
fn mutate(bytes: &mut Vec<u8>, random: &mut Random) {
    if bytes.is_empty() {
        return;
    }
    let range = if random.below(2) == 0 { bytes.len().min(1024) } else { bytes.len() };
    let at = random.below(range);
    let length = (1 + random.below(64)).min(bytes.len() - at);
    match random.below(5) {
        0 => bytes[at] ^= 1 << random.below(8),
        1 => bytes[at] = [0, 1, 2, 3, 0x7F, 0x80, 0xC3, 0xFF][random.below(8)],
        2 => drop(bytes.drain(at..at + length)),
        3 => {
            let doubled = bytes[at..at + length].to_vec();
            bytes.splice(at..at, doubled);
        }
        _ => bytes[at..at + length].iter_mut().for_each(|byte| *byte = random.next() as u8),
    }
}

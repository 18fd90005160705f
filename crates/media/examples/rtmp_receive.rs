//! Accepts any RTMP publisher on the port given as first argument (1935 without one), one after
//! the other, and prints what each sent.
//!
//! ```text
//! cargo run -p rivulet-media --example rtmp_receive -- 1935
//! ffmpeg -re -f lavfi -i testsrc2 -c:v libx264 -f flv rtmp://127.0.0.1/live/key
//! ```
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "an example is the caller of the crate: it owns the clock, the socket and the terminal"
)]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::Instant;

use rivulet_media::rtmp::server::{Event, Limits, Output, Session};
use rivulet_media::rtmp::{Entropy, MediaKind};

/// Messages and bytes of each kind.
#[derive(Debug, Default)]
struct Counts {
    video: (u64, usize),
    audio: (u64, usize),
    data: (u64, usize),
}

fn main() -> std::io::Result<()> {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(1935);
    for (seed, socket) in (0..).zip(TcpListener::bind(("127.0.0.1", port))?.incoming()) {
        let mut counts = Counts::default();
        let outcome = serve(socket?, Entropy::new([seed; 32]), &mut counts);
        println!("{counts:?}, ended with {outcome:?}");
    }
    Ok(())
}

fn serve(mut socket: TcpStream, entropy: Entropy, counts: &mut Counts) -> Result<(), String> {
    let mut session = Session::new(Limits::default(), entropy, Instant::now());
    let mut buffer = vec![0; 64 * 1024];
    socket.set_nodelay(true).map_err(|error| error.to_string())?;
    while !session.is_closing() {
        let length = socket.read(&mut buffer).map_err(|error| error.to_string())?;
        if length == 0 {
            break;
        }
        session.receive(Instant::now(), &buffer[..length]).map_err(|error| error.to_string())?;
        while let Some(output) = session.poll() {
            match output {
                Output::Transmit(bytes) => {
                    socket.write_all(&bytes).map_err(|error| error.to_string())?;
                }
                Output::Event(event) => handle(&mut session, event, counts),
            }
        }
    }
    Ok(())
}

fn handle(session: &mut Session, event: Event, counts: &mut Counts) {
    match event {
        Event::Publish(request) => {
            println!("{request:?}");
            session.accept_publish().expect("it has just asked");
        }
        Event::Media(media) => {
            let count = match media.kind {
                MediaKind::Video => &mut counts.video,
                MediaKind::Audio => &mut counts.audio,
                MediaKind::Data => &mut counts.data,
            };
            *count = (count.0 + 1, count.1 + media.payload.len());
        }
        other => println!("{other:?}"),
    }
}

//! A file, tag by tag into packets, which can all be written again.
#![no_main]
use rivulet_media::flv::{Demuxer, Writer, file};

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let Ok(tags) = file::read_all(data) else { return };
    let (mut demuxer, mut packets) = (Demuxer::new(Default::default()), Vec::new());
    let _ = tags.iter().try_for_each(|tag| demuxer.push(tag, &mut packets));
    let mut writer = Writer::new();
    assert!(packets.iter().all(|packet| writer.write(packet).is_ok()));
});

//! Initialisation segments: `ftyp` and `moov` without samples (ISO/IEC 14496-12 §8.2, §8.8.1).

use bytes::Bytes;

use super::boxes::Writer;
use super::{VIDEO_TIMESCALE, track_id};
use crate::frame::{AudioCodec, AudioConfig, Track, VideoCodec, VideoConfig};

/// Timescale of the presentation, which has no duration; every track has its own.
const MOVIE_TIMESCALE: u32 = 1000;
/// A matrix that changes nothing, in 16.16 and 2.30 fixed point.
const IDENTITY: [u32; 9] = [0x1_0000, 0, 0, 0, 0x1_0000, 0, 0, 0, 0x4000_0000];
/// "und" as three letters of five bits (ISO 639-2).
const LANGUAGE_UNDETERMINED: u16 = 0x55c4;
/// Track enabled, in the movie, in the preview.
const TKHD_FLAGS: u32 = 7;
/// The media data is in the same file.
const URL_SELF_CONTAINED: u32 = 1;

/// Version 1 and no flags; as profile 1 at level 0, which does not exist, it is never a record.
const VPCC_VERSION: [u8; 4] = [1, 0, 0, 0];

/// Writes the initialisation segment for fragments with these tracks.
///
/// The video timescale is [`VIDEO_TIMESCALE`], the audio timescale the sampling rate.
#[must_use]
pub fn init_segment(video: Option<&VideoConfig>, audio: Option<&AudioConfig>) -> Bytes {
    let audio_timescale = audio.map_or(0, |config| config.sample_rate);
    write(video, audio, Timescales { video: VIDEO_TIMESCALE, audio: audio_timescale })
}

/// Ticks per second of each track.
#[derive(Clone, Copy)]
pub(super) struct Timescales {
    pub(super) video: u32,
    pub(super) audio: u32,
}

/// Writes the initialisation segment for fragments whose times count in `timescales`.
pub(super) fn write(
    video: Option<&VideoConfig>,
    audio: Option<&AudioConfig>,
    timescales: Timescales,
) -> Bytes {
    let mut writer = Writer::default();
    let tracks = usize::from(video.is_some()) + usize::from(audio.is_some());
    write_ftyp(&mut writer, tracks);
    writer.boxed(b"moov", |moov| {
        write_mvhd(moov);
        if let Some(config) = video {
            write_video_track(moov, config, timescales.video);
        }
        if let Some(config) = audio {
            write_audio_track(moov, config, timescales.audio);
        }
        moov.boxed(b"mvex", |mvex| {
            if video.is_some() {
                write_trex(mvex, Track::Video);
            }
            if audio.is_some() {
                write_trex(mvex, Track::Audio);
            }
        });
    });
    Bytes::from(writer.into_bytes())
}

fn write_ftyp(writer: &mut Writer, tracks: usize) {
    writer.boxed(b"ftyp", |ftyp| {
        ftyp.raw(b"iso6");
        ftyp.u32(0);
        ftyp.raw(b"iso6mp41");
        // CMAF knows no muxed tracks, so only a lone track may claim its brand.
        if tracks == 1 {
            ftyp.raw(b"cmfc");
        }
    });
}

fn write_mvhd(moov: &mut Writer) {
    moov.full(b"mvhd", 0, 0, |mvhd| {
        mvhd.zeros(8); // creation and modification time
        mvhd.u32(MOVIE_TIMESCALE);
        mvhd.u32(0); // duration: unknown
        mvhd.u32(0x1_0000); // rate 1.0
        mvhd.u16(0x100); // volume 1.0
        mvhd.zeros(10);
        write_matrix(mvhd);
        mvhd.zeros(24);
        mvhd.u32(track_id(Track::Audio) + 1); // next track
    });
}

fn write_matrix(writer: &mut Writer) {
    for value in IDENTITY {
        writer.u32(value);
    }
}

fn write_trex(mvex: &mut Writer, track: Track) {
    mvex.full(b"trex", 0, 0, |trex| {
        trex.u32(track_id(track));
        trex.u32(1); // sample description
        trex.zeros(12); // duration, size, flags: every fragment says its own
    });
}

fn write_video_track(moov: &mut Writer, config: &VideoConfig, timescale: u32) {
    moov.boxed(b"trak", |trak| {
        write_tkhd(trak, Track::Video, (config.width, config.height));
        trak.boxed(b"mdia", |mdia| {
            write_mdhd(mdia, timescale);
            write_hdlr(mdia, b"vide", "Video\0");
            mdia.boxed(b"minf", |minf| {
                minf.full(b"vmhd", 0, 1, |vmhd| vmhd.zeros(8));
                write_dinf(minf);
                write_stbl(minf, |stsd| write_video_entry(stsd, config));
            });
        });
    });
}

fn write_audio_track(moov: &mut Writer, config: &AudioConfig, timescale: u32) {
    moov.boxed(b"trak", |trak| {
        write_tkhd(trak, Track::Audio, (0, 0));
        trak.boxed(b"mdia", |mdia| {
            write_mdhd(mdia, timescale);
            write_hdlr(mdia, b"soun", "Audio\0");
            mdia.boxed(b"minf", |minf| {
                minf.full(b"smhd", 0, 0, |smhd| smhd.zeros(4));
                write_dinf(minf);
                write_stbl(minf, |stsd| write_audio_entry(stsd, config));
            });
        });
    });
}

fn write_tkhd(trak: &mut Writer, track: Track, (width, height): (u16, u16)) {
    trak.full(b"tkhd", 0, TKHD_FLAGS, |tkhd| {
        tkhd.zeros(8); // creation and modification time
        tkhd.u32(track_id(track));
        tkhd.zeros(8); // reserved, duration
        tkhd.zeros(8);
        tkhd.zeros(4); // layer, alternate group
        tkhd.u16(if track == Track::Audio { 0x100 } else { 0 }); // volume
        tkhd.zeros(2);
        write_matrix(tkhd);
        tkhd.u32(u32::from(width) << 16);
        tkhd.u32(u32::from(height) << 16);
    });
}

fn write_mdhd(mdia: &mut Writer, timescale: u32) {
    mdia.full(b"mdhd", 0, 0, |mdhd| {
        mdhd.zeros(8); // creation and modification time
        mdhd.u32(timescale);
        mdhd.u32(0); // duration: unknown
        mdhd.u16(LANGUAGE_UNDETERMINED);
        mdhd.zeros(2);
    });
}

fn write_hdlr(mdia: &mut Writer, kind: &[u8; 4], name: &str) {
    mdia.full(b"hdlr", 0, 0, |hdlr| {
        hdlr.zeros(4);
        hdlr.raw(kind);
        hdlr.zeros(12);
        hdlr.raw(name.as_bytes());
    });
}

fn write_dinf(minf: &mut Writer) {
    minf.boxed(b"dinf", |dinf| {
        dinf.full(b"dref", 0, 0, |dref| {
            dref.u32(1);
            dref.full(b"url ", 0, URL_SELF_CONTAINED, |_| {});
        });
    });
}

/// The sample table: one description, and empty tables because the samples come in fragments.
fn write_stbl(minf: &mut Writer, description: impl FnOnce(&mut Writer)) {
    minf.boxed(b"stbl", |stbl| {
        stbl.full(b"stsd", 0, 0, |stsd| {
            stsd.u32(1);
            description(stsd);
        });
        for empty in [b"stts", b"stsc", b"stco"] {
            stbl.full(empty, 0, 0, |table| table.u32(0));
        }
        stbl.full(b"stsz", 0, 0, |stsz| stsz.zeros(8));
    });
}

fn write_video_entry(stsd: &mut Writer, config: &VideoConfig) {
    let (entry, record) = match config.codec {
        VideoCodec::H264 => (b"avc1", b"avcC"),
        VideoCodec::Hevc => (b"hvc1", b"hvcC"),
        VideoCodec::Av1 => (b"av01", b"av1C"),
        VideoCodec::Vp9 => (b"vp09", b"vpcC"),
    };
    stsd.boxed(entry, |entry| {
        entry.zeros(6);
        entry.u16(1); // data reference
        entry.zeros(16);
        entry.u16(config.width);
        entry.u16(config.height);
        entry.u32(0x48_0000); // 72 dpi, both ways
        entry.u32(0x48_0000);
        entry.zeros(4);
        entry.u16(1); // frames per sample
        entry.zeros(32); // compressor name
        entry.u16(0x18); // depth
        entry.u16(0xffff);
        // Some senders leave out the version and flags of `vpcC`, the only full box among these.
        if config.codec == VideoCodec::Vp9 && !config.record.starts_with(&VPCC_VERSION) {
            entry.full(record, 1, 0, |vpcc| vpcc.raw(&config.record));
        } else {
            entry.boxed(record, |writer| writer.raw(&config.record));
        }
    });
}

fn write_audio_entry(stsd: &mut Writer, config: &AudioConfig) {
    let entry = match config.codec {
        AudioCodec::Aac | AudioCodec::Mp3 => b"mp4a",
        AudioCodec::Opus => b"Opus",
        AudioCodec::Flac => b"fLaC",
        AudioCodec::Ac3 => b"ac-3",
    };
    stsd.boxed(entry, |entry| {
        entry.zeros(6);
        entry.u16(1); // data reference
        entry.zeros(8);
        entry.u16(u16::from(config.channels));
        entry.u16(16); // bits per sample
        entry.zeros(4);
        // 16.16 fixed point holds no more than 65 535 Hz; beyond that the codec's record tells.
        entry.u32(u16::try_from(config.sample_rate).map_or(0, |rate| u32::from(rate) << 16));
        write_audio_record(entry, config);
    });
}

fn write_audio_record(entry: &mut Writer, config: &AudioConfig) {
    match config.codec {
        AudioCodec::Aac | AudioCodec::Mp3 => {
            entry.full(b"esds", 0, 0, |esds| write_es_descriptor(esds, config));
        }
        AudioCodec::Opus => entry.boxed(b"dOps", |dops| dops.raw(&config.record)),
        AudioCodec::Flac => entry.full(b"dfLa", 0, 0, |dfla| dfla.raw(&config.record)),
        AudioCodec::Ac3 => entry.boxed(b"dac3", |dac3| dac3.raw(&config.record)),
    }
}

/// `ES_Descriptor` (ISO/IEC 14496-1 §7.2.6.5).
fn write_es_descriptor(esds: &mut Writer, config: &AudioConfig) {
    // MPEG-1 layer III is 0x6b; its half-rate MPEG-2 form is 0x69 (MP4 registration authority).
    let object_type = match config.codec {
        AudioCodec::Mp3 if config.sample_rate < 32_000 => 0x69,
        AudioCodec::Mp3 => 0x6b,
        _ => 0x40,
    };
    let has_specific = !config.record.is_empty();
    let specific = if has_specific { descriptor_size(config.record.len()) } else { 0 };
    let decoder = 13 + specific;
    write_descriptor(esds, 3, 3 + descriptor_size(decoder) + descriptor_size(1));
    esds.u16(0); // ES_ID
    esds.u8(0); // no dependencies, no URL
    write_descriptor(esds, 4, decoder);
    esds.u8(object_type);
    esds.u8(0x15); // audio stream, not upstream
    esds.zeros(11); // buffer size and bit rates: unknown
    if has_specific {
        write_descriptor(esds, 5, config.record.len());
        esds.raw(&config.record);
    }
    write_descriptor(esds, 6, 1);
    esds.u8(2); // SL packet header: predefined for MP4
}

/// A descriptor's size with its tag and its size field of four bytes.
const fn descriptor_size(content: usize) -> usize {
    5 + content
}

/// A descriptor's tag and size, seven bits to a byte.
fn write_descriptor(writer: &mut Writer, tag: u8, content: usize) {
    writer.u8(tag);
    for shift in [21, 14, 7] {
        writer.u8(0x80 | seven_bits(content >> shift));
    }
    writer.u8(seven_bits(content));
}

fn seven_bits(value: usize) -> u8 {
    u8::try_from(value & 0x7f).expect("seven bits fit a byte")
}

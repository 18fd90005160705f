//! From what comes in, what an owner wishes and what this machine can do to the rungs of a ladder.
//!
//! Pure, decided once per source, and never better than the source: no rung is larger or faster
//! than what comes in. A rung keeps every frame of the source, or one of two, three and so on, so
//! that each frame keeps its time; what an owner says of the rate is met as nearly as that allows.

mod rung;
#[cfg(test)]
mod tests;

use rivulet_media::frame::{AudioCodec, VideoCodec, VideoConfig};
use rivulet_media::hls::FrameRate;

pub(crate) use rung::{Cost, Ladder, Passthrough, Rung, Sound, Source};

use super::abilities::{Abilities, Encoder};
use super::fit::{self, Fitted, Picture};
use super::level::{self, Demand};
use super::remark::Remark;
use super::wishes::{AudioWish, CodecWish, Encoding, Size, VideoWish, Wish, Wishes};

/// Rungs of one ladder, all of them encoded at one time by one process.
pub(crate) const MAX_RUNGS: usize = 8;
/// What is taken for the rate where none could be measured.
const ASSUMED_RATE: FrameRate = FrameRate::from_millihertz(30_000);
/// The rung that is added for players that cannot play the source: modest, for nobody asked for it.
const FOR_EVERYONE: Encoding = Encoding {
    codec: CodecWish::H264,
    size: Some(Size::Height(720)),
    frame_rate: Some(30),
    bitrate_kbps: 2500,
    effort: 2,
};
/// Sound that must be encoded, where the owner said nothing of it.
const SOUND_KBPS: u32 = 128;
/// What sound that is passed on is taken for.
const ASSUMED_SOUND_KBPS: u32 = 160;
/// The peak of a rung's bitrate over its mean, in hundredths.
const PEAK_PERCENT: u32 = 120;
/// What the container adds, in hundredths of the media.
const CONTAINER_PERCENT: u32 = 103;

/// The ladder for a source.
pub(crate) fn ladder(source: &Source, wishes: &Wishes, abilities: &Abilities) -> Ladder {
    let mut building = Building { source, abilities, drafts: Vec::new(), remarks: Vec::new() };
    let passes = wishes.variants.iter().any(|wish| wish.video == VideoWish::Passthrough);
    for wish in &wishes.variants {
        building.take(wish, passes);
    }
    building.serve_everyone();
    building.merge();
    building.finish(passes)
}

/// A ladder on its way.
struct Building<'a> {
    source: &'a Source,
    abilities: &'a Abilities,
    drafts: Vec<Draft>,
    remarks: Vec<Remark>,
}

/// A rung without its number and its prediction.
struct Draft {
    name: Option<String>,
    encoder: Encoder,
    fitted: Fitted,
    kbps: u32,
    effort: u8,
    audio: Sound,
}

impl Building<'_> {
    fn take(&mut self, wish: &Wish, passes: bool) {
        match wish.video {
            VideoWish::Passthrough => {
                if wish.audio != AudioWish::Passthrough && self.source.audio.is_some() {
                    self.remark(Remark::SoundPassesToo);
                }
            }
            VideoWish::Encode(encoding) => self.encode(wish, encoding, passes),
        }
    }

    fn encode(&mut self, wish: &Wish, encoding: Encoding, passes: bool) {
        let Some(picture) = self.picture() else { return };
        if !self.abilities.ffmpeg {
            return self.remark(Remark::NoFfmpeg);
        }
        let Some(encoder) = self.encoder(encoding.codec) else {
            return self.remark(Remark::NoEncoder);
        };
        let fitted = fit::fit(picture, encoding.size, encoding.frame_rate);
        if passes && self.repeats_the_source(&fitted, encoding) {
            return self.remark(Remark::SameAsSource { name: named(wish, &fitted) });
        }
        if let Some(wished) = encoding.frame_rate.filter(|_| fitted.is_faster_than_wished) {
            let (name, kept) = (named(wish, &fitted), fitted.frame_rate);
            self.remark(Remark::FrameRateKept { name, wished, kept });
        }
        let kbps = fitted.scaled_bitrate(encoding.bitrate_kbps);
        let audio = self.sound(wish.audio);
        let (name, effort) = (wish.name.clone(), encoding.effort);
        self.drafts.push(Draft { name, encoder, fitted, kbps, effort, audio });
    }

    /// What there is to scale, if there are pictures.
    fn picture(&self) -> Option<Picture> {
        let video = self.source.video.as_ref()?;
        let frame_rate = self.source.frame_rate.unwrap_or(ASSUMED_RATE);
        Some(Picture { width: video.width, height: video.height, frame_rate })
    }

    fn encoder(&mut self, codec: CodecWish) -> Option<Encoder> {
        if codec == CodecWish::Av1 {
            if let Some(encoder) = self.abilities.av1() {
                return Some(encoder);
            }
            self.remark(Remark::NoAv1);
        }
        self.abilities.h264()
    }

    /// Whether a rung would be what the encoder sends once more. A source of far more bits than
    /// wished is worth a rung of its own size; a size that was not asked for always is.
    fn repeats_the_source(&self, fitted: &Fitted, encoding: Encoding) -> bool {
        let lean = self.source.bitrate.is_none_or(|bits| {
            bits.saturating_mul(2) <= u64::from(encoding.bitrate_kbps).saturating_mul(3000)
        });
        let same_size = encoding.size.is_some() && fitted.is_unscaled && fitted.keep_one_of == 1;
        let h264 = encoding.codec == CodecWish::H264;
        same_size && h264 && (fitted.is_smaller_than_wished || lean) && self.why_not_all().is_none()
    }

    /// What keeps some players from playing the source.
    fn why_not_all(&self) -> Option<&'static str> {
        let video = self.source.video.as_ref().and_then(|video| match video.codec {
            VideoCodec::H264 if has_common_profile(video) => None,
            VideoCodec::H264 => Some("H.264 with more than 8 bits or finer colour"),
            VideoCodec::Hevc => Some("HEVC"),
            VideoCodec::Av1 => Some("AV1"),
            VideoCodec::Vp9 => Some("VP9"),
        });
        let audio = self.source.audio.as_ref().and_then(|audio| match audio.codec {
            AudioCodec::Aac => None,
            AudioCodec::Opus => Some("Opus"),
            AudioCodec::Flac => Some("FLAC"),
            AudioCodec::Ac3 => Some("AC-3"),
            AudioCodec::Mp3 => Some("MP3"),
        });
        video.or(audio)
    }

    /// Adds a rung that every browser plays, where the source is not one and none was wished.
    fn serve_everyone(&mut self) {
        let Some(what) = self.why_not_all() else { return };
        let heard = |draft: &Draft| draft.audio != Sound::None || self.source.audio.is_none();
        let plays = |draft: &Draft| draft.encoder.codec() == VideoCodec::H264 && heard(draft);
        if self.drafts.iter().any(plays) {
            return;
        }
        let (Some(picture), true) = (self.picture(), self.abilities.ffmpeg) else {
            return self.remark(Remark::NotForEveryone { what });
        };
        let Some(encoder) = self.abilities.h264() else {
            return self.remark(Remark::NotForEveryone { what });
        };
        let fitted = fit::fit(picture, FOR_EVERYONE.size, FOR_EVERYONE.frame_rate);
        let kbps = fitted.scaled_bitrate(FOR_EVERYONE.bitrate_kbps);
        let (audio, effort) = (self.sound(AudioWish::Passthrough), FOR_EVERYONE.effort);
        // Before the wished ones: should there be too many, it is not the one that goes.
        self.drafts.insert(0, Draft { name: None, encoder, fitted, kbps, effort, audio });
        self.remark(Remark::AddedForEveryone { what });
    }

    fn sound(&self, wish: AudioWish) -> Sound {
        let Some(source) = &self.source.audio else { return Sound::None };
        let bitrate_kbps = match wish {
            AudioWish::None => return Sound::None,
            AudioWish::Passthrough if source.codec == AudioCodec::Aac => return Sound::Copy,
            AudioWish::Passthrough => SOUND_KBPS,
            AudioWish::Encode { bitrate_kbps } => bitrate_kbps,
        };
        let sample_rate = match source.sample_rate {
            rate @ (16_000 | 22_050 | 24_000 | 32_000 | 44_100 | 48_000) => rate,
            _ => 48_000,
        };
        let channels = source.channels.clamp(1, 2);
        // ISO/IEC 14496-3, 4.5.3: 6144 bits in a frame of 1024 samples for each channel.
        let most = sample_rate * 6 * u32::from(channels) / 1000;
        Sound::Encode { bitrate_kbps: bitrate_kbps.min(most), sample_rate, channels }
    }

    /// Rungs that turned out alike become one: the one with fewer bits, for what was wished for a
    /// larger picture is more than this one needs.
    fn merge(&mut self) {
        let mut kept: Vec<Draft> = Vec::new();
        for draft in std::mem::take(&mut self.drafts) {
            match kept.iter().position(|other| other.is_like(&draft)) {
                None => kept.push(draft),
                Some(at) => {
                    let fewer = if draft.kbps < kept[at].kbps {
                        std::mem::replace(&mut kept[at], draft)
                    } else {
                        draft
                    };
                    let name = fewer.name.unwrap_or_else(|| fewer.fitted.name());
                    self.remark(Remark::Merged { name });
                }
            }
        }
        if kept.len() > MAX_RUNGS {
            kept.truncate(MAX_RUNGS);
            self.remark(Remark::TooMany);
        }
        self.drafts = kept;
    }

    fn finish(mut self, passes: bool) -> Ladder {
        self.drafts.sort_by_key(|draft| {
            std::cmp::Reverse((draft.fitted.pixels(), draft.fitted.frame_rate, draft.kbps))
        });
        let mut rungs: Vec<Rung> = Vec::new();
        for (number, draft) in (1..).zip(std::mem::take(&mut self.drafts)) {
            let mut rung = self.predict(number, draft);
            if rungs.iter().any(|other| other.name == rung.name) {
                rung.name = format!("{} {}k", rung.name, rung.video_kbps);
            }
            rungs.push(rung);
        }
        let listed = passes || rungs.is_empty();
        let passthrough = if listed { Passthrough::Listed } else { Passthrough::Hidden };
        let decoding = self.picture().map_or(Cost(0), |picture| self.decoding(picture));
        Ladder { passthrough, rungs, decoding, remarks: self.remarks }
    }

    fn decoding(&self, picture: Picture) -> Cost {
        let permille = match self.source.video.as_ref().map(|video| video.codec) {
            Some(VideoCodec::Av1) => 250,
            Some(VideoCodec::Hevc | VideoCodec::Vp9) => 180,
            _ => 120,
        };
        Cost(picture.kilopixels_per_second() * permille / 1000)
    }

    fn predict(&self, number: u8, draft: Draft) -> Rung {
        let Draft { name, encoder, fitted, kbps, effort, audio } = draft;
        let max_kbps = kbps * PEAK_PERCENT / 100;
        let (width, height) = (fitted.width, fitted.height);
        let (frame_rate, codec) = (fitted.frame_rate, encoder.codec());
        let demand = Demand { width, height, frame_rate, max_kbps, buffer_kbit: max_kbps };
        let level = match encoder {
            Encoder::SvtAv1 => level::av1(demand),
            // It has no level below, and none above.
            Encoder::VideoToolbox => level::h264(demand).clamp(30, 52),
            _ => level::h264(demand),
        };
        let (sound, sound_kbps) = self.predict_sound(audio);
        let bits = |kbps: u32| u64::from(kbps + sound_kbps) * u64::from(CONTAINER_PERCENT) * 10;
        // Each rung is scaled from the source's frames; small ones cost mostly that.
        let scaling = self.picture().map_or(0, Picture::kilopixels_per_second)
            / u64::from(fitted.keep_one_of)
            / 40;
        let work = fitted.kilopixels_per_second() * work_permille(encoder, effort) / 1000;
        Rung {
            number,
            name: name.unwrap_or_else(|| default_name(&fitted, codec)),
            codec,
            encoder,
            width,
            height,
            keep_one_of: fitted.keep_one_of,
            frame_rate,
            level,
            video_kbps: kbps,
            max_kbps,
            buffer_kbit: max_kbps,
            effort,
            audio,
            rfc6381: format!("{}{sound}", rfc6381(encoder, level)),
            bandwidth: bits(max_kbps),
            average_bandwidth: bits(kbps),
            cost: Cost(work + scaling),
        }
    }

    fn predict_sound(&self, sound: Sound) -> (String, u32) {
        match (sound, &self.source.audio) {
            (Sound::Encode { bitrate_kbps, .. }, _) => (",mp4a.40.2".to_owned(), bitrate_kbps),
            (Sound::Copy, Some(audio)) => (format!(",{}", audio.rfc6381), ASSUMED_SOUND_KBPS),
            (Sound::Copy, None) | (Sound::None, _) => (String::new(), 0),
        }
    }

    /// The owner is told everything once.
    fn remark(&mut self, remark: Remark) {
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }
}

impl Draft {
    /// Whether nobody could tell the two apart, or both are smaller than wished, of one size.
    fn is_like(&self, other: &Self) -> bool {
        let about = |a: u32, b: u32| a.abs_diff(b) * 10 <= a.max(b);
        self.encoder == other.encoder
            && self.fitted.looks_like(&other.fitted)
            && (about(self.kbps, other.kbps)
                || self.fitted.is_smaller_than_wished
                || other.fitted.is_smaller_than_wished)
    }
}

fn named(wish: &Wish, fitted: &Fitted) -> String {
    wish.name.clone().unwrap_or_else(|| fitted.name())
}

fn default_name(fitted: &Fitted, codec: VideoCodec) -> String {
    let suffix = if codec == VideoCodec::Av1 { " AV1" } else { "" };
    format!("{}{suffix}", fitted.name())
}

/// Baseline, Main, Extended and High: 8 bits, 4:2:0.
fn has_common_profile(video: &VideoConfig) -> bool {
    let profile = video.rfc6381.get(5..7).unwrap_or_default().to_ascii_lowercase();
    matches!(profile.as_str(), "42" | "4d" | "58" | "64")
}

/// The `CODECS` entry of what `encoder` makes at `level`. Its constraint flags are what the encoder
/// sets: VAAPI says that all pictures are progressive and none waits for a later one.
fn rfc6381(encoder: Encoder, level: u8) -> String {
    match encoder {
        Encoder::SvtAv1 => format!("av01.0.{level:02}M.08"),
        Encoder::Vaapi => format!("avc1.640c{level:02x}"),
        _ => format!("avc1.6400{level:02x}"),
    }
}

/// Work per pixel, in thousandths of x264's with effort 2 (`veryfast`), as measured.
fn work_permille(encoder: Encoder, effort: u8) -> u64 {
    const X264: [u64; 5] = [550, 700, 1000, 1450, 2100];
    const SVT_AV1: [u64; 5] = [1600, 2200, 3000, 4500, 7000];
    let of = |table: [u64; 5]| table.get(usize::from(effort)).copied().unwrap_or(table[4]);
    match encoder {
        Encoder::X264 => of(X264),
        Encoder::SvtAv1 => of(SVT_AV1),
        // The pictures only travel to the hardware and back.
        _ => 60,
    }
}

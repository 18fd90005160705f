//! How large and how fast a rung is: the arithmetic of sizes and frame rates.

use rivulet_media::hls::FrameRate;

use super::wishes::Size;

/// A rate this much over the wished one still meets it, in hundredths: 30 of a wished 24. Frames
/// are kept whole and on time; making 24 of 30 would shake.
const RATE_PERCENT: u64 = 130;
/// How bits grow with pixels: a picture of half the pixels needs more than half the bits.
const BITS_PER_PIXELS: f64 = 0.75;

/// Pictures to be scaled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Picture {
    pub(super) width: u16,
    pub(super) height: u16,
    pub(super) frame_rate: FrameRate,
}

/// Pictures as scaled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fitted {
    pub(super) width: u16,
    pub(super) height: u16,
    /// Of the source's frames one of so many is kept.
    pub(super) keep_one_of: u32,
    pub(super) frame_rate: FrameRate,
    /// As large as the source, but for an odd line.
    pub(super) is_unscaled: bool,
    /// The source is smaller than what was wished.
    pub(super) is_smaller_than_wished: bool,
    /// The source's frames allow no rate nearer to the wished one.
    pub(super) is_faster_than_wished: bool,
    /// Wished over real length, when the source is too small; otherwise 1.
    excess: f64,
}

/// Fits a picture into what was wished: never larger, never faster, the same shape, even sides.
pub(super) fn fit(picture: Picture, size: Option<Size>, rate: Option<u16>) -> Fitted {
    let (width, height) = (f64::from(picture.width), f64::from(picture.height));
    let (long, short) = (width.max(height), width.min(height));
    let wished = match size {
        None => 1.0,
        Some(Size::Height(height)) => f64::from(height) / short,
        Some(Size::Width(width)) => f64::from(width) / long,
        Some(Size::Within { width, height }) => {
            (f64::from(width) / long).min(f64::from(height) / short)
        }
    };
    let scale = wished.min(1.0);
    let keep_one_of = keep_one_of(picture.frame_rate, rate);
    let frame_rate = FrameRate::from_millihertz(divide(picture.frame_rate, keep_one_of));
    let wished_rate = rate.map_or(u32::MAX, |rate| u32::from(rate) * 1000);
    let sides = sides(picture, scale);
    Fitted {
        width: sides.0,
        height: sides.1,
        keep_one_of,
        frame_rate,
        is_unscaled: wished >= 1.0,
        is_smaller_than_wished: wished > 1.0,
        // A thousandth is the difference between 30 and 29.97.
        is_faster_than_wished: frame_rate.as_millihertz() > wished_rate.saturating_add(60),
        excess: wished.max(1.0),
    }
}

/// Width and height: the short side rounded down to even, the long one to what fits it best.
fn sides(picture: Picture, scale: f64) -> (u16, u16) {
    let (width, height) = (picture.width, picture.height);
    let (long, short) = (width.max(height), width.min(height));
    // Scales such as 2/3 are a hair off in binary.
    let exact = f64::from(short) * scale + 1e-6;
    let scaled = even((exact / 2.0).floor(), short);
    let fitting = f64::from(long) * f64::from(scaled) / f64::from(short.max(1));
    let other = even((fitting / 2.0).round(), long);
    if width < height { (scaled, other) } else { (other, scaled) }
}

/// So many pairs of pixels, at least one and not more than the source has.
fn even(pairs: f64, source: u16) -> u16 {
    let most = (source / 2).max(1);
    // Positive, and at most half of what 16 bits hold.
    (pairs as u16).clamp(1, most) * 2
}

/// The fewest frames to leave out for the rate to be about the wished one or below.
fn keep_one_of(source: FrameRate, wished: Option<u16>) -> u32 {
    let Some(wished) = wished else { return 1 };
    let most = u64::from(wished.max(1)) * RATE_PERCENT * 10;
    let of = u64::from(source.as_millihertz()).div_ceil(most).max(1);
    u32::try_from(of).unwrap_or(u32::MAX)
}

fn divide(rate: FrameRate, by: u32) -> u32 {
    (rate.as_millihertz() + by / 2) / by.max(1)
}

impl Picture {
    pub(super) fn kilopixels_per_second(self) -> u64 {
        kilopixels(self.width, self.height, self.frame_rate)
    }
}

impl Fitted {
    pub(super) fn kilopixels_per_second(&self) -> u64 {
        kilopixels(self.width, self.height, self.frame_rate)
    }

    pub(super) fn pixels(&self) -> u32 {
        u32::from(self.width) * u32::from(self.height)
    }

    /// Of one size and one rate.
    pub(super) fn looks_like(&self, other: &Self) -> bool {
        let looks = |of: &Self| (of.width, of.height, of.keep_one_of);
        looks(self) == looks(other)
    }

    /// The wished bitrate, less where it was meant for a larger picture than there is.
    pub(super) fn scaled_bitrate(&self, kbps: u32) -> u32 {
        let pixels = self.excess.powi(2).recip();
        // At most what it was.
        ((f64::from(kbps) * pixels.powf(BITS_PER_PIXELS)).round() as u32).max(1)
    }

    /// Such as `720p30`: the short side, and the rate in whole frames.
    pub(super) fn name(&self) -> String {
        let frames = (self.frame_rate.as_millihertz() + 500) / 1000;
        format!("{}p{frames}", self.width.min(self.height))
    }
}

fn kilopixels(width: u16, height: u16, rate: FrameRate) -> u64 {
    u64::from(width) * u64::from(height) * u64::from(rate.as_millihertz()) / 1_000_000
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fitted(source: (u16, u16), size: Option<Size>) -> (u16, u16) {
        let frame_rate = FrameRate::from_millihertz(30_000);
        let fitted = fit(Picture { width: source.0, height: source.1, frame_rate }, size, None);
        (fitted.width, fitted.height)
    }

    #[test]
    fn pictures_keep_their_shape_and_are_never_enlarged() {
        let height = |height| Some(Size::Height(height));
        let within = |width, height| Some(Size::Within { width, height });
        for (source, size, scaled) in [
            ((1920, 1080), None, (1920, 1080)),
            ((1920, 1080), height(1080), (1920, 1080)),
            ((1920, 1080), height(1440), (1920, 1080)),
            ((1920, 1080), height(720), (1280, 720)),
            ((1920, 1080), height(480), (854, 480)),
            ((1920, 1080), height(360), (640, 360)),
            ((1920, 1080), height(240), (426, 240)),
            ((1920, 1080), Some(Size::Width(1280)), (1280, 720)),
            ((1920, 1080), within(640, 480), (640, 360)),
            ((640, 480), within(640, 360), (480, 360)),
            // Upright: the height is the short side.
            ((1080, 1920), height(720), (720, 1280)),
            ((1080, 1920), Some(Size::Width(1280)), (720, 1280)),
            ((1080, 1920), within(1280, 720), (720, 1280)),
            ((720, 1280), height(1080), (720, 1280)),
            // Square, wide, and odd.
            ((1080, 1080), height(720), (720, 720)),
            ((2560, 1080), height(720), (1706, 720)),
            ((3840, 1600), height(1080), (2592, 1080)),
            ((853, 479), None, (852, 478)),
            ((853, 479), height(480), (852, 478)),
            ((1001, 501), height(333), (664, 332)),
            ((4000, 2), height(64), (4000, 2)),
            ((1, 1), None, (2, 2)),
            ((65535, 65535), height(64), (64, 64)),
        ] {
            let found = fitted(source, size);
            let even = |length: u16| length.is_multiple_of(2);
            assert!(even(found.0) && even(found.1), "{found:?}");
            assert_eq!(found, scaled, "{source:?} as {size:?}");
        }
    }

    #[test]
    fn every_frame_that_stays_keeps_its_time() {
        for (source, wished, of, kept) in [
            (60_000, None, 1, 60_000),
            (60_000, Some(60), 1, 60_000),
            (60_000, Some(30), 2, 30_000),
            (60_000, Some(24), 2, 30_000),
            (60_000, Some(20), 3, 20_000),
            (60_000, Some(15), 4, 15_000),
            (59_940, Some(30), 2, 29_970),
            (50_000, Some(30), 2, 25_000),
            (50_000, Some(25), 2, 25_000),
            (48_000, Some(30), 2, 24_000),
            (30_000, Some(60), 1, 30_000),
            (30_000, Some(30), 1, 30_000),
            (30_000, Some(25), 1, 30_000),
            (30_000, Some(24), 1, 30_000),
            (30_000, Some(15), 2, 15_000),
            (29_970, Some(30), 1, 29_970),
            (25_000, Some(24), 1, 25_000),
            (24_000, Some(30), 1, 24_000),
            (23_976, Some(24), 1, 23_976),
            (23_976, Some(30), 1, 23_976),
            (120_000, Some(60), 2, 60_000),
            (120_000, Some(30), 4, 30_000),
            (144_000, Some(60), 2, 72_000),
            (240_000, Some(1), 185, 1_297),
            (17_300, Some(30), 1, 17_300),
        ] {
            let frame_rate = FrameRate::from_millihertz(source);
            let found = fit(Picture { width: 64, height: 64, frame_rate }, None, wished);
            let rate = found.frame_rate.as_millihertz();
            assert_eq!((found.keep_one_of, rate), (of, kept), "{source} as {wished:?}");
            assert!(rate <= source);
        }
    }

    #[test]
    fn bits_that_were_meant_for_a_larger_picture_are_fewer() {
        let frame_rate = FrameRate::from_millihertz(30_000);
        let picture = Picture { width: 1280, height: 720, frame_rate };
        let bitrate = |height| fit(picture, Some(Size::Height(height)), None).scaled_bitrate(6000);
        assert_eq!((bitrate(480), bitrate(720)), (6000, 6000));
        // Half of the pixels or so, and more than half of the bits.
        assert_eq!(bitrate(1080), 3266);
    }
}

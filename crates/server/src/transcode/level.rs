//! Which level of H.264 and AV1 a rung needs.
//!
//! The level is told to the encoder as well, so that the `CODECS` of a playlist are right before
//! the first picture is encoded. ITU-T H.264 Table A-1, clause A.3.4.1 (h), and for the High profile
//! Table A-2; AV1 Annex A.3.

use rivulet_media::hls::FrameRate;

/// What a rung asks of its decoder.
#[derive(Clone, Copy, Debug)]
pub(super) struct Demand {
    pub(super) width: u16,
    pub(super) height: u16,
    pub(super) frame_rate: FrameRate,
    /// The highest rate, in thousands of bits per second.
    pub(super) max_kbps: u32,
    /// The encoder's buffer, in thousands of bits.
    pub(super) buffer_kbit: u32,
}

/// A line of Table A-1.
struct Line {
    level_idc: u8,
    macroblocks_per_second: u64,
    macroblocks: u64,
    /// MaxBR and MaxCPB, in units of 1250 bits for the High profile.
    bitrate: u64,
    buffer: u64,
}

const fn line(level_idc: u8, per_second: u64, size: u64, bitrate: u64, buffer: u64) -> Line {
    Line { level_idc, macroblocks_per_second: per_second, macroblocks: size, bitrate, buffer }
}

/// Level 1b is left out: in the High profile it is level 9, and no encoder of today makes it.
const H264: [Line; 19] = [
    line(10, 1_485, 99, 64, 175),
    line(11, 3_000, 396, 192, 500),
    line(12, 6_000, 396, 384, 1_000),
    line(13, 11_880, 396, 768, 2_000),
    line(20, 11_880, 396, 2_000, 2_000),
    line(21, 19_800, 792, 4_000, 4_000),
    line(22, 20_250, 1_620, 4_000, 4_000),
    line(30, 40_500, 1_620, 10_000, 10_000),
    line(31, 108_000, 3_600, 14_000, 14_000),
    line(32, 216_000, 5_120, 20_000, 20_000),
    line(40, 245_760, 8_192, 20_000, 25_000),
    line(41, 245_760, 8_192, 50_000, 62_500),
    line(42, 522_240, 8_704, 50_000, 62_500),
    line(50, 589_824, 22_080, 135_000, 135_000),
    line(51, 983_040, 36_864, 240_000, 240_000),
    line(52, 2_073_600, 36_864, 240_000, 240_000),
    line(60, 4_177_920, 139_264, 240_000, 240_000),
    line(61, 8_355_840, 139_264, 480_000, 480_000),
    line(62, 16_711_680, 139_264, 800_000, 800_000),
];

/// `level_idc` of H.264 in the High profile: ten times the level's number.
pub(super) fn h264(demand: Demand) -> u8 {
    let (columns, rows) = (macroblocks(demand.width), macroblocks(demand.height));
    let size = columns * rows;
    let per_second = (size * u64::from(demand.frame_rate.as_millihertz())).div_ceil(1000);
    let bits = |thousands: u32| u64::from(thousands) * 1000;
    let fits = |line: &&Line| {
        let longest = 8 * line.macroblocks;
        size <= line.macroblocks
            && per_second <= line.macroblocks_per_second
            && bits(demand.max_kbps) <= line.bitrate * 1250
            && bits(demand.buffer_kbit) <= line.buffer * 1250
            && columns * columns <= longest
            && rows * rows <= longest
    };
    H264.iter().find(fits).map_or(62, |line| line.level_idc)
}

fn macroblocks(length: u16) -> u64 {
    u64::from(length).div_ceil(16)
}

/// What limits a level of AV1: `seq_level_idx`, picture size, width, height, samples per second that
/// are shown, and thousands of bits per second in the main tier.
const AV1: [(u8, u64, u64, u64, u64, u32); 14] = [
    (0, 147_456, 2048, 1152, 4_423_680, 1_500),
    (1, 278_784, 2816, 1584, 8_363_520, 3_000),
    (4, 665_856, 4352, 2448, 19_975_680, 6_000),
    (5, 1_065_024, 5504, 3096, 31_950_720, 10_000),
    (8, 2_359_296, 6144, 3456, 70_778_880, 12_000),
    (9, 2_359_296, 6144, 3456, 141_557_760, 20_000),
    (12, 8_912_896, 8192, 4352, 267_386_880, 30_000),
    (13, 8_912_896, 8192, 4352, 534_773_760, 40_000),
    (14, 8_912_896, 8192, 4352, 1_069_547_520, 60_000),
    (15, 8_912_896, 8192, 4352, 1_069_547_520, 60_000),
    (16, 35_651_584, 16384, 8704, 1_069_547_520, 60_000),
    (17, 35_651_584, 16384, 8704, 2_139_095_040, 100_000),
    (18, 35_651_584, 16384, 8704, 4_278_190_080, 160_000),
    (19, 35_651_584, 16384, 8704, 4_278_190_080, 160_000),
];

/// `seq_level_idx` of AV1 in the main tier.
pub(super) fn av1(demand: Demand) -> u8 {
    let (width, height) = (u64::from(demand.width), u64::from(demand.height));
    let size = width * height;
    let per_second = (size * u64::from(demand.frame_rate.as_millihertz())).div_ceil(1000);
    AV1.iter()
        .find(|(_, most, widest, highest, rate, kbps)| {
            size <= *most
                && width <= *widest
                && height <= *highest
                && per_second <= *rate
                && demand.max_kbps <= *kbps
        })
        .map_or(19, |line| line.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn demand(width: u16, height: u16, millihertz: u32, max_kbps: u32) -> Demand {
        let frame_rate = FrameRate::from_millihertz(millihertz);
        Demand { width, height, frame_rate, max_kbps, buffer_kbit: max_kbps }
    }

    #[test]
    fn h264_levels_are_those_of_table_a_1() {
        for (width, height, millihertz, kbps, level) in [
            (176, 144, 15_000, 64, 10),
            (320, 240, 30_000, 300, 13),
            (352, 288, 30_000, 900, 13),
            (352, 288, 30_000, 961, 20),
            (426, 240, 30_000, 300, 21),
            (426, 240, 25_000, 300, 21),
            (640, 360, 25_000, 600, 30),
            (640, 360, 30_000, 600, 30),
            (640, 360, 60_000, 600, 31),
            (854, 480, 30_000, 1_200, 31),
            (854, 480, 24_000, 1_200, 30),
            (1280, 720, 30_000, 2_500, 31),
            (1280, 720, 30_000, 17_500, 31),
            (1280, 720, 30_000, 17_501, 32),
            (1280, 720, 60_000, 4_000, 32),
            (720, 1280, 30_000, 2_500, 31),
            (1920, 1080, 23_976, 5_000, 40),
            (1920, 1080, 30_000, 6_000, 40),
            (1920, 1080, 30_000, 25_001, 41),
            (1920, 1080, 60_000, 8_000, 42),
            (1920, 1080, 120_000, 8_000, 51),
            (2560, 1440, 30_000, 9_000, 50),
            (3840, 2160, 30_000, 15_000, 51),
            (3840, 2160, 60_000, 15_000, 52),
            (7680, 4320, 60_000, 50_000, 61),
        ] {
            let found = h264(demand(width, height, millihertz, kbps));
            assert_eq!(found, level, "{width}x{height} at {millihertz} mHz, {kbps} kbit/s");
        }
    }

    #[test]
    fn a_picture_too_long_for_a_level_takes_the_next() {
        // 100 macroblocks would fit the size of level 1.1, but not its longest side.
        assert_eq!(h264(demand(1600, 16, 1_000, 100)), 22);
    }

    #[test]
    fn av1_levels_are_those_of_annex_a() {
        for (width, height, millihertz, level) in [
            (426, 240, 30_000, 0),
            (640, 360, 30_000, 1),
            (854, 480, 30_000, 4),
            (1280, 720, 30_000, 5),
            (1280, 720, 60_000, 8),
            (1920, 1080, 30_000, 8),
            (1920, 1080, 60_000, 9),
            (3840, 2160, 60_000, 13),
        ] {
            let found = av1(demand(width, height, millihertz, 1_000));
            assert_eq!(found, level, "{width}x{height} at {millihertz} mHz");
        }
    }
}

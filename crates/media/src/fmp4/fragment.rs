//! One movie fragment: `moof` and `mdat` with the runs of both tracks (ISO/IEC 14496-12 §8.8).

use bytes::Bytes;

use super::boxes::Writer;
use super::track_id;
use crate::frame::Track;

/// `sample_depends_on = 2`: depends on no other sample.
const FLAGS_SYNC: u32 = 0x0200_0000;
/// `sample_depends_on = 1`, `sample_is_non_sync_sample`.
const FLAGS_DELTA: u32 = 0x0101_0000;

/// `default-base-is-moof`: offsets count from the `moof`, as MSE demands.
const TFHD_BASE_IS_MOOF: u32 = 0x02_0000;
const TFHD_DEFAULT_FLAGS: u32 = 0x00_0020;

const TRUN_DATA_OFFSET: u32 = 0x001;
const TRUN_FIRST_FLAGS: u32 = 0x004;
const TRUN_DURATION: u32 = 0x100;
const TRUN_SIZE: u32 = 0x200;
const TRUN_FLAGS: u32 = 0x400;
const TRUN_COMPOSITION: u32 = 0x800;

const BOX_HEADER: usize = 8;
const MFHD: usize = 16;
const TFHD: usize = 20;
const TFDT: usize = 20;
/// Box header, version and flags, sample count, data offset.
const TRUN_HEADER: usize = 20;

/// One frame as a sample of a run; times are in ticks of the track's timescale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// Decoding time since the timeline began.
    pub decode_time: u64,
    /// Decoding duration.
    pub duration: u32,
    /// Presentation time less decoding time.
    pub composition_offset: i32,
    /// Whether decoding can begin here.
    pub sync: bool,
    /// The coded bytes.
    pub data: Bytes,
}

/// The samples of one track in a fragment, in decoding order.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// The track.
    pub track: Track,
    /// Where the run begins when it has no samples; otherwise its first sample says.
    pub start: u64,
    /// The samples.
    pub samples: &'a [Sample],
}

/// Everything one `moof` and `mdat` hold.
#[derive(Clone, Copy, Debug)]
pub struct Fragment<'a> {
    /// Counts the fragments; grows from one to the next.
    pub sequence_number: u32,
    /// At most one run for each track. A run may be empty.
    pub runs: &'a [Run<'a>],
}

impl Fragment<'_> {
    /// Writes the fragment as one contiguous buffer.
    #[must_use]
    pub fn to_bytes(&self) -> Bytes {
        let moof_size = BOX_HEADER + MFHD + self.runs.iter().map(Run::traf_size).sum::<usize>();
        let data_size: usize = self.runs.iter().map(Run::data_size).sum();
        let mut writer = Writer::with_capacity(moof_size + BOX_HEADER + data_size);
        let mut data_offset = moof_size + BOX_HEADER;
        writer.boxed(b"moof", |moof| {
            moof.full(b"mfhd", 0, 0, |mfhd| mfhd.u32(self.sequence_number));
            for run in self.runs {
                run.write(moof, data_offset);
                data_offset += run.data_size();
            }
        });
        writer.boxed(b"mdat", |mdat| {
            for sample in self.runs.iter().flat_map(|run| run.samples) {
                mdat.raw(&sample.data);
            }
        });
        Bytes::from(writer.into_bytes())
    }
}

/// Which fields a run repeats for each sample, and which it says once.
#[derive(Clone, Copy)]
struct Layout {
    flags: u32,
    version: u8,
}

impl Layout {
    fn of(samples: &[Sample]) -> Self {
        let mut flags = TRUN_DATA_OFFSET | TRUN_DURATION | TRUN_SIZE;
        if samples.iter().skip(1).any(|sample| sample.sync != Self::default_sync(samples)) {
            flags |= TRUN_FLAGS;
        } else if samples.first().is_some_and(|first| first.sync != Self::default_sync(samples)) {
            flags |= TRUN_FIRST_FLAGS;
        }
        if samples.iter().any(|sample| sample.composition_offset != 0) {
            flags |= TRUN_COMPOSITION;
        }
        // Version 1 makes the offsets signed.
        Self { flags, version: 1 }
    }

    /// What the samples after the first mostly are: the fragment's default.
    fn default_sync(samples: &[Sample]) -> bool {
        samples.get(1).or_else(|| samples.first()).is_none_or(|sample| sample.sync)
    }

    fn has(self, flag: u32) -> bool {
        self.flags & flag != 0
    }

    fn sample_size(self) -> usize {
        8 + 4 * usize::from(self.has(TRUN_FLAGS)) + 4 * usize::from(self.has(TRUN_COMPOSITION))
    }
}

impl Run<'_> {
    fn decode_time(&self) -> u64 {
        self.samples.first().map_or(self.start, |sample| sample.decode_time)
    }

    fn data_size(&self) -> usize {
        self.samples.iter().map(|sample| sample.data.len()).sum()
    }

    fn traf_size(&self) -> usize {
        let layout = Layout::of(self.samples);
        let first_flags = 4 * usize::from(layout.has(TRUN_FIRST_FLAGS));
        let samples = self.samples.len() * layout.sample_size();
        BOX_HEADER + TFHD + TFDT + TRUN_HEADER + first_flags + samples
    }

    fn write(&self, moof: &mut Writer, data_offset: usize) {
        let layout = Layout::of(self.samples);
        moof.boxed(b"traf", |traf| {
            traf.full(b"tfhd", 0, TFHD_BASE_IS_MOOF | TFHD_DEFAULT_FLAGS, |tfhd| {
                tfhd.u32(track_id(self.track));
                tfhd.u32(sample_flags(Layout::default_sync(self.samples)));
            });
            traf.full(b"tfdt", 1, 0, |tfdt| tfdt.u64(self.decode_time()));
            traf.full(b"trun", layout.version, layout.flags, |trun| {
                self.write_samples(trun, layout, data_offset);
            });
        });
    }

    fn write_samples(&self, trun: &mut Writer, layout: Layout, data_offset: usize) {
        trun.u32(u32_from(self.samples.len()));
        trun.u32(u32_from(data_offset));
        if layout.has(TRUN_FIRST_FLAGS) {
            trun.u32(sample_flags(self.samples.first().is_none_or(|first| first.sync)));
        }
        for sample in self.samples {
            trun.u32(sample.duration);
            trun.u32(u32_from(sample.data.len()));
            if layout.has(TRUN_FLAGS) {
                trun.u32(sample_flags(sample.sync));
            }
            if layout.has(TRUN_COMPOSITION) {
                trun.i32(sample.composition_offset);
            }
        }
    }
}

fn sample_flags(sync: bool) -> u32 {
    if sync { FLAGS_SYNC } else { FLAGS_DELTA }
}

fn u32_from(value: usize) -> u32 {
    u32::try_from(value).expect("a part is bounded by the packager, far below 4 GiB")
}

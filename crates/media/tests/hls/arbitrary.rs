//! Broadcasts nobody would send on purpose.

use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, any, prop_assert_eq, prop_oneof, proptest};
use proptest::strategy::Strategy;
use rivulet_media::hls::conformance::exercise;

/// A packet as [`exercise`] reads it: mostly frames, now and then something else.
fn step() -> impl Strategy<Value = [u8; 4]> {
    let kind = prop_oneof![8 => Just(0_u8), 6 => Just(8), 1 => 12..=15_u8];
    let time = prop_oneof![6 => 15..50_u8, 2 => any::<u8>(), 1 => Just(0)];
    // What happens to a follower meanwhile: mostly it gets the same.
    let whim = prop_oneof![20 => Just(0_u8), 1 => 1..6_u8];
    (kind, whim, time, any::<u8>(), 0..40_u8)
        .prop_map(|(kind, whim, time, shape, size)| [kind | whim << 4, time, shape, size])
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn every_broadcast_keeps_the_rules(level in 0..5_u8, audio in any::<u8>(), steps in vec(step(), 0..600)) {
        let mut data = vec![level, 12, 0, 0, 0, 13, 0, audio, 0];
        data.extend(steps.into_iter().flatten());
        prop_assert_eq!(exercise(&data), []);
    }
}

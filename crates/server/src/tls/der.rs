//! As much of a certificate as people want to know of it: its names, and how long it holds (RFC
//! 5280 §4.1, in DER as X.690 has it). Whether it is valid is for those to judge who are shown it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rivulet_media::time::WallClock;

use super::About;

/// Names that are read of one certificate: against a file that holds nothing else.
const MAX_NAMES: usize = 1000;

const SEQUENCE: u8 = 0x30;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
const OCTETS: u8 = 0x04;
/// `[3]` of a certificate's body: the extensions.
const EXTENSIONS: u8 = 0xa3;
/// `[0]` of a certificate's body: its version.
const VERSION: u8 = 0xa0;
/// The object identifier of `subjectAltName`, 2.5.29.17, with tag and length.
const ALTERNATIVE_NAMES: &[u8] = &[0x06, 0x03, 0x55, 0x1d, 0x11];
/// `[2]` of a general name.
const DNS: u8 = 0x82;
/// `[7]` of a general name.
const ADDRESS: u8 = 0x87;

/// What a certificate says of itself; `None` when it is none.
pub(super) fn about(certificate: &[u8]) -> Option<About> {
    let mut certificate = Items(Items(certificate).expect(SEQUENCE)?);
    let mut body = Items(certificate.expect(SEQUENCE)?);
    // Version, serial number, algorithm, issuer.
    if body.0.first() == Some(&VERSION) {
        body.next()?;
    }
    for _ in 0..3 {
        body.next()?;
    }
    let mut validity = Items(body.expect(SEQUENCE)?);
    let begins = time(validity.next()?)?;
    let ends = time(validity.next()?)?;
    let extensions = body.find(|(tag, _)| *tag == EXTENSIONS);
    let names = extensions.and_then(|(_, bytes)| names(bytes)).unwrap_or_default();
    Some(About { names, begins, ends })
}

/// Values one after another, each as its tag and its bytes.
struct Items<'a>(&'a [u8]);

impl<'a> Items<'a> {
    /// The bytes of the next value, which is of this kind.
    fn expect(&mut self, expected: u8) -> Option<&'a [u8]> {
        self.next().filter(|(tag, _)| *tag == expected).map(|(_, bytes)| bytes)
    }
}

impl<'a> Iterator for Items<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (&tag, rest) = self.0.split_first()?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            length @ ..=0x7f => (usize::from(length), rest),
            // No certificate is longer than four bytes of length can say.
            of @ 0x81..=0x84 => {
                let (bytes, rest) = rest.split_at_checked(usize::from(of & 0x7f))?;
                let fold = |sum: usize, byte: &u8| sum << 8 | usize::from(*byte);
                (bytes.iter().fold(0, fold), rest)
            }
            _ => return None,
        };
        let (bytes, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some((tag, bytes))
    }
}

/// A point in time (RFC 5280 §4.1.2.5): always UTC, always with seconds.
fn time((tag, bytes): (u8, &[u8])) -> Option<WallClock> {
    let text = std::str::from_utf8(bytes).ok()?.strip_suffix('Z')?;
    let (year, rest) = match tag {
        UTC_TIME => {
            let (year, rest) = text.split_at_checked(2)?;
            let year: i16 = year.parse().ok()?;
            (if year < 50 { 2000 + year } else { 1900 + year }, rest)
        }
        GENERALIZED_TIME => {
            let (year, rest) = text.split_at_checked(4)?;
            (year.parse().ok()?, rest)
        }
        _ => return None,
    };
    let number = |at: usize| rest.get(at..at + 2)?.parse::<i8>().ok();
    let civil = DateTime::new(year, number(0)?, number(2)?, number(4)?, number(6)?, number(8)?, 0);
    let moment = civil.ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp();
    Some(WallClock::from_unix_millis(moment.as_millisecond()))
}

/// The alternative names among the extensions.
fn names(extensions: &[u8]) -> Option<Vec<String>> {
    let list = Items(Items(extensions).expect(SEQUENCE)?);
    let of_names = list.filter_map(|(_, one)| one.strip_prefix(ALTERNATIVE_NAMES)).next()?;
    let (_, names) = Items(of_names).find(|(tag, _)| *tag == OCTETS)?;
    let names = Items(Items(names).expect(SEQUENCE)?);
    Some(names.filter_map(name).take(MAX_NAMES).collect())
}

fn name((tag, bytes): (u8, &[u8])) -> Option<String> {
    match tag {
        DNS => std::str::from_utf8(bytes).ok().map(str::to_owned),
        ADDRESS => {
            let v4 = <[u8; 4]>::try_from(bytes).map(|it| IpAddr::from(Ipv4Addr::from(it)));
            let v6 = <[u8; 16]>::try_from(bytes).map(|it| IpAddr::from(Ipv6Addr::from(it)));
            Some(v4.or(v6).ok()?.to_string())
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop};
    use proptest::{prop_assert, proptest};

    use super::*;
    use crate::clock::rfc3339;

    #[test]
    fn times_are_read_as_they_are_written() {
        for (tag, text, expected) in [
            (UTC_TIME, "261122171000Z", Some("2026-11-22T17:10:00.000Z")),
            (UTC_TIME, "491231235959Z", Some("2049-12-31T23:59:59.000Z")),
            (UTC_TIME, "500101000000Z", Some("1950-01-01T00:00:00.000Z")),
            (GENERALIZED_TIME, "20510101000000Z", Some("2051-01-01T00:00:00.000Z")),
            (GENERALIZED_TIME, "20511301000000Z", None),
            (UTC_TIME, "261122171000+0100", None),
            (UTC_TIME, "2611221710Z", None),
            (UTC_TIME, "Z", None),
            (UTC_TIME, "ä6112217100Z", None),
            (OCTETS, "261122171000Z", None),
        ] {
            let read = time((tag, text.as_bytes())).map(rfc3339);
            assert_eq!(read.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn lengths_are_no_longer_than_what_is_there() {
        for (bytes, expected) in [
            (&[4, 2, 7, 8][..], Some((4, &[7, 8][..]))),
            (&[4, 0x81, 1, 7], Some((4, &[7]))),
            (&[4, 0x82, 0, 1, 7], Some((4, &[7]))),
            (&[4, 2, 7], None),
            (&[4, 0x82, 0xff], None),
            (&[4, 0x84, 0xff, 0xff, 0xff, 0xff, 7], None),
            (&[4, 0x80, 7, 0, 0], None),
            (&[4], None),
            (&[], None),
        ] {
            assert_eq!(Items(bytes).next(), expected, "{bytes:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_is_read_makes_it_fail(
            at in any::<prop::sample::Index>(),
            byte in any::<u8>(),
            noise in prop::collection::vec(any::<u8>(), 0..200),
        ) {
            let certified = rcgen::generate_simple_self_signed(vec!["a.example".to_owned()]).unwrap();
            let mut bytes = certified.cert.der().to_vec();
            prop_assert!(about(&bytes).is_some());
            let at = at.index(bytes.len());
            bytes[at] = byte;
            let _ = about(&bytes);
            let _ = about(&noise);
        }
    }
}

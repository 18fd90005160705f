//! One-time codes from an authenticator: TOTP (RFC 6238) over HOTP (RFC 4226), with SHA-1, six
//! digits and steps of thirty seconds, which is what every authenticator does.
//!
//! Everything comes in: the secret, the time, and the last step whose code was used, so that a code
//! that somebody looked at works no second time.

use aws_lc_rs::{constant_time, hmac};
use rivulet_media::time::WallClock;

use crate::http::percent_encoded;
use crate::seal::{self, SealError, Secret};

/// RFC 6238 §5.2 recommends it.
const STEP_SECONDS: i64 = 30;
/// Steps to either side whose codes are taken: clocks of telephones are not exact (§5.2, §6).
const SKEW: u64 = 1;
const DIGITS: usize = 6;
/// 160 bits, as RFC 4226 §4 asks for.
const SECRET_LEN: usize = 20;
/// RFC 4648 §6.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What an authenticator and we share. Prints as `***`.
#[derive(Clone, Debug)]
pub(super) struct TotpSecret {
    text: Secret,
    key: Key,
}

#[derive(Clone)]
struct Key([u8; SECRET_LEN]);

/// A period of thirty seconds, counted from the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Step(u64);

/// Why a code is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum TotpError {
    #[error("the code is wrong: look at the authenticator again, and at this device's clock")]
    Wrong,
    #[error("this code was used already: wait for the next one")]
    Used,
}

/// Whose codes these are, for the authenticator to show.
pub(super) struct Label<'a> {
    /// The site's name.
    pub(super) issuer: &'a str,
    /// The account's name.
    pub(super) account: &'a str,
}

impl TotpSecret {
    /// A random one.
    pub(super) fn generate() -> Result<Self, SealError> {
        let entropy = seal::entropy()?;
        let (key, _) = entropy.split_first_chunk().ok_or(SealError::Random)?;
        Ok(Self::from_key(*key))
    }

    /// The one that [`Self::text`] wrote.
    pub(super) fn parse(text: &Secret) -> Option<Self> {
        from_base32(text.reveal()).map(Self::from_key)
    }

    fn from_key(key: [u8; SECRET_LEN]) -> Self {
        Self { text: Secret::from(to_base32(&key)), key: Key(key) }
    }

    /// In Base32, to be sealed, and for people whose authenticator cannot read pictures.
    pub(super) fn text(&self) -> &Secret {
        &self.text
    }

    /// The address that an authenticator reads from a QR code.
    pub(super) fn uri(&self, label: &Label<'_>) -> Secret {
        let (issuer, account) = (percent_encoded(label.issuer), percent_encoded(label.account));
        let secret = self.text.reveal();
        Secret::from(format!(
            "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}\
             &algorithm=SHA1&digits={DIGITS}&period={STEP_SECONDS}"
        ))
    }

    /// Which step `code` belongs to. The caller keeps it, and hands it in as `last` from then on.
    ///
    /// # Errors
    /// When it is none of those near `at`, or belongs to `last` or an earlier step.
    pub(super) fn check(
        &self,
        code: &str,
        at: WallClock,
        last: Option<Step>,
    ) -> Result<Step, TotpError> {
        let code: String = code.chars().filter(|c| !c.is_whitespace()).take(DIGITS + 1).collect();
        let now = Step::of(at);
        let mut found = None;
        // All of them, always: how long it takes tells nothing.
        for step in now.0.saturating_sub(SKEW)..=now.0.saturating_add(SKEW) {
            let expected = self.code(Step(step));
            if constant_time::verify_slices_are_equal(expected.as_bytes(), code.as_bytes()).is_ok()
            {
                found = Some(Step(step));
            }
        }
        let found = found.ok_or(TotpError::Wrong)?;
        if last.is_some_and(|last| found <= last) { Err(TotpError::Used) } else { Ok(found) }
    }

    /// RFC 4226 §5.3.
    fn code(&self, step: Step) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.key.0);
        let tag = hmac::sign(&key, &step.0.to_be_bytes());
        let tag = tag.as_ref();
        let offset = usize::from(tag.last().copied().unwrap_or_default() & 0xf);
        let picked = tag.get(offset..).and_then(|rest| rest.first_chunk().copied());
        let number = u32::from_be_bytes(picked.unwrap_or_default()) & 0x7fff_ffff;
        format!("{:0DIGITS$}", number % 1_000_000)
    }
}

impl Step {
    fn of(at: WallClock) -> Self {
        Self(u64::try_from(at.as_unix_millis() / 1000 / STEP_SECONDS).unwrap_or_default())
    }

    /// The one that [`Self::number`] gave.
    pub(super) fn from_number(number: u64) -> Self {
        Self(number)
    }

    /// To be stored.
    pub(super) fn number(self) -> u64 {
        self.0
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

/// Five bits a letter; whole letters only, as every length here is a multiple of five bytes.
fn to_base32(bytes: &[u8]) -> String {
    let letters = bytes.chunks(5).flat_map(|five| {
        let bits = five.iter().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        (0..8).rev().map(move |letter| (bits >> (letter * 5)) & 0x1f)
    });
    letters.filter_map(|at| BASE32.get(usize::try_from(at).ok()?)).map(|&c| char::from(c)).collect()
}

fn from_base32<const N: usize>(text: &str) -> Option<[u8; N]> {
    let mut bytes = Vec::with_capacity(N);
    if text.len() != N / 5 * 8 {
        return None;
    }
    for eight in text.as_bytes().chunks(8) {
        let mut bits = 0_u64;
        for letter in eight {
            let value = BASE32.iter().position(|known| *known == letter.to_ascii_uppercase())?;
            bits = bits << 5 | u64::try_from(value).ok()?;
        }
        bytes.extend_from_slice(bits.to_be_bytes().get(3..)?);
    }
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The secret of RFC 6238, appendix B.
    fn secret() -> TotpSecret {
        TotpSecret::from_key(*b"12345678901234567890")
    }

    fn second(second: i64) -> WallClock {
        WallClock::from_unix_millis(second * 1000)
    }

    #[test]
    fn codes_are_those_of_the_standards_appendix() {
        for (at, eight_digits) in [
            (59, "94287082"),
            (1_111_111_109, "07081804"),
            (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ] {
            assert_eq!(secret().code(Step::of(second(at))), eight_digits[2..], "{at}");
        }
    }

    #[test]
    fn a_code_works_one_step_early_or_late_and_once() {
        let at = 1_111_111_109;
        let step = Step::of(second(at));
        for (late, last, expected) in [
            (0, None, Ok(step)),
            (-30, None, Ok(step)),
            (30, None, Ok(step)),
            (60, None, Err(TotpError::Wrong)),
            (-60, None, Err(TotpError::Wrong)),
            (0, Some(Step(step.0 - 1)), Ok(step)),
            (0, Some(step), Err(TotpError::Used)),
            (30, Some(step), Err(TotpError::Used)),
            (0, Some(Step(step.0 + 1)), Err(TotpError::Used)),
        ] {
            let checked = secret().check("081804", second(at + late), last);
            assert_eq!(checked, expected, "{late} seconds late, last {last:?}");
        }
        assert_eq!(secret().check("081 804", second(at), None), Ok(step));
        for wrong in
            ["", "81804", "0818040", "081805", "o81804", "０８１８０４", "0818041111111111"]
        {
            assert_eq!(secret().check(wrong, second(at), None), Err(TotpError::Wrong), "{wrong}");
        }
    }

    #[test]
    fn authenticators_are_told_everything_in_one_address() {
        let label = Label { issuer: "Ada's site & more", account: "ada:x" };
        insta::assert_snapshot!(secret().uri(&label).reveal(), @"otpauth://totp/Ada%27s%20site%20%26%20more:ada%3Ax?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Ada%27s%20site%20%26%20more&algorithm=SHA1&digits=6&period=30");
        assert!(!format!("{:?}", secret()).contains("GEZD"));
    }

    #[test]
    fn secrets_are_random_and_read_back() {
        let (one, other) = (TotpSecret::generate().unwrap(), TotpSecret::generate().unwrap());
        assert_ne!(one.key.0, other.key.0);
        assert_eq!(TotpSecret::parse(one.text()).unwrap().key.0, one.key.0);
        for wrong in ["", "GEZDGNBV", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1", "é".repeat(16).as_str()]
        {
            assert!(TotpSecret::parse(&Secret::new(wrong)).is_none(), "{wrong}");
        }
        assert_eq!(Step::from_number(7).number(), 7);
    }

    proptest! {
        #[test]
        fn base32_reads_back(bytes: [u8; SECRET_LEN]) {
            prop_assert_eq!(from_base32(&to_base32(&bytes)), Some(bytes));
        }

        #[test]
        fn any_text_may_be_typed(code in ".{0,20}", at: i64) {
            let _ = secret().check(&code, WallClock::from_unix_millis(at), Some(Step(u64::MAX)));
        }
    }
}

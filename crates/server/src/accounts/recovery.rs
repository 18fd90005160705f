//! Recovery codes: ten, printed once, each good for one sign-in without the authenticator.
//!
//! A code is 80 random bits in Crockford's Base32, which has no letter that looks like a digit. What
//! people type is forgiven its case, its dashes, its blanks, and the letters that the alphabet lacks.

use crate::seal::{self, Fingerprint, Keyring, SealError, Secret};

/// Codes of one account.
pub(super) const CODES: usize = 10;
/// Bits of a code: 80, so that people can type it; it is guessed at the pace of sign-ins.
const CODE_LEN: usize = 10;
/// Letters of a code, in groups of four.
const LETTERS: usize = CODE_LEN * 8 / 5;
const GROUP: usize = 4;
/// What people may type for one code, blanks included; more is no code.
const MAX_TYPED: usize = 64;
/// Crockford's alphabet.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Keeps these keyed hashes apart from those of other secrets.
const PURPOSE: &str = "recovery code ";

/// A recovery code, as letters without dashes. Prints as `***`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RecoveryCode(Secret);

impl RecoveryCode {
    /// New ones for an account.
    pub(super) fn generate_all() -> Result<Vec<Self>, SealError> {
        (0..CODES).map(|_| Self::generate()).collect()
    }

    fn generate() -> Result<Self, SealError> {
        let entropy = seal::entropy()?;
        let (bytes, _) = entropy.split_first_chunk::<CODE_LEN>().ok_or(SealError::Random)?;
        Ok(Self::from_bytes(bytes))
    }

    fn from_bytes(bytes: &[u8; CODE_LEN]) -> Self {
        let bits = bytes.iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        let values = (0..LETTERS).rev().map(|letter| bits >> (letter * 5) & 0x1f);
        let letters = values.filter_map(|value| ALPHABET.get(usize::try_from(value).ok()?));
        Self(Secret::from(letters.map(|&letter| char::from(letter)).collect::<String>()))
    }

    /// The code that somebody typed; `None` when it is none.
    pub(super) fn parse(typed: &str) -> Option<Self> {
        if typed.len() > MAX_TYPED {
            return None;
        }
        let typed = typed.chars().filter(|c| !c.is_whitespace() && !is_dash(*c));
        let letters: String = typed.map(letter).collect::<Option<_>>()?;
        (letters.len() == LETTERS).then(|| Self(Secret::from(letters)))
    }

    /// The form that is shown, once: `ABCD-EFGH-JKMN-PQRS`.
    pub(super) fn shown(&self) -> Secret {
        let letters = self.0.reveal();
        let groups = (0..LETTERS).step_by(GROUP).filter_map(|at| letters.get(at..at + GROUP));
        Secret::from(groups.collect::<Vec<_>>().join("-"))
    }

    /// What is stored of it, and by which it is found.
    pub(super) fn fingerprint(&self, keyring: &Keyring) -> Fingerprint {
        keyring.fingerprint(&format!("{PURPOSE}{}", self.0.reveal()))
    }
}

/// The alphabet's letter for a typed one.
fn letter(typed: char) -> Option<char> {
    let letter = match typed.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        letter => letter,
    };
    u8::try_from(letter).ok().filter(|byte| ALPHABET.contains(byte)).map(char::from)
}

/// Word processors make long dashes of short ones.
fn is_dash(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_account_gets_ten_different_codes() {
        let codes = RecoveryCode::generate_all().unwrap();
        let shown: HashSet<_> = codes.iter().map(|it| it.shown().reveal().to_owned()).collect();
        assert_eq!(shown.len(), CODES);
        assert!(shown.iter().all(|code| code.len() == 19), "{shown:?}");
        assert_eq!(format!("{:?}", codes[0]), "RecoveryCode(***)");
    }

    #[test]
    fn what_people_type_is_forgiven() {
        let code = RecoveryCode::parse("0123-456A-BCDE-FGHJ").unwrap();
        assert_eq!(code.shown().reveal(), "0123-456A-BCDE-FGHJ");
        for typed in [
            "0123456abcdefghj",
            "oI23 456a bcde fghj",
            " 0l23–456A—BCDE−FGHJ\n",
            "o-1-23456abcdefghj",
        ] {
            assert_eq!(RecoveryCode::parse(typed).as_ref(), Some(&code), "{typed}");
        }
        for wrong in ["", "0123-456A-BCDE-FGH", "0123-456A-BCDE-FGHJK", "0123-456U-BCDE-FGHJ", "ß"]
        {
            assert_eq!(RecoveryCode::parse(wrong), None, "{wrong}");
        }
        assert_eq!(RecoveryCode::parse(&format!("0123456abcdefghj{}", "-".repeat(64))), None);
    }

    #[test]
    fn codes_are_stored_as_keyed_hashes_of_their_own_kind() {
        let folder = tempfile::tempdir().unwrap();
        let keyring = Keyring::open_or_create(&folder.path().join("secret.key")).unwrap();
        let code = RecoveryCode::generate().unwrap();
        let stored = code.fingerprint(&keyring).to_hex();
        let typed = RecoveryCode::parse(&code.shown().reveal().to_lowercase()).unwrap();
        assert!(typed.fingerprint(&keyring).matches_hex(&stored));
        assert_ne!(keyring.fingerprint(code.0.reveal()).to_hex(), stored);
    }

    proptest! {
        #[test]
        fn every_code_reads_back(bytes: [u8; CODE_LEN]) {
            let code = RecoveryCode::from_bytes(&bytes);
            prop_assert_eq!(RecoveryCode::parse(code.shown().reveal()), Some(code));
        }

        #[test]
        fn any_text_may_be_typed(typed in ".{0,80}") {
            let _ = RecoveryCode::parse(&typed);
        }
    }
}

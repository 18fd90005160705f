//! A bounded reader of bit fields, most significant bit first.

use super::Error;

/// Reads bit fields from a slice; every read past the end is [`Error::Truncated`].
#[derive(Clone, Debug)]
pub(super) struct BitReader<'a> {
    data: &'a [u8],
    position_bits: usize,
}

impl<'a> BitReader<'a> {
    pub(super) fn new(data: &'a [u8]) -> Self {
        Self { data, position_bits: 0 }
    }

    /// An unsigned field of at most 32 bits.
    pub(super) fn bits(&mut self, count: u32) -> Result<u32, Error> {
        debug_assert!(count <= 32, "wider fields are read in halves");
        let mut value = 0u64;
        let mut missing = count;
        while missing > 0 {
            let byte = *self.data.get(self.position_bits / 8).ok_or(Error::Truncated)?;
            let used = (self.position_bits % 8) as u32;
            let taken = missing.min(8 - used);
            let field = (u32::from(byte) << used & 0xff) >> (8 - taken);
            value = value << taken | u64::from(field);
            self.position_bits += taken as usize;
            missing -= taken;
        }
        Ok(value as u32)
    }

    /// A field of at most 8 bits.
    pub(super) fn byte(&mut self, count: u32) -> Result<u8, Error> {
        debug_assert!(count <= 8, "the field fits a byte");
        Ok(self.bits(count)? as u8)
    }

    /// A field of 16 bits.
    pub(super) fn u16(&mut self) -> Result<u16, Error> {
        Ok(self.bits(16)? as u16)
    }

    /// A one-bit flag.
    pub(super) fn flag(&mut self) -> Result<bool, Error> {
        Ok(self.bits(1)? == 1)
    }

    /// Passes over `count` bits.
    pub(super) fn skip(&mut self, count: usize) -> Result<(), Error> {
        let position = self.position_bits.checked_add(count).ok_or(Error::Truncated)?;
        if position > self.data.len().saturating_mul(8) {
            return Err(Error::Truncated);
        }
        self.position_bits = position;
        Ok(())
    }

    /// Passes over what is left of the current byte.
    pub(super) fn align(&mut self) {
        self.position_bits = self.position_bits.next_multiple_of(8);
    }

    /// How many bits are left.
    pub(super) fn remaining_bits(&self) -> usize {
        self.data.len().saturating_mul(8).saturating_sub(self.position_bits)
    }

    /// An unsigned Exp-Golomb code: `ue(v)` of ITU-T H.264 clause 9.1.
    pub(super) fn ue(&mut self) -> Result<u32, Error> {
        let mut zeros = 0;
        while !self.flag()? {
            zeros += 1;
            if zeros > 31 {
                return Err(Error::Invalid("an Exp-Golomb code"));
            }
        }
        // At most 2^31 - 1 + 2^31 - 1: fits.
        Ok((1u32 << zeros) - 1 + self.bits(zeros)?)
    }

    /// A signed Exp-Golomb code: `se(v)` of ITU-T H.264 clause 9.1.1.
    pub(super) fn se(&mut self) -> Result<i32, Error> {
        let code = i64::from(self.ue()?);
        let magnitude = (code + 1) / 2;
        i32::try_from(if code % 2 == 1 { magnitude } else { -magnitude })
            .map_err(|_| Error::Invalid("an Exp-Golomb code"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_cross_bytes_and_end_where_the_data_ends() {
        let mut reader = BitReader::new(&[0b1010_0101, 0xff, 0x00, 0x12, 0x34]);
        assert_eq!(reader.bits(3), Ok(0b101));
        assert_eq!(reader.bits(7), Ok(0b001_0111));
        assert_eq!(reader.remaining_bits(), 30);
        reader.align();
        assert_eq!(reader.bits(24), Ok(0x00_1234));
        assert_eq!(reader.bits(0), Ok(0));
        assert_eq!(reader.bits(1), Err(Error::Truncated));
        assert_eq!(reader.skip(1), Err(Error::Truncated));
        assert_eq!(reader.skip(usize::MAX), Err(Error::Truncated));
        assert_eq!(BitReader::new(&[0xde, 0xad, 0xbe, 0xef]).bits(32), Ok(0xdead_beef));
    }

    #[test]
    fn exp_golomb_codes_follow_the_table_of_the_standard() {
        // Codes 0..=4 in a row: 1 010 011 00100 00101.
        let mut reader = BitReader::new(&[0b1010_0110, 0b0100_0010, 0b1000_0000]);
        let unsigned: Vec<_> = (0..5).map(|_| reader.ue().unwrap()).collect();
        assert_eq!(unsigned, [0, 1, 2, 3, 4]);
        let mut reader = BitReader::new(&[0b1010_0110, 0b0100_0010, 0b1000_0000]);
        let signed: Vec<_> = (0..5).map(|_| reader.se().unwrap()).collect();
        assert_eq!(signed, [0, 1, -1, 2, -2]);
    }

    #[test]
    fn the_longest_exp_golomb_code_fits_and_a_longer_one_is_refused() {
        let mut longest = [0u8; 8];
        longest[3] = 1;
        longest[4..].fill(0xff);
        assert_eq!(BitReader::new(&longest).ue(), Ok(u32::MAX - 1));
        assert!(matches!(BitReader::new(&[0; 16]).ue(), Err(Error::Invalid(_))));
        assert_eq!(BitReader::new(&[0; 3]).ue(), Err(Error::Truncated));
    }
}

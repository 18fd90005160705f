//! Which characters are emoji, and how many of them a text shows (UTS 51, near enough to count).

/// What a text is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Emoji, each sequence one.
    pub(super) emoji: usize,
    /// Characters that are neither emoji nor space.
    pub(super) others: usize,
}

const JOINER: char = '\u{200d}';
const KEYCAP: char = '\u{20e3}';

/// Counts emoji and everything else.
pub(super) fn tally(text: &str) -> Tally {
    let mut tally = Tally::default();
    let mut is_joined = false;
    let mut is_half_flag = false;
    for c in text.chars() {
        let was_joined = std::mem::take(&mut is_joined);
        let was_half_flag = std::mem::take(&mut is_half_flag);
        match c {
            JOINER => is_joined = true,
            // `1️⃣` is a digit, a selector and this.
            KEYCAP if tally.others > 0 => {
                tally.others -= 1;
                tally.emoji += 1;
            }
            _ if c.is_whitespace() || is_modifier(c) => {}
            _ if is_flag_letter(c) => {
                tally.emoji += usize::from(!was_half_flag);
                is_half_flag = !was_half_flag;
            }
            _ if is_emoji(c) => tally.emoji += usize::from(!was_joined),
            _ => tally.others += 1,
        }
    }
    tally
}

fn is_flag_letter(c: char) -> bool {
    matches!(c, '\u{1f1e6}'..='\u{1f1ff}')
}

/// Selectors, colours of skin, and the tags of regional flags.
fn is_modifier(c: char) -> bool {
    matches!(c, '\u{fe0e}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0020}'..='\u{e007f}')
}

fn is_emoji(c: char) -> bool {
    matches!(c,
        '\u{a9}' | '\u{ae}' | '\u{203c}' | '\u{2049}' | '\u{2122}' | '\u{2139}' | '\u{2194}'..='\u{21aa}'
        | '\u{231a}'..='\u{23ff}' | '\u{24c2}' | '\u{25aa}'..='\u{25fe}' | '\u{2600}'..='\u{27bf}'
        | '\u{2934}'..='\u{2935}' | '\u{2b05}'..='\u{2b55}' | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}'
        | '\u{1f000}'..='\u{1faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sequence_is_one_emoji() {
        for (text, emoji, others) in [
            ("", 0, 0),
            ("a b", 0, 2),
            ("😀😀 😀", 3, 0),
            ("👍🏽", 1, 0),
            ("👩‍👩‍👧‍👦", 1, 0),
            ("🇩🇪🇫🇷", 2, 0),
            ("❤️", 1, 0),
            ("1️⃣", 1, 0),
            ("🏴󠁧󠁢󠁳󠁣󠁴󠁿", 1, 0),
            ("gg 🎉", 1, 2),
        ] {
            assert_eq!(tally(text), Tally { emoji, others }, "{text}");
        }
    }
}

//! What became of every row and file.

use super::{Became, Known};

/// Remarks about one part. The others are counted.
const MAX_REMARKS: usize = 20;

/// What became of everything.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report {
    pub(crate) parts: Vec<Part>,
}

/// What became of a table, or of the files of a folder.
#[derive(Clone, Debug, Default)]
pub(crate) struct Part {
    pub(crate) name: String,
    /// How many there are.
    pub(crate) rows: u64,
    /// How many are here now.
    pub(crate) moved: u64,
    /// How many were here already, or kept already.
    pub(crate) again: u64,
    /// How many are kept as they were.
    pub(crate) kept: u64,
    /// What somebody should know.
    pub(crate) remarks: Vec<String>,
    /// How many more such there were.
    pub(crate) unsaid: u64,
}

impl Part {
    pub(super) fn new(name: &str) -> Self {
        Self { name: name.to_owned(), ..Self::default() }
    }

    pub(super) fn remark(&mut self, text: String) {
        if self.remarks.len() < MAX_REMARKS {
            // What stands in the file is shown on a terminal.
            self.remarks.push(text.chars().filter(|c| !c.is_control()).take(300).collect());
        } else {
            self.unsaid += 1;
        }
    }

    /// Counts a row or a file, of which this was known before.
    pub(super) fn count(&mut self, became: Became, known: Option<&Known>) {
        match became {
            Became::Here(_) | Became::Partly(..) => self.moved += 1,
            Became::Kept(_) if known.is_some() => self.again += 1,
            Became::Kept(_) => self.kept += 1,
        }
        match became {
            Became::Kept(Some(why)) | Became::Partly(_, why) => self.remark(why),
            Became::Here(_) | Became::Kept(None) => {}
        }
    }

    /// Whether nothing is unaccounted for.
    pub(crate) fn is_complete(&self) -> bool {
        self.rows == self.moved + self.again + self.kept
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn remarks_are_few_and_write_nothing_to_a_terminal_but_text() {
        let mut part = Part::new("users");
        (0..30).for_each(|n| part.remark(format!("\u{1b}[2J{n}")));
        assert_eq!((part.remarks.len(), part.unsaid), (MAX_REMARKS, 10));
        assert_eq!(part.remarks[0], "[2J0");
        assert!(part.is_complete());
        part.rows = 1;
        assert!(!part.is_complete());
    }
}

//! Percent-encoding (RFC 3986 §2.1).

use std::fmt::Write as _;

/// A text with everything encoded that is not unreserved: a value in a query, or a part of a path.
pub(crate) fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            // Writing to a text cannot fail.
            _ => drop(write!(encoded, "%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::percent_encoded;

    #[test]
    fn all_but_letters_digits_and_a_few_signs_is_encoded() {
        assert_eq!(percent_encoded("a b&ü/~"), "a%20b%26%C3%BC%2F~");
    }
}

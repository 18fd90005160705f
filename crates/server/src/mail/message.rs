//! What letters say.
//!
//! A letter's text and its HTML are one list of paragraphs, rendered twice; names come in as one
//! line of printable characters, and are escaped in one place.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize, Serializer};

use crate::sanitise::escape;
use crate::seal::Secret;

/// Characters of a name that a letter repeats: it came from outside.
const MAX_NAME: usize = 100;

/// Everything that Rivulet writes to people.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Message {
    /// Somebody wants a new password for this account.
    ResetPassword {
        name: String,
        #[serde(serialize_with = "revealed")]
        link: Secret,
    },
    /// Somebody says that this is their address.
    ConfirmAddress {
        name: String,
        #[serde(serialize_with = "revealed")]
        link: Secret,
    },
    /// Somebody may make an account.
    Invitation {
        #[serde(serialize_with = "revealed")]
        link: Secret,
    },
    /// Somebody signed in with a recovery code.
    RecoveryUsed { name: String, codes_left: u32 },
    /// The doctor tries the way.
    Test,
}

/// A letter as it is sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rendered {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

enum Paragraph<'a> {
    Text(String),
    Link { label: &'static str, to: &'a Secret },
}

impl Message {
    /// The letter, from a site of that name.
    pub(super) fn render(&self, site: &str) -> Rendered {
        let site = one_line(site);
        let subject = one_line(&self.subject(&site));
        let paragraphs = self.paragraphs(&site);
        let title = escape(&subject);
        let mut text = String::new();
        let mut html = format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
             <body style=\"font-family: sans-serif; line-height: 1.5; max-width: 36em\">\n"
        );
        for paragraph in &paragraphs {
            let (plain, marked) = paragraph.rendered();
            // Writing to a String cannot fail.
            let _ = write!(text, "{plain}\n\n");
            let _ = writeln!(html, "<p>{marked}</p>");
        }
        let _ = writeln!(text, "-- \n{site}");
        let _ = writeln!(html, "<p style=\"color: #666\">{}</p>\n</body></html>", escape(&site));
        Rendered { subject, text, html }
    }

    fn subject(&self, site: &str) -> String {
        match self {
            Self::ResetPassword { .. } => format!("A new password for {site}"),
            Self::ConfirmAddress { .. } => format!("Confirm your mail address for {site}"),
            Self::Invitation { .. } => format!("You are invited to {site}"),
            Self::RecoveryUsed { .. } => format!("A recovery code was used at {site}"),
            Self::Test => format!("Mail from {site} works"),
        }
    }

    fn paragraphs(&self, site: &str) -> Vec<Paragraph<'_>> {
        let text = |text: &str| Paragraph::Text(text.to_owned());
        match self {
            Self::ResetPassword { name, link } => vec![
                hello(name),
                Paragraph::Text(format!(
                    "Somebody, you we hope, asked for a new password for your account at {site}. \
                     Choose it here:"
                )),
                Paragraph::Link { label: "Choose a new password", to: link },
                text(
                    "The link works once, and for one hour. If it was not you, do nothing: your \
                      password stays as it is.",
                ),
            ],
            Self::ConfirmAddress { name, link } => vec![
                hello(name),
                Paragraph::Text(format!(
                    "This address was given for an account at {site}. If that was you, confirm it:"
                )),
                Paragraph::Link { label: "Confirm this address", to: link },
                text("The link works once, and for one day. If it was not you, do nothing."),
            ],
            Self::Invitation { link } => vec![
                text("Hello,"),
                Paragraph::Text(format!("You are invited to make an account at {site}:")),
                Paragraph::Link { label: "Make an account", to: link },
            ],
            Self::RecoveryUsed { name, codes_left } => vec![
                hello(name),
                Paragraph::Text(format!(
                    "Somebody signed in to your account at {site} with your password and a recovery \
                     code. {codes_left} of your codes are left."
                )),
                text(
                    "If it was not you, change your password now, sign out everywhere, and make \
                      new recovery codes.",
                ),
            ],
            Self::Test => vec![
                text("Hello,"),
                Paragraph::Text(format!("`rivulet doctor` sent this. Mail from {site} works.")),
            ],
        }
    }
}

impl Paragraph<'_> {
    /// As plain text and as HTML.
    fn rendered(&self) -> (String, String) {
        match self {
            Self::Text(text) => (text.clone(), escape(text)),
            Self::Link { label, to } => {
                let to = one_word(to.reveal());
                (to.clone(), format!("<a href=\"{}\">{label}</a>", escape(&to)))
            }
        }
    }
}

fn hello(name: &str) -> Paragraph<'static> {
    Paragraph::Text(format!("Hello {},", one_line(name)))
}

/// A text as one line of reasonable length: what a header can hold without becoming two, and what
/// nobody can pass for a paragraph of ours.
pub(super) fn one_line(text: &str) -> String {
    let breaks = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let line: String = text.chars().map(|c| if breaks(c) { ' ' } else { c }).collect();
    line.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(MAX_NAME).collect()
}

/// A link, which has no blanks.
fn one_word(link: &str) -> String {
    link.chars().filter(|c| !c.is_control() && !c.is_whitespace()).collect()
}

/// The link itself, for the sealed letter alone.
fn revealed<S: Serializer>(link: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(link.reveal())
}

//! Handing letters in, by SMTP (RFC 5321, RFC 6409).

use std::time::{Duration, UNIX_EPOCH};

use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};
use rivulet_media::time::WallClock;

use super::message::one_line;
use super::server::Security;
use super::{Address, Letter, MailError, Settings};
use crate::ids::JobId;

/// How long the mail server may be silent.
const PATIENCE: Duration = Duration::from_secs(15);

/// The way to the mail server. It connects for each letter: letters are rare.
#[derive(Clone)]
pub(crate) struct Post {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Address,
}

impl Post {
    /// The way that `settings` name.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub(crate) fn new(settings: &Settings) -> Result<Self, MailError> {
        type Smtp = AsyncSmtpTransport<Tokio1Executor>;
        let Settings { server, from } = settings;
        let builder = match server.security {
            Security::Tls => Smtp::relay(&server.host).map_err(MailError::Setup)?,
            Security::StartTls => Smtp::starttls_relay(&server.host).map_err(MailError::Setup)?,
            Security::Loopback => Smtp::builder_dangerous(server.host.as_str()),
        };
        let mut builder = builder
            .port(server.port)
            .timeout(Some(PATIENCE))
            .hello_name(ClientId::Domain(from.domain().to_owned()));
        if let Some(login) = &server.login {
            let password = login.password.reveal().to_owned();
            builder = builder.credentials(Credentials::new(login.user.clone(), password));
        }
        Ok(Self { transport: builder.build(), from: from.clone() })
    }

    /// Goes to the mail server and greets it.
    ///
    /// # Errors
    /// When it cannot be reached or does not let us in.
    pub(crate) async fn check(&self) -> Result<(), MailError> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(MailError::Connect),
            Err(error) => Err(MailError::Smtp(error)),
        }
    }

    /// Hands a letter in. A second attempt has the same `id`, by which mail programs know doubles.
    ///
    /// # Errors
    /// When it is not taken.
    pub(crate) async fn send(
        &self,
        letter: &Letter,
        id: JobId,
        at: WallClock,
    ) -> Result<(), MailError> {
        let written = self.written(letter, id, at)?;
        self.transport.send(written).await.map(|_| ()).map_err(MailError::Smtp)
    }

    fn written(
        &self,
        letter: &Letter,
        id: JobId,
        at: WallClock,
    ) -> Result<lettre::Message, MailError> {
        let rendered = letter.message.render(&letter.site);
        let since_epoch = u64::try_from(at.as_unix_millis()).unwrap_or_default();
        // Nobody is on holiday from us (RFC 3834 §5).
        let automatic = HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        );
        lettre::Message::builder()
            .from(Mailbox::new(Some(one_line(&letter.site)), lettres(&self.from)?))
            .to(Mailbox::new(None, lettres(&letter.to)?))
            .date(UNIX_EPOCH + Duration::from_millis(since_epoch))
            .message_id(Some(format!("<{id}@{}>", self.from.domain())))
            .raw_header(automatic)
            .subject(rendered.subject)
            .multipart(MultiPart::alternative_plain_html(rendered.text, rendered.html))
            .map_err(MailError::Write)
    }
}

/// The library's form of an address, which it checks once more.
fn lettres(address: &Address) -> Result<lettre::Address, MailError> {
    address.as_str().parse().map_err(MailError::Address)
}

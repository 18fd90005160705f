//! A mail server that takes mail for anybody and sends it nowhere (enough of RFC 5321 and RFC 4954).

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use super::until;

/// A mail server on loopback. Dropping it ends it.
pub(crate) struct MailServer {
    address: SocketAddr,
    desk: Arc<Mutex<Desk>>,
    serving: JoinHandle<()>,
}

#[derive(Default)]
struct Desk {
    received: Vec<Received>,
    /// What is answered to the next recipients instead of taking them.
    refusals: Vec<&'static str>,
}

/// A mail as it was handed in.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    /// Who signed in, as `AUTH PLAIN` has it, in Base64.
    pub(crate) login: Option<String>,
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    /// Header and body, quoted-printable undone.
    pub(crate) text: String,
}

impl MailServer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let desk: Arc<Mutex<Desk>> = Arc::default();
        let shared = Arc::clone(&desk);
        let serving = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let desk = Arc::clone(&shared);
                // It ends with its peer's connection, or with the test's runtime.
                tokio::spawn(async move { serve(socket, desk).await.unwrap_or_default() });
            }
        });
        Self { address, desk, serving }
    }

    /// For the setting `smtp`.
    pub(crate) fn url(&self, login: &str) -> String {
        format!("smtp://{login}{}", self.address)
    }

    /// Answers the next recipient with this.
    pub(crate) fn refuses_once(&self, answer: &'static str) {
        self.desk.lock().unwrap().refusals.push(answer);
    }

    /// Everything it has taken so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.desk.lock().unwrap().received.clone()
    }

    /// Waits for a mail to this address; gives the latest.
    pub(crate) async fn gets_mail_for(&self, address: &str) -> Received {
        until(&format!("there is mail for {address}"), async || {
            let received = self.received();
            received.into_iter().rev().find(|mail| mail.to.iter().any(|to| to == address))
        })
        .await
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// One connection. An error ends it, as its peer would.
async fn serve(mut socket: TcpStream, desk: Arc<Mutex<Desk>>) -> std::io::Result<()> {
    let (reader, mut writer) = socket.split();
    // No story sends more.
    let mut lines = BufReader::new(reader.take(1024 * 1024)).lines();
    let mut mail = fresh();
    writer.write_all(b"220 stories ready\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        let answer = match verb.as_str() {
            "EHLO" => "250-stories\r\n250-8BITMIME\r\n250 AUTH PLAIN".to_owned(),
            "AUTH" => {
                mail.login = line.split(' ').nth(2).map(str::to_owned);
                "235 welcome".to_owned()
            }
            "MAIL" => {
                mail.from = address(&line);
                "250 go on".to_owned()
            }
            "RCPT" => recipient(&desk, &mut mail, address(&line)),
            "DATA" => {
                writer.write_all(b"354 end with a dot\r\n").await?;
                let mut text = String::new();
                while let Some(line) = lines.next_line().await?.filter(|line| line != ".") {
                    text.push_str(line.strip_prefix('.').unwrap_or(&line));
                    text.push('\n');
                }
                mail.text = unquoted(&text);
                let login = mail.login.clone();
                let taken = std::mem::replace(&mut mail, Received { login, ..fresh() });
                desk.lock().unwrap().received.push(taken);
                "250 taken".to_owned()
            }
            "QUIT" => {
                writer.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => "250 fine".to_owned(),
        };
        writer.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}

fn recipient(desk: &Mutex<Desk>, mail: &mut Received, to: String) -> String {
    if let Some(refusal) = desk.lock().unwrap().refusals.pop() {
        return refusal.to_owned();
    }
    mail.to.push(to);
    "250 go on".to_owned()
}

fn fresh() -> Received {
    Received { login: None, from: String::new(), to: Vec::new(), text: String::new() }
}

/// What stands between the angle brackets.
fn address(line: &str) -> String {
    let inside = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map_or_else(String::new, |(address, _)| address.to_owned())
}

/// Without the soft line breaks and codes of quoted-printable (RFC 2045 §6.7).
fn unquoted(text: &str) -> String {
    let joined = text.replace("=\n", "");
    let mut parts = joined.split('=');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let code = part.get(..2).and_then(|code| u8::from_str_radix(code, 16).ok());
        match code {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend_from_slice(&part.as_bytes()[2..]);
            }
            None => bytes.extend_from_slice(format!("={part}").as_bytes()),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

//! Against servers on this machine that do what strangers may do.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

fn client(allowed: &[&str]) -> Outbound {
    let allowed: Vec<_> = allowed.iter().map(|it| (*it).to_owned()).collect();
    Outbound::new(Allowed::parse(&allowed).unwrap(), Vec::new()).unwrap()
}

/// A server that answers its first request with these bytes; where it is.
#[expect(clippy::disallowed_methods, reason = "a test owns its tasks")]
async fn answering(answer: Vec<u8>) -> (u16, tokio::task::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let served = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut asked = vec![0; 4096];
        let read = stream.read(&mut asked).await.unwrap();
        // Whoever has heard enough hangs up.
        let _ = stream.write_all(&answer).await;
        let _ = stream.shutdown().await;
        String::from_utf8_lossy(&asked[..read]).into_owned()
    });
    (port, served)
}

async fn post(client: &Outbound, url: &str) -> Result<Answer, OutboundError> {
    let target = Target::parse(url).unwrap();
    client.post(&target, &[("content-type", "text/plain".to_owned())], b"hi".to_vec()).await
}

#[test]
fn addresses_are_of_the_web_and_hold_no_password() {
    for good in ["https://example.org", "http://127.0.0.1:8000/hook?a=b", "https://[::1]/x"] {
        assert!(Target::parse(good).is_ok(), "{good}");
    }
    for bad in ["", "example.org", "ftp://example.org", "https://", "https://a:b@example.org/"] {
        assert!(matches!(Target::parse(bad), Err(OutboundError::BadUrl)), "{bad}");
    }
}

#[tokio::test]
async fn private_places_are_closed_until_they_are_named() {
    let (port, _served) = answering(Vec::new()).await;
    for url in [
        format!("http://127.0.0.1:{port}/"),
        format!("https://127.0.0.1:{port}/"),
        format!("https://localhost:{port}/"),
        format!("https://[::ffff:127.0.0.1]:{port}/"),
        "https://169.254.169.254/latest/meta-data".to_owned(),
    ] {
        let refused = post(&client(&[]), &url).await.unwrap_err();
        assert!(matches!(refused, OutboundError::Private), "{url}: {refused}");
    }
    let refused = post(&client(&[]), "http://example.org/").await.unwrap_err();
    assert!(matches!(refused, OutboundError::Plain), "{refused}");
    // Another network is open, this one is not.
    let refused = post(&client(&["10.0.0.0/8"]), &format!("http://localhost:{port}/")).await;
    assert!(matches!(refused, Err(OutboundError::Private)), "{refused:?}");
}

#[tokio::test]
async fn what_is_allowed_is_asked_and_answers() {
    for allowed in ["127.0.0.0/8", "localhost"] {
        let (port, served) =
            answering(b"HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\nok".to_vec()).await;
        let host = if allowed == "localhost" { "localhost" } else { "127.0.0.1" };
        let answer = post(&client(&[allowed]), &format!("http://{host}:{port}/hook?x=1")).await;
        let answer = answer.unwrap();
        assert_eq!((answer.status, answer.body.as_slice()), (202, &b"ok"[..]));
        let asked = served.await.unwrap().to_lowercase();
        assert!(asked.starts_with("post /hook?x=1 http/1.1\r\n"), "{asked}");
        assert!(asked.contains(&format!("host: {host}:{port}\r\n")), "{asked}");
    }
}

#[tokio::test]
async fn redirects_are_answers_and_answers_have_an_end() {
    let away =
        b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n";
    let (port, _served) = answering(away.to_vec()).await;
    let answer = post(&client(&["127.0.0.1"]), &format!("http://127.0.0.1:{port}/")).await;
    assert_eq!(answer.unwrap().status, 302);

    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", 2 * MAX_ANSWER);
    let (port, _served) = answering([head.as_bytes(), &vec![b'x'; 2 * MAX_ANSWER]].concat()).await;
    let refused = post(&client(&["127.0.0.1"]), &format!("http://127.0.0.1:{port}/")).await;
    assert!(matches!(refused, Err(OutboundError::TooLarge)), "{refused:?}");

    let (port, _served) = answering(b"220 mail.example.org ESMTP\r\n".to_vec()).await;
    let refused = post(&client(&["127.0.0.1"]), &format!("http://127.0.0.1:{port}/")).await;
    assert!(matches!(refused, Err(OutboundError::Broken(_))), "{refused:?}");
}

#[tokio::test]
async fn who_says_nothing_is_not_waited_for() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://127.0.0.1:{}/", listener.local_addr().unwrap().port());
    let client = client(&["127.0.0.1"]);
    let asked = post(&client, &url);
    let silent = async {
        let (_stream, _) = listener.accept().await.unwrap();
        tokio::time::pause();
        std::future::pending::<()>().await;
    };
    tokio::select! {
        refused = asked => assert!(matches!(refused, Err(OutboundError::TooSlow)), "{refused:?}"),
        () = silent => unreachable!(),
    }
}

//! Certificates as other programs write them, and what is wrong with some.

use std::fs;
use std::time::Duration;

use proptest::prelude::{any, prop};
use proptest::{prop_assert, proptest};
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rivulet_media::time::WallClock;
use tempfile::TempDir;
use tokio::runtime::Handle;

use super::{About, Files, Tls};
use crate::clock::rfc3339;
use crate::tasks::Tasks;
use crate::telemetry::chain;

struct Folder {
    folder: TempDir,
    files: Files,
}

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let files =
            Files { certificate: folder.path().join("c.pem"), key: folder.path().join("k.pem") };
        Self { folder, files }
    }

    /// Writes a new certificate for these names.
    fn renew(&self, names: &[&str]) {
        let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(names).unwrap();
        params.not_before = date_time_ymd(2026, 1, 2);
        params.not_after = date_time_ymd(2051, 4, 2);
        let certificate = params.self_signed(&key).unwrap();
        fs::write(&self.files.certificate, certificate.pem()).unwrap();
        fs::write(&self.files.key, key.serialize_pem()).unwrap();
    }

    async fn refused(&self) -> String {
        chain(&self.files.read().await.unwrap_err())
    }
}

#[tokio::test]
async fn a_certificate_says_who_it_is_for_and_until_when() {
    let folder = Folder::new();
    folder.renew(&["live.example", "*.tv.example", "192.0.2.7", "2001:db8::7"]);
    let about = folder.files.read().await.unwrap().about().clone();
    assert_eq!(about.to_string(), "live.example, *.tv.example, 192.0.2.7, 2001:db8::7");
    for (host, fits) in [
        ("live.example", true),
        ("LIVE.example", true),
        ("a.tv.example", true),
        ("tv.example", false),
        ("a.b.tv.example", false),
        ("192.0.2.7", true),
        ("[2001:db8::7]", true),
        ("example", false),
    ] {
        assert_eq!(about.is_for(host), fits, "{host}");
    }
    assert_eq!(rfc3339(about.begins), "2026-01-02T00:00:00.000Z");
    assert_eq!(rfc3339(about.ends), "2051-04-02T00:00:00.000Z");
}

#[test]
fn times_are_read_as_they_are_written() {
    let key = KeyPair::generate().unwrap();
    let read = |year, month, day| {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.not_before = date_time_ymd(year, month, day);
        let certificate = params.self_signed(&key).unwrap();
        rfc3339(About::read(certificate.der()).unwrap().begins)
    };
    // Years have two digits until 2049, four from then on.
    for (year, month, day, expected) in [
        (2026, 11, 22, "2026-11-22T00:00:00.000Z"),
        (2049, 12, 31, "2049-12-31T00:00:00.000Z"),
        (1950, 1, 1, "1950-01-01T00:00:00.000Z"),
        (2050, 1, 1, "2050-01-01T00:00:00.000Z"),
        (2051, 6, 30, "2051-06-30T00:00:00.000Z"),
    ] {
        assert_eq!(read(year, month, day), expected);
    }
}

proptest! {
    #[test]
    fn nothing_that_is_read_makes_it_fail(
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        noise in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let certified = rcgen::generate_simple_self_signed(vec!["a.example".to_owned()]).unwrap();
        let mut bytes = certified.cert.der().to_vec();
        prop_assert!(About::read(&bytes).is_some());
        let at = at.index(bytes.len());
        bytes[at] = byte;
        let _ = About::read(&bytes);
        let _ = About::read(&noise);
    }
}

#[test]
fn days_are_counted_whole() {
    let day = 24 * 3600 * 1000;
    let at = WallClock::from_unix_millis;
    let about = About { names: Vec::new(), begins: at(0), ends: at(10 * day) };
    assert_eq!(about.days_left(at(0)), 10);
    assert_eq!(about.days_left(at(9 * day + 1)), 0);
    assert_eq!(about.days_left(at(10 * day + 1)), -1);
}

#[tokio::test]
async fn what_is_wrong_with_files_is_said_with_their_name() {
    let folder = Folder::new();
    assert!(folder.refused().await.starts_with("cannot read "));
    folder.renew(&["a.example"]);
    let key = fs::read(&folder.files.key).unwrap();
    fs::write(&folder.files.key, "hush").unwrap();
    assert!(folder.refused().await.contains("k.pem holds no private key"));
    fs::write(&folder.files.key, KeyPair::generate().unwrap().serialize_pem()).unwrap();
    assert!(folder.refused().await.contains("is not that of the certificate"));
    fs::write(&folder.files.key, &key).unwrap();
    for text in [&b""[..], b"hush", &key] {
        fs::write(&folder.files.certificate, text).unwrap();
        assert!(folder.refused().await.contains("c.pem holds no certificate"));
    }
    let torn = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    fs::write(&folder.files.certificate, torn).unwrap();
    assert!(folder.refused().await.contains("c.pem holds no certificate"));
    fs::write(&folder.files.certificate, vec![b'x'; 2 << 20]).unwrap();
    assert!(folder.refused().await.contains("larger than 1 MiB"));
}

#[tokio::test(start_paused = true)]
async fn files_are_looked_at_each_minute_and_bad_ones_change_nothing() {
    let folder = Folder::new();
    folder.renew(&["first.example"]);
    let tls = Tls::new(folder.files.read().await.unwrap()).unwrap();
    let tasks = Tasks::on(Handle::current());
    tls.keep_up(folder.files.clone(), &tasks).unwrap();
    let becomes = async |name: &str| {
        while tls.about().unwrap().to_string() != name {
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    let patience = Duration::from_secs(600);
    folder.renew(&["second.example"]);
    tokio::time::timeout(patience, becomes("second.example")).await.unwrap();

    fs::write(&folder.files.key, "hush").unwrap();
    tokio::time::sleep(patience).await;
    assert_eq!(tls.about().unwrap().to_string(), "second.example");
    folder.renew(&["third.example"]);
    tokio::time::timeout(patience, becomes("third.example")).await.unwrap();
    assert!(tasks.shut_down(patience).await);
    drop(folder.folder);
}

//! A real nginx in front of the server, as `deploy/nginx.conf` has it: watching, playlists that wait,
//! chat and uploads.

use std::fs;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use hyper::Method;
use serde_json::json;
use tempfile::TempDir;

use crate::harness::{Database, Person, Server, Setup, Socket, Source, Viewer, until};

const PASSWORD: &str = "correct horse battery";
/// What is around a site's file.
const AROUND: &str = "daemon off;
master_process off;
pid FOLDER/pid;
error_log FOLDER/error.log error;
events { worker_connections 512; }
http {
    access_log off;
    client_body_temp_path FOLDER/body;
    proxy_temp_path FOLDER/proxy;
    fastcgi_temp_path FOLDER/fastcgi;
    uwsgi_temp_path FOLDER/uwsgi;
    scgi_temp_path FOLDER/scgi;
    include FOLDER/site.conf;
}
";

/// nginx, which ends with the story.
struct Nginx {
    child: Child,
    address: SocketAddr,
    folder: TempDir,
}

impl Nginx {
    async fn before(server: SocketAddr) -> Self {
        let folder = tempfile::tempdir().unwrap();
        // Free a moment ago.
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let site = include_str!("../../../../deploy/nginx.conf")
            .replace("127.0.0.1:8080", &server.to_string())
            .replace("listen 80;", &format!("listen {address};"));
        fs::write(folder.path().join("site.conf"), site).unwrap();
        let main = AROUND.replace("FOLDER", folder.path().to_str().unwrap());
        fs::write(folder.path().join("nginx.conf"), main).unwrap();
        let path = format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default());
        let child = Command::new("nginx")
            .env("PATH", path)
            .arg("-p")
            .arg(folder.path())
            .arg("-c")
            .arg(folder.path().join("nginx.conf"))
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("nginx is not installed: run the tests with `make test`");
        let mut nginx = Self { child, address, folder };
        until("nginx listens", async || {
            let ended = nginx.child.try_wait().unwrap();
            assert!(ended.is_none(), "nginx ended: {}", nginx.complaints());
            TcpStream::connect(nginx.address).ok()
        })
        .await;
        nginx
    }

    fn complaints(&self) -> String {
        fs::read_to_string(self.folder.path().join("error.log")).unwrap_or_default()
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn watching_chat_and_uploads_work_through_nginx() {
    let setup = Setup::with(&["--admin-password", PASSWORD, "--trusted-proxies", "127.0.0.1"]);
    let mut server = Server::start_with(Setup { database: Database::Sqlite, ..setup }).await;
    let nginx = Nginx::before(server.http).await;
    let direct = std::mem::replace(&mut server.http, nginx.address);

    // A viewer who asks for each part before it is there, and is answered when it is.
    let encoder = server.encode(Source::testcard()).await;
    server.becomes("live").await;
    let viewer = Viewer::watch_rendition(&server, 0);
    viewer.sees_more(6).await;
    drop(viewer.leaves_content().await);

    // Both kinds of sockets.
    let registered = server.client().post("/api/chat/register", "{}").await.json();
    let token = registered["accessToken"].as_str().unwrap();
    let mut theirs =
        Socket::connect(&server, &format!("/ws?accessToken={token}"), &[]).await.unwrap();
    let mut ours = Socket::open(&server, "?chat=1").await;
    theirs.say(&json!({ "type": "CHAT", "body": "through the proxy" })).await;
    ours.hear_of(|it| it["type"] == "chat" && it.to_string().contains("through the proxy")).await;

    // A picture that is larger than nginx takes by itself.
    let mut admin = Person::signed_in(&server, "admin", PASSWORD).await;
    let picture = ["\u{89}PNG\r\n\u{1a}\n".as_bytes(), &vec![0; 3 * 1024 * 1024]].concat();
    let refused = admin.put_file("/api/v1/channels/primary/avatar.jpg", picture).await;
    let kind = refused.header("content-type");
    assert_eq!(kind, "application/problem+json", "it did not come through: {}", refused.text());
    assert_ne!(refused.status, 413);

    // Who comes through the proxy is known by the address that they have before it.
    let banned = json!({ "action": "ban", "network": "203.0.113.9" });
    let ban = admin.ask(Method::POST, "/api/v1/channels/primary/chat/actions", Some(banned)).await;
    assert_eq!(ban.status, 201, "{}", ban.text());
    for (address, status) in [("203.0.113.9", 403), ("203.0.113.10", 200)] {
        let from = [("x-forwarded-for", address)];
        let asked = server.client().send(Method::POST, "/api/chat/register", &from).await.unwrap();
        assert_eq!(asked.status, status, "{address}");
    }

    encoder.finish().await;
    server.becomes("offline").await;
    drop(ours);
    drop(theirs);
    server.http = direct;
    let complaints = nginx.complaints();
    assert!(complaints.is_empty(), "{complaints}");
}

//! Real proxies in front of the server, as `deploy` has them: watching, playlists that wait, chat and
//! uploads.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use hyper::Method;
use serde_json::json;
use tempfile::TempDir;

use crate::harness::{Database, Http, Person, Server, Setup, Socket, Source, Viewer, until};

const PASSWORD: &str = "correct horse battery";
/// What is around a site's file of nginx.
const NGINX: &str = "daemon off;
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
/// What is before a site's file of Caddy.
const CADDY: &str = "{
	admin off
	auto_https off
	storage file_system FOLDER
	log {
		output file FOLDER/error.log
		level ERROR
	}
}
";

/// A proxy, which ends with the story.
struct Proxy {
    child: Child,
    address: SocketAddr,
    folder: TempDir,
}

impl Proxy {
    async fn nginx(server: SocketAddr) -> Self {
        let (folder, address) = (tempfile::tempdir().unwrap(), free_address());
        let site = include_str!("../../../../deploy/nginx.conf")
            .replace("127.0.0.1:8080", &server.to_string())
            .replace("listen 80;", &format!("listen {address};"));
        fs::write(folder.path().join("site.conf"), site).unwrap();
        let file = folder.path().join("nginx.conf");
        fs::write(&file, NGINX.replace("FOLDER", folder.path().to_str().unwrap())).unwrap();
        let mut command = Command::new("nginx");
        command.arg("-p").arg(folder.path()).arg("-c").arg(file);
        Self::run(command, (folder, address)).await
    }

    async fn caddy(server: SocketAddr) -> Self {
        let (folder, address) = (tempfile::tempdir().unwrap(), free_address());
        let place = format!("http://:{} {{\n\tbind {}", address.port(), address.ip());
        let site = include_str!("../../../../deploy/Caddyfile")
            .replace("127.0.0.1:8080 {", &format!("{server} {{"))
            .replace("live.example.org {", &place);
        let before = CADDY.replace("FOLDER", folder.path().to_str().unwrap());
        let file = folder.path().join("Caddyfile");
        fs::write(&file, before + &site).unwrap();
        let mut command = Command::new("caddy");
        command.env("HOME", folder.path()).arg("run").arg("--adapter").arg("caddyfile");
        command.arg("--config").arg(file);
        Self::run(command, (folder, address)).await
    }

    async fn varnish(server: SocketAddr) -> Self {
        let (folder, address) = (tempfile::tempdir().unwrap(), free_address());
        let site = include_str!("../../../../deploy/varnish.vcl")
            .replace(".host = \"127.0.0.1\"", &format!(".host = \"{}\"", server.ip()))
            .replace(".port = \"8080\"", &format!(".port = \"{}\"", server.port()));
        let file = folder.path().join("rivulet.vcl");
        fs::write(&file, site).unwrap();
        let mut command = Command::new("varnishd");
        // As whoever runs the stories, with nobody to command it but its file.
        command.args(["-F", "-j", "none", "-T", "none", "-s", "malloc,64m"]);
        command.arg("-a").arg(address.to_string()).arg("-f").arg(file);
        command.arg("-n").arg(folder.path().join("work"));
        Self::run(command, (folder, address)).await
    }

    async fn run(mut command: Command, (folder, address): (TempDir, SocketAddr)) -> Self {
        let name = command.get_program().to_string_lossy().into_owned();
        let path = format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default());
        let said = fs::File::create(folder.path().join("said")).unwrap();
        let child = command
            .env("PATH", path)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(said)
            .spawn()
            .unwrap_or_else(|_| panic!("{name} is not installed: run the tests with `make test`"));
        let mut proxy = Self { child, address, folder };
        until(&format!("{name} listens"), async || {
            let ended = proxy.child.try_wait().unwrap();
            assert!(ended.is_none(), "{name} ended: {}{}", proxy.said(), proxy.complaints());
            TcpStream::connect(proxy.address).ok()
        })
        .await;
        proxy
    }

    /// What it said before it knew where to write that.
    fn said(&self) -> String {
        read(&self.folder.path().join("said"))
    }

    fn complaints(&self) -> String {
        read(&self.folder.path().join("error.log"))
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn read(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_default()
}

/// Free a moment ago.
fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

async fn behind_a_proxy() -> Server {
    let setup = Setup::with(&["--admin-password", PASSWORD, "--trusted-proxies", "127.0.0.1"]);
    Server::start_with(Setup { database: Database::Sqlite, ..setup }).await
}

#[tokio::test]
async fn watching_chat_and_uploads_work_through_nginx() {
    let mut server = behind_a_proxy().await;
    let nginx = Proxy::nginx(server.http).await;
    everything_works(&mut server, &nginx).await;
    let complaints = nginx.complaints();
    assert!(complaints.is_empty(), "{complaints}");
}

#[tokio::test]
async fn watching_chat_and_uploads_work_through_caddy() {
    let mut server = behind_a_proxy().await;
    let caddy = Proxy::caddy(server.http).await;
    everything_works(&mut server, &caddy).await;
}

#[tokio::test]
async fn watching_chat_and_uploads_work_through_varnish() {
    let mut server = behind_a_proxy().await;
    let varnish = Proxy::varnish(server.http).await;
    everything_works(&mut server, &varnish).await;
}

async fn everything_works(server: &mut Server, proxy: &Proxy) {
    let direct = std::mem::replace(&mut server.http, proxy.address);

    // A viewer who asks for each part before it is there, and is answered when it is.
    let encoder = server.encode(Source::testcard()).await;
    server.becomes("live").await;
    let viewer = Viewer::watch_rendition(server, 0);
    viewer.sees_more(6).await;
    drop(viewer.leaves_content().await);

    // Both kinds of sockets.
    let registered = server.client().post("/api/chat/register", "{}").await.json();
    let token = registered["accessToken"].as_str().unwrap();
    let mut theirs =
        Socket::connect(server, &format!("/ws?accessToken={token}"), &[]).await.unwrap();
    let mut ours = Socket::open(server, "?chat=1").await;
    theirs.say(&json!({ "type": "CHAT", "body": "through the proxy" })).await;
    ours.hear_of(|it| it["type"] == "chat" && it.to_string().contains("through the proxy")).await;
    uploads_and_addresses_arrive(server).await;

    encoder.finish().await;
    server.becomes("offline").await;
    drop(ours);
    drop(theirs);
    server.http = direct;
}

async fn uploads_and_addresses_arrive(server: &Server) {
    // A picture that is larger than nginx takes by itself.
    let mut admin = Person::signed_in(server, "admin", PASSWORD).await;
    let picture = ["\u{89}PNG\r\n\u{1a}\n".as_bytes(), &vec![0; 3 * 1024 * 1024]].concat();
    let refused = admin.put_file("/api/v1/channels/primary/avatar.jpg", picture).await;
    let kind = refused.header("content-type");
    assert_eq!(kind, "application/problem+json", "it did not come through: {}", refused.text());
    assert_ne!(refused.status, 413);

    // Who comes through the proxy is known by the address that they have before it.
    let banned = json!({ "action": "ban", "network": "127.1.2.3" });
    let ban = admin.ask(Method::POST, "/api/v1/channels/primary/chat/actions", Some(banned)).await;
    assert_eq!(ban.status, 201, "{}", ban.text());
    for (last, status) in [(3, 403), (4, 200)] {
        let from = Http::new(server.http).from(Ipv4Addr::new(127, 1, 2, last));
        let asked = from.post("/api/chat/register", "{}").await;
        assert_eq!(asked.status, status, "{last}: {}", asked.text());
    }
}

//! Debian's nginx with `libnginx-mod-rtmp`: HLS into a RAM disk, and plain files beside it.

use std::path::Path;

use anyhow::{Result, ensure};
use tokio::process::Command;
use tokio::time::Instant;

use super::{Kind, Peer, Setup, answers, free_port};
use crate::process::Server;
use crate::scratch::Scratch;

const MODULE: &str = "/usr/lib/nginx/modules/ngx_rtmp_module.so";

pub(super) fn stream_name(index: usize) -> String {
    format!("c{index:03}")
}

pub(super) async fn start(setup: Setup) -> Result<Peer> {
    ensure!(
        Path::new(MODULE).exists(),
        "install nginx and libnginx-mod-rtmp ({MODULE} is not there)"
    );
    let scratch = Scratch::new()?;
    let (http, rtmp) = (free_port()?, free_port()?);
    for folder in ["hls", "static", "temporary"] {
        std::fs::create_dir(scratch.path().join(folder))?;
    }
    let configuration = scratch.path().join("nginx.conf");
    let root = scratch.path().display();
    std::fs::write(
        &configuration,
        configuration_text(&root.to_string(), http.port(), rtmp.port(), setup.workers),
    )?;
    let log = scratch.path().join("log");
    let mut command = Command::new("nginx");
    command.arg("-p").arg(scratch.path()).arg("-c").arg(&configuration);
    let began = Instant::now();
    let mut server = Server::start(&mut command, &log)?;
    answers(&mut server, http, "/", &log).await?;
    let keys = (0..setup.channels).map(stream_name).collect();
    Ok(Peer { kind: Kind::Nginx, server, http, rtmp, keys, scratch, ready_after: began.elapsed() })
}

/// As its documentation advises for this load: no access log, kernel-side file sending.
fn configuration_text(root: &str, http: u16, rtmp: u16, workers: usize) -> String {
    format!(
        "load_module {MODULE};
user root;
daemon off;
pid {root}/nginx.pid;
error_log stderr error;
worker_processes {workers};
worker_rlimit_nofile 20000;
events {{ worker_connections 8192; }}
rtmp {{
    access_log off;
    server {{
        listen 127.0.0.1:{rtmp};
        chunk_size 4096;
        application live {{
            live on;
            hls on;
            hls_path {root}/hls;
            hls_fragment 2s;
            hls_playlist_length 24s;
        }}
    }}
}}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 100000000;
    client_body_temp_path {root}/temporary;
    proxy_temp_path {root}/temporary;
    fastcgi_temp_path {root}/temporary;
    uwsgi_temp_path {root}/temporary;
    scgi_temp_path {root}/temporary;
    types {{ application/vnd.apple.mpegurl m3u8; video/mp2t ts; video/mp4 m4s; }}
    server {{
        listen 127.0.0.1:{http};
        root {root};
        add_header Access-Control-Allow-Origin *;
        location ~ [.]m3u8$ {{ add_header Cache-Control no-cache; add_header Access-Control-Allow-Origin *; }}
    }}
}}
"
    )
}

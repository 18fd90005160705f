vcl 4.1;
# Varnish in front of Rivulet, behind whatever ends TLS: one request for each part goes to the server,
# however many viewers ask for it. The server's own cache headers say what may be kept. Start Rivulet with
#   --http 127.0.0.1:8080 --trusted-proxies 127.0.0.1 --public-url https://live.example.org

backend rivulet {
    .host = "127.0.0.1";
    .port = "8080";
    # Playlists are answered when they change.
    .first_byte_timeout = 120s;
    .between_bytes_timeout = 120s;
}

sub vcl_recv {
    if (req.http.Upgrade ~ "(?i)websocket") {
        return (pipe);
    }
    if (req.url !~ "^/hls/" || (req.method != "GET" && req.method != "HEAD")) {
        return (pass);
    }
    # Media is the same for everybody.
    unset req.http.Cookie;
    return (hash);
}

sub vcl_pipe {
    if (req.http.Upgrade) {
        set bereq.http.Upgrade = req.http.Upgrade;
        set bereq.http.Connection = req.http.Connection;
    }
}

sub vcl_backend_response {
    if (bereq.url ~ "^/hls/") {
        set beresp.do_stream = true;
        # What is over is fetched anew and not shown for ten seconds more, as Varnish does by itself: a
        # live playlist is old by then.
        set beresp.grace = 0s;
    }
}

//! Sockets that outlive servers, handed over as systemd does (`sd_listen_fds(3)`).

use std::net::{SocketAddr, TcpListener};
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};

/// A shell, which may do with its descriptors what a test may not: they come as its input and output,
/// and become the third and the fourth of what it turns into.
const HANDS_OVER: &str = "exec 3<&0 4<&1 </dev/null >/dev/null; \
                          export LISTEN_PID=$$ LISTEN_FDS=2; exec \"$@\"";

/// Where pages and encoders are awaited.
#[derive(Debug)]
pub(crate) struct Sockets {
    pages: TcpListener,
    encoders: TcpListener,
}

impl Sockets {
    pub(crate) fn open() -> Self {
        let open = || TcpListener::bind("127.0.0.1:0").unwrap();
        Self { pages: open(), encoders: open() }
    }

    pub(crate) fn http(&self) -> SocketAddr {
        self.pages.local_addr().unwrap()
    }

    pub(crate) fn rtmp(&self) -> SocketAddr {
        self.encoders.local_addr().unwrap()
    }

    /// The same command with these sockets.
    pub(crate) fn handed_to(&self, command: &Command) -> Command {
        let handed = |socket: &TcpListener| Stdio::from(OwnedFd::from(socket.try_clone().unwrap()));
        let mut shell = Command::new("/bin/sh");
        shell.arg("-c").arg(HANDS_OVER).arg("sh").arg(command.get_program());
        shell.args(command.get_args()).current_dir("/").env_clear();
        shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        shell.stdin(handed(&self.pages)).stdout(handed(&self.encoders));
        shell
    }
}

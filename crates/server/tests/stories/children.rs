//! What becomes of the server's children when nobody can clean up after it.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

#[test]
fn a_child_ends_with_the_parent_that_was_killed() {
    // A shell in the server's place: it starts the program as the server does, with a pipe more
    // than the usual three.
    let script = format!(
        "exec 5>&1; {} child --parent $$ --nice 7 -- sh -c 'echo $$; nice >&5; exec sleep 600' & wait",
        env!("CARGO_BIN_EXE_rivulet")
    );
    let mut parent =
        Command::new("sh").args(["-c", &script]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(parent.stdout.take().unwrap()).lines().map(Result::unwrap);
    let child = Pid::from_raw(lines.next().unwrap().parse().unwrap()).unwrap();
    assert_eq!(lines.next().as_deref(), Some("7"));
    test_kill_process(child).unwrap();

    kill_process(Pid::from_child(&parent), Signal::KILL).unwrap();
    parent.wait().unwrap();
    // The pipe closes when the last who could write to it has ended.
    assert_eq!(lines.next(), None);
}

#[test]
fn a_child_without_its_parent_does_not_begin() {
    let mut orphan = Command::new(env!("CARGO_BIN_EXE_rivulet"));
    let ended = orphan.args(["child", "--parent", "1", "--", "echo", "begun"]).output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    assert!(ended.stdout.is_empty());
    assert!(String::from_utf8(ended.stderr).unwrap().contains("server"));
}

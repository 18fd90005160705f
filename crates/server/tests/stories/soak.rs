//! Ten minutes with three rungs in which much goes wrong (`make soak`).

use std::time::{Duration, Instant};

use rivulet_media::hls::conformance::check_together;
use rustix::process::{Signal, kill_process};

use crate::faults::{rungs_are_live, wish};
use crate::harness::{Server, Source, Viewer, until};
use crate::renditions::all_are_aligned;

/// How long the broadcast is.
const LENGTH: Duration = Duration::from_secs(600);
/// Memory is compared with what it was after this.
const WARM: Duration = Duration::from_secs(120);
/// It may grow by so much: windows and the allocator's habits, not a leak.
const MAX_GROWTH_BYTES: u64 = 48 * 1024 * 1024;

/// Processes below the server, and how many of them are dead and not reaped, by `proc_pid_stat(5)`.
fn processes(server: &Server) -> (usize, usize) {
    let run = std::fs::read(server.data().join("run.json")).unwrap();
    let run: serde_json::Value = serde_json::from_slice(&run).unwrap();
    let parent = run["pid"].to_string();
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    let stats = all.filter_map(|entry| std::fs::read_to_string(entry.path().join("stat")).ok());
    let states: Vec<String> = stats
        .filter_map(|stat| {
            let (_, rest) = stat.rsplit_once(") ")?;
            let mut fields = rest.split(' ');
            let state = fields.next()?.to_owned();
            (fields.next()? == parent).then_some(state)
        })
        .collect();
    (states.len(), states.iter().filter(|state| *state == "Z").count())
}

/// A checker remembers two minutes: they are compared before that is forgotten.
fn are_aligned_so_far(viewers: &[Viewer]) {
    let seen: Vec<_> = viewers.iter().map(Viewer::seen).collect();
    let checkers: Vec<_> = seen.iter().map(|seen| seen.checker()).collect();
    let findings: Vec<_> = check_together(&checkers).iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{findings:#?}");
}

#[tokio::test]
#[ignore = "ten minutes"]
async fn rungs_survive_ten_minutes_of_trouble() {
    let server = Server::start().await;
    wish(&server, &[], &[360, 240, 180]);
    let mut encoder = server.encode(Source::testcard()).await;
    let viewers = [0, 1, 2, 3].map(|number| Viewer::watch_rendition(&server, number));
    for viewer in &viewers {
        viewer.expects_silence(true);
    }
    rungs_are_live(&server, 3).await;
    let began = Instant::now();
    let (mut warm, mut most, mut reconnects, mut kills) = (None, 0, 0, 0);
    while began.elapsed() < LENGTH {
        for viewer in &viewers {
            viewer.sees_more(15).await;
        }
        match (reconnects + kills) % 3 {
            0 => {
                encoder.drop_out().await;
                server.becomes("interrupted").await;
                encoder = server.encode(Source::testcard()).await;
                reconnects += 1;
            }
            round => {
                let signal = if round == 1 { Signal::KILL } else { Signal::STOP };
                let child = server.encoders()[0];
                kill_process(child, signal).unwrap();
                until("there is another child", async || {
                    let children = server.encoders();
                    (!children.is_empty() && !children.contains(&child)).then_some(())
                })
                .await;
                kills += 1;
            }
        }
        rungs_are_live(&server, 3).await;
        are_aligned_so_far(&viewers);
        let (children, dead) = processes(&server);
        assert!(children <= 3, "{children} processes");
        most = most.max(children);
        until("no child is a zombie", async || (processes(&server).1 == 0).then_some(())).await;
        if began.elapsed() > WARM {
            warm.get_or_insert_with(|| server.memory());
        }
        println!(
            "{:.0} s: {reconnects} reconnects, {kills} kills, {children} children, {dead} dead, {} MiB",
            began.elapsed().as_secs_f64(),
            server.memory() >> 20
        );
    }
    // A discontinuity counts once its first segment is complete.
    for viewer in &viewers {
        viewer.sees_more(6).await;
    }
    let (warm, now) = (warm.unwrap(), server.memory());
    assert!(now < warm + MAX_GROWTH_BYTES, "{now} bytes, and {warm} before");
    let starts = server.log().matches("ffmpeg child").count();
    let seen = all_are_aligned(viewers).await;
    for (number, seen) in seen.iter().enumerate() {
        println!("rendition {number}: {:?}, {} gaps", seen.watched, seen.gaps);
        assert_eq!(seen.discontinuities, reconnects);
    }
    println!("at most {most} children, {warm} to {now} bytes, {starts} lines about children");
}

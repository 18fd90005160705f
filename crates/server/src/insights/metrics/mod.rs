//! The series that Prometheus reads: ours, and those that Owncast has by Owncast's names.
//!
//! Names are those of the standard's habits: base units, which are bytes, seconds and ratios.

mod exposition;

use std::collections::BTreeMap;

use rivulet_media::time::WallClock;

pub(crate) use exposition::Form;

use super::audience::{Audience, Spread};
use super::history::Point;
use super::look::{ChannelLook, Look, float};
use exposition::Kind::{Counter, Gauge, Info};
use exposition::{Family, Label};

/// What is known beside the look.
pub(super) struct Context<'a> {
    pub(super) began_at: WallClock,
    /// The version that Owncast's clients are told.
    pub(super) owncast_version: &'a str,
    /// What the asker calls this host.
    pub(super) host: &'a str,
    /// How many alerts of each kind stand.
    pub(super) alerts: &'a BTreeMap<&'static str, u64>,
}

/// All series.
pub(super) fn render(look: &Look, context: &Context<'_>, form: Form) -> String {
    let mut families = vec![
        Family::new("rivulet_build", Info, "Which version runs.")
            .with(vec![label("version", env!("CARGO_PKG_VERSION"))], 1.0),
    ];
    families.extend(of_host(look));
    families.extend(of_channels(look));
    families.extend(of_encoders(look));
    families.extend(of_players(look));
    families.extend(of_spreads(look));
    families.extend(of_work(look, context));
    families.extend(of_process(look, context));
    families.extend(of_owncast(look, context));
    exposition::render(&families, form)
}

fn label(name: &'static str, value: impl Into<String>) -> Label {
    (name, value.into())
}

fn one(name: &'static str, help: &'static str, value: f64) -> Family {
    Family::new(name, Gauge, help).with(Vec::new(), value)
}

fn ratio(percent: f64) -> f64 {
    percent / 100.0
}

fn of_host(look: &Look) -> Vec<Family> {
    let load = &look.load;
    let counted = |name, help, value| Family::new(name, Counter, help).with(vec![], float(value));
    vec![
        one("rivulet_host_cpu_ratio", "How busy the processor is, from 0 to 1.", ratio(load.cpu)),
        one("rivulet_host_memory_bytes", "The machine's memory.", float(load.memory.all)),
        one("rivulet_host_memory_used_bytes", "What of it is taken.", float(load.memory.used)),
        one("rivulet_host_disk_bytes", "The data folder's disk.", float(load.disk.all)),
        one("rivulet_host_disk_used_bytes", "What of it is taken.", float(load.disk.used)),
        Family::new("rivulet_host_gpu_ratio", Gauge, "How busy the graphics processor is.")
            .with_all(load.gpu.map(|busy| (Vec::new(), ratio(busy)))),
        counted(
            "rivulet_host_network_received_bytes",
            "What all networks brought.",
            load.network.inward,
        ),
        counted(
            "rivulet_host_network_sent_bytes",
            "What was sent to all networks.",
            load.network.outward,
        ),
        counted("rivulet_host_disk_read_bytes", "What was read from disks.", load.disks.inward),
        counted(
            "rivulet_host_disk_written_bytes",
            "What was written to disks.",
            load.disks.outward,
        ),
    ]
}

/// One series for each channel that says something.
fn each(
    look: &Look,
    (name, help): (&'static str, &'static str),
    of: impl Fn(&ChannelLook) -> Option<f64>,
) -> Family {
    let all = look.channels.iter().filter_map(|it| Some((vec![channel(it)], of(it)?)));
    Family::new(name, Gauge, help).with_all(all)
}

fn channel(it: &ChannelLook) -> Label {
    label("channel", it.channel.slug.to_string())
}

fn of_channels(look: &Look) -> Vec<Family> {
    let on_air = |it: &ChannelLook| Some(f64::from(u8::from(it.glimpse.on.is_some())));
    vec![
        each(look, ("rivulet_on_air", "Whether a broadcast is on: 1 or 0."), on_air),
        each(look, ("rivulet_viewers", "Who watches."), |it| Some(float(it.viewers))),
        split(look, ("rivulet_viewers_by_country", "Who watches, by country."), "country", |it| {
            it.crowd.countries.iter().map(|(name, n)| (name.clone(), *n)).collect()
        }),
        split(look, ("rivulet_viewers_by_player", "Who watches, by player."), "player", |it| {
            it.crowd.players.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect()
        }),
        split(look, ("rivulet_viewers_by_device", "Who watches, by device."), "device", |it| {
            it.crowd.devices.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect()
        }),
        each(look, ("rivulet_chat_connections", "Connections to chat."), |it| Some(float(it.chat))),
    ]
}

fn of_encoders(look: &Look) -> Vec<Family> {
    let point = |of: fn(&Point) -> f64| move |it: &ChannelLook| it.glimpse.point.as_ref().map(of);
    vec![
        each(
            look,
            ("rivulet_ingest_video_bytes_per_second", "Pictures from the encoder."),
            point(|it| float(it.video_bps) / 8.0),
        ),
        each(
            look,
            ("rivulet_ingest_audio_bytes_per_second", "Sound from the encoder."),
            point(|it| float(it.audio_bps) / 8.0),
        ),
        each(
            look,
            ("rivulet_ingest_frame_rate", "Pictures in a second."),
            point(|it| it.frame_rate),
        ),
        each(
            look,
            ("rivulet_ingest_lag_seconds", "How late the encoder's newest frame came."),
            point(|it| float(it.lag_ms) / 1000.0),
        ),
        each(
            look,
            ("rivulet_transcoder_lag_seconds", "How far encoded renditions are behind."),
            |it| it.glimpse.transcoder_lag.map(|lag| lag.as_secs_f64()),
        ),
    ]
}

fn split(
    look: &Look,
    (name, help): (&'static str, &'static str),
    by: &'static str,
    of: impl Fn(&ChannelLook) -> Vec<(String, u32)>,
) -> Family {
    let all = look.channels.iter().flat_map(|it| {
        let parts = of(it).into_iter();
        parts
            .map(|(part, n)| (vec![channel(it), label(by, part)], f64::from(n)))
            .collect::<Vec<_>>()
    });
    Family::new(name, Gauge, help).with_all(all)
}

fn of_players(look: &Look) -> Vec<Family> {
    let count = |name, help, of: fn(&Audience) -> u32| {
        each(look, (name, help), move |it| Some(f64::from(of(&it.glimpse.audience))))
    };
    let share = |name, help, of: fn(&Audience) -> f64| {
        let told =
            move |it: &ChannelLook| Some(&it.glimpse.audience).filter(|it| it.players > 0).map(of);
        each(look, (name, help), told)
    };
    vec![
        count("rivulet_playback_players", "Players that report.", |it| it.players),
        count("rivulet_playback_stalled_players", "Players that stood still lately.", |it| {
            it.stalled
        }),
        count("rivulet_playback_failed_players", "Players with errors lately.", |it| it.failed),
        count("rivulet_playback_switches", "Changes of rendition in the last minute.", |it| {
            it.switches
        }),
        share("rivulet_playback_stalled_ratio", "The time in which pictures stood still.", |it| {
            it.stalled_share
        }),
        share("rivulet_playback_dropped_frames_ratio", "Pictures that were not shown.", |it| {
            it.dropped_share
        }),
        split(
            look,
            ("rivulet_playback_rendition_players", "Players that report, by rendition."),
            "rendition",
            |it| {
                let all = it.glimpse.audience.renditions.iter();
                all.map(|it| (it.rendition.to_string(), it.players)).collect()
            },
        ),
    ]
}

/// How what players report is distributed, in these units.
fn of_spreads(look: &Look) -> Vec<Family> {
    let spread = |name, help, of: fn(&Audience) -> Spread, unit: f64| {
        let all = look.channels.iter().flat_map(|it| {
            let spread = of(&it.glimpse.audience);
            let parts = [("5", spread.p5), ("50", spread.median), ("95", spread.p95)];
            parts.into_iter().filter_map(move |(percentile, value)| {
                let labels = vec![channel(it), label("percentile", percentile)];
                Some((labels, float(value?) / unit))
            })
        });
        Family::new(name, Gauge, help).with_all(all)
    };
    vec![
        spread(
            "rivulet_playback_latency_seconds",
            "How far players are behind what is live.",
            |it| it.latency,
            1000.0,
        ),
        spread(
            "rivulet_playback_bandwidth_bytes_per_second",
            "What the players' networks carry.",
            |it| it.bandwidth,
            8.0,
        ),
        spread(
            "rivulet_playback_buffer_seconds",
            "What players have in their buffers.",
            |it| it.buffer,
            1000.0,
        ),
    ]
}

fn of_work(look: &Look, context: &Context<'_>) -> Vec<Family> {
    let jobs = look.jobs.iter().flat_map(|it| {
        let states = [("waiting", it.waiting), ("running", it.running), ("parked", it.parked)];
        states.map(|(state, jobs)| {
            (vec![label("kind", it.kind.clone()), label("state", state)], float(jobs))
        })
    });
    let alerts = context.alerts.iter();
    let alerts = alerts.map(|(kind, standing)| (vec![label("kind", *kind)], float(*standing)));
    vec![
        Family::new("rivulet_jobs", Gauge, "What is to be done later.").with_all(jobs),
        Family::new("rivulet_alerts", Gauge, "Alerts that stand.").with_all(alerts),
        Family::new("rivulet_chat_messages", Counter, "What was said since the start.")
            .with(Vec::new(), float(look.talk.said)),
    ]
}

/// By the names that programs in all languages use.
fn of_process(look: &Look, context: &Context<'_>) -> Vec<Family> {
    let own = &look.load.own;
    let began = context.began_at.as_unix_millis() as f64 / 1000.0;
    vec![
        Family::new("process_cpu_seconds", Counter, "Seconds of a processor.")
            .with(Vec::new(), own.cpu_seconds),
        one("process_resident_memory_bytes", "Memory of this program.", float(own.memory)),
        one("process_open_fds", "Files, sockets and pipes.", float(own.open_files)),
        one("process_start_time_seconds", "When it was started.", began),
    ]
}

/// The figures of the primary channel by Owncast's names.
fn of_owncast(look: &Look, context: &Context<'_>) -> Vec<Family> {
    let primary = look.channels.iter().find(|it| it.channel.is_primary);
    let of = |value: fn(&ChannelLook) -> u64| primary.map_or(0.0, |it| float(value(it)));
    let labels = || vec![label("version", context.owncast_version), label("host", context.host)];
    let gauge = |name, help, value| Family::new(name, Gauge, help).with(labels(), value);
    vec![
        gauge("owncast_instance_active_viewer_count", "Who watches now.", of(|it| it.viewers)),
        gauge("owncast_instance_active_chat_client_count", "Who is in chat now.", of(|it| it.chat)),
        gauge(
            "owncast_instance_total_chat_users",
            "Who was in chat ever.",
            float(look.talk.people),
        ),
        gauge(
            "owncast_instance_current_chat_message_count",
            "What happened in chat ever.",
            float(look.talk.events),
        ),
        gauge(
            "owncast_instance_playback_error_count",
            "Players with errors.",
            of(|it| it.glimpse.audience.failed.into()),
        ),
        gauge("owncast_instance_cpu_usage", "Hundredths of the processor.", look.load.cpu),
        gauge("total_chat_message_count", "What was said since the start.", float(look.talk.said)),
    ]
}

//! Reports of both versions, and what is wrong with others.

use super::*;

struct Case {
    name: &'static str,
    text: &'static str,
    report: Report,
}

#[test]
fn reports_of_both_versions_are_read() {
    let id = |text: &str| Some(text.to_owned());
    for Case { name, text, report } in [
        Case { name: "nothing", text: "", report: Report::default() },
        Case {
            name: "version 1",
            text: r#"bl=2100,br=3200,bs,d=1001,mtp=25400,ot=av,sf=h,sid="6e2fb550",st=l"#,
            report: Report {
                session: id("6e2fb550"),
                buffer_ms: Some(2100),
                throughput_bps: Some(25_400_000),
                starved: true,
                ..Report::default()
            },
        },
        Case {
            name: "version 2",
            text: r#"bl=(900;a 1100;v),ltc=1312,mtp=(8000),sid="x",cid="a\"b",sta=r,bsa=(2;v 1),v=2"#,
            report: Report {
                session: id("x"),
                content: id("a\"b"),
                state: Some(State::Rebuffering),
                buffer_ms: Some(1100),
                throughput_bps: Some(8_000_000),
                latency_ms: Some(1312),
                starvations: Some(3),
                ..Report::default()
            },
        },
        Case {
            name: "an event",
            text: r#"e=bc, ts=1795303588120, bsd=(300 450), ec=("E1" "E2"), dfa=7, bg=?1, bs=?0"#,
            report: Report {
                starved_ms: 750,
                dropped_frames: Some(7),
                errors: 2,
                switches: true,
                background: true,
                ..Report::default()
            },
        },
        Case {
            name: "keys and parameters of others",
            text: r#"com.example-x="y",nor=("../300kbps/t.m4v";r="0-100"),rtp=12000,sta=zz"#,
            report: Report::default(),
        },
        Case {
            name: "values that cannot be used",
            text: r#"ltc=-5,bl=word,mtp=(),sid=5,sta="p",dfa=99999999999"#,
            report: Report {
                state: Some(State::Playing),
                dropped_frames: Some(u32::MAX),
                ..Report::default()
            },
        },
    ] {
        assert_eq!(Report::parse(text), Ok(report), "{name}");
    }
}

#[test]
fn what_is_malformed_is_said_with_its_place() {
    for (text, says) in [
        ("bl=", "a value is missing, at byte 3"),
        ("=5", "a key is missing, at byte 0"),
        ("bl=5 br=6", "a comma must stand between two keys, at byte 5"),
        ("bl=5,", "a key is missing, at byte 5"),
        (r#"sid="abc"#, "a text has no end, at byte 4"),
        ("bl=1.2.3", "a number is not one, at byte 3"),
        ("bl=(1 2", "a value is missing, at byte 7"),
        ("bs=?2", "after `?` there is 0 or 1, at byte 4"),
        ("{\"sid\":\"x\"}", "a key is missing, at byte 0"),
    ] {
        assert_eq!(Report::parse(text).unwrap_err().to_string(), says, "{text}");
    }
    let long = format!("sid=\"{}\"", "x".repeat(MAX_REPORT_BYTES));
    assert!(Report::parse(&long).unwrap_err().to_string().contains("too long"));
    let keys = ["a"; 97].join(",");
    assert!(Report::parse(&keys).unwrap_err().to_string().contains("too many keys"));
    let list = format!("bl=({})", ["1"; 65].join(" "));
    assert!(Report::parse(&list).unwrap_err().to_string().contains("a list is too long"));
}

#[test]
fn queries_hold_reports_among_other_things() {
    assert_eq!(Report::in_query("_HLS_msn=5&XCMCD=a"), None);
    let query = "_HLS_msn=5&CMCD=bl%3D2100%2Csid%3D%22a%20b%22&x=y";
    let report = Report::in_query(query).unwrap().unwrap();
    assert_eq!((report.buffer_ms, report.session.as_deref()), (Some(2100), Some("a b")));
    for wrong in ["CMCD=%", "CMCD=%4", "CMCD=%zz", "CMCD=%ff"] {
        let refused = Report::in_query(wrong).unwrap().unwrap_err();
        assert!(refused.to_string().contains("hexadecimal"), "{wrong}: {refused}");
    }
    let long = format!("CMCD={}", "x".repeat(MAX_REPORT_BYTES + 1));
    assert!(Report::in_query(&long).unwrap().is_err());
}

#[test]
fn header_fields_have_a_part_each() {
    let mut report = Report::default();
    for part in ["bl=21300", "bs", r#"sid="6e2fb550""#] {
        report.add(part).unwrap();
    }
    assert_eq!((report.buffer_ms, report.starved), (Some(21_300), true));
    assert_eq!(report.session.as_deref(), Some("6e2fb550"));
}

#[test]
fn ids_have_the_length_that_the_standard_gives_them() {
    for (length, is_taken) in
        [(0, false), (1, true), (MAX_ID_BYTES, true), (MAX_ID_BYTES + 1, false)]
    {
        let report = Report::parse(&format!("sid=\"{}\"", "x".repeat(length))).unwrap();
        assert_eq!(report.session.is_some(), is_taken, "{length}");
    }
}

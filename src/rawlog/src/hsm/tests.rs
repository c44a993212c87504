//! The HSM's log in each layout that AWS documents, CloudTrail's records, and what hostile ones come to.

use proptest::prelude::*;
use record::access::{GapWhat, Mfa};

use super::*;

fn read(files: &[(&str, &str)]) -> Result<Joined, Unreadable> {
    let mut hsm = Hsm::new(None);
    for (name, text) in files {
        hsm.file(name);
        for (_, piece) in pieces(text.as_bytes()) {
            hsm.line(&piece?)?;
        }
        hsm.end()?;
    }
    Ok(hsm.joined())
}

fn told(files: &[(&str, &str)]) -> Vec<String> {
    let joined = read(files).expect("it is read");
    let access = |one: &HsmAccess| {
        let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
        let sequence = one.sequence.map_or("-".into(), |number| number.to_string());
        let done = if one.done { "done" } else { "refused" };
        format!(
            "{} {} {sequence} {} {done} {} {} {:?}",
            &one.time.to_string()[11..19],
            one.hsm,
            one.operation,
            or(&one.user),
            or(&one.role),
            one.mfa
        )
    };
    joined.accesses.iter().map(access).collect()
}

/// 2017-12-19T21:01:17Z and later.
fn entry(second: u64, sequence: u64, opcode: &str, more: &str) -> String {
    let usecs = (1_513_717_277 + second) * 1_000_000 + 140_812;
    format!(
        "Time: 12/19/17 21:01:{:02}.140812, usecs:{usecs}\nSequence No : {sequence:#x}\nReboot counter : 0xe8\n\
         Command Type(hex) : CN_MGMT_CMD (0x0)\nOpcode : {opcode}\nSession Handle : 0x1004001\n\
         Response : 0:HSM Return: SUCCESS\n{more}",
        17 + second
    )
}

const USER: &str = "Log type : MGMT_USER_DETAILS_LOG (2)\nUser Name : member_1\nUser Type : CN_CRYPTO_USER (1)\n";
const PLAIN: &str = "Log type : MINIMAL_LOG_ENTRY (0)\n";

fn log() -> String {
    [
        entry(0, 1, "CN_GEN_PSWD_ENC_KEY (0x1d)", PLAIN),
        entry(1, 2, "CN_LOGIN (0xd)", USER),
        entry(2, 3, "CN_NOVEL (0x7f)", PLAIN),
        entry(3, 4, "CN_LOGIN (0xd)", USER).replace("0:HSM Return: SUCCESS", "0x80:HSM Error: RET_USER_LOGIN_FAILURE"),
    ]
    .join("\n")
}

const EXPECTED: [&str; 4] = [
    "21:01:17 hsm-1 1 CN_GEN_PSWD_ENC_KEY done - - Unknown",
    "21:01:18 hsm-1 2 CN_LOGIN done member_1 - Unknown",
    "21:01:19 hsm-1 3 0x7f done - - Unknown",
    "21:01:20 hsm-1 4 CN_LOGIN refused member_1 - Unknown",
];

#[test]
fn an_entry_over_several_lines_is_read_and_an_unknown_opcode_keeps_its_number() {
    assert_eq!(told(&[("hsm-1", &log())]), EXPECTED);
}

#[test]
fn the_same_in_one_line_and_with_the_exports_time_before_it() {
    let entries = log();
    let entries: Vec<String> = entries.split("\n\n").flat_map(split).collect();
    let lines: String = entries.iter().map(|entry| entry.clone() + "\n").collect();
    assert_eq!(told(&[("hsm-1", &lines)]), EXPECTED);
    let stamped: String = entries
        .iter()
        .map(|entry| format!("2017-12-19T21:01:17.140Z {entry}\n"))
        .collect();
    assert_eq!(told(&[("hsm-1", &stamped)]), EXPECTED);
}

fn split(text: &str) -> Vec<String> {
    text.split("Time: ")
        .filter(|part| !part.trim().is_empty())
        .map(|part| format!("Time: {}", part.trim().replace('\n', " ")))
        .collect()
}

#[test]
fn the_answers_of_both_commands_of_cloudwatch_are_read() {
    let entries = split(&log());
    let event = |text: &String| serde_json::json!({ "logStreamName": "hsm-1", "timestamp": 1, "message": text, "ingestionTime": 2, "eventId": "3" });
    let events: Vec<_> = entries.iter().map(event).collect();
    let filtered = serde_json::json!({ "events": events, "searchedLogStreams": [] });
    assert_eq!(
        told(&[("x", &serde_json::to_string_pretty(&filtered).expect("JSON"))]),
        EXPECTED
    );
    let event = |text: &String| serde_json::json!({ "timestamp": 1, "message": text, "ingestionTime": 2 });
    let events: Vec<_> = entries.iter().map(event).collect();
    let got = serde_json::json!({ "events": events, "nextForwardToken": "f/1" });
    assert_eq!(told(&[("hsm-1", &got.to_string())]), EXPECTED);
}

fn call(time: &str, name: &str, mfa: &str) -> serde_json::Value {
    serde_json::json!({
        "eventVersion": "1.05",
        "userIdentity": {
            "type": "AssumedRole",
            "arn": "arn:aws:sts::111122223333:assumed-role/infra/member-1",
            "sessionContext": {
                "sessionIssuer": { "type": "Role", "userName": "infra" },
                "attributes": { "mfaAuthenticated": mfa, "creationDate": time }
            }
        },
        "eventTime": time, "eventSource": "cloudhsm.amazonaws.com", "eventName": name,
        "sourceIPAddress": "192.0.2.7", "requestParameters": { "clusterId": "cluster-1" }, "responseElements": null
    })
}

#[test]
fn a_role_is_that_of_the_last_call_before_and_none_where_none_fits() {
    let other = serde_json::json!({ "eventSource": "s3.amazonaws.com", "eventName": "GetObject" });
    let records = serde_json::json!({ "Records": [
        call("2017-12-19T21:01:17Z", "DescribeClusters", "true"), other,
        call("2017-12-19T21:01:19Z", "CreateHsm", "false"),
    ] });
    let mut expected = vec![
        "21:01:17 cluster-1 - cloudhsm:DescribeClusters done - infra Yes".to_owned(),
        "21:01:17 hsm-1 1 CN_GEN_PSWD_ENC_KEY done - infra Yes".to_owned(),
        "21:01:18 hsm-1 2 CN_LOGIN done member_1 infra Yes".to_owned(),
        "21:01:19 cluster-1 - cloudhsm:CreateHsm done - infra No".to_owned(),
        "21:01:19 hsm-1 3 0x7f done - infra No".to_owned(),
        "21:01:20 hsm-1 4 CN_LOGIN refused member_1 infra No".to_owned(),
    ];
    assert_eq!(told(&[("hsm-1", &log()), ("trail", &records.to_string())]), expected);
    let early = serde_json::json!({ "Records": [call("2017-12-19T20:46:16Z", "DescribeClusters", "true")] });
    expected = told(&[("hsm-1", &log()), ("trail", &early.to_string())]);
    assert!(expected[1].ends_with("- - Unknown"), "{expected:?}");
    let nested = serde_json::json!({ "Events": [{ "CloudTrailEvent": call("2017-12-19T21:01:17Z", "DeleteHsm", "true").to_string() }] });
    assert_eq!(
        told(&[("trail", &nested.to_string())]),
        ["21:01:17 cluster-1 - cloudhsm:DeleteHsm done - infra Yes"]
    );
}

#[test]
fn numbers_that_are_missing_are_a_gap_of_their_hsm_alone() {
    let one = entry(0, 0, "CN_LOGIN (0xd)", USER) + &entry(3, 5, "CN_LOGOUT (0xe)", USER);
    let other = entry(1, 7, "CN_LOGIN (0xd)", USER) + &entry(2, 8, "CN_LOGOUT (0xe)", USER);
    let joined = read(&[("hsm-1", &one), ("hsm-2", &other), ("hsm-1", &one)]).expect("read");
    assert_eq!(joined.accesses.len(), 4, "what is given twice counts once");
    let [gap] = &joined.gaps[..] else {
        panic!("{:?}", joined.gaps);
    };
    assert_eq!(
        (gap.what, gap.first, gap.count, gap.hsm.as_deref()),
        (GapWhat::Sequence, Some(1), 4, Some("hsm-1"))
    );
}

#[test]
fn refuses_what_looks_like_an_entry_and_cannot_be_read() {
    let good = entry(0, 0, "CN_LOGIN (0xd)", USER);
    for (changed, said) in [
        (good.replace("usecs:", "secs:"), "no time"),
        (good.replace("Sequence No", "Sequence"), "no sequence number"),
        (good.replace("Opcode :", "Op :"), "no opcode"),
        (
            good.replace("CN_LOGIN (0xd)", "CN_NOVEL"),
            "neither a known name nor a number",
        ),
        (good.replace("Response :", "Answer :"), "no response"),
        (good.replace("member_1", "\u{1b}[2J"), "no name of one"),
        ("hello".to_owned(), "no entry of an HSM's log"),
        ("{\"a\":1}".to_owned(), "no event of CloudWatch's"),
    ] {
        let Unreadable(found) = read(&[("hsm-1", &changed)])
            .err()
            .unwrap_or_else(|| panic!("{changed} is taken"));
        assert!(found.contains(said), "{found}");
    }
}

#[test]
fn without_a_role_nothing_is_known_of_a_second_factor() {
    let mut record = call("2017-12-19T21:01:17Z", "CreateHsm", "true");
    record["userIdentity"] =
        serde_json::json!({ "type": "AWSService", "sessionContext": { "attributes": { "mfaAuthenticated": "true" } } });
    let joined = read(&[("t", &record.to_string())]).expect("read");
    assert_eq!(
        (joined.accesses[0].role.as_deref(), joined.accesses[0].mfa),
        (None, Mfa::Unknown)
    );
}

#[test]
fn the_user_to_whom_something_was_done_did_not_do_it() {
    let of = |more: &str| entry(0, 1, "CN_DELETE_USER (0xa1)", more);
    let target = "Target User Name\t: member_2\nTarget User Type\t: CN_CRYPTO_USER (1)\n";
    let by = |user: &str| format!("21:01:17 hsm-1 1 CN_DELETE_USER done {user} - Unknown");
    assert_eq!(told(&[("hsm-1", &of(&format!("{USER}{target}")))]), [by("member_1")]);
    assert_eq!(told(&[("hsm-1", &of(target))]), [by("-")]);
    let one_line = of(&format!("{USER}{target}")).replace('\n', " ");
    assert_eq!(told(&[("hsm-1", &one_line)]), [by("member_1")]);
}

proptest! {
    #[test]
    fn no_log_brings_the_reader_down(text in "\\PC{0,300}") {
        let _ = read(&[("hsm-1", &text)]);
        let _ = read(&[("hsm-1", &format!("Time: {text}"))]);
    }

    #[test]
    fn no_change_of_a_good_log_does(at in 0usize..400, octet in any::<u8>()) {
        let mut bytes = log().into_bytes();
        let at = at % bytes.len();
        bytes[at] = octet;
        let _ = read(&[("hsm-1", &String::from_utf8_lossy(&bytes))]);
    }
}

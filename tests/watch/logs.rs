//! Logs in each of their forms, from files and from standard input.

use super::place::{Place, login, wait_until};
use super::sink::Sink;

/// An entry of the HSM's log.
fn entry(sequence: u64, opcode: &str) -> String {
    format!(
        "Time: 11/24/26 10:00:00.000000, usecs:{}000000\nSequence No : {sequence:#x}\nReboot counter : 0xe8\n\
         Command Type(hex) : CN_MGMT_CMD (0x0)\nOpcode : {opcode}\nSession Handle : 0x1004001\n\
         Response : 0:HSM Return: SUCCESS\nLog type : MGMT_USER_DETAILS_LOG (2)\nUser Name : root_owner\n\
         User Type : CN_CRYPTO_USER (1)\n\n",
        1_795_514_400 + sequence
    )
}

fn export(number: u64, ident: &str, message: &str) -> String {
    format!(
        "__CURSOR=s={number}\n__REALTIME_TIMESTAMP={}000000\n_BOOT_ID=b1\nSYSLOG_IDENTIFIER={ident}\n_PID=7\n\
         MESSAGE={message}\n\n",
        1_795_514_400 + number
    )
}

/// CloudTrail's record of a call, as its files have it over several lines.
fn trail(name: &str) -> String {
    let record = serde_json::json!({ "Records": [{
        "eventVersion": "1.08",
        "userIdentity": {
            "type": "AssumedRole",
            "arn": "arn:aws:sts::111122223333:assumed-role/infra/member-1",
            "sessionContext": {
                "sessionIssuer": { "type": "Role", "userName": "infra" },
                "attributes": { "mfaAuthenticated": "false", "creationDate": "2026-11-24T09:55:00Z" }
            }
        },
        "eventTime": "2026-11-24T09:58:00Z",
        "eventSource": "cloudhsm.amazonaws.com",
        "eventName": name,
        "requestParameters": { "clusterId": "cluster-1" }
    }]});
    serde_json::to_string_pretty(&record).expect("JSON") + "\n"
}

#[test]
fn an_export_of_the_journal_tells_of_logins_and_power_and_goes_on_in_the_middle() {
    let test = "an_export_of_the_journal_tells_of_logins_and_power_and_goes_on_in_the_middle";
    let place = Place::new("export");
    let Some(sink) = Sink::starting(test, &place.scratch, &[]) else {
        return;
    };
    place.settings(sink.port, 1, "");
    let log = place.name("journal.export");
    place.append(
        "journal.export",
        &export(0, "kernel", "Linux version 6.12.1 (nixbld@localhost)"),
    );
    let accepted = "Accepted publickey for member-1 from 192.0.2.7 port 50022 ssh2: ED25519-SK SHA256:abc";
    place.append("journal.export", &export(60, "sshd", accepted));
    place.once(&["--console", &log]).expect(0);
    // Of the same login: what was remembered says so. Then it goes off.
    place.append(
        "journal.export",
        &export(
            61,
            "sshd",
            "pam_unix(sshd:session): session opened for user member-1(uid=1001) by (uid=0)",
        ),
    );
    place.once(&["--console", &log]).expect(0);
    place.append(
        "journal.export",
        &export(900, "systemd-logind", "System is powering down."),
    );
    place.once(&["--console", &log]).expect(0);
    let subjects: Vec<_> = sink.taken().iter().map(|taken| taken.header("Subject")).collect();
    assert_eq!(
        subjects,
        [
            "[pki REHEARSAL] LOGIN at the console: member-1 (and 1 more)",
            "[pki REHEARSAL] POWER OFF: the console stopped",
        ]
    );
    assert!(sink.taken()[0].text().contains("POWER ON: the console started"));
}

#[test]
fn the_hsms_log_tells_of_key_changes_with_role_and_second_factor() {
    let test = "the_hsms_log_tells_of_key_changes_with_role_and_second_factor";
    let place = Place::new("hsm");
    let Some(sink) = Sink::starting(test, &place.scratch, &[]) else {
        return;
    };
    place.settings(sink.port, 1, "");
    let (calls, log) = (place.name("trail.json"), place.name("hsm-abc.log"));
    place.append("trail.json", &trail("DescribeClusters"));
    place.append(
        "hsm-abc.log",
        &(entry(1, "CN_LOGIN (0xd)") + &entry(2, "CN_GENERATE_KEY_PAIR (0x19)")),
    );
    let running = place.start(&["--hsm", &calls, "--hsm", &log]);
    wait_until("the first message", || sink.taken().len() == 1);
    let first = sink.taken().remove(0);
    assert_eq!(
        first.header("Subject"),
        "[pki REHEARSAL] KEY CHANGE in the HSM: CN_GENERATE_KEY_PAIR by root_owner (and 2 more)"
    );
    for line in [
        "HSM:           hsm-abc, number 2 of its log",
        "IAM role:      infra (the last call before it; no proof)",
        "second factor: NO",
        "cluster:       cluster-1, by CloudTrail",
    ] {
        assert!(first.text().contains(line), "{line}:\n{}", first.text());
    }
    // A number is missing, and the entry is cut in two by the moment at which it is read.
    let cut = entry(5, "CN_DESTROY_OBJECT (0x11)");
    let (head, tail) = cut.split_at(60);
    place.append("hsm-abc.log", head);
    std::thread::sleep(std::time::Duration::from_millis(600));
    place.append("hsm-abc.log", tail);
    wait_until("the second message", || sink.taken().len() == 2);
    drop(running);
    let second = sink.taken().remove(1);
    assert!(
        second
            .header("Subject")
            .contains("KEY CHANGE in the HSM: CN_DESTROY_OBJECT by")
    );
    assert!(
        second.text().contains("ENTRIES ARE MISSING in the log of hsm-abc"),
        "{}",
        second.text()
    );
}

#[test]
fn a_journal_comes_by_standard_input_and_its_end_ends_the_watch() {
    let test = "a_journal_comes_by_standard_input_and_its_end_ends_the_watch";
    let place = Place::new("piped");
    let Some(sink) = Sink::starting(test, &place.scratch, &[]) else {
        return;
    };
    place.settings(sink.port, 1, "");
    let line = serde_json::json!({
        "__REALTIME_TIMESTAMP": "1795514400000000", "_BOOT_ID": "b1", "SYSLOG_IDENTIFIER": "sshd", "_PID": "7",
        "MESSAGE": "Accepted publickey for member-1 from 192.0.2.7 port 50022 ssh2"
    });
    place.once_with(&["--console", "-"], &format!("{line}\n")).expect(0);
    assert_eq!(sink.taken().len(), 1);
    assert!(
        sink.taken()[0]
            .header("Subject")
            .contains("LOGIN at the console: member-1")
    );
}

#[test]
fn lines_that_cannot_be_read_are_told_without_their_text_and_stop_nothing() {
    let test = "lines_that_cannot_be_read_are_told_without_their_text_and_stop_nothing";
    let place = Place::new("unread");
    let Some(sink) = Sink::starting(test, &place.scratch, &[]) else {
        return;
    };
    place.settings(sink.port, 1, "");
    let hostile = login("member-1").replace("for member-1 from", "for a\u{7}secret\r from");
    place.append("auth.log", &hostile.repeat(3));
    place.append("auth.log", "\u{0}\u{1}\nBcc: somebody@example.org\n");
    place.append("auth.log", &login("member-2"));
    place.once(&["--console", &place.name("auth.log")]).expect(0);
    let taken = sink.taken().remove(0);
    assert!(
        taken.header("Subject").contains("LOGIN at the console: member-2"),
        "{}",
        taken.whole
    );
    for words in [
        "LINES NOT READ, which may be logins: ",
        "lines:         2: ",
        "lines:         3: somebody was let in, and",
    ] {
        assert!(taken.text().contains(words), "{words}: {}", taken.text());
    }
    assert!(
        !taken.whole.contains("secret") && !taken.whole.contains("Bcc"),
        "{}",
        taken.whole
    );
}

#[test]
fn a_log_that_was_cut_is_told() {
    let test = "a_log_that_was_cut_is_told";
    let place = Place::new("cut");
    let Some(sink) = Sink::starting(test, &place.scratch, &[]) else {
        return;
    };
    place.settings(sink.port, 1, "");
    let log = place.name("auth.log");
    place.append("auth.log", &login("member-1"));
    place.once(&["--console", &log, "--from-now"]).expect(0);
    assert_eq!(sink.taken().len(), 0, "what was there before is passed over");
    std::fs::write(place.path("auth.log"), "").expect("an empty log");
    place.once(&["--console", &log]).expect(0);
    let taken = sink.taken().remove(0);
    assert!(
        taken
            .header("Subject")
            .starts_with("[pki REHEARSAL] LOG CUT SHORT: console"),
        "{}",
        taken.whole
    );
}

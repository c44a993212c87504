//! The audit log: what each HSM writes, in either layout.

use std::collections::BTreeMap;

use crate::key_quorum::QUORUM;
use crate::support::{Cluster, PASSWORD, approve, sign_line};

/// Entries of one HSM's stream, each as its lines by name.
fn stream(cluster: &Cluster, layout: &str, hsm: &str) -> Vec<BTreeMap<String, String>> {
    let text = cluster.order(&["audit", "--layout", layout, "--hsm", hsm]);
    text.split("\n\n")
        .filter(|entry| !entry.is_empty())
        .map(|entry| entry.lines().map(line).collect())
        .collect()
}

fn line(line: &str) -> (String, String) {
    let (name, value) = line.split_once(':').unwrap();
    (name.trim().into(), value.trim().into())
}

fn opcodes(cluster: &Cluster, hsm: &str) -> Vec<String> {
    let name = |entry: &BTreeMap<String, String>| entry["Opcode"].split(' ').next().unwrap().to_owned();
    stream(cluster, "old", hsm).iter().map(name).collect()
}

const FIRST: &str = "hsm-standin0001";
const SECOND: &str = "hsm-standin0002";

#[test]
fn an_entry_has_the_documented_layout() {
    let cluster = Cluster::with(&[]);
    cluster.order(&["clock", "--set", "2030-01-01T00:00:00Z"]);
    cluster.talk_as("admin").ok("logout");
    let text = cluster.order(&["audit", "--hsm", SECOND]);
    let last = text.trim_end().rsplit("\n\n").next().unwrap();
    let lines: Vec<&str> = last.lines().collect();
    assert!(lines[0].starts_with("Time: 01/01/30 00:00:0"), "{last}");
    let usecs: u64 = lines[0].split("usecs:").nth(1).unwrap().parse().unwrap();
    assert_eq!(usecs / 60_000_000, 1_893_456_000 / 60);
    assert!(lines[1].starts_with("Sequence No : 0x"), "{last}");
    assert_eq!(lines[2], "Reboot counter : 0x107");
    assert_eq!(lines[3], "Command Type(hex) : CN_MGMT_CMD (0x0)");
    assert_eq!(lines[4], "Opcode : CN_LOGIN (0xd)");
    assert!(lines[5].starts_with("Session Handle : 0x7"), "{last}");
    assert_eq!(lines[6], "Response : 0:HSM Return: SUCCESS");
    assert_eq!(lines[7], "Log type : MGMT_USER_DETAILS_LOG (2)");
    assert_eq!(lines[8..], ["User Name : admin", "User Type : CN_CRYPTO_OFFICER (2)"]);
}

#[test]
fn the_newer_layout_has_more_fields_and_another_order() {
    let cluster = Cluster::with(&["cu"]);
    let text = cluster.order(&["audit", "--layout", "new", "--hsm", FIRST]);
    let entry = text
        .split("\n\n")
        .find(|entry| entry.contains("CN_CREATE_USER"))
        .unwrap();
    let at = |name: &str| entry.find(name).unwrap_or_else(|| panic!("no {name}: {entry}"));
    assert!(at("Version No\t: 0x1") < at("Opcode\t:") && at("Opcode\t:") < at("Command Type(hex)\t:"));
    for field in [
        "User id\t: 1",
        "User Name\t: admin",
        "Target User Name\t: cu",
        "Target User Type\t: CN_CRYPTO_USER (1)",
        "Target User id\t: 3",
        "local time\t: ",
        "host time\t: ",
    ] {
        at(field);
    }
    let login = text.split("\n\n").find(|entry| entry.contains("CN_LOGIN")).unwrap();
    assert!(login.contains("Mfa enabled\t: 0"), "{login}");
}

#[test]
fn both_layouts_tell_the_same_and_sequences_have_no_gap() {
    let cluster = Cluster::with(&["owner", "u1"]);
    cluster.talk_as("owner").pair("k", "");
    for hsm in [FIRST, SECOND, "hsm-standin0003"] {
        let (old, new) = (stream(&cluster, "old", hsm), stream(&cluster, "new", hsm));
        assert!(old.len() > 8, "{hsm}");
        for (number, (old, new)) in old.iter().zip(&new).enumerate() {
            assert_eq!(old["Sequence No"], format!("{number:#x}"));
            for name in [
                "Time",
                "Sequence No",
                "Opcode",
                "Response",
                "Session Handle",
                "Log type",
            ] {
                assert_eq!(old[name], new[name], "{hsm}");
            }
        }
        assert_eq!(old.len(), new.len());
    }
    let all = cluster.order(&["audit"]);
    assert_eq!(all.matches("/aws/cloudhsm/cluster-standin0001 hsm-standin").count(), 3);
}

#[test]
fn logins_are_in_all_streams_and_logout_in_one() {
    let cluster = Cluster::with(&["cu"]);
    cluster.talk_as("cu").ok("logout");
    let count = |hsm: &str, opcode: &str| opcodes(&cluster, hsm).iter().filter(|name| *name == opcode).count();
    assert_eq!((count(FIRST, "CN_LOGIN"), count(SECOND, "CN_LOGIN")), (2, 2));
    assert_eq!((count(FIRST, "CN_LOGOUT"), count(SECOND, "CN_LOGOUT")), (1, 0));
}

#[test]
fn refused_logins_have_the_documented_codes() {
    let cluster = Cluster::with(&["cu"]);
    let mut talk = cluster.talk();
    talk.err("login --username nobody --role admin --password password-1");
    talk.err("login --username cu --role crypto-user --password password-9");
    let entries = stream(&cluster, "old", SECOND);
    let [unknown, wrong] = &entries[entries.len() - 2..] else {
        panic!()
    };
    assert!(unknown["Response"].starts_with("157:HSM Error: "), "{unknown:?}");
    assert_eq!(unknown["User Name"], "nobody");
    assert_eq!(wrong["Response"], "163:HSM Error: RET_USER_LOGIN_FAILURE");
    assert_eq!(wrong["User Type"], "CN_CRYPTO_USER (1)");
}

#[test]
fn a_single_commands_login_is_noted_too() {
    let cluster = Cluster::with(&["cu"]);
    let before = opcodes(&cluster, SECOND).len();
    cluster.single("cu", &["key", "list"]);
    assert_eq!(opcodes(&cluster, SECOND)[before..], ["CN_LOGIN", "CN_CLOSE_SESSION"]);
}

#[test]
fn a_key_is_made_on_one_hsm_and_given_to_the_others_with_decimal_handles() {
    let cluster = Cluster::with(&["owner", "u1", "u2"]);
    let pair = cluster.talk_as("owner").pair("k", QUORUM);
    let handle = |half: &str| {
        let reference = pair[half]["key-reference"].as_str().unwrap();
        u64::from_str_radix(&reference[2..], 16).unwrap().to_string()
    };
    let made = stream(&cluster, "old", FIRST)
        .into_iter()
        .find(|entry| entry["Opcode"] == "CN_GENERATE_KEY_PAIR (0x19)")
        .unwrap();
    assert_eq!(made["Log type"], "MGMT_KEY_DETAILS_LOG (1)");
    assert_eq!(made["Priv/Secret Key Handle"], handle("private_key"));
    assert_eq!(made["Public Key Handle"], handle("public_key"));
    let there = opcodes(&cluster, SECOND);
    assert!(!there.contains(&"CN_GENERATE_KEY_PAIR".to_owned()));
    assert!(there.contains(&"CN_INSERT_MASKED_OBJECT_USER".to_owned()));
    assert_eq!(there.iter().filter(|name| *name == "CN_SHARE_OBJECT").count(), 2);
}

#[test]
fn no_signature_is_noted() {
    let cluster = Cluster::with(&["owner"]);
    let mut talk = cluster.talk_as("owner");
    talk.pair("k", "");
    let before = opcodes(&cluster, FIRST);
    talk.ok(&sign_line("k", None));
    talk.err(&sign_line("absent", None));
    assert_eq!(opcodes(&cluster, FIRST), before);
}

#[test]
fn tokens_of_keys_are_noted_or_not_and_those_of_admins_always() {
    let (cluster, mut talk) = crate::key_quorum::shared_key();
    for (value, noted) in [
        ("silent", &[][..]),
        ("token-opcodes", &["CN_GET_TOKEN", "CN_APPROVE_TOKEN"]),
    ] {
        cluster.order(&["switch", &format!("key-token-audit={value}")]);
        let before = opcodes(&cluster, SECOND).len();
        let file = talk.token(&cluster, "key-usage", "attr.label=k");
        approve(&file, &[("u1", 1), ("u2", 2)]);
        talk.ok(&sign_line("k", Some(&file)));
        assert_eq!(opcodes(&cluster, SECOND)[before..], *noted, "{value}");
    }
    talk.become_user("admin");
    talk.token(&cluster, "user", "");
    assert_eq!(opcodes(&cluster, SECOND).last().unwrap(), "CN_GET_TOKEN");
}

#[test]
fn users_quorum_values_and_refusals_are_noted() {
    let cluster = Cluster::with(&["a1"]);
    let mut talk = cluster.talk_as("admin");
    let before = opcodes(&cluster, SECOND).len();
    talk.ok("quorum token-sign set-quorum-value --service user --value 2");
    talk.err(&format!(
        "user create --username cu --role crypto-user --password {PASSWORD}"
    ));
    let entries = &stream(&cluster, "old", SECOND)[before..];
    assert!(entries[0]["Opcode"].starts_with("CN_SET_M_VALUE"));
    assert!(entries[1]["Opcode"].starts_with("CN_CREATE_USER"));
    assert!(
        entries[1]["Response"].starts_with("255:HSM Error: "),
        "{:?}",
        entries[1]
    );
    assert_eq!(entries.len(), 2);
}

#[test]
fn a_node_that_joins_has_a_stream_of_its_own_and_a_lost_ones_stays() {
    let cluster = Cluster::with(&[]);
    cluster.order(&["nodes", "--set", "2"]);
    cluster.order(&["nodes", "--set", "3"]);
    cluster.talk_as("admin");
    let streams: Vec<String> = cluster
        .order(&["audit"])
        .lines()
        .filter_map(|line| {
            line.strip_prefix("/aws/cloudhsm/cluster-standin0001 ")
                .map(str::to_owned)
        })
        .collect();
    assert_eq!(streams.len(), 4);
    let newest = opcodes(&cluster, &streams[3]);
    assert_eq!(newest[..2], ["CN_RESTORE_BEGIN", "CN_RESTORE_END"]);
    assert!(newest.contains(&"CN_LOGIN".to_owned()));
    assert_eq!(
        opcodes(&cluster, FIRST)
            .iter()
            .filter(|name| *name == "CN_BACKUP_END")
            .count(),
        3
    );
}

#[test]
fn half_a_line_that_a_power_cut_left_is_dropped() {
    let cluster = Cluster::with(&[]);
    let file = cluster.folder.join("audit").join(format!("{FIRST}.log"));
    let mut text = std::fs::read_to_string(&file).unwrap();
    text += "{\"sequence\":99,";
    std::fs::write(&file, text).unwrap();
    cluster.talk_as("admin").ok("logout");
    let entries = stream(&cluster, "old", FIRST);
    assert_eq!(entries.last().unwrap()["Opcode"], "CN_LOGOUT (0xe)");
    assert_eq!(
        entries.last().unwrap()["Sequence No"],
        format!("{:#x}", entries.len() - 1)
    );
}

#[test]
fn refuses_the_log_of_no_hsm() {
    let cluster = Cluster::with(&[]);
    let output = cluster
        .command()
        .args(["standin", "audit", "--hsm", "../../etc"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("there is no log of ../../etc"));
}

#[test]
fn a_cluster_that_is_made_with_a_clock_logs_by_it_from_the_beginning() {
    let cluster = Cluster::new();
    cluster.order(&["init", "--clock", "2030-01-01T00:00:00Z"]);
    let text = cluster.order(&["audit", "--hsm", FIRST]);
    assert!(text.starts_with("Time: 01/01/30 00:00:0"), "{text}");
}

//! The command: its answers, exit codes and errors, on a store in a folder; and ssh-keygen on what lies in it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::common::store::Memory;
use crate::common::{EVENT, NOW};

/// The store in a folder of the test's own.
pub fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("verify-{test}"));
    let _ = fs::remove_dir_all(&folder);
    for (path, bytes) in Memory::publish(&EVENT.left(|_| ())).0 {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, bytes).expect("a file");
    }
    folder
}

pub fn verify(folder: &Path, arguments: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_ceremony-verify");
    Command::new(program)
        .current_dir(folder)
        .args(arguments)
        .output()
        .expect("it runs")
}

fn store(folder: &Path, more: &[&str]) -> Output {
    let now = NOW.to_string();
    let first = ["store", ".", "--root", "certs/root-1.pem", "--now", &now];
    verify(folder, &[&first, more].concat())
}

pub fn told(output: &Output) -> (i32, String) {
    (
        output.status.code().expect("an exit code"),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

#[test]
fn says_what_was_checked_and_what_was_not() {
    let output = store(&folder("clean"), &["--rehearsal"]);
    assert_eq!(told(&output), (0, String::new()));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        text.starts_with("Checked\n  - root 'CN=Rust Rehearsal Root 1"),
        "{text}"
    );
    assert!(
        text.contains("\nNot checked\n") && text.contains("Nothing is wrong."),
        "{text}"
    );
}

/// `/dev/full` is a full disk: a verdict that nobody has is no success, and no panic.
#[test]
fn a_verdict_that_standard_output_does_not_take_is_exit_4_and_a_finding_stays_exit_1() {
    let folder = folder("lost");
    let into_full = |more: &[&str]| {
        let full = fs::File::options().write(true).open("/dev/full").expect("it is there");
        let now = NOW.to_string();
        let mut program = Command::new(env!("CARGO_BIN_EXE_ceremony-verify"));
        let program = program.args(["store", ".", "--root", "certs/root-1.pem", "--now", &now]);
        told(
            &program
                .args(more)
                .current_dir(&folder)
                .stdout(full)
                .output()
                .expect("it runs"),
        )
    };
    for more in [&["--rehearsal"][..], &["--rehearsal", "--json"]] {
        let (code, said) = into_full(more);
        assert_eq!(code, 4, "{said}");
        assert!(
            said.starts_with("ceremony-verify: error: standard output cannot be written: ")
                && said.contains("\nceremony-verify: hint: the answer is lost"),
            "{said}"
        );
    }
    let (code, said) = into_full(&[]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("the answer is lost"), "{said}");
}

#[test]
fn refuses_a_rehearsal_and_says_how_to_ask_for_one() {
    let (code, error) = told(&store(&folder("rehearsal"), &[]));
    assert_eq!(code, 1);
    assert_eq!(
        error,
        "ceremony-verify: error: this root is a rehearsal's: nothing under it may be relied on\nceremony-verify: hint: say --rehearsal to check a rehearsal's store\n"
    );
}

#[test]
fn a_finding_is_exit_1_with_file_and_rule_in_json_too() {
    let folder = folder("finding");
    fs::write(folder.join("certs/bors-1.pem"), "other").expect("a file");
    let output = store(&folder, &["--rehearsal"]);
    assert_eq!(
        told(&output),
        (1, "ceremony-verify: error: there is 1 finding\n".to_owned())
    );
    assert!(String::from_utf8_lossy(&output.stdout).contains("FINDING certs/bors-1.pem [pem-differs]\n"));
    let output = store(&folder, &["--rehearsal", "--json"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        text.contains("\"ok\": false") && text.contains("\"rule\": \"pem-differs\""),
        "{text}"
    );
}

#[test]
fn a_link_in_the_store_is_a_finding() {
    let folder = folder("link");
    fs::remove_file(folder.join("roster/1.cbor")).expect("it was there");
    std::os::unix::fs::symlink("/etc/hostname", folder.join("roster/1.cbor")).expect("a link");
    let text = String::from_utf8_lossy(&store(&folder, &["--rehearsal"]).stdout).into_owned();
    assert!(
        text.contains("FINDING roster/1.cbor [unreadable-file]\n  it is a link, not a regular file\n"),
        "{text}"
    );
}

#[test]
fn a_page_is_a_regular_file() {
    let folder = folder("page");
    fs::remove_file(folder.join("index.html")).expect("it was there");
    std::os::unix::fs::symlink("/etc/hostname", folder.join("index.html")).expect("a link");
    let text = String::from_utf8_lossy(&store(&folder, &["--rehearsal"]).stdout).into_owned();
    assert!(text.contains("FINDING index.html [unreadable-file]\n"), "{text}");
}

#[test]
fn folders_within_each_other_without_end_are_a_finding() {
    let folder = folder("deep");
    let deep = ["x"; 200].join("/");
    fs::create_dir_all(folder.join("certs").join(deep)).expect("folders");
    let output = store(&folder, &["--rehearsal"]);
    assert_eq!(
        told(&output),
        (1, "ceremony-verify: error: there is 1 finding\n".to_owned())
    );
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        text.contains("FINDING certs/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/x/ [unreadable-file]\n"),
        "{text}"
    );
}

#[test]
fn a_folder_that_cannot_be_listed_is_a_finding() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = folder("closed");
    let mode = |mode| fs::set_permissions(folder.join("roster"), fs::Permissions::from_mode(mode)).expect("a mode");
    mode(0o000);
    // To the administrator no folder is closed.
    let closed = fs::read_dir(folder.join("roster")).is_err();
    let output = store(&folder, &["--rehearsal"]);
    mode(0o755);
    if closed {
        assert_eq!(told(&output).0, 1);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(text.contains("FINDING roster/ [unreadable-file]\n"), "{text}");
    }
}

#[test]
fn what_is_no_regular_file_or_too_large_is_not_read() {
    let folder = folder("arguments");
    let made = Command::new("mkfifo")
        .arg(folder.join("pipe"))
        .status()
        .expect("mkfifo is installed");
    assert!(made.success());
    let large = fs::File::create(folder.join("large")).expect("a file");
    large.set_len(1 << 30).expect("a size");
    for (file, error, hint) in [
        (
            "/dev/zero",
            "it is not a regular file",
            "put what it gives into a file, and give that",
        ),
        (
            "pipe",
            "it is not a regular file",
            "put what it gives into a file, and give that",
        ),
        (
            "certs",
            "it is not a regular file",
            "it is a folder: give the file in it",
        ),
        (
            "large",
            "it has more than ",
            "no certificate, list, proof or checkpoint is that large: give another path",
        ),
    ] {
        let (code, told) = told(&verify(&folder, &["cert", file, "--root", "certs/root-1.pem"]));
        assert_eq!(code, 3, "{told}");
        assert!(
            told.contains(&format!("error: {file} cannot be read: {error}")),
            "{told}"
        );
        assert!(
            told.ends_with(&format!("hint: nothing was checked; {hint}\n")),
            "{told}"
        );
    }
}

#[test]
fn a_root_that_is_none_is_one_sentence() {
    let folder = folder("delegate");
    let now = NOW.to_string();
    let arguments = [
        "store",
        ".",
        "--root",
        "certs/release-1.pem",
        "--now",
        &now,
        "--rehearsal",
    ];
    let output = verify(&folder, &arguments);
    let (code, error) = told(&output);
    assert_eq!(code, 1);
    assert!(
        error.starts_with("ceremony-verify: error: this is not a root certificate: 'CN=Rust Rehearsal Release 1"),
        "{error}"
    );
    assert!(
        error.contains("\nceremony-verify: hint: give --root the root certificate"),
        "{error}"
    );
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(text.matches("FINDING").count(), 1, "{text}");
}

#[test]
fn wrong_usage_is_exit_2_and_what_cannot_be_read_exit_3() {
    let folder = folder("usage");
    let (code, error) = told(&verify(&folder, &["store", "."]));
    assert_eq!(code, 2);
    assert!(
        error.starts_with("ceremony-verify: error: the following required arguments"),
        "{error}"
    );
    assert!(
        error.contains("\nceremony-verify: hint: `ceremony-verify COMMAND --help` says"),
        "{error}"
    );
    assert_eq!(told(&store(&folder, &["--now", "yesterday"])).0, 2);
    let (code, error) = told(&verify(&folder, &["store", "index.html", "--root", "certs/root-1.der"]));
    assert_eq!(code, 3);
    assert!(
        error.contains("hint: nothing was checked; give the folder that holds the store"),
        "{error}"
    );
    let (code, error) = told(&verify(&folder, &["store", "nowhere", "--root", "certs/root-1.der"]));
    assert_eq!(code, 3);
    assert!(
        error.starts_with("ceremony-verify: error: nowhere cannot be read: "),
        "{error}"
    );
    let (code, error) = told(&verify(&folder, &["store", ".", "--root", "index.html"]));
    assert_eq!(code, 3);
    assert!(
        error.starts_with("ceremony-verify: error: index.html cannot be read: "),
        "{error}"
    );
}

#[test]
fn checks_one_certificate_with_its_staple() {
    let folder = folder("cert");
    let now = NOW.to_string();
    let cert = |file: &str, more: &[&str]| {
        let first = ["cert", file, "--root", "certs/root-1.pem", "--now", &now, "--rehearsal"];
        verify(&folder, &[&first, more].concat())
    };
    let staple = |name: &str| {
        vec![
            "--proof".into(),
            format!("certs/{name}.tlog-proof"),
            "--log-policy".into(),
            "policy/tlog-policy-1".into(),
        ]
    };
    let own = staple("release-1");
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    let output = cert(
        "certs/release-1.pem",
        &[&own[..], &["--crl", "crl/root-1.crl"]].concat(),
    );
    assert_eq!(told(&output), (0, String::new()));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        text.contains("the log 'pki.rust-lang.org/rehearsal/log/1' has it, as entry 4"),
        "{text}"
    );
    assert!(!text.contains("Not checked"), "{text}");
    // The staple of another certificate proves nothing.
    let output = cert("certs/bors-1.der", &own);
    assert_eq!(told(&output).0, 1);
    assert!(String::from_utf8_lossy(&output.stdout).contains("FINDING proof [staple-bad]"));
    assert_eq!(told(&cert("certs/root-1.der", &[])), (0, String::new()));
}

#[test]
fn says_for_each_issuer_by_which_list_a_certificate_is_not_revoked() {
    let folder = folder("revocation");
    let now = NOW.to_string();
    let cert = |more: &[&str]| {
        let first = [
            "cert",
            "certs/release-1.pem",
            "--root",
            "certs/root-1.pem",
            "--now",
            &now,
            "--rehearsal",
        ];
        let output = verify(&folder, &[&first, more].concat());
        (
            told(&output).0,
            String::from_utf8_lossy(&output.stdout).replace("\n    ", " "),
        )
    };
    let (code, text) = cert(&["--crl", "crl/root-1.crl"]);
    assert_eq!(code, 0, "{text}");
    let list = "'CN=Rust Rehearsal Release 1, O=Rust Project - REHEARSAL' is not revoked by list 1 of 'CN=Rust Rehearsal Root 1";
    assert!(text.contains(list), "{text}");
    let (code, text) = cert(&[]);
    assert_eq!(code, 0, "{text}");
    let open = "whether 'CN=Rust Rehearsal Release 1, O=Rust Project - REHEARSAL' is revoked: no revocation list of";
    assert!(text.contains(open) && !text.contains("is not revoked"), "{text}");
    // The list of another issuer says nothing, and does not hide that.
    let (code, text) = cert(&["--crl", "crl/bors-1.crl"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("FINDING CRL [crl-unused]\n"), "{text}");
    assert!(text.contains(open) && !text.contains("is not revoked"), "{text}");
}

#[test]
fn ssh_keygen_verifies_countersignatures_with_the_stores_allowed_signers() {
    let folder = folder("ssh").join("events/rehearsal-1");
    let check = |namespace: &str, time: &str| {
        let signature = "countersignatures/member-3.sig";
        let arguments = [
            "-Y",
            "verify",
            "-f",
            "allowed_signers",
            "-I",
            "member-3",
            "-n",
            namespace,
            "-s",
            signature,
        ];
        let record = fs::File::open(folder.join("record.cbor")).expect("a record");
        let option = format!("verify-time={time}");
        let mut command = Command::new("ssh-keygen");
        command
            .current_dir(&folder)
            .args(arguments)
            .args(["-O", &option])
            .stdin(record);
        command
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .expect("ssh-keygen is installed")
            .success()
    };
    assert!(check("record@pki.rust-lang.org", "20261122120000Z"));
    assert!(!check("record@pki.rust-lang.org", "20200101000000Z"));
    assert!(!check("bundle@pki.rust-lang.org", "20261122120000Z"));
}

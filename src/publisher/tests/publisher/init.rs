//! `ceremony-publish init`: a store, a key that others can read, a policy that names it; never over anything.

use std::process::Command;

use tlog::Policy;

use crate::publish::{Scratch, error};

#[test]
fn makes_a_key_that_openssl_opens_with_the_passphrase() {
    let scratch = Scratch::new("init-key");
    scratch.init();
    let openssl = |passphrase: &str| {
        let mut command = Command::new("openssl");
        command.args([
            "pkey",
            "-noout",
            "-text",
            "-passin",
            &format!("pass:{passphrase}"),
            "-in",
        ]);
        command.arg(scratch.path("log.pem")).output().unwrap()
    };
    let opened = openssl("a passphrase");
    let text = String::from_utf8(opened.stdout).unwrap();
    assert!(text.starts_with("ED25519 Private-Key:"), "{text}");
    assert!(!openssl("another").status.success());
    // The public key that openssl derives is the one in the policy.
    let public = text.split("pub:").nth(1).unwrap().replace([':', ' ', '\n'], "");
    let policy = Policy::parse(&std::fs::read(scratch.path("tlog-policy")).unwrap()).unwrap();
    assert_eq!(public, record::digest::hex(policy.logs()[0].key.public_key()));
}

#[test]
fn writes_a_policy_without_witnesses_for_the_rehearsals_log() {
    let scratch = Scratch::new("init-policy");
    let said = scratch.init();
    let policy = Policy::parse(&std::fs::read(scratch.path("tlog-policy")).unwrap()).unwrap();
    assert_eq!(policy.logs().len(), 1);
    assert_eq!(policy.logs()[0].key.name(), "pki.rust-lang.org/rehearsal/log/1");
    assert!(!policy.has_witnesses());
    assert!(said.contains(&policy.logs()[0].key.to_string()), "{said}");
    assert_eq!(std::fs::read_dir(scratch.path("store")).unwrap().count(), 0);
}

#[test]
fn keeps_the_key_to_its_owner() {
    use std::os::unix::fs::PermissionsExt as _;
    let scratch = Scratch::new("init-mode");
    scratch.init();
    for file in ["log.pem", "log.pem.state"] {
        let mode = std::fs::metadata(scratch.path(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[test]
fn refuses_a_second_init() {
    let scratch = Scratch::new("init-twice");
    scratch.init();
    let key = std::fs::read(scratch.path("log.pem")).unwrap();
    let again = scratch.run(&scratch.init_arguments(), "a passphrase\n");
    assert_eq!(again.status.code(), Some(1));
    assert!(error(&again).contains("ceremony-publish: error: "));
    assert!(error(&again).contains("store is there already"), "{}", error(&again));
    assert_eq!(std::fs::read(scratch.path("log.pem")).unwrap(), key);
    // Neither is any one of the files overwritten alone.
    std::fs::remove_dir(scratch.path("store")).unwrap();
    std::fs::remove_file(scratch.path("log.pem")).unwrap();
    let again = scratch.run(&scratch.init_arguments(), "a passphrase\n");
    assert!(
        error(&again).contains("tlog-policy is there already"),
        "{}",
        error(&again)
    );
    assert!(!scratch.path("log.pem").exists() && !scratch.path("store").exists());
}

#[test]
fn refuses_a_log_without_witnesses_outside_rehearsals() {
    let scratch = Scratch::new("init-production");
    let mut arguments = scratch.init_arguments();
    arguments.retain(|argument| argument != "--rehearsal");
    let refused = scratch.run(&arguments, "a passphrase\n");
    assert_eq!(refused.status.code(), Some(1));
    assert!(error(&refused).contains("error: a log without witnesses is for rehearsals only\n"));
    assert_eq!(std::fs::read_dir(scratch.path("")).unwrap().count(), 0);
}

#[test]
fn refuses_an_empty_passphrase() {
    let scratch = Scratch::new("init-empty");
    for (input, what) in [
        ("\n", "no passphrase was typed"),
        ("", "standard input ended before the passphrase"),
    ] {
        let refused = scratch.run(&scratch.init_arguments(), input);
        assert!(
            error(&refused).contains(&format!("error: {what}\n")),
            "{}",
            error(&refused)
        );
    }
    assert_eq!(std::fs::read_dir(scratch.path("")).unwrap().count(), 0);
}

#[test]
fn takes_back_what_it_made_when_something_cannot_be_written() {
    let scratch = Scratch::new("init-back");
    scratch.put("file", "in the way");
    let arguments = scratch.init_arguments();
    let with = |name: &str, place: &str| {
        let at = arguments.iter().position(|argument| argument == name).unwrap() + 1;
        let mut arguments = arguments.clone();
        arguments[at] = place.into();
        scratch.run(&arguments, "a passphrase\n")
    };
    for (option, place, what, hint) in [
        (
            "--log-policy",
            "none/tlog-policy",
            "none/tlog-policy cannot be written: No such file",
            "make the folder that it belongs in, then run the same command again",
        ),
        (
            "--store",
            "file/store",
            "file/store cannot be written: Not a directory",
            "a file is where a folder belongs: move it away, then run the same command again",
        ),
    ] {
        let refused = with(option, place);
        assert_eq!(refused.status.code(), Some(4));
        let said = error(&refused);
        assert!(said.contains(&format!("ceremony-publish: error: {what}")), "{said}");
        assert!(said.contains(&format!("ceremony-publish: hint: {hint}\n")), "{said}");
        assert_eq!(
            std::fs::read_dir(scratch.path("")).unwrap().count(),
            1,
            "only what was in the way"
        );
    }
    scratch.init();
}

#[test]
fn tells_how_it_is_used() {
    let scratch = Scratch::new("init-usage");
    for (words, what) in [
        ("publish", "unrecognized subcommand 'publish'"),
        (
            "init --store store",
            "the following required arguments were not provided: --log-policy",
        ),
        ("append --stor store", "unexpected argument '--stor' found"),
    ] {
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let refused = scratch.run(&words, "");
        assert_eq!(refused.status.code(), Some(2));
        let said = error(&refused);
        assert!(said.starts_with(&format!("ceremony-publish: error: {what}")), "{said}");
        assert!(
            said.ends_with("hint: `ceremony-publish help` lists the commands, `help COMMAND` its options\n"),
            "{said}"
        );
        assert_eq!(said.lines().count(), 2, "{said}");
    }
    for words in ["--help", "help append", "--version"] {
        let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
        let told = scratch.run(&words, "");
        assert_eq!((told.status.code(), error(&told).as_str()), (Some(0), ""));
        assert!(!told.stdout.is_empty());
    }
}

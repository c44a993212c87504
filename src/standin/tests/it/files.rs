//! The files that commands name: nobody waits for them with the cluster held, and what is no file is refused.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::key_quorum::shared_key;
use crate::support::{Cluster, approve, edit, public_key, register_line, sign_line, sign_registration};

fn pipe(cluster: &Cluster) -> PathBuf {
    let pipe = cluster.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    pipe
}

#[test]
fn refuses_pipes_and_folders_at_once() {
    let cluster = Cluster::with(&["owner"]);
    let mut talk = cluster.talk_as("owner");
    let begun = Instant::now();
    let file = talk.registration(&cluster);
    for odd in [pipe(&cluster), cluster.path("")] {
        let line = format!(
            "user change-quorum token-sign register --public-key {} --signed-token {}",
            odd.display(),
            file.display()
        );
        let refused = format!("{}: not a regular file", odd.display());
        assert_eq!(talk.err(&line), refused);
    }
    assert!(begun.elapsed() < Duration::from_secs(5), "it waited");
}

#[test]
fn a_pipe_that_nobody_reads_is_not_written_and_no_token_is_left() {
    let cluster = Cluster::with(&[]);
    let pipe = pipe(&cluster);
    let mut talk = cluster.talk_as("admin");
    let refused = talk.err(&format!(
        "quorum token-sign generate --service user --token {}",
        pipe.display()
    ));
    assert!(refused.starts_with(&pipe.display().to_string()), "{refused}");
    assert_eq!(talk.ok("quorum token-sign list")["tokens"].as_array().unwrap().len(), 0);
    talk.token(&cluster, "user", "");
}

#[test]
fn a_file_is_read_where_it_is_needed_only() {
    let cluster = Cluster::with(&["owner"]);
    let mut talk = cluster.talk_as("owner");
    talk.pair("k", "");
    let missing = cluster.path("missing");
    talk.ok(&sign_line("k", Some(&missing)));
}

#[test]
fn refuses_a_file_that_is_too_large() {
    let cluster = Cluster::with(&["owner"]);
    let mut talk = cluster.talk_as("owner");
    talk.pair("k", "");
    let data = cluster.path("data");
    let line = format!(
        "crypto sign ecdsa --key-filter attr.label=k --hash-function sha384 --data-path {}",
        data.display()
    );
    fs::write(&data, vec![7; 1 << 20]).unwrap();
    talk.ok(&line);
    fs::write(&data, vec![7; (1 << 20) + 1]).unwrap();
    assert_eq!(talk.err(&line), format!("{} is larger than 1 MiB", data.display()));
}

#[test]
fn refuses_a_token_file_of_another_version() {
    let (cluster, mut talk) = shared_key();
    let file = talk.token(&cluster, "key-usage", "attr.label=k");
    approve(&file, &[("u1", 1), ("u2", 2)]);
    edit(&file, |token| token["version"] = "2.1".into());
    let refused = "The token file has version \"2.1\", not 2.0";
    assert_eq!(talk.err(&sign_line("k", Some(&file))), refused);
    edit(&file, |token| token["version"] = "2.0".into());
    talk.ok(&sign_line("k", Some(&file)));
    let file = talk.registration(&cluster);
    sign_registration(&file, 0);
    edit(&file, |token| drop(token.as_object_mut().unwrap().remove("version")));
    let refused = talk.err(&register_line(&file, 0));
    assert!(refused.contains("missing field `version`"), "{refused}");
    assert!(public_key(0).exists());
}

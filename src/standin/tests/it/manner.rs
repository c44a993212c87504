//! Prompt, streams and exit codes: what programs that frame answers must not rely on.

use std::process::Stdio;

use crate::support::Cluster;

/// What an interactive session prints on its two streams.
fn heard(cluster: &Cluster, input: &str) -> (String, String) {
    let file = cluster.path("input");
    std::fs::write(&file, input).unwrap();
    let mut command = cluster.command();
    command.arg("interactive").stdin(std::fs::File::open(file).unwrap());
    let output = command.stdout(Stdio::piped()).stderr(Stdio::piped()).output().unwrap();
    (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

const LOGIN: &str = "login --username owner --role crypto-user --password password-1\nlogout\n";

#[test]
fn the_prompt_names_the_user_or_not() {
    let cluster = Cluster::with(&["owner"]);
    assert_eq!(heard(&cluster, LOGIN).0.matches("aws-cloudhsm > ").count(), 3);
    cluster.order(&["switch", "prompt-text=user-at-cluster"]);
    let (told, _) = heard(&cluster, LOGIN);
    assert_eq!(told.matches("aws-cloudhsm > ").count(), 2, "{told}");
    assert!(told.contains("\nowner@cluster-standin0001 > {"), "{told}");
}

#[test]
fn answers_are_on_either_stream() {
    let cluster = Cluster::with(&["owner"]);
    let answer = "\"error_code\": 0";
    let (out, aside) = heard(&cluster, "user list\n");
    assert!(out.contains(answer) && !aside.contains(answer), "{out}{aside}");
    cluster.order(&["switch", "answer-stream=stderr"]);
    let (out, aside) = heard(&cluster, "user list\nkey list\n");
    assert_eq!(out, "aws-cloudhsm > ".repeat(3));
    assert!(aside.contains(answer) && aside.contains("Login is required"), "{aside}");
}

#[test]
fn a_refused_single_command_ends_with_either_code() {
    let cluster = Cluster::with(&["owner"]);
    let refused = || {
        cluster.single(
            "owner",
            &["user", "delete", "--username", "owner", "--role", "crypto-user"],
        )
    };
    assert_eq!(refused().status.code(), Some(1));
    cluster.order(&["switch", "refusal-exit-code=zero"]);
    assert_eq!(refused().status.code(), Some(0));
    assert!(
        String::from_utf8(refused().stdout)
            .unwrap()
            .contains("\"error_code\": 1")
    );
}

//! `--cluster-id` at a client: the server knows which cluster it has.

use super::Served;
use crate::named::{OWN, REFUSED, out};

#[test]
fn a_client_for_another_cluster_is_refused() {
    let served = Served::new();
    for words in ["interactive", "user list"] {
        let words: Vec<&str> = words.split(' ').collect();
        let run = |id| {
            let mut command = served.client.command();
            command.args(&words).args(["--cluster-id", id]).output().unwrap()
        };
        assert_eq!(out(&run("cluster-nonsense")), (REFUSED, Some(1)), "{words:?}");
        assert_eq!(run(OWN).status.code(), Some(0), "{words:?}");
    }
}

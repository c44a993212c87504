//! A later store, judged by `openssl`: chains through cross-certificates and delegates, and why something is revoked. And the
//! same chains by `ceremony-verify cert`.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::sync::LazyLock;

use crate::common::HISTORY;
use crate::common::history::day;

/// The store in a folder.
static STORE: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("verify-judged");
    let _ = fs::remove_dir_all(&folder);
    for (path, bytes) in &HISTORY.store.0 {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, bytes).expect("a file");
    }
    folder
});

fn run(program: &str, line: &str) -> (bool, String) {
    let done: Output = Command::new(program)
        .args(line.split(' '))
        .current_dir(&*STORE)
        .output()
        .expect("it runs");
    let said = [done.stdout, done.stderr].concat();
    (done.status.success(), String::from_utf8_lossy(&said).into_owned())
}

/// A leaf, from a root, through others.
const CHAINS: [(&str, &str, &[&str]); 6] = [
    ("release-3", "root-2", &[]),
    ("release-3", "root-1", &["root-2-by-root-1-1"]),
    ("crates-io-1", "root-2", &["root-1-by-root-2-1"]),
    ("bors-rust-1", "root-2", &["bors-2"]),
    ("bors-rust-1", "root-1", &["bors-2", "root-2-by-root-1-1"]),
    ("release-2", "root-1", &[]),
];

#[test]
fn openssl_follows_every_chain_and_none_without_what_is_between() {
    for (leaf, root, between) in CHAINS {
        let at = day(1495).0;
        let line = format!("verify -x509_strict -attime {at} -CAfile certs/{root}.pem");
        let untrusted: String = between
            .iter()
            .map(|stem| format!(" -untrusted certs/{stem}.pem"))
            .collect();
        let (good, said) = run("openssl", &format!("{line}{untrusted} certs/{leaf}.pem"));
        assert!(good, "{leaf} from {root}: {said}");
        if !between.is_empty() {
            let (good, said) = run("openssl", &format!("{line} certs/{leaf}.pem"));
            assert!(!good, "{leaf} from {root}: {said}");
        }
    }
}

#[test]
fn ceremony_verify_follows_the_same_chains() {
    let program = env!("CARGO_BIN_EXE_ceremony-verify");
    for (leaf, root, between) in CHAINS {
        let now = day(1495);
        let between: String = between
            .iter()
            .map(|stem| format!(" --intermediate certs/{stem}.der"))
            .collect();
        let staple = format!("--proof certs/{leaf}.tlog-proof --log-policy policy/tlog-policy-1");
        let line = format!("cert certs/{leaf}.der --root certs/{root}.der --rehearsal --now {now} {staple}{between}");
        let (good, said) = run(program, &line);
        assert!(good, "{leaf} from {root}: {said}");
        assert!(said.contains(" chains to"), "{said}");
    }
    let line = format!(
        "cert certs/release-1.der --root certs/root-1.der --rehearsal --now {} --crl crl/root-1.crl",
        day(1495)
    );
    let (good, said) = run(program, &line);
    assert!(!good && said.contains("revoked"), "{said}");
}

#[test]
fn openssl_reads_why_something_was_revoked_and_refuses_it() {
    for list in ["3", "4"] {
        let (good, said) = run(
            "openssl",
            &format!("crl -inform DER -noout -text -in crl/root-1/{list}.crl"),
        );
        assert!(good, "{said}");
        assert!(
            said.contains(&format!("X509v3 CRL Number: \n                {list}")),
            "{said}"
        );
        assert_eq!(said.matches("Serial Number: ").count(), 1, "{said}");
        assert!(
            said.contains("X509v3 CRL Reason Code: \n                Key Compromise"),
            "{said}"
        );
    }
    let line = |stem: &str| {
        format!(
            "verify -x509_strict -crl_check -attime {} -CAfile certs/root-1.pem -CRLfile crl/root-1.crl certs/{stem}.pem",
            day(1495).0
        )
    };
    let (good, said) = run("openssl", &line("release-1"));
    assert!(!good && said.contains("certificate revoked"), "{said}");
    let (good, said) = run("openssl", &line("release-2"));
    assert!(good, "{said}");
}

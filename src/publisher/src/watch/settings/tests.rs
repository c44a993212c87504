//! What the settings may say.

use super::*;

const GOOD: &str = "from = \"alerts@example.org\"\n[server]\nhost = \"mail.example.org\"\nport = 465\ntls = \"implicit\"\n\
    [[member]]\nid = \"member-1\"\nmailbox = \"one@example.org\"\n\
    [[member]]\nid = \"member-2\"\nmailbox = \"two@example.net\"\n";

fn read(text: &str) -> Result<(), String> {
    let settings: Settings = toml::from_str(text).map_err(|error| error.to_string())?;
    settings.check().map_err(str::to_owned)
}

#[test]
fn takes_settings_of_two_members() {
    assert_eq!(read(GOOD), Ok(()));
    let here = GOOD
        .replace("mail.example.org", "127.0.0.1")
        .replace("implicit", "none");
    assert_eq!(read(&here), Ok(()));
}

#[test]
fn refuses_what_cannot_be_meant() {
    for (from, to, why) in [
        ("two@example.net", "ONE@example.org", "two members have one mailbox"),
        ("member-2", "member-1", "it names a member twice"),
        ("member-2", "Member 2", "a member is called like member-1"),
        (
            "\"implicit\"",
            "\"none\"",
            "tls = \"none\" is for a server on this machine alone",
        ),
        ("\"implicit\"", "\"perhaps\"", "unknown variant"),
        (
            "port = 465",
            "port = 465\nuser = \"alerts\"",
            "user and password-file belong together",
        ),
        ("port = 465", "port = 465\npassword = \"secret\"", "unknown field"),
        (
            "port = 465",
            "port = 465\ntimeout-seconds = 0",
            "timeout-seconds is 1 to 300",
        ),
        ("two@example.net", "Two <two@example.net>", "an address is like"),
        (
            "two@example.net",
            "two@example.net\\r\\nBcc: x@example.org",
            "an address is like",
        ),
        ("two@example.net", "zwei@ex\u{e4}mple.net", "an address is like"),
        (
            "from = ",
            "messages-per-hour = 0\nfrom = ",
            "messages-per-hour is 1 to 1000",
        ),
    ] {
        let refused = read(&GOOD.replace(from, to)).expect_err(to);
        assert!(refused.contains(why), "{to}: {refused}");
    }
}

#[test]
fn refuses_a_password_that_others_may_read_or_of_several_lines() {
    let path = std::env::temp_dir().join(format!("watch-password-{}", std::process::id()));
    let server = Server {
        host: "localhost".into(),
        port: 25,
        tls: Tls::None,
        user: Some("alerts".into()),
        password_file: Some(path.clone()),
        timeout_seconds: 1,
    };
    let password = |text: &str, mode| {
        std::fs::write(&path, text).expect("a file");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("a mode");
        server
            .password()
            .map(|password| password.expect("there is one").to_string())
    };
    assert_eq!(password("correct horse\n", 0o600).expect("a password"), "correct horse");
    assert_eq!(password("correct horse", 0o400).expect("a password"), "correct horse");
    for mode in [0o640, 0o604, 0o620] {
        let refused = password("correct horse\n", mode).expect_err("others may read it");
        assert!(!refused.to_string().contains("horse"), "{refused}");
    }
    for text in ["", "\n", "two\nlines\n"] {
        assert!(password(text, 0o600).is_err(), "{text:?}");
    }
    std::fs::remove_file(&path).expect("the file");
}

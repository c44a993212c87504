use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::*;

const MEMBER: &str = r#"
version = 1
id = "member-1"
rehearsal = true
keys = "files"
ssh-key = "none"
cost = { scrypt-log2-n = 10, bcrypt-rounds = 1 }

[fingerprints]
approval = "0000000000000000000000000000000000000000000000000000000000000000"
admin = "0000000000000000000000000000000000000000000000000000000000000000"
"#;

fn home(name: &str) -> Home {
    let path = std::env::temp_dir().join(format!("member-boot-{}-{name}", std::process::id()));
    fs::create_dir_all(&path).expect("made");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o700)).expect("closed");
    fs::write(path.join(crate::home::MEMBER), MEMBER).expect("written");
    Home::open(&path).expect("a home")
}

fn away(home: &Path) {
    fs::remove_dir_all(home).expect("removed");
}

fn key(octet: u8) -> Attester {
    Attester::Tpm(Digest([octet; 32]))
}

fn nitro(module: &str) -> Attester {
    Attester::Nitro(module.into())
}

fn refused(home: &Home, found: &Attester, named: Option<&Attester>) -> String {
    trust(home, found, named).expect_err("refused").to_string()
}

#[test]
fn another_kind_of_tpm_is_refused_like_another_key_until_it_is_named() {
    let home = home("kind");
    for (seen, found) in [
        (key(1), nitro("i-1")),
        (nitro("i-1"), key(1)),
        (nitro("i-1"), nitro("i-2")),
        (key(1), key(2)),
    ] {
        home.keep_attestation_key(&seen).expect("kept");
        let said = format!("the quote is by {found}, and the last time it was {seen}");
        assert_eq!(refused(&home, &found, None), said);
        let (trust, remembered) = trust(&home, &found, Some(&found)).expect("named");
        assert_eq!((trust, remembered.as_ref()), (Trust::Named, Some(&found)));
        // What was named is not what came, whatever was seen.
        let said = format!("the quote is by {found}, and you named {seen}");
        assert_eq!(refused(&home, &found, Some(&seen)), said);
    }
    away(home.path());
}

#[test]
fn a_nitro_tpm_is_remembered_as_a_key_is() {
    let home = home("nitro");
    let found = nitro("i-0123456789abcdef0-tpm0123456789abcdef0");
    let (first, remember) = trust(&home, &found, None).expect("new");
    assert_eq!((first, remember.as_ref()), (Trust::New, Some(&found)));
    home.keep_attestation_key(&remember.expect("new")).expect("kept");
    assert_eq!(trust(&home, &found, None).expect("seen"), (Trust::Seen, None));
    away(home.path());
}

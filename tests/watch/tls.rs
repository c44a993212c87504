//! TLS from the beginning and before anything is said, and the password, which is in a file alone.

use std::fs;

use support::certify::certify;
use support::scratch::files_under;

use super::place::{Place, login};
use super::sink::Sink;

const PASSWORD: &str = "correct horse battery";

fn sends_over(how: &str, test: &str) {
    let place = Place::new(how);
    let _ = certify(&place.path(""), "DNS:localhost");
    place.secret("password", &format!("{PASSWORD}\n"));
    let (certificate, key, file) = (place.name("cert.pem"), place.name("key.pem"), place.name("password"));
    let login_with = ["--user", "alerts", "--password-file", &file];
    let options = ["--tls", how, "--certificate", &certificate, "--key", &key];
    // aiosmtpd takes no word for a login over TLS that it did not begin itself.
    let options = match how {
        "starttls" => [&options[..], &login_with].concat(),
        _ => options.to_vec(),
    };
    let Some(sink) = Sink::starting(test, &place.scratch, &options) else {
        return;
    };
    let credentials = match how {
        "starttls" => "user = \"alerts\"\npassword-file = \"password\"",
        _ => "",
    };
    place.settings(
        sink.port,
        1,
        &format!("host = \"localhost\"\ntls = \"{how}\"\n{credentials}"),
    );
    place.append("auth.log", &login("member-1"));
    let log = place.name("auth.log");
    let refused = place.once(&["--console", &log]).expect(4);
    assert!(refused.err.contains("UnknownIssuer"), "{refused}");
    assert_eq!(sink.taken().len(), 0);
    let sent = place
        .once(&["--console", &log, "--ca", &place.name("ca.pem")])
        .expect(0);
    let taken = sink.taken().remove(0);
    if how == "starttls" {
        assert_eq!(
            (&taken.about["user"], &taken.about["tls"]),
            (&"alerts".into(), &true.into())
        );
    }
    for file in files_under(&place.path("state")) {
        let text = fs::read_to_string(place.path("state").join(file)).expect("text");
        assert!(!text.contains(PASSWORD), "{text}");
    }
    assert!(!sent.all().contains(PASSWORD) && !refused.all().contains(PASSWORD));
    // Another password: the server's word for it is told, the password is not.
    if how == "starttls" {
        place.secret("password", "incorrect horse\n");
        place.append("auth.log", &login("member-2"));
        let refused = place
            .once(&["--console", &log, "--ca", &place.name("ca.pem")])
            .expect(4);
        assert!(refused.err.contains("535"), "{refused}");
        assert!(!refused.all().contains("horse"), "{refused}");
    }
}

#[test]
fn sends_over_starttls_with_a_password_to_a_server_of_a_known_authority() {
    sends_over(
        "starttls",
        "sends_over_starttls_with_a_password_to_a_server_of_a_known_authority",
    );
}

#[test]
fn sends_over_tls_from_the_beginning() {
    sends_over("implicit", "sends_over_tls_from_the_beginning");
}

/// As somebody between the two would have it.
#[test]
fn a_server_that_does_not_offer_tls_gets_nothing() {
    let test = "a_server_that_does_not_offer_tls_gets_nothing";
    let place = Place::new("stripped");
    let Some(sink) = Sink::starting(test, &place.scratch, &[]) else {
        return;
    };
    place.settings(sink.port, 1, "host = \"localhost\"\ntls = \"starttls\"");
    place.append("auth.log", &login("member-1"));
    let refused = place.once(&["--console", &place.name("auth.log")]).expect(4);
    assert!(refused.err.contains("STARTTLS"), "{refused}");
    assert_eq!(sink.taken().len(), 0);
}

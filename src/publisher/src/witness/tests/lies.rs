//! Answers that are worth nothing, and checkpoints that a witness shows before anything is signed.

use std::time::{Duration, Instant};

use zeroize::Zeroizing;

use super::*;

#[test]
fn each_lie_is_told_and_counts_for_nothing() {
    let other = Seven::new().checkpoint(4);
    let line = |name: &str, at| cosigner(name).cosign(&Seven::new().checkpoint(7), at).unwrap();
    let good = line("a", now());
    let cases: Vec<(Reply, &str)> = vec![
        (
            Reply::text(200, &format!("{}\n", line("b", now()))),
            "has no cosignature of \"a.example\"",
        ),
        (
            Reply::text(200, &format!("{}\n", cosigner("a").cosign(&other, now()).unwrap())),
            "the signature of \"a.example\"",
        ),
        (Reply::text(200, &format!("{good}\n{good}\n")), "several cosignatures"),
        (
            Reply::text(200, &format!("{}\n", line("a", 5))),
            "to have cosigned at 5 s",
        ),
        (
            Reply::text(200, &format!("{}\n", line("a", now() + 90_000))),
            "to have cosigned at",
        ),
        (Reply::text(200, ""), "is not signature lines"),
        (Reply::text(200, &good.to_string()), "is not signature lines"),
        (Reply::text(200, "<html>ok</html>\n"), "signature line 1"),
        (Reply::bytes(200, b"\xff\xfe\n"), "is not signature lines"),
        (
            Reply::text(200, &"x".repeat(tlog::witness::MAX_ANSWER + 1)),
            "it cannot be asked",
        ),
        (Reply::text(409, "8\n"), "it has another size, and does not say which"),
        (Reply::size_text("08\n"), "is not a decimal number"),
        (Reply::size_text("8"), "is not a size and a newline"),
        (Reply::text(400, ""), "it answered 400: the request is malformed"),
        (Reply::text(403, ""), "it answered 403: it does not know the log's key"),
        (Reply::text(404, ""), "it answered 404: it does not know the log"),
        (
            Reply::text(422, ""),
            "it answered 422: the proof of consistency does not hold",
        ),
        (Reply::text(503, ""), "it answered 503: it failed"),
        (
            Reply::redirect("http://127.0.0.1:1/"),
            "it answered 302: this is no answer of a witness",
        ),
        (Reply::raw(b"not HTTP at all\r\n\r\n"), "it cannot be asked"),
        (
            Reply::raw(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort"),
            "it cannot be asked",
        ),
        (Reply::raw(b""), "it cannot be asked"),
    ];
    for (reply, what) in cases {
        let a = Server::new(move |_, _| reply.clone());
        let came = ask(&policy(1, &[("a", Some(&a))]), &Seven::new().checkpoint(7));
        assert!(matches!(came.result, Err(Error::WitnessesShort { .. })), "{what}");
        assert!(came.said.contains(what), "{what}: {}", came.said);
        assert_eq!((came.kept, a.asked()), (0, 1), "{what}");
    }
}

#[test]
fn before_anything_is_signed_no_witness_may_be_ahead() {
    let seven = Seven::new();
    let mut other = Tree::new();
    for i in 0..4u8 {
        other.push(Hash::leaf(&[i, i])).unwrap();
    }
    let fork = Checkpoint::new(tlog::REHEARSAL_ORIGIN, 4, other.root().unwrap()).unwrap();
    let stranger = Signer::new(tlog::REHEARSAL_ORIGIN, Zeroizing::new([8; 32])).unwrap();
    let foreign = Checkpoint::new(tlog::REHEARSAL_ORIGIN, 90, Hash::empty()).unwrap();
    let cases = [
        (200, seven.checkpoint(4).to_string(), None),
        (200, seven.checkpoint(2).to_string(), None),
        (200, seven.checkpoint(7).to_string(), None),
        (404, String::new(), None),
        (200, foreign.sign(&stranger).unwrap().to_string(), None),
        (
            200,
            seven.checkpoint(5).to_string(),
            Some("has seen 5 entries of this log, and 4 are known"),
        ),
        (
            200,
            fork.sign(&log()).unwrap().to_string(),
            Some("has seen another log of 4 entries"),
        ),
    ];
    for (status, body, stops) in cases {
        let reply = Reply::text(status, &body);
        let path = format!("GET /w/{}", tlog::witness::newest(tlog::REHEARSAL_ORIGIN));
        let a = Server::new(move |request, _| {
            assert_eq!(request, path);
            reply.clone()
        });
        let (policy, next) = (policy(1, &[("a", Some(&a))]), seven.checkpoint(7).checkpoint().clone());
        let network = Network::new();
        let found = demand_none_ahead(&next, log().key(), &seven, (&policy, &network), &mut |_| ());
        match (stops, found) {
            (None, Ok(())) => {}
            (Some(what), Err(error)) => {
                assert!(error.to_string().contains(what), "{error}");
                assert_eq!(error.exit_code(), 1);
            }
            (stops, found) => panic!("{stops:?}, {found:?}: {body}"),
        }
        assert_eq!(a.asked(), 1);
    }
}

#[test]
fn a_witness_that_does_not_answer_is_given_up() {
    for begun in [&b""[..], b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nslow"] {
        let a = Server::slow(begun, Duration::from_secs(3));
        let network = Network::within(Duration::from_millis(300));
        let began = Instant::now();
        let answer = network.post(&format!("{}add-checkpoint", a.url), "old 0\n");
        assert!(answer.unwrap_err().starts_with("it cannot be asked: "));
        assert!(began.elapsed() < Duration::from_secs(2));
    }
}

//! Public and private roots: each answers for its own arc, and for nothing else.

use trust::{Anchors, BadAnchors, Private, Realm, Refused};

use crate::support::{self, World, keys::Key, logs, question};

fn both() -> (World, World, Anchors) {
    let (public, private) = (support::production(), support::private());
    let anchors = public.anchors().with_private(private.as_private()).unwrap();
    (public, private, anchors)
}

#[test]
fn a_private_root_answers_for_its_own_purposes() {
    let (public, private, anchors) = both();
    let proof = private.proof_file(&[&private.release]).to_string();
    let verified = trust::verify(&question(private.purpose(1)), proof.as_bytes(), &anchors).unwrap();
    assert_eq!(verified.realm, Realm::Private("somebody".into()));
    let proof = public.proof_file(&[&public.release]).to_string();
    let verified = trust::verify(&question(public.purpose(1)), proof.as_bytes(), &anchors).unwrap();
    assert_eq!(verified.realm, Realm::Public);
}

/// It certifies somebody for the public purpose, has that logged by its own log, by the public one too, and shows either.
#[test]
fn a_private_root_never_stands_in_for_a_public_purpose() {
    let (public, private, anchors) = both();
    let purposes = [2, 1].map(|n| public.purpose(n).to_string());
    let signer = support::issue(
        &private.root,
        9,
        "CN=crates.io 1",
        Key::p384("x"),
        support::SIGNS,
        &purposes,
    );
    for domain in [private.domain, public.domain] {
        let own = World {
            domain,
            ..support::private()
        };
        let mut file = own.proof_file(&[&signer]);
        for crls in [file.crls.clone(), vec![]] {
            file.crls = crls;
            for number in [1, 2] {
                let purpose = question(public.purpose(number));
                let refused = trust::verify(&purpose, file.to_string().as_bytes(), &anchors).unwrap_err();
                assert!(matches!(refused, Refused::Chain(_)), "{refused}");
            }
        }
    }
}

/// Nor does it when it bears the public root's name.
#[test]
fn a_private_root_with_the_public_roots_name_is_another() {
    let public = support::production();
    let false_root = support::own("CN=Rust Root 1", Key::p384("false"));
    let purposes = [public.purpose(2).to_string()];
    let signer = support::issue(
        &false_root,
        9,
        "CN=crates.io 1",
        Key::p384("x"),
        support::SIGNS,
        &purposes,
    );
    let private = Private {
        roots: vec![false_root.certificate],
        ..support::private().as_private()
    };
    let anchors = public.anchors().with_private(private).unwrap();
    let mut file = public.proof_file(&[&signer]);
    file.crls.clear();
    let refused = trust::verify(&question(public.purpose(2)), file.to_string().as_bytes(), &anchors).unwrap_err();
    assert!(matches!(refused, Refused::Chain(_)), "{refused}");
}

/// And the public root does not answer for a private registry.
#[test]
fn the_public_root_never_stands_in_for_a_private_purpose() {
    let (public, private, anchors) = both();
    let purposes = [private.purpose(1).to_string()];
    let signer = support::issue(&public.root, 9, "CN=Other 1", Key::p384("x"), support::SIGNS, &purposes);
    let mut file = public.proof_file(&[&signer]);
    file.crls.clear();
    let refused = trust::verify(&question(private.purpose(1)), file.to_string().as_bytes(), &anchors).unwrap_err();
    assert!(matches!(refused, Refused::Chain(_)), "{refused}");
}

#[test]
fn a_private_registry_is_not_in_the_public_logs() {
    let (public, _, anchors) = both();
    let private = World {
        domain: public.domain,
        ..support::private()
    };
    let proof = private.proof_file(&[&private.release]).to_string();
    let refused = trust::verify(&question(private.purpose(1)), proof.as_bytes(), &anchors).unwrap_err();
    assert!(matches!(refused, Refused::OtherLog { .. }), "{refused}");
}

#[test]
fn a_private_registry_may_have_no_log() {
    let private = support::private();
    let without = Private {
        log_policy: None,
        ..private.as_private()
    };
    let anchors = support::production().anchors().with_private(without).unwrap();
    let mut file = private.proof_file(&[&private.release]);
    file.signature.proof = None;
    file.certificates[0].proof = None;
    let proof = file.to_string();
    let verified = trust::verify(&question(private.purpose(1)), proof.as_bytes(), &anchors).unwrap();
    assert_eq!(
        (verified.made, verified.place, verified.chain[0].place.clone()),
        (None, None, None)
    );
}

#[test]
fn refuses_arcs_that_overlap() {
    let public = support::production();
    for arc in [
        "1.3.6.1.4.1.99999.1",
        "1.3.6.1.4.1.99999.1.1",
        "1.3.6.1.4.1.99999.1.1.2",
        "1.3.6.1.4.1.99999",
        "1.3",
    ] {
        let private = Private {
            arc: arc.parse().unwrap(),
            ..support::private().as_private()
        };
        let refused = public.anchors().with_private(private).unwrap_err();
        assert!(
            matches!(refused, BadAnchors::Overlap { of: Realm::Public, .. }),
            "{refused}"
        );
    }
    let (_, private, anchors) = both();
    let again = anchors.with_private(private.as_private()).unwrap_err();
    assert!(
        matches!(
            again,
            BadAnchors::Overlap {
                of: Realm::Private(_),
                ..
            }
        ),
        "{again}"
    );
}

#[test]
fn refuses_anchors_that_nobody_should_start_with() {
    let (public, rehearsal) = (support::production(), support::rehearsal());
    let root = |world: &World| vec![world.root.certificate.clone()];
    let bad = |result: Result<Anchors, BadAnchors>| result.unwrap_err();
    let (arc, policy) = (public.arc(), public.policy());
    assert_eq!(bad(Anchors::new(vec![], arc, policy.clone())), BadAnchors::NoRoot);
    let delegate = vec![public.release.certificate.clone()];
    assert!(matches!(
        bad(Anchors::new(delegate, arc, policy.clone())),
        BadAnchors::NotARoot { .. }
    ));
    let marked = BadAnchors::Mark { rehearsal: false };
    assert_eq!(bad(Anchors::new(root(&rehearsal), arc, policy.clone())), marked);
    assert_eq!(
        bad(Anchors::new(root(&public), rehearsal.arc(), policy.clone())),
        marked
    );
    assert_eq!(bad(public.anchors().with_private(rehearsal.as_private())), marked);
    let unmarked = BadAnchors::Mark { rehearsal: true };
    assert_eq!(bad(Anchors::rehearsal(root(&public), arc, policy.clone())), unmarked);
    let blind = trust::LogPolicy::without_witnesses([policy.logs()[0].key.clone()]).unwrap();
    assert_eq!(bad(Anchors::new(root(&public), arc, blind)), BadAnchors::NoWitnesses);
    let shared = Private {
        roots: root(&public),
        ..support::private().as_private()
    };
    assert!(matches!(
        bad(public.anchors().with_private(shared)),
        BadAnchors::SharedKey { .. }
    ));
}

#[test]
fn refuses_a_log_policy_that_leaves_an_old_log_open() {
    let public = support::production();
    let private = support::private();
    for (world, log) in [(&public, "log"), (&public, "sig"), (&private, "log")] {
        let next = logs::line(world.domain, &format!("{log}/2"));
        let origin = format!("{}/{log}/1", world.domain);
        let frozen = format!("# frozen {origin} 5 {}\n", tlog::Hash::sha256(b"root"));
        let anchors = |lines: &str| {
            let policy = logs::policy(world.domain) + lines;
            let policy = trust::LogPolicy::parse(policy.as_bytes()).unwrap();
            match world.domain == public.domain {
                true => Anchors::new(vec![world.root.certificate.clone()], world.arc(), policy),
                false => public.anchors().with_private(Private {
                    log_policy: Some(policy),
                    ..world.as_private()
                }),
            }
        };
        let bad = anchors(&next).unwrap_err();
        assert_eq!(bad, BadAnchors::OpenLog { origin: origin.clone() });
        let text = format!("the log policy names a log after {origin}, and does not say where {origin} ended");
        assert_eq!(bad.to_string(), text);
        assert!(anchors(&(next + &frozen)).is_ok());
    }
}

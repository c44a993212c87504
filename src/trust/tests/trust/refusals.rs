//! Each rule, broken alone.

use trust::{Artifact, Crl, ProofFile, Question, Refused, SshsigError};

use crate::support::{self, ARTIFACT, Holder, MADE, World, der::at, keys::Key, logs, ssh};

/// The answer to a proof file with one thing changed.
fn changed(change: impl FnOnce(&World, &mut ProofFile)) -> Refused {
    let world = support::production();
    let mut file = world.proof_file(&[&world.subkey, &world.release]);
    change(&world, &mut file);
    world.ask(6, &file.to_string()).unwrap_err()
}

fn says(refused: &Refused, words: &str) {
    let text = refused.to_string();
    assert!(text.contains(words), "{text}");
}

#[test]
fn refuses_another_file() {
    let world = support::production();
    let proof = world.proof_file(&[&world.release]).to_string();
    let question = Question {
        artifact: Artifact::of(b"another file"),
        ..support::question(world.purpose(1))
    };
    let refused = trust::verify(&question, proof.as_bytes(), &world.anchors()).unwrap_err();
    assert_eq!(refused, Refused::Signature(SshsigError::Bad));
}

#[test]
fn refuses_a_signature_by_another_key() {
    let refused = changed(|world, file| {
        let other = Key::ed25519("another");
        let signature = ssh::sign(&other, &Artifact::of(ARTIFACT), "sha512", trust::NAMESPACE);
        let made = world.with_signature(&[&world.subkey, &world.release], &signature, MADE);
        file.signature = made.signature;
    });
    assert_eq!(refused, Refused::Signature(SshsigError::OtherKey));
}

#[test]
fn refuses_a_purpose_that_the_signer_does_not_have() {
    let world = support::production();
    let proof = world.proof_file(&[&world.subkey, &world.release]).to_string();
    says(&world.ask(1, &proof).unwrap_err(), "the signer may not sign for this");
    let proof = world.proof_file(&[&world.release]).to_string();
    says(&world.ask(2, &proof).unwrap_err(), "the signer may not sign for this");
}

#[test]
fn refuses_a_purpose_that_no_root_is_for() {
    let world = support::production();
    let proof = world.proof_file(&[&world.release]).to_string();
    for purpose in [
        "1.3.6.1.4.1.99999.1",
        "1.3.6.1.4.1.99999.2.1",
        "1.3.6.1.4.1.32473.3579.1.1",
    ] {
        let purpose = purpose.parse().unwrap();
        let refused = trust::verify(&support::question(purpose), proof.as_bytes(), &world.anchors());
        assert_eq!(refused.unwrap_err(), Refused::UnknownPurpose { purpose });
    }
}

#[test]
fn refuses_before_and_after_its_time() {
    let world = support::production();
    let proof = world.proof_file(&[&world.release]).to_string();
    for now in ["2026-10-31T23:59:59Z", "2031-11-01T00:00:01Z", "2027-02-01T00:00:00Z"] {
        let question = Question {
            now: at(now),
            ..support::question(world.purpose(1))
        };
        let refused = trust::verify(&question, proof.as_bytes(), &world.anchors()).unwrap_err();
        assert!(matches!(refused, Refused::Chain(_)), "{now}: {refused}");
    }
}

#[test]
fn refuses_a_revoked_signer() {
    let refused = changed(|world, file| file.crls = vec![world.crl(&world.root, &[2])]);
    says(&refused, "revoked");
}

#[test]
fn refuses_a_list_of_somebody_else() {
    let refused = changed(|_, file| {
        let other = support::private();
        file.crls.push(other.crl(&other.root, &[]));
    });
    assert!(matches!(refused, Refused::StrangeList { .. }), "{refused}");
}

#[test]
fn refuses_a_delegate_that_only_issues() {
    let world = support::production();
    let purposes = [format!("{}.1.3", world.arc)];
    let key = Key::p384("bors");
    let bors = support::issue(&world.root, 9, "CN=bors 1", key, support::CA_ONLY, &purposes);
    let refused = world.ask(3, &world.proof_file(&[&bors]).to_string()).unwrap_err();
    assert!(matches!(refused, Refused::MayNotSign { .. }), "{refused}");
}

#[test]
fn refuses_a_chain_with_more_or_less_or_in_another_order() {
    let world = support::production();
    let (signer, release, root) = (&world.subkey, &world.release, &world.root);
    let stranger = support::private().release;
    let more: [&[&Holder]; 4] = [
        &[signer, release, root],
        &[signer, &stranger, release],
        &[signer, release, release],
        &[signer, release, &stranger],
    ];
    for chain in more {
        let mut file = world.proof_file(chain);
        file.crls.clear();
        assert_eq!(world.ask(6, &file.to_string()).unwrap_err(), Refused::NotTheChain);
    }
    let refused = world.ask(6, &world.proof_file(&[signer]).to_string()).unwrap_err();
    assert!(matches!(refused, Refused::Chain(_)), "{refused}");
}

#[test]
fn refuses_a_file_without_proofs() {
    let refused = changed(|_, file| {
        file.signature.proof = None;
        file.certificates.iter_mut().for_each(|one| one.proof = None);
    });
    assert!(matches!(refused, Refused::NoProof { .. }), "{refused}");
}

#[test]
fn refuses_a_certificates_proof_from_a_log_of_signatures() {
    let refused = changed(|world, file| {
        let proof = logs::certificate(world.domain, "sig/1", &world.subkey.certificate);
        file.certificates[0].proof = Some(proof);
    });
    says(
        &refused,
        "is from the log 'pki.rust-lang.org/sig/1', not from one of its own, log/<n>",
    );
}

#[test]
fn refuses_a_signatures_proof_from_a_log_of_certificates() {
    let refused = changed(|world, file| {
        let extra = file.signature.proof.as_ref().unwrap().extra().unwrap().to_vec();
        let proof = logs::proof(world.domain, "log/1", &[]);
        file.signature.proof = Some(proof.with_extra(&extra));
    });
    says(
        &refused,
        "the proof of the signature is from the log 'pki.rust-lang.org/log/1'",
    );
}

#[test]
fn refuses_a_log_that_is_not_believed() {
    let refused = changed(|world, file| {
        let proof = logs::certificate(world.domain, "log/2", &world.subkey.certificate);
        file.certificates[0].proof = Some(proof);
    });
    assert!(matches!(refused, Refused::Log { .. }), "{refused}");
}

#[test]
fn refuses_the_proof_of_another_certificate() {
    let refused = changed(|_, file| file.certificates[0].proof = file.certificates[1].proof.clone());
    assert!(matches!(refused, Refused::Log { .. }), "{refused}");
}

#[test]
fn refuses_another_time_than_the_logged_one() {
    let refused = changed(|_, file| {
        let proof = file.signature.proof.take().unwrap();
        file.signature.proof = Some(proof.with_extra(&(MADE + 1).to_be_bytes()));
    });
    assert!(matches!(refused, Refused::Log { .. }), "{refused}");
}

#[test]
fn refuses_anything_but_a_time_beside_a_proof() {
    for extra in [&b""[..], &[0; 7], &[0; 9]] {
        let refused = changed(|_, file| {
            let proof = file.signature.proof.take().unwrap();
            file.signature.proof = Some(proof.with_extra(extra));
        });
        assert!(matches!(refused, Refused::Extra { .. }), "{refused}");
    }
    let refused = changed(|_, file| {
        let proof = file.certificates[0].proof.take().unwrap();
        file.certificates[0].proof = Some(proof.with_extra(b"trust me"));
    });
    assert!(matches!(refused, Refused::Extra { .. }), "{refused}");
}

#[test]
fn refuses_a_time_at_which_the_signer_could_not_sign() {
    let world = support::production();
    let chain = [&world.release];
    let signature = ssh::sign(&world.release.key, &Artifact::of(ARTIFACT), "sha512", trust::NAMESPACE);
    let now = at(support::NOW).0 as u64;
    for made in [0, now + 601, u64::MAX] {
        let file = world.with_signature(&chain, &signature, made);
        let refused = world.ask(1, &file.to_string()).unwrap_err();
        assert!(matches!(refused, Refused::Made { .. }), "{made}: {refused}");
    }
    let ahead = world.with_signature(&chain, &signature, now + 600);
    assert!(world.ask(1, &ahead.to_string()).is_ok());
}

#[test]
fn refuses_a_rehearsals_certificate_in_earnest() {
    let world = support::production();
    let purposes = [format!("{}.1.1", world.arc)];
    for (name, more) in [
        ("CN=Rehearsal 1", vec![]),
        ("CN=Other 1", vec!["1.3.6.1.4.1.32473.1".to_owned()]),
    ] {
        let purposes = [&purposes[..], &more].concat();
        let marked = support::issue(&world.root, 9, name, Key::p384(name), support::SIGNS, &purposes);
        let refused = world.ask(1, &world.proof_file(&[&marked]).to_string()).unwrap_err();
        assert!(matches!(refused, Refused::Rehearsal { .. }), "{refused}");
    }
}

#[test]
fn refuses_fewer_witnesses_than_the_policy_asks() {
    let refused = changed(|_, file| {
        let text = file.certificates[0].proof.as_ref().unwrap().to_string();
        let end = text.trim_end().rfind('\n').unwrap() + 1;
        file.certificates[0].proof = Some(trust::Proof::parse(&text.as_bytes()[..end]).unwrap());
    });
    says(&refused, "the quorum \"W\" is not reached, only A cosigned");
}

/// Whatever is said, fits a terminal's two or three lines and names a thing.
#[test]
fn a_refusal_is_short_and_plain() {
    let world = support::production();
    let list: Crl = world.crl(&world.root, &[2]);
    for refused in [
        changed(|_, file| file.crls = vec![list]),
        changed(|_, file| file.signature.proof = None),
        changed(|_, file| file.certificates.clear()),
    ] {
        let text = refused.to_string();
        assert!(
            text.len() < 240 && !text.contains('\n') && !text.ends_with('.'),
            "{text}"
        );
    }
}

#[test]
fn refuses_a_proof_from_beyond_the_end_of_a_frozen_log() {
    let world = support::production();
    let proof = world.proof_file(&[&world.release]).to_string();
    let ask = |log: &str, size: u64| {
        let line = format!(
            "# frozen {}/{log} {size} {}\n",
            world.domain,
            tlog::Hash::sha256(b"root")
        );
        let policy = trust::LogPolicy::parse((logs::policy(world.domain) + &line).as_bytes()).unwrap();
        let anchors = trust::Anchors::new(vec![world.root.certificate.clone()], world.arc(), policy).unwrap();
        trust::verify(&support::question(world.purpose(1)), proof.as_bytes(), &anchors)
    };
    for (log, what) in [("log/1", "the certificate of"), ("sig/1", "the signature")] {
        // Its checkpoint has five entries.
        assert!(ask(log, 6).is_ok());
        let refused = ask(log, 4).unwrap_err();
        says(&refused, "was frozen with 4 entries, and this checkpoint has 5");
        says(&refused, what);
        says(&ask(log, 5).unwrap_err(), "this is another tree of that size");
    }
}

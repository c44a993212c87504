//! What booted the console: quotes of a TPM that others wrote, over the member's own nonce, shown for what they are.

mod attended;
mod manifest;

use record::boot::{Evidence, Nonce};
use record::messages::{ApprovalRequest, Boot};
use record::{Bytes, Digest, cbor};

use super::countersign::held;
use super::scene::event::{Event, path, request, typed, window};
use super::scene::tpm::Algorithm;
use super::scene::{ids, names};
use attended::{LATER, Scene, nonce, own};

#[test]
fn proves_the_boot_by_a_key_that_the_member_names_and_the_manifest() {
    let scene = Scene::new("boot-proved", Algorithm::Rsa);
    let zero = Digest([0; 32]);
    let registers = vec![(4, zero), (7, zero), (11, scene.image), (12, zero)];
    let manifest = scene.manifest(scene.event.opening.image.digest, registers);
    scene.check_manifest(&manifest);
    let options = ["--manifest", path(&manifest), "--attestation-key", &scene.key];
    let page = scene.approve(scene.honest(), &options).good();
    for said in [
        "boot proved: the registers 4, 7, 11, 12 are those of the manifest:",
        "the manifest: signed by member-1, member-3, as `image` found at",
        "covers: the nonces of member-1; your own nonce among them:",
        "signed by the key (RSA-2048), its name:",
        "who vouches for the key: you:",
    ] {
        assert!(page.contains(said), "'{said}' is not in {page}");
    }
    let key = Digest::from_hex(&scene.key[4..]).expect("a digest");
    assert!(page.contains(&key.blocks()[0]), "{page}");
    // Known from now on, without being named; it is not proved by that.
    let page = scene
        .approve_at(
            LATER,
            scene.asked(window(&scene.event, 2), "key", own(&scene)),
            &options[..2],
        )
        .good();
    for said in [
        "boot quoted, not proved: the registers",
        "NOBODY. It is the key that you saw",
    ] {
        assert!(page.contains(said), "'{said}' is not in {page}");
    }
}

#[test]
fn a_console_that_quoted_with_a_nitro_tpm_is_another_one_with_a_key() {
    let scene = Scene::new("boot-kind", Algorithm::Ecc);
    let home = scene.event.home("member-1");
    std::fs::write(home.join("attestation-key"), "nitro:i-0123456789abcdef0\n").expect("written");
    let page = scene.approve(request(&scene.event), &[]).good();
    assert!(page.contains("NOTE: at an earlier time this console's TPM"), "{page}");
    let asked = scene.asked(window(&scene.event, 2), "key", own(&scene));
    let error = format!(
        "the quote is by the key {}, and the last time it was the NitroTPM i-0123456789abcdef0",
        &scene.key[4..]
    );
    let hint = "ask infra whether the console has another TPM; if so, name it with --attestation-key";
    scene.approve_at(LATER, asked.clone(), &[]).refused(1, &error, hint);
    let ran = scene.approve_at(
        LATER,
        asked.clone(),
        &["--attestation-key", "nitro:i-0123456789abcdef0"],
    );
    assert_eq!(ran.code, 1, "{}", ran.errors);
    scene
        .approve_at(LATER, asked, &["--attestation-key", &scene.key])
        .good();
    std::fs::write(home.join("attestation-key"), "nitro:\n").expect("written");
    let asked = scene.asked(window(&scene.event, 3), "key", own(&scene));
    assert_eq!(scene.approve_at(LATER, asked, &[]).code, 3);
}

#[test]
fn a_key_that_nobody_vouches_for_proves_nothing_and_is_remembered() {
    let scene = Scene::new("boot-first-use", Algorithm::Ecc);
    scene.tpm.attestation_key("other", Algorithm::Ecc);
    let page = scene.approve(scene.honest(), &[]).good();
    for said in [
        "boot quoted, not proved: nobody compared the registers",
        "who vouches for the key: NOBODY, AND YOU NEVER SAW IT.",
        "resets of the TPM so far, one each boot: 1",
    ] {
        assert!(page.contains(said), "'{said}' is not in {page}");
    }
    assert!(!page.contains("boot proved"), "{page}");
    let home = scene.event.home("member-1");
    let known = std::fs::read_to_string(home.join("attestation-key")).expect("remembered");
    assert_eq!(known.trim_end(), &scene.key[4..]);
    // Another key of the same console is another console until somebody says so.
    let asked = scene.asked(window(&scene.event, 2), "other", own(&scene));
    let refused = scene.approve_at(LATER, asked.clone(), &[]);
    let found = other_key(&asked);
    let error = format!(
        "the quote is by the key {found}, and the last time it was the key {}",
        &scene.key[4..]
    );
    let hint = "ask infra whether the console has another TPM; if so, name it with --attestation-key";
    refused.refused(1, &error, hint);
    let refused = scene.approve_at(LATER, asked, &["--attestation-key", &scene.key]);
    let error = format!(
        "the quote is by the key {found}, and you named the key {}",
        &scene.key[4..]
    );
    let hint = "sign nothing; compare the key's name with all others: this is not the console that you know";
    refused.refused(1, &error, hint);
    // No quote any more: loud, and not refused.
    let page = scene.approve_at(LATER, window(&scene.event, 2), &[]).good();
    for said in [
        "boot unproven: nothing but",
        "NOTE: at an earlier time this console's TPM",
    ] {
        assert!(page.contains(said), "'{said}' is not in {page}");
    }
}

fn other_key(asked: &ApprovalRequest) -> Digest {
    let Boot::Quote(quote) = &asked.boot else {
        panic!("a quote");
    };
    match record::boot::check(quote, &asked.session).expect("good").proof {
        record::boot::Proof::Tpm2(tpm) => tpm.key,
        record::boot::Proof::Nitro(_) => panic!("a TPM's"),
    }
}

#[test]
fn refuses_a_bad_quote_and_signs_nothing() {
    let scene = Scene::new("boot-bad", Algorithm::Ecc);
    let before = names(&scene.event.out());
    let of_another = "the console makes its quote after everybody said to be present; ask for one over your own nonce";
    let refused = |nonces: Vec<Nonce>, error: &str, hint: &str| {
        let asked = scene.asked(request(&scene.event), "key", nonces);
        let error = format!("the quote of what booted is bad: {error}");
        scene.approve(asked, &[]).refused(1, &error, hint);
    };
    let stale = Nonce {
        member: "member-1".into(),
        nonce: Bytes(vec![9; 16]),
    };
    let error = "the quote has a nonce for member-1 that member-1 did not draw";
    refused(vec![stale], error, of_another);
    let of_others = Nonce {
        member: "member-2".into(),
        nonce: Bytes(vec![9; 16]),
    };
    refused(
        vec![of_others],
        "the quote does not cover a nonce of member-1",
        of_another,
    );

    let mut changed = scene.honest();
    changed.boot = Boot::Quote(Bytes(forged(&changed.boot)));
    let error = "the quote of what booted is bad: the signature of the quote is not good";
    let hint = "approve nothing on it: a bad quote is worse than none; ask how this one was made";
    scene.approve(changed, &[]).refused(1, error, hint);
    assert_eq!(names(&scene.event.out()), before);
    assert!(!scene.event.home("member-1").join("attestation-key").exists());
}

/// The same quote with one octet of its signature changed.
fn forged(boot: &Boot) -> Vec<u8> {
    let Boot::Quote(quote) = boot else {
        panic!("a quote");
    };
    let mut evidence: Evidence = cbor::decode(quote).expect("a quote");
    let Evidence::Tpm2 { signature, .. } = &mut evidence else {
        panic!("a TPM's");
    };
    *signature.0.last_mut().expect("octets") ^= 1;
    cbor::encode(&evidence).expect("CBOR")
}

#[test]
fn a_record_with_a_quote_is_countersigned_by_whom_it_covers() {
    let event = Event::new("boot-record");
    let six: Vec<String> = ids().take(6).collect();
    for id in &six {
        event.review(id);
        event.attend(id, "begin");
    }
    let scene = Scene::of(event, Algorithm::Rsa);
    let event = &scene.event;
    let nonces: Vec<Nonce> = six.iter().map(|id| nonce(event, id)).collect();
    let asked = scene.asked(request(event), "key", nonces);
    for id in &six {
        event.approve(id, asked.clone()).good();
        event.attend(id, "end");
    }
    let mut record = held::record(event);
    record.boot = asked.boot;
    let digest = event.put("record.cbor", record.clone());
    let sign = |command: &[&str]| event.act(&six[1], command, "record.cbor", &typed(&digest));
    let page = sign(&["countersign", "--attestation-key", &scene.key]).good();
    for said in [
        "boot quoted, not proved: nobody compared the registers",
        "covers: the nonces of member-1, member-2, member-3, member-4, member-5,",
        "its boot was quoted over the nonces of 6 of 6 members",
    ] {
        assert!(page.contains(said), "'{said}' is not in {page}");
    }
    record.boot = Boot::Unproven;
    let digest = event.put("record.cbor", record);
    let ran = event.act(&six[2], &["countersign"], "record.cbor", &typed(&digest));
    assert_eq!(ran.code, 1, "{}", ran.errors);
    assert!(ran.errors.contains("request-other"), "{}", ran.errors);
}

//! What a manifest proves of a quote, and what not.

use record::messages::{ApprovalRequest, Boot};
use record::{Bytes, Digest};

use super::super::image::{sign_manifest, signers};
use super::super::scene::event::{path, request, window};
use super::super::scene::tpm::Algorithm;
use super::super::scene::{NOW, PASSPHRASE, run};
use super::attended::{Scene, own};

#[test]
fn a_manifest_whose_signatures_nobody_checked_proves_nothing() {
    let scene = Scene::new("boot-manifest-unsigned", Algorithm::Ecc);
    let manifest = scene.manifest(scene.event.opening.image.digest, vec![(11, scene.image)]);
    let options = ["--manifest", path(&manifest), "--attestation-key", &scene.key];
    // The page is shown before the words are asked for, and wrong ones approve nothing.
    let name = "approval-request-1.cbor";
    scene.event.put(name, scene.honest());
    let command = [&["approve"], &options[..]].concat();
    let unchecked = || {
        let page = scene
            .event
            .act("member-1", &command, name, &format!("{PASSPHRASE}\nno no\n"))
            .page;
        for said in [
            "boot quoted, not proved: the register 11 is among those of a manifest whose",
            "the manifest: WHOSE SIGNATURES WERE NOT CHECKED.",
        ] {
            assert!(page.contains(said), "'{said}' is not in {page}");
        }
        assert!(!page.contains("boot proved"), "{page}");
    };
    unchecked();
    // To look at it without signatures is no check of them.
    let command = ["--now", NOW, "image", "--words", "--unsigned", path(&manifest)];
    let words = format!("{}\n", scene.event.opening.image.digest);
    run(&scene.event.home("member-1"), &command, &words).good();
    unchecked();
    // Nor are too few of them; nor is another manifest that was checked.
    let keys = signers(&scene.event.folder);
    sign_manifest(&scene.event.folder, &manifest, &["member-1"]);
    let command = [
        "--now",
        NOW,
        "image",
        "--words",
        "--signers",
        path(&keys),
        path(&manifest),
    ];
    let ran = run(&scene.event.home("member-1"), &command, &words);
    assert_eq!(ran.code, 1, "{}", ran.errors);
    scene.check_manifest(&scene.manifest(
        scene.event.opening.image.digest,
        vec![(7, Digest([0; 32])), (11, scene.image)],
    ));
    unchecked();
    scene.check_manifest(&manifest);
    let page = scene.approve(scene.honest(), &options).good();
    let flat = page.split_whitespace().collect::<Vec<_>>().join(" ");
    let said = "boot proved: the register 11 is among those of the manifest: what it measures is what booted,";
    assert!(flat.contains(said), "{page}");
}

#[test]
fn registers_that_can_be_set_back_or_do_not_hold_the_image_prove_nothing() {
    let scene = Scene::new("boot-debug-register", Algorithm::Ecc);
    let zero = Digest([0; 32]);
    let page = |window_number, registers: Vec<(u32, Digest)>| {
        let manifest = scene.manifest(scene.event.opening.image.digest, registers);
        scene.check_manifest(&manifest);
        let asked = window(&scene.event, window_number);
        let quote = scene.tpm.quote("key", &[7, 12, 16, 23], &asked.session, own(&scene));
        let boot = Boot::Quote(Bytes(quote));
        let name = format!("approval-request-{window_number}.cbor");
        scene.event.put(&name, ApprovalRequest { boot, ..asked });
        let command = [
            "approve",
            "--manifest",
            path(&manifest),
            "--attestation-key",
            &scene.key,
        ];
        // The page is shown before the words are asked for, and wrong ones approve nothing.
        let ran = scene
            .event
            .act("member-1", &command, &name, &format!("{PASSPHRASE}\nno no\n"));
        assert!(!ran.page.contains("boot proved"), "{}", ran.page);
        ran.page
    };
    let shown = page(1, vec![(16, zero)]);
    let said = "boot quoted, not proved: the manifest names no register for such a quote";
    assert!(shown.contains(said), "{shown}");
    let shown = page(2, vec![(7, zero), (12, zero), (16, zero), (23, zero)]);
    let said =
        "  boot quoted, not proved: the registers 7, 12 are those of the manifest, but it\n    names neither 4 nor 11";
    assert!(shown.contains(said), "{shown}");
}

#[test]
fn a_manifest_without_a_quote_is_loudly_no_proof() {
    let scene = Scene::new("boot-manifest-alone", Algorithm::Ecc);
    let manifest = scene.manifest(scene.event.opening.image.digest, vec![(11, scene.image)]);
    scene.check_manifest(&manifest);
    let page = scene
        .approve(request(&scene.event), &["--manifest", path(&manifest)])
        .good();
    for said in [
        "boot unproven: nothing but",
        "NOTE: you named a manifest, and it proves nothing here. No quote came, so no",
    ] {
        assert!(page.contains(said), "'{said}' is not in {page}");
    }
}

#[test]
fn refuses_other_registers_than_the_manifests_and_another_images_manifest() {
    let scene = Scene::new("boot-manifest", Algorithm::Ecc);
    let (engine, other) = (scene.event.opening.image.digest, Digest::of(b"another image"));
    let manifest = scene.manifest(engine, vec![(11, other)]);
    let error = format!(
        "the quote of what booted is bad: PCR 11 is {}, the manifest says {other}",
        scene.image
    );
    let hint =
        "leave everything as it is, and tell the other members: this console did not boot what the manifest says";
    scene
        .approve(scene.honest(), &["--manifest", path(&manifest)])
        .refused(1, &error, hint);

    let manifest = scene.manifest(other, Vec::new());
    let error = format!("the console runs {engine}, and the manifest is of {other}");
    let hint = "name the manifest of the event's image; if this is it, sign nothing and tell the others";
    scene
        .approve(scene.honest(), &["--manifest", path(&manifest)])
        .refused(1, &error, hint);
    let plain = request(&scene.event);
    scene
        .approve(plain.clone(), &["--manifest", path(&manifest)])
        .refused(1, &error, hint);

    let error = "you named an attestation key, and no quote by such a key came";
    let hint = "ask why the console proves nothing of its boot; without --attestation-key it counts as unproven";
    scene
        .approve(plain, &["--attestation-key", &scene.key])
        .refused(1, error, hint);
    let ran = scene.approve(request(&scene.event), &["--attestation-key", "000b"]);
    assert_eq!(ran.code, 2, "{}", ran.errors);

    // A manifest that names no register proves nothing.
    let manifest = scene.manifest(engine, Vec::new());
    let options = ["--manifest", path(&manifest), "--attestation-key", &scene.key];
    let page = scene.approve(scene.honest(), &options).good();
    let said = "boot quoted, not proved: the manifest names no register for such a quote";
    assert!(page.contains(said), "{page}");
}

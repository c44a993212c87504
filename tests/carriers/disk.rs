//! A removable disk.

use std::fs;

use record::any::Maker;
use support::Scratch;
use support::rehearsal::text;

use super::sent::{all, ceremony};

#[test]
fn every_type_crosses_on_a_disk_in_its_makers_direction() {
    let scratch = Scratch::new("carriers-disk");
    let sent = all(&scratch);
    let [disk, inbound, outbound] = ["disk", "inbound", "outbound"].map(|name| scratch.join(name));
    [&disk, &outbound]
        .iter()
        .for_each(|folder| fs::create_dir(folder).expect("a folder"));
    for one in &sent {
        let from = if one.kind.maker == Maker::Console {
            &outbound
        } else {
            &disk
        };
        for file in [&one.file, &one.signature]
            .into_iter()
            .take(1 + usize::from(one.is_signed()))
        {
            fs::copy(file, from.join(file.file_name().expect("a name"))).expect("a copy");
        }
    }
    fs::create_dir_all(&inbound).expect("a folder");
    let _ = ceremony(&[
        "media",
        "in",
        "--rehearsal",
        "--disk",
        &text(&disk),
        "--inbound",
        &text(&inbound),
    ])
    .expect(0);
    fs::remove_dir_all(&disk).expect("the same disk, empty");
    fs::create_dir(&disk).expect("a folder");
    let _ = ceremony(&[
        "media",
        "out",
        "--rehearsal",
        "--outbound",
        &text(&outbound),
        "--disk",
        &text(&disk),
    ])
    .expect(0);
    for one in &sent {
        let to = if one.kind.maker == Maker::Console {
            &disk
        } else {
            &inbound
        };
        let [file, signature] = [&one.file, &one.signature].map(|file| to.join(file.file_name().expect("a name")));
        // What goes to the store never comes to the console, though it lay on the disk.
        if one.kind.maker == Maker::Publisher {
            assert!(!file.exists(), "{}", file.display());
            continue;
        }
        let signature = if one.is_signed() {
            signature
        } else {
            one.signature.clone()
        };
        one.arrived(&file, &signature);
    }
}

//! The worked example of docs/formats/codes.md, from the vector files.

use std::path::Path;

use transfer::{Animation, Receiver, Taken, still};

fn workspace(path: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path);
    std::fs::read(&path).unwrap_or_else(|cause| panic!("{}: {cause}", path.display()))
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

#[test]
fn frames_of_the_example_are_those_that_the_page_shows() {
    let page = String::from_utf8(workspace("docs/formats/codes.md")).expect("a text");
    let shown: String = page.split_whitespace().collect();
    let bundle = workspace("tests/vectors/review.cbor");
    let stills = still(&bundle).expect("fits");
    assert_eq!(stills.len(), 1);
    assert!(
        shown.contains(&hex(&stills[0])),
        "the page lacks the still frame {}",
        hex(&stills[0])
    );
    let animation = Animation::new(&bundle, 64).expect("fits");
    for number in [0, animation.needed()] {
        let frame = hex(&animation.frame(number));
        assert!(
            shown.contains(&frame),
            "the page lacks frame {number} of the animation: {frame}"
        );
    }
}

#[test]
fn repair_frames_of_the_example_alone_make_the_bundle() {
    let bundle = workspace("tests/vectors/review.cbor");
    let animation = Animation::new(&bundle, 64).expect("fits");
    let mut receiver = Receiver::new();
    let repair = animation.needed()..animation.needed() + 10;
    let whole = repair
        .map(|n| receiver.take(&animation.frame(n)))
        .any(|taken| taken == Taken::Complete);
    assert!(whole);
    assert_eq!(receiver.bundle(), Some(&bundle[..]));
}

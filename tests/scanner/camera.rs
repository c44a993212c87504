//! Through the camera: a fifth of the frames lost, the rest out of order, each held badly, strays in between.

use support::Scratch;
use support::browser::Browser;
use transfer::Animation;

use super::frames::film;
use super::page::{bundle, open, shows_digest};

#[test]
fn a_bundle_arrives_through_a_bad_camera_with_a_fifth_of_its_frames_lost() {
    let scratch = Scratch::new("scanner-camera");
    let bundle = bundle(9_000);
    let frames = frames(&bundle);
    let browser = Browser::start(&scratch, Some(&film(&scratch, &frames)));
    open(&browser);
    browser.click("camera-start");
    browser.wait("the first code", |browser| {
        browser.text("received").contains(" codes received, for ")
    });
    assert!(
        browser.text("parts").starts_with("Parts that arrived: "),
        "{}",
        browser.text("parts")
    );
    browser.wait("the bundle", |browser| {
        browser.text("arrived").contains("It is complete")
    });

    shows_digest(&browser, "arrived-file", &bundle);
    let file = browser.text("arrived-file");
    assert!(file.contains("a bundle of type review, version 1"), "{file}");
    assert!(file.contains("REHEARSAL: nothing in it is to be trusted"), "{file}");
    assert_eq!(
        browser.text("received"),
        format!("All of {} octets arrived.", bundle.len())
    );

    // Every picture has one code.
    let number = |id: &str| browser.text(id).parse::<u32>().expect("a number");
    let (looked, read) = (number("looked"), number("read"));
    println!("{read} codes were read in {looked} pictures");
    assert!(4 * read >= 3 * looked, "{read} codes in {looked} pictures");
    let aside = browser.text("aside");
    assert!(
        aside.contains(" of another bundle") && aside.contains(" not one of our codes"),
        "{aside}"
    );

    browser.save_into(&scratch);
    let _ = browser.script("document.querySelector('#saves button').click()");
    let saved = scratch.join(format!("review-{}.cbor", &record::Digest::of(&bundle).hex()[..8]));
    browser.wait_for_file(&saved);
    assert_eq!(std::fs::read(&saved).expect("a file"), bundle);
    assert!(
        browser
            .script("return document.getElementById('video').srcObject")
            .is_null(),
        "the camera is off"
    );
    assert_eq!(browser.complaints(), [""; 0]);
}

/// Two presses of a button, or of a list of cameras, before the browser has answered the first.
#[test]
fn however_often_the_camera_is_started_one_stream_runs_and_stopping_ends_it() {
    let scratch = Scratch::new("scanner-twice");
    let browser = Browser::start(&scratch, Some(&film(&scratch, &[b"https://example.org/".to_vec()])));
    open(&browser);
    let _ = browser.script(WATCHED);
    let running = |browser: &Browser| {
        browser
            .script("return globalThis.streams.flatMap(s => s.getTracks()).filter(t => t.readyState === 'live').length")
    };
    let _ = browser
        .script("const start = document.getElementById('camera-start'); start.click(); start.click(); start.click()");
    browser.wait("all three answers", |browser| {
        browser.script("return globalThis.streams.length") == 3
    });
    browser.wait("the camera", |browser| {
        browser.text("camera-told").starts_with("The camera is on.")
    });
    assert_eq!(running(&browser), 1);
    // Stopped before the browser has answered.
    let _ = browser.script(
        "document.getElementById('camera-stop').click(); document.getElementById('camera-start').click();
         document.getElementById('camera-stop').click()",
    );
    browser.wait("the fourth answer", |browser| {
        browser.script("return globalThis.streams.length") == 4
    });
    browser.wait("silence", |browser| running(browser) == 0);
    assert_eq!(browser.text("camera-told"), "The camera is off.");
    assert!(
        browser
            .script("return document.getElementById('video').srcObject")
            .is_null()
    );
    assert_eq!(browser.complaints(), [""; 0]);
}

/// Keeps every stream that the browser gives, and gives it late.
const WATCHED: &str = "
    globalThis.streams = [];
    const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      const stream = await ask(wanted);
      globalThis.streams.push(stream);
      await new Promise((resolve) => setTimeout(resolve, 300));
      return stream;
    };
";

/// What the camera sees: four frames of five, out of order, and, once it has begun, codes of others.
fn frames(bundle: &[u8]) -> Vec<Vec<u8>> {
    let animation = Animation::new(bundle, 400).expect("an animation");
    let other = Animation::new(b"another bundle, which nobody waits for", 64).expect("an animation");
    let shown = animation.needed() * 3 / 2;
    // 23 has no divisor in common with the numbers that are shown, so each comes once.
    let (step, all) = (23, shown | 1);
    let kept = (0..all).map(|n| n * step % all).filter(|number| number % 5 != 4);
    let mut frames = Vec::new();
    for (n, number) in kept.enumerate() {
        frames.push(animation.frame(number));
        match n % 12 {
            5 => frames.push(other.frame(number)),
            11 => frames.push(b"https://example.org/".to_vec()),
            _ => {}
        }
    }
    frames
}

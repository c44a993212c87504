//! What people see: on a telephone and on a desk, light and dark, with a screen reader and without a camera.

use std::fs;

use support::Scratch;
use support::browser::Browser;
use support::scratch::temporary;

use super::page::{bundle, open};

#[test]
fn the_page_is_read_on_a_telephone_and_on_a_desk_in_light_and_dark() {
    let scratch = Scratch::new("scanner-look");
    let file = scratch.join("bundle.cbor");
    fs::write(&file, bundle(900)).expect("a file");
    let stills = transfer::still(&bundle(900)).expect("small");
    let pictures: Vec<_> = (0..stills.len())
        .map(|n| super::frames::straight(&scratch, &format!("still-{n}"), &stills[n]))
        .collect();
    let pictures: Vec<_> = pictures.iter().map(|path| path.as_path()).collect();
    let browser = Browser::start(&scratch, None);
    for (name, width, height, scheme) in SCREENS {
        browser.screen(width, height, scheme);
        open(&browser);
        picture(&browser, &format!("{name}-begin"));
        browser.give_files("pictures", &pictures);
        browser.wait("the bundle", |browser| {
            browser.text("arrived").contains("It is complete")
        });
        browser.give_files("file", &[&file]);
        browser.wait("a code", |browser| browser.text("which").starts_with("Code "));
        let beyond = "const page = document.documentElement; return page.scrollWidth - page.clientWidth";
        assert_eq!(browser.script(beyond), 0, "{name}: nothing is wider than the screen");
        // WCAG 2.2, 1.4.3: letters stand out from their ground by 4.5 to 1.
        let contrast = browser.script(CONTRAST).as_f64().expect("a number");
        assert!(contrast >= 4.5, "{name}: {contrast}");
        picture(&browser, name);
    }
}

#[test]
fn everything_that_can_be_used_has_a_name_and_is_reached_by_keyboard() {
    let scratch = Scratch::new("scanner-names");
    let browser = Browser::start(&scratch, None);
    open(&browser);
    for id in [
        "camera-start",
        "pictures",
        "file",
        "form",
        "density",
        "speed",
        "back",
        "pause",
        "next",
        "bar",
        "code",
    ] {
        let _ = browser.script("document.querySelectorAll('[hidden]').forEach(e => e.hidden = false)");
        assert!(
            browser.label(&format!("#{id}")).len() > 3,
            "{id} is called '{}'",
            browser.label(&format!("#{id}"))
        );
    }
    let unreachable =
        "return [...document.querySelectorAll('button, input, select')].filter(e => e.tabIndex < 0).length";
    assert_eq!(browser.script(unreachable), 0);
    assert_eq!(
        browser.script("return document.getElementById('told').getAttribute('aria-live')"),
        "polite"
    );
}

#[test]
fn says_what_to_do_where_there_is_no_camera() {
    let scratch = Scratch::new("scanner-no-camera");
    let browser = Browser::start(&scratch, None);
    open(&browser);
    browser.click("camera-start");
    browser.wait("the answer", |browser| {
        browser.text("camera-told").contains("or choose pictures")
    });
    let told = browser.text("camera-told");
    assert!(
        told.starts_with("No camera was found. ") || told.starts_with("The camera was refused. "),
        "{told}"
    );
    // Browsers hide the camera from pages of a server without https.
    let _ = browser.script("Object.defineProperty(navigator, 'mediaDevices', { value: undefined })");
    browser.click("camera-start");
    browser.wait("the answer", |browser| {
        browser.text("camera-told").starts_with("This page gets no camera: ")
    });
    assert_eq!(browser.complaints(), [""; 0]);
}

/// Kept under target/, to be looked at.
fn picture(browser: &Browser, name: &str) {
    fs::write(temporary().join(format!("scanner-{name}.png")), browser.picture()).expect("a picture");
}

const SCREENS: [(&str, u32, u32, &str); 4] = [
    ("phone-light", 360, 740, "light"),
    ("phone-dark", 360, 740, "dark"),
    ("desk-light", 1280, 800, "light"),
    ("desk-dark", 1280, 800, "dark"),
];

/// The least contrast of any text with its ground, by WCAG's formula.
const CONTRAST: &str = "
    const numbers = (color) => color.match(/[0-9.]+/g).map(Number);
    const light = (color) => {
      const [r, g, b] = numbers(color).map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = (element) => {
      for (let e = element; e; e = e.parentElement) {
        const color = getComputedStyle(e).backgroundColor;
        if (numbers(color)[3] !== 0) { return color; }
      }
      return 'rgb(255, 255, 255)';
    };
    const texts = [...document.querySelectorAll('h1, h2, p, dt, dd, label, button:not(:disabled), select:not(:disabled)')];
    const contrast = (e) => {
      const [a, b] = [light(getComputedStyle(e).color), light(ground(e))].sort((x, y) => y - x);
      return (a + 0.05) / (b + 0.05);
    };
    return Math.min(...texts.map(contrast));
";

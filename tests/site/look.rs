//! What people see and reach: light and dark, narrow, by keyboard, without JavaScript; and what axe finds, which is nothing.

use std::fs;

use support::browser::Browser;
use support::judges::axe;
use support::scratch::temporary;
use support::skip::skip;

use super::pages::{KINDS, browser, open};

#[test]
fn light_and_dark_differ_and_nothing_is_wider_than_a_narrow_screen() {
    let (_scratch, browser) = browser("site-look");
    for page in KINDS {
        let mut pictures = Vec::new();
        for (width, scheme) in [(320, "light"), (1200, "light"), (1200, "dark")] {
            browser.screen(width, 900, scheme);
            open(&browser, page);
            let beyond = "const page = document.documentElement; return page.scrollWidth - page.clientWidth";
            assert_eq!(browser.script(beyond), 0, "{page} is wider than {width}");
            let picture = browser.picture();
            let name = format!("site-{}-{width}-{scheme}.png", page.replace('/', "-"));
            fs::write(temporary().join(name), &picture).expect("a picture");
            pictures.push(picture);
        }
        assert_ne!(pictures[1], pictures[2], "{page}");
        assert_eq!(browser.complaints(), [""; 0], "{page}");
    }
}

#[test]
fn a_page_is_the_same_without_javascript() {
    let (_scratch, browser) = browser("site-scripts");
    browser.screen(1200, 900, "light");
    for page in KINDS {
        open(&browser, page);
        assert_eq!(browser.script("return document.scripts.length"), 0, "{page}");
        // What has no script is looked at once with a picture and once with a table of entries.
        if !["index.html", "log/index.html"].contains(&page) {
            continue;
        }
        let with = browser.picture();
        browser.scripts(false);
        open(&browser, page);
        assert!(with == browser.picture(), "{page} looks otherwise without JavaScript");
        browser.scripts(true);
    }
}

#[test]
fn every_link_is_reached_by_keyboard_in_the_order_of_reading_and_seen_there() {
    let (_scratch, browser) = browser("site-keyboard");
    for page in ["index.html", "log/index.html"] {
        open(&browser, page);
        for n in 0..20 {
            browser.press(TAB);
            let here = format!(
                "const at = document.activeElement; const style = getComputedStyle(at); \
                 return at === document.querySelectorAll('a[href]')[{n}] && style.outlineStyle !== 'none'"
            );
            assert_eq!(browser.script(&here), true, "{page}: link {n}");
        }
    }
    // The second link leads to the certificates on the first page.
    open(&browser, "log/index.html");
    browser.press(TAB);
    browser.press(TAB);
    browser.press(ENTER);
    browser.wait("the link", |browser: &Browser| {
        browser.script("return location.pathname + location.hash") == "/index.html#certificates"
    });
}

#[test]
fn axe_finds_nothing_on_any_kind_of_page_in_light_and_dark() {
    let Some(axe) = axe() else {
        return skip(
            "the pages' accessibility",
            "axe-core is not installed (npm pack axe-core)",
        );
    };
    let (_scratch, browser) = browser("site-axe");
    for page in KINDS {
        // Narrow, a table is a list: once is enough.
        let narrow = (page == "log/index.html").then_some((360, "light"));
        for (width, scheme) in [(1200, "light"), (1200, "dark")].into_iter().chain(narrow) {
            browser.screen(width, 900, scheme);
            open(&browser, page);
            let _ = browser.script(&axe);
            let found = browser.script(AXE);
            let (passed, broken) = (found["passed"].as_u64().unwrap_or(0), &found["broken"]);
            assert!(passed > 15, "{page}: axe looked at {passed} rules only");
            assert_eq!(
                broken.as_array().map(Vec::len),
                Some(0),
                "{page}, {width}, {scheme}: {broken:#}"
            );
        }
    }
}

/// All rules, best practices included. What axe is not sure of counts as broken, but for letters within the picture, whose
/// ground it cannot find: they have the colours of the cards below, which it judges.
const AXE: &str = "
    const drawn = (rule) => (node) => rule.id === 'color-contrast' && document.querySelector(node.target[0]).closest('svg');
    const shown = (rule) => ({
      rule: rule.id, help: rule.help, where: rule.nodes.slice(0, 5).map((node) => node.html + ' ' + node.failureSummary),
    });
    return axe.run(document).then((found) => {
      const unsure = found.incomplete.map((rule) => ({ ...rule, nodes: rule.nodes.filter((node) => !drawn(rule)(node)) }));
      return {
        passed: found.passes.length,
        broken: [...found.violations, ...unsure.filter((rule) => rule.nodes.length > 0)].map(shown),
      };
    });
";

/// W3C WebDriver, keyboard actions.
const TAB: &str = "\u{E004}";
const ENTER: &str = "\u{E007}";

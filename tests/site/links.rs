//! Every link of every page leads to something, and no page asks for anything else or complains.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::pages::{address, all, browser, open, store};

#[test]
fn every_link_of_every_page_leads_to_something_and_no_page_complains() {
    let (_scratch, browser) = browser("site-links");
    let (mut links, mut anchors) = (Vec::new(), BTreeMap::new());
    for page in all() {
        open(&browser, &page);
        let list = |script: &str| -> Vec<String> { texts(&browser.script(script)) };
        for link in list("return [...document.querySelectorAll('a[href]')].map(a => a.href)") {
            links.push((page.clone(), link));
        }
        let ids = list("return [...document.querySelectorAll('[id]')].map(e => e.id)");
        let once: BTreeSet<String> = ids.iter().cloned().collect();
        assert_eq!(once.len(), ids.len(), "{page}: an id is there twice: {ids:?}");
        let loaded = list(
            "return performance.getEntriesByType('resource').map(e => e.name).filter(n => !n.startsWith('data:'))",
        );
        assert_eq!(loaded, [""; 0], "{page}");
        assert_eq!(browser.complaints(), [""; 0], "{page}");
        anchors.insert(page, once);
    }
    assert!(
        anchors.len() >= 15 && links.len() > 300,
        "{} pages, {} links",
        anchors.len(),
        links.len()
    );
    for (page, link) in &links {
        let Some(path) = link.strip_prefix(address()).map(|path| path.trim_start_matches('/')) else {
            assert!(
                link.starts_with("https://") && page.starts_with("docs/"),
                "{page}: {link}"
            );
            continue;
        };
        let (file, anchor) = path.split_once('#').unwrap_or((path, ""));
        assert!(store().store(file).is_file(), "{page}: {link}");
        let there = || anchors.get(file).is_some_and(|ids| ids.contains(anchor));
        assert!(anchor.is_empty() || there(), "{page}: {link}: there is no such part");
    }
}

fn texts(value: &Value) -> Vec<String> {
    let all = value.as_array().expect("a list").iter();
    all.map(|one| one.as_str().expect("a text").to_owned()).collect()
}

#[test]
fn every_page_is_reached_from_the_first_one() {
    let (_scratch, browser) = browser("site-reached");
    let (mut seen, mut next) = (BTreeSet::new(), vec!["index.html".to_owned()]);
    while let Some(page) = next.pop() {
        if !page.ends_with(".html") || !seen.insert(page.clone()) {
            continue;
        }
        open(&browser, &page);
        let links =
            texts(&browser.script("return [...document.querySelectorAll('a[href]')].map(a => a.href.split('#')[0])"));
        let own = links.iter().filter_map(|link| link.strip_prefix(address()));
        next.extend(own.map(|path| path.trim_start_matches('/').to_owned()));
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), all());
}

//! The access calendar: explained, unexplained, missing.

use record::Time;
use record::access::{ConsoleAccess, ConsoleBatch, ConsoleWhat, Gap, GapWhat, HsmAccess, HsmBatch, Mfa};
use record::policy::Maintenance;
use verifier::access::Access;
use verifier::layout;

use super::site;
use crate::pages::access;
use crate::site::{Batch, Site};

/// A site with a batch of each log around its event; these accesses to the console.
fn with(accesses: Vec<ConsoleAccess>, gaps: Vec<Gap>) -> Site {
    let mut site = site();
    let record = &site.events[0].record;
    let (from, until) = (Time(record.began.0 - 7_200), record.ended.plus(90_000));
    let key_owner = record.keys[0].owner.clone();
    let hsm = HsmAccess {
        time: record.began,
        hsm: "hsm-1".into(),
        sequence: Some(0),
        operation: "CN_LOGIN".into(),
        done: true,
        user: Some(key_owner),
        role: Some("pki-hsm-operator".into()),
        mfa: Mfa::Yes,
    };
    let console = ConsoleBatch {
        number: 1,
        previous: None,
        from,
        until,
        accesses,
        gaps,
        inputs: Vec::new(),
    };
    let hsm = HsmBatch {
        number: 1,
        previous: None,
        from,
        until,
        accesses: vec![
            hsm.clone(),
            HsmAccess {
                sequence: Some(1),
                ..hsm
            },
        ],
        gaps: Vec::new(),
        inputs: Vec::new(),
    };
    for access in [Access::Console(console), Access::Hsm(hsm)] {
        site.batches.push(Batch { access });
    }
    site
}

fn login(user: &str, time: Time) -> ConsoleAccess {
    ConsoleAccess {
        time,
        user: Some(user.into()),
        what: ConsoleWhat::Login,
    }
}

fn page(site: &Site) -> String {
    let pages = access::pages(site);
    let (path, page) = pages.into_iter().next().expect("a page");
    assert_eq!(path, layout::ACCESS);
    page
}

#[test]
fn a_store_without_batches_has_no_calendar_and_no_link_to_it() {
    let site = site();
    assert!(access::pages(&site).is_empty());
    assert!(!crate::pages::home::page(&site).into_string().contains(layout::ACCESS));
}

#[test]
fn shows_who_came_when_and_by_which_event_it_is_explained() {
    let began = site().events[0].record.began;
    let site = with(vec![login("member-1", began)], Vec::new());
    let page = page(&site);
    let (name, day) = (&site.events[0].record.event, &began.to_string()[..10]);
    assert!(
        page.contains("There are 3 accesses on these pages, and each is explained."),
        "{page}"
    );
    assert!(page.contains(&format!("<h3 id=\"day-{day}\">{day}</h3>")), "{page}");
    assert!(
        page.contains(&format!("<a class=\"day\" href=\"#day-{day}\">")),
        "{page}"
    );
    assert!(page.contains(&format!(
        "<a class=\"event\" href=\"../events/{name}/index.html\">{name}</a>"
    )));
    assert!(page.contains("<span>console: 1</span><span>HSM: 2</span>"), "{page}");
    let by = format!("data-label=\"Explained by\"><a href=\"../events/{name}/index.html\">{name}</a>");
    assert_eq!(page.matches(&by).count(), 2, "{page}");
    assert!(
        page.contains("data-label=\"What\">logged in <code>CN_LOGIN</code>, 2 times</td>"),
        "{page}"
    );
    assert!(
        page.contains("data-label=\"Cloud role (IAM)\">pki-hsm-operator, with a second factor</td>"),
        "{page}"
    );
    assert!(page.contains("href=\"../access/console/1.cbor.sig\"") && page.contains("href=\"../access/hsm/1.cbor\""));
    assert!(
        !page.contains("NOT EXPLAINED:") && !page.contains(" NOT EXPLAINED</strong></td>"),
        "{page}"
    );
}

#[test]
fn marks_an_access_that_nothing_explains_in_words_and_in_shape() {
    let ended = site().events[0].record.ended;
    let accesses = vec![
        login("member-1", ended),
        login("mallory", ended),
        login("member-2", ended.plus(50_000)),
    ];
    let page = page(&with(accesses, Vec::new()));
    assert!(
        page.contains("\u{25b2} NOT EXPLAINED</strong>: 2 of 5 accesses"),
        "{page}"
    );
    assert!(page.contains("a login by mallory, who was not present then"), "{page}");
    assert!(
        page.contains("a login by member-2 in no event and no maintenance window"),
        "{page}"
    );
    // In the month, and in the list.
    assert!(
        page.contains("\u{25b2} 1 NOT EXPLAINED") || page.contains("\u{25b2} 2 NOT EXPLAINED"),
        "{page}"
    );
    let marked =
        "data-label=\"Explained by\"><strong class=\"alarm\">\u{25b2} NOT EXPLAINED</strong>: a login by mallory";
    assert!(page.contains(marked), "{page}");
}

/// With a maintenance window of infra's of an hour from this time on, in the policy of the event.
fn with_window(from: Time) -> Site {
    let window = Maintenance {
        from,
        until: from.plus(3_600),
        who: vec!["infra".into()],
        why: "a disk is <replaced>".into(),
    };
    let mut site = with(vec![login("infra", from)], Vec::new());
    site.events[0].inbound.policy.maintenance.push(window);
    site
}

#[test]
fn says_whether_a_maintenance_window_was_planned_or_excused_afterwards() {
    let record = site().events[0].record.clone();
    let later = page(&with_window(record.ended.plus(50_000)));
    let planned = "data-label=\"Explained by\">maintenance: a disk is &lt;replaced&gt;</td>";
    assert!(later.contains(planned), "{later}");
    assert!(!later.contains("<strong>excused afterwards</strong>"), "{later}");
    // An hour and more before the event, when no policy was in force yet.
    let before = page(&with_window(Time(record.began.0 - 7_000)));
    let excused = "data-label=\"Explained by\"><strong>excused afterwards</strong>, by a maintenance window that members \
                   signed later: a disk is &lt;replaced&gt;</td>";
    assert!(before.contains(excused), "{before}");
    assert!(!before.contains(planned), "{before}");
}

#[test]
fn the_first_page_says_whether_an_access_is_unexplained() {
    let ended = site().events[0].record.ended;
    let first = |user| crate::pages::home::page(&with(vec![login(user, ended)], Vec::new())).into_string();
    assert!(first("member-1").contains(", with the event that explains it."));
    let shown = first("mallory");
    assert!(shown.contains("\u{25b2} NOT EXPLAINED</strong>: 1 access."), "{shown}");
    assert!(!shown.contains("with the event that explains it"), "{shown}");
}

#[test]
fn what_one_user_of_the_hsm_did_in_an_event_is_one_row() {
    let mut site = with(Vec::new(), Vec::new());
    let Access::Hsm(batch) = &mut site.batches[1].access else {
        panic!("the HSM's")
    };
    let (began, first) = (batch.accesses[0].time, batch.accesses[0].clone());
    batch.accesses.push(HsmAccess {
        time: began.plus(1),
        operation: "CN_LOGOUT".into(),
        ..first
    });
    let page = page(&site);
    let row = "<span class=\"line\">logged in <code>CN_LOGIN</code>, 2 times</span>\
               <span class=\"line\">logged out <code>CN_LOGOUT</code></span></td>";
    assert!(page.contains(row), "{page}");
    let until = began.plus(1).to_string();
    assert!(page.contains(&format!(" to <time datetime=\"{until}\">")), "{page}");
}

#[test]
fn says_what_is_missing() {
    let (began, ended) = (site().events[0].record.began, site().events[0].record.ended);
    let gap = Gap {
        time: ended,
        what: GapWhat::Suppressed,
        count: 12,
        first: None,
        hsm: None,
    };
    let shown = page(&with(vec![login("member-1", began)], vec![gap]));
    assert!(shown.contains("access/console/1.cbor: before "), "{shown}");
    assert!(shown.contains("the system left out 12 lines"), "{shown}");
    // A batch that covers the event and has nothing of it.
    let shown = page(&with(Vec::new(), Vec::new()));
    assert!(
        shown.contains("the console&#39;s log has no login and no start")
            || shown.contains("console's log has no login")
    );
    // No batch of the HSM's at all.
    let mut site = with(vec![login("member-1", began)], Vec::new());
    site.batches.truncate(1);
    let shown = page(&site);
    assert!(
        shown.contains("All of the HSM's accesses: there is no batch of its log."),
        "{shown}"
    );
    // Two numbers between the first batch of the HSM's and the next.
    let mut site = with(vec![login("member-1", began)], Vec::new());
    let Access::Hsm(batch) = &site.batches[1].access else {
        panic!("the HSM's")
    };
    let mut next = batch.clone();
    (next.number, next.from, next.until) = (2, next.until.plus(60), next.until.plus(120));
    next.accesses.truncate(1);
    (next.accesses[0].sequence, next.accesses[0].time) = (Some(4), next.from);
    site.batches.push(Batch {
        access: Access::Hsm(next),
    });
    let shown = page(&site);
    assert!(
        shown.contains("2 entries are missing in the log of hsm-1, from number 2 on"),
        "{shown}"
    );
    assert!(shown.contains("Of the HSM nothing is known from "), "{shown}");
}

#[test]
fn each_month_is_a_table_with_caption_and_headers() {
    let began = site().events[0].record.began;
    let page = page(&with(vec![login("member-1", began)], Vec::new()));
    assert!(
        page.contains("<table class=\"calendar\" role=\"table\"><caption>"),
        "{page}"
    );
    assert_eq!(
        page.matches("<th scope=\"col\" role=\"columnheader\">Mon</th>").count(),
        page.matches("<caption>").count()
    );
    for week in page
        .split("<tr role=\"row\">")
        .filter(|row| row.contains("class=\"day\""))
    {
        assert_eq!(week.matches("<td").count(), 7, "{week}");
    }
}

#[test]
fn a_year_before_the_last_has_its_own_page() {
    let began = site().events[0].record.began;
    let later = login("member-1", began.plus(400 * 86_400));
    let site = with(vec![login("member-1", began), later], Vec::new());
    let pages = access::pages(&site);
    let paths: Vec<&str> = pages.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(paths, [layout::access_year(began.year()).as_str(), layout::ACCESS]);
    assert!(pages[0].1.contains("href=\"../access/index.html\""), "{}", pages[0].1);
    assert!(
        pages[1]
            .1
            .contains(&format!("href=\"../access/{}.html\"", began.year()))
    );
}

#[test]
fn text_from_a_batch_is_never_markup() {
    let began = site().events[0].record.began;
    let page = page(&with(vec![login("<script>", began)], Vec::new()));
    assert!(page.contains("&lt;script&gt;") && !page.contains("<script"), "{page}");
}

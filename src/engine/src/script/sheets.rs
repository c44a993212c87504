//! Sheets to be filled in: who is there, what went otherwise, who signed.

use record::plan::Inbound;

use super::html::Html;

/// The roles, and the members in office.
pub fn people(inbound: &Inbound) -> Html {
    let mut html = Html::default();
    let hsm = inbound.plan.deed().touches_the_hsm();
    let row = |role: &str, does: &str| vec![role.to_owned(), does.to_owned(), String::new(), String::new()];
    let mut roles = vec![
        row("operator", "types at the console and carries files; no member"),
        row(
            "witness",
            "follows this checklist, keeps the time, writes down what goes otherwise",
        ),
    ];
    if hsm && inbound.plan.hsm.kind.has_users() {
        roles.push(row("key owner's password", "the member who types it"));
    }
    html.table("form roles", &["role", "what they do", "name", "initials"], &roles);
    let members: Vec<Vec<String>> = inbound
        .roster
        .members
        .iter()
        .map(|member| vec![member.id.clone(), String::new(), String::new(), String::new()])
        .collect();
    html.table("form", &["member", "present from", "until", "initials"], &members);
    html
}

/// What to do when something goes wrong, before it does.
pub fn trouble(inbound: &Inbound) -> Html {
    let mut html = Html::default();
    let mut rows = vec![
        (
            "a word or a digest differs",
            "stop; nobody types anything; find out which file is another",
        ),
        (
            "the power fails, or the program ends",
            "note the time; `ceremony resume` with the words that stood behind `ceremony run`, on the same disk, goes on: what is \
             done is not done again",
        ),
        (
            "somebody leaves",
            "note it; with fewer than are needed at the end the record waits until enough are back",
        ),
        (
            "a member does not want to go on",
            "they refuse with a reason (`ceremony-member refuse`); it is recorded and published",
        ),
        (
            "it has to be given up",
            "`ceremony abort --reason \"...\"` with the same words ends the event in order, and still makes a record",
        ),
        (
            "the plan's time runs out",
            "no key is made, used or shared any more; give it up as above, and plan anew",
        ),
        (
            "two do not agree whether to go on",
            "whoever does not want to refuses; nobody is outvoted into an approval",
        ),
    ];
    if inbound.plan.step.iter().any(|step| step.issuer().is_some()) {
        rows.push((
            "too few approve in ten minutes",
            "nothing is lost: `ceremony resume` asks for new tokens; whoever had approved can do so again 20 minutes after the \
             first time, and asks why",
        ));
        rows.push((
            "`a signature over these bytes may exist`",
            "the members decide aloud; the operator types `sign again` or `stop`; the record says so",
        ));
    }
    let rows: Vec<Vec<String>> = rows
        .into_iter()
        .map(|(what, act)| vec![what.to_owned(), act.to_owned()])
        .collect();
    html.table("", &["what", "do"], &rows);
    html
}

/// A sheet for exceptions.
pub fn exceptions() -> Html {
    let mut html = Html::default();
    html.open("section", "sheet");
    html.element("h2", "", "Exceptions");
    html.element(
        "p",
        "",
        "Whatever goes otherwise than this checklist says, however small. Two members acknowledge each; the record has the same.",
    );
    let titles = [
        "number",
        "time and stage",
        "what happened",
        "what was decided, and by whom",
        "two members' initials",
    ];
    let rows: Vec<Vec<String>> = (1..=7)
        .map(|n| [n.to_string()].into_iter().chain(vec![String::new(); 4]).collect())
        .collect();
    html.table("exceptions", &titles, &rows);
    html.close("section");
    html
}

/// Who was there, with their own hand.
pub fn signatures() -> Html {
    let mut html = Html::default();
    let rows = vec![vec![String::new(); 4]; 12];
    html.table("form", &["name", "role", "time", "signature"], &rows);
    html
}

//! The event in time, and each thing that was approved: who said what, when, by whose clock.

use std::collections::BTreeMap;

use maud::{Markup, html};
use record::messages::{Action, ActionKind, Approval, ApprovalRequest, Attendance, Phase, Place, Refusal, Review};
use record::record::Fate;
use record::{Body, Bundle, Digest, Signed, Time};

use crate::pages::parts;
use crate::site::Event;

/// What the record says happened, in the order of the clocks that say so.
pub fn table(event: &Event) -> Markup {
    let mut all = of_console(event);
    all.extend(of_members(event));
    // Clocks count seconds: what is said of one second stands in the order in which an event goes.
    all.sort_by_key(|moment| (moment.at, moment.part));
    let row = |moment: &Moment| {
        vec![
            parts::moment(moment.at),
            html! { (parts::plain(&moment.who)) },
            html! { (parts::plain(&moment.what)) },
        ]
    };
    let rows: Vec<_> = all.iter().map(row).collect();
    html! {
        p.soft { "Each line by the clock of who is named in it: clocks differ, and the console's is only the console's word." }
        (parts::table("Timeline", &["Time", "By", "What"], &rows))
    }
}

struct Moment {
    at: Time,
    part: Part,
    who: String,
    what: String,
}

/// The parts of an event, in their order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Review,
    Begin,
    Arrival,
    Request,
    Approval,
    Deviation,
    Departure,
    End,
}

fn of_console(event: &Event) -> Vec<Moment> {
    let record = &event.record;
    let moment = |at: Time, part: Part, what: String| Moment {
        at,
        part,
        who: "console".into(),
        what,
    };
    let mut all = vec![
        moment(record.began, Part::Begin, "the event began".into()),
        moment(record.ended, Part::End, "the event ended".into()),
    ];
    let requests = record
        .requests
        .iter()
        .filter_map(|file| Bundle::<ApprovalRequest>::decode(file).ok());
    for request in requests.map(|request| request.body) {
        let actions = parts::count(request.tokens.len(), "action", "actions");
        all.push(moment(
            request.at,
            Part::Request,
            format!("asked for approval of {actions}, window {}", request.window),
        ));
    }
    for exception in &record.exceptions {
        let step = exception
            .step
            .as_ref()
            .map_or_else(String::new, |step| format!(", at the step {step}"));
        all.push(moment(
            exception.at,
            Part::Deviation,
            format!("went otherwise{step}: {}", exception.what),
        ));
    }
    all
}

fn of_members(event: &Event) -> Vec<Moment> {
    let record = &event.record;
    let mut all = Vec::new();
    let mut say = |who: &str, at: Time, part: Part, what: String| {
        let who = who.to_owned();
        all.push(Moment { at, part, who, what });
    };
    for (who, review) in read::<Review>(&record.reviews) {
        say(who, review.at, Part::Review, "reviewed the plan".into());
    }
    for (who, word) in read::<Attendance>(&record.attendance) {
        let place = if word.place == Place::Local {
            "in the room"
        } else {
            "from afar"
        };
        let (part, phase) = match word.phase {
            Phase::Begin => (Part::Arrival, "the beginning"),
            Phase::End => (Part::Departure, "the end"),
        };
        say(who, word.at, part, format!("was present at {phase}, {place}"));
    }
    for (who, approval) in read::<Approval>(&record.approvals) {
        say(
            who,
            approval.at,
            Part::Approval,
            format!("approved {}", parts::count(approval.tokens.len(), "action", "actions")),
        );
    }
    for (who, refusal) in read::<Refusal>(&record.refusals) {
        say(who, refusal.at, Part::Deviation, format!("refused: {}", refusal.reason));
    }
    all
}

/// What can be read of signed words; what cannot is told where the record lists it.
fn read<B: Body>(all: &[Signed]) -> impl Iterator<Item = (&str, B)> {
    all.iter()
        .filter_map(|signed| Some((signed.member.as_str(), Bundle::<B>::decode(&signed.bundle).ok()?.body)))
}

/// Each thing that the quorum was asked for, who approved it, and what became of it.
pub fn approvals(event: &Event) -> Markup {
    let tokens = &event.record.tokens;
    if tokens.is_empty() {
        return html! { p { "Nothing needed the quorum's approval." } };
    }
    let who = approvers(event);
    let row = |token: &record::record::TokenUse| {
        let approved = who
            .get(&token.token)
            .map_or_else(|| "nobody".to_owned(), |members| members.join(", "));
        vec![
            html! { (parts::plain(&title(event, &token.action))) },
            html! { (kind(token.action.kind)) (parts::digest(&token.action.digest)) },
            html! { (parts::plain(&approved)) },
            html! { (fate(token.fate)) },
        ]
    };
    let rows: Vec<_> = tokens.iter().map(row).collect();
    parts::table(
        "What was approved",
        &["What for", "Exactly", "Approved by", "What became of it"],
        &rows,
    )
}

/// The members that approved each token.
fn approvers(event: &Event) -> BTreeMap<Digest, Vec<String>> {
    let mut all: BTreeMap<Digest, Vec<String>> = BTreeMap::new();
    for (who, approval) in read::<Approval>(&event.record.approvals) {
        for token in approval.tokens {
            all.entry(token.token).or_default().push(who.to_owned());
        }
    }
    all
}

fn title(event: &Event, action: &Action) -> String {
    let step = event.inbound.plan.step.iter().find(|step| step.id() == action.step);
    step.map_or_else(|| format!("the step {}", action.step), record::plan::Step::title)
}

fn kind(kind: ActionKind) -> &'static str {
    match kind {
        ActionKind::Sign => "the bytes to be signed",
        ActionKind::Command => "one command to the HSM",
    }
}

fn fate(fate: Fate) -> &'static str {
    match fate {
        Fate::Used => "done",
        Fate::Unused => "not used",
        Fate::Unknown => "no answer came: a signature may exist",
        Fate::Refused => "the HSM said no",
    }
}

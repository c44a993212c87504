//! What an auditor asks for first: what went otherwise, which lints were set aside, what the console states besides.

use maud::{Markup, html};
use record::facts;
use record::messages::{Acknowledgement, Refusal};
use record::record::{Exception, Fate, Record, TokenUse};
use record::{Body as _, Bundle, Signed, bundle};

use crate::pages::parts;
use crate::site::Event;

/// What comes before all else: the event did not do what it was planned for.
pub fn aborted(record: &Record) -> Markup {
    html! {
        @if let Some(why) = record.facts.get(facts::ABORTED) {
            p { strong {
                "ABORTED. This event ended before its plan was carried out, " (parts::plain(why))
                ". Only what is listed below was made."
            } }
        }
        @if let Some(left) = record.facts.get(facts::LEFT) {
            p { "Commands that changed the HSM, and that no roster or policy in force shows: " (parts::plain(left)) "." }
        }
    }
}

/// Exceptions, members who refused, and tokens that did not do what they were for.
pub fn exceptions(event: &Event) -> Markup {
    let record = &event.record;
    let tokens: Vec<_> = record.tokens.iter().filter(|token| token.fate != Fate::Used).collect();
    if record.exceptions.is_empty() && record.refusals.is_empty() && tokens.is_empty() {
        return html! { p { "Nothing, by the record." } };
    }
    html! {
        ul {
            @for found in &record.exceptions { (exception(found)) }
            @for refusal in &record.refusals {
                li { (parts::plain(&refusal.member)) " refused: " (parts::plain(&reason(refusal))) }
            }
            @for found in tokens { (token(found)) }
        }
    }
}

/// The lints that found something and were passed over, with reason, end date and the two who agreed.
pub fn exemptions(record: &Record) -> Markup {
    match record.exemptions.is_empty() {
        true => html! { p { "None: every certificate and list passed every lint." } },
        false => html! { ul { @for line in &record.exemptions { li { (parts::plain(line)) } } } },
    }
}

/// What the console states by name, and signed words that these pages cannot read.
pub fn statements(record: &Record) -> Markup {
    html! {
        dl { @for (name, value) in &record.facts { dt { (parts::plain(name)) } dd { (parts::plain(value)) } } }
        @if !record.statements.is_empty() {
            p { "Signed besides: " (parts::plain(&signed(record))) "." }
        }
    }
}

/// What members signed besides, by its type and with their names.
fn signed(record: &Record) -> String {
    let told = record.statements.iter().map(|signed| {
        let kind = bundle::peek(&signed.bundle).map_or_else(|error| error.to_string(), |(kind, _, _)| kind);
        match kind.as_str() {
            Acknowledgement::TYPE => format!("that they know of the exceptions, {}", signed.member),
            kind => format!("{kind}, {}", signed.member),
        }
    });
    told.collect::<Vec<_>>().join("; ")
}

/// In the member's own words.
fn reason(refusal: &Signed) -> String {
    let read = Bundle::<Refusal>::decode(&refusal.bundle);
    read.map_or_else(|error| error.to_string(), |bundle| bundle.body.reason)
}

fn exception(exception: &Exception) -> Markup {
    html! {
        li {
            (parts::moment(exception.at))
            @if let Some(step) = &exception.step { ", at the step " (parts::plain(step)) }
            ": " (parts::plain(&exception.what))
        }
    }
}

fn token(token: &TokenUse) -> Markup {
    let fate = match token.fate {
        Fate::Used => "was used",
        Fate::Unused => "died with its session, unused",
        Fate::Unknown => "was given to the HSM and no answer came: a signature may exist",
        Fate::Refused => "was given to the HSM, which said no",
    };
    html! {
        li {
            "A token of window " (token.window) " for the step " (parts::plain(&token.action.step)) " " (fate) ":"
            (parts::digest(&token.token))
        }
    }
}

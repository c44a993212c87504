//! What is written down by hand.

use super::html::Html;

/// One thing to be written down.
#[derive(Clone, Debug)]
pub enum Field {
    /// A word or two.
    Short(&'static str),
    /// A sentence: a line across the page, and room for another.
    Sentence(&'static str),
    /// Who of the members: a box for each.
    Members(&'static str),
    /// Files whose digests are read aloud: the first and last eight digits of each.
    Digests(Vec<String>),
}

/// The fields, then the initials of whoever is responsible.
pub fn fields(fields: &[Field], members: &[String]) -> Html {
    let mut html = Html::default();
    for field in fields {
        match field {
            Field::Short(_) => {}
            Field::Sentence(label) => html.element("div", "field sentence", label),
            Field::Members(label) => boxes(&mut html, label, members),
            Field::Digests(files) => digests(&mut html, files),
        }
    }
    html.open("div", "fields");
    for field in fields {
        if let Field::Short(label) = field {
            html.element("div", "field", label);
        }
    }
    html.element("div", "field", "initials");
    html.close("div");
    html
}

fn boxes(html: &mut Html, label: &str, members: &[String]) {
    html.open("div", "members");
    html.text(label);
    html.text(": ");
    for member in members {
        html.open("span", "member");
        html.element("span", "box", "");
        html.text(member);
        html.close("span");
    }
    html.close("div");
}

fn digests(html: &mut Html, files: &[String]) {
    let row = |file: &String| vec![file.clone(), String::new(), String::new()];
    let rows: Vec<Vec<String>> = files.iter().map(row).collect();
    let titles = ["file", "SHA-256, first eight digits", "last eight digits"];
    html.table("digests", &titles, &rows);
}

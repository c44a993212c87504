//! HTML: every text is escaped, and nothing is loaded, run or linked.

use record::text::plain;

/// A page or a part of one.
#[derive(Default)]
pub struct Html(String);

impl Html {
    /// A text of ours or of a file, in an element.
    pub fn element(&mut self, tag: &str, class: &str, text: &str) {
        self.open(tag, class);
        self.text(text);
        self.close(tag);
    }

    /// Begins an element. Tags and classes are words of this program.
    pub fn open(&mut self, tag: &str, class: &str) {
        match class {
            "" => self.0 += &format!("<{tag}>"),
            class => self.0 += &format!("<{tag} class=\"{class}\">"),
        }
    }

    /// Ends an element.
    pub fn close(&mut self, tag: &str) {
        self.0 += &format!("</{tag}>\n");
    }

    /// A text, escaped; what is no Latin letter is shown as its code.
    pub fn text(&mut self, text: &str) {
        for c in plain(text, LONGEST).chars() {
            match c {
                '&' => self.0 += "&amp;",
                '<' => self.0 += "&lt;",
                '>' => self.0 += "&gt;",
                '"' => self.0 += "&quot;",
                '\'' => self.0 += "&#39;",
                c => self.0.push(c),
            }
        }
    }

    /// Another part, as it is.
    pub fn add(&mut self, part: Html) {
        self.0 += &part.0;
    }

    /// A text in an element; what stands between backticks is what somebody types or reads.
    pub fn words(&mut self, tag: &str, text: &str) {
        self.words_in(tag, "", text);
    }

    fn words_in(&mut self, tag: &str, class: &str, text: &str) {
        self.open(tag, class);
        let parts: Vec<&str> = text.split('`').collect();
        // A backtick without another is one.
        match parts.len() % 2 {
            0 => self.text(text),
            _ => parts.iter().enumerate().for_each(|(n, part)| match n % 2 {
                0 => self.text(part),
                _ => self.code(part),
            }),
        }
        self.close(tag);
    }

    fn code(&mut self, text: &str) {
        self.0 += "<code>";
        self.unbroken(text);
        self.0 += "</code>";
    }

    /// A word of a command is not broken at a hyphen where the line ends, if it fits on a line of its own.
    fn unbroken(&mut self, text: &str) {
        for (n, word) in text.split(' ').enumerate() {
            if n > 0 {
                self.0.push(' ');
            }
            let (begin, end) = match word.contains('-') && word.len() <= FITS {
                true => ("<span>", "</span>"),
                false => ("", ""),
            };
            self.0 += begin;
            self.text(word);
            self.0 += end;
        }
    }

    /// Lines as a screen has them; where one goes on below, it is set in.
    pub fn screen(&mut self, lines: &[String]) {
        self.open("div", "screen");
        for (n, line) in lines.iter().enumerate() {
            if n > 0 {
                self.0.push('\n');
            }
            self.0 += "<p>";
            self.unbroken(line);
            self.0 += "</p>";
        }
        self.close("div");
    }

    /// A list of paragraphs; those that begin with a dash belong to the one before.
    pub fn list(&mut self, lines: &[String]) {
        self.open("ul", "");
        for line in lines {
            match line.strip_prefix("- ") {
                Some(below) => self.words_in("li", "below", below),
                None => self.words("li", line),
            }
        }
        self.close("ul");
    }

    /// A table of rows under titles, which a browser puts on each sheet that the table goes on to.
    pub fn table(&mut self, class: &str, titles: &[&str], rows: &[Vec<String>]) {
        self.open("table", class);
        self.open("thead", "");
        self.open("tr", "");
        titles.iter().for_each(|title| self.element("th", "", title));
        self.close("tr");
        self.close("thead");
        self.open("tbody", "");
        for row in rows {
            self.open("tr", "");
            row.iter().for_each(|cell| self.words("td", cell));
            self.close("tr");
        }
        self.close("tbody");
        self.close("table");
    }

    /// The whole page. Every sheet of it has at its foot what is said here, and its number.
    pub fn page(title: &str, foot: &[String; 2], body: Html) -> String {
        let mut head = Html::default();
        head.element("title", "", title);
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             {}<style>\n{STYLE}{}</style>\n</head>\n<body>\n{}</body>\n</html>\n",
            head.0,
            feet(foot),
            body.0
        )
    }
}

/// css-page-3: boxes in the margin of each sheet. A browser that does not know them prints title and number itself.
fn feet([left, middle]: &[String; 2]) -> String {
    let font = "font: 8pt \"Liberation Sans\", Arial, sans-serif; color: #333;";
    format!(
        "@page {{\n  @bottom-left {{ {font} content: \"{}\"; }}\n  @bottom-center {{ {font} content: \"{}\"; }}\n  \
         @bottom-right {{ {font} content: \"sheet \" counter(page) \" of \" counter(pages); }}\n}}\n",
        in_css(left),
        in_css(middle)
    )
}

/// Nothing that could end the string: letters, digits and a few marks, all else as a question mark.
fn in_css(text: &str) -> String {
    let kept = |c: char| c.is_ascii_alphanumeric() || " -.,:".contains(c);
    text.chars().map(|c| if kept(c) { c } else { '?' }).collect()
}

const STYLE: &str = include_str!("style.css");
/// No text of a plan is longer; more would be shown as cut.
const LONGEST: usize = 4000;
/// Signs of a screen's line that fit between a stage's edges, on A4 and Letter.
const FITS: usize = 76;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_text_is_only_text() {
        let mut html = Html::default();
        html.element("p", "", "<script>alert('x')</script> & \"\u{202e}\u{1b}");
        assert_eq!(
            html.0,
            "<p>&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;\\u{202e}\\u{1b}</p>\n"
        );
    }

    #[test]
    fn the_foot_of_a_sheet_cannot_leave_its_string() {
        let foot = ["Event a-1".to_owned(), "\"; } </style><script>\\".to_owned()];
        let page = Html::page("x", &foot, Html::default());
        assert!(page.contains("content: \"Event a-1\";"), "{page}");
        assert!(page.contains("content: \"?? ? ??style??script??\";"), "{page}");
    }

    #[test]
    fn a_word_of_a_command_stays_on_one_line() {
        let mut html = Html::default();
        html.words("p", "type `a --b` now");
        assert_eq!(html.0, "<p>type <code>a <span>--b</span></code> now</p>\n");
        let long = format!("-{}", "f".repeat(FITS));
        let mut html = Html::default();
        html.words("p", &format!("`{long}`"));
        assert_eq!(html.0, format!("<p><code>{long}</code></p>\n"));
    }

    #[test]
    fn a_page_loads_nothing() {
        let page = Html::page("x", &[String::new(), String::new()], Html::default());
        for word in ["http:", "https:", "<script", "<link", "<img", "url(", "@import", "src="] {
            assert!(!page.contains(word), "{word}");
        }
    }
}

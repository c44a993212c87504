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
        self.open(tag, "");
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
        self.text(text);
        self.0 += "</code>";
    }

    /// Lines as a screen has them.
    pub fn screen(&mut self, lines: &[String]) {
        self.open("div", "screen");
        for (n, line) in lines.iter().enumerate() {
            if n > 0 {
                self.0.push('\n');
            }
            self.text(line);
        }
        self.close("div");
    }

    /// A list of paragraphs.
    pub fn list(&mut self, lines: &[String]) {
        self.open("ul", "");
        for line in lines {
            self.words("li", line);
        }
        self.close("ul");
    }

    /// A table of rows, the first with titles.
    pub fn table(&mut self, class: &str, titles: &[&str], rows: &[Vec<String>]) {
        self.open("table", class);
        self.open("tr", "");
        titles.iter().for_each(|title| self.element("th", "", title));
        self.close("tr");
        for row in rows {
            self.open("tr", "");
            row.iter().for_each(|cell| self.words("td", cell));
            self.close("tr");
        }
        self.close("table");
    }

    /// The whole page.
    pub fn page(title: &str, body: Html) -> String {
        let mut head = Html::default();
        head.element("title", "", title);
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             {}<style>\n{STYLE}</style>\n</head>\n<body>\n{}</body>\n</html>\n",
            head.0, body.0
        )
    }
}

const STYLE: &str = include_str!("style.css");
/// No text of a plan is longer; more would be shown as cut.
const LONGEST: usize = 4000;

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
    fn a_page_loads_nothing() {
        let page = Html::page("x", Html::default());
        for word in ["http:", "https:", "<script", "<link", "<img", "url(", "@import", "src="] {
            assert!(!page.contains(word), "{word}");
        }
    }
}

//! Markdown as a page: CommonMark with tables, of which nothing becomes markup but what stands here. HTML is shown as text,
//! pictures are named, and a link leads only where it may.

use maud::{Markup, PreEscaped, html};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use crate::pages::parts;

/// The text for reading. `resolve` says where a link leads, or that it may lead nowhere: then its target is shown as text.
pub fn read(text: &str, resolve: &dyn Fn(&str) -> Option<String>) -> Markup {
    let mut writer = Writer {
        out: String::new(),
        resolve,
        links: Vec::new(),
        heading: None,
        names: Vec::new(),
        columns: Vec::new(),
        cell: 0,
        in_head: false,
    };
    for event in Parser::new_ext(text, Options::ENABLE_TABLES) {
        writer.event(event);
    }
    PreEscaped(writer.out)
}

/// What has been written, and what is open.
struct Writer<'w> {
    out: String,
    resolve: &'w dyn Fn(&str) -> Option<String>,
    /// Of each open link or picture: whether it leads somewhere, and else what is to be shown after its text.
    links: Vec<Option<String>>,
    /// Where an open heading's text begins.
    heading: Option<(u8, usize)>,
    /// Names of headings that are taken.
    names: Vec<String>,
    /// The titles of the open table's columns.
    columns: Vec<String>,
    cell: usize,
    in_head: bool,
}

impl Writer<'_> {
    fn event(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(code) => self.push(&html! { code { (parts::plain(&code)) } }),
            Event::SoftBreak => self.out.push('\n'),
            Event::HardBreak => self.out.push_str("<br>"),
            Event::Rule => self.out.push_str("<hr>"),
            // Shown, and never obeyed.
            Event::Html(text) | Event::InlineHtml(text) => self.text(&text),
            Event::InlineMath(text) | Event::DisplayMath(text) | Event::FootnoteReference(text) => self.text(&text),
            Event::TaskListMarker(done) => self.out.push_str(if done { "[x] " } else { "[ ] " }),
        }
    }

    fn push(&mut self, markup: &Markup) {
        self.out.push_str(&markup.0);
    }

    fn text(&mut self, text: &str) {
        let lines: Vec<String> = text.split('\n').map(parts::plain).collect();
        self.push(&html! { (lines.join("\n")) });
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => self.heading = Some((below(level), self.out.len())),
            Tag::CodeBlock(_) => self.out.push_str("<pre class=\"sample\">"),
            Tag::List(Some(first)) => self.push(&html! { (PreEscaped(format!("<ol start=\"{first}\">"))) }),
            Tag::Link { dest_url, .. } => self.link(&dest_url),
            Tag::Image { dest_url, .. } => {
                self.out.push_str("picture: ");
                self.links.push(Some(dest_url.to_string()));
            }
            Tag::Table(_) => self.columns.clear(),
            Tag::TableHead => self.table_head(),
            Tag::TableRow => {
                self.cell = 0;
                self.out.push_str("<tr role=\"row\">");
            }
            Tag::TableCell => self.start_cell(),
            tag => self.out.push_str(opening(&tag.to_end())),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => self.end_heading(),
            TagEnd::CodeBlock => self.out.push_str("</pre>"),
            TagEnd::Link | TagEnd::Image => match self.links.pop().flatten() {
                Some(target) => self.text(&format!(" ({target})")),
                None => self.out.push_str("</a>"),
            },
            TagEnd::Table => self.out.push_str("</tbody></table>"),
            TagEnd::TableHead => {
                self.in_head = false;
                self.out.push_str("</tr></thead><tbody role=\"rowgroup\">");
            }
            TagEnd::TableRow => self.out.push_str("</tr>"),
            TagEnd::TableCell => self.end_cell(),
            TagEnd::List(true) => self.out.push_str("</ol>"),
            tag => self.out.push_str(closing(&tag)),
        }
    }

    fn link(&mut self, target: &str) {
        match (self.resolve)(target) {
            Some(target) => {
                self.push(&html! { (PreEscaped("<a href=\"")) (target) (PreEscaped("\">")) });
                self.links.push(None);
            }
            None => self.links.push(Some(target.to_owned())),
        }
    }

    /// The page has a title of its own, so that each heading goes one level down; named as GitHub names it, so that links
    /// within a document lead where they did.
    fn end_heading(&mut self) {
        let Some((level, at)) = self.heading.take() else {
            return;
        };
        let inner = self.out.split_off(at);
        let name = self.name(&inner);
        self.out
            .push_str(&format!("<h{level} id=\"{name}\">{inner}</h{level}>"));
    }

    fn name(&mut self, inner: &str) -> String {
        let mut name = String::new();
        let mut within = false;
        for c in inner.chars() {
            match c {
                '<' => within = true,
                '>' => within = false,
                _ if within => {}
                ' ' => name.push('-'),
                c if c.is_alphanumeric() || c == '-' || c == '_' => name.extend(c.to_lowercase()),
                _ => {}
            }
        }
        let taken = self.names.iter().filter(|other| **other == name).count();
        self.names.push(name.clone());
        if taken > 0 { format!("{name}-{taken}") } else { name }
    }

    fn table_head(&mut self) {
        self.in_head = true;
        self.cell = 0;
        self.out
            .push_str("<table role=\"table\"><thead role=\"rowgroup\"><tr role=\"row\">");
    }

    fn start_cell(&mut self) {
        if self.in_head {
            self.out.push_str("<th scope=\"col\" role=\"columnheader\">");
            self.heading = Some((0, self.out.len()));
            return;
        }
        let column = self.columns.get(self.cell).cloned().unwrap_or_default();
        self.push(&html! { (PreEscaped("<td role=\"cell\" data-label=\"")) (column) (PreEscaped("\">")) });
    }

    fn end_cell(&mut self) {
        self.cell += 1;
        if let Some((_, at)) = self.heading.take().filter(|_| self.in_head) {
            self.columns.push(plain_of(&self.out[at..]));
        }
        self.out.push_str(if self.in_head { "</th>" } else { "</td>" });
    }
}

/// The text of what was written, without its tags and as it was before it was escaped.
fn plain_of(written: &str) -> String {
    let mut out = String::new();
    let mut within = false;
    for c in written.chars() {
        match c {
            '<' => within = true,
            '>' => within = false,
            c if !within => out.push(c),
            _ => {}
        }
    }
    let names = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&amp;", "&")];
    names.into_iter().fold(out, |text, (from, to)| text.replace(from, to))
}

/// One level down, and never deeper than six.
fn below(level: HeadingLevel) -> u8 {
    (level as u8 + 1).min(6)
}

fn opening(tag: &TagEnd) -> &'static str {
    match tag {
        TagEnd::Paragraph => "<p>",
        TagEnd::BlockQuote(_) => "<blockquote>",
        TagEnd::List(_) => "<ul>",
        TagEnd::Item => "<li>",
        TagEnd::Emphasis => "<em>",
        TagEnd::Strong => "<strong>",
        _ => "",
    }
}

fn closing(tag: &TagEnd) -> &'static str {
    match tag {
        TagEnd::Paragraph => "</p>",
        TagEnd::BlockQuote(_) => "</blockquote>",
        TagEnd::List(_) => "</ul>",
        TagEnd::Item => "</li>",
        TagEnd::Emphasis => "</em>",
        TagEnd::Strong => "</strong>",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> String {
        let resolve = |target: &str| target.starts_with("https://").then(|| target.to_owned());
        read(text, &resolve).into_string()
    }

    #[test]
    fn shows_html_as_text_and_obeys_none_of_it() {
        for hostile in [
            "<script>alert(1)</script>",
            "text <img src=x onerror=alert(1)> text",
            "<a href='javascript:alert(1)'>x</a>",
            "`<b>`",
            "    <b>",
            "| <b> |\n|---|\n| <i> |",
            "# <u>\n",
        ] {
            let page = page(hostile);
            for tag in ["<script", "<img", "<a ", "<b>", "<i>", "<u>"] {
                assert!(!page.contains(tag), "{hostile}: {page}");
            }
            assert!(page.contains("&lt;"), "{page}");
        }
    }

    #[test]
    fn a_link_leads_where_it_may_and_else_shows_its_target() {
        assert!(
            page("[x](https://a.example/?a=1&b=\"2)")
                .contains("<a href=\"https://a.example/?a=1&amp;b=&quot;2\">x</a>")
        );
        for target in [
            "javascript:alert(1)",
            "http://a.example",
            "../../etc",
            "data:text/html,x",
            "//a.example",
        ] {
            let page = page(&format!("[x]({target})"));
            assert!(
                !page.contains("href") && page.contains(&format!("x ({target})")),
                "{page}"
            );
        }
        assert_eq!(page("![x](a.png)"), "<p>picture: x (a.png)</p>");
    }

    #[test]
    fn headings_go_one_level_down_and_are_named_as_links_name_them() {
        let page = page("# What it `is`, then\n\n## Twice\n\n## Twice\n\n###### Deep\n");
        assert!(
            page.contains("<h2 id=\"what-it-is-then\">What it <code>is</code>, then</h2>"),
            "{page}"
        );
        assert!(
            page.contains("<h3 id=\"twice\">") && page.contains("<h3 id=\"twice-1\">"),
            "{page}"
        );
        assert!(page.contains("<h6 id=\"deep\">"), "{page}");
    }

    #[test]
    fn a_table_on_a_narrow_screen_still_says_whose_column_a_value_is() {
        let page = page("| a `b` & c | d |\n|---|---|\n| 1 | 2 |\n");
        assert!(
            page.contains("<th scope=\"col\" role=\"columnheader\">a <code>b</code> &amp; c</th>"),
            "{page}"
        );
        assert!(
            page.contains("<td role=\"cell\" data-label=\"a b &amp; c\">1</td>"),
            "{page}"
        );
        assert!(page.ends_with("</td></tr></tbody></table>"), "{page}");
    }
}

//! JSON values that go over several lines, as the AWS command line prints them, put together line by line.

/// A value that has begun and not ended.
#[derive(Default)]
pub struct Nesting {
    text: Vec<u8>,
    depth: u32,
    in_string: bool,
    escaped: bool,
}

/// What became of a line.
#[derive(Debug, PartialEq, Eq)]
pub enum Nested {
    /// It belongs to no value.
    Not,
    /// It belongs to one that has not ended.
    Open,
    /// It ends this one.
    Whole(Vec<u8>),
    /// It belongs to one that is longer than any, of which nothing is kept.
    TooLong,
}

impl Nesting {
    /// Takes a line without its end.
    pub fn line(&mut self, line: &[u8]) -> Nested {
        let begins = line.iter().find(|octet| !octet.is_ascii_whitespace());
        if !self.is_open() && !matches!(begins, Some(b'{' | b'[')) {
            return Nested::Not;
        }
        line.iter().for_each(|octet| self.count(*octet));
        if self.text.len() + line.len() > LONGEST {
            *self = Self::default();
            return Nested::TooLong;
        }
        self.text.extend_from_slice(line);
        self.text.push(b'\n');
        match self.depth {
            0 => Nested::Whole(self.end()),
            _ => Nested::Open,
        }
    }

    /// Whether a value is open.
    pub fn is_open(&self) -> bool {
        !self.text.is_empty()
    }

    /// What there is of the value that is open; nothing is open afterwards.
    pub fn end(&mut self) -> Vec<u8> {
        std::mem::take(self).text
    }

    fn count(&mut self, octet: u8) {
        match (self.in_string, std::mem::take(&mut self.escaped), octet) {
            (true, true, _) => {}
            (true, false, b'\\') => self.escaped = true,
            (_, false, b'"') => self.in_string = !self.in_string,
            (false, _, b'{' | b'[') => self.depth += 1,
            (false, _, b'}' | b']') => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }
}

/// An answer of CloudWatch's has at most a megabyte of messages, and more of JSON around them.
const LONGEST: usize = 8 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_ends_where_its_last_bracket_closes_and_brackets_in_texts_count_nothing() {
        let mut nesting = Nesting::default();
        assert_eq!(nesting.line(b"Time: 1"), Nested::Not);
        assert_eq!(nesting.line(br#"{"a": "}\"}]","#), Nested::Open);
        assert_eq!(nesting.line(br#" "b": [{}"#), Nested::Open);
        let whole = b"{\"a\": \"}\\\"}]\",\n \"b\": [{}\n]}\n".to_vec();
        assert_eq!(nesting.line(b"]}"), Nested::Whole(whole));
        assert_eq!(nesting.line(b"Time: 2"), Nested::Not);
        assert_eq!(nesting.line(b"{}"), Nested::Whole(b"{}\n".to_vec()));
    }

    #[test]
    fn a_value_without_end_is_bounded() {
        let mut nesting = Nesting::default();
        assert_eq!(nesting.line(b"["), Nested::Open);
        let line = vec![b'1'; LONGEST];
        assert_eq!(nesting.line(&line), Nested::TooLong);
        assert!(!nesting.is_open());
    }
}

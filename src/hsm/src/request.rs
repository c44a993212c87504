//! One command for the CLI: the line that is typed, the files it reads and writes, and what its prompts get.

mod word;

use sha2::{Digest, Sha256};

use self::word::Word;
use crate::{Error, File, Passwords, Secret};

/// A command, or the second half of one that waits at a prompt. Files stand in it by name, relative to the channel's
/// work directory. Secrets are typed and never shown.
#[derive(Clone, Debug)]
pub struct Request {
    /// What this goes on with, as it was shown.
    begun: Option<String>,
    words: Vec<Word>,
    prompts: Vec<Word>,
    inputs: Vec<File>,
    outputs: Vec<String>,
}

impl Request {
    /// A command of fixed words, such as `user list`.
    pub fn new(command: &str) -> Request {
        Request::empty().words(command.split(' '))
    }

    fn empty() -> Request {
        Request {
            begun: None,
            words: Vec::new(),
            prompts: Vec::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
        }
    }

    /// The second half of `first`, which waits at a prompt: what [`Request::prompt`] adds.
    pub(crate) fn rest_of(first: &str) -> Request {
        Request {
            begun: Some(first.to_owned()),
            ..Request::empty()
        }
    }

    /// The command's line with its secrets blanked; for a second half, the answers to its prompts.
    pub fn line(&self) -> String {
        match self.begun {
            None => joined(&self.words, Word::typed_or_blank),
            Some(_) => joined(&self.prompts, Word::typed_or_blank),
        }
    }

    /// The lines to be typed, in order and without line breaks: the command, then what its prompts get. They hold the
    /// secrets.
    pub fn typed(&self) -> Vec<Secret> {
        let command = self.words.iter().map(Word::reveal).collect::<Vec<_>>().join(" ");
        let command = self.begun.is_none().then(|| Secret::new(command));
        let prompts = self.prompts.iter().map(|word| Secret::new(word.reveal().to_owned()));
        command.into_iter().chain(prompts).collect()
    }

    /// The command for people and for the journal: long data and input files by digest, secrets by their number. Of two
    /// requests that are shown alike, only the secrets can differ.
    pub fn shown(&self) -> String {
        let mut shown = match &self.begun {
            Some(first) => format!("{first} then {}", joined(&self.prompts, Word::shown)),
            None => joined(&self.words, Word::shown),
        };
        for file in &self.inputs {
            shown += &format!(" [{} is {}]", file.name, digest(&file.bytes));
        }
        let prompted = self.prompts.iter().filter(|word| matches!(word, Word::Secret(_)));
        shown + &" [secret]".repeat(prompted.count())
    }

    /// Every secret that is typed, in order: in the line, or at a prompt.
    pub fn secrets(&self) -> Vec<Secret> {
        let words = self.words.iter().chain(&self.prompts);
        let secret = |word: &Word| match word {
            Word::Secret(secret) => Some(secret.clone()),
            _ => None,
        };
        words.filter_map(secret).collect()
    }

    /// How many lines are typed for prompts, which may not come.
    pub(crate) fn prompted(&self) -> usize {
        self.prompts.len()
    }

    /// The files to be there before the command runs.
    pub fn inputs(&self) -> &[File] {
        &self.inputs
    }

    /// The names of the files that the command writes.
    pub fn outputs(&self) -> &[String] {
        &self.outputs
    }

    /// An option and its value.
    pub(crate) fn with(self, option: &str, value: impl Into<String>) -> Request {
        self.words([option.to_owned(), value.into()])
    }

    /// Further words: the values of an option that takes several.
    pub(crate) fn words<T: Into<String>>(mut self, words: impl IntoIterator<Item = T>) -> Request {
        self.words
            .extend(words.into_iter().map(|word| Word::Plain(word.into())));
        self
    }

    /// An option whose value is `bytes` in base64; shown by length and digest.
    pub(crate) fn with_data(mut self, option: &str, base64: String, bytes: &[u8]) -> Request {
        self = self.words([option]);
        self.words.push(Word::Long {
            typed: base64,
            shown: format!("[{} bytes, {}]", bytes.len(), digest(bytes)),
        });
        self
    }

    /// An option that names a file, which is there before the command runs.
    pub(crate) fn with_input(mut self, option: &str, name: &str, bytes: Vec<u8>) -> Request {
        self.inputs.push(file(name, bytes));
        self.with(option, name)
    }

    /// An option that names a file, which the command writes.
    pub(crate) fn with_output(mut self, option: &str, name: &str) -> Request {
        self.outputs.push(name.to_owned());
        self.with(option, name)
    }

    /// A prompt that gets a file's name; the file is there before.
    pub(crate) fn prompt(mut self, name: &str, bytes: Vec<u8>) -> Request {
        self.inputs.push(file(name, bytes));
        self.prompts.push(Word::Plain(name.to_owned()));
        self
    }

    /// A password: for `prompts` prompts, one to enter, two to enter and confirm; or in the line as `option`.
    pub(crate) fn password(mut self, secret: &Secret, how: Passwords, option: &str, prompts: usize) -> Request {
        let word = Word::Secret(secret.clone());
        match how {
            Passwords::Prompt => self.prompts.extend(std::iter::repeat_n(word, prompts)),
            Passwords::Line => {
                self = self.words([option]);
                self.words.push(word);
            }
        }
        self
    }

    /// The CLI's quoting is undocumented, so no word may need any; no secret may be more than one line, or a part of what
    /// answers say anyway; and there is a bound on everything.
    pub(crate) fn check(&self) -> Result<(), Error> {
        self.words.iter().try_for_each(Word::check)?;
        let shown = self.shown();
        for secret in self.secrets() {
            secret.check_line()?;
            secret.check_told_apart([shown.as_str()])?;
        }
        if let Some(file) = self.inputs.iter().find(|file| file.bytes.len() > FILE_LIMIT) {
            return Err(Error::FileTooLarge {
                name: file.name.clone(),
                length: file.bytes.len(),
                limit: FILE_LIMIT,
            });
        }
        match self.typed().iter().map(|line| line.reveal().len()).sum::<usize>() {
            length if length > LINE_LIMIT => Err(Error::LineTooLong {
                length,
                limit: LINE_LIMIT,
            }),
            _ => Ok(()),
        }
    }
}

fn joined(words: &[Word], choose: fn(&Word) -> &str) -> String {
    words.iter().map(choose).collect::<Vec<_>>().join(" ")
}

fn file(name: &str, bytes: Vec<u8>) -> File {
    File {
        name: name.to_owned(),
        bytes,
    }
}

fn digest(bytes: &[u8]) -> String {
    let hex: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

/// A pipe takes 64 KiB without anybody reading, so typing never blocks.
const LINE_LIMIT: usize = 32 << 10;
/// For each file: what the CLI may write is bounded alike.
const FILE_LIMIT: usize = 1 << 20;

//! One command for the CLI: the line that is typed, the files it reads and writes, the passwords its prompts get.

use sha2::{Digest, Sha256};

use crate::{Error, File, Secret};

/// A command. Its line never holds a secret; files stand in it by name, relative to the channel's work directory.
#[derive(Clone, Debug)]
pub struct Request {
    words: Vec<Word>,
    secrets: Vec<Secret>,
    inputs: Vec<File>,
    outputs: Vec<String>,
}

#[derive(Clone, Debug)]
struct Word {
    typed: String,
    /// What is shown instead, where the typed word is long.
    shown: Option<String>,
}

impl Request {
    /// A command of fixed words, such as `user list`.
    pub fn new(command: &str) -> Request {
        Request {
            words: Vec::new(),
            secrets: Vec::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
        }
        .words(command.split(' '))
    }

    /// The line as it is typed, without its line break.
    pub fn line(&self) -> String {
        self.joined(|word| &word.typed)
    }

    /// The command for people and for the journal: long data and input files by digest, secrets by their number.
    pub fn shown(&self) -> String {
        let mut shown = self.joined(|word| word.shown.as_ref().unwrap_or(&word.typed));
        for file in &self.inputs {
            shown += &format!(" [{} is {}]", file.name, digest(&file.bytes));
        }
        shown + &" [secret]".repeat(self.secrets.len())
    }

    /// The lines that answer password prompts, in order.
    pub fn secrets(&self) -> &[Secret] {
        &self.secrets
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
        self.words.extend(words.into_iter().map(|word| Word {
            typed: word.into(),
            shown: None,
        }));
        self
    }

    /// An option whose value is `bytes` in base64; shown by length and digest.
    pub(crate) fn with_data(mut self, option: &str, base64: String, bytes: &[u8]) -> Request {
        let shown = format!("[{} bytes, {}]", bytes.len(), digest(bytes));
        self = self.words([option]);
        self.words.push(Word {
            typed: base64,
            shown: Some(shown),
        });
        self
    }

    /// An option that names a file, which is there before the command runs.
    pub(crate) fn with_input(mut self, option: &str, name: &str, bytes: Vec<u8>) -> Request {
        self.inputs.push(File {
            name: name.to_owned(),
            bytes,
        });
        self.with(option, name)
    }

    /// An option that names a file, which the command writes.
    pub(crate) fn with_output(mut self, option: &str, name: &str) -> Request {
        self.outputs.push(name.to_owned());
        self.with(option, name)
    }

    /// `times` lines for password prompts: one to enter, two to enter and confirm.
    pub(crate) fn secret(mut self, secret: &Secret, times: usize) -> Request {
        self.secrets.extend(std::iter::repeat_n(secret, times).cloned());
        self
    }

    /// The CLI's quoting is undocumented, so no word may need any; and no secret may be more than one line.
    pub(crate) fn check(&self) -> Result<(), Error> {
        for word in &self.words {
            if word.typed.is_empty() || !word.typed.bytes().all(needs_no_quoting) {
                return Err(Error::BadArgument {
                    value: word.typed.clone(),
                });
            }
        }
        match self.line().len() {
            length if length > LINE_LIMIT => Err(Error::LineTooLong {
                length,
                limit: LINE_LIMIT,
            }),
            _ => self.secrets.iter().try_for_each(Secret::check_line),
        }
    }

    fn joined<'a>(&'a self, choose: impl Fn(&'a Word) -> &'a String) -> String {
        self.words
            .iter()
            .map(|word| choose(word).as_str())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

fn needs_no_quoting(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"._-=+/:".contains(&byte)
}

fn digest(bytes: &[u8]) -> String {
    let hex: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}

/// A pipe takes 64 KiB without anybody reading, so typing never blocks.
const LINE_LIMIT: usize = 32 << 10;

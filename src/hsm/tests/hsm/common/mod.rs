//! A scripted channel, an observer that takes notes, and the answers transcribed from the contract.

pub mod fake;

use std::{cell::RefCell, collections::VecDeque, rc::Rc};

use hsm::{
    Answer, Approval, Channel, CloudHsm, Error, File, KeyInfo, KeyPair, Observer, ObserverError, Reply, Request, Role,
};

/// Gives its replies in order and keeps what was asked.
#[derive(Default)]
pub struct Scripted {
    pub replies: VecDeque<Result<Reply, Error>>,
    pub asked: Vec<Request>,
    pub closed: usize,
}

impl Channel for Scripted {
    fn exchange(&mut self, request: &Request) -> Result<Reply, Error> {
        self.asked.push(request.clone());
        self.replies
            .pop_front()
            .unwrap_or_else(|| panic!("unexpected command: {}", request.line()))
    }
    fn begin(&mut self, request: &Request) -> Result<Reply, Error> {
        self.exchange(request)
    }
    fn finish(&mut self, rest: &Request) -> Result<Reply, Error> {
        self.exchange(rest)
    }
    fn close(&mut self) {
        self.closed += 1;
    }
}

/// Writes down what it sees, and stops where told.
#[derive(Default)]
pub struct Notes {
    pub lines: Vec<String>,
    pub files: Vec<File>,
    pub stop_before: bool,
    pub stop_after: bool,
}

impl Observer for Notes {
    fn before(&mut self, shown: &str) -> Result<(), ObserverError> {
        self.lines.push(format!("before {shown}"));
        stop(self.stop_before)
    }
    fn after(&mut self, shown: &str, answer: &Answer<'_>) -> Result<(), ObserverError> {
        match answer {
            Answer::Came { text, files } => {
                self.lines.push(format!("after {shown}: {text}"));
                self.files.extend(files.iter().cloned());
            }
            Answer::Lost { error } => self.lines.push(format!("lost {shown}: {error}")),
        }
        stop(self.stop_after)
    }
}

fn stop(stop: bool) -> Result<(), ObserverError> {
    if stop {
        Err(ObserverError("the disk is full".into()))
    } else {
        Ok(())
    }
}

/// A driver with its script and its notes.
pub struct Bench {
    pub hsm: CloudHsm,
    pub script: Rc<RefCell<Scripted>>,
    pub notes: Rc<RefCell<Notes>>,
}

impl Bench {
    pub fn new(replies: impl IntoIterator<Item = Result<Reply, Error>>) -> Bench {
        let scripted = Scripted {
            replies: replies.into_iter().collect(),
            ..Scripted::default()
        };
        let (script, notes) = (Rc::new(RefCell::new(scripted)), Rc::new(RefCell::new(Notes::default())));
        Bench {
            hsm: CloudHsm::new(script.clone(), notes.clone()),
            script,
            notes,
        }
    }

    pub fn lines(&self) -> Vec<String> {
        self.script.borrow().asked.iter().map(Request::line).collect()
    }

    pub fn only(&self) -> Request {
        let script = self.script.borrow();
        assert_eq!(script.asked.len(), 1);
        script.asked[0].clone()
    }
}

/// What is typed for a request, secrets and all.
pub fn typed(request: &Request) -> Vec<String> {
    request.typed().iter().map(|line| line.reveal().to_owned()).collect()
}

/// An approval that only has its form.
pub fn approval(user: &str, role: Role) -> Approval {
    Approval {
        user: user.into(),
        role,
        signature: vec![7; 256],
    }
}

pub fn answers(name: &str) -> String {
    let path = format!("{}/tests/answers/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

pub fn reply(name: &str) -> Result<Reply, Error> {
    Ok(Reply {
        text: answers(name),
        files: Vec::new(),
    })
}

/// An answer of which the command also wrote `file`, with the contents of another answer file.
pub fn reply_with(name: &str, file: &str, contents: &str) -> Result<Reply, Error> {
    let file = File {
        name: file.into(),
        bytes: answers(contents).into_bytes(),
    };
    Ok(Reply {
        text: answers(name),
        files: vec![file],
    })
}

/// A first half that wrote `file` and waits at a prompt.
pub fn waits_with(file: &str, contents: &str) -> Result<Reply, Error> {
    let reply = reply_with(contents, file, contents)?;
    Ok(Reply {
        text: String::new(),
        ..reply
    })
}

pub fn refusal(text: &str) -> Result<Reply, Error> {
    Ok(Reply {
        text: format!(r#"{{"error_code": 1, "data": "{text}"}}"#),
        files: Vec::new(),
    })
}

pub fn pair() -> KeyPair {
    let answer: serde_json::Value = serde_json::from_str(&answers("key-pair.json")).unwrap();
    serde_json::from_value(answer["data"].clone()).unwrap()
}

pub fn root() -> KeyInfo {
    pair().private
}

pub fn members() -> Vec<String> {
    (1..=9).map(|n| format!("member_{n}")).collect()
}

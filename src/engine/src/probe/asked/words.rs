//! Prompts, streams, exit codes and texts.

use crate::probe::people::{OWNER, SPARE, named};
use crate::probe::said::{Heard, Line, Plain, Said, one_line};
use crate::probe::trouble::Stop;
use crate::probe::{Probe, Verdict, decoy};

/// Looks at what is printed around answers, before a login and after it.
pub fn prompt_text(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    probe.create(&[OWNER])?;
    let mut session = probe.cli.interactive()?;
    let password = probe.person(OWNER)?.password.clone();
    let login = probe.with_password(Line::new(format!("login {}", named(OWNER))), &password, 1);
    let mut seen = Vec::new();
    for line in [
        Line::new("cluster hsm-info"),
        login,
        Line::new("key list"),
        Line::new("key list"),
    ] {
        seen.push(around(&session.ask(&line)?));
    }
    session.quit();
    let said = |text: &String| format!("printed around an answer: {}", one_line(text));
    probe.evidence = seen.iter().map(said).collect();
    let prompts: Vec<&str> = seen.iter().flat_map(|text| prompts_of(text)).collect();
    Ok(match prompts.as_slice() {
        [] => Verdict::Unanswered("no prompt is printed where there is no terminal".into()),
        prompts if prompts.iter().all(|prompt| *prompt == "aws-cloudhsm") => Verdict::Is("aws-cloudhsm"),
        prompts if prompts.iter().any(|prompt| prompt.contains('@')) => Verdict::Is("user-at-cluster"),
        other => Verdict::Unanswered(format!("the prompts are {other:?}")),
    })
}

fn around(heard: &Heard) -> String {
    let Plain { out, err } = &heard.around;
    format!("{out}\n{err}")
}

/// The words before ` > `: several may stand on one line, where answers go elsewhere.
fn prompts_of(text: &str) -> impl Iterator<Item = &str> {
    let before = |line: &str| line.split(" >").count() - 1;
    text.lines().flat_map(move |line| {
        let pieces = line.split(" >").take(before(line));
        pieces.filter_map(|piece| piece.split_whitespace().next_back())
    })
}

pub fn answer_stream(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    let mut session = probe.cli.interactive()?;
    let yes = probe.see(&mut session, &Line::new("cluster hsm-info"))?;
    let no = probe.see(&mut session, &Line::new("key list"))?;
    session.quit();
    let mut streams = Vec::new();
    for (heard, what) in [(&yes, "a yes"), (&no, "a no")] {
        if let Said::Answer(answer) = &heard.said {
            probe.evidence.push(format!("{what} came on {}", answer.stream.name()));
            streams.push(answer.stream);
        }
    }
    Ok(match streams.as_slice() {
        [one, other] if one == other => Verdict::Is(one.name()),
        _ => Verdict::Unanswered("a yes and a no come on different streams, or are no JSON".into()),
    })
}

/// A command that needs a login, without one, in a process of its own.
pub fn refusal_exit_code(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    let (heard, code) = probe.cli.single("key list")?;
    probe.keep(&heard);
    probe.evidence.push(format!("exit code {code:?}"));
    Ok(match (heard.no(), code) {
        (Some(_), Some(0)) => Verdict::Is("zero"),
        (Some(_), Some(1)) => Verdict::Is("one"),
        (_, code) => Verdict::Unanswered(format!("it ended with {code:?}, after: {}", heard.outcome())),
    })
}

/// Four texts that no page gives; the fifth, of an expired token, has a question of its own.
pub fn undocumented_texts(probe: &mut Probe<'_>) -> Result<Verdict, Stop> {
    let mut texts = vec![("no key matched", no_match(probe)?)];
    let (wrong, locked) = wrong_and_locked(probe)?;
    texts.extend([("wrong password", wrong), ("locked account", locked)]);
    texts.push(("unshared key", unshared(probe)?));
    let mut others = Vec::new();
    for (situation, text) in texts {
        probe.evidence.push(format!("{situation}: {}", one_line(&text)));
        let ours = OURS.iter().any(|(known, words)| *known == situation && *words == text);
        if !ours {
            others.push(situation);
        }
    }
    probe
        .evidence
        .push("expired token: see the question expired-token".into());
    Ok(Verdict::Is(if others.is_empty() { "ours" } else { "others" }))
}

fn no_match(probe: &mut Probe<'_>) -> Result<String, Stop> {
    probe.create(&[OWNER])?;
    let mut session = probe.login(OWNER)?;
    let line = "key generate-file --encoding pem --path nothing.pem --filter attr.label=probe_no_such_key";
    let heard = session.ask(&Line::new(line))?;
    session.quit();
    Ok(words(&heard))
}

/// Five wrong passwords lock the account; the sixth try is told so.
fn wrong_and_locked(probe: &mut Probe<'_>) -> Result<(String, String), Stop> {
    probe.create(&[SPARE])?;
    let wrong = decoy()?;
    probe.cli.keep_secret(&wrong);
    let mut said = Vec::new();
    for _ in 0..TRIES {
        let mut session = probe.cli.interactive()?;
        let line = Line::new(format!("login {}", named(SPARE)));
        let line = probe.with_password(line, &wrong, 1);
        said.push(words(&session.ask(&line)?));
        session.quit();
    }
    let first = said.first().cloned().unwrap_or_default();
    Ok((first, said.pop().unwrap_or_default()))
}

fn unshared(probe: &mut Probe<'_>) -> Result<String, Stop> {
    probe.create(&[OWNER, SPARE])?;
    let mut session = probe.login(OWNER)?;
    let key = probe.make_key(&mut session, "probe_unshared", false, &[SPARE])?;
    let line = format!("key unshare --filter key-reference={} {}", key.reference, named(SPARE));
    let heard = session.ask(&Line::new(line))?;
    session.quit();
    Ok(words(&heard))
}

/// What was said, whichever way.
fn words(heard: &Heard) -> String {
    match heard.yes() {
        Some(data) => data["message"].as_str().map_or_else(|| data.to_string(), str::to_owned),
        None => heard.no().unwrap_or_else(|| heard.outcome()),
    }
}

/// What is assumed to be said.
const OURS: [(&str, &str); 4] = [
    (
        "no key matched",
        "Key selection criteria matched 0 keys. Refine selection criteria to select a single key.",
    ),
    ("wrong password", "Login failed: incorrect username, role or password"),
    ("locked account", "Login failed: the account is locked"),
    ("unshared key", "Key unshared successfully"),
];
const TRIES: usize = 6;

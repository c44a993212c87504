//! The plan's steps, in order: what people say, what is looked at, and, at the first step that signs, everything that is
//! signed, because all of it is frozen and approved together.

use record::Digest;
use record::facts;
use record::journal::What;
use record::plan::Step;
use record::text;

use super::proof::{CarriedOut, Present, Signed};
use super::stages::At;
use super::{Event, stages};
use crate::cluster;
use crate::error::Error;

impl Event {
    /// All steps of the plan; what was signed.
    pub(super) fn carry_out(&mut self, present: &Present) -> Result<CarriedOut, Error> {
        let steps = self.inbound.plan.step.clone();
        // What people say before anything else comes before the HSM is touched.
        let (peoples, rest) = steps.split_at(steps.iter().take_while(|step| stages::is_peoples(step)).count());
        for step in peoples {
            self.hold_step(step)?;
        }
        if self.touches_the_hsm() && !self.initialises() {
            self.come_to_the_hsm()?;
        }
        let mut signed = None;
        for step in rest {
            match stages::is_a_stage(step) {
                true => self.hold_step(step)?,
                false if signed.is_none() => signed = Some(self.sign_everything()?),
                false => {}
            }
        }
        Ok(CarriedOut::of(present, signed.unwrap_or_else(Signed::nothing)))
    }

    /// Whether the event speaks to the HSM at all.
    pub(super) fn touches_the_hsm(&self) -> bool {
        self.inbound.plan.deed().touches_the_hsm()
    }

    fn come_to_the_hsm(&mut self) -> Result<(), Error> {
        if self.progress().all_signed() {
            return self.meet_after_the_last_signature();
        }
        self.meet_hsm()?;
        self.read_back_what_was_lost()?;
        self.settle_open_commands()?;
        self.check_hsm_at_start()?;
        self.make_keys()
    }

    fn sign_everything(&mut self) -> Result<Signed, Error> {
        let frozen = self.freeze()?;
        let signed = self.sign_under_quorum(frozen)?;
        self.write_outputs(&signed)?;
        Ok(signed)
    }

    fn hold_step(&mut self, step: &Step) -> Result<(), Error> {
        // An initialisation shows its own parts.
        if !matches!(step, Step::InitialiseCluster { .. }) {
            self.begin_stage(&At::Step(step.id().to_owned()));
        }
        match step {
            Step::Answer {
                id,
                question,
                choices,
                proceed,
                ..
            } => self.have_answer(id, question, choices, proceed.as_deref()),
            Step::PublishDocument { input, name, .. } => {
                let digest = self.inbound.plan.inputs.get(input).map(|input| input.0);
                self.say_document(name, digest);
                Ok(())
            }
            Step::LookAtHsm { id, nodes_least } => self.look(id, usize::from(*nodes_least)),
            Step::InitialiseCluster { .. } => self.initialise_cluster(),
            Step::AddMember { .. }
            | Step::RemoveMember { .. }
            | Step::ReplaceMemberKeys { .. }
            | Step::ChangeOwnerPassword { .. }
            | Step::SetQuorum { .. } => self.carry_out_commands(step),
            other => Err(Error::Usage {
                what: format!("this version cannot do the step '{}' ({})", other.id(), other.deed()),
                hint: "nothing was done for it".into(),
            }),
        }
    }

    /// What people answered, before a stop or now; written down once.
    fn have_answer(
        &mut self,
        id: &str,
        question: &str,
        choices: &[String],
        proceed: Option<&str>,
    ) -> Result<(), Error> {
        let answer = match self.progress().answers.get(id) {
            Some(answer) => {
                self.console.say(format!("{question} - {answer}"));
                answer.clone()
            }
            None => self.ask(id, question, choices)?,
        };
        match proceed {
            Some(proceed) if answer != proceed => Err(Error::NotToGoOn {
                step: id.to_owned(),
                answer,
                proceed: proceed.to_owned(),
            }),
            _ => Ok(()),
        }
    }

    fn ask(&mut self, id: &str, question: &str, choices: &[String]) -> Result<String, Error> {
        let answer = match choices {
            [] => self.console.sentence(question)?,
            choices => {
                let choices: Vec<&str> = choices.iter().map(String::as_str).collect();
                self.console.decide(question, &choices)?
            }
        };
        self.write(What::Answered {
            step: id.to_owned(),
            answer: answer.clone(),
        })?;
        Ok(answer)
    }

    fn say_document(&self, name: &str, digest: Option<Digest>) {
        let digest = digest.map(|digest| format!(", SHA-256 {digest}")).unwrap_or_default();
        let name = text::plain(name, 63);
        self.console
            .say(format!("The publisher puts it into the store as docs/{name}{digest}."));
    }

    /// The HSM as it is now, judged against policy and roster. Here it may have other HSMs than before: that is what is
    /// looked at.
    fn look(&mut self, id: &str, nodes_least: usize) -> Result<(), Error> {
        let of = facts::look(id);
        let good = |judged: &super::progress::Judged| judged.findings.is_empty();
        if self.progress().checks.get(&of).is_some_and(good) {
            self.console
                .say("It was looked at before the stop, and nothing fell short.");
            return Ok(());
        }
        self.nodes = self.hsm.nodes()?;
        self.refuse_an_imitation(&self.nodes)?;
        self.keep_hsms()?;
        self.login_owner()?;
        let state = cluster::read(&mut *self.hsm, true);
        self.leave();
        let mut terms = self.terms_of(|_| true);
        terms.nodes_least = terms.nodes_least.max(nodes_least);
        let findings = hsm::check_cluster(&state?, &terms);
        let said: Vec<String> = findings.iter().map(ToString::to_string).collect();
        for finding in &said {
            self.console.warn(format!("the HSM falls short: {finding}"));
        }
        self.write(What::Checked { of, findings: said })?;
        cluster::demand(&findings)?;
        self.console.say(format!(
            "{} HSMs, users, quorum values and keys: as policy and roster demand.",
            self.nodes.len()
        ));
        Ok(())
    }
}

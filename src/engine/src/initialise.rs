//! The cluster before any key exists: the nine become its only admins, their keys are registered, and the quorum is
//! set from the first minute. An admin alone could otherwise reset an approver's password and register another key.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;

use clap::Args;
use hsm::{Approved, CloudHsm, Hsm, Limits, Process, QuorumService, RegistrationToken, Role, Secret, Service};
use record::messages::{KeyAnswer, KeyRequest, KeyToken, KeyUse};
use record::screen::Shown;
use record::{Body, Bundle, Bytes, Digest, Member, Policy, Roster, Time, cbor};

use crate::clock::Clock;
use crate::console::Console;
use crate::error::Error;
use crate::inbox::{Inbox, Wanted, same};
use crate::ledger::{Door, Ledger, Shared};
use crate::{cli, event, files, random};

/// What `hsm initialise` needs.
#[derive(Args)]
pub struct InitialiseArgs {
    /// The roster to be put into force.
    #[arg(long)]
    roster: PathBuf,
    /// The policy.
    #[arg(long)]
    policy: PathBuf,
    /// The crypto user who will own the keys: no member.
    #[arg(long, default_value = "root_owner")]
    owner: String,
    /// The folder with members' bundles.
    #[arg(long)]
    inbound: PathBuf,
    /// The folder for requests to members.
    #[arg(long)]
    outbound: PathBuf,
    /// The event's own disk.
    #[arg(long)]
    disk: PathBuf,
    /// `cloudhsm-cli`, or what stands in for it.
    #[arg(long)]
    hsm_cli: PathBuf,
}

/// The cluster's first minutes.
struct Setup<'a> {
    args: &'a InitialiseArgs,
    roster: Roster,
    roster_digest: Digest,
    policy: Policy,
    console: Console,
    ledger: Shared,
    step: u32,
}

/// A user whose key is being registered: the token lives in this login only, so the login stays open.
struct Registering {
    user: String,
    key: KeyUse,
    member: String,
    hsm: CloudHsm,
    token: RegistrationToken,
}

/// Initialises a cluster.
pub fn initialise(args: &InitialiseArgs, now: Option<Time>, console: Console) -> Result<(), Error> {
    let policy_bytes = files::read(&args.policy, cbor::BUNDLE_LIMIT)?;
    let policy = Policy::parse(&policy_bytes).map_err(|cause| input(&args.policy, cause))?;
    cli::check_now(now, policy.rehearsal)?;
    let bytes = files::read(&args.roster, cbor::BUNDLE_LIMIT)?;
    let roster = Roster::open(&bytes, policy.rehearsal).map_err(|cause| input(&args.roster, cause))?;
    roster.check(&policy).map_err(|cause| input(&args.roster, cause))?;
    for folder in [&args.disk, &args.outbound] {
        files::make_folder(folder)?;
    }
    let ledger = Ledger::create(&args.disk.join("initialisation"), Clock::new(now))?;
    let ledger = Rc::new(RefCell::new(ledger));
    let roster_digest = Digest::of(&bytes);
    Setup {
        args,
        roster,
        roster_digest,
        policy,
        console,
        ledger,
        step: 0,
    }
    .carry_out()
}

impl Setup<'_> {
    fn carry_out(mut self) -> Result<(), Error> {
        self.console.show(&Shown::Heading {
            title: "The cluster before any key exists".into(),
        });
        self.console.show(&Shown::digest("roster", &self.roster_digest));
        let (owner, admins) = self.passwords()?;
        self.create_users(&owner, &admins)?;
        self.register(&admins)?;
        self.set_quorum(&admins)?;
        self.check()?;
        self.console.show(&Shown::Finished {
            milliseconds: self.console.elapsed(),
        });
        Ok(())
    }

    /// The owner's password and one for each admin, typed by those who keep them.
    fn passwords(&mut self) -> Result<(Secret, Vec<Secret>), Error> {
        let owner = self
            .console
            .secret(&format!("New password of the key owner {}", self.args.owner))?;
        let names: Vec<String> = self.roster.members.iter().map(|member| member.admin.clone()).collect();
        let ask = |name: String| self.console.secret(&format!("New password of the admin {name}"));
        Ok((owner, names.into_iter().map(ask).collect::<Result<_, _>>()?))
    }

    fn create_users(&mut self, owner: &Secret, admins: &[Secret]) -> Result<(), Error> {
        self.begin("Activate the cluster and create its users");
        let first = random::password()?;
        let mut hsm = self.connect("first")?;
        hsm.activate(&first)?;
        hsm.login("admin", Role::Admin, &first)?;
        for (member, password) in self.roster.members.iter().zip(admins) {
            hsm.create_user(&member.admin, Role::Admin, password, None)?;
        }
        hsm.create_user(&self.args.owner, Role::CryptoUser, owner, None)?;
        hsm.logout()?;
        self.console
            .say("The members are admins. The key owner is no member and has no approval key.");
        // Approvers are created where their password is used, and nowhere else known.
        let mut hsm = self.connect("first")?;
        let member = &self.roster.members[0];
        hsm.login(&member.admin, Role::Admin, &admins[0])?;
        hsm.delete_user("admin", Role::Admin, None)?;
        hsm.logout()?;
        self.console.say("The first user, admin, is deleted.");
        Ok(())
    }

    /// Creates the approvers with random passwords that nobody keeps, and registers every member's two keys.
    fn register(&mut self, admins: &[Secret]) -> Result<(), Error> {
        self.begin("Register the members' approval and admin keys");
        let mut open = Vec::new();
        let members = self.roster.members.clone();
        let mut hsm = self.connect("first")?;
        hsm.login(&members[0].admin, Role::Admin, &admins[0])?;
        let mut approvers = Vec::new();
        for member in &members {
            let password = random::password()?;
            hsm.create_user(&member.approver, Role::CryptoUser, &password, None)?;
            approvers.push(password);
        }
        hsm.logout()?;
        for ((member, approver), admin) in members.iter().zip(&approvers).zip(admins) {
            open.push(self.begin_registration(member, KeyUse::Approval, approver)?);
            open.push(self.begin_registration(member, KeyUse::Admin, admin)?);
        }
        // From here on nobody knows an approver's password.
        drop(approvers);
        for member in &members {
            let tokens = open
                .iter()
                .filter(|one| one.member == member.id)
                .flat_map(registration_tokens)
                .collect();
            self.ask(1, &member.id, "registration of the member's keys with the HSM", tokens)?;
        }
        let answers = self.answers(1, members.len())?;
        for one in &mut open {
            self.finish_registration(one, &answers)?;
        }
        self.console.say(format!(
            "{} keys are registered; the approvers' passwords are gone.",
            open.len()
        ));
        Ok(())
    }

    fn begin_registration(&self, member: &Member, key: KeyUse, password: &Secret) -> Result<Registering, Error> {
        let (user, role) = match key {
            KeyUse::Approval => (member.approver.clone(), Role::CryptoUser),
            KeyUse::Admin => (member.admin.clone(), Role::Admin),
        };
        let mut hsm = self.connect(&user)?;
        hsm.login(&user, role, password)?;
        let token = hsm.registration_token()?;
        Ok(Registering {
            user,
            key,
            member: member.id.clone(),
            hsm,
            token,
        })
    }

    fn finish_registration(&self, one: &mut Registering, answers: &[(String, Vec<Bytes>)]) -> Result<(), Error> {
        let member = self
            .roster
            .member(&one.member)
            .map_err(|cause| input(&self.args.roster, cause))?;
        let key = rsa_key(member, one.key).map_err(|cause| input(&self.args.roster, cause))?;
        let count = one.token.tokens().len();
        let signatures = answers
            .iter()
            .find(|answer| answer.0 == one.member)
            .map(|answer| answer.1.as_slice());
        // A member's answer has the approval key's signatures first, then the admin key's.
        let part = match one.key {
            KeyUse::Approval => signatures.and_then(|all| all.get(..count)),
            KeyUse::Admin => signatures.and_then(|all| all.get(all.len().saturating_sub(count)..)),
        };
        let part: Vec<Vec<u8>> = part.unwrap_or_default().iter().map(|bytes| bytes.0.clone()).collect();
        one.hsm.register_approval_key(&key.to_pem(), &one.token, &part)?;
        one.hsm.logout()?;
        Ok(())
    }

    /// The quorum for changing quorum values first, then, under it, the quorum for changing users.
    fn set_quorum(&mut self, admins: &[Secret]) -> Result<(), Error> {
        self.begin("Set the admins' quorum");
        let threshold = usize::from(self.policy.quorum.threshold);
        let member = self.roster.members[0].clone();
        let mut hsm = self.connect("first")?;
        hsm.login(&member.admin, Role::Admin, &admins[0])?;
        let value = threshold as u64;
        hsm.set_quorum_value(QuorumService::Quorum, value, None)?;
        let token = hsm.mint(Service::Admin(QuorumService::Quorum), None)?;
        let allows = format!("setting the quorum of the service user to {threshold}");
        for member in self.roster.members.clone() {
            let tokens = vec![KeyToken {
                user: member.admin.clone(),
                key: KeyUse::Admin,
                approval_data: Some(token.approval_data().into()),
                token: Digest(*token.digest()),
                allows: allows.clone(),
            }];
            self.ask(2, &member.id, "quorum of the admins", tokens)?;
        }
        let answers = self.answers(2, threshold)?;
        let mut approvals = Vec::new();
        for (id, signatures) in answers.into_iter().take(threshold) {
            let member = self
                .roster
                .member(&id)
                .map_err(|cause| input(&self.args.roster, cause))?;
            let signature = signatures.into_iter().next().unwrap_or_default().0;
            approvals.push(hsm::Approval {
                user: member.admin.clone(),
                role: Role::Admin,
                signature,
            });
        }
        hsm.set_quorum_value(QuorumService::User, value, Some(&Approved::new(token, approvals)?))?;
        hsm.logout()?;
        Ok(())
    }

    /// Reads the cluster again and says whether it is as it must be.
    fn check(&mut self) -> Result<(), Error> {
        self.begin("Read the cluster again");
        let mut hsm = self.connect("first")?;
        let (users, values) = (hsm.users()?, hsm.quorum_values()?);
        let threshold = u64::from(self.policy.quorum.threshold);
        let mut found: Vec<(String, Option<Role>, bool)> = users
            .iter()
            .filter(|user| user.role().is_some())
            .map(|user| (user.name.clone(), user.role(), user.quorum_registered))
            .collect();
        let mut wanted = vec![(self.args.owner.clone(), Some(Role::CryptoUser), false)];
        for member in &self.roster.members {
            wanted.push((member.admin.clone(), Some(Role::Admin), true));
            wanted.push((member.approver.clone(), Some(Role::CryptoUser), true));
        }
        found.sort();
        wanted.sort();
        if found != wanted || values.user != threshold || values.quorum != threshold {
            return Err(Error::HsmState {
                what: format!("the cluster's users or quorum values are not as they must be: {found:?}, {values:?}"),
                hint: "no key may be made on this cluster; begin with a new one",
            });
        }
        self.console.say(format!(
            "{} admins, the key owner and {} approvers; quorum values for users and for the quorum itself are {threshold}.",
            self.roster.members.len(),
            self.roster.members.len()
        ));
        Ok(())
    }

    fn ask(&self, round: u32, member: &str, purpose: &str, tokens: Vec<KeyToken>) -> Result<(), Error> {
        let request = KeyRequest {
            purpose: purpose.to_owned(),
            roster: self.roster_digest,
            member: member.to_owned(),
            tokens,
        };
        let encoded = Bundle::new(self.policy.rehearsal, request).encode();
        let bytes = encoded.map_err(|cause| Error::input(KeyRequest::TYPE, cause))?;
        files::write_new(&self.request_path(round, member), &bytes)
    }

    fn request_path(&self, round: u32, member: &str) -> PathBuf {
        self.args
            .outbound
            .join(format!("{}-{round}-{member}.cbor", KeyRequest::TYPE))
    }

    /// Members' answers to a round, each signature checked with the key that the roster has.
    fn answers(&mut self, round: u32, needed: usize) -> Result<Vec<(String, Vec<Bytes>)>, Error> {
        let stem = format!("{}-{round}", KeyAnswer::TYPE);
        let members: Vec<String> = self.roster.members.iter().map(|member| member.id.clone()).collect();
        let mut requests = Vec::new();
        for member in &members {
            let bytes = files::read(&self.request_path(round, member), cbor::BUNDLE_LIMIT)?;
            let request: KeyRequest = Bundle::decode_marked(&bytes, self.policy.rehearsal)
                .map_err(|cause| Error::input(KeyRequest::TYPE, cause))?;
            requests.push((Digest::of(&bytes), request));
        }
        let roster = self.roster.clone();
        let inbox = Inbox {
            folder: &self.args.inbound,
            roster: &roster,
            rehearsal: self.policy.rehearsal,
        };
        let wanted = Wanted {
            stem: stem.clone(),
            request: None,
            members,
            needed,
        };
        let short = |found| Error::Short {
            kind: stem.clone(),
            found,
            needed,
        };
        let taken = inbox.gather(
            &mut self.console,
            &wanted,
            short,
            Console::enter,
            |id, answer: &KeyAnswer| check_answer(&roster, &requests, id, answer),
        )?;
        let open = |signed: record::Signed| {
            let answer: KeyAnswer = signed
                .open(&roster, self.policy.rehearsal)
                .map_err(|cause| Error::input(KeyAnswer::TYPE, cause))?;
            Ok((answer.member, answer.signatures))
        };
        taken.into_iter().map(open).collect()
    }

    fn connect(&self, name: &str) -> Result<CloudHsm, Error> {
        let work = event::work_folder(&self.args.disk, name)?;
        let process = Process::new(&self.args.hsm_cli, &work, Limits::default())?;
        Ok(CloudHsm::new(process, Door(Rc::clone(&self.ledger))))
    }

    fn begin(&mut self, title: &str) {
        self.step += 1;
        let (who, title) = ("console".to_owned(), title.to_owned());
        self.console.show(&Shown::Step {
            number: self.step,
            of: 4,
            who,
            title,
        });
    }
}

fn registration_tokens(one: &Registering) -> Vec<KeyToken> {
    let token = |entry: &hsm::Unsigned| KeyToken {
        user: one.user.clone(),
        key: one.key,
        approval_data: entry.approval_data.clone().map(Bytes),
        token: Digest(entry.digest),
        allows: format!("this key approves for the HSM user {}", one.user),
    };
    one.token.tokens().iter().map(token).collect()
}

fn check_answer(
    roster: &Roster,
    requests: &[(Digest, KeyRequest)],
    id: &str,
    answer: &KeyAnswer,
) -> Result<(), String> {
    same("member", answer.member.as_str(), id)?;
    let request = requests
        .iter()
        .find(|request| request.1.member == id)
        .ok_or("nobody asked")?;
    same("request", &answer.request, &request.0)?;
    let member = roster.member(id).map_err(|error| error.to_string())?;
    if answer.signatures.len() != request.1.tokens.len() {
        return Err(format!(
            "it answers {} of {} tokens",
            answer.signatures.len(),
            request.1.tokens.len()
        ));
    }
    for (token, signature) in request.1.tokens.iter().zip(&answer.signatures) {
        let key = rsa_key(member, token.key).map_err(|error| error.to_string())?;
        let good = key.verify_token(&token.token.0, signature);
        good.map_err(|error| format!("the RSA signature for {} is not good: {error}", token.user))?;
    }
    Ok(())
}

fn rsa_key(member: &Member, key: KeyUse) -> Result<record::approval_key::ApprovalKey, record::Error> {
    match key {
        KeyUse::Approval => member.approval_key(),
        KeyUse::Admin => member.admin_key(),
    }
}

fn input(path: &std::path::Path, cause: record::Error) -> Error {
    Error::input(path.display().to_string(), cause)
}

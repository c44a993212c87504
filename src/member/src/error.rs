//! What can stop a member: wrong files, wrong keys, and everything that must not be signed.

mod code;
mod made;
mod opening;
mod text;

use std::path::PathBuf;

use record::messages::{ImageKind, KeyUse, Phase};
use record::{Digest, Time};
use verifier::Finding;

pub use opening::Opening;

use crate::home::Attester;

/// Why nothing was signed, or nothing written.
#[derive(Debug)]
pub enum Error {
    /// `--now` outside a rehearsal.
    NowInProduction,
    /// No home was named, for what needs a member's keys.
    HomeWanted,
    /// Codes could not be made or read.
    Codes(transfer::Error),
    /// The camera sends no pictures.
    Camera(camera::Error),
    /// A photograph cannot be read.
    Photograph { path: PathBuf, what: String },
    /// A folder to be scanned without a picture in it.
    NoPicture { folder: PathBuf },
    /// A signature as codes, and no bundle that it is of.
    SignatureOfWhat { path: PathBuf },
    /// A path that ends in no name for a file.
    NoFileName { path: PathBuf },
    /// An animation without end, and nobody who could end it.
    NobodyThere,
    /// Not a name for a member.
    NotAnId(String),
    /// A file cannot be read.
    Read { path: PathBuf, cause: std::io::Error },
    /// A file is larger than any of its kind.
    FileTooLarge { path: PathBuf, limit: usize },
    /// A file or folder cannot be written.
    Write { path: PathBuf, cause: std::io::Error },
    /// There is no registration here that could be written again.
    NotRegistered { home: PathBuf },
    /// A file of that name is there already.
    Exists { path: PathBuf },
    /// Answers go into a folder, and this is none.
    NotAFolder { path: PathBuf },
    /// Where a file is to be written there is no folder.
    NoFolder { path: PathBuf },
    /// Standard input cannot be read.
    Input(std::io::Error),
    /// Standard input ended before a line that was asked for.
    InputEnded,
    /// A line of standard input is longer than any answer.
    LineTooLong { limit: usize },
    /// Standard output is closed.
    Output(std::io::Error),
    /// An empty passphrase.
    NoPassphrase,
    /// Typed twice, not the same.
    PassphrasesDiffer,
    /// The passphrase does not open the keys.
    WrongPassphrase { member: String },
    /// Words that are not the digest's first and last.
    OtherWords { of: &'static str, typed: String },
    /// The home has no member, or a damaged one.
    NotSetUp { home: PathBuf, what: String },
    /// Other users may read the home.
    HomeIsOpen { home: PathBuf, mode: u32 },
    /// Something that the home remembers, and is not what this program writes.
    DamagedMemory { path: PathBuf },
    /// Another run works with the home.
    HomeBusy { home: PathBuf },
    /// A neighbour of the home, with which new keys cannot be compared.
    OtherHomeUnread { path: PathBuf, what: String },
    /// A key file that is not one.
    DamagedKey { path: PathBuf, what: String },
    /// The key in the home is not the one that was registered.
    ForeignKey { path: PathBuf },
    /// Production keys are not kept in files.
    ProductionKeysInFiles,
    /// A token, or its module, did not do what it was asked.
    Token {
        doing: &'static str,
        cause: Box<pkcs11::Error>,
    },
    /// An empty PIN, and the token has no keypad.
    NoPin,
    /// A PIN that is no text.
    PinNoText,
    /// The token has another key under the name of the one of setup.
    OtherTokenKey { key: KeyUse, token: String },
    /// What the token signed does not fit the public key.
    TokenSignature { key: KeyUse },
    /// A key that was outside of its token, by this attribute.
    KeyFromOutside { key: KeyUse, attribute: &'static str },
    /// The approval key and the admin key are one key.
    OneKeyForBoth,
    /// A key that another home of this machine has for the other purpose.
    KeyOfOtherPurpose { rehearsal: bool, home: PathBuf },
    /// An approval key in a token that has a home already, whose memory would be forgotten.
    KeyHasHome { home: PathBuf },
    /// With `--keep`, a key that is neither the old home's nor named as new.
    NotKept { which: &'static str },
    /// With `--keep`, a key that is named as new and is the old home's.
    NotNew { which: &'static str },
    /// An old home in a token, and new keys in files.
    KeptElsewhere,
    /// A file that is no public SSH key of ours.
    SshPublicKey { path: PathBuf, what: String },
    /// `ssh-keygen` cannot be started.
    SshTool { cause: std::io::Error },
    /// `ssh-keygen` did not sign.
    SshRefused { fido: bool, file: PathBuf },
    /// `image` with one file too many or too few.
    ImageFiles { words: bool },
    /// `image` without a word about whose signatures count.
    SignersWanted,
    /// A line of `allowed_signers` that cannot be taken; line 0 is the whole file.
    SignersLine { path: PathBuf, line: usize, why: String },
    /// More signatures than anybody could have made.
    TooManySignatures { found: usize },
    /// Too few good signatures of a manifest.
    TooFewSigned { good: usize, need: u8 },
    /// The image is not the manifest's.
    Image(verifier::image::Misfit),
    /// A folder in the place of an image.
    ImageIsFolder { path: PathBuf },
    /// What was typed is no digest.
    Words { cause: String },
    /// The console shows something else than the manifest says.
    OtherBoot {
        what: &'static str,
        expected: Digest,
        found: Digest,
        word: (usize, &'static str, &'static str),
    },
    /// A checkpoint with fewer entries than one that was seen.
    CheckpointBack { origin: String, seen: u64, found: u64 },
    /// Two checkpoints of one size that differ.
    CheckpointForked { origin: String, size: u64 },
    /// What stands for a checkpoint is none.
    NoCheckpoint { of: &'static str, cause: String },
    /// A plan whose time is over.
    PlanOver { event: String, closes: Time, now: Time },
    /// No key could be made, or a key could not sign.
    Key { doing: &'static str, what: String },
    /// A bundle that cannot be taken.
    Bundle { path: PathBuf, cause: Box<record::Error> },
    /// A bundle could not be written as CBOR.
    Encode(Box<record::Error>),
    /// An SSH signature could not be made.
    Sign(Box<record::sshsig::SshsigError>),
    /// What the plan has signed cannot be derived.
    Derive(Box<issue::Error>),
    /// A new approval key beside what the old home remembers, where each home registers one.
    ApprovalKeyKeptFrom { home: PathBuf },
    /// A question to somebody else.
    OtherMember { asked: String, own: String },
    /// A request whose file is not named as one.
    FileName { path: PathBuf, expected: &'static str },
    /// A request that asks for nothing.
    AsksNothing { what: &'static str },
    /// The same thing to be signed twice.
    SameTokenTwice { user: String },
    /// A registration that asks for the approval key while an event is open.
    ApprovalKeyInEvent { event: String },
    /// A registration for an HSM user who is not this member.
    NotMyUser { key: KeyUse, user: String, own: String },
    /// A second registration of the approval key.
    RegisteredBefore { request: Digest },
    /// The roster has another key for this member.
    OtherKey { which: &'static str },
    /// The member is not in office.
    NotInOffice { from: Time, until: Time, at: Time },
    /// By the member's clock, what the console or somebody else wrote is of the future.
    ClockBehind { now: Time, at: Time, what: &'static str },
    /// By the member's clock, the store holds what was not yet.
    StoreAhead { now: Time, first: String },
    /// The event is not open by the member's clock.
    EventNotOpen { opens: Time, closes: Time, now: Time },
    /// A plan that this member never reviewed.
    NotReviewed { plan: Digest, reviewed: usize },
    /// The reviewed plan in the home is not what it was.
    ReviewedDamaged { plan: Digest },
    /// The plan is of an event of another name.
    OtherEvent { planned: String, found: String },
    /// This member refused the plan before.
    Refused { event: String, at: Time },
    /// A console's file of a plan that this member never reviewed.
    RefusePlan { plan: Digest },
    /// A reason that cannot be published.
    Reason { letters: usize },
    /// This member did not declare to be present.
    NotAttended { event: String },
    /// The beginning of a session whose end this member said to be present at.
    EndSaid { event: String, at: Time },
    /// Another image than expected.
    OtherImage {
        expected: Digest,
        found: Digest,
        kind: ImageKind,
    },
    /// Another plan of the same event was attended.
    OtherPlanAttended { event: String, plan: Digest },
    /// A session of another size than 16 octets.
    SessionSize { octets: usize },
    /// An opening outside the plan's times.
    OpeningOutside { at: Time, opens: Time, closes: Time },
    /// An opening that is older or younger than an hour by the member's clock.
    OpeningAge { at: Time, now: Time },
    /// Another session of the console.
    OtherSession { doing: &'static str },
    /// The request's keys are not those that the plan makes.
    OtherKeys { planned: String, found: String },
    /// A public key that is none.
    BadKey { key: String, cause: Box<x509::Error> },
    /// Two of the plan's keys are the same.
    SameKeyTwice { key: String },
    /// A plan on what stands, and nobody said whether to compare it.
    StoreWanted,
    /// A store that has roots, and none to begin with.
    RootWanted,
    /// What was named as the root cannot be read as a certificate.
    NotARoot { path: PathBuf, cause: Box<x509::Error> },
    /// The copy of the store does not hold.
    StoreUnsound { first: String },
    /// The plan's next log policy does not follow the one in force.
    LogPolicy { what: String },
    /// Something else stands in the store than the plan says.
    StandingDiffers { what: &'static str },
    /// A key that stands is not the one in its certificate.
    NotItsCertificates { key: String },
    /// A token for a service that signs nothing of the plan.
    OtherService { service: String, step: String },
    /// An action that is not among those derived.
    NotPlanned { step: String },
    /// An action's digest is not that of the derived bytes.
    OtherBytes {
        step: String,
        derived: Digest,
        asked: Digest,
    },
    /// A command that the plan does not mean.
    OtherCommand { step: String, asked: Digest },
    /// A token for another key than the one that signs this.
    OtherIssuer {
        step: String,
        issuer: String,
        asked: String,
    },
    /// A token, of a step or an HSM user, that is not the digest of its data.
    TokenNotItsData { of: String },
    /// A token that comes twice.
    TokenTwice { step: String },
    /// An action that comes twice.
    ActionTwice { step: String },
    /// An action that this member approved for another token, which may live still.
    ApprovedLately {
        step: String,
        at: Time,
        free: Time,
        now: Time,
    },
    /// The console names other keys than when this member approved for the same plan, and a token of then may live still.
    OtherKeysLately { at: Time, free: Time, now: Time },
    /// An approval that is asked for after the member's word to be present at the end.
    Ended { at: Time },
    /// The record of another plan than the one that came along.
    RecordOfOtherPlan { record: Digest, plan: Digest },
    /// The record of an event at which the member was not, whose plan they did not review.
    RecordWithoutPlan { plan: Digest },
    /// The record does not name this member as present.
    NotPresent { member: String },
    /// Something under this member's name that this member did not make here.
    NotMine { what: &'static str },
    /// Something that this member made for this session, and the record lacks.
    Missing { phase: Option<Phase> },
    /// The record lacks an approval that this member gave, its request, or one of its tokens.
    ApprovalMissing { what: &'static str, at: Time },
    /// What the record says differs from what this member saw.
    RecordDiffers { what: String },
    /// A quote of what booted that proves nothing.
    Boot(Box<verifier::boot::BootError>),
    /// A manifest of another image than the console's.
    OtherManifest { manifest: Option<Digest>, image: Digest },
    /// An attestation key was named, and no quote by one came.
    NoQuote,
    /// The quote is by another key than the one that is known.
    OtherAttestationKey {
        expected: Box<Attester>,
        found: Box<Attester>,
        named: bool,
    },
    /// What the record says does not fit the plan, or itself.
    RecordWrong { findings: Vec<Finding> },
    /// A hand-over that is not opened.
    Opening(Opening),
}

impl From<Opening> for Error {
    fn from(cause: Opening) -> Self {
        Self::Opening(cause)
    }
}

/// As the person calls it.
pub fn key_name(key: KeyUse) -> &'static str {
    match key {
        KeyUse::Approval => "approval key",
        KeyUse::Admin => "admin key",
    }
}

//! The kinds of ceremonies: one for each folder of `ceremony-scripts/`.

use std::fmt;

use serde::Deserialize;

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// Which ceremony an event is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum Kind { $($(#[$doc])* $variant,)* }

        impl Kind {
            /// Every kind, in the order of the scripts' table.
            pub const ALL: &[Kind] = &[$(Kind::$variant,)*];

            /// As written in plans, records, and as the script's folder.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Kind::$variant => $name,)* }
            }
        }
    };
}

kinds! {
    /// HSM identity, users, quorum values, approval keys, before any key exists.
    ClusterInitialisation = "cluster-initialisation",
    /// The first root, its delegates, and the first CRLs.
    RootGeneration = "root-generation",
    /// A new delegate.
    DelegateIssuance = "delegate-issuance",
    /// A delegate's next certificate, over a new key.
    DelegateReplacement = "delegate-replacement",
    /// A delegate, or whatever else the root signed, is revoked.
    DelegateRevocation = "delegate-revocation",
    /// Subkeys of a delegate kept in this HSM.
    SubkeyIssuance = "subkey-issuance",
    /// A new CRL before the old one ends.
    CrlRefresh = "crl-refresh",
    /// The next root, on schedule.
    RootRotation = "root-rotation",
    /// The next root, out of schedule, from a new cluster.
    RootEmergency = "root-emergency",
    /// Members come and go.
    MemberChange = "member-change",
    /// One member's keys are replaced.
    MemberKeyReplacement = "member-key-replacement",
    /// M is changed, and with it the root.
    ThresholdChange = "threshold-change",
    /// Something is done to the HSMs, and no key is used.
    HsmMaintenance = "hsm-maintenance",
    /// Something is done to the console, and the HSM is not touched.
    ConsoleMaintenance = "console-maintenance",
    /// A rehearsal of any of the others.
    Drill = "drill",
}

impl Kind {
    /// The kind of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }

    /// Whether the event makes a root.
    #[must_use]
    pub fn makes_a_root(self) -> bool {
        matches!(
            self,
            Self::RootGeneration | Self::RootRotation | Self::RootEmergency | Self::ThresholdChange
        )
    }

    /// Whether the HSM is spoken to at all.
    #[must_use]
    pub fn touches_the_hsm(self) -> bool {
        self != Self::ConsoleMaintenance
    }

    /// Whether fewer than M members may hold it and sign its record: no key is made, used, shared or revoked.
    #[must_use]
    pub fn may_be_small(self) -> bool {
        matches!(self, Self::ConsoleMaintenance | Self::Drill)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

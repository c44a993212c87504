//! Two small files by which a publisher asks a store, at each start, whether it keeps its word.

/// A file of the probe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    /// Its path.
    pub path: &'static str,
    /// What it holds.
    pub contents: &'static str,
}

impl Probe {
    /// It is created once; creating it with other contents must fail.
    pub const ONCE: Self = Self {
        path: "probe/once",
        contents: "This file was created once. No other contents may ever take its place.\n",
    };

    /// It is replaced once; replacing it as something else than it is must fail.
    pub const SWAPPED: Self = Self {
        path: "probe/swapped",
        contents: "This file was replaced once, by whoever knew what it was before.\n",
    };
}

/// Both. A store in a local folder has none: the kernel keeps its word.
pub const PROBES: [Probe; 2] = [Probe::ONCE, Probe::SWAPPED];

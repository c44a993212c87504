//! The store that was named: a folder, or an address.

use verifier::{Folder, Report, Source, layout};

use crate::address::Web;
use crate::fault::Fault;

/// A store that can be listed.
pub struct Named {
    store: Store,
    files: Vec<String>,
}

enum Store {
    Folder(Folder),
    Web(Box<Web>),
}

impl Named {
    /// Opens what was named.
    ///
    /// # Errors
    /// It cannot be listed.
    pub fn open(name: &str) -> Result<Self, Fault> {
        let store = match name.starts_with("https://") || name.starts_with("http://") {
            true => Store::Web(Box::new(Web::new(name))),
            false => Store::Folder(Folder(name.into())),
        };
        let files = source(&store).list();
        Ok(Self {
            files: files.map_err(|error| Fault::unlisted(name, &error))?,
            store,
        })
    }

    /// Where it is read from.
    pub fn source(&self) -> &dyn Source {
        source(&self.store)
    }

    /// The paths of its files.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(String::as_str)
    }

    /// What the way in which it was read adds to the report.
    ///
    /// # Errors
    /// It did not answer: then nothing follows from the report.
    pub fn told(&self, report: &mut Report) -> Result<(), Fault> {
        if let Store::Web(web) = &self.store {
            web.demand_answered()?;
            report.not_checked.push(format!(
                "whether the address has files that its {} does not name, and whether it gives others the same",
                layout::FILES
            ));
        }
        Ok(())
    }
}

fn source(store: &Store) -> &dyn Source {
    match store {
        Store::Folder(folder) => folder,
        Store::Web(web) => &**web,
    }
}

//! News of members at consoles of their own, and what they push off the operator's screen.

use std::cell::RefCell;

use record::screen::Shown;

/// What is awaited, until something else is shown in its stead.
#[derive(Default)]
pub struct News(RefCell<Option<Awaited>>);

struct Awaited {
    shown: Shown,
    news: usize,
}

impl News {
    /// Something is shown.
    pub fn shown(&self, shown: &Shown) {
        let mut awaited = self.0.borrow_mut();
        match shown {
            Shown::Waiting { .. } => {
                *awaited = Some(Awaited {
                    shown: shown.clone(),
                    news: 0,
                });
            }
            Shown::Said { .. } | Shown::Warning { .. } | Shown::Countdown { .. } | Shown::Refused { .. } => {}
            _ => *awaited = None,
        }
    }

    /// A member came, left or gave something. Returns what is awaited where it has gone off the screen by that.
    pub fn came(&self) -> Option<Shown> {
        let mut awaited = self.0.borrow_mut();
        let awaited = awaited.as_mut()?;
        awaited.news += 1;
        (awaited.news % MANY == 0).then(|| awaited.shown.clone())
    }

    /// Somebody pressed Enter: nothing is awaited until it is shown anew.
    pub fn over(&self) {
        *self.0.borrow_mut() = None;
    }
}

/// News after which what is awaited is said once more: a terminal has 24 lines.
const MANY: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_awaited_is_said_again_after_so_many_news_and_only_while_it_is() {
        let news = News::default();
        let awaited = Shown::Waiting {
            kind: "review".into(),
            request: None,
            members: vec!["member-1".into()],
            needed: 1,
        };
        let again = |n: usize| (0..n).filter_map(|_| news.came()).count();
        assert_eq!(again(20), 0, "nothing is awaited");
        news.shown(&awaited);
        news.shown(&Shown::Said { text: "news".into() });
        assert_eq!(again(9), 0);
        assert_eq!(news.came(), Some(awaited.clone()));
        assert_eq!(again(10), 1);
        news.over();
        assert_eq!(again(20), 0);
        news.shown(&awaited);
        news.shown(&Shown::Heading { title: "next".into() });
        assert_eq!(again(20), 0);
    }
}

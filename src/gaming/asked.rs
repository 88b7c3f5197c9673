//! The intents that were asked, so that asking again with the same id has one effect.

use std::collections::VecDeque;

use super::limits::REMEMBERED_INTENTS_MAX;
use super::{IntentId, Reply};
use crate::club::Command;
use crate::ledger::MemberNo;

/// What became of an intent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// This was the answer.
    Answered(Reply),
    /// The command for it was sent, and nothing is known yet: only this very command may be sent
    /// again.
    Sent(MemberNo, Box<Command>),
}

/// The fates of the newest intents.
#[derive(Debug, Default)]
pub(super) struct Asked(VecDeque<(IntentId, Fate)>);

impl Asked {
    /// Returns what became of an intent, if it was asked before.
    pub(super) fn find(&self, id: IntentId) -> Option<&Fate> {
        let found = self.0.iter().find(|(known, _)| *known == id);
        found.map(|(_, fate)| fate)
    }

    /// Notes what became of an intent, in place of what was known before.
    pub(super) fn note(&mut self, id: IntentId, fate: Fate) {
        self.0.retain(|(known, _)| *known != id);
        self.0.push_back((id, fate));
        while self.0.len() > REMEMBERED_INTENTS_MAX {
            self.0.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, Fate};
    use crate::club::Height;
    use crate::gaming::limits::REMEMBERED_INTENTS_MAX;
    use crate::gaming::{IntentId, Reply};

    #[test]
    fn the_newest_fate_of_an_intent_holds_and_only_the_oldest_are_forgotten() {
        let answered = |height| Fate::Answered(Reply::Decided(Height(height)));
        let mut asked = Asked::default();
        asked.note(IntentId(0), answered(1));
        asked.note(IntentId(0), answered(2));
        assert_eq!(asked.find(IntentId(0)), Some(&answered(2)));
        let last = u64::try_from(REMEMBERED_INTENTS_MAX).unwrap();
        for id in 1..=last {
            asked.note(IntentId(id), answered(id));
        }
        assert_eq!(asked.find(IntentId(0)), None);
        assert_eq!(asked.find(IntentId(1)), Some(&answered(1)));
        assert_eq!(asked.find(IntentId(last)), Some(&answered(last)));
    }
}

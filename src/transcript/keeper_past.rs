//! How the keepers of a height follow from the charter without the blocks between: by the headers
//! that changed them, each certified by the keepers before.

use serde::{Deserialize, Serialize};

use super::fault::{Rule, Wrong, of_certificate, of_rekey, wrong};
use crate::club::{self, ClubId, ClubState, Height, Keeper, KeeperNo, hex};
use crate::consensus::{CertifiedHeader, ForkFault, KeeperSet};

/// All changes of keepers up to a height, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeeperPast(Vec<KeeperLink>);

/// A block that changed the keepers, and who they were from then on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct KeeperLink {
    decided: CertifiedHeader,
    keepers: Vec<Keeper>,
}

impl KeeperPast {
    /// Takes in a block that was decided after the state `before`, if it changed the keepers to
    /// those of `after`.
    pub fn note(&mut self, before: &ClubState, decided: &CertifiedHeader, after: &ClubState) {
        if before.keepers() != after.keepers() {
            self.0.push(KeeperLink {
                decided: decided.clone(),
                keepers: after.keepers().to_vec(),
            });
        }
    }

    /// Follows the changes from the founder alone and returns the keepers of the height after the
    /// last one.
    pub(super) fn follow(&self, founded: &ClubState) -> Result<Kept, Wrong> {
        let club = founded.club();
        let mut kept = Kept {
            keepers: founded.keepers().to_vec(),
            next: founded.next_keeper_no(),
        };
        let mut last = founded.height();
        for link in &self.0 {
            let header = &link.decided.header;
            if header.height <= last {
                let expected = format!("a change after height {last}");
                return Err(wrong(Rule::Height, expected, header.height));
            }
            last = header.height;
            kept.check(&link.decided, club)?;
            let found = club::keepers_hash(&link.keepers);
            if header.next_keepers_hash != found {
                let expected = hex::encode(&header.next_keepers_hash);
                return Err(wrong(Rule::NextKeepers, expected, hex::encode(&found)));
            }
            set(&link.keepers)?;
            // Numbers are given one after the other, so the last one is that of somebody who came.
            let numbers = link.keepers.iter().map(|keeper| keeper.no.0);
            let next = numbers.map(|number| KeeperNo(number.saturating_add(1)));
            kept = Kept {
                next: next.chain([kept.next]).max().unwrap_or(kept.next),
                keepers: link.keepers.clone(),
            };
        }
        Ok(kept)
    }

    /// Returns the height of the last change; that of the charter if there was none.
    pub(super) fn height(&self) -> Height {
        let last = self.0.last();
        last.map_or(Height(0), |link| link.decided.header.height)
    }
}

/// Who keeps the club after a block.
#[derive(Clone, Debug)]
pub(super) struct Kept {
    pub(super) keepers: Vec<Keeper>,
    /// The number that the next new key gets.
    pub(super) next: KeeperNo,
}

impl Kept {
    /// Checks that they decided a block of the club, with their new keys if it gives any.
    pub(super) fn check(&self, decided: &CertifiedHeader, club: &ClubId) -> Result<(), Wrong> {
        let checked = decided.check(club, &self.keepers, self.next);
        let (header, certificate) = (&decided.header, &decided.certificate);
        checked.map(drop).map_err(|why| match why {
            ForkFault::OtherClub => wrong(Rule::Club, club, header.club),
            ForkFault::Certificate(why) => of_certificate(&why, header, certificate),
            ForkFault::Rekey(why) => of_rekey(&why),
            ForkFault::Keepers(why) => wrong(Rule::NextKeepers, "keepers that can decide", why),
            ForkFault::NoFork => wrong(Rule::Fork, "a block", why),
        })
    }
}

fn set(keepers: &[Keeper]) -> Result<KeeperSet, Wrong> {
    let set = KeeperSet::new(keepers);
    set.map_err(|why| wrong(Rule::NextKeepers, "keepers that can decide", why))
}

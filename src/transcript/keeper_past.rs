//! How the keepers of a height follow from the charter without the blocks between: by the headers
//! that changed them, each certified by the keepers before.

use serde::{Deserialize, Serialize};

use super::fault::{Rule, Wrong, of_certificate, wrong};
use crate::club::{self, ClubId, ClubState, CodecFault, Header, Height, Keeper, hex};
use crate::consensus::{Certificate, CertifiedHeader, KeeperSet};

/// A header with its certificate, as it is written.
pub(super) type CertifiedForm = (Vec<u8>, Certificate);

/// All changes of keepers up to a height, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeeperPast(Vec<KeeperLink>);

/// A block that changed the keepers, and who they were from then on.
#[derive(Clone, Debug, PartialEq, Eq)]
struct KeeperLink {
    decided: CertifiedHeader,
    keepers: Vec<Keeper>,
}

/// The written form of a [`KeeperPast`].
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct PastForm(Vec<(CertifiedForm, Vec<Keeper>)>);

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
    pub(super) fn follow(&self, founded: &ClubState) -> Result<KeeperSet, Wrong> {
        let club = founded.club();
        let mut keepers = set(founded.keepers())?;
        let mut last = founded.height();
        for link in &self.0 {
            let header = &link.decided.header;
            if header.height <= last {
                let expected = format!("a change after height {last}");
                return Err(wrong(Rule::Height, expected, header.height));
            }
            last = header.height;
            check(&link.decided, club, &keepers)?;
            let found = club::keepers_hash(&link.keepers);
            if header.next_keepers_hash != found {
                let expected = hex::encode(&header.next_keepers_hash);
                return Err(wrong(Rule::NextKeepers, expected, hex::encode(&found)));
            }
            keepers = set(&link.keepers)?;
        }
        Ok(keepers)
    }

    /// Returns the height of the last change; that of the charter if there was none.
    pub(super) fn height(&self) -> Height {
        let last = self.0.last();
        last.map_or(Height(0), |link| link.decided.header.height)
    }

    pub(super) fn form(&self) -> PastForm {
        let links = self.0.iter();
        PastForm(
            links
                .map(|link| (certified_form(&link.decided), link.keepers.clone()))
                .collect(),
        )
    }

    pub(super) fn of(form: PastForm) -> Result<Self, CodecFault> {
        let links = form.0.into_iter().map(|(decided, keepers)| {
            let decided = certified(&decided)?;
            Ok(KeeperLink { decided, keepers })
        });
        Ok(Self(links.collect::<Result<_, CodecFault>>()?))
    }
}

/// Checks that `keepers` decided a block of the club.
pub(super) fn check(
    decided: &CertifiedHeader,
    club: &ClubId,
    keepers: &KeeperSet,
) -> Result<(), Wrong> {
    let CertifiedHeader {
        header,
        certificate,
    } = decided;
    if header.club != *club {
        return Err(wrong(Rule::Club, club, header.club));
    }
    certificate
        .verify(club, keepers, header.height, header.id())
        .map_err(|why| of_certificate(&why, header, certificate))
}

pub(super) fn set(keepers: &[Keeper]) -> Result<KeeperSet, Wrong> {
    let set = KeeperSet::new(keepers);
    set.map_err(|why| wrong(Rule::NextKeepers, "keepers that can decide", why))
}

pub(super) fn certified_form(decided: &CertifiedHeader) -> CertifiedForm {
    let header = decided.header.to_bytes().to_vec();
    (header, decided.certificate.clone())
}

pub(super) fn certified(
    (header, certificate): &CertifiedForm,
) -> Result<CertifiedHeader, CodecFault> {
    Ok(CertifiedHeader {
        header: Header::from_bytes(header)?,
        certificate: certificate.clone(),
    })
}

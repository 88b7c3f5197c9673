//! The records that are not a step of the game: the certified state at which an excerpt begins, and
//! the proof that keepers signed two histories.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::fault::{Rule, Wrong, of_charter, of_encoding, of_fork, of_state, wrong};
use super::keeper_past::KeeperPast;
use super::limits::STATE_RECORD_BYTES_MAX;
use crate::club::{ClubState, CodecFault, Header, Keeper, hex};
use crate::consensus::{CertifiedHeader, ForkProof};

/// Where an excerpt begins: the state after a block, with what shows that the club agreed on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beginning {
    /// The state.
    pub state: ClubState,
    /// The block that it is the state of, with its certificate.
    pub decided: CertifiedHeader,
    /// How its keepers came to keep the club: all changes before that block.
    pub past: KeeperPast,
}

#[derive(Serialize, Deserialize)]
struct BeginningForm(KeeperPast, CertifiedHeader, Vec<u8>);

impl Beginning {
    /// Returns the payload of the record.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let (past, decided) = (self.past.clone(), self.decided.clone());
        encode(&BeginningForm(past, decided, self.state.to_bytes()))
    }

    /// Whether a record can hold it.
    #[must_use]
    pub fn fits(&self) -> bool {
        self.to_bytes().len() <= STATE_RECORD_BYTES_MAX
    }

    /// Reads a payload and checks everything in it: the charter, each change of keepers by the
    /// keepers before it, the certificate of the state, and the state by its root.
    pub(super) fn checked(payload: &[u8]) -> Result<Self, Wrong> {
        let encoding = |why: CodecFault| of_encoding(&why);
        let BeginningForm(past, decided, state) = decode(payload).map_err(encoding)?;
        let beginning = Self {
            state: ClubState::from_bytes(&state).map_err(|why| of_state(&why))?,
            decided,
            past,
        };
        // A state has more than one form if fields of its block are set by hand.
        if beginning.state.to_bytes() != state {
            return Err(encoding(CodecFault::NotCanonical));
        }
        let founded = ClubState::found(beginning.state.charter().clone());
        let founded = founded.map_err(|why| of_charter(&why))?;
        let kept = beginning.past.follow(&founded)?;
        let header = &beginning.decided.header;
        if header.height <= beginning.past.height() {
            let expected = format!("a block after height {}", beginning.past.height());
            return Err(wrong(Rule::Height, expected, header.height));
        }
        kept.check(&beginning.decided, founded.club())?;
        is_of(&beginning.state, header)?;
        Ok(beginning)
    }
}

/// Checks that a state is the one after a block.
fn is_of(state: &ClubState, header: &Header) -> Result<(), Wrong> {
    if state.height() != header.height {
        return Err(wrong(Rule::Height, header.height, state.height()));
    }
    if state.tip() != header.id() {
        return Err(wrong(Rule::Parent, header.id(), state.tip()));
    }
    if state.state_root() != header.state_root {
        return Err(wrong(
            Rule::StateRoot,
            header.state_root,
            state.state_root(),
        ));
    }
    let (expected, found) = (header.next_keepers_hash, state.keepers_hash());
    if expected != found {
        let (expected, found) = (hex::encode(&expected), hex::encode(&found));
        return Err(wrong(Rule::NextKeepers, expected, found));
    }
    Ok(())
}

/// Two histories that the keepers of one height signed, as a file shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fork {
    /// The two.
    pub proof: ForkProof,
    /// The keepers that signed both of them.
    pub signed_both: Vec<Keeper>,
}

#[derive(Serialize, Deserialize)]
struct ForkForm(KeeperPast, ForkProof);

impl Fork {
    /// Returns the payload of the record.
    pub(super) fn encoded(proof: &ForkProof, past: &KeeperPast) -> Vec<u8> {
        encode(&ForkForm(past.clone(), proof.clone()))
    }

    /// Reads a payload and checks that the keepers of the height signed both.
    pub(super) fn checked(payload: &[u8], founded: &ClubState) -> Result<Self, Wrong> {
        let ForkForm(past, proof) = decode(payload).map_err(|why| of_encoding(&why))?;
        let kept = past.follow(founded)?;
        if proof.height() <= past.height() {
            let expected = format!("a fork after height {}", past.height());
            return Err(wrong(Rule::Height, expected, proof.height()));
        }
        let verified = proof.verify(founded.club(), &kept.keepers, kept.next);
        let signed_both = verified.map_err(|why| of_fork(&why))?;
        Ok(Self { proof, signed_both })
    }
}

#[expect(
    clippy::expect_used,
    reason = "postcard fails only on maps and sequences of unknown length, and there are none"
)]
fn encode<T: Serialize>(form: &T) -> Vec<u8> {
    postcard::to_stdvec(form).expect("the record has an encoding")
}

fn decode<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecFault> {
    let form: T = postcard::from_bytes(bytes).map_err(|_internal| CodecFault::Malformed)?;
    // Decoding takes what follows a value, and numbers in longer forms.
    if encode(&form) == bytes {
        Ok(form)
    } else {
        Err(CodecFault::NotCanonical)
    }
}

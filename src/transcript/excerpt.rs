//! The records that are not a step of the game: the certified state at which an excerpt begins, and
//! the proof that keepers decided two blocks for one height.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::fault::{Rule, Wrong, of_charter, of_encoding, of_fork, of_state, wrong};
use super::keeper_past::{CertifiedForm, KeeperPast, PastForm, certified, certified_form, check};
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
struct BeginningForm(PastForm, CertifiedForm, Vec<u8>);

impl Beginning {
    /// Returns the payload of the record.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let decided = certified_form(&self.decided);
        encode(&BeginningForm(
            self.past.form(),
            decided,
            self.state.to_bytes(),
        ))
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
            decided: certified(&decided).map_err(encoding)?,
            past: KeeperPast::of(past).map_err(encoding)?,
        };
        // A state has more than one form if fields of its block are set by hand.
        if beginning.state.to_bytes() != state {
            return Err(encoding(CodecFault::NotCanonical));
        }
        let founded = ClubState::found(beginning.state.charter().clone());
        let founded = founded.map_err(|why| of_charter(&why))?;
        let keepers = beginning.past.follow(&founded)?;
        let header = &beginning.decided.header;
        if header.height <= beginning.past.height() {
            let expected = format!("a block after height {}", beginning.past.height());
            return Err(wrong(Rule::Height, expected, header.height));
        }
        check(&beginning.decided, founded.club(), &keepers)?;
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

/// Two blocks that the keepers of one height decided, as a file shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fork {
    /// The two blocks.
    pub proof: ForkProof,
    /// The keepers that signed for both of them.
    pub signed_both: Vec<Keeper>,
}

#[derive(Serialize, Deserialize)]
struct ForkForm(PastForm, CertifiedForm, CertifiedForm);

impl Fork {
    /// Returns the payload of the record.
    pub(super) fn encoded(proof: &ForkProof, past: &KeeperPast) -> Vec<u8> {
        let [one, other] = proof.blocks().map(certified_form);
        encode(&ForkForm(past.form(), one, other))
    }

    /// Reads a payload and checks that the keepers of the height decided both blocks.
    pub(super) fn checked(payload: &[u8], founded: &ClubState) -> Result<Self, Wrong> {
        let encoding = |why: CodecFault| of_encoding(&why);
        let ForkForm(past, one, other) = decode(payload).map_err(encoding)?;
        let past = KeeperPast::of(past).map_err(encoding)?;
        let keepers = past.follow(founded)?;
        let one = certified(&one).map_err(encoding)?;
        let other = certified(&other).map_err(encoding)?;
        let proof = ForkProof::new(one, other);
        if Self::encoded(&proof, &past) != payload {
            return Err(encoding(CodecFault::NotCanonical));
        }
        if proof.height() <= past.height() {
            let expected = format!("blocks after height {}", past.height());
            return Err(wrong(Rule::Height, expected, proof.height()));
        }
        let verified = proof.verify(founded.club(), &keepers);
        verified.map_err(|why| of_fork(&why))?;
        let [one, other] = proof.blocks();
        let signed = |of: &CertifiedHeader, keeper: &Keeper| {
            let mut signers = of.certificate.signatures.iter();
            signers.any(|(number, _)| *number == keeper.no)
        };
        let both = keepers.keepers().iter();
        let both = both.filter(|keeper| signed(one, keeper) && signed(other, keeper));
        Ok(Self {
            signed_both: both.copied().collect(),
            proof,
        })
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

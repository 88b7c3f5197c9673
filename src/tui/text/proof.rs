//! What the dice of a roll follow from, computed again while it is read.

use super::number::grouped;
use super::time::clock;
use crate::club::{ProvenOpening, hex};
use crate::dice::{Hash32, Slot, bytes_drawn};
use crate::gaming::{ClubKind, DiceProof, RollView};
use crate::shown::Shown;
use crate::tui::theme::Role;
use crate::tui::widget::{Line, wrap};

/// Columns before what a row says.
const LABEL: u16 = 9;

/// One row of a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProofRow {
    /// What it is, or nothing.
    label: &'static str,
    role: Role,
    words: String,
}

fn row(label: &'static str, role: Role, words: impl Into<String>) -> ProofRow {
    let words = words.into();
    ProofRow { label, role, words }
}

fn hash(label: &'static str, hash: &Hash32) -> ProofRow {
    row(label, Role::Text, hex::encode(hash))
}

/// Returns the rows of a roll's proof: the verdict, what the lock fixed, every seal with its
/// opening, the mix and the dice, and what it can't show.
#[must_use]
pub fn proof(record: &RollView, kind: ClubKind) -> Vec<ProofRow> {
    let DiceProof { record: roll, .. } = &*record.proof;
    let proof = &roll.proof;
    let verdict = roll.verify();
    let holds = verdict.is_ok();
    let mut rows = vec![
        match verdict {
            Ok(()) => row(
                "",
                Role::Healthy,
                "Computed again just now: every opening fits its seal, and the dice follow.",
            ),
            Err(fault) => row("", Role::Critical, format!("It does not hold: {fault}.")),
        },
        row(
            "dice",
            Role::Dice,
            format!("{} = {}", record.dice, record.dice.total()),
        ),
        row(
            "closed",
            Role::Text,
            format!(
                "by block {}, {} UTC",
                grouped(record.height.0),
                clock(record.at)
            ),
        ),
        opened(record),
        row(
            "",
            Role::Heading,
            "Fixed by the lock, before anybody opened",
        ),
        hash("block", &proof.parent),
        hash("table", &proof.table_state),
        hash("roster", &proof.roster_hash(&roll.id)),
        hash("before", &proof.link_before),
        hash("lock", &proof.lock_hash),
    ];
    rows.extend(contributors(&record.proof, holds));
    rows.push(row("", Role::Heading, "The mix"));
    rows.push(hash("close", &proof.close_hash));
    rows.push(hash("seed", &proof.seed));
    rows.push(row("bytes", Role::Text, drawn(&proof.seed)));
    rows.push(hash("link", &proof.link));
    let honest = match kind {
        ClubKind::Solo => {
            "This is your own club: all of these secrets are yours. That the dice follow from them \
             is shown here; that nobody chose them takes other people."
        }
        ClubKind::Hosted => {
            "Each seat and the host's node gave a secret, and nobody knew the others' when the bets \
             closed. Who left an opening out would be named here."
        }
        ClubKind::Shared { .. } => {
            "Each seat and each keeper gave a secret, and nobody knew the others' when the bets \
             closed. Who left an opening out is named here."
        }
    };
    rows.push(row("", Role::Dim, honest));
    rows.push(row(
        "",
        Role::Dim,
        "bitcraps export puts the whole game into a file, and bitcraps verify checks it.",
    ));
    rows
}

/// How many secrets were opened, and who left one out.
fn opened(record: &RollView) -> ProofRow {
    let proof = &record.proof;
    let openings = proof.record.proof.openings.iter().zip(&proof.names);
    let out: Vec<Shown> = openings
        .filter(|(opening, _)| opening.counted().is_none())
        .map(|(_, name)| name.clone())
        .collect();
    let count = format!("{} of {} secrets", record.opened, record.of);
    if out.is_empty() {
        return row("opened", Role::Text, count);
    }
    let names = super::listed_names(&out);
    row("opened", Role::Warning, format!("{count}, none of {names}"))
}

/// Each slot with its seal and its opening. What was opened is told to match only where the whole proof
/// holds.
fn contributors(proof: &DiceProof, holds: bool) -> Vec<ProofRow> {
    let checked = &proof.record.proof;
    let role_in = |slot: Slot| {
        let found = checked.roster.iter().find(|one| one.slot == slot);
        match found.map(|one| (one.seated, one.keeper)) {
            Some((true, true)) => ", seat and keeper",
            Some((true, false)) => ", seat",
            Some((false, true)) => ", keeper",
            Some((false, false)) | None => "",
        }
    };
    let openings = checked.openings.iter();
    openings
        .zip(&proof.names)
        .flat_map(|(opening, name)| {
            let ProvenOpening { slot, seal, .. } = opening;
            let (opened, verdict) = match opening.counted() {
                Some(secret) if holds => (hash("opened", &secret), ": matches"),
                Some(secret) => (hash("opened", &secret), ""),
                None => (
                    row("opened", Role::Warning, "nothing that counts"),
                    ": left out",
                ),
            };
            let head = format!("Slot {slot}, {name}{}{verdict}", role_in(*slot));
            [row("", Role::Heading, head), hash("seal", seal), opened]
        })
        .collect()
}

/// The bytes that the dice were read from: those from 252 up are refused, since 252 is 7 x 36.
fn drawn(seed: &Hash32) -> String {
    let drawn = bytes_drawn(seed);
    let words = drawn.iter().map(|byte| match byte {
        252.. => format!("{byte} is refused"),
        byte => {
            let index = byte % 36;
            let (first, second) = (index / 6 + 1, index % 6 + 1);
            format!("{byte} mod 36 = {index}, so {first}-{second}")
        }
    });
    words.collect::<Vec<String>>().join("; ")
}

/// Returns the rows as lines of so many columns. A hash that doesn't fit is broken in the middle.
#[must_use]
pub fn proof_lines(rows: &[ProofRow], columns: u16) -> Vec<Line> {
    let mut lines = Vec::new();
    for ProofRow { label, role, words } in rows {
        let indent = if label.is_empty() { 0 } else { LABEL };
        let room = columns.saturating_sub(indent);
        let halves = words.split_at_checked(32);
        let broken = match halves {
            Some((first, second)) if room < 64 && second.len() == 32 => format!("{first} {second}"),
            Some(_) | None => words.clone(),
        };
        let mut label = *label;
        for words in wrap(&broken, room) {
            let before = format!("{label:<width$}", width = usize::from(indent));
            lines.push(Line::new().dim(before).with(*role, words));
            label = "";
        }
    }
    lines
}

/// Returns all of it as text for the clipboard, a row a line.
#[must_use]
pub fn proof_text(record: &RollView, kind: ClubKind) -> String {
    let head = format!("roll {} at table {}\n", record.roll, record.proof.record.id);
    let rows = proof(record, kind);
    rows.iter().fold(head, |text, row| {
        let line = format!("{:<9}{}", row.label, row.words);
        text + line.trim() + "\n"
    })
}

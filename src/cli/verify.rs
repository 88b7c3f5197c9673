//! `bitcraps verify`: everything in the file of a game computed anew.

use std::fs::File;
use std::io::{self, BufReader, IsTerminal as _, Read};
use std::path::Path;

use serde_json::{Value, json};

use super::output::{Output, Stop};
use crate::club::{Height, NewKeys, Rekey, hex};
use crate::consensus::{CertifiedHeader, ForkKind, ForkProof};
use crate::error::{Error, Kind};
use crate::shown::Shown;
use crate::transcript::{Fault, Fork, Rule, Stopped, Verified, verify};
use crate::tui::text::{chips, grouped};

/// Files up to this size are checked before anybody asks how far it is.
const SILENT_BYTES_MAX: u64 = 1 << 20;

/// Computes everything in a file anew, without a data directory, a network or a key.
pub(super) fn check(file: &Path, output: &mut Output) -> Result<(), Stop> {
    let opened = File::open(file).and_then(|opened| {
        let bytes = opened.metadata()?.len();
        Ok((opened, bytes))
    });
    let (opened, bytes) = opened.map_err(|error| cannot_read(Kind::Usage, file, &error))?;
    let shows = !output.is_json() && bytes > SILENT_BYTES_MAX && io::stderr().is_terminal();
    let mut input = Watched {
        input: BufReader::new(opened),
        output,
        shows,
        bytes,
        read: 0,
        percent: 0,
    };
    let verdict = verify(&mut input);
    if shows {
        input.output.note("\r                    \r");
    }
    match verdict {
        Ok(verified) => output.either(&good(&verified), &words(&verified)),
        Err(Stopped::Wrong(fault)) => {
            if output.is_json() {
                output.object(&bad(&fault))?;
            }
            Err(if bytes == 0 {
                empty(file, &fault).into()
            } else {
                refused(file, &fault).into()
            })
        }
        Err(Stopped::Unreadable(error)) => Err(cannot_read(Kind::Storage, file, &error).into()),
    }
}

/// A file that tells how far it was read.
struct Watched<'a> {
    input: BufReader<File>,
    output: &'a mut Output,
    shows: bool,
    bytes: u64,
    read: u64,
    percent: u64,
}

impl Read for Watched<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.read += u64::try_from(read).unwrap_or(u64::MAX);
        let percent = self.read.saturating_mul(100) / self.bytes.max(1);
        if self.shows && percent > self.percent {
            self.percent = percent;
            self.output.note(&format!("\rchecking, {percent:>3} %"));
        }
        Ok(read)
    }
}

fn cannot_read(kind: Kind, file: &Path, cause: &io::Error) -> Error {
    let message = format!("{} cannot be read", file.display());
    Error::new(kind, message, "name a file that `bitcraps export` wrote").caused_by(cause)
}

/// A file without a byte: the disk was full, or the export was stopped before its first write.
fn empty(file: &Path, fault: &Fault) -> Error {
    let message = format!("{} is empty", file.display());
    let hint = "export the game again, and look whether the disk is full";
    Error::new(Kind::Refused, message, hint).caused_by(&fault.wrong)
}

fn refused(file: &Path, fault: &Fault) -> Error {
    if fault.wrong.rule == Rule::Format {
        let message = format!("{} is another kind of file", file.display());
        let hint = "name a file that `bitcraps export` wrote";
        return Error::new(Kind::Refused, message, hint).caused_by(&fault.wrong);
    }
    let place = match fault.record {
        0 => "record 0, the charter or the state at which it begins,".to_owned(),
        record => format!(
            "record {record}, after the block of height {},",
            fault.after
        ),
    };
    let message = format!("{} does not hold: {place} is wrong", file.display());
    let hint = "ask for the file again; a disk may be at fault, or whoever wrote it";
    Error::new(Kind::Refused, message, hint).caused_by(&fault.wrong)
}

fn bad(fault: &Fault) -> Value {
    json!({
        "ok": false,
        "record": fault.record,
        "rule": fault.wrong.rule.name(),
        "expected": fault.wrong.expected,
        "found": fault.wrong.found,
    })
}

fn good(verified: &Verified) -> Value {
    let state = &verified.state;
    let tables = state.tables().map(|(number, table)| {
        json!({
            "table": table.id.to_string(),
            "name": table.name,
            "rolls": rolls(verified, number),
            "link": hex::encode(&table.link),
        })
    });
    let mut object = json!({
        "ok": true,
        "rolls": verified.rolls.values().sum::<u64>(),
        "height": state.height().0,
        "state_root": state.state_root().to_string(),
        "club": state.club().to_string(),
        "name": state.charter().charter.name,
        "solo": state.is_solo(),
        "commands": verified.commands,
        "begins": verified.begins.0,
        "tables": tables.collect::<Vec<Value>>(),
    });
    if let Some(fork) = &verified.fork {
        let signed = fork.signed_both.iter();
        let fork = json!({
            "height": fork.proof.height().0,
            "kind": kind_of(&fork.proof),
            "blocks": blocks_of(&fork.proof),
            "rekeys": rekeys_of(&fork.proof),
            "keepers": signed.map(|keeper| keeper.no.0).collect::<Vec<u16>>(),
        });
        if let Some(object) = object.as_object_mut() {
            object.insert("fork".to_owned(), fork);
        }
    }
    object
}

/// What a file says that is no game, but the proof that keepers broke their word.
fn words_of_fork(verified: &Verified, fork: &Fork) -> String {
    let charter = &verified.state.charter().charter;
    let signed = fork.signed_both.iter().map(|keeper| keeper.no.to_string());
    let what = match fork.proof.kind() {
        ForkKind::Blocks(_) => "two different blocks were decided for",
        ForkKind::Rekeys(_) => "keepers gave themselves two new vote keys each at",
        ForkKind::OldKeys { .. } => "a block was decided with vote keys that had ended at",
    };
    let mut signed_things = String::new();
    for block in blocks_of(&fork.proof) {
        signed_things.push_str("block   ");
        signed_things.push_str(&block);
        signed_things.push('\n');
    }
    for keys in rekeys_of(&fork.proof) {
        signed_things.push_str("keys    ");
        signed_things.push_str(&keys.join(" "));
        signed_things.push('\n');
    }
    format!(
        "the proof holds: {what} height {}\n\
         club    {} of {}, {}\n\
         {signed_things}\
         keepers {} signed both; an honest keeper signs one\n\
         note    Which came first, and why, no signature tells.\n",
        fork.proof.height(),
        Shown::new(&charter.name, 48),
        Shown::new(&charter.founder_name, 48),
        verified.state.club(),
        signed.collect::<Vec<_>>().join(", "),
    )
}

/// The name of a kind of proof, for scripts.
const fn kind_of(proof: &ForkProof) -> &'static str {
    match proof.kind() {
        ForkKind::Blocks(_) => "blocks",
        ForkKind::Rekeys(_) => "rekeys",
        ForkKind::OldKeys { .. } => "old-keys",
    }
}

/// The ids of the blocks of a proof.
fn blocks_of(proof: &ForkProof) -> Vec<String> {
    let id = |block: &CertifiedHeader| block.header.id().to_string();
    match proof.kind() {
        ForkKind::Blocks(blocks) => blocks.iter().map(id).collect(),
        ForkKind::Rekeys(_) => Vec::new(),
        ForkKind::OldKeys { block, .. } => vec![id(block)],
    }
}

/// The new vote keys of a proof, list by list.
fn rekeys_of(proof: &ForkProof) -> Vec<Vec<String>> {
    let keys = |rekey: &Rekey| match &rekey.keys {
        NewKeys::Sole { key, .. } => vec![key.to_string()],
        NewKeys::Several { keys, .. } => keys.iter().map(|(_, key)| key.to_string()).collect(),
    };
    match proof.kind() {
        ForkKind::Blocks(_) => Vec::new(),
        ForkKind::Rekeys(rekeys) => rekeys.iter().map(keys).collect(),
        ForkKind::OldKeys { rekey, .. } => vec![keys(rekey)],
    }
}

fn rolls(verified: &Verified, table: crate::club::TableNo) -> u64 {
    verified.rolls.get(&table).copied().unwrap_or(0)
}

fn beginning(verified: &Verified) -> String {
    match verified.begins {
        Height(0) => "the charter".to_owned(),
        height => format!("the certified state at height {height}"),
    }
}

fn words(verified: &Verified) -> String {
    if let Some(fork) = &verified.fork {
        return words_of_fork(verified, fork);
    }
    let state = &verified.state;
    let charter = &state.charter().charter;
    let height = state.height();
    let mut text = format!(
        "everything holds, from {} to block {height}\n\
         club    {} of {}, {}\n\
         chain   {} commands, each signed and numbered; each block decided by its keepers\n\
         chips   {} in all, as the charter says; state root {}\n",
        beginning(verified),
        Shown::new(&charter.name, 48),
        Shown::new(&charter.founder_name, 48),
        state.club(),
        grouped(verified.commands),
        chips(charter.supply),
        state.state_root(),
    );
    for (number, table) in state.tables() {
        let line = format!(
            "table   {}: {} rolls, the dice of each from secrets that were sealed before its lock\n",
            Shown::new(&table.name, 48),
            grouped(rolls(verified, number))
        );
        text.push_str(&line);
    }
    text.push_str(if state.is_solo() {
        "note    This is a solo club: its player holds every secret, and could have chosen the dice.\n"
    } else {
        "note    The dice of a roll are fair to whoever had one secret of their own in it. No file can\n\
         \u{20}       show that the others were different people.\n"
    });
    if verified.begins != Height(0) {
        let line = format!(
            "note    This is an excerpt. The state at height {} is what the keepers certified; how it came\n\
             \u{20}       about is not in this file.\n",
            verified.begins
        );
        text.push_str(&line);
    }
    let line = format!("note    What happened after block {height} is not in this file.\n");
    text.push_str(&line);
    text
}

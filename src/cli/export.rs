//! `bitcraps export`: a game in a file.

use std::path::Path;

use serde_json::json;

use super::context::Context;
use super::data;
use super::output::{Output, Stop};
use crate::club::hex;
use crate::control::{ControlError, Export, ExportRow, Part, Request, Row, TranscriptRow};
use crate::error::{Error, Kind};
use crate::files::{AtomicFile, WriteError};
use crate::tui::text::grouped;

/// What is exported: a table's game, or a part of it.
pub(super) struct Wanted {
    /// By id or name; the only one if there is no other.
    pub(super) table: Option<String>,
    pub(super) from: Option<u64>,
    pub(super) last: Option<u64>,
}

/// Writes the game of a table to a file, which appears when all of it is there.
pub(super) fn export(
    context: &Context,
    wanted: &Wanted,
    file: &Path,
    force: bool,
    output: &mut Output,
) -> Result<(), Stop> {
    let mut written = AtomicFile::create(file, force).map_err(not_written)?;
    let (row, bytes) = if let Some(mut client) = data::running(context)? {
        let (mut row, mut bytes) = (None, 0);
        let table = wanted.table.clone();
        let (from, last) = (wanted.from, wanted.last);
        client.ask(Request::Transcript { table, from, last }, |told| {
            let Row::Transcript(told) = told else {
                return Err(not_understood("a row of something else"));
            };
            match told {
                TranscriptRow::Piece(text) => {
                    let piece = hex::decode_all(&text);
                    let piece = piece.ok_or_else(|| not_understood("a piece that is not hex"))?;
                    written.write(&piece)?;
                    bytes += piece.len();
                }
                TranscriptRow::End(end) => row = Some(end),
            }
            Ok(())
        })?;
        let row = row.ok_or_else(|| not_understood("a transcript without its end"))?;
        (row, bytes)
    } else {
        data::with_store(context, async |store| -> Result<_, Stop> {
            let part = Part::of(wanted.from, wanted.last);
            let mut export = Export::open(store, wanted.table.as_deref(), part).await?;
            let mut bytes = 0;
            while let Some(piece) = export.next().await? {
                written.write(&piece)?;
                bytes += piece.len();
            }
            Ok((export.row(), bytes))
        })?
    };
    written.publish(force).map_err(not_written)?;
    tell_export(file, &row, bytes, output)
}

/// A file that is there already is replaced when that is said, and what says it is named.
fn not_written(error: WriteError) -> Stop {
    if error.source.kind() != std::io::ErrorKind::AlreadyExists {
        return error.into();
    }
    let what = format!("{} is there already", error.path.display());
    Error::new(
        Kind::Storage,
        what,
        "take another name, or replace it with --force",
    )
    .into()
}

fn tell_export(
    file: &Path,
    row: &ExportRow,
    bytes: usize,
    output: &mut Output,
) -> Result<(), Stop> {
    let object = json!({
        "file": file,
        "table": row.table,
        "club": row.club,
        "begins": row.begins,
        "height": row.height,
        "bytes": bytes,
    });
    let first = match row.begins {
        0 => "the charter".to_owned(),
        height => format!("the state at height {height}"),
    };
    let text = format!(
        "{}: {first} and {} blocks in {} bytes; anybody can check it by `bitcraps verify`\n",
        file.display(),
        grouped(row.height.saturating_sub(row.begins)),
        grouped(u64::try_from(bytes).unwrap_or(u64::MAX))
    );
    output.either(&object, &text)
}

fn not_understood(what: &str) -> Stop {
    let what = what.to_owned();
    ControlError::NotUnderstood { what }.into()
}

//! Lines as they are typed or piped.

use std::io::{self, BufRead, Read as _};
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::Stream;
use tokio::sync::mpsc;
use zeroize::Zeroizing;

use super::limits::{LINE_BYTES_MAX, LINES_AHEAD_MAX};

/// A line that was typed, without its end.
#[derive(Clone, PartialEq, Eq)]
pub enum Line {
    /// The line; wiped when it is dropped, since it may be a passphrase.
    Text(Zeroizing<String>),
    /// It was longer than [`LINE_BYTES_MAX`], or was no text. Nothing of it is kept.
    Unusable,
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(_) => f.write_str("Text"),
            Self::Unusable => f.write_str("Unusable"),
        }
    }
}

/// Reads the next line; `None` at the end. A last line without an end is one too.
///
/// # Errors
/// What the source says.
pub fn read(source: &mut impl BufRead) -> io::Result<Option<Line>> {
    let most = u64::try_from(LINE_BYTES_MAX).unwrap_or(u64::MAX);
    // One more than fits, and its end.
    let mut bytes = Zeroizing::new(Vec::with_capacity(LINE_BYTES_MAX + 2));
    let taken = source
        .by_ref()
        .take(most + 2)
        .read_until(b'\n', &mut bytes)?;
    if taken == 0 {
        return Ok(None);
    }
    let is_whole = bytes.last() == Some(&b'\n');
    if !is_whole && taken > LINE_BYTES_MAX {
        skip_rest(source)?;
        return Ok(Some(Line::Unusable));
    }
    let mut text = bytes.as_slice();
    text = text.strip_suffix(b"\n").unwrap_or(text);
    text = text.strip_suffix(b"\r").unwrap_or(text);
    let line = match str::from_utf8(text) {
        Ok(text) if text.len() <= LINE_BYTES_MAX => Line::Text(Zeroizing::new(text.to_owned())),
        Ok(_) | Err(_) => Line::Unusable,
    };
    Ok(Some(line))
}

/// Skips to the end of a line that is too long, without keeping it.
fn skip_rest(source: &mut impl BufRead) -> io::Result<()> {
    loop {
        let buffer = source.fill_buf()?;
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let used = end.map_or(buffer.len(), |end| end + 1);
        source.consume(used);
        if end.is_some() || used == 0 {
            return Ok(());
        }
    }
}

/// The lines of standard input. A thread reads them, since a read can't be given up: it ends with the
/// process.
#[derive(Debug)]
pub struct Lines(mpsc::Receiver<io::Result<Line>>);

impl Lines {
    /// Starts to read.
    ///
    /// # Errors
    /// When there can be no thread.
    pub fn of_process() -> io::Result<Self> {
        let (lines, read_ahead) = mpsc::channel(LINES_AHEAD_MAX);
        std::thread::Builder::new()
            .name("lines".to_owned())
            .spawn(move || {
                let mut source = io::stdin().lock();
                loop {
                    let line = match read(&mut source) {
                        Ok(Some(line)) => Ok(line),
                        Ok(None) => return,
                        Err(error) => Err(error),
                    };
                    let failed = line.is_err();
                    // Waits while enough is read ahead; ends when nobody wants lines any more.
                    if lines.blocking_send(line).is_err() || failed {
                        return;
                    }
                }
            })?;
        Ok(Self(read_ahead))
    }
}

impl Stream for Lines {
    type Item = io::Result<Line>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.poll_recv(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(mut source: &[u8]) -> Vec<Line> {
        std::iter::from_fn(|| read(&mut source).unwrap()).collect()
    }

    fn text(line: &str) -> Line {
        Line::Text(Zeroizing::new(line.to_owned()))
    }

    #[test]
    fn lines_end_as_they_do_on_any_system_and_the_last_needs_no_end() {
        assert_eq!(
            all(b"pass 10\nroll\r\n\nquit"),
            ["pass 10", "roll", "", "quit"].map(text)
        );
        assert_eq!(all(b""), []);
    }

    #[test]
    fn a_line_that_is_too_long_or_no_text_is_left_out_and_the_next_is_read() {
        let longest = "x".repeat(LINE_BYTES_MAX);
        let source =
            format!("{longest}\n{longest}y\n{longest}{longest}{longest}\nroll\n{longest}yz");
        assert_eq!(
            all(source.as_bytes()),
            [
                text(&longest),
                Line::Unusable,
                Line::Unusable,
                text("roll"),
                Line::Unusable
            ]
        );
        assert_eq!(all(b"\xff\xfe\nroll\n"), [Line::Unusable, text("roll")]);
    }
}

//! A program in a pseudo-terminal: what it shows, what it leaves behind, and how it ends.
//!
//! Nothing here sleeps to wait for a fact: every wait has a condition and a deadline.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use portable_pty::{
    Child, CommandBuilder, ExitStatus, MasterPty, PtySize, SlavePty, native_pty_system,
};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// How long anything that must happen may take. No machine is too busy for it, so that whoever meets
/// it waits for what never comes.
const DEADLINE: Duration = Duration::from_mins(5);

/// How often the end of the program is looked for while its screen is waited for.
const LOOK: Duration = Duration::from_millis(20);

/// What came out of the program so far.
struct Seen {
    screen: vt100::Parser,
    bytes: Vec<u8>,
    /// How many of the bytes are on the screen; a frame is shown when it is whole.
    shown: usize,
}

impl Seen {
    /// Shows what came, up to the frame that is still being written: between the two marks of a
    /// synchronised update a terminal shows nothing (private mode 2026).
    fn show(&mut self) {
        let until = match (find(&self.bytes, 2026, 'h'), find(&self.bytes, 2026, 'l')) {
            (Some(begun), ended) if ended.is_none_or(|ended| ended < begun) => begun,
            _ => self.bytes.len(),
        };
        if until > self.shown {
            self.screen.process(&self.bytes[self.shown..until]);
            self.shown = until;
        }
    }
}

/// What the reading thread and the test share.
struct Shared {
    seen: Mutex<Seen>,
    more: Condvar,
}

/// The modes of a terminal, by which a shell would notice that a program left it in disorder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Modes {
    /// The settings of `termios(3)` as text, since their type is another crate's.
    line: String,
    /// The private modes that are set, of those that a full screen program may set.
    pub(crate) private: Vec<u16>,
    /// Whether what is printed next would look like what was printed before.
    pub(crate) plain: bool,
}

/// What a shell is told to go on with a stopped program. The screen is cleared before, so that its
/// text is not taken for what the program says when it is stopped again.
pub(crate) const FOREGROUND: &str = "printf '\\033[2J\\033[H'; fg\r";

/// The private mode that shows the cursor, the only one that is set at first.
const CURSOR: u16 = 25;

/// Private modes of a terminal that full screen programs set: keypad and cursor keys, the cursor, mice, focus reports, the other screen, bracketed paste,
/// synchronised updates (xterm, "Control Sequences", DEC private modes).
const PRIVATE_MODES: [u16; 12] = [
    1, CURSOR, 47, 1000, 1002, 1003, 1004, 1006, 1047, 1049, 2004, 2026,
];

/// A program in a pseudo-terminal. Dropped, it is killed and reaped.
pub(crate) struct Terminal {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    /// Held, so that the terminal outlives the program and its modes can be read.
    slave: Option<Box<dyn SlavePty + Send>>,
    child: Box<dyn Child + Send + Sync>,
    shared: Arc<Shared>,
    reader: Option<JoinHandle<()>>,
    ended: Option<ExitStatus>,
    before: Modes,
}

impl Terminal {
    /// Starts a program in a terminal of so many columns and rows.
    pub(crate) fn start(command: CommandBuilder, (columns, rows): (u16, u16)) -> Self {
        let pair = native_pty_system().openpty(size(columns, rows)).unwrap();
        let shared = Arc::new(Shared {
            seen: Mutex::new(Seen {
                screen: vt100::Parser::new(nonzero(rows), nonzero(columns), 0),
                bytes: Vec::new(),
                shown: 0,
            }),
            more: Condvar::new(),
        });
        let mut source = pair.master.try_clone_reader().unwrap();
        let reader = std::thread::spawn({
            let shared = Arc::clone(&shared);
            move || read_all(&mut source, &shared)
        });
        let writer = pair.master.take_writer().unwrap();
        let line = format!("{:?}", pair.master.get_termios().unwrap());
        let child = pair.slave.spawn_command(command).unwrap();
        Self {
            master: pair.master,
            writer,
            slave: Some(pair.slave),
            child,
            shared,
            reader: Some(reader),
            ended: None,
            before: Modes {
                line,
                private: vec![CURSOR],
                plain: true,
            },
        }
    }

    /// Returns the modes that the terminal had before the program was started.
    pub(crate) fn before(&self) -> Modes {
        self.before.clone()
    }

    /// Types text as it is.
    pub(crate) fn send(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    /// Waits until the screen is as `is` says, and returns what it made of it.
    pub(crate) fn wait<T>(&mut self, what: &str, is: impl FnMut(&vt100::Screen) -> Option<T>) -> T {
        let end = Instant::now() + DEADLINE;
        match self.wait_until(end, is) {
            Some(found) => found,
            None => self.give_up(what),
        }
    }

    /// As [`wait`](Self::wait), but `None` when the time is over or the program has ended.
    pub(crate) fn wait_until<T>(
        &mut self,
        end: Instant,
        mut is: impl FnMut(&vt100::Screen) -> Option<T>,
    ) -> Option<T> {
        loop {
            let has_ended = self.has_ended();
            let seen = self.seen();
            if let Some(found) = is(seen.screen.screen()) {
                return Some(found);
            }
            if has_ended || Instant::now() >= end {
                return None;
            }
            drop(self.shared.more.wait_timeout(seen, LOOK).unwrap());
        }
    }

    /// Waits until the screen shows `text`, which may go on in the next row.
    pub(crate) fn wait_for(&mut self, text: &str) {
        self.wait(text, |screen| {
            let shows = screen.contents().contains(text) || words(screen).contains(text);
            shows.then_some(())
        });
    }

    /// Presses a key again and again until the screen is as `is` says: for keys that do nothing
    /// while a dialog has just opened, and no more than once what they do.
    pub(crate) fn press_until(
        &mut self,
        key: &str,
        what: &str,
        mut is: impl FnMut(&vt100::Screen) -> bool,
    ) {
        let end = Instant::now() + DEADLINE;
        while Instant::now() < end && !self.has_ended() {
            self.send(key);
            let soon = Instant::now() + Duration::from_millis(400);
            if self
                .wait_until(soon, |screen| is(screen).then_some(()))
                .is_some()
            {
                return;
            }
        }
        self.give_up(what)
    }

    fn give_up(&mut self, what: &str) -> ! {
        let ended = self.has_ended();
        panic!(
            "waited in vain for {what:?}; ended: {ended} {:?}\n{}\n-- the last bytes: {:?}",
            self.ended,
            self.text(),
            self.tail()
        )
    }

    fn tail(&self) -> String {
        let seen = self.seen();
        let from = seen.bytes.len().saturating_sub(300);
        String::from_utf8_lossy(&seen.bytes[from..]).into_owned()
    }

    /// Returns what the screen shows.
    pub(crate) fn text(&self) -> String {
        self.seen().screen.screen().contents()
    }

    /// Looks at the screen.
    pub(crate) fn look<T>(&self, at: impl FnOnce(&vt100::Screen) -> T) -> T {
        at(self.seen().screen.screen())
    }

    /// Returns every byte that was written so far.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        self.seen().bytes.clone()
    }

    /// Waits until nothing has been written for `quiet`, and returns the number of bytes by then. Only
    /// looks at a program that waits count: on a busy machine one that was not let run is silent too.
    pub(crate) fn settled(&mut self, quiet: Duration) -> usize {
        let end = Instant::now() + DEADLINE;
        let wanted = quiet.as_millis().div_ceil(LOOK.as_millis());
        let (mut count, mut looks) = (self.seen().bytes.len(), 0);
        while Instant::now() < end {
            let now = self.seen().bytes.len();
            if now != count || self.is_at_work() {
                (count, looks) = (now, 0);
            } else if looks >= wanted {
                return count;
            } else {
                looks += 1;
            }
            let seen = self.seen();
            drop(self.shared.more.wait_timeout(seen, LOOK).unwrap());
        }
        self.give_up("nothing to be written")
    }

    /// Whether a thread of the program runs, could run, or waits for a disk; `false` where the system
    /// doesn't tell.
    fn is_at_work(&self) -> bool {
        let tasks = format!("/proc/{}/task", self.pid().as_raw_nonzero());
        let Ok(tasks) = std::fs::read_dir(tasks) else {
            return false;
        };
        // The state stands behind the name, which may have any letters.
        let is_at_work = |stat: String| {
            let state = stat
                .rsplit(')')
                .next()
                .and_then(|rest| rest.trim_start().chars().next());
            matches!(state, Some('R' | 'D'))
        };
        let mut stats =
            tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("stat")).ok());
        stats.any(is_at_work)
    }

    /// Waits until more than so many bytes have been written.
    pub(crate) fn wait_more(&mut self, count: usize) {
        let end = Instant::now() + DEADLINE;
        while self.seen().bytes.len() <= count {
            if Instant::now() >= end {
                self.give_up("more bytes");
            }
            let seen = self.seen();
            drop(self.shared.more.wait_timeout(seen, LOOK).unwrap());
        }
    }

    /// Changes the size, which the program is told by a signal.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        let mut seen = self.seen();
        seen.screen
            .screen_mut()
            .set_size(nonzero(rows), nonzero(columns));
        drop(seen);
        self.master.resize(size(columns, rows)).unwrap();
    }

    /// Returns the modes of the terminal.
    pub(crate) fn modes(&self) -> Modes {
        let line = format!("{:?}", self.master.get_termios().unwrap());
        let bytes = self.bytes();
        let is_set = |mode: &u16| last_of(&bytes, *mode).unwrap_or(*mode == CURSOR);
        let plain = self.look(|screen| {
            let colours = [screen.fgcolor(), screen.bgcolor()];
            colours == [vt100::Color::Default; 2]
                && !screen.bold()
                && !screen.inverse()
                && !screen.underline()
        });
        Modes {
            line,
            private: PRIVATE_MODES.into_iter().filter(is_set).collect(),
            plain,
        }
    }

    /// Returns the process that was started.
    pub(crate) fn pid(&self) -> Pid {
        let id = self.child.process_id().unwrap();
        Pid::from_raw(i32::try_from(id).unwrap()).unwrap()
    }

    /// Sends a signal to the process that was started.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// Waits for the end, and for the last byte before it. Returns the exit code, or 128 and the
    /// signal's name.
    pub(crate) fn end(&mut self) -> End {
        let end = Instant::now() + DEADLINE;
        while !self.has_ended() {
            if Instant::now() >= end {
                self.give_up("the end of the program");
            }
            let seen = self.seen();
            drop(self.shared.more.wait_timeout(seen, LOOK).unwrap());
        }
        let line = self.modes().line;
        drop(self.slave.take());
        if let Some(reader) = self.reader.take() {
            reader.join().unwrap();
        }
        let status = self.ended.clone().unwrap();
        let modes = Modes {
            line,
            ..self.modes()
        };
        End {
            code: status.exit_code(),
            signal: status.signal().map(str::to_owned),
            modes,
            text: self.text(),
            bytes: self.bytes(),
        }
    }

    fn has_ended(&mut self) -> bool {
        if self.ended.is_none() {
            self.ended = self.child.try_wait().unwrap();
        }
        self.ended.is_some()
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.shared.seen.lock().unwrap()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        if self.ended.is_none() {
            // A program that a shell started has a group of its own.
            let group = self.master.process_group_leader().and_then(Pid::from_raw);
            if let Some(group) = group {
                // It may have ended by itself meanwhile.
                kill_process_group(group, Signal::KILL).ok();
            }
            self.child.kill().ok();
            self.child.wait().ok();
        }
        drop(self.slave.take());
        if let Some(reader) = self.reader.take() {
            reader.join().ok();
        }
    }
}

/// Returns the words on the screen with one blank between them, without the frames around them.
pub(crate) fn words(screen: &vt100::Screen) -> String {
    let text = screen.contents();
    let words = text.split(|c: char| c.is_whitespace() || matches!(c, '│' | '║'));
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

/// How a program ended.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) code: u32,
    pub(crate) signal: Option<String>,
    pub(crate) modes: Modes,
    /// What the screen shows at last.
    pub(crate) text: String,
    /// Every byte that was written.
    pub(crate) bytes: Vec<u8>,
}

fn read_all(source: &mut impl Read, shared: &Shared) {
    let mut buffer = vec![0; 65_536];
    while let Ok(count @ 1..) = source.read(&mut buffer) {
        let mut seen = shared.seen.lock().unwrap();
        seen.bytes.extend_from_slice(&buffer[..count]);
        seen.show();
        drop(seen);
        shared.more.notify_all();
    }
}

/// Whether the last mention of a private mode set it; `None` if it was never mentioned.
fn last_of(bytes: &[u8], mode: u16) -> Option<bool> {
    match (find(bytes, mode, 'h'), find(bytes, mode, 'l')) {
        (None, None) => None,
        (set, reset) => Some(set > reset),
    }
}

/// Where a private mode was last set (`h`) or reset (`l`).
fn find(bytes: &[u8], mode: u16, end: char) -> Option<usize> {
    let sought = format!("\x1b[?{mode}{end}").into_bytes();
    bytes.windows(sought.len()).rposition(|part| part == sought)
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize {
        rows,
        cols: columns,
        pixel_width: 0,
        pixel_height: 0,
    }
}

fn nonzero(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).unwrap()
}

//! A player at the client, and what scripts see of the same data directory.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use portable_pty::CommandBuilder;
use serde_json::Value;

use crate::terminal::Terminal;

/// A home of its own for each test, with the data directory in it.
pub(crate) struct Home {
    folder: tempfile::TempDir,
    variables: Vec<(&'static str, String)>,
}

impl Home {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let variables = [
            ("HOME", folder.path().to_str().unwrap()),
            ("PATH", "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"),
            ("TERM", "xterm-256color"),
            ("LANG", "C.UTF-8"),
            ("PS1", "$ "),
            ("BITCRAPS_DATA_DIR", data.to_str().unwrap()),
            // One bit instead of sixteen, and bots that don't think: these tests are about neither.
            ("BITCRAPS_PROOF_BITS", "1"),
            ("BITCRAPS_BOT_PACE", "0"),
        ];
        let variables = variables.map(|(name, value)| (name, value.to_owned()));
        Self {
            variables: variables.to_vec(),
            folder,
        }
    }

    /// Sets a variable of the environment for everything that is started from here on.
    pub(crate) fn set(mut self, name: &'static str, value: &str) -> Self {
        self.variables.retain(|(known, _)| *known != name);
        self.variables.push((name, value.to_owned()));
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn data(&self, name: &str) -> PathBuf {
        self.path("data").join(name)
    }

    /// Writes a file, its folders too, with modes that the program accepts.
    pub(crate) fn save(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        let folder = path.parent().unwrap();
        fs::create_dir_all(folder).unwrap();
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).unwrap();
        fs::write(&path, bytes).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    /// Returns a program to be started in a terminal.
    pub(crate) fn program(&self, program: &str, arguments: &[&str]) -> CommandBuilder {
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env_clear();
        for (name, value) in &self.variables {
            command.env(name, value);
        }
        command.cwd(self.folder.path());
        command
    }

    /// Starts the client in a terminal of 80 columns and 24 rows.
    pub(crate) fn client(&self, arguments: &[&str]) -> Terminal {
        Terminal::start(self.program(BITCRAPS, arguments), (80, 24))
    }

    /// Starts the client at the practice table and waits until the player has a seat there.
    pub(crate) fn play(&self) -> Player {
        Player::sit(self.client(&["--practice", "--name", "ana", "--reduced-motion"]))
    }

    /// Starts a shell with job control.
    pub(crate) fn shell(&self) -> Terminal {
        let mut shell = Terminal::start(self.program("/bin/sh", &["-i"]), (80, 24));
        shell.wait_for("$ ");
        shell
    }

    /// Returns a command without a terminal, ready to be run.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(BITCRAPS);
        command
            .args(arguments)
            .env_clear()
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    /// Runs a command without a terminal; returns exit code, output and errors.
    pub(crate) fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = self.command(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (
            output.status.code().unwrap(),
            text(output.stdout),
            text(output.stderr),
        )
    }

    fn json(&self, arguments: &[&str]) -> Vec<Value> {
        let (code, out, err) = self.run(arguments);
        assert_eq!(code, 0, "{arguments:?}: {out}{err}");
        let lines = out.lines();
        lines
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// What `bitcraps balance` says of the only club.
    pub(crate) fn books(&self) -> Books {
        let rows = self.json(&["balance", "--json"]);
        let [row] = rows.as_slice() else {
            panic!("one club: {rows:?}")
        };
        Books {
            balance: row["balance"].as_u64().unwrap(),
            at_risk: row["at_risk"].as_u64().unwrap(),
            treasury: row["treasury"].as_u64().unwrap(),
            supply: row["supply"].as_u64().unwrap(),
        }
    }

    /// What `bitcraps history` says, oldest first.
    pub(crate) fn rolls(&self) -> Vec<Roll> {
        let row = |row: Value| Roll {
            number: row["roll"].as_u64().unwrap(),
            dice: [0, 1].map(|die| row["dice"][die].as_u64().unwrap()),
            point_before: row["point_before"].as_u64(),
            net: row["net"].as_i64().unwrap(),
            balance: row["balance"].as_u64().unwrap(),
        };
        let rows = self.json(&["history", "--json"]);
        rows.into_iter().map(row).collect()
    }
}

/// The program under test.
pub(crate) const BITCRAPS: &str = env!("CARGO_BIN_EXE_bitcraps");

/// A row of `bitcraps balance`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Books {
    pub(crate) balance: u64,
    pub(crate) at_risk: u64,
    pub(crate) treasury: u64,
    pub(crate) supply: u64,
}

/// A row of `bitcraps history`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Roll {
    pub(crate) number: u64,
    pub(crate) dice: [u64; 2],
    pub(crate) point_before: Option<u64>,
    pub(crate) net: i64,
    pub(crate) balance: u64,
}

/// What the first row of the screen says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    /// The point, unless this is the come-out.
    pub(crate) point: Option<u64>,
    /// The number of the next roll.
    pub(crate) roll: u64,
    pub(crate) chips: u64,
    pub(crate) at_risk: u64,
}

impl Header {
    /// Reads it; `None` unless a table is open.
    pub(crate) fn read(screen: &vt100::Screen) -> Option<Self> {
        let text = screen.contents();
        let row = text.lines().next()?;
        let after = |word: &str| -> Option<u64> {
            let (_, rest) = row.split_once(word)?;
            rest.split_whitespace()
                .next()?
                .replace(',', "")
                .parse()
                .ok()
        };
        let point = after("POINT ");
        (point.is_some() || row.contains("COME-OUT")).then_some(())?;
        Some(Self {
            point,
            roll: after("roll ")?,
            chips: after("chips ")?,
            at_risk: after("at risk ")?,
        })
    }
}

/// Returns the dice of the newest roll on the screen: `2-4 = 6`.
fn dice(screen: &vt100::Screen) -> Option<[u64; 2]> {
    let text = screen.contents();
    let mut words = text.split_whitespace();
    let pair = loop {
        let word = words.next()?;
        if words.clone().next() == Some("=") && word.contains('-') {
            break word;
        }
    };
    let (first, second) = pair.split_once('-')?;
    Some([first.parse().ok()?, second.parse().ok()?])
}

/// A player with a seat at the practice table.
pub(crate) struct Player {
    pub(crate) terminal: Terminal,
}

impl Player {
    /// Waits until the table is there, its last roll is shown, and the player has a seat.
    pub(crate) fn sit(mut terminal: Terminal) -> Self {
        terminal.wait("a seat at the practice table", |screen| {
            let text = screen.contents();
            let seated = text.contains("[Table]")
                && (text.contains("you shoot") || text.contains("shooter "));
            let header = Header::read(screen)?;
            let shown = header.roll == 1 || dice(screen).is_some();
            (seated && shown && text.contains("Running")).then_some(())
        });
        Self { terminal }
    }

    /// Returns the header. What was read so far may end in the middle of a frame, so it is waited for.
    pub(crate) fn header(&mut self) -> Header {
        self.terminal.wait("a whole header", Header::read)
    }

    /// Presses the key of a bet, and waits until the bet is confirmed.
    pub(crate) fn bet(&mut self, key: &str) -> Header {
        let before = self.header().at_risk;
        // The focus leaves the spot, so that the chips go out at once.
        self.terminal.send(key);
        self.terminal.send("\t");
        self.terminal.wait("a bet that is confirmed", |screen| {
            let header = Header::read(screen)?;
            (header.at_risk > before && screen.contents().contains(": confirmed")).then_some(header)
        })
    }

    /// Rolls, or is ready, and waits until the result is shown.
    pub(crate) fn roll(&mut self) -> Shown {
        let before = self.header();
        self.terminal.send("r");
        let wanted = format!("#{} ", before.roll);
        let (header, dice) = self.terminal.wait("a roll", |screen| {
            let header = Header::read(screen)?;
            // The sentence may be followed by one about the next shooter.
            let told = screen.contents().contains(&wanted) || header.roll > before.roll;
            (told && header.roll == before.roll + 1).then_some((header, dice(screen)?))
        });
        Shown {
            number: before.roll,
            dice,
            header,
        }
    }

    /// Makes a line bet if this is a come-out without one: a shooter needs it.
    pub(crate) fn line_bet(&mut self) {
        let header = self.header();
        if header.point.is_none() && header.at_risk == 0 {
            self.bet("p");
        }
    }
}

/// A roll as the screen showed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) number: u64,
    pub(crate) dice: [u64; 2],
    /// The first row after it.
    pub(crate) header: Header,
}

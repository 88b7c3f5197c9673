//! Power cuts: the process is killed at any moment, and what it showed must be there afterwards.

use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::player::{Header, Home, Roll, Shown};

/// How often the process is killed; `BITCRAPS_TEST_KILLS` asks for more.
const KILLS: u64 = 50;

/// The longest time after a key or a start until the process is killed.
const SOON: Duration = Duration::from_millis(120);
const START: Duration = Duration::from_millis(500);

/// What must be there after a crash.
#[derive(Default)]
struct Promised {
    rolls: Vec<(u64, [u64; 2])>,
    /// The last first row, and whether anything was asked for since.
    header: Option<(Header, bool)>,
}

impl Promised {
    fn rolled(&mut self, shown: Shown) {
        self.rolls.push((shown.number, shown.dice));
        self.header = Some((shown.header, false));
    }

    /// Compares with the books of a node that is not running.
    fn check(&mut self, home: &Home) {
        let (books, rolls) = (home.books(), home.rolls());
        assert_eq!(
            books.treasury + books.balance + books.at_risk,
            books.supply,
            "{books:?}"
        );
        for promised in &self.rolls {
            let found = rolls.iter().find(|roll| roll.number == promised.0);
            assert_eq!(
                found.map(|roll| roll.dice),
                Some(promised.1),
                "{promised:?}"
            );
        }
        let numbers: Vec<u64> = rolls.iter().map(|roll: &Roll| roll.number).collect();
        let all: Vec<u64> = (1..).take(rolls.len()).collect();
        assert_eq!(numbers, all);
        if let Some((header, asked)) = self.header {
            let next = u64::try_from(rolls.len()).unwrap() + 1;
            let found = (next, books.balance, books.at_risk);
            let shown = (header.roll, header.chips, header.at_risk);
            // Something that was asked for and not answered may have happened or not.
            let holds = found == shown || (asked && found.0 >= shown.0);
            assert!(holds, "{found:?} instead of {shown:?}");
        }
        self.rolls = rolls.iter().map(|roll| (roll.number, roll.dice)).collect();
    }
}

#[test]
fn what_was_confirmed_or_shown_is_there_after_each_kill() {
    let kills = std::env::var("BITCRAPS_TEST_KILLS");
    let kills = kills.map_or(KILLS, |text| text.parse().unwrap());
    let home = Home::new().set("BITCRAPS_TABLE_BOTS", "0");
    let mut promised = Promised::default();
    let mut chance = Chance(0x0bad_cafe);
    for kill in 0..kills {
        match kill % 5 {
            0 => during_start(&home, &mut promised, &mut chance),
            way => in_play(&home, &mut promised, &mut chance, way),
        }
        if home.data("db").exists() && home.run(&["balance"]).0 == 0 {
            promised.check(&home);
        } else {
            assert!(
                promised.header.is_none(),
                "kill {kill}: {:?}",
                home.run(&["balance"])
            );
        }
    }
}

fn during_start(home: &Home, promised: &mut Promised, chance: &mut Chance) {
    let mut terminal = home.client(&["--practice", "--name", "ana", "--reduced-motion"]);
    let end = Instant::now() + chance.up_to(START);
    terminal.wait_until(end, |_| None::<()>);
    terminal.signal(Signal::KILL);
    terminal.end();
    // A start may finish the roll that the last run had locked.
    if let Some((_, asked)) = &mut promised.header {
        *asked = true;
    }
}

fn in_play(home: &Home, promised: &mut Promised, chance: &mut Chance, way: u64) {
    let mut player = home.play();
    if let Some((before, asked)) = promised.header {
        let header = player.header();
        assert!(
            header == before || asked,
            "{header:?} instead of {before:?}"
        );
    }
    player.line_bet();
    if chance.below(2) == 0 {
        promised.rolled(player.roll());
        player.line_bet();
    }
    promised.header = Some((player.header(), false));
    match way {
        1 => promised.rolled(player.roll()),
        2 => promised.header = Some((player.bet("f"), false)),
        way => {
            promised.header = Some((player.header(), true));
            let key = if way == 3 { "r" } else { "f\t" };
            player.terminal.send(key);
            let end = Instant::now() + chance.up_to(SOON);
            player.terminal.wait_until(end, |_| None::<()>);
        }
    }
    player.terminal.signal(Signal::KILL);
    assert_eq!(player.terminal.end().signal.as_deref(), Some("Killed"));
}

/// Numbers that look random (xorshift64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn up_to(&mut self, longest: Duration) -> Duration {
        Duration::from_micros(self.below(u64::try_from(longest.as_micros()).unwrap()))
    }
}

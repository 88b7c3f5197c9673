//! Power cuts: the process is killed at any moment, and what it showed must be there afterwards.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use crate::player::{Header, Home, Player, Roll, Shown};

/// How often the process is killed in the middle of a hand; `BITCRAPS_TEST_KILLS` asks for more.
const KILLS: u64 = 50;

/// The longest time after a key or a start until the process is killed.
const SOON: Duration = Duration::from_millis(120);
const START: Duration = Duration::from_millis(500);

/// What one press of a bet's key puts on it.
const UNIT: u64 = 10;

/// The bets of the slip, by name.
type Bets = BTreeMap<String, u64>;

/// The one command that was on its way when the process was killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Nothing,
    Roll,
    Field,
}

/// What the screen said last.
#[derive(Clone, Debug)]
struct Left {
    header: Header,
    /// Unknown after a roll that nobody saw.
    bets: Option<Bets>,
    asked: Asked,
}

/// What must be there after a crash.
#[derive(Default)]
struct Promised {
    rolls: Vec<(u64, [u64; 2])>,
    left: Option<Left>,
}

/// The rows of the slip.
fn rows(text: &str) -> impl Iterator<Item = &str> {
    let inside = text.lines().skip_while(|line| !line.contains(" Slip  "));
    let inside = inside.skip(1).take_while(|line| !line.starts_with('└'));
    inside.filter_map(|line| line.split('│').nth(1))
}

/// Reads the rows of the slip, without the mark of the chosen one; `None` while they are not what the first row says is at risk.
fn slip(screen: &vt100::Screen) -> Option<Bets> {
    let text = screen.contents();
    let row = |row: &str| {
        let row = row.trim_start_matches([' ', '>']);
        let words: Vec<&str> = row.split_whitespace().collect();
        // `10`, or `10+20!` and `+20!` with chips that wait to be sent.
        let is_amount = |word: &str| word.starts_with(|c: char| c.is_ascii_digit() || c == '+');
        let amount = words.iter().position(|word| is_amount(word))?;
        let stands = words[amount].split('+').next()?;
        let chips = stands.parse().unwrap_or(0);
        (amount > 0).then(|| (words[..amount].join(" "), chips))
    };
    let at_risk = Header::read(screen)?.at_risk;
    // What the next roll does stands below the bets.
    let mut sum = 0;
    let mut bets = Bets::new();
    for (name, chips) in rows(&text).map_while(row) {
        if sum < at_risk && chips > 0 {
            sum += chips;
            bets.insert(name, chips);
        }
    }
    (sum == at_risk).then_some(bets)
}

/// Chips that wait in the slip to be sent, marked `10+20!` or `+20!`.
fn waiting(screen: &vt100::Screen) -> u64 {
    let text = screen.contents();
    let words = rows(&text).flat_map(str::split_whitespace);
    let marked = words.filter_map(|word| word.strip_suffix('!')?.rsplit_once('+'));
    marked.map(|(_, chips)| chips.parse().unwrap_or(UNIT)).sum()
}

/// The point after a roll, by the rules of the game and not by the program.
fn point_after(roll: &Roll) -> Option<u64> {
    let total: u64 = roll.dice.iter().sum();
    match roll.point_before {
        None => matches!(total, 4 | 5 | 6 | 8 | 9 | 10).then_some(total),
        Some(point) => (total != point && total != 7).then_some(point),
    }
}

/// The first row after one more roll than `before` tells of, if the books follow from that roll.
fn after_roll(before: &Header, rolls: &[Roll], balance: u64, at_risk: u64) -> Option<Header> {
    let last = rolls.last().filter(|roll| roll.number == before.roll)?;
    let had = i64::try_from(before.chips + before.at_risk).unwrap();
    let has = i64::try_from(balance + at_risk).unwrap();
    let is_next = last.balance == balance && last.point_before == before.point;
    (is_next && had + last.net == has).then(|| Header {
        point: point_after(last),
        roll: before.roll + 1,
        chips: balance,
        at_risk,
    })
}

impl Promised {
    fn rolled(&mut self, player: &mut Player, shown: &Shown) {
        self.rolls.push((shown.number, shown.dice));
        self.showed(player, Asked::Nothing);
    }

    /// Takes down what the screen says before the process is killed.
    fn showed(&mut self, player: &mut Player, asked: Asked) {
        let read = |screen: &vt100::Screen| Some((Header::read(screen)?, slip(screen)?));
        let (header, bets) = player.terminal.wait("a slip that adds up", read);
        self.left = Some(Left {
            header,
            bets: Some(bets),
            asked,
        });
    }

    /// Compares with the books of a node that is not running: they are those of before the one
    /// command, or of after it.
    fn check(&mut self, home: &Home) {
        let (books, rolls) = (home.books(), home.rolls());
        // The bots have the rest. The node counts every chip, or it would not read the state.
        let known = books.treasury + books.balance + books.at_risk;
        assert!(known <= books.supply, "{books:?}");
        for promised in &self.rolls {
            let found = rolls.iter().find(|roll| roll.number == promised.0);
            let dice = found.map(|roll| roll.dice);
            assert_eq!(dice, Some(promised.1), "{promised:?}");
        }
        let numbers: Vec<u64> = rolls.iter().map(|roll: &Roll| roll.number).collect();
        let all: Vec<u64> = (1..).take(rolls.len()).collect();
        assert_eq!(numbers, all);
        if let Some(left) = &mut self.left {
            let next = u64::try_from(rolls.len()).unwrap() + 1;
            left.is_met(&rolls, (next, books.balance, books.at_risk));
        }
        self.rolls = rolls.iter().map(|roll| (roll.number, roll.dice)).collect();
    }

    /// Compares with what a start shows. It may have finished the roll that was locked.
    fn check_shown(&mut self, home: &Home, player: &mut Player) {
        let Some(left) = &mut self.left else { return };
        let header = player.header();
        if left.asked == Asked::Roll && header.roll > left.header.roll {
            let found = (header.roll, header.chips, header.at_risk);
            left.is_met(&home.rolls(), found);
        }
        assert_eq!(header, left.header);
        if let Some(bets) = &left.bets {
            let found = player.terminal.wait("a slip that adds up", slip);
            assert_eq!(found, *bets);
        }
        // What was decided does not wait to be sent again; what was not may, if the key was read.
        let waits = player.terminal.look(waiting);
        let may_wait = if left.asked == Asked::Field { UNIT } else { 0 };
        assert!(waits == 0 || waits == may_wait, "{waits} wait: {left:?}");
        if waits > 0 {
            player.terminal.send("\x1b");
            player.terminal.wait("an empty slip", |screen| {
                (waiting(screen) == 0).then_some(())
            });
        }
    }
}

impl Left {
    /// Finds out whether the one command was done, and goes on from there.
    fn is_met(&mut self, rolls: &[Roll], found: (u64, u64, u64)) {
        let before = self.header;
        if found == (before.roll, before.chips, before.at_risk) {
            return;
        }
        let after = match self.asked {
            Asked::Nothing => None,
            Asked::Field => Some(Header {
                chips: before.chips - UNIT,
                at_risk: before.at_risk + UNIT,
                ..before
            }),
            Asked::Roll => after_roll(&before, rolls, found.1, found.2),
        };
        let after = after.filter(|after| found == (after.roll, after.chips, after.at_risk));
        assert!(
            after.is_some(),
            "{found:?}, {:?} after {self:?}",
            rolls.last()
        );
        self.header = after.unwrap_or(before);
        match self.asked {
            Asked::Field => {
                let bets = self.bets.get_or_insert_default();
                *bets.entry("Field".to_owned()).or_default() += UNIT;
            }
            Asked::Nothing | Asked::Roll => self.bets = None,
        }
        self.asked = Asked::Nothing;
    }
}

#[test]
fn what_was_confirmed_or_shown_is_there_after_each_kill() {
    let kills = std::env::var("BITCRAPS_TEST_KILLS");
    let kills = kills.map_or(KILLS, |text| text.parse().unwrap());
    // Two bots sit at the table, as at that of every new player.
    let home = Home::new();
    let mut promised = Promised::default();
    let mut chance = Chance(0x0bad_cafe);
    let mut in_hand = 0;
    for kill in 0.. {
        if in_hand == kills {
            break;
        }
        match kill % 5 {
            0 => during_start(&home, &mut chance),
            way => {
                in_play(&home, &mut promised, &mut chance, way);
                in_hand += 1;
            }
        }
        // The first start may not have come as far as a store, or as a club in it.
        let (code, club, err) = home.run(&["balance", "--json"]);
        if code == 0 && !club.is_empty() {
            promised.check(&home);
        } else {
            assert!(promised.left.is_none(), "kill {kill}: {code} {err}");
        }
    }
}

fn during_start(home: &Home, chance: &mut Chance) {
    let mut terminal = home.client(&["--practice", "--name", "ana", "--reduced-motion"]);
    let end = Instant::now() + chance.up_to(START);
    terminal.wait_until(end, |_| None::<()>);
    terminal.signal(Signal::KILL);
    terminal.end();
}

fn in_play(home: &Home, promised: &mut Promised, chance: &mut Chance, way: u64) {
    let mut player = home.play();
    promised.check_shown(home, &mut player);
    player.line_bet();
    if chance.below(2) == 0 {
        let shown = player.roll();
        promised.rolled(&mut player, &shown);
        player.line_bet();
    }
    match way {
        1 => {
            let shown = player.roll();
            promised.rolled(&mut player, &shown);
        }
        2 => {
            player.bet("f");
            promised.showed(&mut player, Asked::Nothing);
        }
        way => {
            let (key, asked) = match way {
                3 => ("r", Asked::Roll),
                _ => ("f\t", Asked::Field),
            };
            promised.showed(&mut player, asked);
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

//! Line mode as it is used: lines in, lines out, over a real table.

mod actions;
mod reading;

use std::collections::BTreeSet;
use std::sync::Arc;

use super::tell::{self, LineCursor};
use super::verb::{self, Said, Show};
use super::{show, words};
use crate::gaming::{GameEvent, Intent, StartView};
use crate::identity::Passphrase;
use crate::shown::Shown;
use crate::tui::fixture;
use crate::tui::link::AppCommand;
use crate::tui::message::{Effect, Msg};
use crate::tui::model::Model;
use crate::tui::note::Note;
use crate::tui::update::kit::{GAME, Player, empty_model, running};

/// A player who types, and everything that was typed and told.
struct Typist {
    player: Player,
    told: LineCursor,
    paper: String,
    /// What was asked of the application, and whether to quit.
    asked: Vec<Effect>,
    /// What was asked of the table and the club.
    sent: Vec<Intent>,
}

impl Typist {
    /// Before anything was told.
    fn new(mut player: Player) -> Self {
        super::prepare(&mut player.model);
        Self {
            player,
            told: LineCursor::default(),
            paper: String::new(),
            asked: Vec::new(),
            sent: Vec::new(),
        }
    }

    fn at(mut player: Player) -> Self {
        player.take(Msg::Start(StartView::Ready));
        let mut typist = Self::new(player);
        typist.news();
        typist
    }

    fn seated() -> Self {
        Self::at(Player::seated())
    }

    fn news(&mut self) {
        let (lines, told) = tell::lines(&self.player.model, &self.told);
        self.told = told;
        self.writes(&lines);
    }

    fn writes(&mut self, lines: &[String]) {
        for line in lines {
            self.paper.push_str(line);
            self.paper.push('\n');
        }
    }

    /// Types lines; what they ask for is done at once.
    fn types(&mut self, lines: &[&str]) {
        for line in lines {
            self.paper.extend(["> ", line, "\n"]);
            match verb::read(&self.player.model, line) {
                Ok(Said::Wish(wish)) => {
                    self.player.take(Msg::Wish(wish));
                    self.news();
                    let asked = self.player.effects.iter();
                    let asked = asked.filter(|one| matches!(one, Effect::App(_) | Effect::Quit));
                    self.asked.extend(asked.cloned());
                    let effects = self.player.effects.iter();
                    self.sent.extend(effects.filter_map(|effect| {
                        if let Effect::Send(_, intent) = effect {
                            Some(intent.clone())
                        } else {
                            None
                        }
                    }));
                    self.player.settle();
                    self.news();
                }
                Ok(Said::Show(what)) => {
                    let lines = show::lines(&self.player.model, &what);
                    self.writes(&lines);
                }
                Err(why) => self.writes(&[why.to_string()]),
            }
        }
    }

    /// Types `roll`, and throws these dice.
    fn rolls(&mut self, a: u8, b: u8) {
        self.types(&["roll"]);
        self.player.roll(a, b);
        self.news();
    }

    /// What was typed and told since the last look.
    fn said(&mut self) -> String {
        std::mem::take(&mut self.paper)
    }

    /// What one line is answered by.
    fn answer(&mut self, line: &str) -> String {
        self.said();
        self.types(&[line]);
        let said = self.said();
        let told = said.strip_prefix(&format!("> {line}\n")).unwrap();
        told.trim_end().to_owned()
    }
}

#[test]
fn a_whole_hand_is_told_line_by_line() {
    let mut typist = Typist::seated();
    typist.types(&["table", "bets", "pass 10", "bets"]);
    typist.rolls(2, 4);
    typist.types(&[
        "come 10",
        "odds 20",
        "place 8 12",
        "hard 8 5",
        "bets",
        "next",
    ]);
    typist.rolls(4, 5);
    typist.types(&["odds 9 10", "odds come 9 6", "off place 8", "on place 8"]);
    typist.rolls(4, 4);
    typist.types(&["less place 8 6", "down hard 8", "undo", "last", "chips"]);
    typist.rolls(3, 4);
    typist.types(&[
        "bets", "repeat", "history", "quit", "n", "clear", "y", "pass 10", "quit", "y",
    ]);
    insta::assert_snapshot!(typist.said());
    assert_eq!(typist.asked, [Effect::Quit]);
}

#[test]
fn what_is_refused_says_what_would_work_and_ok_does_it() {
    let mut typist = Typist::seated();
    typist.types(&[
        "come 10",
        "roll",
        "pass 4",
        "ok",
        "bets",
        "place 6 100000",
        "ok",
        "ok",
        "pass",
        "pass ten",
        "pass 0",
        "pass -5",
        "pass 99999999999999999999",
        "odds 10",
        "down field",
        "off pass",
        "undo",
        "undo",
        "redo",
        "sit",
        "sit nowhere",
        "remove bot",
        "remove bot zed",
        "add bot gambler",
        "restart nothing",
        "details 7",
        "new chips",
        "trust host",
        "approve",
    ]);
    insta::assert_snapshot!(typist.said());
}

/// All orders of things.
fn orders<T: Clone>(things: &[T]) -> Vec<Vec<T>> {
    if things.is_empty() {
        return vec![Vec::new()];
    }
    let mut orders_of = Vec::new();
    for index in 0..things.len() {
        let mut rest = things.to_vec();
        let first = rest.remove(index);
        for mut order in orders(&rest) {
            order.insert(0, first.clone());
            orders_of.push(order);
        }
    }
    orders_of
}

#[test]
fn a_start_is_told_in_one_order_whatever_order_its_parts_report_in() {
    let mut before = Player::seated();
    before.plays("p");
    before.roll(4, 4);
    before.keys("f");
    let mut left = before.model.kept.table(GAME).unwrap().clone();
    left.is_of_this_run = false;
    let (me, mabel) = (Shown::new("ana", 20), Shown::new("mabel", 20));
    let mut table = (**before.model.table.as_ref().unwrap()).clone();
    let mut bot = table.seats[0].clone();
    (bot.name, bot.you, bot.shooter) = (mabel.clone(), false, false);
    table.seats.push(bot);
    let seated = |name: &Shown, you| {
        let name = name.clone();
        Msg::Event(GameEvent::Seated { name, you })
    };
    let parts = [
        Msg::Lifecycle(running()),
        Msg::Start(StartView::Ready),
        Msg::Club(before.model.club.clone()),
        Msg::Table(Some(Arc::new(table))),
        seated(&me, true),
        seated(&mabel, false),
        Msg::Event(GameEvent::DicePassed { to: me, you: true }),
    ];
    let mut told = BTreeSet::new();
    for order in orders(&parts) {
        let mut player = Player::in_lobby();
        player.model = empty_model();
        player.model.kept.put(GAME, left.clone());
        let mut typist = Typist::new(player);
        typist
            .player
            .model
            .event_row
            .say(Note::AtStart("a word.".into()));
        for part in order {
            typist.player.take(part);
            typist.news();
        }
        told.insert(typist.said());
    }
    let only = told.pop_first().unwrap();
    insta::assert_snapshot!(only);
    assert_eq!(told, BTreeSet::new());
}

#[test]
fn a_script_of_a_later_start_gives_no_name_on_the_first() {
    let mut typist = first_run();
    typist.said();
    typist.types(&["pass 10", "10 pass", "roll", "field", "restart storage"]);
    insta::assert_snapshot!(typist.said());
    assert_eq!(typist.asked, [], "nothing is begun");
    typist.types(&["quit"]);
    let ended = [Effect::App(AppCommand::CancelMining), Effect::Quit];
    assert_eq!(typist.asked, ended);
}

#[test]
fn the_sample_of_the_first_page_is_what_a_roll_sounds_like() {
    let mut typist = Typist::seated();
    typist.types(&["pass 10"]);
    typist.said();
    typist.rolls(2, 4);
    let sample = words::sample().replace("119", "1");
    assert!(typist.said().contains(&sample), "{sample}");
}

/// What a screen reader spells or a terminal obeys.
fn is_spelled(c: char) -> bool {
    c.is_control() || "#[]{}<>|\\^~*_`@=+%\"".contains(c) || ('\u{2190}'..='\u{2bff}').contains(&c)
}

fn assert_is_read_out(lines: &[String], what: &str) {
    for line in lines {
        let spelled: Vec<char> = line.chars().filter(|c| is_spelled(*c)).collect();
        assert!(spelled.is_empty(), "{what}: {spelled:?} in {line}");
        assert!(
            !line.trim().is_empty() && line.trim() == line,
            "{what}: {line:?}"
        );
    }
}

fn told(model: &Model) -> Vec<String> {
    let mut lines = tell::lines(model, &LineCursor::default()).0;
    for what in [
        Show::Table,
        Show::Bets,
        Show::Chips,
        Show::Lobby,
        Show::History(50),
        Show::Roll(None),
        Show::Outlook,
        Show::Rules,
        Show::Find(String::new()),
        Show::Words,
        Show::Help(String::new()),
        Show::Health,
    ] {
        lines.extend(show::lines(model, &what));
    }
    lines
}

#[test]
fn nothing_is_told_that_a_screen_reader_spells() {
    for (name, make) in fixture::states() {
        let mut model = make();
        super::prepare(&mut model);
        let names: Vec<String> = model
            .table
            .iter()
            .flat_map(|table| &table.seats)
            .map(|seat| seat.name.to_string())
            .collect();
        // A name is told as its owner writes it.
        if names.iter().flat_map(|name| name.chars()).any(is_spelled) {
            continue;
        }
        assert_is_read_out(&told(&model), name);
    }
    for bet in crate::craps::BetId::all() {
        let Some(bet) = crate::craps::BetKey::new(bet, None) else {
            continue;
        };
        let typist = Typist::seated();
        let lines = show::lines(&typist.player.model, &Show::Explain(bet));
        assert_is_read_out(&lines, bet.bet().id());
    }
}

#[test]
fn no_key_of_the_screen_is_named() {
    let mut typist = Typist::seated();
    for line in [
        "come 10",
        "pass dice",
        "odds 5",
        "undo",
        "repeat",
        "roll",
        "place 6 5",
    ] {
        let told = typist.answer(line);
        for key in ["Enter", "press", "Press", " key", "arrow", "Tab", "Esc"] {
            assert!(!told.contains(key), "{line}: {told}");
        }
    }
}

fn first_run() -> Typist {
    let mut player = Player::in_lobby();
    player.take(Msg::Start(StartView::Mining {
        tried: 0,
        expected: 65_536,
    }));
    let mut typist = Typist::new(player);
    typist.news();
    typist
}

/// The name and the lock that an effect begins with.
fn begins(effect: &Effect) -> Option<(String, Option<Passphrase>)> {
    if let Effect::App(AppCommand::Begin { name, passphrase }) = effect {
        Some((name.clone(), passphrase.clone()))
    } else {
        None
    }
}

#[test]
fn a_first_start_asks_for_name_and_lock_and_no_more() {
    let mut typist = first_run();
    typist.player.take(Msg::Start(StartView::Mining {
        tried: 40_000,
        expected: 65_536,
    }));
    typist.news();
    typist.types(&["what?", "ana", "perhaps", "n"]);
    typist.player.take(Msg::Start(StartView::NameNeeded));
    typist.news();
    insta::assert_snapshot!(typist.said());
    let begun = typist.player.effects.iter().find_map(begins);
    assert_eq!(begun, Some(("ana".to_owned(), None)));
}

#[test]
fn a_lock_is_typed_twice_and_is_never_told() {
    let mut typist = first_run();
    typist.types(&["", "y"]);
    assert!(tell::asks_for_a_secret(&typist.player.model));
    typist.said();
    typist.types(&["Secret One"]);
    typist.said();
    assert!(tell::asks_for_a_secret(&typist.player.model));
    assert!(typist.answer("secret one").contains("differ"));
    typist.types(&["Secret One", "Secret One"]);
    assert!(!tell::asks_for_a_secret(&typist.player.model));
    typist.player.take(Msg::Start(StartView::NameNeeded));
    typist.news();
    let said = typist.said().replace("> Secret One\n", "");
    assert!(!said.to_lowercase().contains("secret one"), "{said}");
    let begun = typist.player.effects.iter().find_map(begins);
    let wanted = Passphrase::new("Secret One").ok();
    assert_eq!(begun, Some(("lucky-otter".to_owned(), wanted)));
}

#[test]
fn the_end_of_the_input_quits_and_a_first_start_without_answers_makes_nothing() {
    let mut typist = Typist::seated();
    typist.types(&["pass 10"]);
    typist.player.take(Msg::InputEnded);
    assert_eq!(typist.player.effects, [Effect::Quit]);
    let mut typist = first_run();
    typist.player.take(Msg::InputEnded);
    let wanted = [Effect::App(AppCommand::CancelMining), Effect::Quit];
    assert_eq!(typist.player.effects, wanted);
}

#[test]
fn an_emergency_stop_wants_its_word() {
    let mut typist = Typist::seated();
    assert!(typist.answer("emergency stop").contains("type stop"));
    assert!(typist.answer("halt").starts_with("refused: "));
    typist.answer("n");
    assert!(typist.answer("chips").contains("1,000 chips"));
    assert_eq!(typist.asked, []);
    typist.types(&["emergency stop", "stop"]);
    let asked = typist.asked.iter();
    let asked = asked.filter(|one| matches!(one, Effect::App(AppCommand::EmergencyStop { .. })));
    assert_eq!(asked.count(), 1);
}

#[test]
fn a_failed_start_tells_cause_and_way_out_and_can_be_looked_into() {
    let mut typist = first_run();
    typist.said();
    typist.player.take(Msg::Start(StartView::Failed {
        what: "identity.key is damaged".into(),
        hints: vec!["put /a-1/my_key back, then `bitcraps doctor`.".into()],
    }));
    typist.news();
    let told = "the start failed: identity.key is damaged. what to do: put /a-1/my_key back, then \
                bitcraps doctor. retry or quit?\n";
    assert_eq!(typist.said(), told);
    for look in ["health", "log", "help"] {
        let told = typist.answer(look);
        assert!(!told.contains("is no answer"), "{look}: {told}");
    }
    let told = typist.answer("pass 10");
    assert!(
        told.contains("is no answer") && told.contains("is damaged"),
        "{told}"
    );
    typist.types(&["retry"]);
    assert_eq!(typist.asked, [Effect::App(AppCommand::Retry)]);
}

#[test]
fn two_notes_of_one_message_are_both_told_and_none_twice() {
    let mut typist = Typist::seated();
    typist.said();
    let row = &mut typist.player.model.event_row;
    row.say(Note::Words("one".into()));
    row.say(Note::Words("two".into()));
    typist.news();
    typist.news();
    assert_eq!(typist.said(), "one\ntwo\n");
}

#[test]
fn the_chips_of_a_line_are_those_after_it() {
    let mut typist = Typist::seated();
    assert_eq!(words::chips(&typist.player.model), "1,000 chips, 0 at risk");
    let told = typist.answer("pass 10");
    assert_eq!(told, "confirmed: 10 on pass line. 990 chips, 10 at risk.");
}

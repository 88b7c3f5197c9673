//! A player at a real table: keys go in as words, and a small manager answers what was sent.

use std::sync::Arc;

use crate::clock::{ManualClock, UnixMillis};
use crate::club::{ClubId, GameId, Height, Refusal as ClubRefusal, StateRoot};
use crate::config::ScreenSettings;
use crate::coordination::ServiceHealthReport;
use crate::craps::{self, BetKey, Dice, SeatNo, Table, TableRules};
use crate::gaming::{
    ClubKind, ClubView, Intent, IntentId, Placed, Refusal, Reply, RollPhase, RollView, SeatView,
    TableSummary, TableView,
};
use crate::ledger::Chips;
use crate::logs::LogView;
use crate::shown::Shown;
use crate::state::lifecycle::{ApplicationState, ApplicationStateMachine, LifecycleView};
use crate::tui::caps::{Caps, Surroundings};
use crate::tui::input::{Chord, Key};
use crate::tui::keymap::Keymap;
use crate::tui::message::{Effect, Msg};
use crate::tui::model::{Beginning, Model, Screen};
use crate::tui::note::Note;
use crate::tui::schedule::UiTime;

use crate::tui::why::Why;

use super::update;

pub(in crate::tui) const GAME: GameId = GameId([7; 32]);

pub(in crate::tui) fn lifecycle(path: &[ApplicationState]) -> Arc<LifecycleView> {
    let machine = ApplicationStateMachine::new(Arc::new(ManualClock::default()));
    for state in path {
        machine.transition_to(*state, "a test").unwrap();
    }
    machine.view()
}

pub(in crate::tui) fn running() -> Arc<LifecycleView> {
    use ApplicationState as S;
    lifecycle(&[S::Initializing, S::ServicesStarting, S::Running])
}

pub(in crate::tui) fn empty_model() -> Model {
    let settings = ScreenSettings::default();
    let surroundings = Surroundings {
        colorterm: Some("truecolor".into()),
        term: Some("xterm-256color".into()),
        utf8: true,
        input_is_terminal: true,
        output_is_terminal: true,
        ..Surroundings::default()
    };
    Model::new(Beginning {
        keymap: Keymap::default(),
        lifecycle: lifecycle(&[]),
        health: Arc::new(ServiceHealthReport::new(UnixMillis(0), Vec::new())),
        log: Arc::new(LogView::default()),
        caps: Caps::of(&surroundings, &settings),
        settings,
        surroundings,
        drawn_name: "lucky-otter".into(),
        size: (80, 24),
        at: crate::clock::UnixMillis(0),
    })
}

/// A screen with its time, what it asked for, and the table behind it.
pub(in crate::tui) struct Player {
    pub(in crate::tui) model: Model,
    pub(in crate::tui) now: u64,
    /// Effects since the last look, draws left out.
    pub(in crate::tui) effects: Vec<Effect>,
    pub(in crate::tui) draws: usize,
    pub(in crate::tui) table: Table,
    pub(in crate::tui) balance: Chips,
    pub(in crate::tui) locked: bool,
    me: Option<SeatNo>,
    history: Vec<Arc<RollView>>,
    /// Bets of mine that a restarted node tells of.
    pub(in crate::tui) placed: Vec<Placed>,
    height: u64,
}

impl Player {
    /// Seated at a table of one, with 1,000 chips, the table in front.
    pub(in crate::tui) fn seated() -> Self {
        Self::seated_at(Self::rules())
    }

    /// Seated like that at a table with these rules.
    pub(in crate::tui) fn seated_at(rules: TableRules) -> Self {
        let mut player = Self::in_lobby();
        player.table = Table::new(rules).unwrap();
        let seat = SeatNo::new(0).unwrap();
        player.table.sit(seat).unwrap();
        player.me = Some(seat);
        player.show();
        player.keys("g t");
        player.effects.clear();
        player
    }

    /// Bets from 5 to 500, side bets to 25.
    pub(in crate::tui) fn rules() -> TableRules {
        TableRules {
            min_bet: Chips::new(5),
            max_bet: Chips::new(500),
            side_bet_max: Chips::new(25),
            ..TableRules::default()
        }
    }

    pub(in crate::tui) fn in_lobby() -> Self {
        let mut player = Self {
            model: empty_model(),
            now: 1_000,
            effects: Vec::new(),
            draws: 0,
            table: Table::new(Self::rules()).unwrap(),
            balance: Chips::new(1_000),
            locked: false,
            me: None,
            history: Vec::new(),
            placed: Vec::new(),
            height: 1,
        };
        player.take(Msg::Lifecycle(running()));
        player.show();
        player
    }

    pub(in crate::tui) fn take(&mut self, msg: Msg) {
        for effect in update(&mut self.model, msg, UiTime(self.now)) {
            if effect == Effect::Draw {
                self.draws += 1;
            } else if effect == Effect::Freeze {
                // The loop looks at the clock and says what it shows.
                let at = UnixMillis(self.now);
                self.take(Msg::FrozenAt(at));
            } else {
                self.effects.push(effect);
            }
        }
    }

    /// Presses keys, written as words: `p + + Enter`.
    pub(in crate::tui) fn keys(&mut self, words: &str) {
        for word in words.split_whitespace() {
            self.take(Msg::Key(chord(word)));
        }
    }

    pub(in crate::tui) fn types(&mut self, text: &str) {
        for c in text.chars() {
            self.take(Msg::Key(Chord::char(c)));
        }
    }

    /// Lets time pass; timers fire when they are due.
    pub(in crate::tui) fn after(&mut self, millis: u64) {
        let end = self.now + millis;
        while let Some(due) = self.model.due().filter(|due| due.0 <= end) {
            self.now = self.now.max(due.0);
            self.take(Msg::Timer);
        }
        self.now = end;
    }

    /// Shows the table and the club as they are.
    pub(in crate::tui) fn show(&mut self) {
        let table = self.table_view();
        let club = self.club_view();
        self.take(Msg::Table(Some(Arc::new(table))));
        self.take(Msg::Club(Some(Arc::new(club))));
    }

    fn at_risk(&self) -> Chips {
        self.me.map_or(Chips::ZERO, |seat| self.table.at_risk(seat))
    }

    fn table_view(&self) -> TableView {
        let seats = self.me.into_iter().map(|seat| SeatView {
            seat,
            name: Shown::new("ana", 20),
            strategy: None,
            you: true,
            shooter: self.table.shooter() == Some(seat),
            ready: false,
            frozen: false,
            at_risk: self.at_risk(),
            balance: self.balance,
        });
        TableView {
            game: GAME,
            name: Shown::new("practice", 20),
            club: Shown::new("solo", 20),
            kind: ClubKind::Solo,
            height: Height(self.height),
            table: Arc::new(self.table.clone()),
            roll: self.table.roll_count() + 1,
            phase: if self.locked {
                RollPhase::Locked { opened: 0, of: 1 }
            } else {
                RollPhase::Betting { sealed: 1, of: 1 }
            },
            missing: Vec::new(),
            closes: None,
            waits: None,
            seats: seats.collect(),
            me: self.me,
            balance: self.balance,
            treasury_free: Chips::new(1_000_000),
            history: self.history.clone(),
            placed: self.placed.clone().into(),
            seen: [0; 13],
        }
    }

    fn club_view(&self) -> ClubView {
        ClubView {
            club: ClubId([1; 32]),
            name: Shown::new("solo", 20),
            kind: ClubKind::Solo,
            keepers: Vec::new(),
            changes: Vec::new(),
            host_doubted: false,
            banned_until: None,
            height: Height(self.height),
            state_root: StateRoot([2; 32]),
            treasury: Chips::new(1_000_000),
            supply: Chips::new(1_001_000),
            balance: self.balance,
            at_risk: self.at_risk(),
            new_chips: self.new_chips(),
            members: 1,
            me: Shown::new("ana", 20),
            tables: vec![TableSummary {
                game: GAME,
                name: Shown::new("practice", 20),
                people: usize::from(self.me.is_some()),
                bots: 0,
                seats_max: 8,
                rules: self.table.rules().clone(),
                puck: self.table.puck(),
                seated: self.me.is_some(),
            }],
        }
    }

    fn new_chips(&self) -> Result<Chips, ClubRefusal> {
        let (balance, bound) = (self.balance, self.at_risk());
        let least = self.table.rules().min_bet;
        if balance < least && bound.is_zero() {
            Ok(Chips::new(1_000))
        } else {
            Err(ClubRefusal::HasChips {
                balance,
                bound,
                least,
            })
        }
    }

    /// Returns what was sent since the last look.
    pub(in crate::tui) fn sent(&mut self) -> Vec<(IntentId, Intent)> {
        let mut sent = Vec::new();
        for effect in &self.effects {
            if let Effect::Send(id, intent) = effect {
                sent.push((*id, intent.clone()));
            }
        }
        self.effects.clear();
        sent
    }

    /// Does what was sent, as a manager would: the table decides, the answer and a view come back.
    pub(in crate::tui) fn settle(&mut self) {
        for (id, intent) in self.sent() {
            let done = self.carry_out(&intent);
            self.height += 1;
            let reply = match done {
                Ok(()) => Reply::Decided(Height(self.height)),
                Err(refusal) => Reply::Rejected(Refusal::Club(refusal)),
            };
            self.show();
            self.take(Msg::Reply(id, reply));
        }
    }

    fn carry_out(&mut self, intent: &Intent) -> Result<(), ClubRefusal> {
        let seat = self.me.ok_or(ClubRefusal::NotSeated);
        match intent {
            Intent::Bets { .. } if self.locked => return Err(ClubRefusal::Locked),
            Intent::Bets { actions, .. } => {
                let flow = self
                    .table
                    .act_all(seat?, actions, self.balance)
                    .map_err(|(index, why)| ClubRefusal::Bet { index, why })?;
                let paid = self.balance.checked_sub(flow.paid).unwrap();
                self.balance = paid.checked_add(flow.returned).unwrap();
            }
            Intent::Roll { .. } => self.table.can_roll(seat?).map_err(ClubRefusal::Game)?,
            Intent::PassDice { .. } => {
                self.table.pass_dice(seat?).map_err(ClubRefusal::Game)?;
            }
            Intent::Sit { .. } => {
                let seat = SeatNo::new(0).unwrap();
                self.table.sit(seat).map_err(ClubRefusal::Game)?;
                self.me = Some(seat);
            }
            Intent::Stand { .. } => {
                let stood = self.table.stand(seat?).map_err(ClubRefusal::Game)?;
                self.balance = self.balance.checked_add(stood.returned).unwrap();
                self.me = None;
            }
            Intent::ChangeRules { rules, .. } => {
                let rules = (**rules).clone();
                self.table.change_rules(rules).map_err(ClubRefusal::Game)?;
            }
            Intent::AddBot { .. }
            | Intent::RemoveBot { .. }
            | Intent::CreateTable(_)
            | Intent::KeepClub
            | Intent::ChangeKeepers(_)
            | Intent::TrustHost
            | Intent::NewVoteKey { .. } => {}
            Intent::NewChips => self.balance = self.new_chips()?,
        }
        Ok(())
    }

    /// Throws the dice and shows the table after it.
    pub(in crate::tui) fn roll(&mut self, a: u8, b: u8) {
        let result = self.table.roll(Dice::new(a, b).unwrap());
        let mine = result.seats.iter().find(|seat| Some(seat.seat) == self.me);
        let credit = mine.map_or(Chips::ZERO, |mine| mine.credit);
        self.balance = self.balance.checked_add(credit).unwrap();
        self.height += 1;
        let record = RollView {
            roll: self.table.roll_count(),
            hand_roll: result.hand_rolls,
            dice: result.dice,
            before: result.before,
            after: result.after,
            seven_out: result.seven_out,
            shooter: Shown::new("ana", 20),
            next_shooter: None,
            net: mine.map_or(0, |mine| mine.decisions.iter().map(|one| one.net).sum()),
            balance: self.me.map(|_| self.balance),
            decisions: mine.map_or_else(Vec::new, |mine| mine.decisions.clone()),
            height: Height(self.height),
            opened: 1,
            of: 1,
            left_out: Vec::new(),
            at: UnixMillis(0),
            proof: crate::tui::fixture::proof(
                GameId([0; 32]),
                (self.table.roll_count(), &result),
                &[0; 32],
                crate::tui::fixture::Givers {
                    seats: &[(SeatNo::new(0).unwrap(), "ana".to_owned())],
                    keepers: &[],
                    out: &[],
                },
            ),
        };
        self.history.insert(0, Arc::new(record));
        self.show();
    }

    /// Presses keys, waits for the rest, and settles.
    pub(in crate::tui) fn plays(&mut self, words: &str) {
        self.keys(words);
        self.after(300);
        self.settle();
    }

    pub(in crate::tui) fn stake(&self, bet: &str) -> u64 {
        self.model.stake(key(bet)).get()
    }

    /// Returns the refusal in the event row.
    pub(in crate::tui) fn why(&self) -> Option<&Why> {
        match self.model.event_row.shown() {
            Some(Note::Refused { why, .. }) => Some(why),
            Some(_) | None => None,
        }
    }

    /// Returns the rule that the refusal in the event row names.
    pub(in crate::tui) fn rule(&self) -> Option<&craps::Refusal> {
        match self.why() {
            Some(Why::Game(Refusal::Club(ClubRefusal::Bet { why, .. }))) => Some(why),
            Some(_) | None => None,
        }
    }

    /// Everything of the model that a player can see, but the event row.
    pub(in crate::tui) fn picture(&self) -> String {
        let model = &self.model;
        let lists = (&model.rows, &model.log_filter, &model.frozen);
        let chips = (model.unit, &model.slip, &model.pending);
        let place = (model.screen, &model.overlays, model.pane, model.spot);
        format!(
            "{lists:?} {chips:?} {place:?} {:?} {:?}",
            model.settings, model.dice
        )
    }

    /// Draws the screen, and returns its rows as text.
    pub(in crate::tui) fn drawn(&self) -> String {
        let (columns, rows) = self.model.size;
        let area = ratatui::layout::Rect::new(0, 0, columns, rows);
        let mut buf = ratatui::buffer::Buffer::empty(area);
        crate::tui::view::view(&self.model, &self.model.caps, area, &mut buf);
        let cells: Vec<&str> = buf
            .content()
            .iter()
            .map(ratatui::buffer::Cell::symbol)
            .collect();
        let rows = cells.chunks(usize::from(columns)).map(<[&str]>::concat);
        rows.collect::<Vec<_>>().join("\n")
    }

    pub(in crate::tui) fn is_on(&self, screen: Screen) -> bool {
        self.model.screen == screen && self.model.overlays.is_empty()
    }
}

pub(in crate::tui) fn key(bet: &str) -> BetKey {
    bet.parse().unwrap()
}

/// The slip of one bet for the first roll.
pub(in crate::tui) fn placed(bet: &str, amount: u64) -> Intent {
    placed_for(1, bet, amount)
}

/// The slip of one bet for this roll.
pub(in crate::tui) fn placed_for(roll: u64, bet: &str, amount: u64) -> Intent {
    Intent::Bets {
        game: GAME,
        roll,
        actions: vec![craps::Action::Place {
            bet: key(bet),
            amount: Chips::new(amount),
        }],
    }
}

/// Returns the chord that a word stands for.
pub(in crate::tui) fn chord(word: &str) -> Chord {
    let plain = |key| Chord::plain(key);
    match word {
        "Enter" => plain(Key::Enter),
        "Esc" => plain(Key::Esc),
        "Tab" => plain(Key::Tab),
        "S-Tab" => plain(Key::BackTab),
        "Up" => plain(Key::Up),
        "Down" => plain(Key::Down),
        "Left" => plain(Key::Left),
        "Right" => plain(Key::Right),
        "Del" => plain(Key::Delete),
        "PgUp" => plain(Key::PageUp),
        "PgDn" => plain(Key::PageDown),
        "Backspace" => plain(Key::Backspace),
        "Space" => Chord::char(' '),
        "Ctrl-C" => Chord::ctrl('c'),
        "Ctrl-L" => Chord::ctrl('l'),
        "Ctrl-Z" => Chord::ctrl('z'),
        _ => {
            let mut characters = word.chars();
            let c = characters.next().unwrap();
            assert!(characters.next().is_none(), "no key {word}");
            Chord::char(c)
        }
    }
}

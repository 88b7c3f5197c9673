//! One run of the headless player: bets and rolls. It asks by ordinary intents and sees ordinary
//! views, as a person at a screen does. How it comes to its seat and leaves it is in `seating.rs`.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::moves::{Mind, Move};
use super::teller::Teller;
use crate::app::BitCrapsApp;
use crate::cli::output::Stop;
use crate::club::{self, GameId};
use crate::consensus::{ChainCondition, DistributedStateManager};
use crate::control::{BetState, EndReason, PlayEvent};
use crate::craps::{self, Action};
use crate::error::{Error, Kind};
use crate::gaming::{GameLinks, Intent, IntentId, Refusal, Reply, TableView, club_view};

use crate::ledger::{Chips, MemberNo};
use crate::node::desk;
use crate::node::refusal::{self, Told};

/// How long nothing may happen at the table while the player waits. Rolls take milliseconds; this
/// leaves time for a disk that hangs and for a service that is started again.
pub(super) const STALL: Duration = Duration::from_secs(30);

/// How long the player waits before it asks again for what was not taken.
const RETRY_PAUSE: Duration = Duration::from_secs(1);

/// How often in a row it asks: half a minute and more, as [`STALL`].
const TRIES_MAX: u32 = 30;

/// The player founded the club that it hosts.
pub(super) const ME: MemberNo = MemberNo::FOUNDER;

/// A player at the tables of a running node.
pub(super) struct Session<'s, 'o> {
    app: BitCrapsApp,
    pub(super) chain: DistributedStateManager,
    pub(super) table: watch::Receiver<Option<Arc<TableView>>>,
    pub(super) ended: CancellationToken,
    pub(super) teller: &'s mut Teller<'o>,
    pub(super) mind: Mind,
    /// The pause before each thing that the player does.
    pace: Duration,
    pub(super) seat: Option<Seat>,
    bets: u64,
    rolls: u64,
    /// The number of the last intent.
    asked: u64,
    /// What was noted last of a store that fails.
    trouble: Option<String>,
}

/// Where the player sits.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seat {
    pub(super) game: GameId,
    /// The newest roll that was told or is older than this run.
    pub(super) told: u64,
}

impl<'s, 'o> Session<'s, 'o> {
    pub(super) fn new(
        app: &BitCrapsApp,
        chain: DistributedStateManager,
        links: &GameLinks,
        ended: CancellationToken,
        (mind, pace): (Mind, Duration),
        teller: &'s mut Teller<'o>,
    ) -> Self {
        Self {
            app: app.clone(),
            chain,
            table: links.table.subscribe(),
            ended,
            teller,
            mind,
            pace,
            seat: None,
            bets: 0,
            rolls: 0,
            asked: 0,
            trouble: None,
        }
    }

    /// Returns how many rolls were told.
    pub(super) const fn rolls(&self) -> u64 {
        self.rolls
    }

    /// Plays until the wanted rolls are done, a signal comes, or the chips are gone.
    pub(super) async fn play(&mut self, rolls_wanted: Option<u64>) -> Result<EndReason, Stop> {
        let mut tries = 0;
        loop {
            self.teller.tell_lifecycle();
            self.tell_rolls();
            if self.ended.is_cancelled() {
                return Ok(EndReason::Stopped);
            }
            if rolls_wanted.is_some_and(|wanted| self.rolls >= wanted) {
                return Ok(EndReason::Rolls);
            }
            let view = self.view();
            let next = view
                .as_ref()
                .map_or(Move::Wait, |view| self.mind.next(view));
            let taken = match (next, view) {
                (Move::Wait, _) | (_, None) => {
                    self.wait(STALL).await?;
                    continue;
                }
                (Move::Broke, Some(_)) => return Ok(EndReason::Broke),
                (Move::Bet(slip), Some(view)) => self.bet(&view, slip).await?,
                (Move::Roll, Some(view)) => self.roll(&view).await?,
            };
            tries = if taken { 0 } else { tries + 1 };
            if tries > TRIES_MAX {
                return Err(self.stuck("the node takes nothing"));
            }
            if !taken {
                self.pause(RETRY_PAUSE).await;
            }
        }
    }

    /// The newest picture of the table where the player sits.
    fn view(&mut self) -> Option<Arc<TableView>> {
        let view = self.table.borrow_and_update().clone()?;
        let seat = self.seat?;
        (view.game == seat.game).then_some(view)
    }

    pub(super) fn tell_rolls(&mut self) {
        let (Some(view), Some(mut seat)) = (self.view(), self.seat) else {
            return;
        };
        for record in view.history.iter().rev() {
            if record.roll <= seat.told {
                continue;
            }
            seat.told = record.roll;
            self.rolls = self.rolls.saturating_add(1);
            self.teller.tell(|t| PlayEvent::Roll {
                t,
                table: view.game.to_string(),
                roll: record.roll,
                dice: [record.dice.a(), record.dice.b()],
                height: record.height.0,
                balance: record.balance.map(Chips::get),
            });
        }
        self.seat = Some(seat);
    }

    /// Makes a slip of bets; returns whether it was answered.
    async fn bet(&mut self, view: &TableView, actions: Vec<Action>) -> Result<bool, Stop> {
        self.pause(self.pace).await;
        let first = self.bets.saturating_add(1);
        let numbered: Vec<(u64, Action)> = (first..).zip(actions.iter().copied()).collect();
        self.bets = numbered.last().map_or(self.bets, |(id, _)| *id);
        self.tell_bets(&numbered, BetState::Sent, None);
        let slip = Intent::Bets {
            game: view.game,
            roll: view.roll,
            actions,
        };
        match self.ask(slip.clone()).await {
            Reply::Decided(_) => {
                self.tell_bets(&numbered, BetState::Confirmed, None);
                Ok(true)
            }
            // It may still be decided, so it is not made a second time for this roll.
            Reply::Unknown | Reply::Lost => {
                self.tell_bets(&numbered, BetState::Unknown, None);
                Ok(false)
            }
            Reply::Rejected(why) => {
                let told = self.told(&slip, &why);
                self.tell_bets(&numbered, BetState::Refused, Some(&told));
                if passes(&why) {
                    self.mind.bet_again();
                    return Ok(false);
                }
                let nothing_stands = view
                    .me
                    .is_none_or(|seat| view.table.at_risk(seat).is_zero());
                if nothing_stands {
                    return Err(self.refused("the bets were refused", &slip, &why));
                }
                Ok(true)
            }
        }
    }

    fn tell_bets(&mut self, bets: &[(u64, Action)], state: BetState, refusal: Option<&Told>) {
        for (id, action) in bets {
            let amount = match action {
                Action::Place { amount, .. } | Action::Reduce { by: amount, .. } => amount.get(),
                Action::TakeDown { .. } | Action::Working { .. } => 0,
            };
            self.teller.tell(|t| PlayEvent::Bet {
                t,
                id: *id,
                bet: action.bet().to_string(),
                amount,
                state,
                why: refusal.map(|told| told.why.clone()),
                kind: refusal.map(|told| told.kind.clone()),
            });
        }
    }

    /// Throws, or says that the bets are made; returns whether that was answered.
    async fn roll(&mut self, view: &TableView) -> Result<bool, Stop> {
        self.pause(self.pace).await;
        let (game, roll) = (view.game, view.roll);
        let mut asked = Intent::Roll { game, roll };
        let mut reply = self.ask(asked.clone()).await;
        if matches!(
            reply,
            Reply::Rejected(Refusal::Club(club::Refusal::Game(
                craps::Refusal::ShooterNeedsLineBet { .. }
            )))
        ) {
            asked = Intent::PassDice { game, roll };
            reply = self.ask(asked.clone()).await;
        }
        match reply {
            Reply::Decided(_) => Ok(true),
            Reply::Unknown | Reply::Lost => {
                self.mind.roll_again();
                Ok(false)
            }
            Reply::Rejected(Refusal::Club(club::Refusal::NothingAtRisk)) => {
                self.mind.roll_is_unseen(view.roll);
                Ok(true)
            }
            Reply::Rejected(why) if passes(&why) => {
                self.mind.roll_again();
                Ok(false)
            }
            Reply::Rejected(why) => Err(self.refused("the dice can't be thrown", &asked, &why)),
        }
    }

    /// Asks the node, and tells meanwhile what holds it up.
    pub(super) async fn ask(&mut self, intent: Intent) -> Reply {
        self.asked = self.asked.saturating_add(1);
        let (app, id) = (self.app.clone(), IntentId(self.asked));
        let reply = desk::ask(&app, id, intent);
        tokio::pin!(reply);
        let mut views = self.chain.watch();
        loop {
            self.note_trouble(&views.borrow_and_update().condition);
            tokio::select! {
                biased;
                reply = &mut reply => return reply,
                () = self.teller.lifecycle_changed() => self.teller.tell_lifecycle(),
                Ok(()) = views.changed() => {}
            }
        }
    }

    /// Notes once that the store fails, and once that it works again, so that nobody waits without
    /// a word.
    fn note_trouble(&mut self, condition: &ChainCondition) {
        let trouble = match condition {
            ChainCondition::StoreFails(error) => Some(format!("{error}; {}", error.hint())),
            ChainCondition::Working => None,
            // Whoever asks hears of that, and the play ends.
            ChainCondition::Halted(_) => return,
        };
        if trouble == self.trouble {
            return;
        }
        self.teller.note(&match &trouble {
            Some(trouble) => format!("bitcraps: waiting: {trouble}\n"),
            None => "bitcraps: the store works again\n".to_owned(),
        });
        self.trouble = trouble;
    }

    async fn pause(&self, pause: Duration) {
        tokio::select! {
            () = self.ended.cancelled() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }

    /// Waits for news of table or lifecycle, or for the end.
    async fn wait(&mut self, within: Duration) -> Result<(), Stop> {
        if !self.app.phase().takes_commands() {
            return Err(self.stuck("the node takes no bets"));
        }
        tokio::select! {
            biased;
            () = self.ended.cancelled() => Ok(()),
            Ok(()) = self.table.changed() => Ok(()),
            () = self.teller.lifecycle_changed() => Ok(()),
            () = tokio::time::sleep(within) => Err(self.stuck("nothing happens at the table")),
        }
    }

    fn told(&self, asked: &Intent, why: &Refusal) -> Told {
        refusal::tell(&self.app, self.table.borrow().clone(), asked, why)
    }

    pub(super) fn refused(&self, what: &str, asked: &Intent, why: &Refusal) -> Stop {
        self.stuck(&format!("{what}: {}", self.told(asked, why).why))
    }

    /// Says what holds the player up, with the cause that the node knows.
    pub(super) fn stuck(&self, what: &str) -> Stop {
        let look = "the log in the data directory says more; bitcraps doctor looks for the cause";
        let lifecycle = self.app.lifecycle();
        let (kind, cause, hint) = match &self.chain.view().condition {
            ChainCondition::StoreFails(error) => (Kind::Storage, error.to_string(), error.hint()),
            ChainCondition::Halted(why) => (Kind::Internal, why.clone(), look),
            ChainCondition::Working => {
                let cause = format!("{} ({})", lifecycle.state, lifecycle.reason);
                let hint = match &lifecycle.emergency {
                    Some(_) => {
                        "reset it when the reason is gone: `bitcraps emergency-stop --reset`"
                    }
                    None => look,
                };
                (Kind::Refused, cause, hint)
            }
        };
        Error::new(kind, format!("{what}; the node: {cause}"), hint).into()
    }
}

/// Returns the club as it stands, for the last event.
pub(super) fn ending(
    chain: &DistributedStateManager,
    rolls: u64,
    reason: EndReason,
    t: u64,
) -> PlayEvent {
    let club = club_view(&chain.view().state, ME);
    PlayEvent::End {
        t,
        rolls,
        height: club.height.0,
        state_root: club.state_root.to_string(),
        balance: club.balance.get(),
        at_risk: club.at_risk.get(),
        reason,
    }
}

/// Whether a refusal is of the moment: asked again later, the same may be taken.
const fn passes(why: &Refusal) -> bool {
    match why {
        Refusal::NotRunning { .. } | Refusal::QueueFull { .. } | Refusal::Dropped { .. } => true,
        Refusal::Club(why) => {
            matches!(why, club::Refusal::Locked | club::Refusal::WrongRoll { .. })
        }
        Refusal::NotReady { .. } | Refusal::SeatedElsewhere { .. } | Refusal::NotABot { .. } => {
            false
        }
    }
}

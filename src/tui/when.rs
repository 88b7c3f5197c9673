//! Whether an action makes sense now, and why not.

use crate::craps::{Action, BetKey, BoxNumber, WorkingFlag};
use crate::gaming::{Intent, Refusal};

use super::caps::DecidedBy;
use super::legal::{self, Trial};
use super::model::{Model, Pane, Screen, UNITS};
use super::overlay::{FirstRunField, FirstRunStage, NumberFor, Overlay};
use super::update::{odds, slips, tables};
use super::why::Why;

type When = Result<(), Why>;

#[expect(clippy::unnecessary_wraps, reason = "a column of the table of actions")]
pub(super) fn always(_: &Model) -> When {
    Ok(())
}

/// The application takes commands.
fn taking(model: &Model) -> When {
    let state = model.lifecycle.state;
    if state.takes_commands() {
        Ok(())
    } else {
        Err(Why::NotTaking(state))
    }
}

pub(super) fn a_table(model: &Model) -> When {
    model.table.as_ref().map(|_| ()).ok_or(Why::NoTable)
}

pub(super) fn seated(model: &Model) -> When {
    taking(model)?;
    a_table(model)?;
    model.seat().map(|_| ()).ok_or(Why::NotSeated)
}

/// There is something to close, or a screen to go back to.
pub(super) fn back(model: &Model) -> When {
    let to_dismiss =
        matches!(model.screen, Screen::Table | Screen::Bets) && !model.slip.waiting.is_empty();
    let in_the_slip = model.screen == Screen::Table && model.pane == Pane::Slip;
    match model.overlay() {
        Some(Overlay::FirstRun(page)) if page.asks && page.stage == FirstRunStage::Waiting => {
            Ok(())
        }
        Some(Overlay::FirstRun(_) | Overlay::Unlock(_) | Overlay::Failed(_)) => {
            Err(Why::NothingToClose)
        }
        Some(_) => Ok(()),
        None if to_dismiss || in_the_slip || searched(model) || !model.opened_from.is_empty() => {
            Ok(())
        }
        None => Err(Why::NothingToClose),
    }
}

/// The log shows the lines of a search alone.
pub(super) fn searched(model: &Model) -> bool {
    model.screen == Screen::Log && !model.log_filter.search.is_empty()
}

/// The dialog has another field or answer to go to.
pub(super) fn several_fields(model: &Model) -> When {
    match model.overlay() {
        Some(
            Overlay::Rules(_)
            | Overlay::NewTable(_)
            | Overlay::AllBets(_)
            | Overlay::Quit(_)
            | Overlay::Confirm(_)
            | Overlay::Failed(_),
        ) => Ok(()),
        Some(Overlay::FirstRun(page)) if page.has_buttons() => Ok(()),
        Some(_) | None => Err(Why::NotHere),
    }
}

pub(super) fn five(model: &Model) -> When {
    not_hard(model, BoxNumber::Five)
}

pub(super) fn nine(model: &Model) -> When {
    not_hard(model, BoxNumber::Nine)
}

/// Five and nine have no hard way, since no pair makes them.
fn not_hard(model: &Model, number: BoxNumber) -> When {
    match model.overlay() {
        Some(Overlay::NumberBox(NumberFor::HardWay)) => Err(Why::NoHardWay(number)),
        Some(_) | None => Ok(()),
    }
}

/// The dialog, or its field in focus, has values to choose from.
pub(super) fn a_choice(model: &Model) -> When {
    match model.overlay() {
        Some(
            Overlay::Quit(_)
            | Overlay::Confirm(_)
            | Overlay::Failed(_)
            | Overlay::PickBot(_)
            | Overlay::SendAway(_),
        ) => Ok(()),
        Some(Overlay::Rules(_)) => a_row_of_values(model),
        Some(Overlay::FirstRun(page)) if !page.takes_enter() => Err(Why::BeginsByItself),
        Some(Overlay::FirstRun(page)) => match page.field {
            FirstRunField::Name | FirstRunField::Passphrase | FirstRunField::Again => {
                Err(Why::NotHere)
            }
            FirstRunField::Colours
            | FirstRunField::Symbols
            | FirstRunField::Motion
            | FirstRunField::ScreenReader
            | FirstRunField::Lock
            | FirstRunField::Play
            | FirstRunField::Cancel => Ok(()),
        },
        Some(_) | None => Err(Why::NotHere),
    }
}

/// The row in focus has values to choose from; a number is typed.
fn a_row_of_values(model: &Model) -> When {
    let Some(Overlay::Rules(dialog)) = model.overlay() else {
        return Err(Why::NotHere);
    };
    match dialog.field(dialog.row) {
        Some(_) => Err(Why::TypeTheNumber),
        None => Ok(()),
    }
}

/// The row in focus is not as in the rule book.
pub(super) fn off_the_book(model: &Model) -> When {
    let Some(Overlay::Rules(dialog)) = model.overlay() else {
        return Err(Why::NotHere);
    };
    let book = crate::craps::TableRules::default();
    match dialog.rule() {
        Some(rule) if rule.differs(&dialog.shown(), &book) => Ok(()),
        Some(_) | None => Err(Why::AsInTheBook),
    }
}

pub(super) fn main_action(model: &Model) -> When {
    match model.overlay() {
        Some(Overlay::GoBox | Overlay::NumberBox(_)) => return Err(Why::NotHere),
        Some(Overlay::FirstRun(page)) if !page.takes_enter() => return Err(Why::BeginsByItself),
        Some(_) => return Ok(()),
        None => {}
    }
    match model.screen {
        Screen::Lobby => model.chosen_table().map(|_| ()).ok_or(Why::NoTables),
        Screen::Table | Screen::Bets => takes_chips(model),
        Screen::History => a_roll(model),
        Screen::Health | Screen::Log => Err(Why::NotHere),
    }
}

pub(super) fn a_roll(model: &Model) -> When {
    a_table(model)?;
    model.chosen_roll().map(|_| ()).ok_or(Why::NoRoll)
}

pub(super) fn practice(model: &Model) -> When {
    taking(model)?;
    tables::practice_table(model)
        .map(|_| ())
        .ok_or(Why::NoTables)
}

/// This node seals no more for a host that left out openings.
pub(super) fn host_doubted(model: &Model) -> When {
    taking(model)?;
    let is_doubted = model.club.as_ref().is_some_and(|club| club.host_doubted);
    if !is_doubted {
        return Err(Why::HostNotDoubted);
    }
    not_on_its_way(model, |intent| matches!(intent, Intent::TrustHost))
}

/// A change of keepers lacks my approval.
pub(super) fn approval_asked(model: &Model) -> When {
    taking(model)?;
    tables::asked_change(model).ok_or(Why::NoApprovalAsked)?;
    not_on_its_way(model, |intent| matches!(intent, Intent::ChangeKeepers(_)))
}

pub(super) fn new_table(model: &Model) -> When {
    taking(model)?;
    if model.club.is_none() {
        return Err(Why::NoTables);
    }
    not_on_its_way(model, |intent| matches!(intent, Intent::CreateTable(_)))
}

pub(super) fn sit(model: &Model) -> When {
    taking(model)?;
    let table = tables::wanted(model)?;
    if table.seated {
        return Err(Why::Seated);
    }
    if table.people + table.bots >= usize::from(table.seats_max) {
        return Err(Why::TableFull {
            seats: table.seats_max,
        });
    }
    let mut tables = model.club.iter().flat_map(|club| &club.tables);
    if let Some(other) = tables.find(|table| table.seated) {
        let table = other.name.clone();
        return Err(Why::Game(Refusal::SeatedElsewhere { table }));
    }
    not_on_its_way(model, |intent| matches!(intent, Intent::Sit { .. }))
}

pub(super) fn leave(model: &Model) -> When {
    taking(model)?;
    if !tables::wanted(model)?.seated {
        return Err(Why::NotSeated);
    }
    not_on_its_way(model, |intent| matches!(intent, Intent::Stand { .. }))
}

pub(super) fn add_bot(model: &Model) -> When {
    taking(model)?;
    let table = tables::wanted(model)?;
    if table.people + table.bots >= usize::from(table.seats_max) {
        return Err(Why::TableFull {
            seats: table.seats_max,
        });
    }
    Ok(())
}

pub(super) fn remove_bot(model: &Model) -> When {
    taking(model)?;
    a_table(model)?;
    if model.bots().is_empty() {
        return Err(Why::NoBots);
    }
    Ok(())
}

pub(super) fn change_rules(model: &Model) -> When {
    taking(model)?;
    a_table(model)
}

/// I have nothing left, and the club gives the grant again.
pub(super) fn new_chips(model: &Model) -> When {
    taking(model)?;
    let club = model.club.as_ref().ok_or(Why::NoTables)?;
    match &club.new_chips {
        Ok(_) => not_on_its_way(model, |intent| matches!(intent, Intent::NewChips)),
        Err(why) => Err(Why::Game(Refusal::Club(why.clone()))),
    }
}

pub(super) fn odds(model: &Model) -> When {
    seated(model)?;
    odds::odds_in_focus(model)
        .map(|_| ())
        .ok_or_else(|| Why::NoOddsBehind(model.bet_in_focus()))
}

pub(super) fn larger_unit(model: &Model) -> When {
    match UNITS.last() {
        Some(last) if model.unit >= *last => Err(Why::LargestUnit(*last)),
        Some(_) | None => Ok(()),
    }
}

pub(super) fn smaller_unit(model: &Model) -> When {
    match UNITS.first() {
        Some(first) if model.unit <= *first => Err(Why::SmallestUnit(*first)),
        Some(_) | None => Ok(()),
    }
}

pub(super) fn a_spot(model: &Model) -> When {
    model.bet_in_focus().map(|_| ()).ok_or(Why::NoSpot)
}

/// A bet is in focus that I can make, at once or as a refusal offered; what comes after the lock waits.
fn takes_chips(model: &Model) -> When {
    seated(model)?;
    let bet = model.bet_in_focus().ok_or(Why::NoSpot)?;
    let waiting = model.slip.waiting_on(bet);
    if model.is_locked() || waiting.is_some_and(|waiting| waiting.offer.is_some()) {
        return Ok(());
    }
    takes_a_unit(model, bet)
}

/// The rules let a unit, or what there is room for of it, be added to a bet now, beside chips that are laid.
pub(super) fn takes_a_unit(model: &Model, bet: BetKey) -> When {
    seated(model)?;
    betting(model)?;
    let trial = Trial::of(model).ok_or(Why::NotSeated)?;
    trial.may_place(bet).map_err(legal::why)?;
    let laid = model.slip.laid.map(|laid| Action::Place {
        bet: laid.bet,
        amount: laid.amount,
    });
    let trial = trial.after(laid.as_slice()).unwrap_or(trial);
    let unit = model.press(bet);
    match trial.has_room(bet, unit) {
        Err(refusal) if trial.nearest(bet, unit).is_none() => Err(legal::why(refusal)),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Chips of mine are on the spot in focus: standing, laid, or waiting after a refusal.
pub(super) fn a_bet_here(model: &Model) -> When {
    seated(model)?;
    let bet = model.bet_in_focus().ok_or(Why::NoSpot)?;
    let laid = model.slip.laid.is_some_and(|laid| laid.bet == bet);
    let waits = model.slip.waiting_on(bet).is_some();
    let stands = Trial::of(model).is_some_and(|trial| !trial.stake(bet).is_zero());
    if laid || waits || stands {
        Ok(())
    } else {
        Err(Why::NoBetHere(bet))
    }
}

/// Chips of mine are on the spot in focus, and the rules let them come down.
pub(super) fn comes_down(model: &Model) -> When {
    a_bet_here(model)?;
    allowed_here(model, |bet| Action::TakeDown { bet })
}

/// A bet of mine is in focus that can be called on and off.
pub(super) fn switches(model: &Model) -> When {
    a_bet_here(model)?;
    let how = WorkingFlag::On;
    allowed_here(model, |bet| Action::Working { bet, how })
}

/// The rules allow an action on the bet in focus; chips that are laid or wait are free in any case.
fn allowed_here(model: &Model, action: impl Fn(BetKey) -> Action) -> When {
    let bet = model.bet_in_focus().ok_or(Why::NoSpot)?;
    let laid = model.slip.laid.is_some_and(|laid| laid.bet == bet);
    if laid || model.slip.waiting_on(bet).is_some() {
        return Ok(());
    }
    betting(model)?;
    let trial = Trial::of(model).ok_or(Why::NotSeated)?;
    trial.after(&[action(bet)]).map(|_| ()).map_err(legal::why)
}

pub(super) fn undo(model: &Model) -> When {
    seated(model)?;
    if model.slip.laid.is_none() && model.slip.done.is_empty() {
        return Err(Why::NothingToUndo);
    }
    Ok(())
}

pub(super) fn redo(model: &Model) -> When {
    seated(model)?;
    if model.slip.undone.is_empty() {
        return Err(Why::NothingToRedo);
    }
    Ok(())
}

pub(super) fn repeat(model: &Model) -> When {
    seated(model)?;
    if model.slip.last.is_empty() {
        return Err(Why::NoLastSlip);
    }
    betting(model)
}

pub(super) fn clear(model: &Model) -> When {
    seated(model)?;
    let nothing = slips::what_clears(model).is_empty()
        && model.slip.laid.is_none()
        && model.slip.waiting.is_empty();
    if nothing {
        return Err(Why::NothingToClear);
    }
    betting(model)
}

/// Bets are taken for the next roll.
pub(super) fn betting(model: &Model) -> When {
    match &model.table {
        Some(table) if model.is_locked() => Err(Why::Locked { roll: table.roll }),
        Some(_) | None => Ok(()),
    }
}

pub(super) fn roll(model: &Model) -> When {
    seated(model)?;
    betting(model)?;
    let (table, seat) = model.seat().ok_or(Why::NotSeated)?;
    let ready = table.my_seat().is_some_and(|mine| mine.ready);
    if ready {
        return Err(Why::AlreadyReady);
    }
    not_on_its_way(model, |intent| matches!(intent, Intent::Roll { .. }))
        .map_err(|_on_its_way| Why::AlreadyReady)?;
    if table.waits.is_some() {
        return Err(Why::NotTheShooter { shooter: None });
    }
    if table.table.shooter() != Some(seat) {
        return Ok(());
    }
    // A line bet that is laid or on its way counts: it is decided before the roll.
    let laid: Vec<Action> = model
        .slip
        .laid
        .map(|laid| Action::Place {
            bet: laid.bet,
            amount: laid.amount,
        })
        .into_iter()
        .collect();
    let trial = Trial::of(model).ok_or(Why::NotSeated)?;
    let trial = trial.after(&laid).unwrap_or(trial);
    trial.can_roll().map_err(legal::why)
}

pub(super) fn pass_dice(model: &Model) -> When {
    seated(model)?;
    betting(model)?;
    let (table, seat) = model.seat().ok_or(Why::NotSeated)?;
    if table.table.shooter() != Some(seat) {
        return Err(Why::NotTheShooter {
            shooter: table.shooter().map(|shooter| shooter.name.clone()),
        });
    }
    not_on_its_way(model, |intent| matches!(intent, Intent::PassDice { .. }))
}

pub(super) fn restart(model: &Model) -> When {
    model.chosen_service().map(|_| ()).ok_or(Why::NothingChosen)
}

/// The log shows a line.
pub(super) fn a_log_line(model: &Model) -> When {
    model
        .log_lines()
        .next()
        .map(|_| ())
        .ok_or(Why::NothingChosen)
}

pub(super) fn stoppable(model: &Model) -> When {
    taking(model)
}

pub(super) fn colours_free(model: &Model) -> When {
    match model.caps.colours_by {
        by @ (DecidedBy::Flag | DecidedBy::Environment) => Err(Why::ColoursFixed(by)),
        DecidedBy::Settings | DecidedBy::Terminal => Ok(()),
    }
}

pub(super) fn answerable(model: &Model) -> When {
    match model.overlay() {
        Some(Overlay::Quit(_) | Overlay::Confirm(_)) => Ok(()),
        Some(_) | None => Err(Why::NotHere),
    }
}

fn not_on_its_way(model: &Model, is_it: impl Fn(&Intent) -> bool) -> When {
    if model.pending.values().any(|pending| is_it(&pending.intent)) {
        Err(Why::OnItsWay)
    } else {
        Ok(())
    }
}

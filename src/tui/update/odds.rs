//! Which odds go behind the bet in focus.

use crate::craps::{BetId, BetKey, BoxNumber};
use crate::tui::legal::Trial;
use crate::tui::model::Model;

use super::Context;
use super::bets::press;

/// Lays a unit of odds behind the bet in focus.
pub(crate) fn odds(cx: &mut Context<'_>) {
    if let Some(bet) = odds_in_focus(cx.model) {
        press(cx, bet);
    }
}

/// Returns the odds that go behind the bet in focus. On a number they are those of my come bet there,
/// on the come box those of the one come bet that has moved and has none; without a bet in focus that
/// takes odds they are those of my line bet.
pub(crate) fn odds_in_focus(model: &Model) -> Option<BetKey> {
    let trial = Trial::of(model)?;
    let stands = |bet: BetKey| !trial.stake(bet).is_zero();
    let focus = model.bet_in_focus()?;
    if let Some(odds) = odds_of(focus) {
        return Some(odds);
    }
    let number = focus
        .info()
        .number
        .and_then(BoxNumber::of)
        .filter(|_| !stands_alone(focus));
    let on_number = [BetId::COME, BetId::DONT_COME]
        .into_iter()
        .filter_map(|bet| BetKey::new(bet, Some(number?)))
        .find(|bet| stands(*bet));
    let moved = moved(&trial, focus);
    if moved.len() > 1 {
        return None;
    }
    let on_line = [BetId::PASS, BetId::DONT_PASS]
        .into_iter()
        .filter_map(|bet| BetKey::new(bet, None))
        .find(|bet| stands(*bet));
    let moved = moved.first().copied();
    on_number.or(moved).or(on_line).and_then(odds_of)
}

/// The bets that have moved to a number from the box in focus; if some of them have no odds, those.
fn moved(trial: &Trial, focus: BetKey) -> Vec<BetKey> {
    if ![BetId::COME, BetId::DONT_COME].contains(&focus.bet()) || focus.number().is_some() {
        return Vec::new();
    }
    let on = |number| BetKey::new(focus.bet(), Some(number));
    let moved = BoxNumber::ALL.into_iter().filter_map(on);
    let moved: Vec<BetKey> = moved.filter(|bet| !trial.stake(*bet).is_zero()).collect();
    let without = |bet: &BetKey| odds_of(*bet).is_some_and(|odds| trial.stake(odds).is_zero());
    let bare: Vec<BetKey> = moved.iter().copied().filter(without).collect();
    if bare.is_empty() { moved } else { bare }
}

/// A put bet takes odds of its own.
fn stands_alone(bet: BetKey) -> bool {
    bet.bet().id().starts_with("put_")
}

/// Returns the odds of a flat bet, or the bet itself if it is odds.
fn odds_of(bet: BetKey) -> Option<BetKey> {
    let (id, number) = (bet.bet(), bet.number());
    let odds = match id {
        BetId::PASS => BetId::PASS_ODDS,
        BetId::DONT_PASS => BetId::DONT_PASS_ODDS,
        BetId::COME => BetId::COME_ODDS,
        BetId::DONT_COME => BetId::DONT_COME_ODDS,
        _ if [
            BetId::PASS_ODDS,
            BetId::DONT_PASS_ODDS,
            BetId::COME_ODDS,
            BetId::DONT_COME_ODDS,
            BetId::PUT_ODDS,
        ]
        .contains(&id) =>
        {
            return Some(bet);
        }
        _ if stands_alone(bet) => {
            let number = bet.info().number.and_then(BoxNumber::of);
            return BetKey::new(BetId::PUT_ODDS, number);
        }
        _ => return None,
    };
    BetKey::new(odds, number)
}

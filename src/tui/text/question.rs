//! What is asked before something is done.

use super::number::{chips, counted as many_of, listed};
use crate::craps::BetKey;
use crate::ledger::Chips;
use crate::tui::legal::Trial;
use crate::tui::model::{ComesDown, Model};
use crate::tui::overlay::Question;

/// A bet and its stake.
type Staked = (BetKey, Chips);

/// Returns a question with what it needs to be answered.
#[must_use]
pub fn question(question: &Question, model: &Model) -> String {
    match question {
        Question::Clear => "Take down every bet that may come down? Contracts stay.".to_owned(),
        Question::Repeat => repeat(model),
        Question::Leave => {
            let ComesDown { down, stays } = model.what_comes_down();
            let goes_on = !model.bots().is_empty();
            leave(&down, &stays, goes_on)
        }
        Question::RemoveBot(seat) => {
            let mut seats = model.table.iter().flat_map(|table| &table.seats);
            let bot = seats.find(|view| view.seat == *seat);
            match bot {
                Some(bot) => format!(
                    "Send {} away? It has {} at risk: what may come down goes back to it, \
                     contracts are settled without it.",
                    bot.name,
                    chips(bot.at_risk)
                ),
                None => "It has left already.".to_owned(),
            }
        }
        Question::Approve(change) => format!(
            "{} Once {} approve, it is done; an approval can't be taken back.",
            super::proposed(change),
            change.need
        ),
        Question::RestartService(name) => {
            let others = model.health.dependents(name);
            let with = match others.as_slice() {
                [] => String::new(),
                others => format!(
                    " {} go down with it and come back after it.",
                    super::capital(&listed(others))
                ),
            };
            format!(
                "Restart {name}?{with} Until then no bet is taken and no roll goes on; bets stand."
            )
        }
    }
}

/// Returns bets as they are counted, and the chips on them.
fn counted(bets: &[Staked], one: &str, many: &str) -> (String, String) {
    let sum = bets.iter().fold(Chips::ZERO, |sum, (_, stake)| {
        sum.checked_add(*stake).unwrap_or(sum)
    });
    let count = u64::try_from(bets.len()).unwrap_or(0);
    (many_of(count, one, many), chips(sum))
}

/// Returns what standing up does to my bets: those that come down, and those that stay.
#[must_use]
pub fn leaving(down: &[Staked], stays: &[Staked]) -> Vec<String> {
    let mut words = Vec::new();
    if !down.is_empty() {
        let (bets, sum) = counted(down, "bet comes", "bets come");
        words.push(format!("{bets} down, {sum} back to you."));
    }
    if !stays.is_empty() {
        let (contracts, sum) = counted(stays, "contract stays", "contracts stay");
        words.push(format!(
            "{contracts}, {sum} in all, until the next rolls here decide."
        ));
    }
    words
}

/// What standing up does to my bets, and who rolls on.
fn leave(down: &[Staked], stays: &[Staked], goes_on: bool) -> String {
    let mut words = leaving(down, stays);
    if words.is_empty() {
        words.push("You have no bet on the table.".to_owned());
    } else if goes_on && !stays.is_empty() {
        words.push("The bots roll on.".to_owned());
    }
    format!("Stand up? {}", words.join(" "))
}

/// What there are chips for when the last slip takes more than there are.
fn repeat(model: &Model) -> String {
    let Some(trial) = Trial::of(model) else {
        return "You have no seat any more.".to_owned();
    };
    let repeat = trial.repeated(&model.slip.last);
    let (made, dear) = (repeat.actions.len(), repeat.too_dear.len());
    let lacks = repeat.full_cost.checked_sub(repeat.balance);
    format!(
        "The last slip takes {}, and you have {}: you lack {}. Make {made} of the {} bets, for {}?",
        chips(repeat.full_cost),
        chips(repeat.balance),
        chips(lacks.unwrap_or_default()),
        made + dear,
        chips(repeat.cost),
    )
}

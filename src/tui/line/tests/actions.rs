//! Every action can be done by words: none is lacking, and each is done by a line.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Typist;
use crate::clock::UnixMillis;
use crate::coordination::{Importance, ServiceHealthReport};
use crate::craps::{self, BetId};
use crate::gaming::Intent;
use crate::tui::action::{ACTIONS, Action};
use crate::tui::fixture;
use crate::tui::line::verb::{self, SCREEN_ONLY, VERBS};
use crate::tui::link::AppCommand;
use crate::tui::message::{Effect, Msg};
use crate::tui::update::kit::{Player, key};

#[test]
fn every_action_has_a_verb_or_is_of_the_screen_alone() {
    let mut spoken = BTreeSet::new();
    for verb in VERBS {
        spoken.extend(verb.actions.iter().copied());
    }
    let gaps: Vec<&str> = ACTIONS
        .iter()
        .filter(|info| !spoken.contains(&info.action) && verb::why_not(info.action).is_none())
        .map(|info| info.name)
        .collect();
    assert_eq!(gaps, [""; 0], "actions that line mode lacks");
    for (actions, why) in SCREEN_ONLY {
        for action in *actions {
            assert!(!spoken.contains(action), "{action:?} has a verb: {why}");
        }
    }
}

#[test]
fn a_verb_can_be_typed_by_the_name_of_its_action() {
    let mut typist = Typist::seated();
    for (by_name, by_verb) in [
        ("go.health", "health"),
        ("go.bets", "bets"),
        ("bet.explain pass", "explain pass"),
        ("go.history", "history"),
    ] {
        assert_eq!(typist.answer(by_name), typist.answer(by_verb), "{by_name}");
    }
    assert!(typist.answer("bet.pass 10").contains("10 on pass line"));
    assert!(typist.answer("theme").contains("not for line mode"));
    // No name of an action is read as something else.
    for info in ACTIONS {
        let told = typist.answer(info.name);
        assert!(!told.contains("not known"), "{}: {told}", info.name);
        typist.answer("n");
    }
}

#[test]
fn every_verb_is_listed_and_explained() {
    let mut typist = Typist::seated();
    let list = typist.answer("help");
    for verb in VERBS {
        assert!(list.contains(verb.name), "{}", verb.name);
        let told = typist.answer(&format!("help {}", verb.name));
        assert!(told.contains(verb.about), "{}: {told}", verb.name);
        assert!(verb.about.ends_with('.'), "{}", verb.about);
    }
    for verb in VERBS {
        let topic = typist.answer(&format!("help {}", verb.topic.word()));
        assert!(topic.contains(verb.about), "{}", verb.name);
    }
    assert!(typist.answer("help place 6").contains("explain place 6"));
}

/// What shows that a line did an action.
enum Shows {
    /// These words are told.
    Words(&'static str),
    /// This bet is sent.
    Bet(&'static str),
    /// This is asked of the table or the club.
    Intent(fn(&Intent) -> bool),
    /// This is asked of the application.
    Effect(fn(&Effect) -> bool),
}

fn places(intent: &Intent, bet: &str) -> bool {
    let actions = crate::tui::slip::actions(intent);
    matches!(actions, [craps::Action::Place { bet: placed, .. }] if *placed == key(bet))
}

/// A line for each action that has a verb, and what it needs before: lines, and dice as `4 4`.
const DONE: &[(Action, &str, &str, Shows)] = {
    use Shows::{Bet as B, Effect as E, Intent as I, Words as W};
    &[
        (Action::Help, "", "help", W("type a verb")),
        (Action::Palette, "", "help program", W("emergency stop")),
        (Action::GoLobby, "", "lobby", W("your seat is here")),
        (Action::GoTable, "", "table", W("you shoot.")),
        (Action::GoBets, "pass 10", "bets", W("10 on pass line.")),
        (Action::GoHealth, "", "health", W("storage: Healthy")),
        (Action::GoHistory, "4 4", "history", W("roll 1. 4 and 4")),
        (Action::GoLog, "", "log", W("no line of the log.")),
        (Action::HealthLog, "", "log 5", W("no line of the log.")),
        (Action::LogLevel, "", "log debug", W("no line of the log.")),
        (
            Action::LogSearch,
            "",
            "log 5 storage",
            W("no line of the log."),
        ),
        (
            Action::Practice,
            "leave",
            "sit",
            I(|one| matches!(one, Intent::Sit { .. })),
        ),
        (
            Action::Sit,
            "leave",
            "sit practice",
            I(|one| matches!(one, Intent::Sit { .. })),
        ),
        (
            Action::Leave,
            "",
            "leave",
            I(|one| matches!(one, Intent::Stand { .. })),
        ),
        (
            Action::TrustHost,
            "",
            "trust host",
            W("holds nothing against the host"),
        ),
        (
            Action::Approve,
            "",
            "approve",
            W("No change of keepers lacks your approval"),
        ),
        (
            Action::NewTable,
            "",
            "open table high",
            I(|one| matches!(one, Intent::CreateTable(_))),
        ),
        (
            Action::AddBot,
            "",
            "add bot field",
            I(|one| matches!(one, Intent::AddBot { .. })),
        ),
        (Action::RemoveBot, "", "remove bot", W("No bot sits here")),
        (
            Action::NewChips,
            "",
            "new chips",
            W("New chips are for who has none"),
        ),
        (
            Action::Rules,
            "",
            "rule odds 5x",
            I(|one| matches!(one, Intent::ChangeRules { .. })),
        ),
        (
            Action::RuleAsBook,
            "rule odds 5x",
            "rule odds book",
            I(|one| matches!(one, Intent::ChangeRules { .. })),
        ),
        (Action::Odds, "pass 10;4 4", "odds 10", B("pass_odds")),
        (Action::Buy, "", "buy 4 20", B("buy_4")),
        (Action::Lay, "", "lay 4 40", B("lay_4")),
        (Action::HardWay, "", "hard 4 5", B("hard_4")),
        (Action::PickFour, "", "hard 4 5", B("hard_4")),
        (Action::PickFive, "", "buy 5 20", B("buy_5")),
        (Action::PickSix, "", "hard 6 5", B("hard_6")),
        (Action::PickEight, "", "hard 8 5", B("hard_8")),
        (Action::PickNine, "", "buy 9 20", B("buy_9")),
        (Action::PickTen, "", "hard 10 5", B("hard_10")),
        (
            Action::AllBets,
            "",
            "find boxcars",
            W("boxcars: pays 30 to 1"),
        ),
        (Action::Amount, "", "field 7", B("field")),
        (Action::Main, "pass 4", "ok", B("pass")),
        (
            Action::ChipOff,
            "field 10",
            "less field 5",
            I(|one| is_one(one, |done| matches!(done, craps::Action::Reduce { .. }))),
        ),
        (
            Action::TakeDown,
            "field 10",
            "down field",
            I(|one| is_one(one, |done| matches!(done, craps::Action::TakeDown { .. }))),
        ),
        (
            Action::Undo,
            "field 10",
            "undo",
            I(|one| is_one(one, |done| matches!(done, craps::Action::TakeDown { .. }))),
        ),
        (Action::Redo, "field 10;undo", "redo", B("field")),
        (Action::Repeat, "field 10;4 1", "repeat", B("field")),
        (
            Action::Clear,
            "field 10;clear",
            "y",
            I(|one| is_one(one, |done| matches!(done, craps::Action::TakeDown { .. }))),
        ),
        (
            Action::Working,
            "pass 10;4 4;place 6 12",
            "off place 6",
            I(|one| is_one(one, |done| matches!(done, craps::Action::Working { .. }))),
        ),
        (
            Action::Explain,
            "",
            "explain yo",
            W("in the long run it costs"),
        ),
        (
            Action::Roll,
            "pass 10",
            "roll",
            I(|one| matches!(one, Intent::Roll { .. })),
        ),
        (
            Action::RollDetails,
            "field 10;4 4",
            "last",
            W("Field loses 10."),
        ),
        (Action::Proof, "4 4", "proof", W("roll 1 at table")),
        (
            Action::PassDice,
            "",
            "pass dice",
            W("nobody else here can shoot"),
        ),
        (
            Action::RestartService,
            "restart storage",
            "y",
            E(
                |one| matches!(one, Effect::App(AppCommand::RestartService(name)) if name == "storage"),
            ),
        ),
        (
            Action::ExportHealth,
            "",
            "save report",
            E(|one| matches!(one, Effect::App(AppCommand::SaveReport(_)))),
        ),
        (
            Action::EmergencyStop,
            "emergency stop",
            "stop",
            E(|one| matches!(one, Effect::App(AppCommand::EmergencyStop { .. }))),
        ),
        (
            Action::Back,
            "come 10",
            "dismiss",
            W("1 refused bet dismissed"),
        ),
        (Action::Quit, "", "quit", E(|one| *one == Effect::Quit)),
    ]
};

fn is_one(intent: &Intent, is: fn(&craps::Action) -> bool) -> bool {
    matches!(crate::tui::slip::actions(intent), [one] if is(one))
}

fn at_a_node() -> Typist {
    let mut player = Player::seated();
    let storage = fixture::service("storage", Importance::Mandatory, 1, "well");
    let report = ServiceHealthReport::new(UnixMillis(1), vec![storage]);
    player.take(Msg::Health(Arc::new(report)));
    Typist::at(player)
}

/// Returns somebody after lines were typed and dice fell.
fn after(before: &str) -> Typist {
    let mut typist = at_a_node();
    for step in before.split(';').filter(|step| !step.is_empty()) {
        match step.split_once(' ').map(|(a, b)| (a.parse(), b.parse())) {
            Some((Ok(a), Ok(b))) => {
                typist.player.roll(a, b);
                typist.news();
            }
            Some(_) | None => typist.types(&[step]),
        }
    }
    typist.sent.clear();
    typist.asked.clear();
    typist
}

fn does(before: &str, line: &str, shows: &Shows) -> Result<(), String> {
    let mut typist = after(before);
    let told = typist.answer(line);
    let done = match shows {
        Shows::Words(words) => told.to_lowercase().contains(&words.to_lowercase()),
        Shows::Bet(bet) => typist.sent.iter().any(|intent| places(intent, bet)),
        Shows::Intent(is) => typist.sent.iter().any(is),
        Shows::Effect(is) => typist.asked.iter().any(is),
    };
    if done {
        Ok(())
    } else {
        Err(format!("{line}: {told}"))
    }
}

#[test]
fn every_action_with_a_verb_is_done_by_a_line() {
    let mut failed = Vec::new();
    let mut tried: BTreeSet<Action> = BTreeSet::new();
    for (action, before, line, shows) in DONE {
        tried.insert(*action);
        failed.extend(does(before, line, shows).err());
    }
    // A key for a bet is that bet's name and chips.
    for info in ACTIONS {
        let Some(bet) = info.name.strip_prefix("bet.").and_then(BetId::find) else {
            continue;
        };
        tried.insert(info.action);
        let before = if ["come", "dont_come"].contains(&bet.id()) {
            "pass 10;4 4"
        } else {
            ""
        };
        let line = format!("{} 12", bet.id().replace('_', " "));
        failed.extend(does(before, &line, &Shows::Bet(bet.id())).err());
    }
    assert_eq!(failed, [""; 0]);
    let all = ACTIONS.iter().map(|info| info.action);
    let untried: Vec<Action> = all
        .filter(|action| verb::why_not(*action).is_none() && !tried.contains(action))
        .collect();
    assert_eq!(untried, [], "actions that no line does here");
}

//! Wishes in words: each goes the way of the key that means the same, once the focus is where the words
//! say.

use crate::craps::{self, BetKey, WorkingFlag};
use crate::gaming::Strategy;
use crate::ledger::Chips;

use crate::tui::action::{self, Action, Place};
use crate::tui::legal::Trial;
use crate::tui::link::AppCommand;
use crate::tui::message::Effect;
use crate::tui::model::{Medium, Pane, Screen};
use crate::tui::note::{Note, Tried};
use crate::tui::overlay::{
    ConfirmDialog, FailedChoice, FirstRunDialog, FirstRunField, FirstRunStage, Overlay, QuitChoice,
    STOP_WORD,
};
use crate::tui::rules_dialog::RulesDialog;
use crate::tui::slip::Cause;
use crate::tui::table_dialog::TableField;
use crate::tui::when;
use crate::tui::why::Why;
use crate::tui::wish::{About, NewTable, Wish};

use super::{Context, bets, dialogs, moves};

/// Values that a rule with a few has at most: more than any has.
const RULE_VALUES_MAX: usize = 16;

/// Takes a wish.
pub(super) fn take(cx: &mut Context<'_>, wish: Wish) {
    cx.model.event_row.key_pressed();
    cx.draw();
    if let Wish::Answer(words) = wish {
        return answer(cx, &words);
    }
    let quits = wish == Wish::Do(Action::Quit, About::Nothing);
    if quits && matches!(cx.model.overlay(), Some(Overlay::FirstRun(_))) {
        return input_ended(cx);
    }
    if asks(cx) && !quits {
        return cx.refuse_input(Why::AnswerFirst);
    }
    dialogs::close(cx, |overlay| !is_question(overlay));
    match wish {
        Wish::Do(action, about) => act(cx, action, &about),
        Wish::Bet { bet, amount } => bet_on(cx, bet, amount),
        Wish::Less { bet, by } => less(cx, bet, by),
        Wish::Call { bet, works } => call(cx, bet, works),
        Wish::Offered => offered(cx),
        Wish::Rule { row, value } => rule(cx, row, value.as_deref()),
        Wish::NewTable(table) => new_table(cx, &table),
        Wish::StartIn(medium) => start_in(cx, medium),
        Wish::Answer(_) => {}
    }
}

/// Whether a dialog in front waits for an answer in words.
fn asks(cx: &Context<'_>) -> bool {
    cx.model.overlay().is_some_and(is_question)
}

/// Whether a dialog is answered in words. The others show something or are filled in, for which words
/// have verbs of their own.
const fn is_question(overlay: &Overlay) -> bool {
    match overlay {
        Overlay::Quit(_)
        | Overlay::Confirm(_)
        | Overlay::EmergencyStop(_)
        | Overlay::FirstRun(_)
        | Overlay::Unlock(_)
        | Overlay::Failed(_) => true,
        Overlay::Help(_)
        | Overlay::GoBox
        | Overlay::NumberBox(_)
        | Overlay::PickBot(_)
        | Overlay::SendAway(_)
        | Overlay::Explain(_)
        | Overlay::Roll(_)
        | Overlay::Proof(_)
        | Overlay::AllBets(_)
        | Overlay::Amount(_)
        | Overlay::Rules(_)
        | Overlay::NewTable(_)
        | Overlay::Palette(_)
        | Overlay::LogSearch => false,
    }
}

/// Does an action on what it is about, on the screen where its keys are live.
fn act(cx: &mut Context<'_>, action: Action, about: &About) {
    go_where_it_is_live(cx, action);
    let tried = match focus(cx, about) {
        Ok(()) => (action.info().when)(cx.model),
        Err(why) => Err(why),
    };
    if let Err(why) = tried {
        return cx.refuse(Tried::Action(action), why);
    }
    (action.info().run)(cx);
    choose(cx, about);
}

fn go_where_it_is_live(cx: &mut Context<'_>, action: Action) {
    let places = action.info().places;
    let live = action::live_places(cx.model);
    if places.iter().any(|place| live.contains(place)) {
        return;
    }
    let screens = [
        (Place::Table, Screen::Table),
        (Place::Lobby, Screen::Lobby),
        (Place::Bets, Screen::Bets),
        (Place::Health, Screen::Health),
        (Place::History, Screen::History),
        (Place::Log, Screen::Log),
    ];
    let found = screens.iter().find(|(place, _)| places.contains(place));
    if let Some((_, screen)) = found {
        moves::show(cx, *screen);
    }
}

/// Puts the focus on what words name.
fn focus(cx: &mut Context<'_>, about: &About) -> Result<(), Why> {
    match about {
        // Words that name no table are about the one that is played, whichever was looked at in the lobby.
        About::Nothing | About::Strategy(_) | About::Bot(_) => {
            if let Some(game) = cx.model.game() {
                cx.model.rows.table = Some(game);
            }
        }
        About::Bet(bet) => return focus_bet(cx, *bet),
        About::Table(game) => {
            moves::show(cx, Screen::Lobby);
            cx.model.rows.table = Some(*game);
        }
        About::Service(name) => {
            moves::show(cx, Screen::Health);
            cx.model.pane = Pane::Services;
            cx.model.rows.service = Some(name.clone());
        }
    }
    Ok(())
}

/// Puts the focus on a bet. No other bet ever gets it instead.
fn focus_bet(cx: &mut Context<'_>, bet: BetKey) -> Result<(), Why> {
    moves::show(cx, Screen::Bets);
    let pane = if cx.model.slip_rows().contains_key(&bet) {
        Pane::Slip
    } else {
        Pane::Offers
    };
    cx.model.pane = pane;
    cx.model.rows.slip = Some(bet);
    cx.model.rows.offer = Some(bet);
    if cx.model.bet_in_focus() == Some(bet) {
        Ok(())
    } else {
        Err(Why::NoBetHere(bet))
    }
}

/// Chooses in the dialog that an action opened what the words named already.
fn choose(cx: &mut Context<'_>, about: &About) {
    match (cx.model.overlays.last_mut(), about) {
        (Some(Overlay::PickBot(index)), About::Strategy(strategy)) => {
            let wanted = Strategy::ALL.iter().position(|one| one == strategy);
            *index = wanted.unwrap_or(*index);
        }
        (Some(Overlay::SendAway(seat)), About::Bot(wanted)) => *seat = *wanted,
        (Some(_) | None, _) => return,
    }
    dialogs::main(cx);
}

/// Adds chips to a bet, all of them at once.
fn bet_on(cx: &mut Context<'_>, bet: BetKey, amount: Chips) {
    if let Err(why) = when::seated(cx.model) {
        return cx.refuse(Tried::Bet { bet, amount }, why);
    }
    moves::show(cx, Screen::Bets);
    cx.model.slip.drop_waiting(bet);
    bets::place(cx, bet, amount, Cause::Key);
}

/// Takes chips off a bet; all of them or more is the whole bet.
fn less(cx: &mut Context<'_>, bet: BetKey, by: Chips) {
    change(cx, bet, |trial| {
        if trial.stake(bet) <= by {
            craps::Action::TakeDown { bet }
        } else {
            craps::Action::Reduce { bet, by }
        }
    });
}

fn call(cx: &mut Context<'_>, bet: BetKey, works: bool) {
    let how = if works {
        WorkingFlag::On
    } else {
        WorkingFlag::Off
    };
    change(cx, bet, |_| craps::Action::Working { bet, how });
}

/// Changes a bet of mine that stands.
fn change(cx: &mut Context<'_>, bet: BetKey, action: impl Fn(&Trial) -> craps::Action) {
    let tried = Tried::Bet {
        bet,
        amount: Chips::ZERO,
    };
    if let Err(why) = when::seated(cx.model) {
        return cx.refuse(tried, why);
    }
    let Some(trial) = Trial::of(cx.model) else {
        return cx.refuse(tried, Why::NotSeated);
    };
    if trial.stake(bet).is_zero() {
        return cx.refuse(tried, Why::NoBetHere(bet));
    }
    let actions = vec![action(&trial)];
    bets::send_if_legal(cx, &trial, actions, Cause::Key);
}

/// Makes the bet that the newest refusal offered.
fn offered(cx: &mut Context<'_>) {
    let mut waiting = cx.model.slip.waiting.iter().rev();
    let newest = waiting.find_map(|one| Some((one.bet, one.offer?)));
    match newest {
        Some((bet, amount)) => bet_on(cx, bet, amount),
        None => cx.refuse_input(Why::NothingOffered),
    }
}

/// Gives one rule of the table another value, and asks the club for it.
fn rule(cx: &mut Context<'_>, row: usize, value: Option<&str>) {
    act(cx, Action::Rules, &About::Nothing);
    let Some(Overlay::Rules(dialog)) = cx.model.overlays.last_mut() else {
        return;
    };
    dialog.go_to(row);
    match (value, dialog.field_in_focus()) {
        (None, _) => dialog.set_as_in(&craps::TableRules::default()),
        (Some(digits), Some(field)) => {
            field.clear();
            if !field.paste(digits) {
                return cx.refuse_input(Why::NotANumber);
            }
        }
        (Some(words), None) => {
            let rule = dialog.rule();
            let is_so = |dialog: &RulesDialog| {
                rule.is_some_and(|rule| rule.value(&dialog.shown()) == words)
            };
            // Once round all values.
            for _ in 0..RULE_VALUES_MAX {
                if is_so(dialog) {
                    break;
                }
                dialog.step(true);
            }
        }
    }
    dialogs::main(cx);
}

/// Asks the club for another table.
fn new_table(cx: &mut Context<'_>, wanted: &NewTable) {
    act(cx, Action::NewTable, &About::Nothing);
    let NewTable {
        name,
        seats,
        players,
        bond,
    } = wanted;
    let fields = [
        (TableField::Name, Some(name)),
        (TableField::Seats, seats.as_ref()),
        (TableField::Players, players.as_ref()),
        (TableField::Bond, bond.as_ref()),
    ];
    for (field, text) in fields {
        let (Some(Overlay::NewTable(dialog)), Some(text)) = (cx.model.overlays.last_mut(), text)
        else {
            continue;
        };
        dialog.go_to(field);
        let typed = dialog.field_in_focus();
        typed.clear();
        if !typed.paste(text) {
            let limit = typed.limit();
            return cx.refuse_input(Why::FieldFull { limit });
        }
    }
    if matches!(cx.model.overlay(), Some(Overlay::NewTable(_))) {
        dialogs::main(cx);
    }
}

/// Remembers what later starts open in. This one goes on as it is: a line that is waited for is read to its
/// end, so its reader can't hand over to keys.
fn start_in(cx: &mut Context<'_>, medium: Medium) {
    cx.model.settings.line_mode = medium == Medium::Lines;
    let settings = cx.model.settings.clone();
    cx.effect(Effect::App(AppCommand::Save(settings)));
    cx.say(Note::StartsIn(medium));
}

/// Answers the dialog in front.
fn answer(cx: &mut Context<'_>, words: &str) {
    let said = words.trim().to_lowercase();
    let yes = match said.as_str() {
        "y" | "yes" => Some(true),
        "n" | "no" | "back" => Some(false),
        _ => None,
    };
    match cx.model.overlays.last_mut() {
        Some(Overlay::Quit(choice)) => {
            *choice = match (yes, said.as_str()) {
                (Some(false), _) => QuitChoice::Stay,
                (Some(true), _) | (None, "quit" | "q" | "exit") => QuitChoice::Now,
                (None, "leave") => QuitChoice::LeaveSeat,
                (None, _) => return cx.refuse_input(Why::AnswerFirst),
            };
        }
        Some(Overlay::Confirm(dialog)) => match yes {
            Some(yes) => dialog.yes = yes,
            None => return cx.refuse_input(Why::AnswerFirst),
        },
        Some(Overlay::Failed(dialog)) => {
            dialog.choice = match (yes, said.as_str()) {
                (Some(true), _) | (None, "retry" | "reset") => FailedChoice::Retry,
                (Some(false), _) | (None, "quit") => FailedChoice::Quit,
                (None, _) => return cx.refuse_input(Why::AnswerFirst),
            };
        }
        Some(Overlay::EmergencyStop(_)) if yes == Some(false) => {
            cx.say(Note::NotDone);
            return dialogs::back(cx);
        }
        Some(Overlay::EmergencyStop(word)) => {
            word.clear();
            if !word.paste(&said) {
                return cx.refuse_input(Why::TypeTheWord(STOP_WORD));
            }
        }
        Some(Overlay::Unlock(dialog)) => {
            dialog.passphrase.clear();
            if !dialog.passphrase.paste(words) {
                let limit = dialog.passphrase.limit();
                return cx.refuse_input(Why::FieldFull { limit });
            }
        }
        Some(Overlay::FirstRun(_)) => return answer_first_run(cx, words, yes),
        Some(_) | None => return cx.refuse_input(Why::NotHere),
    }
    let is_no = matches!(
        cx.model.overlay(),
        Some(Overlay::Quit(QuitChoice::Stay) | Overlay::Confirm(ConfirmDialog { yes: false, .. }))
    );
    if is_no {
        cx.say(Note::NotDone);
    }
    dialogs::main(cx);
}

/// Answers the question of the first start that is asked now, and goes on to the next.
fn answer_first_run(cx: &mut Context<'_>, words: &str, yes: Option<bool>) {
    let Some(Overlay::FirstRun(page)) = cx.model.overlays.last_mut() else {
        return;
    };
    if page.stage != FirstRunStage::Choosing {
        return cx.refuse_input(Why::OnItsWay);
    }
    let answered = match page.field {
        FirstRunField::Name => name_in_words(page, words.trim()),
        FirstRunField::Passphrase => passphrase_in_words(page, words),
        FirstRunField::Again => {
            page.again.clear();
            if page.again.paste(words) && page.again == page.passphrase {
                return dialogs::main(cx);
            }
            page.field = FirstRunField::Passphrase;
            Err(Why::PassphrasesDiffer)
        }
        FirstRunField::Lock
        | FirstRunField::Colours
        | FirstRunField::Symbols
        | FirstRunField::Motion
        | FirstRunField::ScreenReader
        | FirstRunField::Play
        | FirstRunField::Cancel => {
            let said = yes.or_else(|| words.trim().is_empty().then_some(false));
            match said {
                Some(true) => {
                    page.lock = true;
                    page.field = FirstRunField::Passphrase;
                    Ok(())
                }
                Some(false) => {
                    page.lock = false;
                    page.field = FirstRunField::Play;
                    return dialogs::main(cx);
                }
                None => Err(Why::AnswerFirst),
            }
        }
    };
    if let Err(why) = answered {
        cx.refuse_input(why);
    }
}

/// Takes a name; none keeps the one that is suggested.
fn name_in_words(page: &mut FirstRunDialog, name: &str) -> Result<(), Why> {
    if name.contains('?') {
        return Err(Why::NoQuestionMark);
    }
    if !name.is_empty() {
        let suggested = page.name.clone();
        page.name.clear();
        if !page.name.paste(name) {
            page.name = suggested;
            let limit = page.name.limit();
            return Err(Why::FieldFull { limit });
        }
    }
    page.field = FirstRunField::Lock;
    Ok(())
}

fn passphrase_in_words(page: &mut FirstRunDialog, words: &str) -> Result<(), Why> {
    page.passphrase.clear();
    page.again.clear();
    if words.trim().is_empty() {
        return Err(Why::PassphraseEmpty);
    }
    if !page.passphrase.paste(words) {
        let limit = page.passphrase.limit();
        return Err(Why::FieldFull { limit });
    }
    page.field = FirstRunField::Again;
    Ok(())
}

/// Nothing more will be typed: the program ends, and bets stand. A first start that was not answered to
/// its end makes no identity.
pub(super) fn input_ended(cx: &mut Context<'_>) {
    if matches!(cx.model.overlay(), Some(Overlay::FirstRun(_))) {
        cx.effect(Effect::App(AppCommand::CancelMining));
    }
    cx.effect(Effect::Quit);
}

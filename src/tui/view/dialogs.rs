//! Dialogs: questions, small boxes, and the pages for a locked key and a failed start.

use ratatui::layout::Rect;

use super::rows;
use crate::craps::BoxNumber;
use crate::gaming::{ClubKind, StartView};
use crate::tui::action::Action;
use crate::tui::field::TextField;
use crate::tui::hits::{Answer, Target};
use crate::tui::model::{ComesDown, Model, Screen};
use crate::tui::overlay::{
    AmountDialog, ConfirmDialog, FailedChoice, FailedDialog, Failure, NumberFor, Question,
    QuitChoice, STOP_WORD, UnlockDialog,
};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::frame::centred;
use crate::tui::widget::{Frame, Line, Paint, wrap};

/// Draws a dialog of so many columns and rows inside its frame, in the middle of the screen.
pub(super) fn boxed<'p>(
    paint: &'p mut Paint<'_>,
    title: &str,
    (columns, lines): (u16, u16),
    footer: Line,
) -> Paint<'p> {
    let whole = paint.whole();
    // The two lowest rows keep what happened last and the keys in sight.
    let above = Rect {
        height: whole.height.saturating_sub(2),
        ..whole
    };
    let area = centred(above, columns + 2, lines + 2);
    Frame::dialog(title).footer(footer).draw(paint, area)
}

/// A text field as it stands in a dialog.
pub(super) fn field(field: &TextField, columns: u16, focused: bool) -> Line {
    let shown = field.shown();
    let room = usize::from(columns.saturating_sub(1));
    let skip = shown.chars().count().saturating_sub(room);
    let tail: String = shown.chars().skip(skip).collect();
    let cursor = if focused { "_" } else { "" };
    if focused && field.is_selected() {
        // A suggestion: marked as what the next key replaces.
        let words = crate::tui::widget::fit(&shown, columns);
        let pad = columns.saturating_sub(crate::tui::widget::width(&words));
        return Line::new()
            .dim("[ ")
            .with(Role::Selection, words)
            .text(" ".repeat(usize::from(pad)))
            .dim(" ]");
    }
    let words = crate::tui::widget::fit(&format!("{tail}{cursor}"), columns);
    let pad = columns.saturating_sub(crate::tui::widget::width(&words));
    let words = format!("{words}{}", " ".repeat(usize::from(pad)));
    let role = if focused { Role::Focus } else { Role::Text };
    Line::new().dim("[ ").with(role, words).dim(" ]")
}

/// A button, with a mark when it has the focus.
pub(super) fn button(words: &str, focused: bool) -> Line {
    let role = if focused { Role::Focus } else { Role::Text };
    let mark = if focused { ">" } else { " " };
    Line::new().with(role, format!("{mark}[ {words} ]"))
}

/// What goes to each screen, in the order of their tabs.
pub(super) const GO_ACTIONS: [Action; 6] = [
    Action::GoLobby,
    Action::GoTable,
    Action::GoBets,
    Action::GoHealth,
    Action::GoHistory,
    Action::GoLog,
];

/// What picks each number, from 4 to 10.
pub(super) const PICK_ACTIONS: [Action; 6] = [
    Action::PickFour,
    Action::PickFive,
    Action::PickSix,
    Action::PickEight,
    Action::PickNine,
    Action::PickTen,
];

/// The screens to go to after `g`.
pub(super) fn go_box(model: &Model, paint: &mut Paint<'_>) {
    let mut inside = boxed(
        paint,
        "Go to",
        (22, 6),
        rows::keys(model, &[(Action::Back, "close")]),
    );
    for ((row, action), screen) in (0_u16..).zip(GO_ACTIONS).zip(Screen::ALL) {
        let live = (action.info().when)(model).is_ok();
        let (key, words) = if live {
            (Role::Key, Role::Text)
        } else {
            (Role::Dim, Role::Dim)
        };
        inside.hit_row(row, Target::Action(action));
        let after = inside.put(2, row, &rows::key(model, action), key);
        inside.put((after + 1).max(5), row, super::header::tab(screen), words);
    }
}

/// Which number, after `B`, `L` or `H`.
pub(super) fn number_box(model: &Model, wanted: NumberFor, paint: &mut Paint<'_>) {
    let (title, family) = match wanted {
        NumberFor::Buy => ("Buy which number", "buy"),
        NumberFor::Lay => ("Lay which number", "lay"),
        NumberFor::HardWay => ("Hard way on which number", "hard"),
    };
    let mut inside = boxed(
        paint,
        title,
        (34, 6),
        rows::keys(model, &[(Action::Back, "close")]),
    );
    let Some(table) = model.table.as_deref() else {
        return;
    };
    let with_bets = BoxNumber::ALL
        .into_iter()
        .zip(PICK_ACTIONS)
        .filter_map(|(number, pick)| Some((number, pick, super::spot::on_number(family, number)?)));
    for (row, (number, pick, bet)) in (0_u16..).zip(with_bets) {
        let Some(quote) = super::spot::quote(table, bet) else {
            continue;
        };
        let live = quote.available.is_ok();
        let (key, words) = if live {
            (Role::Key, Role::Text)
        } else {
            (Role::Dim, Role::Dim)
        };
        inside.hit_row(row, Target::Action(pick));
        let after = inside.put(1, row, &rows::key(model, pick), key);
        inside.put((after + 1).max(4), row, &number.to_string(), words);
        inside.put(9, row, &format!("pays {}", text::pays(&quote)), words);
        let (amount, role) = super::spot::amount(model.slip_rows().get(&bet));
        inside.put(22, row, &amount, role);
    }
}

/// What happens to the bets when the player quits.
pub(super) fn quit(model: &Model, choice: QuitChoice, paint: &mut Paint<'_>) {
    let footer = rows::keys(
        model,
        &[
            (Action::Main, "choose"),
            (Action::Yes, "quit now"),
            (Action::Back, "stay"),
        ],
    );
    let mut inside = boxed(paint, "Quit", (58, 11), footer);
    let row = inside.paragraph(0, stands_meanwhile(model), Role::Text);
    let ComesDown { down, stays } = model.what_comes_down();
    let words = match text::leaving(&down, &stays).as_slice() {
        [] => "You have no bet on this table.".to_owned(),
        parts => format!("Leaving the seat: {}", parts.join(" ")),
    };
    let row = inside.paragraph(row, &words, Role::Text);
    let first = inside.height().saturating_sub(3).max(row);
    for (row, option) in (first..).zip(QuitChoice::ALL) {
        let words = match option {
            QuitChoice::Stay => "Stay",
            QuitChoice::LeaveSeat => "Leave the seat and quit",
            QuitChoice::Now => "Quit now, the bets stand",
        };
        let button = button(words, option == choice);
        inside.line(row, button.target(Target::Answer(Answer::Quit(option))));
    }
}

/// A question before something is done.
pub(super) fn confirm(model: &Model, dialog: &ConfirmDialog, paint: &mut Paint<'_>) {
    let title = match &dialog.question {
        Question::Clear => "Clear",
        Question::Repeat => "Repeat",
        Question::Leave => "Leave the seat",
        Question::RemoveBot(_) => "Send a bot away",
        Question::Approve(_) => "Other keepers",
        Question::RestartService(_) => "Restart a service",
    };
    let words = text::question(&dialog.question, model);
    let footer = rows::keys(
        model,
        &[
            (Action::Yes, dialog.question.verb()),
            (Action::Main, "choose"),
            (Action::Back, "keep"),
        ],
    );
    let mut inside = boxed(paint, title, (56, 5), footer);
    inside.paragraph(0, &words, Role::Text);
    let verb = text::capital(dialog.question.verb());
    let line = button("Keep", !dialog.yes)
        .target(Target::Answer(Answer::Yes(false)))
        .text("  ")
        .then(button(&verb, dialog.yes).target(Target::Answer(Answer::Yes(true))));
    inside.line(4, line);
}

/// What becomes of bets that stand while their player's program is not running.
fn stands_meanwhile(model: &Model) -> &'static str {
    let kept_here = || {
        let keepers = model.club.iter().flat_map(|club| &club.keepers);
        keepers.into_iter().any(|keeper| keeper.you)
    };
    match model.club.as_ref().map(|club| club.kind) {
        None | Some(ClubKind::Solo) => {
            "Your bets stand: the club pauses until you are back, and the hand goes on from here."
        }
        Some(ClubKind::Hosted) if kept_here() => {
            "You keep this club: it pauses for everybody until you are back. All bets stand."
        }
        Some(ClubKind::Hosted | ClubKind::Shared { .. }) => {
            "Your bets stand. The table goes on, and gives up a seat that stays silent: \
             that is as if you left it."
        }
    }
}

/// How many chips go on a bet.
pub(super) fn amount(model: &Model, dialog: &AmountDialog, paint: &mut Paint<'_>) {
    let footer = rows::keys(model, &[(Action::Main, "bet it"), (Action::Back, "close")]);
    let mut inside = boxed(paint, &text::name(dialog.bet), (58, 4), footer);
    let line = Line::new()
        .text("Chips to add  ")
        .then(field(&dialog.amount, 12, true));
    inside.line(0, line);
    let quote = model
        .table
        .as_deref()
        .and_then(|table| super::spot::quote(table, dialog.bet));
    let Some(quote) = quote else { return };
    if let Some(nearest) = dialog.offer {
        let line = Line::new()
            .text(format!("{} bets ", rows::key(model, Action::Main)))
            .with(Role::Stake, text::chips(nearest))
            .text(" instead; typing goes on with yours.");
        inside.line(1, line);
    }
    inside.line(2, text::quoted(dialog.bet, &quote));
    if quote.exact_multiple > 1 {
        let words = format!("multiples of {} lose no fraction", quote.exact_multiple);
        inside.line(3, Line::new().dim(words));
    }
}

/// The word that stops everything.
pub(super) fn emergency_stop(model: &Model, word: &TextField, paint: &mut Paint<'_>) {
    let footer = rows::keys(
        model,
        &[(Action::Main, "stop"), (Action::Back, "keep playing")],
    );
    let mut inside = boxed(paint, "Emergency stop", (56, 6), footer);
    let words = "Everything stops at once: no bet is taken, no roll goes on, every service goes \
                 down. What is on disk stays; bets stand.";
    let row = inside.paragraph(0, words, Role::Text);
    let line = Line::new()
        .text(format!("Type {STOP_WORD} to do it:  "))
        .then(field(word, 8, true));
    inside.line(row + 1, line);
}

/// The passphrase of a locked key.
pub(super) fn unlock(model: &Model, page: &UnlockDialog, paint: &mut Paint<'_>) {
    paint.put(1, 0, "BitCraps", Role::Title);
    let state = model.lifecycle.state;
    paint.put(11, 0, state.name(), super::header::state_role(state));
    let footer = rows::keys(model, &[(Action::Main, "open"), (Action::QuitNow, "quit")]);
    let mut inside = boxed(paint, "Your key is locked", (56, 6), footer);
    inside.line(0, "It is the only key to your chips.");
    let line = Line::new()
        .text("Passphrase  ")
        .then(field(&page.passphrase, 32, !page.trying));
    inside.line(2, line);
    if page.trying {
        inside.line(4, Line::new().dim("Opening it takes about a second."));
    } else if page.wrong {
        let words = "That passphrase does not open the key. Nothing is lost; type it again.";
        inside.paragraph(4, words, Role::Refused);
    } else if let StartView::PassphraseNeeded {
        keyring: Some(words),
        ..
    } = &model.start
    {
        inside.paragraph(4, &format!("{}.", text::capital(words)), Role::Dim);
    }
}

/// Where to ask when what stopped does not say enough.
const DOCTOR: &str = "> `bitcraps doctor` in another shell looks at key, files, disk and terminal, and \
                      changes nothing.";

/// What stopped the application, why, and what can be done.
pub(super) fn failed(model: &Model, page: FailedDialog, paint: &mut Paint<'_>) {
    paint.put(1, 0, "BitCraps", Role::Title);
    let state = model.lifecycle.state;
    paint.put(11, 0, state.name(), super::header::state_role(state));
    let footer = rows::keys(
        model,
        &[
            (Action::Main, "choose"),
            (Action::NextField, "next answer"),
            (Action::Quit, "quit"),
        ],
    );
    let width = paint.width().saturating_sub(6).min(76);
    let rows = paint.height().saturating_sub(6).min(16);
    let (title, what, hints, again, safe) = match page.failure {
        Failure::Start => {
            let (what, hints) = match &model.start {
                StartView::Failed { what, hints } => (what.clone(), hints.clone()),
                StartView::Idle
                | StartView::Mining { .. }
                | StartView::PassphraseNeeded { .. }
                | StartView::NameNeeded
                | StartView::Starting { .. }
                | StartView::Ready => (model.lifecycle.reason.as_str().into(), Vec::new()),
            };
            (
                "The start failed",
                what,
                hints,
                "Try again",
                "Nothing on disk was deleted.",
            )
        }
        Failure::Emergency => (
            "Emergency stop",
            text::capital(match &model.lifecycle.emergency {
                Some(emergency) => emergency.reason.as_str(),
                None => model.lifecycle.reason.as_str(),
            })
            .into(),
            vec!["A reset starts everything again.".into()],
            "Reset and start",
            "Safe on disk: your identity, your chips and every bet that was confirmed.",
        ),
    };
    let mut inside = boxed(paint, title, (width, rows), footer);
    let mut row = inside.paragraph(0, &what, Role::Critical) + 1;
    for hint in &hints {
        row = inside.paragraph(row, &format!("> {hint}"), Role::Text);
    }
    let rows =
        |words: &str| u16::try_from(wrap(words, width.saturating_sub(4)).len()).unwrap_or(u16::MAX);
    // What can be done here matters more than what can be asked elsewhere.
    if row + rows(DOCTOR) + 1 + rows(safe) < inside.height() {
        row = inside.paragraph(row, DOCTOR, Role::Text);
    }
    row = inside.paragraph(row + 1, safe, Role::Dim);
    let last = inside.height().saturating_sub(1).max(row);
    let mut line = Line::new();
    for choice in FailedChoice::ALL {
        let words = match choice {
            FailedChoice::Retry => again,
            FailedChoice::Quit => "Quit",
        };
        let button = button(words, choice == page.choice);
        let button = button.target(Target::Answer(Answer::Failed(choice)));
        line = line.then(button).text("  ");
    }
    inside.line(last, line);
}

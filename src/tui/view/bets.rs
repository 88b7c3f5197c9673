//! The screen of bets: the whole slip with what the next roll does, and limits.

use super::{has_focus, next_roll, rows, slip as slip_pane, slip_rows, spot};
use crate::tui::action::Action;
use crate::tui::model::{Model, Pane};
use crate::tui::slip::{Answer, Ending};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::{Column, Frame, Line, Paint, frame, table, wrap};

/// Draws the slip, below it what each total does, and the last answers.
pub(super) fn slip(model: &Model, paint: &mut Paint<'_>) {
    let whole = paint.whole();
    let name = model
        .table
        .as_ref()
        .map(|table| table.name.to_string())
        .unwrap_or_default();
    let frame = Frame::pane("Slip")
        .note(Line::new().dim(name))
        .footer(footer(model))
        .focused(has_focus(model, Pane::Slip));
    let mut inside = frame.draw(paint, whole);
    let bets = model.slip_rows();
    if bets.is_empty() {
        slip_pane::empty(model, &mut inside);
        answers(model, &mut inside, 3);
        return;
    }
    let height = inside.height();
    let outlook = next_roll::outlook(model);
    let (effects, idle) = next_roll::rows_of(&outlook);
    let count = |many: usize| u16::try_from(many).unwrap_or(u16::MAX);
    let lower = (count(effects.len()) + 4).min(height / 2);
    let room = count(bets.len())
        .min(height.saturating_sub(lower + 1))
        .max(1);
    slip_rows::list(model, &outlook, &mut inside, (1, room));
    let mut row = room + 1;
    inside.line(row, totals(model));
    row += 1;
    if row < height {
        frame::divider(&mut inside, row);
        row = next_roll_table(&mut inside, row + 1, &effects, idle);
    }
    if row + 1 < height && !(model.slip.answers.is_empty() && model.slip.waiting.is_empty()) {
        frame::divider(&mut inside, row);
        answers(model, &mut inside, row + 1);
    }
}

fn footer(model: &Model) -> Line {
    rows::keys(
        model,
        &[
            (Action::Undo, "undo"),
            (Action::Repeat, "repeat"),
            (Action::Clear, "clear"),
        ],
    )
}

fn totals(model: &Model) -> Line {
    let Some(club) = &model.club else {
        return Line::new();
    };
    Line::new()
        .dim("at risk ")
        .with(Role::Stake, text::chips(club.at_risk))
        .dim("   free ")
        .text(text::chips(club.balance))
        .dim("   long-run cost ")
        .text(long_run_cost(model))
}

/// Returns what my bets cost in the long run, in chips with two digits.
pub(super) fn long_run_cost(model: &Model) -> String {
    let Some((table, seat)) = model.seat() else {
        return "-".to_owned();
    };
    let quotes: Vec<_> = model
        .my_bets()
        .iter()
        .map(|(bet, _)| table.table.quote(seat, *bet))
        .collect();
    text::long_run_cost(quotes.iter())
}

fn next_roll_table(
    paint: &mut Paint<'_>,
    start: u16,
    effects: &[next_roll::Row],
    idle: u32,
) -> u16 {
    let words = paint.width().saturating_sub(32);
    let columns = [
        Column::words(11),
        Column::numbers(6),
        Column::numbers(6),
        Column::words(words),
    ];
    let headings = ["next roll", "chance", "net", "what happens"];
    let headings: Vec<_> = headings.iter().map(|word| (Role::Heading, *word)).collect();
    table::row(paint, (1, start), &columns, &headings);
    let mut row = start + 1;
    for effect in effects {
        let net = text::signed(effect.net);
        let chance = format!("{}/36", effect.ways);
        table::row(
            paint,
            (1, row),
            &columns,
            &[
                (Role::Text, &effect.totals),
                (Role::Dim, &chance),
                (slip_rows::tone(&net), &net),
                (Role::Dim, &next_roll::in_words_within(effect, words)),
            ],
        );
        row += 1;
    }
    if idle > 0 {
        let chance = format!("{idle}/36");
        let cells = [
            (Role::Dim, "other"),
            (Role::Dim, &*chance),
            (Role::Dim, "0"),
            (Role::Dim, "decides nothing"),
        ];
        table::row(paint, (1, row), &columns, &cells);
        row += 1;
    }
    row
}

fn answers(model: &Model, paint: &mut Paint<'_>, start: u16) {
    let mut row = start;
    for waiting in &model.slip.waiting {
        let what = format!(
            "{} {} waits: ",
            text::name(waiting.bet),
            text::chips(waiting.amount)
        );
        let words = format!("{what}{}", text::refused_bet(waiting, model));
        for line in wrap(&words, paint.width().saturating_sub(2)) {
            paint.line(row, Line::new().with(Role::Refused, line));
            row += 1;
        }
    }
    for Answer { id, intent, ending } in &model.slip.answers {
        let line = Line::new().dim(format!("#{} {} ", id.0, text::intent(intent, model)));
        let line = match ending {
            Ending::Confirmed(height) => {
                line.with(Role::Confirmed, format!("confirmed at height {height}"))
            }
            Ending::Refused(_) => line.with(Role::Refused, "refused"),
            Ending::Lost => line.with(Role::Refused, "no answer: look at your bets"),
        };
        paint.line(row, line);
        row += 1;
    }
}

/// Draws the table's limits and those of the bet in focus.
pub(super) fn limits(model: &Model, paint: &mut Paint<'_>) {
    let whole = paint.whole();
    let mut inside = Frame::pane("Limits").draw(paint, whole);
    let Some(table) = model.table.as_deref() else {
        inside.line(0, "No table is open.");
        return;
    };
    let rules = table.table.rules();
    inside.line(
        0,
        Line::new().dim("table ").text(format!(
            "{} to {}",
            text::chips(rules.min_bet),
            text::chips(rules.max_bet)
        )),
    );
    inside.line(
        1,
        Line::new()
            .dim("odds ")
            .text(rules.odds.name())
            .dim("  side to ")
            .text(text::chips(rules.side_bet_max)),
    );
    inside.line(
        2,
        Line::new()
            .dim("treasury covers ")
            .text(text::chips(table.treasury_free)),
    );
    let off = super::lobby::off_the_book(rules);
    let mut row = 3;
    if let Some((bet, quote)) = model
        .bet_in_focus()
        .and_then(|bet| Some((bet, spot::quote(table, bet)?)))
    {
        inside.line(row, Line::new().with(Role::Heading, text::name(bet)));
        let add = if quote.available.is_ok() { "add " } else { "" };
        let now = Line::new().dim(add).text(text::may_add(bet, &quote));
        inside.line(row + 1, now);
        row += 2;
    }
    if !off.is_empty() {
        inside.line(row, super::lobby::count_off(off.len()));
        row += 1;
    }
    for words in off {
        row = inside.paragraph(row, &format!("- {words}"), Role::Text);
    }
}

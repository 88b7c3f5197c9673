//! Health: the lifecycle with its history, and every service with cause and way out.

use super::{has_focus, header, rows};
use crate::coordination::{HealthStatus, ServiceHealth, ServiceState};
use crate::tui::action::Action;
use crate::tui::hits::{Row, Target};
use crate::tui::model::{Model, Pane, Screen};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::{Column, Frame, Line, Paint, fit_parts, table, width, wrap};

/// Returns how a status is drawn.
pub(super) const fn role(status: HealthStatus) -> Role {
    match status {
        HealthStatus::Healthy => Role::Healthy,
        HealthStatus::Degraded => Role::Degraded,
        HealthStatus::Critical => Role::Critical,
        HealthStatus::Unavailable => Role::Unavailable,
    }
}

/// Draws every service.
pub(super) fn services(model: &Model, paint: &mut Paint<'_>) {
    let lifecycle = model.shown_lifecycle();
    let mut note = Line::new()
        .dim("lifecycle: ")
        .with(header::state_role(lifecycle.state), lifecycle.state.name());
    note = match &model.frozen {
        Some(_) => frozen_since(model).then(note),
        None => note.dim(format!(" since {} UTC", text::clock(lifecycle.since))),
    };
    let whole = paint.whole();
    let focused = has_focus(model, Pane::Services);
    // Beside another screen its keys mean something else.
    let keys = [
        (Action::RestartService, "restart"),
        (
            Action::Freeze,
            if model.frozen.is_some() {
                "let it move"
            } else {
                "freeze"
            },
        ),
        (Action::EmergencyStop, "emergency stop"),
    ];
    let footer = if model.screen == Screen::Health {
        rows::keys(model, &keys)
    } else {
        Line::new()
    };
    let frame = Frame::pane("Services")
        .note(note)
        .footer(footer)
        .focused(focused);
    let mut inside = frame.draw(paint, whole);
    let services = model.services();
    if services.is_empty() {
        inside.line(1, Line::new().dim("No service reports yet."));
        return;
    }
    let shape = Shape::of(model, inside.width());
    table::row(&mut inside, (2, 0), &shape.columns, &shape.headings());
    let chosen = chosen(model, &services);
    let all = blocks(&shape, &services, None, true, inside.width());
    let rows = if height(&all) < usize::from(inside.height()) {
        all
    } else {
        blocks(&shape, &services, Some(chosen), focused, inside.width())
    };
    draw_blocks(&mut inside, &shape, &rows, chosen, focused);
}

/// Returns since when the picture stands still, nothing while it moves.
fn frozen_since(model: &Model) -> Line {
    let Some(frozen) = &model.frozen else {
        return Line::new();
    };
    let words = format!("frozen since {} UTC", text::clock(frozen.at));
    Line::new().with(Role::Warning, words).dim("  ")
}

/// Returns the rows of the pane in so many columns with every word of it, frame and all.
pub(super) fn services_rows(model: &Model, columns: u16) -> u16 {
    let services = model.services();
    let columns = columns.saturating_sub(2);
    let shape = Shape::of(model, columns);
    let blocks = blocks(&shape, &services, None, true, columns);
    let rows = u16::try_from(height(&blocks)).unwrap_or(u16::MAX);
    rows.saturating_add(4)
}

/// What stands below each service: of all, or of the chosen one, the detail that its cell has no room
/// for, if `in_full`.
fn blocks<'r>(
    shape: &Shape,
    services: &[&'r ServiceHealth],
    chosen: Option<usize>,
    in_full: bool,
    columns: u16,
) -> Vec<Block<'r>> {
    let services = services.iter().enumerate();
    services
        .map(|(index, service)| {
            let in_full = in_full && chosen.is_none_or(|chosen| chosen == index);
            Block::of(service, shape, (chosen == Some(index), in_full), columns)
        })
        .collect()
}

fn height(blocks: &[Block<'_>]) -> usize {
    blocks.iter().map(Block::height).sum()
}

/// The columns of the services.
struct Shape {
    columns: Vec<Column>,
    since: bool,
    restarts: bool,
}

impl Shape {
    /// What fits; a narrow pane has no column for restarts, which the detail names then. Since when is
    /// told on the screen of health alone if the detail needs the room.
    fn of(model: &Model, width: u16) -> Self {
        let restarts = width >= 70;
        let since = restarts || model.screen == Screen::Health;
        let mut columns = vec![Column::words(12), Column::words(11)];
        if since {
            columns.push(Column::words(9));
        }
        if restarts {
            columns.push(Column::numbers(8));
        }
        let taken: u16 = columns.iter().map(|column| column.width + 2).sum();
        columns.push(Column::words(width.saturating_sub(taken + 3)));
        Self {
            columns,
            since,
            restarts,
        }
    }

    fn headings(&self) -> Vec<(Role, &'static str)> {
        let all = [
            (true, "service"),
            (true, "health"),
            (self.since, "since UTC"),
            (self.restarts, "restarts"),
            (true, "detail"),
        ];
        let shown = all.into_iter().filter(|(shown, _)| *shown);
        shown.map(|(_, word)| (Role::Heading, word)).collect()
    }

    /// Columns of the detail.
    fn detail(&self) -> u16 {
        self.columns.last().map_or(0, |column| column.width)
    }

    /// What a service says of itself.
    fn words(&self, service: &ServiceHealth) -> String {
        let detail = detail(service);
        if self.restarts || service.restarts == 0 {
            return detail;
        }
        let times = text::counted(u64::from(service.restarts), "restart", "restarts");
        format!("{times}, {detail}")
    }
}

fn chosen(model: &Model, services: &[&ServiceHealth]) -> usize {
    let wanted = model.rows.service.as_deref();
    services
        .iter()
        .position(|service| Some(service.name.as_str()) == wanted)
        .unwrap_or(0)
}

/// One service and the lines below it.
struct Block<'r> {
    service: &'r ServiceHealth,
    below: Vec<(Role, String)>,
}

impl<'r> Block<'r> {
    fn of(
        service: &'r ServiceHealth,
        shape: &Shape,
        (chosen, in_full): (bool, bool),
        width: u16,
    ) -> Self {
        let room = width.saturating_sub(6);
        let mut below = Vec::new();
        let words = shape.words(service);
        let rest = words.get(fit_parts(&words, shape.detail()).len()..);
        let rest = rest.unwrap_or_default().trim_start_matches(", ");
        if in_full && !rest.is_empty() {
            let lines = wrap(rest, room).into_iter();
            below.extend(lines.map(|line| (Role::Dim, line)));
        }
        let troubled = service.status != HealthStatus::Healthy;
        let cause = service.last_error.as_deref().or(match &service.state {
            ServiceState::Degraded { reason: words } | ServiceState::Failed { error: words } => {
                Some(words)
            }
            ServiceState::NotStarted
            | ServiceState::Starting
            | ServiceState::Running
            | ServiceState::Stopped => None,
        });
        if let Some(cause) = cause.filter(|_| troubled || chosen) {
            let label = if troubled { "cause" } else { "last error" };
            let lines = wrap(&format!("{label}: {cause}"), room);
            below.extend(lines.into_iter().map(|line| (Role::Dim, line)));
        }
        if let Some(remedy) = &service.remedy {
            let words = format!("what to do: {remedy}");
            below.extend(
                wrap(&words, room)
                    .into_iter()
                    .map(|line| (Role::Text, line)),
            );
        }
        Self { service, below }
    }

    fn height(&self) -> usize {
        1 + self.below.len()
    }
}

fn draw_blocks(
    paint: &mut Paint<'_>,
    shape: &Shape,
    blocks: &[Block<'_>],
    chosen: usize,
    focused: bool,
) {
    let room = usize::from(paint.height().saturating_sub(1));
    let mut first = 0;
    let end = |first: usize| {
        blocks
            .iter()
            .skip(first)
            .take(chosen + 1 - first)
            .map(Block::height)
            .sum::<usize>()
    };
    while first < chosen && end(first) > room {
        first += 1;
    }
    let mut row = 1;
    for (index, block) in blocks.iter().enumerate().skip(first) {
        let selected = focused && index == chosen;
        service_row(paint, row, shape, block.service, selected);
        row += 1;
        for (role, line) in &block.below {
            paint.put(4, row, line, *role);
            row += 1;
        }
    }
}

fn service_row(
    paint: &mut Paint<'_>,
    row: u16,
    shape: &Shape,
    service: &ServiceHealth,
    selected: bool,
) {
    paint.hit_row(row, Target::Row(Row::Service(service.name.clone())));
    if selected {
        paint.select(row, 1, Role::Selection);
    }
    let plain = |wanted: Role| if selected { Role::Selection } else { wanted };
    let (since, restarts) = (text::clock(service.since), service.restarts.to_string());
    let words = shape.words(service);
    let cells = [
        (true, plain(Role::Text), service.name.as_str()),
        (true, plain(role(service.status)), service.status.name()),
        (shape.since, plain(Role::Dim), since.as_str()),
        (shape.restarts, plain(Role::Dim), restarts.as_str()),
        // The rest of it stands below the row, where there is room or the row is chosen.
        (true, plain(Role::Dim), fit_parts(&words, shape.detail())),
    ];
    let shown = cells.into_iter().filter(|(shown, ..)| *shown);
    let shown: Vec<_> = shown.map(|(_, role, words)| (role, words)).collect();
    table::row(paint, (2, row), &shape.columns, &shown);
}

fn detail(service: &ServiceHealth) -> String {
    match &service.state {
        ServiceState::Running if !service.detail.is_empty() => service.detail.to_string(),
        state @ (ServiceState::NotStarted
        | ServiceState::Starting
        | ServiceState::Running
        | ServiceState::Stopped) => state.to_string(),
        ServiceState::Degraded { .. } => "degraded".to_owned(),
        ServiceState::Failed { .. } => "failed".to_owned(),
    }
}

/// Draws the transitions of the lifecycle, newest first.
pub(super) fn lifecycle(model: &Model, paint: &mut Paint<'_>) {
    let lifecycle = model.shown_lifecycle();
    let whole = paint.whole();
    let note = Line::new().dim(text::counted(
        lifecycle.sequence,
        "transition",
        "transitions",
    ));
    let changes: Vec<_> = lifecycle.history.newest_first().collect();
    let wanted = model.rows.transition;
    let chosen = changes.iter().position(|one| Some(one.sequence) == wanted);
    let chosen = chosen.unwrap_or(0);
    let room = usize::from(whole.height.saturating_sub(2));
    let first = super::first_row(chosen, changes.len(), room);
    let above = u64::try_from(first).unwrap_or(0);
    let below = changes.len().saturating_sub(first + room);
    let below = u64::try_from(below).unwrap_or(0);
    let footer = match (above, below) {
        (0, 0) => String::new(),
        (0, below) => format!("{} older", text::grouped(below)),
        (above, 0) => format!("{} newer", text::grouped(above)),
        (above, below) => {
            let (above, below) = (text::grouped(above), text::grouped(below));
            format!("{above} newer, {below} older")
        }
    };
    let focused = has_focus(model, Pane::Lifecycle);
    let frame = Frame::pane("Lifecycle")
        .note(frozen_since(model).then(note))
        .footer(Line::new().dim(footer))
        .focused(focused);
    let mut inside = frame.draw(paint, whole);
    if lifecycle.sequence == 0 {
        inside.line(0, Line::new().dim(lifecycle.reason.to_string()));
        return;
    }
    let words = inside.width().saturating_sub(36);
    let columns = [
        Column::numbers(4),
        Column::words(8),
        Column::words(16),
        Column::words(words),
    ];
    let shown = changes.iter().enumerate().skip(first).take(room);
    for (row, (index, change)) in (0_u16..).zip(shown) {
        let (number, time) = (change.sequence.to_string(), text::clock(change.at));
        let selected = focused && index == chosen;
        inside.hit_row(row, Target::Row(Row::Transition(change.sequence)));
        if selected {
            inside.select(row, 0, Role::Selection);
        }
        let role = |wanted: Role| if selected { Role::Selection } else { wanted };
        table::row(
            &mut inside,
            (1, row),
            &columns,
            &[
                (role(Role::Dim), &number),
                (role(Role::Dim), &time),
                (role(header::state_role(change.to)), change.to.name()),
                (role(Role::Text), change.reason.as_str()),
            ],
        );
    }
}

/// Returns the rows of that pane with every transition, frame and all.
pub(super) fn lifecycle_rows(model: &Model) -> u16 {
    let changes = model.shown_lifecycle().history.newest_first().count();
    u16::try_from(changes).unwrap_or(u16::MAX).saturating_add(2)
}

/// Columns from which on details stand below each other; narrower ones are worth more than that.
const ALIGNED: u16 = 30;

/// Draws health in a few rows: the whole, and what is in trouble.
pub(super) fn summary(model: &Model, paint: &mut Paint<'_>) {
    let whole = paint.whole();
    let footer = format!(
        "{} {}",
        rows::key(model, Action::Go),
        rows::key(model, Action::GoHealth)
    );
    let footer = Line::new().with(Role::Key, footer).dim(" opens it");
    let mut inside = Frame::pane("Health").footer(footer).draw(paint, whole);
    let lines = summary_lines(model, inside.width());
    for (row, line) in (0_u16..).zip(lines) {
        inside.line(row, line);
    }
}

/// Returns the rows of that pane in so many columns, frame and all.
pub(super) fn summary_rows(model: &Model, columns: u16) -> u16 {
    let lines = summary_lines(model, columns.saturating_sub(2)).len();
    u16::try_from(lines).unwrap_or(u16::MAX).saturating_add(2)
}

fn summary_lines(model: &Model, columns: u16) -> Vec<Line> {
    let state = model.lifecycle.state;
    let mut lines = vec![
        Line::new()
            .with(header::state_role(state), state.name())
            .dim(format!(
                " since {} UTC",
                text::minutes(model.lifecycle.since)
            )),
    ];
    let services = model.live_services();
    if services.is_empty() {
        lines.push(Line::new().dim("no service reports yet"));
        return lines;
    }
    let (trouble, well): (Vec<&ServiceHealth>, Vec<&ServiceHealth>) = services
        .into_iter()
        .partition(|service| service.status != HealthStatus::Healthy);
    for service in trouble {
        let line = Line::new().text(format!("{} ", service.name));
        lines.push(line.with(role(service.status), service.status.name()));
        if let Some(remedy) = &service.remedy {
            let words = wrap(&format!("> {remedy}"), columns.saturating_sub(2));
            lines.extend(words.into_iter().map(|words| Line::new().dim(words)));
        }
    }
    let count = u64::try_from(well.len()).unwrap_or(0);
    let count = text::counted(count, "service", "services");
    lines.push(Line::new().with(Role::Healthy, format!("{count} Healthy")));
    lines.extend(well.into_iter().map(|service| {
        let head = if columns < ALIGNED {
            format!(" {}  ", service.name)
        } else {
            format!(" {:<12}  ", service.name)
        };
        let room = columns.saturating_sub(width(&head) + 2);
        let detail = detail(service);
        // What stands in Health in full is cut between its parts here, never inside one.
        let parts = match fit_parts(&detail, room) {
            "" => service.status.name(),
            parts => parts,
        };
        Line::new().text(head).dim(parts)
    }));
    lines
}

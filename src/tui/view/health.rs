//! Health: the lifecycle with its history, and every service with cause and way out.

use super::{has_focus, header, rows};
use crate::coordination::{HealthStatus, ServiceHealth, ServiceState};
use crate::tui::action::Action;
use crate::tui::model::{Model, Pane};
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
        .with(header::state_role(lifecycle.state), lifecycle.state.name())
        .dim(format!(" since {} UTC", text::clock(lifecycle.since)));
    if let Some(frozen) = &model.frozen {
        note = Line::new()
            .with(
                Role::Warning,
                format!("frozen at {} UTC", text::clock(frozen.at)),
            )
            .dim("  ")
            .then(note);
    }
    let whole = paint.whole();
    let focused = has_focus(model, Pane::Services);
    let footer = Line::new()
        .with(Role::Key, rows::key(Action::RestartService))
        .dim(" restart  ")
        .with(Role::Key, rows::key(Action::Freeze))
        .dim(" freeze  ")
        .with(Role::Key, rows::key(Action::EmergencyStop))
        .dim(" emergency stop");
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
    let columns = columns(inside.width());
    let headings: &[&str] = match columns.len() {
        5 => &["service", "health", "since UTC", "restarts", "detail"],
        _ => &["service", "health", "since UTC", "detail"],
    };
    let headings: Vec<_> = headings.iter().map(|word| (Role::Heading, *word)).collect();
    table::row(&mut inside, (2, 0), &columns, &headings);
    let chosen = chosen(model, &services);
    let rows: Vec<Block> = services
        .iter()
        .enumerate()
        .map(|(index, service)| {
            let chosen = index == chosen;
            Block::of(service, chosen, chosen && focused, inside.width())
        })
        .collect();
    draw_blocks(&mut inside, &columns, &rows, chosen, focused);
}

/// The columns that fit; a narrow pane has none for restarts, which the detail names then.
fn columns(width: u16) -> Vec<Column> {
    if width < 70 {
        let detail = width.saturating_sub(42);
        return vec![
            Column::words(12),
            Column::words(11),
            Column::words(9),
            Column::words(detail),
        ];
    }
    vec![
        Column::words(12),
        Column::words(11),
        Column::words(9),
        Column::numbers(8),
        Column::words(width.saturating_sub(50)),
    ]
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
    fn of(service: &'r ServiceHealth, chosen: bool, in_full: bool, width: u16) -> Self {
        let room = width.saturating_sub(6);
        let mut below = Vec::new();
        let (words, cell) = (
            detail(service),
            columns(width).last().map_or(0, |one| one.width),
        );
        if in_full && wrap(&words, cell).len() > 1 {
            let lines = wrap(&words, room).into_iter();
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
    columns: &[Column],
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
        service_row(paint, row, columns, block.service, selected);
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
    columns: &[Column],
    service: &ServiceHealth,
    selected: bool,
) {
    if selected {
        paint.select(row, 1, Role::Selection);
    }
    let plain = |wanted: Role| if selected { Role::Selection } else { wanted };
    let (since, restarts) = (text::clock(service.since), service.restarts.to_string());
    let mut detail = detail(service);
    let mut cells = vec![
        (plain(Role::Text), service.name.as_str()),
        (plain(role(service.status)), service.status.name()),
        (plain(Role::Dim), since.as_str()),
    ];
    if columns.len() > 4 {
        cells.push((plain(Role::Dim), restarts.as_str()));
    } else if service.restarts > 0 {
        let times = text::counted(u64::from(service.restarts), "restart", "restarts");
        detail = format!("{times}, {detail}");
    }
    cells.push((plain(Role::Dim), detail.as_str()));
    table::row(paint, (2, row), columns, &cells);
}

fn detail(service: &ServiceHealth) -> String {
    match &service.state {
        ServiceState::Running if !service.detail.is_empty() => service.detail.clone(),
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
        .note(note)
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

/// Draws health in a few rows: the whole, and what is in trouble.
pub(super) fn summary(model: &Model, paint: &mut Paint<'_>) {
    let whole = paint.whole();
    let footer = format!("{} {}", rows::key(Action::Go), rows::key(Action::GoHealth));
    let footer = Line::new().with(Role::Key, footer).dim(" opens it");
    let mut inside = Frame::pane("Health").footer(footer).draw(paint, whole);
    let state = model.lifecycle.state;
    inside.line(
        0,
        Line::new()
            .with(header::state_role(state), state.name())
            .dim(format!(" {}", text::minutes(model.lifecycle.since))),
    );
    let services = model.services();
    let trouble: Vec<_> = services
        .iter()
        .filter(|service| service.status != HealthStatus::Healthy)
        .collect();
    if services.is_empty() {
        inside.line(1, Line::new().dim("no service reports yet"));
        return;
    }
    let mut row = 1;
    for service in &trouble {
        let line = Line::new()
            .text(format!("{} ", service.name))
            .with(role(service.status), service.status.name());
        inside.line(row, line);
        row += 1;
        if let Some(remedy) = &service.remedy {
            row = inside.paragraph(row, &format!("> {remedy}"), Role::Dim);
        }
    }
    let healthy = services.len() - trouble.len();
    let count = text::counted(u64::try_from(healthy).unwrap_or(0), "service", "services");
    inside.line(
        row,
        Line::new().with(Role::Healthy, format!("{count} Healthy")),
    );
    for (row, service) in (row + 1..).zip(services.iter().skip(trouble.len())) {
        let head = format!(" {}  ", service.name);
        let room = inside.width().saturating_sub(width(&head) + 2);
        let detail = detail(service);
        // What stands in Health in full is cut between its parts here, never inside one.
        let parts = match fit_parts(&detail, room) {
            "" => service.status.name(),
            parts => parts,
        };
        inside.line(row, Line::new().dim(format!("{head}{parts}")));
    }
}

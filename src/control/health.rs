//! The rows of health: one, or one for each change.

use std::sync::Arc;

use futures::stream::{self, StreamExt};
use tokio::sync::watch;

use super::rows::{HealthRow, LifecycleRow, Row};
use super::server::Rows;
use crate::app::AppLinks;
use crate::consensus::ClubHealth;

/// What a row of health is made from.
pub(super) struct HealthLinks {
    pub(super) node: String,
    pub(super) app: AppLinks,
    pub(super) chain: watch::Receiver<Option<Arc<ClubHealth>>>,
}

impl HealthLinks {
    pub(super) fn row(&self) -> Row {
        let club = self.chain.borrow().as_deref().cloned().map(Box::new);
        Row::Health(HealthRow {
            node: self.node.clone(),
            lifecycle: LifecycleRow::from(&**self.app.lifecycle.borrow()),
            club,
            report: (**self.app.health.borrow()).clone(),
        })
    }

    /// One row now, and one whenever lifecycle or health change. The club moves with every block:
    /// each row has it as it is then, but it makes none.
    pub(super) fn changes(mut self) -> Rows {
        self.app.lifecycle.mark_changed();
        stream::unfold(self, |mut links| async {
            let changed = tokio::select! {
                changed = links.app.lifecycle.changed() => changed,
                changed = links.app.health.changed() => changed,
            };
            changed.ok()?;
            links.app.lifecycle.mark_unchanged();
            links.app.health.mark_unchanged();
            // What changes from here on is told by the next row.
            Some((Ok(links.row()), links))
        })
        .boxed()
    }
}

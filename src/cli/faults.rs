//! Faults that tests ask for, through the real program. A release has none.

use clap::Args;

use crate::tui::term::View;
use crate::tui::view::view;

/// What shall break in this run.
#[derive(Args, Clone, Copy, Debug, Default)]
#[cfg_attr(
    debug_assertions,
    expect(
        clippy::struct_excessive_bools,
        reason = "each is an option that is there or not"
    )
)]
pub struct Faults {
    /// Panic instead of doing what a command says
    #[cfg(debug_assertions)]
    #[arg(long, hide = true)]
    break_command: bool,
    /// Panic on the screen's thread when help is opened
    #[cfg(debug_assertions)]
    #[arg(long, hide = true)]
    break_help: bool,
    /// Run a service beside the others whose task panics
    #[cfg(debug_assertions)]
    #[arg(long, hide = true)]
    break_service: bool,
    /// Run a service beside the others that does not stop by itself
    #[cfg(debug_assertions)]
    #[arg(long, hide = true)]
    hang_stop: bool,
}

#[cfg(debug_assertions)]
mod debug {
    use std::sync::Arc;

    use futures::future::BoxFuture;
    use ratatui::buffer::Buffer;
    use ratatui::layout::Rect;

    use super::{Faults, View, view};
    use crate::app::{RunningService, Service, ServiceContext};
    use crate::coordination::{Importance, Probe};
    use crate::error::Error;
    use crate::tui::caps::Caps;
    use crate::tui::hits::HitMap;
    use crate::tui::model::Model;
    use crate::tui::overlay::Overlay;

    impl Faults {
        /// Whether the command shall panic.
        #[must_use]
        pub const fn command_breaks(self) -> bool {
            self.break_command
        }

        /// Returns what draws the screen.
        #[must_use]
        pub fn view(self) -> View {
            if self.break_help {
                breaks_at_help
            } else {
                view
            }
        }

        /// Returns the service that breaks, if one shall.
        #[must_use]
        pub fn services(self) -> Vec<Arc<dyn Service>> {
            if self.break_service || self.hang_stop {
                vec![Arc::new(self)]
            } else {
                Vec::new()
            }
        }
    }

    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "a view takes its arguments so"
    )]
    fn breaks_at_help(model: &Model, caps: &Caps, area: Rect, buf: &mut Buffer) -> HitMap {
        let at_help = matches!(model.overlay(), Some(Overlay::Help(_)));
        assert!(!at_help, "the view was asked to break");
        view(model, caps, area, buf)
    }

    impl Service for Faults {
        fn name(&self) -> &'static str {
            "fault"
        }

        fn importance(&self) -> Importance {
            Importance::Optional
        }

        fn depends_on(&self) -> &'static [&'static str] {
            &[]
        }

        fn start(
            &self,
            context: ServiceContext,
        ) -> BoxFuture<'_, Result<Box<dyn RunningService>, Error>> {
            let (breaks, cancelled) = (self.break_service, context.cancelled());
            context.spawn_loop(async move {
                assert!(!breaks, "the service was asked to break");
                cancelled.cancelled().await;
                Ok(())
            });
            let running: Box<dyn RunningService> = Box::new(*self);
            Box::pin(async move { Ok(running) })
        }
    }

    impl RunningService for Faults {
        fn probe(&self) -> BoxFuture<'_, Probe> {
            Box::pin(async { Probe::healthy("not broken yet") })
        }

        fn stop(&self) -> BoxFuture<'_, ()> {
            let hangs = self.hang_stop;
            Box::pin(async move {
                if hangs {
                    std::future::pending::<()>().await;
                }
            })
        }
    }
}

#[cfg(not(debug_assertions))]
impl Faults {
    /// Whether the command shall panic.
    #[must_use]
    pub const fn command_breaks(self) -> bool {
        false
    }

    /// Returns what draws the screen.
    #[must_use]
    pub const fn view(self) -> View {
        view
    }

    /// Returns the service that breaks, if one shall.
    #[must_use]
    pub const fn services(self) -> Vec<std::sync::Arc<dyn crate::app::Service>> {
        Vec::new()
    }
}

//! When the whole counts as degraded, without flapping.

use super::{
    HealthStatus,
    limits::{REPORTS_DOWN, REPORTS_UP},
};
use crate::state::lifecycle::ApplicationState;

/// Turns reports into Running and Degraded without flapping: [`REPORTS_DOWN`] bad ones in a row
/// lead down, [`REPORTS_UP`] good ones up.
#[derive(Clone, Copy, Debug, Default)]
pub struct Trend {
    contrary: u32,
}

impl Trend {
    /// Takes the next report into account; returns the state to go to from `now`, if any.
    ///
    /// In any other state than Running and Degraded the reports mean nothing.
    pub fn observe(
        &mut self,
        now: ApplicationState,
        overall: HealthStatus,
    ) -> Option<ApplicationState> {
        let good = overall == HealthStatus::Healthy;
        let (contrary, needed, target) = if now == ApplicationState::Running {
            (!good, REPORTS_DOWN, ApplicationState::Degraded)
        } else {
            (
                good && now == ApplicationState::Degraded,
                REPORTS_UP,
                ApplicationState::Running,
            )
        };
        self.contrary = if contrary { self.contrary + 1 } else { 0 };
        if self.contrary < needed {
            return None;
        }
        self.contrary = 0;
        Some(target)
    }
}

#[cfg(test)]
mod tests {
    use super::{ApplicationState as State, HealthStatus::*, *};

    #[test]
    fn two_bad_reports_lead_down_and_three_good_ones_up() {
        let mut trend = Trend::default();
        let mut state = State::Running;
        let reports = [
            (Degraded, State::Running),
            (Healthy, State::Running),
            (Critical, State::Running),
            (Unavailable, State::Degraded),
            (Healthy, State::Degraded),
            (Healthy, State::Degraded),
            (Degraded, State::Degraded),
            (Healthy, State::Degraded),
            (Healthy, State::Degraded),
            (Healthy, State::Running),
            (Degraded, State::Running),
            (Degraded, State::Degraded),
        ];
        for (place, (overall, expected)) in reports.into_iter().enumerate() {
            state = trend.observe(state, overall).unwrap_or(state);
            assert_eq!(state, expected, "after report {place}");
        }
    }

    #[test]
    fn reports_mean_nothing_outside_running_and_degraded() {
        for state in State::ALL {
            let mut trend = Trend::default();
            let reports = [Critical; 9].into_iter().chain([Healthy; 9]);
            let moved = reports.filter_map(|overall| trend.observe(state, overall));
            let counts = matches!(state, State::Running | State::Degraded);
            assert_eq!(moved.count() > 0, counts, "from {state}");
        }
    }
}

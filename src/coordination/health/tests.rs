use super::{HealthStatus::*, *};

/// What one service makes of the whole, written by hand: optional to Degraded at most, a
/// mandatory one to its own status with Unavailable as Critical, a foundation to its own status.
const WHOLE: [(Importance, [HealthStatus; 4]); 3] = [
    (
        Importance::Optional,
        [Healthy, Degraded, Degraded, Degraded],
    ),
    (
        Importance::Mandatory,
        [Healthy, Degraded, Critical, Critical],
    ),
    (
        Importance::Foundation,
        [Healthy, Degraded, Critical, Unavailable],
    ),
];

#[test]
fn the_whole_is_as_the_truth_table_says_for_every_pair_of_services() {
    assert!(Healthy < Degraded && Degraded < Critical && Critical < Unavailable);
    assert_eq!(overall([]), Healthy);
    for (one, ones) in WHOLE {
        for (other, others) in WHOLE {
            for (status, makes) in HealthStatus::ALL.into_iter().zip(ones) {
                for (second, makes_too) in HealthStatus::ALL.into_iter().zip(others) {
                    let whole = overall([(one, status), (other, second)]);
                    let expected = if makes > makes_too { makes } else { makes_too };
                    assert_eq!(whole, expected, "{one:?} {status}, {other:?} {second}");
                }
            }
        }
    }
}

fn row(name: &str) -> ServiceHealth {
    ServiceHealth {
        name: name.to_owned(),
        importance: Importance::Mandatory,
        state: ServiceState::Running,
        status: Healthy,
        since: UnixMillis(1),
        latency_micros: Some(30),
        last_error: None,
        restarts: 0,
        detail: "height 7".into(),
        remedy: None,
        needs: Vec::new(),
    }
}

#[test]
fn a_report_is_news_for_anything_but_its_age_and_the_latencies() {
    let shown = ServiceHealthReport::new(UnixMillis(1), vec![row("ledger")]);
    let report = |change: fn(&mut ServiceHealth)| {
        let mut changed = row("ledger");
        change(&mut changed);
        ServiceHealthReport::new(UnixMillis(2), vec![changed])
    };
    assert!(!report(|_| ()).is_news_after(&shown));
    assert!(!report(|row| row.latency_micros = None).is_news_after(&shown));
    assert!(report(|row| row.detail = "height 8".into()).is_news_after(&shown));
    assert!(report(|row| row.restarts = 1).is_news_after(&shown));
    assert!(report(|row| row.state = ServiceState::Stopped).is_news_after(&shown));
}

#[test]
fn the_summary_is_read_off_the_report_and_a_missing_service_is_not_healthy() {
    let mut ledger = row("ledger");
    ledger.status = Critical;
    let report = ServiceHealthReport::new(UnixMillis(1), vec![ledger]);
    let expected = HealthSummary {
        game_manager: Unavailable,
        ledger: Critical,
        overall: Critical,
    };
    assert_eq!(report.summary(), expected);
}

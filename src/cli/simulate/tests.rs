//! Figures and pictures of known results.

use proptest::prelude::*;

use super::draw;
use super::report::{BARS_MAX, Band, Bar, Report, histogram};
use crate::ledger::Chips;
use crate::simulate::{Distribution, Plan, Simulation};
use crate::strategy::Strategy;

fn report(hands: u64, session: Option<u64>) -> (Plan, Report) {
    played(Plan {
        strategy: Strategy::Field,
        hands,
        bankroll: Chips::new(40),
        unit: Chips::new(10),
        seed: 3,
        session,
        rules: Plan::rules(),
    })
}

fn played(plan: Plan) -> (Plan, Report) {
    let mut simulation = Simulation::new(plan.clone()).unwrap();
    for chunk in 0..plan.chunks() {
        simulation.play_chunk(chunk);
    }
    let report = Report::of(&plan, simulation.tally(), false);
    (plan, report)
}

#[test]
fn the_picture_has_a_bar_a_range_and_a_band_a_step() {
    let bars = [(-20, -11, 3), (-10, -1, 10), (0, 9, 16), (10, 40, 1)]
        .map(|(from, to, count)| Bar { from, to, count });
    assert_eq!(
        draw::histogram(&bars, 30, &draw::ASCII),
        "  -20 to -11 |####### 10.00%\n   -10 to -1 |######################### 33.33%\n     \
         0 to +9 |######################################## 53.33%\n  +10 to +40 |## 3.33%\n"
    );
    let bands: Vec<Band> = [(0, 0), (1, 2), (2, 4), (3, 6)]
        .map(|(after, wide)| Band {
            after,
            p5: 100 - 2 * wide,
            p25: 100 - wide,
            p50: 100,
            p75: 100 + wide,
            p95: 100 + 2 * wide,
        })
        .into();
    insta::assert_snapshot!(draw::fan(&bands, &draw::ASCII));
}

#[test]
fn the_figures_are_those_of_the_results() {
    let (_, report) = report(2_000, Some(50));
    assert_eq!((report.hands, report.trials), (2_000, 40));
    let counted: u64 = report.histogram.iter().map(|bar| bar.count).sum();
    assert_eq!(counted, report.trials);
    let total = i128::from(report.trials) * i128::from(report.min);
    assert!(-report.house_take >= total, "{report:?}");
    let mean: f64 = (-report.house_take).to_string().parse().unwrap();
    assert!((report.mean - mean / 40.0).abs() < 1e-9, "{report:?}");
    // All is lost in the long run at a field of ten with forty chips.
    assert!(report.risk_of_ruin > 0.9, "{report:?}");
    assert_eq!(
        report
            .fan
            .first()
            .map(|band| (band.after, band.p5, band.p95)),
        Some((0, 40, 40))
    );
    assert_eq!(
        report.fan.last().map(|band| (band.after, band.p50)),
        Some((50, 0))
    );
    assert_eq!(report.fan.len(), 26);
}

#[test]
fn no_bar_lies_between_two_results_that_bets_can_come_to() {
    let mut results = Distribution::default();
    for tens in -12..=9_i64 {
        results.add(tens * 10);
    }
    let bars = histogram(&results);
    assert!(bars.iter().all(|bar| bar.count == 2), "{bars:?}");
    let mut nothing = Distribution::default();
    nothing.add(0);
    assert_eq!(histogram(&nothing).len(), 1);
}

#[test]
fn figures_beyond_fifteen_bits_are_exact_or_said_not_to_be() {
    let (small, few) = report(2_000, Some(50));
    assert!(!draw::text(&small, &few, true).contains("too near to 0"));
    // One session, so that the sum of all results is the only one.
    let (plan, report) = played(Plan {
        strategy: Strategy::PassOdds,
        hands: 1_000,
        bankroll: Chips::new(1_000_000_000),
        unit: Chips::new(9_973),
        seed: 3,
        session: Some(1_000),
        rules: Plan::rules(),
    });
    let result = i64::try_from(-report.house_take).unwrap();
    assert!(result.abs() > 100_000 && result % 128 != 0, "{result}");
    assert_eq!((report.min, report.max), (result, result));
    let (bars, last) = (&report.histogram, report.histogram.last());
    assert!(bars[0].from <= result && last.unwrap().to >= result);
    let text = draw::text(&plan, &report, true);
    let note = "those beyond 32,767 are too near to 0, by less than 1 in 16,384";
    assert!(text.contains(note), "{text}");
}

#[test]
fn one_hand_and_a_short_session_are_drawn_as_well() {
    for session in [None, Some(1), Some(3)] {
        let (plan, report) = report(1, session);
        for is_ascii in [false, true] {
            let text = draw::text(&plan, &report, is_ascii);
            assert!(text.contains("100.00%"), "{text}");
            assert_eq!(text.is_ascii(), is_ascii);
            assert!(text.lines().all(|line| line.trim_end() == line), "{text}");
        }
    }
}

proptest! {
    #[test]
    fn every_result_is_in_its_bar_and_bars_are_few(
        results in prop::collection::vec(any::<i64>(), 1..50),
        shift in 20_u32..60,
    ) {
        let results: Vec<i64> = results.into_iter().map(|result| result >> shift).collect();
        every_result_is_in_its_bar(&results);
    }
}

/// The distribution holds a large result nearer to 0 than it is, outside of the range of them all.
#[test]
fn a_large_loss_alone_is_in_its_bar() {
    every_result_is_in_its_bar(&[-594_320_394_551_297 >> 20]);
}

fn every_result_is_in_its_bar(results: &[i64]) {
    let mut counts = Distribution::default();
    for result in results {
        counts.add(*result);
    }
    let (smallest, largest) = counts.range().unwrap();
    let bars = histogram(&counts);
    assert!(u64::try_from(bars.len()).unwrap() <= BARS_MAX);
    let all: u64 = bars.iter().map(|bar| bar.count).sum();
    assert_eq!(all, counts.total());
    assert!(bars.windows(2).all(|two| two[0].to + 1 == two[1].from));
    for bar in &bars {
        let is_inside = |it: i64| (bar.from..=bar.to).contains(&it.clamp(smallest, largest));
        let inside = counts.counts().filter(|(it, _)| is_inside(*it));
        assert_eq!(bar.count, inside.map(|(_, count)| count).sum::<u64>());
    }
}

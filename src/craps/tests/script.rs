//! Scripted tables: what is compared with what they say, and where the two part.

use std::collections::BTreeMap;

use super::{dice, key, open_rules, place};
use crate::craps::script::{After, Difference, Script, ScriptFault, Step};
use crate::craps::{BoxNumber, Refusal, TableRules};
use crate::ledger::Chips;

/// A point of 6, then a place bet on 8 that wins and a field bet of nothing that is refused.
fn script() -> Script {
    let after = |bankroll, bets: &[(&str, u64)]| {
        let bets = bets
            .iter()
            .map(|(bet, stake)| (key(bet), Chips::new(*stake)));
        Some(After {
            bankroll: Chips::new(bankroll),
            point: Some(BoxNumber::Six),
            bets: bets.collect(),
        })
    };
    Script {
        rules: open_rules(),
        bankroll: Chips::new(100),
        steps: vec![
            Step {
                actions: vec![(place("pass", 10), false)],
                dice: dice(3, 3),
                after: after(90, &[("pass", 10)]),
            },
            Step {
                actions: vec![(place("place_8", 12), false), (place("field", 0), true)],
                dice: dice(4, 4),
                after: after(92, &[("pass", 10), ("place_8", 12)]),
            },
        ],
    }
}

fn difference(script: &Script) -> Option<(String, String, String)> {
    let results = script.play().unwrap();
    let found = script.difference(&results);
    found.map(
        |Difference {
             path,
             expected,
             found,
         }| (path, expected, found),
    )
}

#[test]
fn a_script_that_comes_out_as_it_says_has_no_difference() {
    let script = script();
    assert_eq!(difference(&script), None);
    let results = script.play().unwrap();
    assert_eq!(results[0].refusals, [None]);
    assert_eq!(
        results[1].refusals,
        [None, Some(Refusal::ZeroAmount)],
        "a refused action ends nothing"
    );
    assert_eq!(Some(&results[1].after), script.steps[1].after.as_ref());
    // What a script does not say is not compared.
    let mut silent = script;
    silent.steps[1].after = None;
    assert_eq!(difference(&silent), None);
}

#[test]
fn the_first_difference_is_named_with_its_place() {
    type Change = fn(&mut Script);
    let cases: [(Change, (&str, &str, &str)); 8] = [
        (
            |script| script.steps[1].actions[0].1 = true,
            ("steps[1].actions[0]", "refused", "taken"),
        ),
        (
            |script| script.steps[1].actions[1].1 = false,
            ("steps[1].actions[1]", "taken", "refused: ZeroAmount"),
        ),
        (
            |script| said(script).point = None,
            ("steps[1].after.point", "off", "6"),
        ),
        (
            |script| said(script).point = Some(BoxNumber::Eight),
            ("steps[1].after.point", "8", "6"),
        ),
        (
            |script| said(script).bets = BTreeMap::from([(key("pass"), Chips::new(10))]),
            ("steps[1].after.bets.place_8", "nothing", "12"),
        ),
        (
            |script| {
                said(script).bets.insert(key("yo"), Chips::new(3));
            },
            ("steps[1].after.bets.yo", "3", "nothing"),
        ),
        (
            |script| {
                said(script).bets.insert(key("pass"), Chips::new(11));
            },
            ("steps[1].after.bets.pass", "11", "10"),
        ),
        (
            |script| said(script).bankroll = Chips::new(93),
            ("steps[1].after.bankroll", "93", "92"),
        ),
    ];
    for (change, (path, expected, found)) in cases {
        let mut script = script();
        change(&mut script);
        let named = difference(&script).unwrap();
        assert_eq!(named, (path.into(), expected.into(), found.into()));
    }
    let mut both = script();
    both.steps[0].actions[0].1 = true;
    said(&mut both).bankroll = Chips::ZERO;
    assert_eq!(difference(&both).unwrap().0, "steps[0].actions[0]");
}

/// What the last step says is there after it.
fn said(script: &mut Script) -> &mut After {
    script.steps[1].after.as_mut().unwrap()
}

#[test]
fn rules_and_bankrolls_that_cannot_be_are_faults() {
    let impossible = Script {
        rules: TableRules {
            field_2: 9,
            ..open_rules()
        },
        ..script()
    };
    assert!(matches!(impossible.play(), Err(ScriptFault::Rules(_))));
    let mut overflowing = Script {
        bankroll: Chips::new(u64::MAX),
        ..script()
    };
    // The second step brings it to 7 chips below the end, and the third wins.
    overflowing.steps[1].actions.push((place("yo", 1), false));
    overflowing.steps[1].dice = dice(5, 6);
    overflowing.steps.push(Step {
        actions: Vec::new(),
        dice: dice(3, 3),
        after: None,
    });
    assert_eq!(overflowing.play(), Err(ScriptFault::Bankroll { step: 2 }));
}

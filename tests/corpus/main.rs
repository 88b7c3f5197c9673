//! Every decoder of bytes from peers, files and shells, fed with a committed corpus and with seeded
//! changes of it: none may panic, take more memory than its limit, or read one value in two forms.
//!
//! `fuzz/corpus/TARGET/` holds the inputs, one a file, as fuzzers want them. `BITCRAPS_FUZZ_INPUTS` asks
//! for more changed inputs of each target than the ordinary run tries, `BITCRAPS_FUZZ_SEED` for others;
//! `BITCRAPS_FUZZ_WRITE` writes the corpus anew. A finding prints its bytes: saved as one more file of
//! the corpus, it stays found.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails where something is missing"
)]

mod club;
#[path = "../common/mod.rs"]
mod common;
mod decoders;
mod files;
mod harness;
mod mutate;
mod planted;
mod samples;
mod targets;
mod texts;

use std::collections::BTreeMap;

use harness::{FOLDER, Target, alone, check, inputs_of, number, root};
use mutate::Mutator;

#[test]
fn the_corpus_and_its_changes_harm_no_decoder() {
    let _alone = alone();
    let seed = number("BITCRAPS_FUZZ_SEED", 1);
    for target in targets::ALL {
        let inputs = inputs_of(target);
        let read = inputs.iter().filter(|input| replay(target, input)).count();
        assert!(read > 0, "{}: no input of the corpus is read", target.name);
        let mut mutator = Mutator::new(seed, target.name, inputs);
        let wanted = number("BITCRAPS_FUZZ_INPUTS", target.inputs);
        let read = (0..wanted)
            .filter(|_| replay(target, &mutator.next()))
            .count();
        println!("{}: {wanted} changed inputs, {read} were read", target.name);
    }
}

/// Tells whether the input was read.
fn replay(target: &Target, input: &[u8]) -> bool {
    check(target, input).unwrap()
}

#[test]
fn every_folder_of_the_corpus_has_its_target_and_every_target_its_folder() {
    let _alone = alone();
    if number("BITCRAPS_FUZZ_WRITE", 0) > 0 {
        samples::write();
    }
    let folders = std::fs::read_dir(root().join(FOLDER)).unwrap();
    let folders = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut folders: Vec<_> = folders.collect();
    folders.sort();
    let mut targets: Vec<_> = targets::ALL.iter().map(|target| target.name).collect();
    targets.sort_unstable();
    assert_eq!(folders, targets);
    // What the samples are made of changes with the formats, and the corpus must follow.
    let samples: BTreeMap<_, _> = samples::all();
    for (target, samples) in samples {
        let target = targets::ALL.iter().find(|known| known.name == target);
        let target = target.unwrap();
        for (name, bytes) in samples {
            assert!(replay(target, &bytes), "{}/{name} is refused", target.name);
        }
    }
}

#[test]
fn the_programs_of_the_corpus_reach_what_a_club_can_do() {
    let _alone = alone();
    let target = targets::ALL.iter().find(|target| target.name == "club");
    let played: Vec<_> = inputs_of(target.unwrap())
        .iter()
        .map(|program| club::play(program))
        .collect();
    assert!(played.iter().any(|played| played.rolls >= 3));
    assert!(played.iter().any(|played| played.withheld > 0));
    assert!(played.iter().any(|played| played.refused > 0));
    assert!(played.iter().any(|played| played.keepers >= 4));
    assert!(
        played
            .iter()
            .any(|played| played.keepers >= 4 && played.rolls >= 1)
    );
}

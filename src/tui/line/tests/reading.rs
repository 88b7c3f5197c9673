//! What is typed: how it is understood, and what is said where it is not.

use super::Typist;
use crate::tui::link::AppCommand;
use crate::tui::message::Effect;

#[test]
fn what_people_type_by_habit_is_understood_or_told_how_it_is_typed() {
    let mut typist = Typist::seated();
    for (typed, told) in [
        ("10 pass", "chips come after the bet: type pass 10."),
        ("10 place 6", "chips come after the bet: type place 6 10."),
        (
            "hop",
            "which hop? such as hop 1 1 or hop 1 2, with the chips after it. find hop lists all.",
        ),
        (
            "hop 3",
            "which hop? such as hop 1 1 or hop 1 2, with the chips after it. find hop lists all.",
        ),
        ("hop 4 3", "how many chips? type hop 4 3 and a number."),
        (
            "place 12",
            "which place? such as place 4 or place 5, with the chips after it. find place lists all.",
        ),
        (
            "details",
            "which roll? type details and its number. history tells the newest.",
        ),
        (
            "n",
            "no question waits for an answer. help lists what can be typed.",
        ),
        (
            "z",
            "refused: No roll had bets of yours yet, so there is no slip to repeat. Pass starts one.",
        ),
    ] {
        assert_eq!(typist.answer(typed), told, "{typed}");
    }
    let told = typist.answer("restart");
    assert!(
        told.starts_with("which service? type restart and one of "),
        "{told}"
    );
    assert!(typist.answer("hop 4 3 5").contains("5 on hop 3 and 4"));
    for leaves in ["exit", "q"] {
        let mut typist = Typist::seated();
        typist.types(&[leaves]);
        assert_eq!(typist.asked, [Effect::Quit], "{leaves}");
    }
}

#[test]
fn a_bet_is_called_off_and_on_in_either_order_of_words_and_told_in_one() {
    let mut typist = Typist::seated();
    typist.types(&["pass 10"]);
    typist.rolls(4, 4);
    typist.types(&["place 6 12"]);
    for (typed, told) in [
        (
            "off place 6",
            "confirmed: place 6 is off. 978 chips, 22 at risk.",
        ),
        (
            "place 6 on",
            "confirmed: place 6 is on. 978 chips, 22 at risk.",
        ),
        (
            "place 6 off",
            "confirmed: place 6 is off. 978 chips, 22 at risk.",
        ),
        (
            "on place 6",
            "confirmed: place 6 is on. 978 chips, 22 at risk.",
        ),
        (
            "place 6 less 6",
            "confirmed: 6 taken off place 6. 984 chips, 16 at risk.",
        ),
        (
            "place 6 down",
            "confirmed: 6 taken off place 6. 990 chips, 10 at risk.",
        ),
    ] {
        assert_eq!(typist.answer(typed), told, "{typed}");
    }
}

#[test]
fn a_question_is_asked_again_after_a_line_that_is_no_answer_and_nothing_is_done() {
    let mut typist = Typist::seated();
    typist.types(&["pass 10"]);
    let quit = "990 chips, 10 at risk. bets stand while you are away. quit? y, n, or leave to leave the \
                seat first.";
    assert_eq!(typist.answer("quit"), quit);
    let again = format!(
        "refused: That is no answer to the question, and nothing was done. The answers are named with \
         it.\n{quit}"
    );
    for line in ["roll", "place 6 12", "", "help"] {
        assert_eq!(typist.answer(line), again, "{line:?}");
    }
    assert_eq!(typist.answer("n"), "Nothing was done, and play goes on.");
    assert_eq!(typist.answer("bets").lines().count(), 2, "no bet was made");
    let stop = "this stops everything at once. type stop to do it, n to go back.";
    assert_eq!(typist.answer("emergency stop"), stop);
    assert!(typist.answer("halt").ends_with(&format!("\n{stop}")));
    typist.types(&["n", "clear"]);
    let clear = "Take down every bet that may come down? Contracts stay. clear, y or n?";
    assert!(typist.answer("perhaps").ends_with(&format!("\n{clear}")));
    assert_eq!(typist.answer("n"), "Nothing was done, and play goes on.");
    typist.types(&["quit", "quit"]);
    assert_eq!(
        typist.asked,
        [Effect::Quit],
        "to say it twice is to mean it"
    );
}

#[test]
fn what_is_unknown_is_told_with_the_nearest_that_is_known() {
    let mut typist = Typist::seated();
    for (typed, near) in [
        ("rol", "did you mean roll?"),
        ("helth", "did you mean health?"),
        ("pas 10", "did you mean pass?"),
        ("plaec 6 12", "did you mean place 6?"),
        ("explain hrad 6", "did you mean hard 6?"),
        ("help histroy", "did you mean history?"),
    ] {
        let told = typist.answer(typed);
        assert!(told.contains(near), "{typed}: {told}");
    }
    let told = typist.answer("\u{1b}[2Jzzzz 10");
    assert!(!told.contains('\u{1b}'), "{told:?}");
    assert!(typist.answer(&"y".repeat(1_000)).len() < 200);
    assert_eq!(typist.answer(""), "");
}

#[test]
fn what_later_starts_open_in_is_remembered() {
    let mut typist = Typist::seated();
    typist.types(&["start in lines", "start in screen"]);
    let kept: Vec<bool> = typist
        .asked
        .iter()
        .filter_map(|effect| {
            if let Effect::App(AppCommand::Save(settings)) = effect {
                Some(settings.line_mode)
            } else {
                None
            }
        })
        .collect();
    assert_eq!(kept, [true, false]);
    assert!(
        typist
            .answer("start in")
            .starts_with("what shall later starts open in?")
    );
}

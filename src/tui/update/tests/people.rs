//! A club of several people: the countdown, and a wait that a refusal speaks of.

use crate::club::Height;
use crate::gaming::{ClubKind, Intent, Reply};
use crate::tui::fixture::{self, Script};
use crate::tui::input::Chord;
use crate::tui::message::{Effect, Msg};
use crate::tui::model::{Model, Screen};
use crate::tui::schedule::UiTime;
use crate::tui::text;
use crate::tui::update::update;

fn says(model: &Model) -> String {
    text::note(model.event_row.shown().expect("a note"), model)
}

fn draws(effects: &[Effect]) -> usize {
    effects
        .iter()
        .filter(|effect| **effect == Effect::Draw)
        .count()
}

#[test]
fn a_key_for_the_dice_speaks_of_the_wait_and_of_what_ends_it() {
    for key in ['r', 'S'] {
        let mut model = fixture::state("bets-wait").unwrap();
        let effects = update(&mut model, Msg::Key(Chord::char(key)), UiTime(0));
        assert!(
            !effects
                .iter()
                .any(|effect| matches!(effect, Effect::Send(..)))
        );
        assert_eq!(
            says(&model),
            "The dice wait for ana, who left on the point 6, and all bets stand. It ends when ana \
             sits down again, or in 24 s the dice pass on."
        );
    }
}

#[test]
fn a_countdown_draws_once_a_second_to_its_end_and_nothing_while_it_is_hidden() {
    let mut model = fixture::state("counting").unwrap();
    let mut frames = 0;
    while let Some(due) = model.due() {
        frames += draws(&update(&mut model, Msg::Timer, due));
    }
    assert_eq!((frames, model.countdown.shown()), (14, Some(0)));

    let mut hidden = fixture::state("counting").unwrap();
    hidden.screen = Screen::Lobby;
    assert_eq!(hidden.due(), None, "a lobby of 80 columns has no dice");
    let effects = update(&mut hidden, Msg::Timer, UiTime(5_000));
    assert_eq!(draws(&effects), 0);
    hidden.size = (120, 40);
    assert!(hidden.due().is_some(), "beside it they are shown");
}

#[test]
fn a_view_without_an_end_stops_the_countdown() {
    let mut model = fixture::state("counting").unwrap();
    let mut view = (**model.table.as_ref().unwrap()).clone();
    view.closes = None;
    update(&mut model, Msg::Table(Some(view.into())), UiTime(2_000));
    assert_eq!((model.countdown.shown(), model.due()), (None, None));
}

/// Says that I am ready at a hosted table of this script, with the answer and the view after it.
fn ready_at(script: &Script) -> Model {
    let mut model = fixture::model(script);
    let mut table = (**model.table.as_ref().unwrap()).clone();
    table.kind = ClubKind::Hosted;
    model.table = Some(table.clone().into());
    let effects = update(&mut model, Msg::Key(Chord::char('r')), UiTime(0));
    let sent = effects.into_iter().find_map(|effect| {
        if let Effect::Send(id, Intent::Roll { .. }) = effect {
            Some(id)
        } else {
            None
        }
    });
    for seat in table.seats.iter_mut().filter(|seat| seat.you) {
        seat.ready = true;
    }
    update(&mut model, Msg::Table(Some(table.into())), UiTime(1));
    let decided = Reply::Decided(Height(9));
    update(
        &mut model,
        Msg::Reply(sent.expect("a wish"), decided),
        UiTime(2),
    );
    model
}

#[test]
fn ready_says_what_the_roll_still_waits_for() {
    let two = Script::new("garnet-fox")
        .player("ana")
        .sit(fixture::ME, None, 1_000);
    let three = two.clone().player("bo");
    let cases = [
        (
            &two,
            "No bet is in the roll yet: it needs yours [p] or ana's.",
        ),
        (
            &three,
            "No bet is in the roll yet: it needs yours [p] or another seat's.",
        ),
        (
            &three.clone().bet("bo", "field", 10),
            "ana shoots and has no line bet yet: without one the dice pass on.",
        ),
        (
            &three.clone().bet("ana", "pass", 10),
            "The roll waits for ana and bo.",
        ),
    ];
    for (script, words) in cases {
        let mut model = ready_at(script);
        assert_eq!(says(&model), format!("Ready: confirmed. {words}"));
        // Pressed again, the key says it again.
        update(&mut model, Msg::Key(Chord::char('r')), UiTime(3));
        assert_eq!(says(&model), format!("You have said so already. {words}"));
    }
}

/// Presses a key in a state, and returns what it sends.
fn sent_by(model: &mut Model, key: Chord) -> Option<Intent> {
    let effects = update(model, Msg::Key(key), UiTime(0));
    let mut sent = effects.into_iter().filter_map(|effect| {
        if let Effect::Send(_, intent) = effect {
            Some(intent)
        } else {
            None
        }
    });
    sent.next()
}

#[test]
fn a_player_says_go_on_to_a_doubted_host_and_to_no_other() {
    let mut doubted = fixture::state("doubted-lobby").unwrap();
    let key = Chord::char('O');
    assert_eq!(sent_by(&mut doubted, key), Some(Intent::TrustHost));
    let mut trusted = fixture::state("hosted-lobby").unwrap();
    assert_eq!(sent_by(&mut trusted, key), None);
    assert!(says(&trusted).contains("holds nothing against the host"));
}

#[test]
fn a_keeper_approves_a_change_after_a_question() {
    let mut model = fixture::state("shared-lobby").unwrap();
    let change = model.club.as_ref().unwrap().changes[0].change.clone();
    assert_eq!(sent_by(&mut model, Chord::char('K')), None, "it asks");
    let yes = sent_by(&mut model, Chord::char('y'));
    assert_eq!(yes, Some(Intent::ChangeKeepers(change)));
    let mut alone = fixture::state("hosted-lobby").unwrap();
    assert_eq!(sent_by(&mut alone, Chord::char('K')), None);
    assert!(says(&alone).contains("lacks your approval"));
}

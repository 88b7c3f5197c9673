//! Every setting reaches the part that it is for.

use super::*;

#[test]
fn settings_reach_the_table_the_club_and_the_deadlines() {
    let place = Place::new()
        .with("BITCRAPS_MAX_GAMES", "7")
        .with("BITCRAPS_SESSION_TIMEOUT", "90")
        .with("BITCRAPS_TABLE_MIN_BET", "5")
        .with("BITCRAPS_TABLE_MAX_BET", "50")
        .with("BITCRAPS_TABLE_SIDE_BET_MAX", "9")
        .with("BITCRAPS_TABLE_ODDS", "10x")
        .with("BITCRAPS_TABLE_SEATS", "6")
        .with("BITCRAPS_TABLE_BOTS", "4")
        .with("BITCRAPS_BOT_PACE", "250");
    let config = place.config();
    let given = settings::of(&config, "back room");
    let club = given.club;
    assert_eq!(
        (club.max_games, club.session_timeout_seconds, club.work_bits),
        (7, 90, 0)
    );
    let game = given.game;
    assert_eq!(game.table_name, "back room");
    let rules = &game.rules;
    let limits = [rules.min_bet, rules.max_bet, rules.side_bet_max].map(Chips::get);
    assert_eq!(limits, [5, 50, 9]);
    assert_eq!(rules.odds.name(), "10x");
    assert_eq!((game.seats_max, game.bots.len()), (6, 4));
    assert_eq!(game.pace, Duration::from_millis(250));
}

#[test]
fn waits_of_the_services_are_not_mixed_up() {
    let place = Place::new()
        .with("BITCRAPS_SERVICES_PROPOSE_TIMEOUT", "1001")
        .with("BITCRAPS_SERVICES_START_DEADLINE", "1002")
        .with("BITCRAPS_SERVICES_STOP_DEADLINE", "1003")
        .with("BITCRAPS_SERVICES_PROBE_INTERVAL", "1004")
        .with("BITCRAPS_SERVICES_PROBE_TIMEOUT", "105");
    let given = settings::of(&place.config(), "practice");
    let app = given.app;
    let waits = [
        given.propose_timeout,
        app.start_step_within,
        app.stop_within,
        app.probe_every,
        app.probe_timeout,
    ];
    assert_eq!(
        waits.map(|wait| wait.as_millis()),
        [1001, 1002, 1003, 1004, 105]
    );
}

/// What the parts of a node are given of the settings.
fn given(config: &ApplicationConfig) -> String {
    let surroundings = Surroundings {
        utf8: true,
        term: Some("xterm-256color".to_owned()),
        ..Surroundings::default()
    };
    let settings = settings::of(config, "practice");
    format!(
        "{:?}",
        (&settings, Caps::of(&surroundings, &settings.screen))
    )
}

#[test]
fn every_setting_changes_what_a_part_is_given() {
    let changes = [
        ("data_dir", "/elsewhere"),
        ("db_path", "other"),
        ("name", "bo"),
        ("passphrase_file", "/elsewhere/passphrase"),
        ("keyring", "true"),
        ("proof_bits", "3"),
        ("node_id", "garage"),
        ("debug", "true"),
        ("log_level", "trace"),
        ("max_games", "7"),
        ("session_timeout", "90"),
        ("table.min_bet", "5"),
        ("table.max_bet", "50"),
        ("table.side_bet_max", "9"),
        ("table.odds", "10x"),
        ("table.seats", "6"),
        ("table.bots", "4"),
        ("bot.pace", "250"),
        ("screen.ascii", "true"),
        ("screen.color", "none"),
        ("screen.theme", "light"),
        ("screen.reduced_motion", "true"),
        ("screen.line_mode", "true"),
        ("screen.bell", "true"),
        ("services.propose_timeout", "1001"),
        ("services.start_deadline", "1002"),
        ("services.stop_deadline", "1003"),
        ("services.probe_interval", "1004"),
        ("services.probe_timeout", "105"),
    ];
    let place = Place::new();
    let usual = given(&place.config());
    for (key, value) in changes {
        let variable = format!("BITCRAPS_{}", key.replace('.', "_").to_uppercase());
        let environment = place.environment().with(&variable, value);
        let layers = Layers {
            environment,
            ..Layers::default()
        };
        assert_ne!(
            given(&layers.load().unwrap().0),
            usual,
            "{key} has no effect"
        );
    }
    let mut tried: Vec<&str> = changes.iter().map(|(key, _)| *key).collect();
    tried.sort_unstable();
    let mut all: Vec<&str> = effective(&place.config())
        .iter()
        .map(|row| row.key)
        .collect();
    all.sort_unstable();
    assert_eq!(tried, all);
}

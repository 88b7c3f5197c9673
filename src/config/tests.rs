use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::settings::ApplicationConfig;
use super::{
    ConfigErrors, Environment, Given, Layers, LogLevel, Odds, Source, Theme, effective, example,
};
use crate::clock::UnixMillis;
use crate::error::{Error, Kind};

fn environment() -> Environment {
    let mut environment = Environment::default();
    environment.platform_data_dir = Some(PathBuf::from("/data/bitcraps"));
    environment.platform_config_dir = Some(PathBuf::from("/settings/bitcraps"));
    environment.working_dir = PathBuf::from("/here");
    environment.host_name = "laptop".to_owned();
    environment
}

/// Loads with the text as the file that was asked for.
fn load(
    file: &str,
    variables: &[(&str, &str)],
    options: &[(&'static str, &'static str, &str)],
) -> Result<(ApplicationConfig, Vec<String>), Vec<String>> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("c.toml");
    save(&path, file);
    let layers = Layers {
        file: Some(path),
        environment: variables
            .iter()
            .fold(environment(), |all, (name, value)| all.with(name, value)),
        command_line: options
            .iter()
            .map(|(key, option, value)| Given {
                key,
                option,
                value: (*value).to_owned(),
            })
            .collect(),
    };
    let without_directory = |problem: &super::Problem| {
        let text = problem.to_string();
        text.replace(&format!("{}/", directory.path().display()), "")
    };
    match layers.load() {
        Ok((config, warnings)) => Ok((config, warnings.iter().map(without_directory).collect())),
        Err(errors) => Err(errors.problems.iter().map(without_directory).collect()),
    }
}

fn save(path: &Path, text: &str) {
    use std::io::Write;
    let mut file = std::fs::File::create(path).unwrap();
    file.write_all(text.as_bytes()).unwrap();
}

#[test]
fn each_layer_wins_over_the_one_below_and_the_source_is_kept() {
    let (config, warnings) = load(
        "max_games = 7\nsession_timeout = 60\ndebug = true\n\n[screen]\ntheme = \"light\"\n",
        &[
            ("BITCRAPS_MAX_GAMES", "8"),
            ("BITCRAPS_SCREEN_THEME", "mono"),
        ],
        &[("screen.theme", "--theme", "dark")],
    )
    .unwrap();
    assert!(warnings.is_empty());
    assert_eq!(config.club.max_games, 8);
    assert_eq!(config.club.session_timeout, Duration::from_mins(1));
    assert_eq!(config.screen.theme, Theme::Dark);
    assert_eq!(config.table.odds, Odds::ThreeFourFive);
    assert_eq!(config.effective_log_level(), LogLevel::Debug);
    let source = |key| config.source(key).to_string();
    assert!(source("session_timeout").ends_with("c.toml:2"));
    assert_eq!(source("max_games"), "BITCRAPS_MAX_GAMES");
    assert_eq!(source("screen.theme"), "--theme");
    assert_eq!(*config.source("table.odds"), Source::Default);
    let rows = effective(&config);
    let row = rows.iter().find(|row| row.key == "max_games").unwrap();
    assert_eq!(
        (row.value.clone(), row.source.to_string()),
        (8.into(), source("max_games"))
    );
}

#[test]
fn ten_mistakes_in_a_file_are_ten_messages_with_their_lines() {
    let file = "max_games = 0\n\
                sesion_timeout = 9\n\
                debug = \"perhaps\"\n\
                name = \"\\u001b[31mred\"\n\
                log_level = \"loud\"\n\
                [table]\n\
                min_bet = 50\n\
                max_bet = 20\n\
                bots = -1\n\
                odds = 3\n\
                [screen]\n\
                color = 1.5\n\
                [nonsense]\n\
                x = 1\n";
    let problems = load(file, &[], &[]).unwrap_err();
    let expected = [
        "c.toml:1: max_games = 0 is not a whole number from 1 to 10000",
        "c.toml:2: unknown setting sesion_timeout, did you mean session_timeout?",
        "c.toml:3: debug = \"perhaps\" is not true or false",
        "c.toml:4: name = \"\\u{1b}[31mred\" is not text of 1 to 16 columns without control characters",
        "c.toml:5: log_level = \"loud\" is not one of error, warn, info, debug, trace",
        "c.toml:9: table.bots = -1 is not a whole number from 0 to 15",
        "c.toml:10: table.odds = 3 is not one of 1x, 2x, 3-4-5x, 5x, 10x, 20x, 100x",
        "c.toml:12: screen.color = 1.5 is not one of auto, none, 16, truecolor",
        "c.toml:14: unknown setting nonsense.x",
        "table.min_bet = 50 (c.toml:7) and table.max_bet = 20 (c.toml:8): the smallest bet must \
         not be more than the largest",
        // The default 25 is now above the largest bet, which is worth saying as well.
        "table.side_bet_max = 25 (default) and table.max_bet = 20 (c.toml:8): the largest side \
         bet must not be more than the largest bet",
    ];
    assert_eq!(problems, expected);
}

#[test]
fn a_bad_variable_is_an_error_and_an_unknown_one_a_warning() {
    let problems = load(
        "",
        &[("BITCRAPS_MAX_GAMES", "80a"), ("BITCRAPS_DEBUG", "maybe")],
        &[],
    );
    assert_eq!(
        problems.unwrap_err(),
        [
            "BITCRAPS_DEBUG: debug = \"maybe\" is not true or false",
            "BITCRAPS_MAX_GAMES: max_games = \"80a\" is not a whole number from 1 to 10000",
        ]
    );
    let (config, warnings) = load(
        "",
        &[("BITCRAPS_MAXGAMES", "hunter2"), ("BITCRAPS_DEBUG", "YES")],
        &[],
    )
    .unwrap();
    assert!(config.debug);
    assert_eq!(
        warnings,
        ["unknown variable BITCRAPS_MAXGAMES, did you mean BITCRAPS_MAX_GAMES?"]
    );
}

#[test]
fn a_flag_of_the_environment_takes_each_of_its_words_in_any_case() {
    let words = [
        ("true", true),
        ("TRUE", true),
        ("1", true),
        ("yes", true),
        ("Yes", true),
        ("false", false),
        ("False", false),
        ("0", false),
        ("no", false),
        ("NO", false),
    ];
    for (word, expected) in words {
        // The file says the contrary, so that the word has an effect.
        let file = format!("debug = {}\n", !expected);
        let (config, _) = load(&file, &[("BITCRAPS_DEBUG", word)], &[]).unwrap();
        assert_eq!(config.debug, expected, "{word}");
    }
    for word in ["", "on", "2", " true", "y"] {
        let refused = load("", &[("BITCRAPS_DEBUG", word)], &[]).unwrap_err();
        let said = format!("BITCRAPS_DEBUG: debug = {word:?} is not true or false");
        assert_eq!(refused, [said]);
    }
}

#[test]
fn a_file_that_is_not_toml_names_the_line() {
    let problems = load("max_games = 5\nname = \n", &[], &[]).unwrap_err();
    assert_eq!(problems.len(), 1);
    assert!(problems[0].starts_with("c.toml:2: "), "{problems:?}");
}

#[test]
fn the_file_belongs_to_the_data_directory_that_was_chosen() {
    let mut layers = Layers {
        environment: environment(),
        ..Layers::default()
    };
    let path = |layers: &Layers| layers.file_path().unwrap();
    assert_eq!(
        path(&layers),
        ("/settings/bitcraps/config.toml".into(), false)
    );
    layers.environment = environment().with("BITCRAPS_DATA_DIR", "/chosen");
    assert_eq!(path(&layers), ("/chosen/config.toml".into(), false));
    layers.command_line.push(Given {
        key: "data_dir",
        option: "--data-dir",
        value: "mine".to_owned(),
    });
    assert_eq!(path(&layers), ("/here/mine/config.toml".into(), false));
    let (config, _) = layers.load().unwrap();
    assert_eq!(config.db_path, Path::new("/here/mine/db"));
    layers.file = Some("gone.toml".into());
    assert_eq!(path(&layers), ("/here/gone.toml".into(), true));
    let text = layers.load().unwrap_err().to_string();
    assert!(text.contains("/here/gone.toml"), "{text}");
}

#[test]
fn debug_and_a_lower_log_level_in_one_layer_contradict_each_other() {
    let problems = load("debug = true\nlog_level = \"warn\"\n", &[], &[]).unwrap_err();
    assert_eq!(problems.len(), 1);
    let option = [("log_level", "--log-level", "warn")];
    let (config, _) = load("debug = true\n", &[], &option).unwrap();
    assert_eq!(config.effective_log_level(), LogLevel::Warn);
    let variable = [("BITCRAPS_DEBUG", "1")];
    let (config, _) = load("log_level = \"warn\"\n", &variable, &[]).unwrap();
    assert_eq!(config.effective_log_level(), LogLevel::Debug);
}

#[test]
fn the_machine_must_let_the_data_directory_be_written_and_know_the_year() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    save(&file, "");
    let mut config = ApplicationConfig::defaults(&environment());
    config.data_dir = directory.path().join("new/below");
    assert!(
        config
            .check_machine(UnixMillis(1_800_000_000_000))
            .is_empty()
    );
    assert!(!config.data_dir.exists());
    config.data_dir = file.join("below");
    assert_eq!(config.check_machine(UnixMillis(86_400_000)).len(), 2);
    let open = directory.path().join("open");
    std::fs::create_dir(&open).unwrap();
    std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o755)).unwrap();
    config.data_dir = open;
    let problems = config.check_machine(UnixMillis(1_800_000_000_000));
    assert!(problems[0].to_string().contains("its mode is 0755"));
    let warnings = Vec::new();
    let told = Error::from(ConfigErrors { problems, warnings });
    assert_eq!(told.kind(), Kind::Storage, "the settings are right");
}

/// The committed file is what people copy from, so it must be complete, legal and the defaults.
#[test]
fn the_example_file_is_the_list_of_all_settings_with_their_defaults() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("config.toml.example");
    let text = std::fs::read_to_string(path).unwrap();
    assert_eq!(
        text,
        example(),
        "write it anew: bitcraps config schema > config.toml.example"
    );

    let (config, _) = load(&text, &[], &[]).unwrap();
    let mut defaults = ApplicationConfig::defaults(&environment());
    defaults.anchor(Path::new("/here"));
    let values = |config: &ApplicationConfig| -> Vec<_> {
        let rows = effective(config);
        rows.into_iter().map(|row| (row.key, row.value)).collect()
    };
    assert_eq!(values(&config), values(&defaults));

    let all: String = text
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest) if rest.contains(" = ") => format!("{rest}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let (config, _) = load(&all, &[], &[]).unwrap();
    for row in effective(&config) {
        assert_ne!(
            row.source,
            Source::Default,
            "{} is not in the example",
            row.key
        );
    }
}

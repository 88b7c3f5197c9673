//! The mouse at the real program: reports of buttons come in as bytes, and its modes are undone.

use crate::player::Home;
use crate::terminal::Terminal;

/// Returns the column and row of a text on the screen, counted from 1.
fn place(terminal: &mut Terminal, text: &str) -> (usize, u16) {
    terminal.wait(text, |screen| {
        let (_, columns) = screen.size();
        let rows: Vec<String> = screen.rows(0, columns.get()).collect();
        let rows = (1_u16..).zip(rows);
        let found = rows.filter_map(|(row, line)| Some((row, line.find(text)?, line)));
        let (row, at, line) = found.into_iter().next()?;
        Some((line.get(..at)?.chars().count() + 1, row))
    })
}

/// A button's report (mode 1006): pressed, then released.
fn report(button: u8, (column, row): (usize, u16)) -> String {
    format!("\x1b[<{button};{column};{row}M\x1b[<{button};{column};{row}m")
}

#[test]
fn a_click_places_a_bet_and_reports_that_are_none_do_nothing() {
    let home = Home::new().set("BITCRAPS_TABLE_BOTS", "0");
    let mut player = home.play();
    let modes = player.terminal.modes().private;
    let mice: Vec<u16> = modes
        .into_iter()
        .filter(|mode| (1000..1004).contains(mode) || *mode == 1006)
        .collect();
    assert_eq!(mice, [1000, 1006], "buttons and wheel, never every motion");
    let pass = place(&mut player.terminal, "PASS [p]");
    let confirmed = |at_risk: u64| {
        move |screen: &vt100::Screen| {
            let header = crate::player::Header::read(screen)?;
            (header.at_risk == at_risk).then_some(())
        }
    };
    player.terminal.send(&report(0, pass));
    player.terminal.wait("10 at risk", confirmed(10));
    // Cut off, without numbers, beyond the screen, of a motion, of no button, and zeros that no terminal
    // counts from.
    for bad in [
        "\x1b[<M",
        "\x1b[<0;M",
        "\x1b[<0;0;0M",
        "\x1b[<0;9999;9999M",
        "\x1b[<0;99999999999;1M",
        "\x1b[<35;5;5M",
        "\x1b[<255;5;5M",
        "\x1b[<x;y;zM",
    ] {
        player.terminal.send(bad);
    }
    player.terminal.send(&report(0, pass));
    player.terminal.wait("20 at risk", confirmed(20));
    player.terminal.send(&report(2, pass));
    player.terminal.wait("10 at risk again", confirmed(10));
    assert_eq!(home.books().at_risk, 10);

    // `m` gives the mouse to the terminal, and takes it back.
    player.terminal.send("m");
    player.terminal.wait_for("m mouse is off");
    let modes = player.terminal.modes().private;
    assert!(
        !modes
            .iter()
            .any(|mode| [1000, 1002, 1003, 1006].contains(mode)),
        "{modes:?}"
    );
    player.terminal.send("m");
    player.terminal.wait_for("The mouse is heard again");

    let before = player.terminal.before();
    let quit = place(&mut player.terminal, "q quit");
    player.terminal.send(&report(0, quit));
    let now = place(&mut player.terminal, "Quit now, the bets stand");
    player.terminal.send(&report(0, now));
    let end = player.terminal.end();
    assert_eq!(end.code, 0, "{end:?}");
    assert_eq!(end.modes, before);
}

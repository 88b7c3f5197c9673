//! A buffer as a picture, for people who read about the program.

use std::fmt::Write as _;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier, Style};

const CELL: (u16, u16) = (9, 19);
const PAPER: &str = "#15191d";
const INK: &str = "#d6dce2";

/// Returns the picture: one rectangle for each run of a background, one text for each run of a style.
pub(crate) fn svg(buf: &Buffer, title: &str) -> String {
    let (width, height) = (buf.area.width * CELL.0 + 20, buf.area.height * CELL.1 + 20);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\">\n<title>{}</title>\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{PAPER}\"/>\n\
         <g font-family=\"DejaVu Sans Mono,Menlo,Consolas,monospace\" font-size=\"15\" \
         xml:space=\"preserve\">\n",
        escape(title)
    );
    for y in 0..buf.area.height {
        let mut x = 0;
        while x < buf.area.width {
            let style = buf[(x, y)].style();
            let start = x;
            let mut words = String::new();
            while x < buf.area.width && buf[(x, y)].style() == style {
                words.push_str(buf[(x, y)].symbol());
                x += 1;
            }
            run(&mut out, (start, y), x - start, &words, style);
        }
    }
    out.push_str("</g>\n</svg>\n");
    out
}

fn run(out: &mut String, (x, y): (u16, u16), columns: u16, words: &str, style: Style) {
    let (mut ink, mut paper) = (hex(style.fg, INK), hex(style.bg, PAPER));
    if style.add_modifier.contains(Modifier::REVERSED) {
        std::mem::swap(&mut ink, &mut paper);
    }
    let (left, top) = (x * CELL.0 + 10, y * CELL.1 + 10);
    if paper != PAPER {
        let wide = columns * CELL.0;
        writeln!(
            out,
            "<rect x=\"{left}\" y=\"{top}\" width=\"{wide}\" height=\"{}\" fill=\"{paper}\"/>",
            CELL.1
        )
        .unwrap();
    }
    if words.trim().is_empty() {
        return;
    }
    let weight = if style.add_modifier.contains(Modifier::BOLD) {
        " font-weight=\"bold\""
    } else {
        ""
    };
    writeln!(
        out,
        "<text x=\"{left}\" y=\"{}\" fill=\"{ink}\"{weight} textLength=\"{}\">{}</text>",
        top + 15,
        columns * CELL.0,
        escape(words)
    )
    .unwrap();
}

fn hex(colour: Option<Color>, otherwise: &str) -> String {
    match colour {
        Some(Color::Rgb(red, green, blue)) => format!("#{red:02x}{green:02x}{blue:02x}"),
        _ => otherwise.to_owned(),
    }
}

fn escape(words: &str) -> String {
    words
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

//! A scripted player at the control socket of the running client: it sits, bets, rolls and reads what
//! happens, beside the person at the screen.

use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;

use serde_json::{Value, json};

use crate::player::{Header, Home};

/// One connection.
struct Script {
    stream: BufReader<UnixStream>,
    asked: u64,
}

impl Script {
    fn new(home: &Home) -> Self {
        let stream = UnixStream::connect(home.data("control.sock")).unwrap();
        Self {
            stream: BufReader::new(stream),
            asked: 0,
        }
    }

    fn send(&mut self, request: &Value) {
        self.asked += 1;
        let mut line = request.clone();
        line["v"] = json!(1);
        line["id"] = json!(self.asked);
        let stream = self.stream.get_mut();
        stream.write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    fn line(&mut self) -> Value {
        let mut line = String::new();
        self.stream.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    /// Asks; returns the last line of the answer, and the rows before it.
    fn ask(&mut self, request: &Value) -> (Value, Vec<Value>) {
        self.send(request);
        let mut rows = Vec::new();
        loop {
            let line = self.line();
            if line["row"].is_null() {
                return (line, rows);
            }
            rows.push(line["row"]["event"].clone());
        }
    }

    fn done(&mut self, request: &Value) -> Vec<Value> {
        let (last, rows) = self.ask(request);
        assert_eq!(last["done"], true, "{request}: {last}");
        rows
    }
}

fn bet(name: &str, amount: impl Into<Value>) -> Value {
    json!({ "do": "bet", "bet": name, "amount": amount.into() })
}

#[test]
fn a_scripted_player_sits_bets_and_reads_events_and_is_refused_like_a_person() {
    let home = Home::new()
        .set("BITCRAPS_TABLE_BOTS", "0")
        .set("BITCRAPS_TABLE_MAX_BET", "20000");
    let mut player = home.play();
    let (mut script, mut watcher) = (Script::new(&home), Script::new(&home));
    watcher.send(&json!({ "do": "subscribe" }));

    let books = home.books();
    let mut other = Vec::new();
    for (request, code, words) in [
        (bet("pass", 0), 1, "nothing is no bet"),
        (bet("pass", -5), 2, "-5"),
        (bet("pass", 1.5), 2, "1.5"),
        (bet("pass", "ten"), 2, "ten"),
        (bet("pass", 1e20), 2, "1e+20"),
        (bet("pass", u64::MAX), 1, "20,000"),
        (bet("pass", 20_001), 1, "20,000"),
        (bet("pass", 10_001), 1, "10,000"),
        (bet("come", 10), 1, "point"),
        (bet("pas", 10), 2, "pas"),
        (json!({ "do": "take-down", "bet": "field" }), 1, "no field"),
        (json!({ "do": "roll" }), 1, "bet"),
        (json!({ "do": "sit", "table": "nowhere" }), 2, "practice"),
    ] {
        let (last, rows) = script.ask(&request);
        let error = &last["error"];
        assert_eq!(error["code"], code, "{request}: {last}");
        let message = error["message"].as_str().unwrap();
        if !message.contains(words) {
            other.push(last.to_string());
        }
        assert!(error["hints"][0].is_string(), "{request}: {last}");
        assert_eq!(rows.len(), 0);
    }
    assert_eq!(other, [""; 0], "other words");
    assert_eq!(home.books(), books);

    let rows = script.done(&bet("pass", 10));
    assert_eq!(rows[0]["event"], "bet");
    assert_eq!(rows[0]["state"], "confirmed");
    // The person at the screen sees it.
    let seen = |screen: &vt100::Screen| Header::read(screen).filter(|header| header.at_risk == 10);
    player.terminal.wait("the script's bet", seen);
    let after = home.books();
    assert_eq!((after.balance, after.at_risk), (books.balance - 10, 10));

    script.done(&json!({ "do": "roll" }));
    let event = watcher.line()["row"]["event"].clone();
    assert_eq!(event["event"], "roll", "{event}");
    let rolls = home.rolls();
    assert_eq!(rolls.len(), 1);
    assert_eq!(event["roll"], rolls[0].number);
    assert_eq!(event["balance"], rolls[0].balance);
    player.terminal.wait("the script's roll", |screen| {
        Header::read(screen).filter(|header| header.roll == 2)
    });

    let stood = script.done(&json!({ "do": "stand" }));
    assert_eq!(stood.len(), 0);
    let (last, _) = script.ask(&bet("field", 10));
    assert_eq!(last["error"]["code"], 1, "{last}");
    script.done(&json!({ "do": "sit", "table": "practice" }));
}

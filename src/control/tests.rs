mod book;
mod node;

use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;

use futures::future::{BoxFuture, FutureExt};
use futures::stream::{self, StreamExt};
use tokio::io::AsyncBufReadExt as _;
use tokio_util::sync::CancellationToken;

use super::limits::{CONNECTIONS_MAX, LINE_BYTES_MAX};
use super::server::serve;
use super::{
    BalanceRow, ControlClient, ControlError, ControlHandler, ControlPulse, ControlServer, Request,
    Row, Rows, SOCKET_NAME,
};
use crate::clock::UnixMillis;
use crate::error::{Error, Kind};
use crate::files::write_atomic;
use crate::storage::DataDirLock;

#[derive(Debug)]
struct Bank;

fn row(balance: u64) -> Row {
    Row::Balance(BalanceRow {
        club: "solo".to_owned(),
        balance,
        at_risk: 0,
        treasury: 1,
        supply: 2,
        height: 3,
    })
}

impl ControlHandler for Bank {
    fn handle(&self, request: Request) -> BoxFuture<'_, Result<Rows, Error>> {
        let answer = match request {
            Request::Balance => Ok(stream::iter([row(1), row(2)].map(Ok)).boxed()),
            Request::Subscribe => Ok(stream::iter([Ok(row(3))]).chain(stream::pending()).boxed()),
            Request::Reset => Err(Error::new(Kind::Refused, "nothing to reset", "play on")),
            Request::Health { .. }
            | Request::History { .. }
            | Request::Transcript { .. }
            | Request::ServiceRestart { .. }
            | Request::ServiceStop { .. }
            | Request::Sit { .. }
            | Request::Bet { .. }
            | Request::TakeDown { .. }
            | Request::Roll
            | Request::Stand
            | Request::EmergencyStop { .. } => Ok(stream::empty().boxed()),
        };
        async { answer }.boxed()
    }
}

/// Runs a server, and `talk` on another thread.
fn with_server<T: Send + 'static>(talk: impl FnOnce(&Path) -> T + Send + 'static) -> T {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("data");
    let lock = DataDirLock::acquire(&directory, UnixMillis(0)).unwrap();
    // What a crash left behind.
    drop(std::os::unix::net::UnixListener::bind(directory.join(SOCKET_NAME)).unwrap());
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let result = runtime.block_on(async {
        let server = ControlServer::bind(&lock).unwrap();
        let cancel = CancellationToken::new();
        let running = server.run(Arc::new(Bank), cancel.clone());
        let path = directory.clone();
        let talking = async {
            let result = tokio::task::spawn_blocking(move || talk(&path)).await;
            cancel.cancel();
            result.unwrap()
        };
        let (ran, result) = tokio::join!(running, talking);
        ran.unwrap();
        result
    });
    assert!(!directory.join(SOCKET_NAME).exists());
    result
}

fn all(client: &mut ControlClient, request: Request) -> Result<Vec<Row>, ControlError> {
    let mut rows = Vec::new();
    client.ask(request, |row| {
        rows.push(row);
        Ok::<(), ControlError>(())
    })?;
    Ok(rows)
}

#[test]
fn rows_come_in_order_and_a_refusal_keeps_its_kind_and_hint() {
    with_server(|directory| {
        let mode = std::fs::metadata(directory.join(SOCKET_NAME)).unwrap();
        assert_eq!(mode.permissions().mode() & 0o777, 0o600);
        let mut client = ControlClient::connect(directory).unwrap();
        assert_eq!(
            all(&mut client, Request::Balance).unwrap(),
            [row(1), row(2)]
        );
        let error = Error::from(all(&mut client, Request::Reset).unwrap_err());
        assert_eq!(error.kind(), Kind::Refused);
        assert_eq!(error.to_string(), "nothing to reset");
        assert_eq!(error.hints(), ["play on"]);
        assert_eq!(all(&mut client, Request::Balance).unwrap().len(), 2);
    });
}

#[tokio::test]
async fn another_user_is_turned_away_with_a_reason() {
    let (ours, theirs) = tokio::net::UnixStream::pair().unwrap();
    let owner = rustix::process::geteuid().as_raw() + 1;
    serve(ours, Arc::new(Bank), owner).await.unwrap();
    let mut said = String::new();
    let mut theirs = tokio::io::BufReader::new(theirs);
    theirs.read_line(&mut said).await.unwrap();
    assert!(
        said.contains("answers only the user that it runs as"),
        "{said}"
    );
    assert_eq!(theirs.read_line(&mut said).await.unwrap(), 0, "{said}");
}

#[test]
fn other_versions_and_nonsense_are_refused_with_a_reason() {
    with_server(|directory| {
        let stream = UnixStream::connect(directory.join(SOCKET_NAME)).unwrap();
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        let mut say = |line: &str| {
            (&stream).write_all(format!("{line}\n").as_bytes()).unwrap();
            lines.next().unwrap().unwrap()
        };
        let answer = say(r#"{"v":9,"id":4,"do":"fly"}"#);
        assert!(
            answer.contains(r#""id":4"#) && answer.contains("version 1"),
            "{answer}"
        );
        let answer = say(r#"{"v":1,"id":5,"do":"fly"}"#);
        assert!(
            answer.contains(r#""id":5"#) && answer.contains("unknown variant"),
            "{answer}"
        );
        let answer = say("hello");
        assert!(
            answer.contains(r#""id":0"#) && answer.contains(r#""code":2"#),
            "{answer}"
        );
    });
}

#[test]
fn a_line_that_is_too_long_is_told_and_closes_the_connection() {
    with_server(|directory| {
        let mut stream = UnixStream::connect(directory.join(SOCKET_NAME)).unwrap();
        stream.write_all(&vec![b'x'; LINE_BYTES_MAX + 1]).unwrap();
        let mut lines = BufReader::new(stream).lines();
        let answer = lines.next().unwrap().unwrap();
        assert!(answer.contains(r#""code":2"#), "{answer}");
        assert!(answer.contains("longer than 65536 bytes"), "{answer}");
        // The end or a reset, depending on what of the line was read.
        match lines.next() {
            None => {}
            Some(rest) => {
                assert_eq!(
                    rest.unwrap_err().kind(),
                    std::io::ErrorKind::ConnectionReset
                );
            }
        }
    });
}

/// A line may come in pieces of any size, and one that never ends asks nothing and keeps nobody else
/// from being answered.
#[test]
fn half_a_line_asks_nothing_and_two_clients_are_answered_side_by_side() {
    with_server(|directory| {
        let connect = || UnixStream::connect(directory.join(SOCKET_NAME)).unwrap();
        let mut slow = connect();
        slow.write_all(br#"{"v":1,"id":1,"do":"#).unwrap();
        let mut other = ControlClient::connect(directory).unwrap();
        assert_eq!(all(&mut other, Request::Balance).unwrap().len(), 2);
        slow.write_all(b"\"balance\"}\n").unwrap();
        assert_eq!(all(&mut other, Request::Balance).unwrap().len(), 2);
        let mut lines = BufReader::new(slow.try_clone().unwrap()).lines();
        let answers: Vec<String> = lines.by_ref().take(3).map(Result::unwrap).collect();
        assert!(answers[0].contains("\"row\""), "{answers:?}");
        assert!(answers[2].contains("\"done\""), "{answers:?}");
        // A line that its end cuts short gets no answer, and the connection is over.
        slow.write_all(br#"{"v":1,"id":2,"do":"reset"}"#).unwrap();
        slow.shutdown(std::net::Shutdown::Write).unwrap();
        assert!(lines.next().is_none());
        for line in [
            "",
            "null",
            "[]",
            "\u{0}",
            "{\"v\":1,\"id\":-1,\"do\":\"balance\"}",
        ] {
            let mut stream = connect();
            stream.write_all(format!("{line}\n").as_bytes()).unwrap();
            let answer = BufReader::new(stream).lines().next().unwrap().unwrap();
            assert!(answer.contains(r#""code":2"#), "{line:?}: {answer}");
        }
    });
}

#[tokio::test]
async fn a_socket_whose_file_is_taken_away_is_bound_anew_and_what_is_no_socket_stays() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("data");
    let lock = DataDirLock::acquire(&directory, UnixMillis(0)).unwrap();
    let server = ControlServer::bind(&lock).unwrap();
    let (pulse, cancel) = (server.pulse(), CancellationToken::new());
    let running = server.run(Arc::new(Bank), cancel.clone());
    let path = directory.join(SOCKET_NAME);
    let talking = async {
        be_reached_again(&path, &pulse).await;
        cancel.cancel();
    };
    let (ran, ()) = tokio::join!(running, talking);
    ran.unwrap();
    assert!(pulse.reached().await.is_none());
    assert_eq!(std::fs::read(&path).unwrap(), b"a file");
    assert!(matches!(
        ControlServer::bind(&lock),
        Err(ControlError::Bind { .. })
    ));
}

/// Takes the file away, and then puts something else there.
async fn be_reached_again(path: &Path, pulse: &ControlPulse) {
    // Whoever is not yet let in when the file goes has to come again; who is in stays in.
    let before = be_answered(tokio::net::UnixStream::connect(path).await.unwrap()).await;
    std::fs::remove_file(path).unwrap();
    assert!(pulse.reached().await.unwrap().is_ok());
    let mode = path.metadata().unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    be_answered(tokio::net::UnixStream::connect(path).await.unwrap()).await;
    be_answered(before).await;
    std::fs::remove_file(path).unwrap();
    write_atomic(path, b"a file").unwrap();
    let cause = pulse.reached().await.unwrap().unwrap_err();
    assert!(cause.to_string().contains("move it away"), "{cause}");
}

async fn be_answered(mut stream: tokio::net::UnixStream) -> tokio::net::UnixStream {
    let asked = b"{\"v\":1,\"id\":1,\"do\":\"balance\"}\n";
    let sent = tokio::io::AsyncWriteExt::write_all(&mut stream, asked);
    sent.await.unwrap();
    let reader = tokio::io::BufReader::new(&mut stream);
    let mut lines = tokio::io::AsyncBufReadExt::lines(reader);
    while !lines.next_line().await.unwrap().unwrap().contains("done") {}
    stream
}

#[test]
fn watchers_beyond_the_limit_are_turned_away_and_those_who_leave_make_room() {
    with_server(|directory| {
        let watch = || {
            let mut client = ControlClient::connect(directory).unwrap();
            let ended = client.ask(Request::Subscribe, |_| Err(End::FirstRow));
            (client, ended)
        };
        let mut watchers: Vec<_> = (0..CONNECTIONS_MAX).map(|_| watch()).collect();
        assert!(
            watchers
                .iter()
                .all(|(_, ended)| *ended == Err(End::FirstRow))
        );
        assert_eq!(watch().1, Err(End::Refused(1)));
        watchers.clear();
        let mut client = ControlClient::connect(directory).unwrap();
        // The server notices the closed ones on its own time; until then it says so.
        while all(&mut client, Request::Balance).is_err() {
            client = ControlClient::connect(directory).unwrap();
        }
    });
}

#[derive(Debug, PartialEq)]
enum End {
    FirstRow,
    Refused(u8),
}

impl From<ControlError> for End {
    fn from(error: ControlError) -> Self {
        Self::Refused(Error::from(error).kind().code())
    }
}

#[test]
fn a_path_too_long_for_a_socket_and_a_missing_node_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let long = folder.path().join("d".repeat(120));
    let lock = DataDirLock::acquire(&long, UnixMillis(0)).unwrap();
    assert!(matches!(
        ControlServer::bind(&lock),
        Err(ControlError::PathTooLong { .. })
    ));
    assert!(matches!(
        ControlClient::connect(folder.path()),
        Err(ControlError::NotRunning { .. })
    ));
    // Where no socket can be, the lock tells whether a node runs.
    match ControlClient::connect(&long) {
        Err(ControlError::Unreachable {
            holder: Some(holder),
            ..
        }) => assert_eq!(holder.pid, std::process::id()),
        other => panic!("{other:?}"),
    }
    drop(lock);
    assert!(matches!(
        ControlClient::connect(&long),
        Err(ControlError::NotRunning { .. })
    ));
}

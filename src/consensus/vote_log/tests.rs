use std::fs;

use super::*;

const CLUB: ClubId = ClubId([3; 32]);
const KEY: PublicKey = PublicKey([2; 32]);

fn record(byte: u8, length: usize) -> LogRecord {
    LogRecord(vec![byte; length])
}

/// Puts a file there, quicker than what a crash leaves whole.
fn put(path: &Path, content: &[u8]) {
    File::create(path).unwrap().write_all(content).unwrap();
}

fn records(log: &mut impl VoteLog) -> (u64, Vec<LogRecord>) {
    let (height, records) = log.read().unwrap();
    (height.0, records)
}

#[test]
fn a_log_gives_back_what_was_written_at_its_newest_height() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("votes");
    let mut log = FileVoteLog::create(&path, &CLUB, &KEY, Height(5)).unwrap();
    assert_eq!(records(&mut log), (5, Vec::new()));
    let (one, two, three) = (record(1, 0), record(2, 300), record(3, 70_000));
    log.append(&[one.clone(), two.clone()]).unwrap();
    log.append(std::slice::from_ref(&three)).unwrap();
    drop(log);
    let reopen = || FileVoteLog::open(&path, &CLUB, &KEY).unwrap();
    assert_eq!(records(&mut reopen()), (5, vec![one.clone(), two, three]));

    // What was done by a height before is forgotten with the first record of the next one.
    let mut log = reopen();
    log.reset(Height(6)).unwrap();
    log.append(std::slice::from_ref(&one)).unwrap();
    drop(log);
    let mut log = reopen();
    assert_eq!(records(&mut log), (6, vec![one]));

    // A large file starts anew.
    log.append(&vec![record(4, 60_000); 20]).unwrap();
    log.reset(Height(7)).unwrap();
    drop(log);
    assert_eq!(records(&mut reopen()), (7, Vec::new()));
    assert!(fs::metadata(&path).unwrap().len() < 100);
    let again = FileVoteLog::create(&path, &CLUB, &KEY, Height(8));
    assert_eq!(again.unwrap_err().kind(), io::ErrorKind::AlreadyExists);
}

#[test]
fn a_torn_last_write_is_cut_off_and_any_other_damage_is_a_lost_log() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("votes");
    let open = || FileVoteLog::open(&path, &CLUB, &KEY);
    let lost = || matches!(open(), Err(VoteLogFault::Lost { .. }));
    assert!(lost(), "there is none");
    let (one, two, three) = (record(1, 9), record(2, 20), record(3, 5));
    let mut log = FileVoteLog::create(&path, &CLUB, &KEY, Height(5)).unwrap();
    let bare = fs::metadata(&path).unwrap().len();
    log.append(std::slice::from_ref(&one)).unwrap();
    let first = fs::metadata(&path).unwrap().len();
    log.append(&[two, three.clone()]).unwrap();
    drop(log);
    let whole = fs::read(&path).unwrap();
    let (bare, first) = (
        usize::try_from(bare).unwrap(),
        usize::try_from(first).unwrap(),
    );

    for length in 0..whole.len() {
        put(&path, &whole[..length]);
        if length < bare {
            assert!(lost(), "{length}");
            continue;
        }
        let mut log = open().unwrap();
        let kept = if length < first {
            vec![]
        } else {
            vec![one.clone()]
        };
        assert_eq!(records(&mut log), (5, kept.clone()), "{length}");
        // It goes on behind what was whole.
        log.append(std::slice::from_ref(&three)).unwrap();
        drop(log);
        let after = [kept, vec![three.clone()]].concat();
        assert_eq!(records(&mut open().unwrap()), (5, after), "{length}");
    }
    // Space that was taken but never filled.
    put(&path, &[&whole[..first], &[0; 50]].concat());
    assert_eq!(records(&mut open().unwrap()), (5, vec![one]));

    for place in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[place] ^= 0x10;
        put(&path, &damaged);
        let in_last = place >= first + 12;
        assert_eq!(lost(), !in_last, "{place}");
    }
    put(&path, &whole);
    let another = [(ClubId([4; 32]), KEY), (CLUB, PublicKey([3; 32]))];
    for (club, key) in another {
        assert!(FileVoteLog::open(&path, &club, &key).is_err());
    }
}

#[test]
fn a_log_in_memory_tears_like_a_file() {
    let mut log = MemoryVoteLog::new(&CLUB, &KEY, Height(5));
    log.append(&[record(1, 9)]).unwrap();
    log.append(&[record(2, 9)]).unwrap();
    log.tear(11);
    assert_eq!(records(&mut log), (5, vec![record(1, 9)]));
    log.reset(Height(6)).unwrap();
    assert_eq!(records(&mut log), (6, Vec::new()));
    log.append(&[record(1, 9)]).unwrap();
    log.append(&[record(2, 9)]).unwrap();
    for bit in 0..5_000 {
        let mut flipped = log.clone();
        flipped.flip(bit);
        assert!(matches!(flipped.read(), Err(VoteLogFault::Lost { .. })));
    }
}

#[test]
fn a_log_waits_for_the_write_that_its_last_user_left_behind() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("votes");
    let mut log = FileVoteLog::create(&path, &CLUB, &KEY, Height(5)).unwrap();
    let (go, may_go) = std::sync::mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            may_go.recv().unwrap();
            log.append(&[record(1, 9)]).unwrap();
        });
        go.send(()).unwrap();
        // Whenever it comes, it finds what was written, and no half of it.
        let mut next = FileVoteLog::open(&path, &CLUB, &KEY).unwrap();
        assert_eq!(records(&mut next), (5, vec![record(1, 9)]));
    });
}

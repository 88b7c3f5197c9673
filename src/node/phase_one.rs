//! Phase one of a start: the identity and the player's name.

use std::path::Path;
use std::sync::Arc;

use futures::future::BoxFuture;
use tokio::sync::{Mutex, mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::keys::Keys;
use super::profile::ProfileFile;
use super::services::{self, LogState, ServiceParts, Socket, StoreThread};
use super::settings::{self, PartSettings};
use super::{Answer, Answers, NodeParts, emergency, names};
use crate::app::{AppSettings, Preparation, Service, ServiceContext};
use crate::clock::Clock;
use crate::club::is_name;
use crate::club::limits::NAME_BYTES_MAX;
use crate::error::{Error, Kind};
use crate::gaming::{GameLinks, StartView};
use crate::identity::{
    Closed, Identity, KeyCost, Keyring, KeyringState, Keystore, KeystoreError, MineError, Opened,
    OpenedBy, OsEntropy, Passphrase, PassphraseSources, SecureKeystore, UnlockError, mine,
};
use crate::shown::Shown;
use crate::storage::DataDirLock;

/// The preparation of every run of a node.
#[derive(Debug)]
pub(super) struct PhaseOne {
    settings: Arc<PartSettings>,
    lock: Arc<DataDirLock>,
    clock: Arc<dyn Clock>,
    answers: Answers,
    log: Arc<LogState>,
    keyring: Keyring,
    more: Vec<Arc<dyn Service>>,
    /// Read by one run at a time.
    inbox: Mutex<mpsc::Receiver<Answer>>,
    game: GameLinks,
    start: watch::Sender<StartView>,
    tasks: TaskTracker,
    socket: Socket,
    over: CancellationToken,
    store_thread: StoreThread,
    profile: Arc<ProfileFile>,
}

/// Who plays in this run.
struct Player {
    opened: Opened,
    name: String,
}

/// What a person said at the first start.
struct Begun {
    name: String,
    passphrase: Option<Passphrase>,
}

impl PhaseOne {
    pub(super) fn new(
        parts: &NodeParts,
        inbox: mpsc::Receiver<Answer>,
        game: GameLinks,
        start: watch::Sender<StartView>,
        tasks: TaskTracker,
        over: CancellationToken,
        store_thread: StoreThread,
    ) -> Self {
        let settings = Arc::new(settings::of(&parts.config, &parts.table));
        let (folder, look) = (settings.data_dir.clone(), settings.screen.clone());
        Self {
            settings,
            lock: Arc::clone(&parts.lock),
            clock: Arc::clone(&parts.clock),
            answers: parts.answers,
            log: Arc::clone(&parts.log),
            keyring: parts.keyring.clone(),
            more: parts.more.clone(),
            inbox: Mutex::new(inbox),
            game,
            start,
            tasks,
            socket: Socket::default(),
            over,
            store_thread,
            profile: Arc::new(ProfileFile::new(folder, look)),
        }
    }

    /// The application's deadlines.
    pub(super) fn waits(&self) -> AppSettings {
        self.settings.app
    }

    /// The name and the look, as they are remembered.
    pub(super) fn profile(&self) -> &Arc<ProfileFile> {
        &self.profile
    }

    fn keystore(&self) -> SecureKeystore {
        let path = self.settings.data_dir.join(SecureKeystore::FILE_NAME);
        SecureKeystore::new(path, self.settings.player.proof_bits)
    }

    async fn player(&self, cancel: &CancellationToken) -> Result<Player, Error> {
        let mut inbox = self.inbox.lock().await;
        let profile = Arc::clone(&self.profile);
        let remembered = blocking(move || profile.load()).await??.name;
        let known = self.settings.player.name.clone().or(remembered);
        let player = match self.load(&mut inbox).await? {
            Some(opened) => self.named(opened, known, &mut inbox).await?,
            None => self.make(known, &mut inbox, cancel).await?,
        };
        let (profile, name) = (Arc::clone(&self.profile), player.name.clone());
        blocking(move || profile.keep_name(&name)).await??;
        Ok(player)
    }

    /// Where passphrases come from besides a person.
    fn sources(&self) -> PassphraseSources {
        let player = &self.settings.player;
        PassphraseSources {
            keyring: player.keyring.then(|| self.keyring.clone()),
            file: player.passphrase_file.clone(),
        }
    }

    /// Loads the keys, asking for the passphrase as often as it takes; `None` if there are none.
    async fn load(&self, inbox: &mut mpsc::Receiver<Answer>) -> Result<Option<Opened>, Error> {
        let (file, sources) = (self.keystore(), self.sources());
        let closed = match blocking(move || file.open_and_hold(&sources)).await? {
            Ok(opened) => return Ok(Some(told(opened))),
            Err(closed) => closed,
        };
        let mut refused = match &closed.error {
            UnlockError::Keystore(KeystoreError::NotFound { path }) => {
                refuse_beside_a_store(path, &self.settings.store_file)?;
                return Ok(None);
            }
            UnlockError::Keystore(KeystoreError::PassphraseNeeded { .. }) if self.asks() => 0,
            UnlockError::Keystore(KeystoreError::WrongPassphrase { .. }) if self.asks() => 1,
            UnlockError::Keystore(_) | UnlockError::File(_) => return Err(closed.into()),
        };
        let keyring = no_help(&closed);
        loop {
            self.start.send_replace(StartView::PassphraseNeeded {
                refused,
                keyring: keyring.as_deref().map(Into::into),
            });
            let typed = unlock(inbox).await?;
            let (file, sources) = (self.keystore(), self.sources());
            match blocking(move || file.open_with(&sources, &typed)).await? {
                Ok(opened) => return Ok(Some(told(opened))),
                Err(KeystoreError::WrongPassphrase { .. }) => refused = refused.saturating_add(1),
                Err(other) => return Err(other.into()),
            }
        }
    }

    const fn asks(&self) -> bool {
        matches!(self.answers, Answers::Person)
    }

    /// Gives loaded keys the name that they lack after a start that was broken off.
    async fn named(
        &self,
        opened: Opened,
        known: Option<String>,
        inbox: &mut mpsc::Receiver<Answer>,
    ) -> Result<Player, Error> {
        let Begun { name, passphrase } = match known {
            Some(name) => return Ok(Player { opened, name }),
            None => self.begun(None, inbox).await?,
        };
        let Some(passphrase) = passphrase else {
            return Ok(Player { opened, name });
        };
        let (file, sources) = (self.keystore(), self.sources());
        let locked = blocking(move || {
            file.replace(
                &opened.keystore,
                Some(&passphrase),
                KeyCost::FULL,
                &OsEntropy,
            )
            .map(|keystore| made(keystore, &sources, Some(&passphrase), OpenedBy::Person))
        });
        let opened = locked.await??;
        Ok(Player { opened, name })
    }

    /// Makes an identity while the player chooses a name.
    async fn make(
        &self,
        known: Option<String>,
        inbox: &mut mpsc::Receiver<Answer>,
        cancel: &CancellationToken,
    ) -> Result<Player, Error> {
        let (identity, said) = self.mine(inbox, cancel).await?;
        let begun = match known {
            Some(name) => Begun {
                name,
                passphrase: None,
            },
            None => self.begun(said, inbox).await?,
        };
        let sources = self.sources();
        let (passphrase, by) = match begun.passphrase {
            Some(chosen) => (Some(chosen), OpenedBy::Person),
            None => (sources.from_file()?, OpenedBy::PassphraseFile),
        };
        let file = self.keystore();
        let new = blocking(move || {
            file.create(identity, passphrase.as_ref(), KeyCost::FULL, &OsEntropy)
                .map(|keystore| made(keystore, &sources, passphrase.as_ref(), by))
        });
        Ok(Player {
            opened: new.await??,
            name: begun.name,
        })
    }

    /// Makes an identity; returns what a person said meanwhile too.
    async fn mine(
        &self,
        inbox: &mut mpsc::Receiver<Answer>,
        cancel: &CancellationToken,
    ) -> Result<(Identity, Option<Begun>), Error> {
        let bits = self.settings.player.proof_bits;
        let expected = bits.expected_tries();
        self.start
            .send_replace(StartView::Mining { tried: 0, expected });
        let (start, given_up) = (self.start.clone(), cancel.child_token());
        let stop = given_up.clone();
        let search = blocking(move || {
            let progress = |found: crate::identity::MiningProgress| {
                start.send_replace(StartView::Mining {
                    tried: found.tries,
                    expected,
                });
            };
            mine(bits, &OsEntropy, progress, &stop)
        });
        tokio::pin!(search);
        // Ends the search also when this start is dropped.
        let _guard = given_up.clone().drop_guard();
        let mut said = None;
        loop {
            tokio::select! {
                biased;
                found = &mut search => return Ok((found??, said)),
                answer = inbox.recv() => match answer {
                    Some(Answer::CancelMining) | None => return Err(MineError::Cancelled.into()),
                    Some(Answer::Begin { name, passphrase }) => {
                        said = Some(Begun { name, passphrase });
                    }
                    // Nothing is locked yet.
                    Some(Answer::Unlock(_)) => {}
                }
            }
        }
    }

    /// Returns the name that the player chooses, or a drawn one where nobody can be asked.
    /// What was `said` before is asked for no more.
    ///
    /// # Errors
    /// When the start is given up, and for a name that can't be one: what asks for names knows which
    /// those are ([`is_name`]), and another start asks again.
    async fn begun(
        &self,
        said: Option<Begun>,
        inbox: &mut mpsc::Receiver<Answer>,
    ) -> Result<Begun, Error> {
        if !self.asks() {
            return Ok(Begun {
                name: names::draw(&OsEntropy)?,
                passphrase: None,
            });
        }
        let begun = match said {
            Some(begun) => begun,
            None => self.asked(inbox).await?,
        };
        if is_name(&begun.name) {
            return Ok(begun);
        }
        let Begun { name, .. } = begun;
        Err(Error::new(
            Kind::Usage,
            format!(
                "{} can't be a name in the club",
                Shown::new(&name, NAME_BYTES_MAX)
            ),
            format!(
                "try again with a name of at most {NAME_BYTES_MAX} bytes, not blank and without \
                 control characters"
            ),
        ))
    }

    async fn asked(&self, inbox: &mut mpsc::Receiver<Answer>) -> Result<Begun, Error> {
        self.start.send_replace(StartView::NameNeeded);
        loop {
            match inbox.recv().await {
                Some(Answer::Begin { name, passphrase }) => return Ok(Begun { name, passphrase }),
                // The key is open already.
                Some(Answer::Unlock(_)) => {}
                Some(Answer::CancelMining) | None => return Err(MineError::Cancelled.into()),
            }
        }
    }
}

/// Writes to the log how the key file was opened, since nothing else may have asked.
fn told(opened: Opened) -> Opened {
    match (&opened.keyring, opened.by) {
        (KeyringState::Failed(error), by) => {
            tracing::warn!(%error, ?by, hint = error.hint(), "the keyring did not help");
        }
        (keyring, by) => tracing::info!(?keyring, ?by, "the key file is open"),
    }
    opened
}

/// Keys that were just written under this passphrase, which the keyring gets to hold.
fn made(
    keystore: Keystore,
    sources: &PassphraseSources,
    passphrase: Option<&Passphrase>,
    by: OpenedBy,
) -> Opened {
    let (by, keyring) = match passphrase {
        None => (OpenedBy::NoLock, KeyringState::Unused),
        Some(passphrase) => (by, sources.hold(&keystore, passphrase)),
    };
    told(Opened {
        keystore,
        by,
        keyring,
    })
}

/// Why the keyring was of no help, if it was asked.
fn no_help(closed: &Closed) -> Option<String> {
    let words = closed.keyring.to_string();
    (!words.is_empty()).then_some(words)
}

/// Refuses to make an identity beside a store, which only the key that is missing can open.
///
/// # Errors
/// When there is a store.
pub fn refuse_beside_a_store(key: &Path, store: &Path) -> Result<(), Error> {
    match store.try_exists() {
        Ok(false) => return Ok(()),
        Ok(true) => {}
        Err(why) => {
            return Err(Error::new(
                Kind::Storage,
                format!("{} can't be looked at: {why}", store.display()),
                "check the rights of its folder; no key is made while a store may be there",
            ));
        }
    }
    Err(Error::new(
        Kind::Storage,
        format!(
            "there is no key file at {}, but there is the store of a player at {}",
            key.display(),
            store.display()
        ),
        "put back a copy of the key file: the store opens to no other key",
    )
    .and_hint("to begin anew without its chips, move the store away, or choose another --data-dir"))
}

async fn unlock(inbox: &mut mpsc::Receiver<Answer>) -> Result<Passphrase, Error> {
    loop {
        match inbox.recv().await {
            Some(Answer::Unlock(passphrase)) => return Ok(passphrase),
            Some(Answer::CancelMining) | None => return Err(given_up()),
            // The name is asked for once the key is open, if there is none.
            Some(Answer::Begin { .. }) => {}
        }
    }
}

/// The start was given up before the key was open.
fn given_up() -> Error {
    Error::new(
        Kind::Interrupted,
        "the key was not opened: the start was given up",
        "start again and type the passphrase",
    )
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Error> {
    tokio::task::spawn_blocking(work).await.map_err(|error| {
        Error::new(
            Kind::Internal,
            format!("the identity could not be read: {error}"),
            "start again; if it happens again, report it with the log",
        )
    })
}

impl Preparation for PhaseOne {
    fn prepare(
        &self,
        context: ServiceContext,
    ) -> BoxFuture<'_, Result<Vec<Arc<dyn Service>>, Error>> {
        Box::pin(async move {
            let Player { opened, name } = self.player(&context.cancelled()).await?;
            // A start comes this far only after a reset.
            emergency::clear(&self.settings.data_dir)?;
            let mut services = services::all(&ServiceParts {
                settings: Arc::clone(&self.settings),
                lock: Arc::clone(&self.lock),
                clock: Arc::clone(&self.clock),
                keys: Keys::new(opened),
                name,
                game: self.game.clone(),
                start: self.start.clone(),
                tasks: self.tasks.clone(),
                socket: self.socket.clone(),
                log: Arc::clone(&self.log),
                over: self.over.clone(),
                store_thread: self.store_thread.clone(),
            });
            services.extend(self.more.iter().cloned());
            Ok(services)
        })
    }
}
